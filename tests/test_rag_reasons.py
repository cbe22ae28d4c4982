"""What a refusal says."""

import pytest

from rag.chain import AnswerChain


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("周村区“十四五”要构建的“444”现代产业体系指的是哪些产业?", "文件没有提到“444”(已查周村区的文件)"),
        ("潍城区2032年的高新技术企业达到多少家?", "没有找到这一项在2032年的情况(已查潍城区的文件)"),
    ],
)
def test_a_reason_that_is_true(plan_chain: AnswerChain, question: str, reason: str) -> None:
    answer = plan_chain.invoke(question)
    assert answer.refused
    assert reason in answer.text


def test_what_is_mentioned_is_not_said_to_be_missing(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("周村区的“333”现代产业体系2032年的产值是多少亿元?")
    assert answer.refused
    assert "没有提到" not in answer.text
