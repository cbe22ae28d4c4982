"""The index directory: opened as built, embedded again only where changed, swapped in whole."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import BigramEmbedder
from stores import SEEDS, SETTINGS, Counting, assert_same, assert_whole, small_seeds, version_dirs

from index.build import build_index
from index.commitments import commitments
from index.embed import Span, Vectors
from index.errors import DocumentError, ManifestError
from index.settings import Settings
from index.store import FORMAT, current_version, open_index
from index.terms import terms
from index.types import Chunks

WEICHENG = "weicheng-green-development-2023-2025.txt"


def seeds_copy(target: Path) -> Path:
    target.mkdir()
    for path in SEEDS.iterdir():
        shutil.copy(path, target)
    return target


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of all five documents. Shared: copy it before changing it."""
    out = tmp_path_factory.mktemp("built") / "index"
    build_index(SEEDS, out, BigramEmbedder(), SETTINGS)
    return out


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "index")
    return tmp_path / "index"


def test_what_is_opened_is_what_was_built(tmp_path: Path) -> None:
    out = tmp_path / "index"
    report = build_index(SEEDS, out, BigramEmbedder(), SETTINGS)
    first, second = open_index(out), open_index(out)
    assert_whole(first)
    assert_same(first, second)
    assert (report.documents, report.passages, report.sentences) == (5, len(first.passages), len(first.sentences))
    assert report.embedded == report.passages
    assert first.version == report.version == current_version(out)
    assert first.model == "bigrams-256"
    assert first.meta["format"] == FORMAT
    assert first.meta["sources"] == {d.info.file: d.info.sha256 for d in first.documents}
    assert first.documents[0].info.id == "zhoucun-14th-five-year-plan"
    vectors, _ = BigramEmbedder().passages(["x"], [[]], lambda _done: None)
    assert first.dense.dimension == vectors.shape[1]
    rows = [p for p in first.passages if p.kind == "row"]
    assert len(rows) == 21
    assert rows[1].cells[0].value == "75.92"


def test_no_pickle_in_the_directory(built: Path) -> None:
    folder = built / current_version(built)
    files = [p for p in folder.rglob("*") if p.is_file()]
    assert {p.suffix for p in files} <= {".json", ".jsonl", ".npy", ".faiss", ".txt"}
    for path in files:
        if path.suffix == ".npy":
            np.load(path, allow_pickle=False)


def test_progress_counts_up_to_all(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    report = build_index(
        SEEDS, tmp_path / "i", BigramEmbedder(), SETTINGS, lambda done, total: told.append((done, total))
    )
    assert told[-1] == (report.embedded, report.embedded)


def test_a_second_build_embeds_nothing_and_is_equal(copy: Path) -> None:
    before = open_index(copy)
    embedder = Counting()
    report = build_index(SEEDS, copy, embedder, SETTINGS)
    assert (report.embedded, embedder.seen) == (0, [])
    assert_same(before, open_index(copy))
    assert version_dirs(copy) == [report.version]  # the old version is gone


def test_changing_a_paragraph_embeds_only_its_passage(copy: Path, tmp_path: Path) -> None:
    seeds = seeds_copy(tmp_path / "seeds")
    before = open_index(copy)
    source = seeds / WEICHENG
    text = source.read_text("utf-8")
    assert text.count("新增市级以上创新平台15家以上") == 1
    source.write_text(text.replace("新增市级以上创新平台15家以上", "新增市级以上创新平台一十六家以上"), "utf-8")
    embedder = Counting()
    report = build_index(seeds, copy, embedder, SETTINGS)
    assert report.embedded == len(embedder.seen) == 1
    assert "一十六家以上" in embedder.seen[0]
    after = open_index(copy)
    assert_whole(after)
    old_words = {p.text for p in before.passages} - {p.text for p in after.passages}
    new_words = {p.text for p in after.passages} - {p.text for p in before.passages}
    assert len(old_words) == len(new_words) == 1
    others = [p for p in before.passages if "weicheng" not in p.doc_id]
    assert others == [p for p in after.passages if "weicheng" not in p.doc_id]
    fresh = tmp_path / "fresh"
    build_index(seeds, fresh, BigramEmbedder(), SETTINGS)
    assert_same(after, open_index(fresh))  # reuse gives what building anew gives


def test_removing_a_document_leaves_no_trace(copy: Path, tmp_path: Path) -> None:
    seeds = seeds_copy(tmp_path / "seeds")
    manifest = (seeds / "manifest.toml").read_text("utf-8")
    kept = [part for part in manifest.split("[[document]]") if WEICHENG not in part]
    (seeds / "manifest.toml").write_text("[[document]]".join(kept), "utf-8")
    (seeds / WEICHENG).unlink()
    report = build_index(seeds, copy, BigramEmbedder(), SETTINGS)
    assert (report.documents, report.embedded) == (4, 0)
    index = open_index(copy)
    assert_whole(index)
    assert not any("weicheng" in p.doc_id for p in index.passages)
    assert not index.lexical.scores("潍城 瑞福油脂 铁皮石斛", "bigrams").any()
    assert not index.lexical.scores("铁皮石斛", "words").any()
    for path in copy.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert "铁皮石斛".encode() not in raw, path
            assert b"weicheng" not in raw, path
            assert json.dumps("铁皮")[1:-1].encode() not in raw, path
    fresh = tmp_path / "fresh"
    build_index(seeds, fresh, BigramEmbedder(), SETTINGS)
    assert_same(index, open_index(fresh))


def test_another_model_embeds_everything_again(copy: Path) -> None:
    class Other(Counting):
        name = "other-256"

    embedder = Other()
    report = build_index(SEEDS, copy, embedder, SETTINGS)
    assert report.embedded == report.passages == len(embedder.seen)
    assert open_index(copy).model == "other-256"


def test_other_sizes_make_other_passages(tmp_path: Path, copy: Path) -> None:
    build_index(SEEDS, copy, BigramEmbedder(), Settings(passage_chars=200))
    index = open_index(copy)
    assert_whole(index)
    assert max(len(p.text) for p in index.passages) <= 200
    assert index.meta["settings"]["passage_chars"] == 200


def test_a_source_that_cannot_be_read_leaves_the_old_index(tmp_path: Path) -> None:
    seeds, out = small_seeds(tmp_path / "seeds"), tmp_path / "index"
    build_index(seeds, out, BigramEmbedder(), SETTINGS)
    before = open_index(out)
    (seeds / "bad.txt").write_bytes(bytes(range(128, 256)))
    with pytest.raises(DocumentError):
        build_index(seeds, out, BigramEmbedder(), SETTINGS)
    assert_same(before, open_index(out))
    (seeds / "bad.txt").unlink()
    (seeds / "manifest.toml").write_text('[[document]]\nfile = "没有.txt"\n', "utf-8")
    with pytest.raises(ManifestError):
        build_index(seeds, out, BigramEmbedder(), SETTINGS)
    (seeds / "manifest.toml").unlink()

    class Failing(BigramEmbedder):
        name = "failing"

        def passages(
            self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Callable[[int], None]
        ) -> tuple[Vectors, list[Vectors]]:
            raise MemoryError

    with pytest.raises(MemoryError):
        build_index(seeds, out, Failing(), SETTINGS)
    assert_same(before, open_index(out))
    assert open_index(out).version == before.version
    assert version_dirs(out) == [before.version]


def test_documents_without_any_text_to_find_are_refused(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text("第一章 总则\n第二章 任务\n", "utf-8")
    with pytest.raises(DocumentError) as error:
        build_index(tmp_path / "seeds", tmp_path / "index", BigramEmbedder(), SETTINGS)
    assert "请" in str(error.value)


def test_an_open_index_outlives_its_files(copy: Path, tmp_path: Path) -> None:
    old = open_index(copy)
    seeds = small_seeds(tmp_path / "seeds")
    build_index(seeds, copy, BigramEmbedder(), SETTINGS)
    assert_whole(old)  # a page that is still answering from it
    assert len(open_index(copy).documents) == 2


def test_commitments_and_terms_are_stored_whole(built: Path) -> None:
    index = open_index(built)
    chunks = Chunks(index.passages, index.sentences)
    assert len(index.commitments) > 400
    assert index.commitments == commitments(index.documents, chunks)
    assert len(index.terms) > 40
    assert index.terms == terms(index.documents, chunks)
