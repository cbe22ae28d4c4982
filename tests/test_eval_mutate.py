"""A small mutation campaign over the chain's own answers; the whole one stands in tests/campaigns/mutations.md."""

import random
from typing import Any

import pytest

from eval.campaign import caught, given, of_group, rejected, report
from eval.mutate import Told, mutants
from eval.reword import paraphrases, reword
from index.types import Document
from rag.chain import AnswerChain


@pytest.fixture(scope="module")
def documents(plan_chain: AnswerChain) -> dict[str, Document]:
    return plan_chain.index.document


@pytest.fixture(scope="module")
def told(plan_answers: dict[str, list[dict[str, Any]]], documents: dict[str, Document]) -> list[Told]:
    """The answers that were given to the tests' questions."""
    return [answer for records in plan_answers.values() for answer in given(records, documents)]


def test_right_answers_pass(told: list[Told], documents: dict[str, Document]) -> None:
    assert len(told) >= 200
    assert [answer.id for answer in told if rejected(answer, documents)] == []


def test_wrong_answers_are_caught(told: list[Told], documents: dict[str, Document]) -> None:
    wrong = mutants(told, documents, 200, seed=7)
    assert len(wrong) == 200
    found = caught(wrong, documents)
    assert len(found) >= 14
    for absent, least in ((True, 0.995), (False, 0.97)):
        hits = of_group(found, absent)
        assert len(hits) >= 50
        assert sum(hits) / len(hits) >= least


def test_a_verifier_that_passes_all_would_fail(told: list[Told], documents: dict[str, Document]) -> None:
    """The mutants are wrong, not the answers they are made of."""
    originals = {answer.id: answer.text for answer in told}
    for mutant in mutants(told, documents, 200, seed=7):
        assert mutant.text != originals[mutant.id]


def test_right_answers_in_other_words_pass(told: list[Told], documents: dict[str, Document]) -> None:
    reworded = paraphrases(told[::2], seed=7)
    held_back = [answer.id for answers in reworded.values() for answer in answers if rejected(answer, documents)]
    assert sum(map(len, reworded.values())) >= 150
    assert len(held_back) <= 3


def test_the_same_seed_makes_the_same_mutants(told: list[Told], documents: dict[str, Document]) -> None:
    assert mutants(told, documents, 60, seed=1) == mutants(told, documents, 60, seed=1)
    assert mutants(told, documents, 60, seed=1) != mutants(told, documents, 60, seed=2)


def test_a_rewording() -> None:
    answer = Told("q", "?", "到2025年,甲、乙分别达到1家、2家。[1]", ())
    assert reword(answer, ["拆开“分别”"], random.Random(1)).text == "到2025年,甲达到1家,乙达到2家。[1]"
    assert reword(answer, ["年份后去逗号"], random.Random(1)).text == "到2025年甲、乙分别达到1家、2家。[1]"


def test_the_report_names_what_was_held_back(told: list[Told], documents: dict[str, Document]) -> None:
    table = report(told[:20], documents, 40, seed=1)
    assert "Right answers held back: 0 of 20." in table
    assert "| **not in the citation** |" in table
