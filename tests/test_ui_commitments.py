"""The tables of the page, pure: views and their addresses, filters, orders, amounts, chart, HTML, workbook, exports."""

import csv
import io
import re
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from index.export import BOM, COMMITMENT_COLUMNS, as_csv, commitment_table
from index.types import Commitment, Document, DocumentInfo, Term
from rag.live import LiveChain
from ui.amounts import amount, base, bound_mark, scaled
from ui.app import create_app
from ui.bar_chart import Bar, bar_chart
from ui.commitment_view import ROWS_A_PAGE, Catalogue, View, lined_up, page_of, view_of
from ui.commitments_html import chart_html, rows_html, sides_html, terms_html
from ui.exports import NUMERIC
from ui.term_view import TermView, select_terms, term_view_of
from ui.workbook import as_xlsx

TEXT = "第一章 目标\n前一句。到2027年,高新技术企业达到110家以上。后一句。\n"
INFO = DocumentInfo(id="plan", file="plan.txt", sha256="0", title="青山区<规划>", district="青山区")
DOCUMENTS = {"plan": Document(INFO, TEXT)}
START = TEXT.index("到2027")
FIGURE = TEXT.index("110家")
NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def row(**changes: object) -> Commitment:
    given: dict[str, object] = {
        "id": "a", "doc_id": "plan", "district": "青山区", "indicator": "高新技术企业", "canonical": "高新技术企业数量",
        "field": "科技创新", "kind": "指标", "status": "promised", "value": Decimal(110), "upper": None, "unit": "家",
        "year": 2027, "year_from": "sentence", "bound": "以上", "rate": "", "change": False, "action": "",
        "base_value": None, "base_year": 0, "base_bound": "", "nature": "", "body": "", "stated": "110家以上",
        "text": TEXT[START : TEXT.index("后一句")], "start": START, "end": TEXT.index("后一句"),
        "figure_start": FIGURE, "figure_end": FIGURE + 6,
    }  # fmt: skip
    return Commitment(**{**given, **changes})  # type: ignore[arg-type]


ROWS = (
    row(),
    row(id="b", district="白河区", value=Decimal(58), bound="", year=2026, status="achieved"),
    row(
        id="c",
        district="白河区",
        value=None,
        stated="完成",
        canonical="",
        indicator="湿地修复",
        year=0,
        nature="约束性",
    ),
    row(id="d", district="红旗区", value=Decimal(9), canonical="", indicator="养老中心", year=2026, kind="民生实事"),
)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (View(), "abcd"),
        (View(district="白河区"), "bc"),
        (View(district="白河区", status="achieved"), "b"),
        (View(year="2026"), "bd"),
        (View(kind="民生实事"), "d"),
        (View(nature="约束性"), "c"),
        (View(indicator="高新技术企业数量"), "ab"),
        (View(text="养老 中心"), "d"),
        (View(text="１１０家"), "abcd"),  # stands in the sentence of all four
        (View(text="高新技術企業數量"), "ab"),
        (View(text="没有的词"), ""),
        (View(order="year"), "bdac"),
        (View(order="-year"), "abdc"),
        (View(order="-value"), "abdc"),
        (View(order="value"), "dbac"),
        (View(order="value", district="白河区"), "bc"),
    ],
)
def test_filters_search_and_orders(view: View, expected: str) -> None:
    assert "".join(r.id for r in Catalogue(ROWS).select(view)) == expected


def test_choices_are_what_occurs() -> None:
    catalogue = Catalogue(ROWS)
    assert catalogue.choices("district") == ["青山区", "白河区", "红旗区"]
    assert catalogue.choices("year") == ["2027", "2026"]
    assert catalogue.choices("nature") == ["约束性"]


def test_pages() -> None:
    rows = [row(id=str(n)) for n in range(ROWS_A_PAGE * 2 + 1)]
    assert [r.id for r in page_of(rows, View(page=3))[0]] == [str(ROWS_A_PAGE * 2)]
    assert page_of(rows, View(page=99))[1:] == (3, 3)
    assert page_of([], View()) == ([], 1, 1)


@given(
    st.builds(
        View,
        district=st.text(max_size=8),
        text=st.text(alphabet="四新 &=?#%<\"'区", max_size=20),
        year=st.sampled_from(["", "2025"]),
        status=st.sampled_from(["", "promised"]),
        order=st.sampled_from(["", "-value"]),
        shape=st.sampled_from(["", "sides"]),
        page=st.integers(1, 500),
    )
)
def test_an_address_restores_the_view(view: View) -> None:
    from urllib.parse import parse_qsl

    parameters = dict(parse_qsl(view.query))
    assert parameters.pop("tab") == "commitments"
    assert view_of(parameters) == view


@pytest.mark.parametrize("page", ["-1", "abc", "², ", "9" * 40, "", "１"])
def test_a_malformed_address_is_a_plain_view(page: str) -> None:
    assert view_of({"page": page, "order": "drop", "status": "?", "shape": "x"}) == View()
    assert term_view_of({"page": page}) == TermView()


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, "110家以上"),
        ({"bound": "突破", "value": Decimal(1000), "unit": "个"}, "突破1000个"),
        ({"bound": "", "value": Decimal("21540000000"), "unit": "元"}, "215.4亿元"),
        ({"bound": "", "value": Decimal(3), "upper": Decimal(5), "unit": "名"}, "3—5名"),
        ({"bound": "左右", "rate": "年均", "value": Decimal("1.5"), "unit": "个百分点"}, "年均1.5个百分点左右"),
        ({"value": None, "stated": "完成市分解任务"}, "完成市分解任务"),
        ({"value": None, "stated": ""}, "——"),
    ],
)
def test_amounts(changes: dict[str, object], shown: str) -> None:
    assert amount(row(**changes)) == shown


def test_scales_lose_nothing() -> None:
    assert scaled(Decimal(123456789), "人") == "123456789人"
    assert scaled(Decimal(12345), "人") == "1.2345万人"
    assert base(row(base_value=Decimal("75.92"), base_year=2020, unit="%")) == "2020年75.92%"
    assert [bound_mark(b) for b in ("以上", "以内", "左右", "")] == ["≥", "≤", "≈", ""]


def test_a_chart_has_bars_in_proportion_with_bounds_and_years() -> None:
    svg = bar_chart(
        "企业<数>",
        [
            Bar("甲 2025年承诺", "100家以上", Decimal(100), mark="≥"),
            Bar("乙 2020年已完成", "25—50家", Decimal(25), upper=Decimal(50), achieved=True),
        ],
    )
    root = ElementTree.fromstring(svg)
    widths = [float(r.attrib["width"].rstrip("%")) for r in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths[1] == pytest.approx(widths[0] / 4)
    assert widths[2] == pytest.approx(widths[0] / 4)
    assert "2020年已完成" in "".join(root.itertext())
    assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) == 1
    assert bar_chart("无", []) == ""


def test_the_chart_of_an_indicator_leaves_other_units_out_and_says_so() -> None:
    rows = (*ROWS, row(id="e", unit="平方米", value=Decimal(900)))
    shown = chart_html(rows, View(indicator="高新技术企业数量"))
    assert shown.count("data-mark") == 2
    assert "另有 1 条" in shown
    assert chart_html(rows, View()) == ""


def test_rows_show_figure_year_and_the_sentence_in_its_paragraph() -> None:
    shown = rows_html(ROWS[:1], DOCUMENTS)
    assert "110家以上" in shown
    assert re.search(r"前一句。<mark>到2027年.*?<strong>110家以上</strong>。</mark>后一句。", shown)
    assert "《青山区&#60;规划&#62;》" in shown
    assert "没有符合条件" in rows_html([], DOCUMENTS)


def test_districts_side_by_side() -> None:
    assert [(name, list(own)) for name, own in lined_up(ROWS)] == [("高新技术企业数量", ["青山区", "白河区"])]
    shown = sides_html((*ROWS, row(id="f")), DOCUMENTS)
    assert shown.count("<b>110家以上</b>") == 1  # the same figure twice is shown once
    assert "<b>58家</b>" in shown
    assert "未提及" in shown
    assert "没有两个以上地区" in sides_html(ROWS[3:], DOCUMENTS)


def test_what_a_document_holds_is_escaped() -> None:
    evil = "<img src=x onerror=alert(1)>"
    documents = {"plan": Document(INFO, evil * 3)}
    hostile = row(indicator=evil, canonical="", text=evil, start=0, end=len(evil), body=evil, district=evil, bound=evil)
    term = Term("t", "plan", evil, evil, evil, evil, 0, len(evil), 0, 4)
    assert "<img" not in rows_html([hostile], documents) + terms_html([term], documents)
    assert "<img" not in bar_chart(evil, [Bar(evil, evil, Decimal(1))])


def sheet(raw: bytes) -> list[list[tuple[str, str]]]:
    """(type, value) of every cell of the one sheet; strings looked up."""
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        strings = ["".join(s.itertext()) for s in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert root.findall(".//x:f", NAMESPACE) == []
    return [
        [
            (cell.get("t", "n"), strings[int(value)] if cell.get("t") == "s" else value)
            for cell in line
            if (value := cell.findtext("x:v", "", NAMESPACE))
        ]
        for line in root.findall(".//x:row", NAMESPACE)
    ]


def test_a_workbook_holds_text_as_text_and_figures_as_numbers() -> None:
    hostile = row(indicator='=HYPERLINK("http://x")', district="+1", body="@SUM(A1)", stated="https://x.invalid")
    cells = sheet(as_xlsx(commitment_table([hostile], DOCUMENTS), "承诺", NUMERIC))
    assert [value for _, value in cells[0]] == COMMITMENT_COLUMNS
    assert ("s", '=HYPERLINK("http://x")') in cells[1]
    assert ("s", "https://x.invalid") in cells[1]
    assert ("n", "110") in cells[1]
    assert ("n", "2027") in cells[1]


def test_a_csv_defuses_formulas() -> None:
    told = as_csv(commitment_table([row(indicator="=1+1", district="-2", body="@x")], DOCUMENTS))
    assert told.startswith(BOM)
    cells = list(csv.reader(io.StringIO(told.removeprefix(BOM))))[1]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_terms_are_filtered_and_searched() -> None:
    terms = [
        Term("1", "plan", "青山区", "四新", "新技术", "“四新”,就是新技术。", 0, 1, 0, 1),
        Term("2", "plan", "白河区", "三改", "改水", "改水,简称“三改”。", 0, 1, 0, 1),
    ]
    assert [t.id for t in select_terms(terms, TermView(text="“四新”"))] == ["1"]
    assert [t.id for t in select_terms(terms, TermView(district="白河区"))] == ["2"]
    assert TermView("白河区", "改", 2).query == "tab=terms&district=%E7%99%BD%E6%B2%B3%E5%8C%BA&text=%E6%94%B9&page=2"


def test_exports_are_of_the_view(overlap_chain: LiveChain) -> None:
    client = TestClient(create_app(overlap_chain))
    everything = overlap_chain.get().index.commitments
    wanted = [r for r in everything if r.district == "白河区"]
    assert 0 < len(wanted) < len(everything)
    told = client.get("/export/commitments.csv", params={"district": "白河区"})
    assert told.content.startswith(b"\xef\xbb\xbf")
    assert len(list(csv.reader(io.StringIO(told.text.removeprefix(BOM))))) == len(wanted) + 1
    book = client.get("/export/commitments.xlsx", params={"district": "白河区"})
    assert len(sheet(book.content)) == len(wanted) + 1
    assert "filename*=UTF-8''" in book.headers["content-disposition"]
    assert client.get("/export/terms.csv").status_code == 200
    assert client.get("/export/terms.pdf").status_code == 404
    assert client.get("/export/users.csv").status_code == 404
