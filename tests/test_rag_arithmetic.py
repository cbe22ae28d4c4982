"""Differences, sums and ranks, by hand-made lines; and the verifier's check of what was computed."""

from pathlib import Path

import pytest

from index.store import open_index
from rag.arithmetic import Part, conclusion
from rag.evidence import EvidenceScorer
from rag.question import understand
from rag.types import Citation
from rag.verify import unsupported


@pytest.fixture(scope="module")
def scorer(tiny_index: Path) -> EvidenceScorer:
    return EvidenceScorer(open_index(tiny_index), {})


def last_line(scorer: EvidenceScorer, question: str, *parts: Part) -> str:
    return conclusion(understand(question, (), scorer.index.documents), parts, scorer)


PARKS = (Part("青山区", "到2027年,建成口袋公园36个", 1), Part("白河区", "到2027年,建成口袋公园58个,绿道95公里", 2))


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("青山区和白河区的口袋公园差多少个?", "相差:58个-36个=22个[1][2]"),  # 58 - 36
        ("青山区和白河区的口袋公园相差几个?", "相差:58个-36个=22个[1][2]"),
        ("青山区和白河区的口袋公园加起来多少个?", "合计:36个+58个=94个[1][2]"),  # 36 + 58
        ("青山区和白河区哪个区的口袋公园多?", "更多的是白河区(58个>36个)[1][2]"),
        ("青山区和白河区谁的口袋公园少?", "更少的是青山区(36个<58个)[1][2]"),
        ("青山区和白河区的口袋公园一样多吗?", "两者不同(36个、58个)[1][2]"),
        ("青山区和白河区哪个区的养老床位多?", ""),  # parks are no beds
        ("青山区和白河区的口袋公园分别多少个?", ""),
        ("青山区和白河区的口袋公园比例各要达到多少个?", ""),
    ],
)
def test_the_last_line(scorer: EvidenceScorer, question: str, line: str) -> None:
    assert last_line(scorer, question, *PARKS) == line


def test_units_have_to_agree(scorer: EvidenceScorer) -> None:
    parts = (Part("青山区", "绿地36公顷", 1), Part("白河区", "绿地580亩", 2))
    assert last_line(scorer, "青山区和白河区的绿地差多少?", *parts) == "注意:单位不同(公顷、亩),不能直接加减。"


def test_years_and_results_that_differ_are_told(scorer: EvidenceScorer) -> None:
    question = "青山区和白河区的公园哪个多?"
    years = (Part("青山区", "2025年公园36个", 1), Part("白河区", "2027年公园58个", 2))
    assert last_line(scorer, question, *years).endswith("注意:年份不同(青山区2025年、白河区2027年)。")
    done = (Part("青山区", "公园36个", 1, done=True), Part("白河区", "公园58个", 2))
    assert last_line(scorer, question, *done).endswith("注意:青山区是已完成的数,白河区不是。")
    bounds = (Part("青山区", "公园36个以上", 1), Part("白河区", "公园58个", 2))
    assert last_line(scorer, question, *bounds).endswith("注意:限定不同(青山区“以上”)。")


def test_equal_figures(scorer: EvidenceScorer) -> None:
    parts = (Part("青山区", "公园36个", 1), Part("白河区", "公园36个", 2))
    assert last_line(scorer, "青山区和白河区的公园哪个多?", *parts) == "青山区、白河区相同,都是36个[1][2]"


def test_the_same_or_not(scorer: EvidenceScorer) -> None:
    question = "青山区和白河区的公园目标一样吗?"
    same = (Part("青山区", "公园36个以上", 1), Part("白河区", "建公园36个以上", 2))
    assert last_line(scorer, question, *same) == "两者相同,都是36个以上[1][2]"
    bounded = (Part("青山区", "公园36个以上", 1), Part("白河区", "公园36个", 2))
    assert last_line(scorer, question, *bounded).startswith("两者不同(36个以上、36个)[1][2]")


def test_of_a_list_with_respectively_the_figure_of_what_was_asked(scorer: EvidenceScorer) -> None:
    parts = (Part("青山区", "绿道、口袋公园分别达到120个、36个", 1), PARKS[1])
    assert last_line(scorer, "青山区和白河区的口袋公园差多少个?", *parts) == "相差:58个-36个=22个[1][2]"


def test_nothing_is_computed_of_unclear_figures(scorer: EvidenceScorer) -> None:
    unclear = (Part("青山区", "口袋公园36个、40个", 1), PARKS[1])
    assert last_line(scorer, "青山区和白河区的口袋公园差多少个?", *unclear) == ""
    assert last_line(scorer, "青山区和白河区的口袋公园差多少个?", Part("青山区", "口袋公园若干", 1), PARKS[1]) == ""


@pytest.mark.parametrize(
    ("question", "row", "line"),
    [
        (
            "森林覆盖率2025年比2020年是升还是降?",
            "森林覆盖率:2020年16.75%,2025年18.07%,累计1.32个百分点",
            "由16.75%到18.07%,是上升的[1]",
        ),
        ("产量是增加还是减少了?", "产量:2020年5.42万吨,2025年5万吨,属性约束性", "由5.42万吨到5万吨,是下降的[1]"),
        ("失业率是降还是升?", "失业率:2020年4.5%以内,2025年4.5%以内", "由4.5%以内到4.5%以内,是持平的[1]"),
        ("产量升降如何?", "产量:2025年5万吨", ""),
    ],
)
def test_which_way_a_row_goes(scorer: EvidenceScorer, question: str, row: str, line: str) -> None:
    assert last_line(scorer, question, Part("", row, 1)) == line


@pytest.mark.parametrize(
    ("asked", "line"), [("最少", "更少的是青山区(36家<58家)"), ("多", "更多的是白河区(58家>36家)")]
)
def test_the_high_in_high_technology_ranks_nothing(scorer: EvidenceScorer, asked: str, line: str) -> None:
    parts = (Part("青山区", "高新技术企业36家", 1), Part("白河区", "高新技术企业58家", 2))
    assert last_line(scorer, f"青山区和白河区哪个区的高新技术企业{asked}?", *parts) == f"{line}[1][2]"


def test_two_cells_of_one_row(scorer: EvidenceScorer) -> None:
    row = Part("", "森林覆盖率:2020年16.75%,2025年18.07%,累计1.32个百分点,属性约束性", 1)
    asked = "森林覆盖率2025年比2020年高多少?"
    assert last_line(scorer, asked, row) == "相差:18.07%-16.75%=1.32个百分点[1]"
    note = Part("", "(注:为2019年数据)", 2)
    assert last_line(scorer, asked, row, note) == "相差:18.07%-16.75%=1.32个百分点[1]"
    assert last_line(scorer, "森林覆盖率比2020年高多少?", row) == ""  # one year only
    prose = Part("", "2025年达到5500个,较2020年下降200个", 1)
    assert last_line(scorer, "2025年比2020年下降多少?", prose) == ""  # no row: the text says it itself


@pytest.mark.parametrize(
    ("parts", "result"),
    [(("215.4亿元", "100亿元"), "215.4亿元-100亿元=115.4亿元"), (("1.2万人", "9000人"), "1.2万人-9000人=0.3万人")],
)
def test_the_scale_of_the_greater_is_kept(scorer: EvidenceScorer, parts: tuple[str, str], result: str) -> None:
    lines = [Part(place, f"目标达到{value}", n) for n, (place, value) in enumerate(zip("甲乙", parts, strict=True), 1)]
    assert last_line(scorer, "青山区和白河区的目标差多少?", *lines) == f"相差:{result}[1][2]"


def cite(quote: str) -> Citation:
    return Citation(1, "d", "", "", quote, 0, len(quote))


@pytest.mark.parametrize(
    ("answer", "faults"),
    [
        ("相差:58个-36个=22个", []),
        ("相差:58个-36个=23个", ["23个"]),  # wrong result
        ("相差:58个-36个=22家", ["22家"]),  # wrong unit
        ("相差:58个-35个=23个", ["35个"]),  # a part without its source
        ("合计:36个+58个=94个", []),
        ("相差:18.07%-16.75%=1.32个百分点", []),
        ("相差:18.07%-16.75%=1.32%", ["1.32%"]),
        ("22个", ["22个"]),
    ],
)
def test_only_right_results_of_cited_parts_pass(answer: str, faults: list[str]) -> None:
    assert unsupported(answer, [cite("公园36个,公园58个,16.75%,18.07%")], "") == faults
