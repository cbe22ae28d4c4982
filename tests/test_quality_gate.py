"""Floors under the answers' quality on the project's own measuring set; what is reached stands in the reports."""

from typing import Any

import pytest

from eval.dataset import Item
from eval.run import score_all, summarise
from rag.chain import AnswerChain


@pytest.fixture(scope="module")
def summary(
    plan_chain: AnswerChain, plan_items: dict[str, list[Item]], plan_answers: dict[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """The measures of measure.jsonl, on which nothing is fitted."""
    items = plan_items["measure"]
    return summarise(score_all(plan_chain, items, plan_answers["measure"]))


def test_the_set_is_large_enough_to_say_something(summary: dict[str, Any]) -> None:
    assert summary["questions"] >= 150
    assert set(summary["correct_by_kind"]) >= {"number", "table", "compare", "followup", "unanswerable"}


def test_the_passages_are_found(summary: dict[str, Any]) -> None:
    assert summary["any@5"] >= 0.93


def test_the_answers_are_right(summary: dict[str, Any]) -> None:
    assert summary["correct"] >= 0.65


def test_near_misses_are_refused(summary: dict[str, Any]) -> None:
    assert summary["refused_when_absent"] >= 0.45


def test_few_questions_that_have_an_answer_are_refused(summary: dict[str, Any]) -> None:
    assert summary["refused_when_present"] <= 0.08


def test_everything_is_proved(summary: dict[str, Any]) -> None:
    assert summary["markers_match"] == 1
    assert summary["quotes_verbatim"] == 1
    assert summary["answers_with_unsupported_figures"] == 0
