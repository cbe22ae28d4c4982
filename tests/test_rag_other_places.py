"""除了甲区, 那别的区呢; years counted from the question before; documents named by title or number."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.load import load_folder
from index.types import Document
from rag.chain import AnswerChain
from rag.question import understand
from rag.titles import Titled, without_titles
from rag.types import Turn
from rag.year_before import with_year_of

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    return tuple(load_folder(SEEDS))


def names(documents: tuple[Document, ...], text: str, before: str = "") -> tuple[str, ...]:
    history = (Turn("user", before),) if before else ()
    return understand(text, history, documents).places.names


def test_all_but_the_one_that_is_left_out(documents: tuple[Document, ...]) -> None:
    assert set(names(documents, "除了周村,其他区的失业率目标是多少")) == {"潍城区", "市中区", "张店区"}
    assert names(documents, "除了高新技术企业,周村还要培育什么企业") == ("周村",)  # no place is left out


def test_the_others_after_a_question_about_one(documents: tuple[Document, ...]) -> None:
    asked = "周村区到2025年城镇登记失业率控制在多少以内?"
    read = understand("那别的区呢?", (Turn("user", asked),), documents)
    assert set(read.places.names) == {"潍城区", "市中区", "张店区"}
    assert read.asks == "compare"
    assert "失业率" in read.text
    assert read.years == {2025}
    assert names(documents, "那别的措施呢?", asked) == ("周村区",)


def test_every_place_is_not_the_one_asked_before(documents: tuple[Document, ...]) -> None:
    read = understand("几个区的高新技术企业目标哪个最高?", (Turn("user", "潍城区每年要建几家城市书房?"),), documents)
    assert (read.places.documents, read.understood) == ((), "")


def test_the_filter_holds_for_the_others_as_well(documents: tuple[Document, ...]) -> None:
    ids = {d.info.district: d.info.id for d in documents}
    chosen = (ids["周村区"], ids["潍城区"], ids["市中区"])
    read = understand("除了周村,其他区的失业率目标是多少", (), documents, chosen)
    assert set(read.places.documents) == set(chosen[1:])
    before = (Turn("user", "周村区到2025年城镇登记失业率控制在多少以内?"),)
    assert set(understand("那别的区呢?", before, documents, chosen).places.documents) == set(chosen[1:])


def test_who_else_mentions_a_term(plan_chain: AnswerChain) -> None:
    text = plan_chain.invoke("除了周村,还有谁的文件里提到“枫桥经验”?").text
    assert "潍城区" in text
    assert "市中区" in text
    assert "周村" not in text


@pytest.mark.parametrize(
    ("text", "before", "read"),
    [
        ("公厕那年建了几座?", {2017}, "公厕2017年建了几座?"),
        ("那第二年呢?", {2017}, "那2018年呢?"),
        ("那第二年呢?", {2017, 2018}, "那第二年呢?"),  # which is not clear
        ("2020年比上一年呢?", {2017}, "2020年比上一年呢?"),
        ("当年度的任务", {2017}, "当年度的任务"),
    ],
)
def test_years_counted_from_the_one_before(text: str, before: set[int], read: str) -> None:
    assert with_year_of(text, before) == read


def test_titles_and_numbers_name_documents(documents: tuple[Document, ...]) -> None:
    info = replace(
        documents[0].info, title="甲乙片区优化营商环境三年行动计划(2023-2025年)", number="甲政发〔2023〕14号"
    )
    placed = replace(documents[0], info=replace(info, district="甲乙区"))
    nowhere = replace(documents[0], info=replace(info, district="", aliases=()))
    for asked in ("《甲乙片区优化营商环境三年行动计划》里有什么目标", "甲政发[2023]14号这份文件里有什么目标"):
        assert without_titles(asked, [placed]).text == "甲乙区有什么目标"
        assert without_titles(asked, [nowhere]).text == "有什么目标"
        assert without_titles(asked, [nowhere]).documents == (info.id,)
    assert without_titles("《民法典》有什么目标", [placed]).documents == ()
    twin = replace(nowhere, info=replace(nowhere.info, id="twin"))
    asked = "《甲乙片区优化营商环境三年行动计划》有什么目标"
    assert without_titles(asked, [nowhere, twin]) == Titled(asked, ())  # either may be meant


def test_what_was_told_of_one_is_asked_of_the_others(documents: tuple[Document, ...]) -> None:
    read = understand("潍城说到2025年智慧学校要覆盖85%,除了它别的区呢?", (), documents)
    assert read.text == "智慧学校要覆盖多少"
    assert set(read.places.names) == {"周村区", "市中区", "张店区"}
