"""Every place at once: 各区, 五个区, 这几份文件, laid side by side."""

from pathlib import Path

import pytest

from index.load import load_folder
from index.types import Document
from rag.all_places import with_every_place
from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.measured import names_measure
from rag.question import Question, understand
from rag.side_by_side import every_place, of_one
from rag.types import Turn

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    return tuple(load_folder(SEEDS))


def read(documents: tuple[Document, ...], text: str, chosen: tuple[str, ...] = ()) -> Question:
    return with_every_place(understand(text, (), documents, chosen), documents)


@pytest.mark.parametrize(
    ("asked", "bare"),
    [
        ("各区绿色建筑目标对比一下", "绿色建筑目标"),
        ("几个区的绿色建筑目标比一比", "绿色建筑目标"),
        ("比较一下各区的5G基站目标", "比较一下5G基站目标"),
        ("五个地方垃圾分类都怎么干的", "垃圾分类都怎么干"),
        ("几个区怎么治理黑臭水体,列出来", "怎么治理黑臭水体"),
        ("哪几个区提到氢能", "哪几个区提到氢能"),  # asks which
        ("几个区的高企数量目标里,哪个区最多?顺便把各家的数列一下", "高企数量目标里"),
        ("5g基站各区打算建多少个啊?谁的数最大?", "5g基站打算建多少个啊"),
        ("失业率这条红线,哪个区放得最松,哪个收得最紧?", "失业率"),
        ("老小区改造,五个地方各报的是多少个(户)?", "老小区改造多少个"),
        ("各区块的面积", "各区块的面积"),  # no place
    ],
)
def test_what_is_asked_of_each(asked: str, bare: str) -> None:
    assert of_one(asked) == bare


@pytest.mark.parametrize(
    ("asked", "labels"),
    [
        ("各区绿色建筑目标对比一下", {"周村区", "潍城区", "市中区", "张店区"}),  # 区 and no 市
        ("各地公园建设有什么安排", {"周村区", "潍城区", "市中区", "张店区", "淄博市"}),
        ("这几份文件里养老床位的目标对比", {"周村区", "潍城区", "市中区", "张店区", "淄博市"}),
        ("五个区的人口目标", {"周村区", "潍城区", "市中区", "张店区", "淄博市"}),  # four are 区
    ],
)
def test_all_that_are_meant_are_compared(documents: tuple[Document, ...], asked: str, labels: set[str]) -> None:
    question = read(documents, asked)
    assert question.asks == "compare"
    assert set(question.places.names) == labels
    assert len(question.places.documents) == len(labels)


@pytest.mark.parametrize(
    "asked",
    [
        "淄博市各区县的任务是什么?",  # a place is named
        "博山区各地的任务是什么?",  # one that no document is about
        "哪几个区的失业率最低?",
        "各区对比一下",  # of what?
        "公园建设有什么安排?",
    ],
)
def test_other_questions_stay_as_they_are(documents: tuple[Document, ...], asked: str) -> None:
    assert read(documents, asked) == understand(asked, (), documents)


def test_only_what_is_chosen_is_compared(documents: tuple[Document, ...]) -> None:
    chosen = tuple(d.info.id for d in documents if d.info.district in ("周村区", "张店区"))
    assert set(read(documents, "各区绿色建筑目标对比一下", chosen).places.documents) == set(chosen)


def test_a_follow_up_keeps_every_place_or_takes_one(documents: tuple[Document, ...]) -> None:
    before = (Turn("user", "各区5G基站的目标对比一下"), Turn("assistant", "[1]"))
    assert understand("那养老床位呢?", before, documents).text.startswith("各区")
    one = understand("潍城区呢?", before, documents)
    assert (one.text, every_place(one.text)) == ("潍城区5g基站的目标", "")


def test_a_line_for_each_and_the_silent_are_named(plan_chain: AnswerChain) -> None:
    answer, considered = plan_chain.answer(as_ask("各区5G基站的目标对比一下"))
    labels = [line.split(":")[0] for line in answer.text.splitlines() if ":" in line]
    assert considered is not None
    assert {"周村区", "潍城区", "张店区"} <= set("、".join(labels).split("、"))
    assert len({c.doc for c in answer.citations}) >= 3
    absent = plan_chain.invoke("几个区怎么治理黑臭水体,列出来").text
    assert "文件中未提及" in absent


@pytest.mark.parametrize(
    ("focus", "measured"),
    [
        ("gdp", True),
        ("地区生产总值及增速", True),
        ("2025年 城镇登记失业率目标", True),
        ("高新技术企业", True),
        ("高新技术企业培育措施", False),
        ("城镇化建设", False),
        ("", False),
    ],
)
def test_an_indicator_and_nothing_more(focus: str, measured: bool) -> None:
    assert names_measure(focus) is measured


def test_a_document_with_a_figure_of_something_else_is_silent(plan_chain: AnswerChain) -> None:
    text = plan_chain.invoke("几个区的城镇登记失业率目标分别是多少?").text
    assert "张店区:文件中未提及" in text  # it states how many are to find work
    lines = plan_chain.invoke("各区的高新技术企业目标是多少家?").text.splitlines()
    assert all(len(line) < 50 for line in lines)  # of many documents little more than the figures
