"""Answers from the indicator table: blanks refused with the row, values with units, rows picked by their nature."""

from pathlib import Path

import pytest

from index.columns import is_blank, row_unit
from index.types import Cell, Passage
from rag.cells import row_name
from rag.chain import AnswerChain
from rag.types import Answer, Citation

TABLE = "zhoucun-14th-five-year-plan"


def row(lead: str) -> Passage:
    return Passage("p", "d", "row", ("表",), 0, len(lead), lead, lead, (Cell("2025年", "1", 0, 1),))


def one_citation(chain: AnswerChain, answer: Answer) -> Citation:
    """The answer's only citation, held to the document."""
    assert len(answer.citations) == 1
    citation = answer.citations[0]
    assert citation.doc == TABLE
    assert chain.index.document[TABLE].text[citation.start : citation.end] == citation.quote
    return citation


@pytest.mark.parametrize(
    ("value", "blank"),
    [("——", True), ("—", True), ("-", True), ("", True), (" ", True), ("/", True), ("0", False), ("-5", False)],
)
def test_what_is_blank(value: str, blank: bool) -> None:
    assert is_blank(value) is blank


@pytest.mark.parametrize(
    ("lead", "name", "unit"),
    [
        ("(19)森林覆盖率(%)", "森林覆盖率", "%"),
        ("(21)能源综合生产能力(万吨标准煤)", "能源综合生产能力", "万吨标准煤"),
        ("(5)全社会研发(R&D)经费投入占GDP比重(%)", "全社会研发(R&D)经费投入占GDP比重", "%"),
        ("7.城镇新增就业(人)", "城镇新增就业", "人"),
        ("森林覆盖率", "森林覆盖率", ""),
    ],
)
def test_name_and_unit_of_a_row(lead: str, name: str, unit: str) -> None:
    assert (row_name(row(lead)), row_unit(lead, row(lead).cells)) == (name, unit)


@pytest.mark.parametrize(
    ("question", "head", "column"),
    [
        ("周村区2020年全员劳动生产率增速是多少？", "(3)全员劳动生产率增速(%)", "2020年"),
        ("周村区2020年每万人高价值发明专利拥有量是多少个？", "(6)每万人高价值发明专利拥有量(个)", "2020年"),
        (
            "周村区单位地区生产总值二氧化碳排放降低2025年目标是多少？",
            "(16)单位地区生产总值二氧化碳排放降低(%)",
            "2025年",
        ),
        ("周村区２０２５年地表水达到或好于Ⅲ类水体比例是多少？", "(18)地表水达到或好于Ⅲ类水体比例(%)", "2025年"),
    ],
)
def test_a_blank_cell_is_refused_with_the_row(plan_chain: AnswerChain, question: str, head: str, column: str) -> None:
    answer = plan_chain.invoke(question)
    assert answer.refused
    assert "表中未填" in answer.text
    assert column in answer.text
    citation = one_citation(plan_chain, answer)
    assert citation.quote.startswith(head)
    assert "——" in citation.quote
    assert column in citation.section
    assert answer.text.endswith("[1]")


@pytest.mark.parametrize(
    ("question", "head", "value"),
    [
        ("周村区2020年常住人口城镇化率是多少？", "(2)常住人口城镇化率(%)", "75.92%"),
        ("周村区2025年常住人口城镇化率要达到多少？", "(2)常住人口城镇化率(%)", "80%"),
        ("周村区人均预期寿命2025年目标是多少岁？", "(14)人均预期寿命(岁)", "82.5岁"),
        ("周村区2025年能源综合生产能力达到多少？", "(21)能源综合生产能力(万吨标准煤)", "5.5万吨标准煤"),
        ("周村区2020年粮食综合生产能力是多少万吨？", "(20)粮食综合生产能力(万吨)", "5.42万吨"),
        ("周村区2025年基本养老保险参保率是多少？", "(12)基本养老保险参保率(%)", "96%"),
        ("周村区每千人拥有执业(助理)医生数2025年是多少？", "(11)每千人拥有执业(助理)医生数(人)", "4.05人"),
        ("周村区２０２５年“四新”经济占ＧＤＰ比重是多少？", "(4)“四新”经济占GDP比重(%)", "48%左右"),
        ("周村區二〇二五年森林覆蓋率是多少？", "(19)森林覆盖率(%)", "18.07%"),
    ],
)
def test_values_with_their_units(plan_chain: AnswerChain, question: str, head: str, value: str) -> None:
    answer = plan_chain.invoke(question)
    assert not answer.refused
    assert value in answer.text
    assert answer.citations[0].quote.startswith(head)
    notes = [c.quote for c in answer.citations[1:]]
    assert all("2019年数据" in note for note in notes)  # what stands below the table on this row, and nothing else


def test_a_change_is_told_in_percentage_points(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("周村区常住人口城镇化率2020年到2025年累计提高多少？")
    assert "4.08个百分点" in answer.text
    assert round(80 - 75.92, 2) == 4.08


def table_rows(seeds: Path, nature: str, first: int, last: int) -> set[str]:
    """Heads of the rows numbered `first` to `last` whose cell says `nature`, read from the seed without our code."""
    lines = (seeds / f"{TABLE}.txt").read_text("utf-8").split("\n")
    heads: set[str] = set()
    for number in range(first, last + 1):
        at = next(n for n, line in enumerate(lines) if line.startswith(f"({number})") and line.endswith("|"))
        cells = [line.strip(" |") for line in lines[at : at + 5]]
        if nature in cells:
            heads.add(cells[0])
    return heads


def test_the_binding_rows_of_a_class_are_listed(plan_chain: AnswerChain) -> None:
    expected = table_rows(Path(__file__).parents[1] / "seeds", "约束性", 15, 19)
    assert len(expected) == 5
    answer = plan_chain.invoke("周村区绿色生态类的约束性指标有哪些？")
    assert not answer.refused
    assert {citation.quote.split(" |")[0] for citation in answer.citations} == expected
    for citation in answer.citations:
        assert "约束性" in citation.quote
        assert row_name(row(citation.quote.split(" |")[0])) in answer.text


def test_rows_of_the_other_nature_stay_out(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("周村区的约束性指标有哪些？")
    assert not answer.refused
    assert len(answer.citations) >= 5
    assert all("约束性" in citation.quote and "预期性" not in citation.quote for citation in answer.citations)
