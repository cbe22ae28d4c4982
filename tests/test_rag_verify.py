"""The last check: hand-made answers and citations, each with one fault, and right ones in other ways of writing."""

import pytest

from rag.types import Citation
from rag.verify import misquoted, unmatched, unsupported

TEXT = "一、目标\n到2025年,高新技术企业达到110家,研发投入占比达到1.1%,新建道路48.5公里,总投资1.2万亿元。\n"
QUOTE = TEXT.strip().split("\n")[1]


def cite(quote: str = QUOTE, marker: int = 1, section: str = "一、目标", title: str = "某区计划") -> Citation:
    start = TEXT.find(quote)
    return Citation(marker, "plan", title, section, quote, start, start + len(quote))


@pytest.mark.parametrize(
    "answer",
    [
        QUOTE,
        "到2025年达到110家",
        "高新技术企业110家、占比1.1%、道路48.5公里",
        "总投资1.2万亿元",
        "总投资12000亿元",
        "总投资12,000亿元",
        "总投资１．２万亿元",
        "占比百分之一点一",
        "二〇二五年达到一百一十家",
        "二 〇 二五年",
        "110 家",
        "共4项",
        "没有数字的回答",
        "",
    ],
)
def test_what_the_quote_says_passes(answer: str) -> None:
    assert unsupported(answer, [cite()], "") == []


@pytest.mark.parametrize(
    ("quote", "answer"),
    [
        ("总额12000亿元", "总额1.2万亿元"),
        ("总额1.2万亿元", "总额12000亿元"),
        ("增长百分之六", "增长6%"),
        ("增长6%", "增长百分之六"),
        ("增长6％", "增长6%"),
        ("１２００个", "1200个"),
        ("1200个", "1,200个"),
        ("罚款997万元", "罚款9970000元"),
        ("二〇二五年建成", "2025年建成"),
        ("二○三五年建成", "2035年建成"),
        ("1252 亿元", "1252亿元"),
        ("新增三个园区", "新增3个园区"),
        ("面积5平方千米", "面积5平方公里"),
        ("提高4.08个百分点", "提高4.08百分点"),
        ("5000万元", "0.5亿元"),
    ],
)
def test_one_figure_in_two_ways_of_writing(quote: str, answer: str) -> None:
    assert unsupported(answer, [Citation(1, "d", "", "", quote, 0, len(quote))], "") == []


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("达到111家", "111家"),  # a digit changed
        ("达到11家", "11家"),  # a digit lost
        ("达到1110家", "1110家"),  # a digit too many
        ("占比11%", "11%"),  # the decimal point lost
        ("占比0.11%", "0.11%"),  # the decimal point moved
        ("道路4.85公里", "4.85公里"),
        ("达到110个园区", "110个"),  # a unit changed
        ("占比1.1公里", "1.1公里"),
        ("道路48.5米", "48.5米"),
        ("总投资1.2亿元", "1.2亿元"),  # the scale changed
        ("总投资1.2万元", "1.2万元"),
        ("到2026年", "2026年"),  # a year changed
        ("到2035年达到110家", "2035年"),
        ("到二〇二六年", "2026年"),
        ("百分之二", "百分之二"),
        ("达到１１１家", "111家"),
        ("还有37处", "37处"),  # a figure of its own
    ],
)
def test_what_the_quote_does_not_say_is_caught(answer: str, fault: str) -> None:
    assert unsupported(answer, [cite()], "") == [fault]


def test_a_figure_that_no_citation_covers() -> None:
    assert unsupported("达到110家", [], "") == ["110家"]
    assert unsupported("达到110家", [cite("总投资1.2万亿元")], "") == ["110家"]
    assert unsupported("达到110家,总投资1.2万亿元", [cite("总投资1.2万亿元"), cite("高新技术企业达到110家")], "") == []


def test_every_fault_is_told() -> None:
    assert unsupported("2026年111家", [cite()], "") == ["2026年", "111家"]


def test_the_askers_own_figures_may_be_repeated() -> None:
    assert unsupported("2030年的目标没有写明", [cite()], "2030年目标是多少?") == []
    assert unsupported("2030年的目标没有写明", [cite()], "目标是多少?") == ["2030年"]


def test_figures_of_the_section_and_the_title() -> None:
    citation = cite("高新技术企业达到110家", section="表 › (6)森林覆盖率(%) › 2020年", title="2023-2025年计划")
    assert unsupported("2020年110家", [citation], "") == []
    assert unsupported("2025年", [citation], "") == []
    assert unsupported("2021年", [citation], "") == ["2021年"]


def test_a_cell_is_told_with_the_unit_of_its_rows_head() -> None:
    row = Citation(1, "d", "", "(19)森林覆盖率(%) › 2025年", "(19)森林覆盖率(%) |\n16.75 |\n18.07 |", 0, 1)
    assert unsupported("2025年18.07%", [row], "") == []
    assert unsupported("2025年8.07%", [row], "") == ["8.07%"]
    energy = Citation(1, "d", "", "", "(21)能源综合生产能力(万吨标准煤) |\n4.03 |\n5.5 |", 0, 1)
    assert unsupported("5.5万吨标准煤", [energy], "") == []
    assert unsupported("5.6万吨标准煤", [energy], "") != []


def test_markers_are_no_figures() -> None:
    assert unsupported("达到110家[1][12]", [cite()], "") == []


@pytest.mark.parametrize(
    ("answer", "markers", "faults"),
    [
        ("甲[1]", [1], set()),
        ("甲[1]乙[2]", [1, 2], set()),
        ("甲[1]乙[1]", [1], set()),
        ("甲", [], set()),
        ("甲[1]乙[2]", [1], {2}),
        ("甲[1]", [1, 2], {2}),
        ("甲", [1], {1}),
        ("甲[2]", [1], {1, 2}),
        ("“[1.5]”是表中的累计[3]", [3], set()),
    ],
)
def test_markers_and_citations_match(answer: str, markers: list[int], faults: set[int]) -> None:
    assert unmatched(answer, [cite(marker=marker) for marker in markers]) == faults


def test_quotes_are_to_the_letter() -> None:
    good = cite()
    assert misquoted([good], {"plan": TEXT}) == []
    shifted = Citation(1, "plan", "", "", QUOTE, good.start + 1, good.end + 1)
    shorter = Citation(1, "plan", "", "", QUOTE, good.start, good.end - 1)
    changed = Citation(1, "plan", "", "", QUOTE.replace("110", "111"), good.start, good.end)
    wider = Citation(1, "plan", "", "", QUOTE.replace("1", "１"), good.start, good.end)
    elsewhere = Citation(1, "other", "", "", QUOTE, good.start, good.end)
    beyond = Citation(1, "plan", "", "", "没有", len(TEXT), len(TEXT) + 2)
    faulty = [shifted, shorter, changed, wider, elsewhere, beyond]
    assert misquoted([good, *faulty], {"plan": TEXT, "other": TEXT[5:]}) == faulty


def test_a_figure_at_a_lines_end_takes_no_unit_from_the_next() -> None:
    citation = Citation(1, "d", "", "", "结构优化为0.2:21.3:78.5", 0, 16)
    assert unsupported("市中区:结构优化为0.2:21.3:78.5[1]\n张店区:文件中未提及", [citation], "") == []
