"""Documents into the seeds folder and out of it, with their entries in the manifest; each file written in one step."""

import hashlib
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from index import manifest
from index.errors import DocumentError, IndexMissing
from index.formats import ARCHIVE, read_text, suffix_of
from index.load import MANIFEST, load_folder, open_archive, read_manifest, sources
from index.metadata import Metadata, read_metadata
from index.store import open_index
from index.types import DocumentInfo

FIELDS = ("title", "district", "aliases", "issuer", "number", "published", "period", "kind")


@dataclass(frozen=True)
class Candidate:
    """A document that may be added: its name in the folder, its bytes and what it says of itself."""

    file: str
    raw: bytes
    metadata: Metadata

    @property
    def id(self) -> str:
        return self.file.removesuffix(PurePosixPath(self.file).suffix)


def candidates(path: Path) -> list[Candidate]:
    """The document in a file, or those in an archive; nothing is written.

    Raises:
        DocumentError: the file is missing or cannot be read.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"无法读取文件 {path}({error.strerror})。请检查路径和权限。") from error
    if suffix_of(path.name) == ARCHIVE:
        members = [(PurePosixPath(member).name, content) for member, content in open_archive(raw, path.name)]
    else:
        members = [(path.name, raw)]
    return [Candidate(file, content, read_metadata(read_text(content, file))) for file, content in members]


def add(folder: Path, candidate: Candidate) -> str:
    """Copy a document into `folder` and write its manifest entry; the id under which it is known from now on.

    Raises:
        DocumentError: a file of that name or with that content is there already.
        ManifestError: the manifest cannot be read or added to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    entries = read_manifest(folder)
    digest = hashlib.sha256(candidate.raw).hexdigest()
    same = next((entry.file for entry in entries if digest == _digest(folder / entry.file)), None)
    if same:
        raise DocumentError(f"内容相同的文档已在清单中:{same}。如要重新添加,请先用 python -m index remove 移除它。")
    target = folder / candidate.file
    if target.exists():
        raise DocumentError(f"目录 {folder} 中已有 {candidate.file}。请改名后再添加,或先移除原来的文件。")
    ids = {entry.id for entry in entries}
    doc_id = candidate.file if candidate.id in ids else candidate.id
    found = {name: getattr(candidate.metadata, name) for name in FIELDS}
    text = manifest.added(_manifest_text(folder), {"id": doc_id, "file": candidate.file, **found, "sha256": digest})
    _write(target, candidate.raw)
    try:
        _write(folder / MANIFEST, text.encode())
    except OSError:
        target.unlink()
        raise
    return doc_id


def find(folder: Path, doc_id: str) -> DocumentInfo:
    """The document that is known as `doc_id`, in the manifest or beside it.

    Raises:
        DocumentError: there is none, or it is a part of an archive.
    """
    info = next((info for info, _ in sources(folder) if info.id == doc_id), None)
    if info is None:
        raise DocumentError(f"没有编号为 {doc_id} 的文档。请用 python -m index list 查看已有的文档。")
    if not (folder / info.file).is_file():
        raise DocumentError(f"文档 {doc_id} 在压缩包里({info.file})。请从压缩包中删去它,或移走整个压缩包。")
    return info


def remove(folder: Path, info: DocumentInfo) -> None:
    """Take a document out of the manifest and the folder; a manifest with nothing left in it goes too.

    Raises:
        ManifestError: the manifest cannot be edited.
    """
    if info.file in {entry.file for entry in read_manifest(folder)}:
        text = manifest.removed(_manifest_text(folder), info.file)
        if text.strip():
            _write(folder / MANIFEST, text.encode())
        else:
            (folder / MANIFEST).unlink()
    (folder / info.file).unlink()


def check_files(folder: Path) -> list[str]:
    """What differs between the manifest and the files, a line each; nothing where all is well."""
    differences = [
        f"{entry.file}:内容与清单中的 sha256 不符。若改动是有意的,请先 remove 再 add。"
        for entry in read_manifest(folder)
        if entry.sha256 and entry.sha256 != _digest(folder / entry.file)
    ]
    load_folder(folder)
    return differences


def check_index(folder: Path, root: Path) -> list[str]:
    """What differs between the index and the files; its own digests are verified on opening.

    Raises:
        IndexDamaged: a file of the index is not what was written.
    """
    try:
        index = open_index(root, whole=True)
    except IndexMissing:
        return [f"{root}:还没有索引。请运行 python -m index build。"]
    now = {document.info.file: document.info.sha256 for document in load_folder(folder)}
    then = {document.info.file: document.info.sha256 for document in index.documents}
    changed = sorted(file for file in now.keys() | then.keys() if now.get(file) != then.get(file))
    return [f"{file}:索引建立之后有变动。请运行 python -m index build。" for file in changed]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _manifest_text(folder: Path) -> str:
    path = folder / MANIFEST
    return path.read_bytes().decode() if path.is_file() else ""


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
