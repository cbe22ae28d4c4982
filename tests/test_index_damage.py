"""An index directory that is damaged, missing or littered: noticed, told with what to do, and mended by a build."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from conftest import BigramEmbedder
from stores import SEEDS, SETTINGS, Counting, assert_same, assert_whole, small_seeds, version_dirs

from index.build import build_index
from index.embed import Span, Vectors
from index.errors import IndexDamaged, IndexMissing
from index.journal import FOLDER
from index.store import CURRENT, FORMAT, META, current_version, open_index, verify


@pytest.fixture(scope="module")
def small_built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two documents and their index, for what is built again and again. Shared: copy the index before changing it."""
    folder = tmp_path_factory.mktemp("small")
    seeds = small_seeds(folder / "seeds")
    build_index(seeds, folder / "index", BigramEmbedder(), SETTINGS)
    return seeds, folder / "index"


@pytest.fixture
def small(small_built: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    shutil.copytree(small_built[1], tmp_path / "index")
    return small_built[0], tmp_path / "index"


def files_of(built: Path) -> Iterator[str]:
    folder = built / current_version(built)
    yield from sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def told(error: pytest.ExceptionInfo[IndexDamaged]) -> None:
    message = str(error.value)
    assert "索引" in message
    assert "make index" in message


def test_every_file_missing_cut_short_or_changed_is_noticed(tmp_path: Path) -> None:
    root = tmp_path / "index"
    build_index(SEEDS, root, BigramEmbedder(), SETTINGS)
    names = list(files_of(root))
    assert {
        "meta.json",
        "documents.json",
        "passages.jsonl",
        "passages.npy",
        "sentences.npy",
        "vectors.faiss",
        "sentence_vectors.npy",
        "commitments.jsonl",
        "commitments.npy",
        "terms.jsonl",
    } <= set(names)
    assert any(name.startswith("lexical/") for name in names)
    assert any(name.startswith("documents/") for name in names)

    def cut(path: Path) -> None:
        os.truncate(path, path.stat().st_size // 2)

    def flip(path: Path) -> None:
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 0xFF
        path.write_bytes(raw)

    def empty(path: Path) -> None:
        os.truncate(path, 0)

    folder = root / current_version(root)
    for name in names:
        path = folder / name
        good = path.read_bytes()
        for damage in (Path.unlink, cut, flip, empty):
            damage(path)
            with pytest.raises(IndexDamaged) as error:
                open_index(root)
            told(error)
            with pytest.raises(IndexDamaged):
                verify(folder)
            path.write_bytes(good)
    open_index(root)  # mended


@pytest.mark.parametrize("words", [b"", b"\xff\xfe", b"nowhere", b"a\x00b", "不存在".encode()])
def test_a_damaged_pointer_is_noticed_and_mended_by_a_build(small: tuple[Path, Path], words: bytes) -> None:
    seeds, root = small
    (root / CURRENT).write_bytes(words)
    with pytest.raises(IndexDamaged) as error:
        open_index(root)
    told(error)
    report = build_index(seeds, root, BigramEmbedder(), SETTINGS)
    assert open_index(root).version == report.version
    assert version_dirs(root) == [report.version]


@pytest.mark.parametrize(
    "meta",
    [
        "[]",
        "3",
        "{}",
        '{"files": 3}',
        '{"files": {}}',
        '{"files": [], "format": 1}',
        '{"files": {}, "format": 1}',
        "null",
    ],
)
def test_meta_data_of_another_shape_is_noticed(small: tuple[Path, Path], meta: str) -> None:
    _, root = small
    (root / current_version(root) / META).write_text(meta, "utf-8")
    with pytest.raises(IndexDamaged) as error:
        open_index(root)
    told(error)


def test_another_format_is_named(small: tuple[Path, Path]) -> None:
    _, root = small
    path = root / current_version(root) / META
    meta = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(meta | {"format": FORMAT + 1}), "utf-8")
    with pytest.raises(IndexDamaged) as error:
        open_index(root)
    told(error)
    assert str(FORMAT + 1) in str(error.value)


def test_a_build_over_a_damaged_index_mends_it(small: tuple[Path, Path]) -> None:
    seeds, root = small
    (root / current_version(root) / "vectors.faiss").write_bytes(b"")
    report = build_index(seeds, root, BigramEmbedder(), SETTINGS)
    assert report.embedded == report.passages
    assert_whole(open_index(root))


@pytest.mark.parametrize("make", [lambda p: None, Path.mkdir, lambda p: p.write_text("x")])
def test_no_index_is_told_apart_from_a_damaged_one(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "index")
    with pytest.raises(IndexMissing) as error:
        open_index(tmp_path / "index")
    assert "make index" in str(error.value)
    assert "没有找到索引" in str(error.value)


def test_what_killed_builds_left_vanishes_with_the_next(small: tuple[Path, Path]) -> None:
    seeds, root = small
    current = current_version(root)
    (root / ".20200101T000000-dead.new" / "documents").mkdir(parents=True)
    (root / ".20200101T000000-dead.new" / "documents" / "0.txt").write_text("半", "utf-8")
    shutil.copytree(root / current, root / "20200101T000000-whole")  # complete, but never made current
    (root / f".{CURRENT}.new").write_text("20200101", "utf-8")
    assert open_index(root).version == current
    report = build_index(seeds, root, BigramEmbedder(), SETTINGS)
    assert sorted(p.name for p in root.iterdir() if p.name != ".lock") == sorted([report.version, CURRENT])


def test_a_build_killed_while_it_removed_the_old_leaves_nothing(
    small: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Removing may start with any file, `meta.json` too: what is left must still be known as ours."""
    seeds, root = small
    remove = shutil.rmtree

    def killed(path: Path, ignore_errors: bool = False) -> None:
        if (path / META).exists():
            (path / META).unlink()
            raise KeyboardInterrupt
        remove(path, ignore_errors=ignore_errors)

    with monkeypatch.context() as patch:
        patch.setattr("index.store.shutil.rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            build_index(seeds, root, BigramEmbedder(), SETTINGS)
    assert len(version_dirs(root)) == 2  # the new one, current already, and the torso of the old
    open_index(root)
    report = build_index(seeds, root, BigramEmbedder(), SETTINGS)
    assert version_dirs(root) == [report.version]


def test_a_build_that_was_killed_while_embedding_goes_on_where_it_stopped(
    tmp_path: Path, small_built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.build._BATCHES", 2)
    seeds, out = small_seeds(tmp_path / "seeds"), tmp_path / "index"

    class Killed(Counting):
        def passages(
            self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Callable[[int], None]
        ) -> tuple[Vectors, list[Vectors]]:
            if len(self.seen) >= 48:
                raise KeyboardInterrupt
            return super().passages(texts, spans, progress)

    killed, after = Killed(), Counting()
    with pytest.raises(KeyboardInterrupt):
        build_index(seeds, out, killed, SETTINGS)
    half = out / FOLDER
    assert len(list(half.rglob("*.npz"))) == 3
    next(half.rglob("*.npz")).write_bytes(b"PK half a file")
    report = build_index(seeds, out, after, SETTINGS)
    assert len(killed.seen) == 48
    assert report.embedded == len(after.seen) == report.passages - 32  # the damaged file's 16 once more
    assert not half.exists()
    assert_same(open_index(out), open_index(small_built[1]))
