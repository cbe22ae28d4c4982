"""The floor under the answers: the committed baseline on a small fixed set, proofs on all of the measuring set; what is
reached stands in the reports. `python -m eval baseline --update` is the one command that moves the floor."""

import re
from pathlib import Path
from typing import Any

import pytest

from eval import baseline as gate
from eval.baseline import Baseline, Floor, choose, failures, read, updated, write
from eval.dataset import KINDS, Item
from eval.errors import DatasetError
from eval.run import score_all
from eval.summary import summarise
from rag.chain import AnswerChain

_RECKONED = re.compile(r"([\d.]+)[^\d=+-]*-([\d.]+)[^\d=+-]*=([\d.]+)")


@pytest.fixture(scope="module")
def rows(
    plan_chain: AnswerChain, plan_items: dict[str, list[Item]], plan_answers: dict[str, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The measures of measure.jsonl, on which nothing is fitted."""
    return score_all(plan_chain, plan_items["measure"], plan_answers["measure"])


def test_the_answers_are_not_below_the_baseline(rows: list[dict[str, Any]]) -> None:
    baseline = read()
    own = [row for row in rows if row["id"] in set(baseline.questions)]
    assert len(own) == len(baseline.questions)
    assert failures(summarise(own), baseline) == [], "若有意为之:python -m eval baseline --update"


def test_everything_is_proved(rows: list[dict[str, Any]], plan_answers: dict[str, list[dict[str, Any]]]) -> None:
    summary = summarise(rows)
    assert summary["markers_match"] == 1
    assert summary["quotes_verbatim"] == 1
    told = {answer["id"]: answer["answer"] for answer in plan_answers["measure"]}
    for row in rows:  # only what is reckoned out of cited figures, with the reckoning shown, stands in no quote
        reckoned = {r[3]: (r[1], r[2]) for r in _RECKONED.finditer(told[row["id"]])}
        assert set(row["unsupported_figures"]) <= set(reckoned), row["id"]
        for result in row["unsupported_figures"]:
            assert abs(float(reckoned[result][0]) - float(reckoned[result][1])) == pytest.approx(float(result))


def test_the_baseline_is_large_enough_to_say_something(plan_items: dict[str, list[Item]]) -> None:
    baseline = read()
    asked = baseline.asked(plan_items["measure"])
    assert len(asked) >= 100
    assert {item.kind for item in asked} == set(KINDS)
    assert set(baseline.floors) == set(gate.TOLERANCES)
    assert max(floor.tolerance for floor in baseline.floors.values()) <= 0.03
    assert {m for m, floor in baseline.floors.items() if not floor.tolerance} == {
        "figures_supported",
        "quotes_verbatim",
        "markers_match",
    }


BASELINE = Baseline(
    "m.jsonl",
    ("a", "b"),
    {"correct": Floor(0.7, 0.02), "figures_supported": Floor(1.0, 0.0), "refused_when_present": Floor(0.05, 0.02)},
)
SUMMARY: dict[str, Any] = {"correct": 0.7, "figures_supported": 1.0, "refused_when_present": 0.05}


@pytest.mark.parametrize(
    ("measure", "value", "fails"),
    [
        ("correct", 0.68, False),
        ("correct", 0.6799, True),
        ("correct", 0.9, False),
        ("correct", None, True),
        ("figures_supported", 0.9999, True),
        ("refused_when_present", 0.07, False),
        ("refused_when_present", 0.0701, True),
        ("refused_when_present", 0.0, False),
    ],
)
def test_a_fall_beyond_the_tolerance_fails(measure: str, value: float | None, fails: bool) -> None:
    found = failures({**SUMMARY, measure: value}, BASELINE)
    assert [line.partition(":")[0] for line in found] == ([measure] if fails else [])


def test_an_update_changes_values_alone(tmp_path: Path) -> None:
    better = updated(BASELINE, {**SUMMARY, "correct": 0.8})
    assert better.floors["correct"] == Floor(0.8, 0.02)
    assert (better.questions, better.set) == (BASELINE.questions, BASELINE.set)
    write(better, tmp_path / "baseline.json")
    assert read(tmp_path / "baseline.json") == better
    before, after = (tmp_path / "a.json", tmp_path / "b.json")
    write(BASELINE, before)
    write(better, after)
    lines = zip(before.read_text("utf-8").splitlines(), after.read_text("utf-8").splitlines(), strict=True)
    assert [a for a, b in lines if a != b] == ['  "correct": {"value": 0.7, "tolerance": 0.02},']


def test_the_same_questions_are_chosen_every_time(plan_items: dict[str, list[Item]]) -> None:
    items = plan_items["measure"]
    chosen = choose(items, "measure.jsonl")
    assert set(chosen.questions) == set(choose(items[::-1], "measure.jsonl").questions)
    kinds = [next(i.kind for i in items if i.id == name) for name in chosen.questions]
    assert all(kinds.count(kind) <= (40 if kind == "unanswerable" else 12) for kind in KINDS)


def test_a_baseline_that_cannot_be_used(tmp_path: Path, plan_items: dict[str, list[Item]]) -> None:
    path = tmp_path / "baseline.json"
    for content in (None, "{", "[]", '{"set": "m", "questions": [], "measures": {"correct": {}}}'):
        if content is not None:
            path.write_text(content, "utf-8")
        with pytest.raises(DatasetError, match="无法读取基线"):
            read(path)
    with pytest.raises(DatasetError, match=r"已不在 m\.jsonl 中:a、b"):
        BASELINE.asked(plan_items["measure"])
