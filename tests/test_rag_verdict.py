"""No to a figure that the question supposes, and no yes."""

import pytest

from rag.chain import AnswerChain


@pytest.mark.parametrize(
    ("asked", "lead"),
    [
        ("周村区打算2025年前建成3座加氢站,这个数没错吧?", "不是3座,是1座。"),
        ("潍城到2025年5G基站要突破1500个,对吗?", "不是1500个,是突破1000个。"),  # never so many
        ("市中区高新技术企业2025年的目标是不是300家?", "不是300家,是240 家。"),
        ("潍城区每年要建5家城市书房,是吗?", "不是5家。落实"),  # 2家以上 is 每年: the sentence tells
    ],
)
def test_another_figure_is_put_right(plan_chain: AnswerChain, asked: str, lead: str) -> None:
    answer = plan_chain.invoke(asked)
    assert not answer.refused
    assert answer.text.startswith(lead)


def test_a_sentence_without_any_figure_says_so(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("市中区要建成200座加氢站,对不对?")
    assert answer.text.endswith("(此处未写数值)")
    assert "加氢站" in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        "市中区是不是计划到2035年GDP才突破1500亿元?",  # the figure is right, the year is not
        "潍城区到2025年5G基站能有800个以上吗?",  # 1000 is more than that
        "周村区到2025年建成1座加氢站,对吗?",
        "潍城区和周村区谁的5G基站目标是1500个,对不对?",  # which one is asked
    ],
)
def test_else_the_sentence_tells(plan_chain: AnswerChain, asked: str) -> None:
    text = plan_chain.invoke(asked).text
    assert "不是" not in text
    assert not text.startswith("是")
