"""What is read out of a question: one way of writing, years, kind, follow-ups, and what is no question."""

from pathlib import Path

import pytest

from index.errors import QuestionError
from index.load import load_folder
from index.types import Document
from rag.question import Question, clean, focus_of, kind_of, understand, years_in
from rag.types import Turn

SEEDS = Path(__file__).parents[1] / "seeds"
ZHOUCUN, WEICHENG, SHIZHONG = (
    "zhoucun-14th-five-year-plan",
    "weicheng-green-development-2023-2025",
    "shizhong-14th-five-year-plan",
)
ZHANGDIAN = "zhangdian-2023-work-report"
LONGEST = 1000


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    return tuple(load_folder(SEEDS))


def read(documents: tuple[Document, ...], text: str, *asked: str) -> Question:
    """`text` after the user's earlier questions `asked`, each answered."""
    turns = [turn for before in asked for turn in (Turn("user", before), Turn("assistant", "达到999家。[1]"))]
    return understand(text, turns, documents, longest_chars=LONGEST)


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("２０２５年ＧＤＰ目标", "2025年gdp目标"),
        ("二〇二五年目标", "2025年目标"),
        ("二○三五年目标", "2035年目标"),
        ("高新技術企業達到多少家", "高新技术企业达到多少家"),
        ("Ｒ＆Ｄ投入", "r&d投入"),
        ("「四新」經濟", "“四新”经济"),
        ("养 老 床 位", "养老床位"),
        ("1252 亿元", "1252亿元"),
        ("养老\u200b床位\ufeff", "养老床位"),
        ("养老\x00床\x1b位", "养老床位"),
    ],
)
def test_one_way_of_writing(documents: tuple[Document, ...], written: str, understood: str) -> None:
    question = read(documents, written)
    assert question.text == understood
    assert question.understood == ""


def test_the_original_is_kept(documents: tuple[Document, ...]) -> None:
    assert read(documents, " ２０２５年 養老床位\x00？").original == "２０２５年 養老床位？"


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2025年目标", {2025}),
        ("二〇二五年目标", {2025}),
        ("到２０２５年", {2025}),
        ("2020年和2025年", {2020, 2025}),
        ("2023-2025年", {2023, 2025}),
        ("“十四五”末", {1955 + 5 * 14}),
        ("十四五末的目标", {1955 + 5 * 14}),
        ("“十三五”期末", {1955 + 5 * 13}),
        ("“十五五”末", {1955 + 5 * 15}),
        ("“十四五”规划有哪些内容", set()),
        ("投资2025万元", set()),
        ("12025年", set()),
        ("养老床位多少张", set()),
    ],
)
def test_years(documents: tuple[Document, ...], text: str, years: set[int]) -> None:
    assert read(documents, text).years == years


def test_years_of_folded_text() -> None:
    assert years_in("2020年、2025年和“十四五”末") == {2020, 2025}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "2025年高新技术企业要达到多少家?"),
        ("number", "要建几所学校?"),
        ("number", "绿道有多长?"),
        ("date", "什么时候建成?"),
        ("date", "哪一年完成改造?"),
        ("date", "何时通车?"),
        ("list", "有哪些重点工程?"),
        ("list", "包括哪些园区?"),
        ("definition", "“四新”是指什么?"),
        ("definition", "何谓“一次办好”?"),
        ("definition", "“三重”工作是什么意思?"),
        ("how", "如何发展养老服务?"),
        ("how", "怎么解决停车难?"),
        ("how", "为什么要改造老旧小区?"),
        ("yesno", "是否要建地铁?"),
        ("yesno", "有没有养老补贴?"),
        ("fact", "由谁牵头?"),
    ],
)
def test_kind_of_question(documents: tuple[Document, ...], kind: str, text: str) -> None:
    assert kind_of(text) == kind
    assert read(documents, text).asks == kind
    assert read(documents, f"张店区{text}").asks == kind


@pytest.mark.parametrize(
    "text",
    [
        "周村区和潍城区的高新技术企业分别是多少家?",
        "周村、潍城、张店三个区新增就业多少人?",
        "周村区和潍城区谁的研发投入更高?",
        "周村区与潍城区相比,研发投入如何?",
    ],
)
def test_two_districts_side_by_side_are_a_comparison(documents: tuple[Document, ...], text: str) -> None:
    assert read(documents, text).asks == "compare"


def test_one_district_is_no_comparison(documents: tuple[Document, ...]) -> None:
    question = read(documents, "周村区森林覆盖率和粮食产能分别是多少?")
    assert (question.asks, question.places.documents) == ("number", (ZHOUCUN,))


def test_focus_is_what_is_left_of_places_asking_and_courtesy(documents: tuple[Document, ...]) -> None:
    assert focus_of("请问养老床位有多少张?").split()[0] == "养老床位有"
    question = read(documents, "请问张店区如何发展养老服务?")
    assert question.focus == "发展养老服务"


def test_everyday_words_bring_the_official_ones(documents: tuple[Document, ...]) -> None:
    assert "地区生产总值" in read(documents, "gdp目标").official
    assert "地区生产总值" not in read(documents, "gdp(地区生产总值)目标").official
    assert "地区生产总值" in read(documents, "gdp目标").official


FIRST = "周村区到2025年高新技术企业达到多少家?"


def test_a_switch_of_district_keeps_the_subject(documents: tuple[Document, ...]) -> None:
    for text in ("那潍城区呢？", "潍城区呢", "那濰城區呢?"):
        question = read(documents, text, FIRST)
        assert question.places.documents == (WEICHENG,)
        assert "高新技术企业" in question.focus
        assert (question.asks, question.years) == ("number", frozenset({2025}))
        assert "高新技术企业" in question.understood
        assert "周村" not in question.understood


def test_a_second_switch_still_keeps_the_subject(documents: tuple[Document, ...]) -> None:
    question = read(documents, "那市中区呢？", FIRST, "那潍城区呢？")
    assert question.places.documents == (SHIZHONG,)
    assert "高新技术企业" in question.focus
    assert question.years == {2025}
    assert "潍城" not in question.text
    assert "周村" not in question.text


def test_a_question_that_points_back_keeps_the_district(documents: tuple[Document, ...]) -> None:
    question = read(documents, "那研发投入呢？", FIRST)
    assert question.places.documents == (ZHOUCUN,)
    assert "研发投入" in question.text
    assert question.understood


def test_a_new_topic_with_its_own_district_drags_nothing_along(documents: tuple[Document, ...]) -> None:
    text = "张店区2023年一般公共预算收入是多少？"
    assert read(documents, text, FIRST) == read(documents, text)


def test_a_new_topic_with_a_foreign_place_drags_nothing_along(documents: tuple[Document, ...]) -> None:
    text = "博山区2023年一般公共预算收入是多少？"
    question = read(documents, text, FIRST)
    assert question.places.documents == ()
    assert question.places.foreign == ("博山区",)
    assert question == read(documents, text)


def test_a_long_question_without_a_district_keeps_the_district_only(documents: tuple[Document, ...]) -> None:
    question = read(documents, "到2025年森林覆盖率要达到百分之多少才算完成目标？", FIRST)
    assert question.places.documents == (ZHOUCUN,)
    assert "高新技术企业" not in question.text


def test_the_assistants_words_are_not_taken_for_the_askers(documents: tuple[Document, ...]) -> None:
    turns = [Turn("assistant", "张店区2023年将达到999家。")]
    assert understand("那它呢？", turns, documents) == read(documents, "那它呢？")


def test_history_never_leaks_into_the_next_call(documents: tuple[Document, ...]) -> None:
    alone = read(documents, "那它的目标呢？")
    assert (alone.places.documents, alone.understood) == ((), "")
    read(documents, "那它的目标呢？", FIRST)
    assert read(documents, "那它的目标呢？") == alone


def test_history_that_says_nothing_changes_nothing(documents: tuple[Document, ...]) -> None:
    assert read(documents, "那潍城区呢？", "", "？？", "\x00") == read(documents, "那潍城区呢？")


def test_a_very_long_conversation_costs_no_more_than_its_last_turns(documents: tuple[Document, ...]) -> None:
    question = read(documents, "那潍城区呢？", FIRST, *["那它的目标呢？"] * 200)
    assert question.places.documents == (WEICHENG,)
    assert len(question.text) < 200
    assert len(read(documents, "那潍城区呢？", "研" * 100_000).text) < 2 * LONGEST


def test_a_chosen_document_holds_where_the_question_names_none(documents: tuple[Document, ...]) -> None:
    assert understand("养老床位多少张?", (), documents, [ZHANGDIAN]).places.documents == (ZHANGDIAN,)
    assert understand("周村区养老床位多少张?", (), documents, [ZHANGDIAN]).places.documents == (ZHOUCUN,)


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t\u3000", "\x00\x01\x1f\x7f", "\u200b\u202e\ufeff", "？！。，", "😀😀", "——"]
)
def test_what_says_nothing_is_no_question(documents: tuple[Document, ...], text: str) -> None:
    with pytest.raises(QuestionError, match="问题是空的"):
        clean(text, LONGEST)
    with pytest.raises(QuestionError, match="问题是空的"):
        read(documents, text)


@pytest.mark.parametrize("char", ["长", "a", "1", "é"])
def test_a_hundred_thousand_characters_are_too_long(documents: tuple[Document, ...], char: str) -> None:
    with pytest.raises(QuestionError, match="问题太长:100000 字,最多 1000 字"):
        read(documents, char * 100_000)


def test_the_longest_question_is_read(documents: tuple[Document, ...]) -> None:
    assert clean("长" * LONGEST, LONGEST) == "长" * LONGEST
    with pytest.raises(QuestionError, match=f"{LONGEST + 1} 字"):
        clean("长" * (LONGEST + 1), LONGEST)
    assert clean(f"  {'长' * LONGEST}\x00 ", LONGEST) == "长" * LONGEST


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("市中区现在有多少家高新技术企业(不是2025年的目标)?", "市中区现在有多少家高新技术企业?"),
        ("夏茶没多少人采,怎么办?", "夏茶很少人采,怎么办?"),  # few: nothing is counted
        ("高新技术企业(含规上)有多少家?", "高新技术企业(含规上)有多少家?"),
    ],
)
def test_what_is_set_aside_or_only_few_asks_nothing(documents: tuple[Document, ...], written: str, read: str) -> None:
    question = understand(written, (), documents)
    assert question.text == read
    assert not question.years


def test_a_rank_among_places_is_no_comparison(documents: tuple[Document, ...]) -> None:
    assert understand("周村区的地区生产总值在淄博各区县里排第几?", (), documents).asks != "compare"
    assert understand("周村区和张店区的地区生产总值哪个高?", (), documents).asks == "compare"
