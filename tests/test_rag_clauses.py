"""A question cut to its parts, and a sentence to its clauses."""

import pytest

from rag.chain import AnswerChain
from rag.clauses import best_window, joined, parts_of, visible
from rag.question import understand


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ("2020年和2025年的公园面积各是多少?", ["2020年的公园面积各是多少?", "2025年的公园面积各是多少?"]),
        ("公园面积2020年、2025年分别为多少亩?", ["公园面积2020年分别为多少亩?", "公园面积2025年分别为多少亩?"]),
        ("准备投多少钱?能多出多少个学位?", ["准备投多少钱", "能多出多少个学位"]),
        ("人口和面积分别是多少?", ["人口是多少", "面积是多少"]),
        ("2025年公园面积是多少?", ["2025年公园面积是多少?"]),
        ("2020年和2025年有哪些公园?", ["2020年和2025年有哪些公园?"]),
    ],
)
def test_parts(asked: str, parts: list[str]) -> None:
    assert [part.text for part in parts_of(understand(asked, (), ()))] == parts


def test_a_year_is_a_part_of_its_own() -> None:
    first, second = parts_of(understand("2020年和2025年的公园面积各是多少?", (), ()))
    assert (first.years, second.years) == (frozenset({2020}), frozenset({2025}))


def test_a_part_without_a_subject_has_the_first_ones() -> None:
    first, second = parts_of(understand("居民收入现在是多少,以后是多少?", (), ()))
    assert "居民收入" in first.focus
    assert "居民收入" in second.focus


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("办好三件实事:\n1.新增学位2700个。", "办好三件实事:新增学位2700个。"),
        ("5.新增泊位3500个。\n6.改造市场8个。\n 7、新建公园12个。", "新增泊位3500个。改造市场8个。新建公园12个。"),
        ("年末常住人口[3]37.02万人。", "年末常住人口37.02万人。"),
        ("[3]常住人口是指居住半年及以上的人口。", "常住人口是指居住半年及以上的人口。"),
        ("累计投资\n3.5亿元。", "累计投资3.5亿元。"),
    ],
)
def test_what_is_shown_of_a_quote(quote: str, shown: str) -> None:
    assert visible(quote) == shown


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("能力由12万吨/天，提高至24万吨/天，达标。", ["能力由12万吨/天，提高至24万吨/天，", "达标。"]),
        ("形成“7厂9站”（7厂：甲，乙，丙），全覆盖。", ["形成“7厂9站”（7厂：甲，乙，丙），", "全覆盖。"]),
        ("由市级牵头，提高效率。", ["由市级牵头，", "提高效率。"]),
    ],
)
def test_clauses_that_belong_together(text: str, clauses: list[str]) -> None:
    assert joined(text) == clauses


def test_the_clause_in_official_words_is_the_one_that_was_asked_for(plan_chain: AnswerChain) -> None:
    text = (
        "拆违拆临、建绿透绿成效显著,累计拆除各类违建1.1万处、1100万平方米,拆除违法广告5591块、8.5万平方米,"
        "饮虎池烧烤一条街等一批典型违建成功拆除,赢得群众点赞。"
    )
    question = understand("上一个五年拆了多少违章建筑?", (), ())
    assert best_window(question, text, 40, plan_chain.scorer) == "累计拆除各类违建1.1万处、1100万平方米"
