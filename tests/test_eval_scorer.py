"""Agreement with the reviewers' scorer: its own output on seventeen answers made by hand, each with a trap, is kept in
`data/scored/scores.json`, and every number of it has to come out here to the last digit."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.dataset import load
from eval.metrics import score
from eval.summary import summarise
from index.load import load_folder

FOLDER = Path(__file__).parent / "data" / "scored"
THEIRS: dict[str, Any] = json.loads((FOLDER / "scores.json").read_text("utf-8"))
SAME = {"ok": "correct", "cited": "cited_evidence", "by_kind": "correct_by_kind", "by_style": "correct_by_style"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    documents = {d.info.file: d for d in load_folder(FOLDER / "documents")}
    answers = [json.loads(line) for line in (FOLDER / "answers.jsonl").read_text("utf-8").splitlines()]
    items = load(FOLDER / "questions.jsonl")
    return [score(item, answer, documents) for item, answer in zip(items, answers, strict=True)]


@pytest.mark.parametrize("number", range(len(THEIRS["rows"])))
def test_every_question(rows: list[dict[str, Any]], number: int) -> None:
    theirs = THEIRS["rows"][number]
    assert {name: rows[number][SAME.get(name, name)] for name in theirs} == theirs


def test_every_measure_of_the_set(rows: list[dict[str, Any]]) -> None:
    ours = summarise(rows)
    for name in ("any@5_by_kind", "any@5_by_style"):
        ours[name] = {value: mean for value, (mean, _) in ours[name].items()}
    told = {name: value for name, value in THEIRS.items() if name != "rows"}
    assert {name: ours[SAME.get(name, name)] for name in told} == told


def test_the_traps_are_there(rows: list[dict[str, Any]]) -> None:
    """Each measure is missed by some answers and met by others, or its agreement would mean little."""
    answerable = [r for r in rows if r["kind"] != "unanswerable"]
    for name in ("correct", "cited_evidence", "cited_all", "any@1", "any@5", "all@5", "markers_match", "refused"):
        assert {r[name] for r in answerable} == {True, False}, name
    assert {r["quotes_verbatim"] for r in rows} == {True, False}
    assert {bool(r["unsupported_figures"]) for r in rows} == {True, False}
    assert any(r["ms"] is None for r in rows)
