"""Figures: value, unit, bound and place, however they are written."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.normal import fold
from index.quantity import UNITS, Quantity, chinese_number, quantities

SEEDS = Path(__file__).parents[1] / "seeds"


def found(text: str, chinese: bool = False) -> list[tuple[str, str, str]]:
    """(value, unit, bound) of each figure; the value as plain decimal digits."""
    return [(format(q.value.normalize(), "f"), q.unit, q.bound) for q in quantities(text, chinese)]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        # plain
        ("建成公园36个", [("36", "个", "")]),
        ("达到215.4亿元", [("21540000000", "元", "")]),
        ("敷设管线92公里", [("92", "公里", "")]),
        ("罚款总额997万元", [("9970000", "元", "")]),
        ("完成4.6万户改造", [("46000", "户", "")]),
        ("节水灌溉面积8万亩", [("80000", "亩", "")]),
        ("增加1,200人", [("1200", "人", "")]),
        ("增加1,234,567.5元", [("1234567.5", "元", "")]),
        ("提高1.5个百分点", [("1.5", "个百分点", "")]),
        ("提高1.5百分点", [("1.5", "个百分点", "")]),
        ("粮食产量5万吨", [("50000", "吨", "")]),
        ("死亡率4‰", [("4", "‰", "")]),
        ("翻2倍", [("2", "倍", "")]),
        ("没有数字", []),
        ("", []),
        # full width, stray spaces, other digits
        ("１２００家", [("1200", "家", "")]),
        ("１２．５％", [("12.5", "%", "")]),
        ("70 余家", [("70", "家", "")]),
        ("1252 亿元", [("125200000000", "元", "")]),
        ("85825\u3000元", [("85825", "元", "")]),
        ("6453 套、 4.6 万户", [("6453", "套", ""), ("46000", "户", "")]),
        ("12 34", [("12", "", ""), ("34", "", "")]),
        ("①2025年", [("1", "", ""), ("2025", "年", "")]),
        ("100m²", [("100", "平方米", "")]),
        ("50MW", [("50", "", "")]),
        ("110千伏、110kV", [("110", "千伏", ""), ("110", "千伏", "")]),
        ("5千人", [("5000", "人", "")]),
        ("3百万元", [("3000000", "元", "")]),
        # dates
        ("2025年", [("2025", "年", "")]),
        ("二〇二五年", [("2025", "年", "")]),
        ("二 〇 三五年", [("2035", "年", "")]),
        ("二○ 三五年", [("2035", "年", "")]),
        ("一九九五年", [("1995", "年", "")]),
        ("2021年7月15日", [("2021", "年", ""), ("7", "月", ""), ("15", "日", "")]),
        # bounds before and after
        ("不低于90%", [("90", "%", "不低于")]),
        ("不少于30场", [("30", "场", "不少于")]),
        ("超过60%", [("60", "%", "超过")]),
        ("突破1000个", [("1000", "个", "突破")]),
        ("不超过45人", [("45", "人", "不超过")]),
        ("约471.12亿元", [("47112000000", "元", "约")]),
        ("110家以上", [("110", "家", "以上")]),
        ("3.5%以内", [("3.5", "%", "以内")]),
        ("3.5%之内", [("3.5", "%", "之内")]),
        ("9%左右", [("9", "%", "左右")]),
        ("7 左右", [("7", "", "左右")]),
        ("40% 以上", [("40", "%", "以上")]),
        ("5500万立方米以内", [("55000000", "立方米", "以内")]),
        # percentages in words
        ("百分之六", [("6", "%", "")]),
        ("百分之六十五", [("65", "%", "")]),
        ("百分之六点五", [("6.5", "%", "")]),
        ("百分之百", [("100", "%", "")]),
        ("千分之三", [("3", "‰", "")]),
        ("百分之6.5", [("6.5", "%", "")]),
        ("百分之六以上", [("6", "%", "以上")]),
        # several
        ("3~5个", [("3", "", ""), ("5", "个", "")]),
        ("2013—2016年", [("2013", "", ""), ("2016", "年", "")]),
        ("4.1:43.1:52.8", [("4.1", "", ""), ("43.1", "", ""), ("52.8", "", "")]),
        ("分别达到110家、150家", [("110", "家", ""), ("150", "家", "")]),
    ],
)
def test_figures(text: str, figures: list[tuple[str, str, str]]) -> None:
    assert found(text) == figures


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("１２００家", "1200家"),
        ("1200家", "1,200家"),
        ("二〇二五年", "2025年"),
        ("1.2万亿元", "12000亿元"),
        ("1.2万亿", "12000亿"),
        ("0.5亿元", "5000万元"),
        ("百分之六", "6%"),
        ("百分之六", "６％"),
        ("6.0%", "6%"),
        ("100平方千米", "100平方公里"),
        ("100㎡", "100平方米"),
        ("3km", "3公里"),
        ("3KM", "3千米"),
        ("10周年", "10年"),
        ("張店區５０家", "张店区50家"),
    ],
)
def test_one_figure_written_two_ways_has_one_key(one: str, other: str) -> None:
    ((a,), (b,)) = quantities(one), quantities(other)
    assert a.key == b.key


@pytest.mark.parametrize(
    ("one", "other"),
    [("110家", "111家"), ("6%", "6‰"), ("6%", "6个百分点"), ("1万元", "1亿元"), ("5年", "5个"), ("1.1万户", "1.1户")],
)
def test_near_twins_have_different_keys(one: str, other: str) -> None:
    ((a,), (b,)) = quantities(one), quantities(other)
    assert a.key != b.key


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("新建三个公园", [("3", "个", "")]),
        ("三百二十家", [("320", "家", "")]),
        ("两年内", [("2", "年", "")]),
        ("一万人", [("10000", "人", "")]),
        ("新建12处、改建三处", [("12", "处", ""), ("3", "处", "")]),
        ("百分之六", [("6", "%", "")]),
        ("一带一路", [("1", "路", "")]),
    ],
)
def test_chinese_figures_on_request(text: str, figures: list[tuple[str, str, str]]) -> None:
    assert found(text, chinese=True) == figures


def test_chinese_figures_only_on_request() -> None:
    assert found("新建三个公园、三百二十家企业") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", "0"),
        ("六", "6"),
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("一百零五", "105"),
        ("三百二十", "320"),
        ("两千", "2000"),
        ("一万二千", "12000"),
        ("三千五百万", "35000000"),
        ("一亿二千万", "120000000"),
        ("六点五", "6.5"),
        ("三点一四", "3.14"),
        ("二〇二五", "2025"),
    ],
)
def test_chinese_number(text: str, value: str) -> None:
    assert chinese_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["三个", "六点个", "abc"])
def test_what_is_no_chinese_number(text: str) -> None:
    assert chinese_number(text) is None


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("累计达到 １２００ 家以上", "１２００ 家"),
        ("到二 〇 三五年基本实现", "二 〇 三五年"),
        ("总额约1252 亿元。", "1252 亿元"),
        ("占百分之六十以上", "百分之六十"),
        ("張店區建成口袋公園12處", "12處"),
    ],
)
def test_offsets_cut_the_figure_out_of_the_original(text: str, cut: str) -> None:
    (figure,) = quantities(text)
    assert text[figure.start : figure.end] == cut
    assert figure.text == fold(cut)


def hold(text: str, figures: list[Quantity]) -> None:
    places = [(q.start, q.end) for q in figures]
    assert places == sorted(places)
    for a, b in pairwise(places):
        assert a[1] <= b[0], text[a[0] : b[1]]
    for q in figures:
        cut = text[q.start : q.end]
        assert fold(cut) == q.text
        (alone,) = quantities(cut)
        assert alone.key == q.key


def test_every_figure_of_the_seeds_maps_back() -> None:
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_bytes().decode("utf-8")
        figures = quantities(text)
        assert len(figures) > 50, path.name
        hold(text, figures)


_number = st.one_of(
    st.integers(0, 10**7).map(str),
    st.decimals(0, 9999, places=2).map(str),
    st.integers(1000, 10**7).map(lambda n: f"{n:,}"),
)


@given(
    before=st.sampled_from(["达到", "完成，", ""]),
    number=_number,
    scale=st.sampled_from(["", "万", "亿", "万亿"]),
    unit=st.sampled_from([u for u in UNITS if u[0] != "万"]),
)
def test_what_is_written_is_read(before: str, number: str, scale: str, unit: str) -> None:
    text = f"{before}{number}{scale}{unit}。"
    (figure,) = quantities(text)
    factor = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}[scale]
    assert figure.value == Decimal(number.replace(",", "")) * factor
    assert text[figure.start : figure.end] == text[len(before) : -1]


@given(
    st.text(st.sampled_from("0123456789.,，.%％ \u3000１２年月日百分之六二〇万亿元家个余以上约㎡—~㎞①m"), max_size=40)
)
def test_figures_of_any_text_map_back(text: str) -> None:
    places = [(q.start, q.end) for q in quantities(text, chinese=True)]
    assert all(0 <= a < b <= len(text) for a, b in places)
    assert all(a[1] <= b[0] for a, b in pairwise(places))
