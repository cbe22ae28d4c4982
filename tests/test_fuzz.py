"""A few inputs of the campaign for every parser; and what the campaign found, each with its own test."""

import re
from typing import Any

import pytest
from fuzz import TARGETS, TooSlow, tried, within
from hypothesis import HealthCheck, given, settings

from rag.question import clean


@pytest.mark.parametrize("name", TARGETS)
def test_a_few_inputs(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=[*HealthCheck])
    @given(target.inputs)
    def one(given_input: Any) -> None:
        tried(target, given_input, limit_s=60)

    one()


def test_half_a_character_in_a_question_is_shown_as_a_question_mark() -> None:
    assert clean("口袋公园\ud800多少个", 100) == "口袋公园?多少个"
    tried(TARGETS["question"], "口袋公园\ud800多少个", limit_s=60)


def test_a_clause_of_a_thousand_figures_is_verified_in_time() -> None:
    tried(TARGETS["verify"], "多少" + "1." * 2000, limit_s=60)


def test_an_answer_of_two_thousand_markers_is_shown_in_time() -> None:
    tried(TARGETS["render, copies, records"], "规划" * 300 + "[1]" * 2000, limit_s=60)


def test_the_shares_make_a_whole() -> None:
    assert sum(target.share for target in TARGETS.values()) == 100


def test_a_regular_expression_that_blows_up_is_found() -> None:
    with pytest.raises(TooSlow), within(0.2):
        re.match(r"(a+)+$", "a" * 60 + "b")


@pytest.mark.parametrize("text", ["", "\n", "\x00", "\ud800", "1" * 5000, "(" * 5000, "一、" * 2000, "|" * 5000])
@pytest.mark.parametrize("name", [name for name in TARGETS if name != "load"])
def test_extremes(name: str, text: str) -> None:
    tried(TARGETS[name], text, limit_s=60)
