"""Differences, sums and ranks, by hand-made lines; and the verifier's check of what was computed."""

from pathlib import Path

import pytest

from index.store import open_index
from rag.arithmetic import conclusion
from rag.asked_figure import Part, figure_of
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


def test_a_figure_a_head_is_set_against_no_total(scorer: EvidenceScorer) -> None:
    parts = (Part("青山区", "人均绿地26.8平方米", 1), Part("白河区", "新增绿地185万平方米", 2))
    assert last_line(scorer, "青山区和白河区的绿地哪边大?", *parts).startswith("注意:口径不同")


def test_years_and_results_that_differ_are_told(scorer: EvidenceScorer) -> None:
    question = "青山区和白河区的公园哪个多?"
    years = (Part("青山区", "2025年公园36个", 1), Part("白河区", "2027年公园58个", 2))
    assert last_line(scorer, question, *years).endswith("注意:年份不同(青山区2025年、白河区2027年)。")
    done = (Part("青山区", "公园36个", 1, done=True), Part("白河区", "公园58个", 2))
    assert last_line(scorer, question, *done).endswith("注意:青山区是已完成的数,白河区不是。")
    bounds = (Part("青山区", "公园36个以上", 1), Part("白河区", "公园58个", 2))
    assert last_line(scorer, question, *bounds).endswith("注意:限定不同(青山区“以上”)。")
    alike = (Part("青山区", "公园控制在36个以内", 1), Part("白河区", "公园控制在58个的目标以内", 2))
    assert "限定不同" not in last_line(scorer, question, *alike)


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
    share = Part("", "产业增加值占比:2020年1.75%,2025年3.5%,累计1.75个百分点", 1)
    assert last_line(scorer, "产业增加值占比2025年比2020年高多少?", share) == "相差:3.5%-1.75%=1.75个百分点[1]"
    note = Part("", "(注:为2019年数据)", 2)
    assert last_line(scorer, asked, row, note) == "相差:18.07%-16.75%=1.32个百分点[1]"
    assert last_line(scorer, "森林覆盖率比2020年高多少?", row) == ""  # one year only
    prose = Part("", "2025年达到5500个,较2020年下降200个", 1)
    assert last_line(scorer, "2025年比2020年下降多少?", prose) == ""  # no row: the text says it itself


PROJECTS = "策划实施222个重点项目,其中工业项目23个、服务业项目49个、民生项目29个,城建项目121个"
INCOMES = "城镇居民和农村居民人均可支配收入分别达到41694元、20371元,分别比“十二五”末增长38.2%、44%"


@pytest.mark.parametrize(
    ("question", "text", "line"),
    [
        ("工业和服务业项目加起来几个?", PROJECTS, "合计:23个+49个=72个[1]"),
        ("城建项目比民生项目多多少个?", PROJECTS, "相差:121个-29个=92个[1]"),
        ("民生项目和城建项目相差几个?", PROJECTS, "相差:121个-29个=92个[1]"),
        ("城镇居民收入比农村居民高出多少钱?", INCOMES, "相差:41694元-20371元=21323元[1]"),
        ("城建项目比农业项目多多少个?", PROJECTS, ""),  # none of that name
        ("城镇居民收入增长比农村居民高几个百分点?", INCOMES, ""),  # which figures is not clear
    ],
)
def test_two_figures_of_one_sentence(scorer: EvidenceScorer, question: str, text: str, line: str) -> None:
    assert last_line(scorer, question, Part("", text, 1)) == line


@pytest.mark.parametrize(("asked", "word"), [("哪边更充裕", "充裕"), ("谁的最宽", "宽"), ("谁的更宽松", "宽松")])
def test_other_words_for_more(scorer: EvidenceScorer, asked: str, word: str) -> None:
    row = Part("白河区", "每千人托位:2020年3.5个,2025年5个,累计1.5个,属性预期性", 2)
    parts = (Part("青山区", "每千人托位达到4.6个", 1), row)
    line = last_line(scorer, f"青山区和白河区每千人托位到2025年{asked}?", *parts)
    assert line == f"更{word}的是白河区(5个>4.6个)[1][2]"


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


@pytest.mark.parametrize(
    ("question", "text", "figure"),
    [
        ("项目222个,其中工业的有几个?", PROJECTS, "23个"),
        ("其中服务业占几个?", PROJECTS, "49个"),
        (
            "二氧化氮降了多少?",
            "二氧化硫(SO2)、二氧化氮(NO2)、可吸入颗粒物浓度依次下降63.9%、26.2%、41.9%",
            "26.2%",
        ),
        ("婴儿的死亡率多少?", "婴儿和5岁以下儿童死亡率分别控制在4‰和5‰以下", "4‰"),
        ("3岁以下婴幼儿托位多少?", "3岁以下婴幼儿托位达到4.6个", "4.6个"),  # 3岁 is what was asked
    ],
)
def test_which_figure_was_asked_for(scorer: EvidenceScorer, question: str, text: str, figure: str) -> None:
    found = figure_of(understand(question, (), ()), Part("", text, 1), scorer)
    assert found is not None
    assert found.written == figure
