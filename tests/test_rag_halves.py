"""Questions of two demands: what is there is told, and of the other it is said that it is not."""

import pytest

from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.halves import demands_of, joined
from rag.types import Answer, Citation


@pytest.mark.parametrize(
    ("asked", "demands"),
    [
        ("学校占多大地方,一共要花多少钱?", ("学校占多大地方", "一共要花多少钱")),
        ("听说要盖养老院,盖在哪条路上,有多少张床位?", ("听说要盖养老院,盖在哪条路上", "有多少张床位")),
        ("张店区和周村区各有多少公园?哪个更多?", ()),  # a comparison
        ("为了让老人吃好饭,有什么措施?", ()),
    ],
)
def test_what_is_demanded(plan_chain: AnswerChain, asked: str, demands: tuple[str, ...]) -> None:
    assert demands_of(plan_chain.understand(as_ask(asked))) == demands


def test_the_half_that_no_document_tells_is_named(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("淄博火车站南广场片区占多大地方,一共要花多少钱?")
    assert not answer.refused
    assert "302.9公顷" in answer.text
    assert answer.text.endswith("(注意:文件没有写明“一共要花多少钱”。)")


def test_both_halves_missing_is_a_refusal(plan_chain: AnswerChain) -> None:
    assert plan_chain.invoke("张店麦田音乐节一张票卖多少钱,一共来了多少人?").refused


def answer_of(text: str, quote: str, refused: bool = False) -> Answer:
    citation = Citation(1, "d", "题", "", quote, 0, len(quote))
    return Answer("问", text, refused, 0.9, () if refused else (citation,), ())


def test_markers_go_on_and_quotes_are_not_doubled() -> None:
    whole = answer_of("投资3亿元[1]", "投资3亿元。")
    same, other = answer_of("今年投资3亿元[1]", "投资3亿元。"), answer_of("建2所[1]", "建2所新学校。")
    told = joined(whole, [("投多少", same), ("建几所", other), ("在哪", answer_of("无", "", refused=True))])
    assert told is not None
    assert told.text == "今年投资3亿元[1]\n建2所[2]\n(注意:文件没有写明“在哪”。)"
    assert [c.marker for c in told.citations] == [1, 2]


def test_nothing_told_is_nothing() -> None:
    refusal = answer_of("文件中没有找到", "", refused=True)
    assert joined(refusal, [("投多少", refusal)]) is None
