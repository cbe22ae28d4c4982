"""All that cannot be made again from elsewhere, in one file, and back: documents with their manifest, the index that is
current, what visitors thought of answers, the log of what administrators did. Accounts are not in it: they are secrets.

A .tar.gz of `backup.json` (a digest of every other member) and the members `seeds/…`, `index/…`, `feedback`, `audit`.
Nothing is deleted by a restore: what was there is kept beside it under a name with the time.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from index.errors import PlanQAError
from index.outside import parsed_json
from index.settings import Settings
from index.store import CURRENT, building, current_version, open_index, verify

CONTENTS = "backup.json"
SEEDS, INDEX, FEEDBACK, AUDIT = "seeds", "index", "feedback", "audit"
_FORMAT = 1
_MOST_CONTENTS_BYTES = 100_000_000


class BackupError(PlanQAError):
    """A backup cannot be written or used."""


@dataclass(frozen=True)
class Saved:
    """What a backup holds: members, their bytes together, when it was made."""

    members: int
    size_bytes: int
    made: str


def backup(file: Path, settings: Settings) -> Saved:
    """Write `file` whole or not at all; the service may go on meanwhile.

    Raises:
        BackupError: there is nothing to save, or it cannot be written.
    """
    version = current_version(settings.index)
    verify(settings.index / version)
    try:
        with tempfile.TemporaryDirectory(prefix="planqa-backup-") as made:
            members = dict(_files(settings.seeds, SEEDS)) | dict(_files(settings.index / version, f"{INDEX}/{version}"))
            if settings.audit.is_file():
                members[AUDIT] = settings.audit
            if settings.feedback.is_file():
                members[FEEDBACK] = _copied(settings.feedback, Path(made) / "feedback")
            return _write(file, members)
    except (OSError, sqlite3.Error, tarfile.TarError) as error:
        raise BackupError(f"备份 {file} 没有写成({error})。请检查磁盘空间与权限后重试。") from error


def restore(file: Path, settings: Settings) -> Saved:
    """Put everything of `file` in its place; what was there is kept beside it.

    Everything is checked before anything is changed.

    Raises:
        BackupError: `file` is no whole backup, or something cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="planqa-restore-") as opened:
            saved = _unpacked(file, Path(opened))
            _put(Path(opened), settings)
            return saved
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"备份 {file} 无法恢复({error})。请换一份完好的备份,并检查磁盘空间与权限。") from error


def _files(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _copied(database: Path, to: Path) -> Path:
    """A copy of a database that may be written to meanwhile."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    return to


def _write(file: Path, members: dict[str, Path]) -> Saved:
    made = datetime.now(UTC).isoformat(timespec="seconds")
    digests = {name: _digest(path) for name, path in members.items()}
    contents = json.dumps({"format": _FORMAT, "made": made, "files": digests}, indent=1).encode()
    with _aside(file) as aside:
        with aside.open("wb") as out:
            with tarfile.open(fileobj=out, mode="w:gz") as tar:
                about = tarfile.TarInfo(CONTENTS)
                about.size = len(contents)
                tar.addfile(about, io.BytesIO(contents))
                for name, path in members.items():
                    tar.add(path, name, recursive=False)
            out.flush()
            os.fsync(out.fileno())
        aside.chmod(0o600)
    return Saved(len(members), sum(path.stat().st_size for path in members.values()), made)


@contextmanager
def _aside(file: Path) -> Iterator[Path]:
    """A path to write to, renamed to `file` where all went well."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    os.close(handle)
    try:
        yield Path(name)
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)


def _unpacked(file: Path, folder: Path) -> Saved:
    """Every member in `folder`, each as its digest says.

    Raises:
        ValueError, KeyError: it is no backup, or not a whole one.
    """
    with tarfile.open(file, mode="r:gz") as tar:
        first = tar.next()
        if first is None or first.name != CONTENTS or first.size > _MOST_CONTENTS_BYTES:
            raise ValueError(f"没有 {CONTENTS}")
        stream = tar.extractfile(first)
        contents = parsed_json(stream.read() if stream else b"")
        if contents["format"] != _FORMAT:
            raise ValueError(f"格式是 {contents['format']},本程序需要 {_FORMAT}")
        expected, size = dict(contents["files"]), 0
        while (member := tar.next()) is not None:
            if member.name not in expected or not member.isfile() or not _is_ours(member.name):
                raise ValueError(f"不该有 {member.name}")
            _extract(tar, member, folder / member.name)
            if _digest(folder / member.name) != expected.pop(member.name):
                raise ValueError(f"{member.name} 的校验和不符")
            size += member.size
    if expected:
        raise ValueError(f"缺少 {next(iter(expected))} 等 {len(expected)} 个文件")
    return Saved(len(contents["files"]), size, str(contents["made"]))


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    """Its content and nothing else: no owner, no rights. (`filter="data"` needs Python 3.11.4.)"""
    held = tar.extractfile(member)
    if held is None:
        raise ValueError(f"不该有 {member.name}")
    to.parent.mkdir(parents=True, exist_ok=True)
    with held, to.open("wb") as out:
        shutil.copyfileobj(held, out)


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return ".." not in parts and (name in (FEEDBACK, AUDIT) or (len(parts) > 1 and parts[0] in (SEEDS, INDEX)))


def _put(opened: Path, settings: Settings) -> None:
    """Documents, then the index that was made of them, then the rest; the index last becomes current."""
    versions = [path for path in (opened / INDEX).iterdir() if path.is_dir()]
    if len(versions) != 1:
        raise ValueError("备份中应当有一个索引")
    version = versions[0].name
    verify(versions[0])
    stamp = f"before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    for name, place in ((SEEDS, settings.seeds), (FEEDBACK, settings.feedback), (AUDIT, settings.audit)):
        if (opened / name).exists():
            _replace(opened / name, place, stamp)
    with building(settings.index):
        target = settings.index / version
        if not target.exists():
            aside = settings.index / f".{version}.new"
            shutil.rmtree(aside, ignore_errors=True)
            shutil.copytree(versions[0], aside)
            aside.replace(target)
        pointer = settings.index / f".{CURRENT}.new"
        pointer.write_text(version, "utf-8")
        pointer.replace(settings.index / CURRENT)
    open_index(settings.index)


def _replace(source: Path, place: Path, stamp: str) -> None:
    """`source` at `place`; what was there keeps a name beside it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.parent / f".{place.name}.{stamp}.new"
    if source.is_dir():
        shutil.copytree(source, aside)
    else:
        shutil.copyfile(source, aside)
    if place.exists():
        place.replace(place.parent / f"{place.name}.{stamp}")
    aside.replace(place)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
