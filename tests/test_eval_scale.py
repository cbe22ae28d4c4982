"""Made collections: known answers stand where they are said to, twins differ; sizes are measured and resumed."""

import json
import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import ROOT

from eval.corpus import QUESTIONS, WORDS, made, names, read, write
from eval.dataset import SETS, load
from eval.errors import RunError
from eval.scale import CURVES, curve, markdown, measure, record
from index.load import load_folder
from index.settings import Settings
from index.types import Document

COUNT = 12


@pytest.fixture(scope="module")
def originals() -> list[Document]:
    return load_folder(ROOT / "seeds")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    write(folder, ROOT / "seeds", load(SETS / "measure.jsonl"), COUNT)
    return folder


def test_every_document_is_of_a_district_of_its_own(corpus: Path, originals: list[Document]) -> None:
    documents = load_folder(corpus)
    districts = [d.info.district for d in documents]
    assert len(documents) == len(set(districts)) == COUNT
    assert set(districts).isdisjoint(d.info.district for d in originals)
    for number, document in enumerate(documents):
        original = originals[number % len(originals)]
        assert document.text.count(document.info.district) >= original.text.count(original.info.district)
        assert original.info.district not in document.text.replace(document.info.district, "")


def test_twins_differ_in_figures_and_words(corpus: Path, originals: list[Document]) -> None:
    one, other = (load_folder(corpus)[at] for at in (1, 1 + len(originals)))
    assert one.text != other.text
    figures = [re.findall(r"(\d+)家", document.text) for document in (one, other)]
    assert len(figures[0]) == len(figures[1])
    assert sum(a != b for a, b in zip(*figures, strict=True)) > 0.7 * len(figures[0])
    years = [re.findall(r"20\d\d年", document.text) for document in (one, other)]
    assert years[0] == years[1] == re.findall(r"20\d\d年", originals[1].text)


def test_the_evidence_of_a_question_is_that_of_its_original(corpus: Path, originals: list[Document]) -> None:
    items = {item.id: item for item in load(SETS / "measure.jsonl")}
    made_documents = {d.info.id: d for d in load_folder(corpus)}
    known = read(corpus)
    assert len(known) > 5 * COUNT
    for one in known:
        document = made_documents[one.doc]
        original = originals[int(one.doc) % len(originals)]
        said = items[one.id.removeprefix(f"{one.doc}-")].evidence[0][1]
        quote = document.text[one.start : one.end]
        # A short name may be a part of 城市中心, where it is none.
        named = [a for a in original.info.aliases if a.endswith("区") or "中心" not in said]
        assert document.info.district in one.question
        assert all(figure in quote for figure in one.figures)
        assert bare(quote, [document.info.district, document.info.district[:-1]]) == bare(said, named)


def bare(text: str, called: Sequence[str]) -> str:
    """`text` without figures and places, all words said in the other way."""
    for name in sorted(called, key=len, reverse=True):
        text = text.replace(name, "")
    for word, other in WORDS:
        text = text.replace(word, other)
    return re.sub(r"[\d.]", "", text)


def test_places_move_with_the_edits() -> None:
    info = load_folder(ROOT / "seeds")[0].info
    text = f"{info.district}建成公园12个,新增绿道120公里。结束"
    one = made(Document(info, text), "甲子乙丑区", random.Random(3))
    assert one.text.startswith("甲子乙丑区建成公园")
    assert one.text[one.moved(text.index("结束")) :] == "结束"
    start, end = text.index("新增"), text.index("。")
    assert re.fullmatch(r"新增绿道\d+公里", one.text[one.moved(start) : one.moved(end)])


def test_the_same_seed_makes_the_same_and_a_second_run_writes_nothing(corpus: Path, tmp_path: Path) -> None:
    write(tmp_path, ROOT / "seeds", load(SETS / "measure.jsonl"), COUNT)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {p.name: p.read_bytes() for p in corpus.iterdir()}
    times = {p.name: p.stat().st_mtime_ns for p in tmp_path.glob("*.txt")}
    write(tmp_path, ROOT / "seeds", load(SETS / "measure.jsonl"), COUNT)
    assert {p.name: p.stat().st_mtime_ns for p in tmp_path.glob("*.txt")} == times
    assert (tmp_path / QUESTIONS).is_file()


def test_there_are_names_for_every_county_in_china() -> None:
    found = names(2844, 0, ["甲区"])
    assert len(set(found)) == 2844
    assert names(2844, 0, [])[:3] != names(2844, 1, [])[:3]


BUILT = {
    "documents": 5,
    "passages": 900,
    "build_s": 61.2,
    "build_processor_s": 118.0,
    "passages_a_second": 14.7,
    "index_mib": 9.5,
}
ASKED = {
    "questions": 40,
    "first_answer_s": 7.5,
    "any_at_5": 0.95,
    "mixed_up": 0.0,
    "answered": 0.9,
    "recall_at_10": 0.99,
}
MS = {"embed": [20.0, 30.0], "retrieve": [3.0, 4.0], "total": [48.0, 90.0], "retrieve, no place named": [9.0, 12.0]}


def finished(folder: Path, documents: int) -> None:
    folder.mkdir(parents=True)
    built = BUILT | {"documents": documents, "peak_mib": 900, "machine": "m"}
    (folder / "build.json").write_text(json.dumps(built), "utf-8")
    (folder / "ask.json").write_text(json.dumps(ASKED | {"ms": MS, "peak_mib": 700}), "utf-8")


def test_what_was_measured_is_not_measured_again(tmp_path: Path) -> None:
    for size in (2, 4):
        finished(tmp_path / f"{size:06}", size)
    found = measure([2, 4], Settings(seeds=ROOT / "seeds"), 10, drawn_from=9, reader=False, out=tmp_path)
    assert [one["documents"] for one in found] == [2, 4]
    table = markdown(found)
    assert (
        "| 4 | 900 | embedded | 61.2 | 118.0 | 14.7 | 900 | 9.5 | 7.5 | 40 | 48 / 90 | 700 | 0.950 | 0.0% | 0.990 |"
        in table
    )
    assert "20.0 / 30.0" in table


def test_a_step_that_fails_is_told_and_leaves_nothing_finished(tmp_path: Path) -> None:
    settings = Settings(seeds=ROOT / "seeds", index=tmp_path / "none")
    with pytest.raises(RunError, match="再运行一次同样的命令会接着做"):
        measure([1], settings, 10, drawn_from=1, reader=False, out=tmp_path / "out")  # there is no index to draw from
    assert not list((tmp_path / "out").rglob("build.json"))


def test_drawn_vectors_show_no_quality(tmp_path: Path) -> None:
    built = BUILT | {"peak_mib": 1, "machine": "m"}
    row = markdown([record(built, ASKED | {"ms": MS, "peak_mib": 2}, True, False)]).splitlines()[2]
    assert row.endswith("| drawn | 61.2 | 118.0 | 14.7 | 1 | 9.5 | 7.5 | 40 | 48 / 90 | 2 | – | – | 0.990 |")


@pytest.mark.parametrize(("name", "label"), CURVES)
def test_curves_are_drawings_of_every_size(name: str, label: str) -> None:
    sizes = [
        record(
            BUILT | {"documents": n, "build_s": n * 12.0, "peak_mib": 9, "machine": "m"},
            ASKED | {"ms": MS, "peak_mib": 7},
            n > 100,
            False,
        )
        for n in (5, 100, 1000)
    ]
    drawing = ET.fromstring(curve(name, label, sizes))
    circles = [e for e in drawing.iter() if e.tag.endswith("circle")]
    assert len(circles) == (2 if name == "build_s" else 3)
    assert [e.attrib["fill"] for e in circles] == ["#2563eb", "#2563eb", "#fff"][: len(circles)]
    across = [float(e.attrib["cx"]) for e in circles]
    assert across == sorted(across)
    assert all(0 <= float(e.attrib["cy"]) <= 280 for e in circles)
