"""Follow-ups: what is taken from the question before, and what is not. Districts are the seeds'."""

from pathlib import Path

import pytest

from index.load import load_folder
from index.types import Document
from rag.chain import AnswerChain
from rag.question import Question, understand
from rag.types import Turn

SEEDS = Path(__file__).parents[1] / "seeds"
ENTERPRISES = "周村区到2025年高新技术企业达到多少家?"
HOUSING = "张店区2023年改造多少个老旧小区?"
BOTH = "周村区和潍城区的研发投入分别是多少?"


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    return tuple(load_folder(SEEDS))


def read(documents: tuple[Document, ...], *asked: str, chosen: tuple[str, ...] = ()) -> Question:
    """The last of the questions `asked`, after the others."""
    turns = [turn for before in asked[:-1] for turn in (Turn("user", before), Turn("assistant", "[1]"))]
    return understand(asked[-1], turns, documents, chosen)


@pytest.mark.parametrize(
    ("asked", "completed"),
    [
        # a thing of its kind; a word before it goes with it
        (("周村区到2025年养老床位有多少张?", "那托位呢?"), "周村区到2025年养老托位有多少张"),  # no vocabulary is given
        # another place
        ((ENTERPRISES, "那潍城区呢?"), "潍城区到2025年高新技术企业达到多少家"),
        ((ENTERPRISES, "潍城区呢"), "潍城区到2025年高新技术企业达到多少家"),
        ((ENTERPRISES, "那市中区呢?", "那潍城区呢?"), "潍城区到2025年高新技术企业达到多少家"),
        ((ENTERPRISES, "那博山区呢?"), "博山区到2025年高新技术企业达到多少家"),
        (("养老床位有多少张?", "那潍城区呢?"), "潍城区养老床位有多少张"),
        ((BOTH, "那张店区呢?"), "张店区研发投入是多少"),
        ((ENTERPRISES, "那潍城区和市中区呢?"), "潍城区和市中区到2025年高新技术企业达到多少家"),
        (("张店区2023年新建5G基站多少座?", "那周村呢?到2025年要新建多少?"), "周村到2025年新建5g基站多少座"),
        # another year
        ((ENTERPRISES, "那2035年呢?"), "周村区2035年高新技术企业达到多少家"),
        ((ENTERPRISES, "那潍城区2027年呢?"), "潍城区2027年高新技术企业达到多少家"),
        # something else about the same
        ((HOUSING, "投资多少?"), "张店区2023年改造老旧小区,投资多少"),
        ((HOUSING, "什么时候完成?"), "张店区2023年改造老旧小区,什么时候完成"),
        ((HOUSING, "由谁牵头?"), "张店区2023年改造老旧小区,由谁牵头"),
        ((HOUSING, "它们分布在哪里?"), "张店区2023年改造老旧小区,它们分布在哪里"),
        (("周村区有哪些重点产业?", "为什么?"), "周村区重点产业,为什么"),
        (("潍城区要培育多少家专精特新企业?", "其中国家级的有几家?"), "潍城区要培育专精特新企业,其中国家级的有几家"),
        ((BOTH, "有哪些措施?"), "周村区和潍城区研发投入,有哪些措施"),
        (
            ("周村区公园入园人数不超过十人怎么收费?", "要是超过十人,每多一人加多少?"),
            "周村区公园入园人数不超过十人收费,要是超过十人,每多一人加多少",
        ),
        # a part, or what stands beside it
        (("潍城区2025年有多少名医生?", "那护士呢?"), "潍城区2025年医生,护士"),
        (("淄博市家庭医生签约率目标是多少?", "那重点人群呢?"), "淄博市家庭医生签约率目标,重点人群"),
        # a new topic: the district stays, the subject goes
        ((ENTERPRISES, "养老床位有多少张?"), "周村区养老床位有多少张"),
        ((ENTERPRISES, "森林覆盖率目标是多少?"), "周村区森林覆盖率目标是多少"),
        ((HOUSING, "垃圾分类怎么做?"), "张店区垃圾分类怎么做"),
        ((HOUSING, "另外,大气污染怎么治?"), "张店区大气污染怎么治"),
        (("周村区有哪些重点产业?", "纺织服装怎么发展?"), "周村区纺织服装怎么发展"),
        # a new topic with its own district after 那: only the year and what is wanted stay
        ((ENTERPRISES, "那潍城区的森林覆盖率呢?"), "潍城区到2025年森林覆盖率"),
    ],
)
def test_completed(documents: tuple[Document, ...], asked: tuple[str, ...], completed: str) -> None:
    question = read(documents, *asked)
    assert question.understood == completed
    assert question.text == completed


@pytest.mark.parametrize(
    "asked",
    [
        (ENTERPRISES, "张店区2023年一般公共预算收入是多少?"),
        (ENTERPRISES, "博山区有哪些景点?"),
        ("那它的目标呢?",),
        ("那潍城区呢?",),
    ],
)
def test_what_stands_alone_stays_as_it_is(documents: tuple[Document, ...], asked: tuple[str, ...]) -> None:
    assert read(documents, *asked) == read(documents, asked[-1])
    assert read(documents, *asked).understood == ""


def test_a_new_topic_takes_the_district_and_nothing_else(documents: tuple[Document, ...]) -> None:
    question = read(documents, ENTERPRISES, "养老床位有多少张?")
    assert question.places.names == ("周村区",)
    assert (question.years, question.asks) == (frozenset(), "number")


def test_an_ellipsis_takes_year_and_kind(documents: tuple[Document, ...]) -> None:
    for text in ("那潍城区呢?", "那潍城区的森林覆盖率呢?"):
        question = read(documents, ENTERPRISES, text)
        assert (question.years, question.asks) == ({2025}, "number")
    assert read(documents, BOTH, "那张店区呢?").asks == "number"
    assert read(documents, BOTH, "那城镇化率呢?").asks == "compare"


def test_a_place_that_no_document_is_about_is_not_mixed_with_the_last_one(documents: tuple[Document, ...]) -> None:
    question = read(documents, ENTERPRISES, "那博山区呢?")
    assert (question.places.documents, question.places.foreign) == ((), ("博山区",))


def test_leading_words_do_not_pile_up(documents: tuple[Document, ...]) -> None:
    question = read(documents, ENTERPRISES, "那市中区呢?", "那么张店区呢?", "那潍城区呢?", "那淄博市呢?", "那周村呢?")
    assert question.text == "周村到2025年高新技术企业达到多少家"
    for word in ("那", "呢", "潍城", "张店"):
        assert word not in question.text


def test_a_filter_outranks_a_district_that_was_only_carried_along(documents: tuple[Document, ...]) -> None:
    other = next(d.info.id for d in documents if d.info.district == "张店区")
    question = read(documents, ENTERPRISES, "由谁牵头?", chosen=(other,))
    assert question.places.documents == (other,)
    assert "周村" not in question.text
    same = next(d.info.id for d in documents if d.info.district == "周村区")
    assert read(documents, ENTERPRISES, "由谁牵头?", chosen=(same,)).places.documents == (same,)


@pytest.mark.parametrize("here", ["我区", "我们区", "本区", "咱区", "咱们区", "我市", "这个区", "咱们这儿"])
def test_the_askers_own_place(documents: tuple[Document, ...], here: str) -> None:
    text = f"{here}养老床位有多少张?"
    one = documents[0].info.id
    chosen = read(documents, text, chosen=(one,))
    assert (chosen.places.documents, chosen.note) == ((one,), "")
    assert here not in chosen.focus
    free = read(documents, text)
    assert free.places.documents == ()
    assert here in free.note
    assert read(documents, ENTERPRISES, text).note == ""
    assert understand(text, (), documents[:1]).note == ""


def test_the_asker_completes_the_question_himself(documents: tuple[Document, ...]) -> None:
    history = [Turn("user", ENTERPRISES)]
    question = understand("那护士呢?", history, documents, understood="潍城区２０２５年注册护士有多少?")
    assert question.original == "那护士呢?"
    assert question.text == question.understood == "潍城区2025年注册护士有多少?"
    assert (question.places.names, question.years, question.asks) == (("潍城区",), {2025}, "number")
    assert understand("那护士呢?", history, documents, understood=" ") == understand("那护士呢?", history, documents)


def test_a_latin_name_of_other_documents_is_not_asked_of_the_last_one(plan_chain: AnswerChain) -> None:
    before = (Turn("user", "周村古商城要创建几A级景区?"), Turn("assistant", "5A。[1]"))
    lexicon = plan_chain.searcher.lexicon
    documents = plan_chain.index.documents
    assert understand("BRT改造有哪几条线?", before, documents, lexicon=lexicon).places.documents == ()
    held = understand("APP有哪些功能?", before, documents, lexicon=lexicon).places.documents
    assert held == ("zhoucun-14th-five-year-plan",)  # has it too


@pytest.mark.parametrize(
    ("asked", "completed"),
    [
        # a count of what was asked before
        (("周村区上市挂牌企业有多少家?", "张店区2023年要新增几家?"), "张店区上市挂牌企业,2023年要新增几家"),
        # another time than the aim's
        (
            ("市中区到2025年高新技术企业目标是多少家?", "那“十三五”收尾那会儿,手里已经有多少家了?"),
            "市中区高新技术企业,“十三五”收尾那会儿,手里已经有多少家了",
        ),
        # a place that is looked for among what was told
        (("淄博市的11个物流园区是哪些?", "里头有周村的吗?"), "淄博市11个物流园区,里头有周村的吗"),
    ],
)
def test_completed_by_what_the_documents_know(plan_chain: AnswerChain, asked: tuple[str, str], completed: str) -> None:
    before = (Turn("user", asked[0]), Turn("assistant", "[1]"))
    lexicon = plan_chain.searcher.lexicon
    assert understand(asked[1], before, plan_chain.index.documents, lexicon=lexicon).understood == completed
