"""Measures asked for without a place: the other documents' lines."""

import pytest

from rag.chain import AnswerChain
from rag.others import asked_of_any
from rag.question import understand


@pytest.mark.parametrize(
    ("question", "open_to_all"),
    [
        ("垃圾分类准备怎么搞?", True),
        ("夜间经济有些什么打算?", True),
        ("老旧小区改造有哪些安排?", True),
        ("周村区垃圾分类准备怎么搞?", False),  # a place is named
        ("博山区垃圾分类准备怎么搞?", False),  # one that no document is about
        ("5G基站打算建多少个?", False),  # a figure: each document's line comes another way
        ("什么是长安杯?", False),
    ],
)
def test_what_is_asked_of_any_document(plan_chain: AnswerChain, question: str, open_to_all: bool) -> None:
    assert asked_of_any(understand(question, (), plan_chain.index.documents)) is open_to_all


def test_the_others_follow_with_a_line_each(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("垃圾分类准备怎么搞?")
    assert not answer.refused
    labels = [line.split(":")[0] for line in answer.text.splitlines() if ":" in line[:8]]
    assert len(labels) == len(set(labels)) >= 2
    assert len({c.doc for c in answer.citations}) == len(labels)
    for citation in answer.citations:
        text = plan_chain.index.document[citation.doc].text
        assert text[citation.start : citation.end] == citation.quote


def test_one_that_is_told_by_one_document_alone_stays_as_it_is(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("“五气共治”准备怎么搞?")
    assert len({c.doc for c in answer.citations}) <= 1
