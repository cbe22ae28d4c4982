"""Backup and restore: all of it back, to the byte; a broken backup changes nothing; an old index is upgraded."""

import gzip
import io
import json
import random
import shutil
import tarfile
from pathlib import Path

import pytest
from conftest import BigramEmbedder

from index.__main__ import main
from index.backup import BackupError, backup, restore
from index.build import build_index
from index.errors import IndexDamaged
from index.settings import Settings
from index.store import META, current_version, open_index
from rag.types import Answer
from ui.feedback import Feedback
from ui.records import Record


@pytest.fixture
def settings(tmp_path: Path, tiny_seeds: Path, tiny_index: Path) -> Settings:
    """A service with documents, an index, a verdict and an audit log."""
    home = tmp_path / "home"
    shutil.copytree(tiny_seeds, home / "seeds")
    shutil.copytree(tiny_index, home / "index")
    made = Settings(
        seeds=home / "seeds", index=home / "index", home=home, feedback=home / "f.sqlite3", audit=home / "audit.jsonl"
    )
    Feedback(made.feedback).add("up", Record("问?", Answer("问?", "答", False, 1.0)))
    made.audit.write_text("{}\n", "ascii")
    return made


def contents(settings: Settings) -> dict[str, bytes]:
    """Every file that counts, by its name."""
    folders = (settings.seeds, settings.index / current_version(settings.index))
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in [*files, settings.audit]}


def test_all_of_it_comes_back(settings: Settings, tmp_path: Path) -> None:
    before, version = contents(settings), open_index(settings.index).version
    saved = backup(tmp_path / "b.tar.gz", settings)
    assert saved.members == len(before) + 1
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o777 == 0o600
    shutil.rmtree(settings.home)
    assert restore(tmp_path / "b.tar.gz", settings) == saved
    assert contents(settings) == before
    assert open_index(settings.index).version == version
    assert [entry.question for entry in Feedback(settings.feedback).entries()] == ["问?"]


def test_what_was_there_is_kept_beside(settings: Settings, tmp_path: Path) -> None:
    backup(tmp_path / "b.tar.gz", settings)
    (settings.seeds / "new.txt").write_text("新的文件", "utf-8")
    Feedback(settings.feedback).add("down", Record("后来?", Answer("后来?", "答", False, 1.0)))
    restore(tmp_path / "b.tar.gz", settings)
    assert not (settings.seeds / "new.txt").exists()
    kept = next(settings.home.glob("seeds.before-*"))
    assert (kept / "new.txt").read_text("utf-8") == "新的文件"
    older = next(settings.home.glob("f.sqlite3.before-*"))
    assert len(Feedback(older).entries()) == 2
    assert len(Feedback(settings.feedback).entries()) == 1


@pytest.mark.parametrize("seed", range(25))
def test_a_broken_backup_is_said_and_changes_nothing(settings: Settings, tmp_path: Path, seed: int) -> None:
    file = tmp_path / "b.tar.gz"
    backup(file, settings)
    chance = random.Random(seed)
    plain = bytearray(gzip.decompress(file.read_bytes()))
    if seed % 2:
        plain = plain[: chance.randrange(len(plain) * 9 // 10)]
    else:
        with tarfile.open(file) as tar:
            member = chance.choice([m for m in tar.getmembers() if m.size][1:])
        plain[member.offset_data + chance.randrange(member.size)] ^= 1 + chance.randrange(255)
    file.write_bytes(gzip.compress(bytes(plain), 1))
    before = contents(settings)
    with pytest.raises(BackupError, match="无法恢复"):
        restore(file, settings)
    assert contents(settings) == before
    assert not list(settings.home.glob("*.before-*"))


@pytest.mark.parametrize("name", ["../evil", "seeds/../../evil", "/etc/evil", "index", "other/x"])
def test_a_backup_writes_nowhere_else(settings: Settings, tmp_path: Path, name: str) -> None:
    file = tmp_path / "evil.tar.gz"
    listed = json.dumps({"format": 1, "made": "", "files": {name: "0" * 64}}).encode()
    with tarfile.open(file, "w:gz") as tar:
        for title, content in (("backup.json", listed), (name, b"x")):
            about = tarfile.TarInfo(title)
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    with pytest.raises(BackupError):
        restore(file, settings)
    assert not (tmp_path / "evil").exists()


def test_one_command_each(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("seeds", "index", "home", "feedback", "audit"):
        monkeypatch.setenv(f"PLANQA_{name.upper()}", str(getattr(settings, name)))
    file = tmp_path / "b.tar.gz"
    assert main(["backup", str(file)]) == 0
    assert main(["restore", str(file)]) == 0
    assert "已恢复" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "none")]) == 1
    assert "无法恢复" in capsys.readouterr().err
    assert main(["backup", str(tmp_path / "none" / "b")]) == 1


def test_an_index_of_the_previous_format_is_upgraded_by_building(settings: Settings) -> None:
    root = settings.index
    path = root / current_version(root) / META
    meta = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(meta | {"format": meta["format"] - 1}), "utf-8")
    with pytest.raises(IndexDamaged, match="index build"):
        open_index(root)
    build_index(settings.seeds, root, BigramEmbedder(), settings)
    assert len(open_index(root).documents) == 3
    assert [p.name for p in root.iterdir() if p.is_dir()] == [current_version(root)]
