"""What is read out of an index only when it is looked at is what was written; a document's part is found by its id."""

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import BigramEmbedder
from stores import SEEDS, SETTINGS

from index.build import build_index
from index.loaded import Index
from index.store import FORMAT, META, current_version, open_index
from index.stored import Ranges, StoredRecords


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    out = tmp_path_factory.mktemp("stored") / "index"
    build_index(SEEDS, out, BigramEmbedder(), SETTINGS)
    return open_index(out)


def records(path: Path, count: int) -> StoredRecords[str]:
    return StoredRecords(path, lambda line: str(line["said"]), np.arange(count, dtype=np.int64))


def lines(path: Path, said: list[str]) -> Path:
    path.write_text("".join(json.dumps({"said": one}, ensure_ascii=False) + "\n" for one in said), "utf-8")
    return path


def test_records_are_a_sequence(tmp_path: Path) -> None:
    said = ["一", "两行\n在一条里", "", "𠀀字"]
    held = records(lines(tmp_path / "a.jsonl", said), 4)
    assert list(held) == said == [held[at] for at in range(4)]
    assert held == said
    assert held == tuple(said)
    assert held != said[:3]
    assert held[-1] == "𠀀字"
    assert held[1:3] == ("两行\n在一条里", "")
    assert held[np.int64(3)] == "𠀀字"
    for outside in (4, -5):
        with pytest.raises(IndexError):
            held[outside]


def test_no_records_are_none(tmp_path: Path) -> None:
    assert list(records(lines(tmp_path / "a.jsonl", []), 0)) == []


def test_more_lines_than_are_known_of_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.jsonl: 3 lines, 2 keys"):
        records(lines(tmp_path / "a.jsonl", ["一", "二", "三"]), 2)


def test_records_outlive_their_file(tmp_path: Path) -> None:
    held = records(lines(tmp_path / "a.jsonl", ["一", "二"]), 2)
    (tmp_path / "a.jsonl").unlink()
    assert list(held) == ["一", "二"]


def test_ranges_are_a_sequence() -> None:
    ranges = Ranges(np.asarray([0, 3, 3, 7]))
    assert list(ranges) == [range(3), range(3, 3), range(3, 7)]
    assert ranges[-1] == range(3, 7)
    assert ranges[1:] == (range(3, 3), range(3, 7))
    with pytest.raises(IndexError):
        ranges[3]


def test_a_document_has_its_passages_sentences_and_commitments(index: Index) -> None:
    seen = 0
    for document in index.documents:
        own = document.info.id
        passages = [at for at, p in enumerate(index.passages) if p.doc_id == own]
        assert list(index.passages_of(own)) == passages
        sentences = [at for at, s in enumerate(index.sentences) if index.passages[s.passage].doc_id == own]
        assert list(index.sentences_of(own)) == sentences
        assert list(index.commitments_of(own)) == [row for row in index.commitments if row.doc_id == own]
        seen += len(index.commitments_of(own))
    assert seen == len(index.commitments) > 400


def test_a_passage_is_found_by_the_characters_that_it_holds(index: Index) -> None:
    for position in range(0, len(index.passages), 7):
        passage = index.passages[position]
        assert index.passage_at(passage.doc_id, passage.start) == position
        assert index.passage_at(passage.doc_id, passage.end - 1) == position
    first = index.documents[0]
    assert index.passage_at(first.info.id, len(first.text)) is None


def test_an_index_of_the_format_before_is_taken_over_without_embedding_again(tmp_path: Path) -> None:
    out = tmp_path / "index"
    build_index(SEEDS, out, BigramEmbedder(), SETTINGS)
    before = open_index(out)
    folder = out / current_version(out)
    meta = json.loads((folder / META).read_text("utf-8"))
    assert meta["format"] == FORMAT
    for name in ("passages.npy", "commitments.npy"):
        (folder / name).unlink()
        del meta["files"][name]
    (folder / META).write_text(json.dumps(meta | {"format": 4}), "utf-8")
    report = build_index(SEEDS, out, BigramEmbedder(), SETTINGS)
    after = open_index(out)
    assert report.embedded == 0
    np.testing.assert_array_equal(before.dense.vectors(), after.dense.vectors())
    np.testing.assert_array_equal(before.sentence_vectors, after.sentence_vectors)


def test_passages_that_say_the_same_are_embedded_once(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for name in ("a", "b"):
        (seeds / f"{name}.txt").write_text("甲区的规划\n\n到2025年，甲区建成公园58个。新增床位80张。\n", "utf-8")
    report = build_index(seeds, tmp_path / "index", BigramEmbedder(), SETTINGS)
    index = open_index(tmp_path / "index")
    assert report.passages == 2 * report.embedded == len(index.passages)
    own = [index.passages_of(document.info.id) for document in index.documents]
    np.testing.assert_array_equal(*(index.dense.vectors()[list(rows)] for rows in own))
    np.testing.assert_array_equal(
        *(index.sentence_vectors[list(index.sentences_of(d.info.id))] for d in index.documents)
    )
