"""Tables with classes and running numbers, or with neither, and rows as they are told."""

import pytest
from makes import NUMBERED, PLAIN, PLAN

from index.table_parts import split_lines
from index.tables import find_tables
from rag.rows import row_text


def test_one_cell_a_line_with_running_numbers() -> None:
    (table,) = find_tables(split_lines(NUMBERED))
    assert table.caption == "专栏1 青禾县“十四五”主要指标"
    assert [(row.group, row.name) for row in table.rows] == [
        ("一、经济发展", "地区生产总值"),
        ("一、经济发展", "常住人口城镇化率"),
        ("一、经济发展", "森林覆盖率"),
        ("二、民生福祉", "每千人口执业医师数"),
    ]
    assert [row_text(row) for row in table.rows] == [
        "地区生产总值:2020年186.4亿元,2025年265亿元,年均增速7.3%左右,属性预期性",
        "常住人口城镇化率:2020年52.3%,2025年58.5%,累计6.2个百分点,属性预期性",
        "森林覆盖率:2025年62%,属性约束性",  # a cell is missing: the last is known by its wording
        "每千人口执业医师数:2020年2.31人,2025年3人,属性预期性",
    ]
    assert all(NUMBERED[c.start : c.end] == c.value for row in table.rows for c in row.cells if c.value)


def test_one_cell_a_line_without_numbers() -> None:
    (table,) = find_tables(split_lines(PLAIN))
    assert table.caption == "2023年为民办实事项目完成情况表"
    assert [row_text(row) for row in table.rows] == [
        "新增学位:年初目标3000个,完成情况3240个,责任单位区教育局",
        "建设长者食堂:年初目标15家,责任单位区民政局",
        "“两癌”免费筛查:年初目标2万人,完成情况2.14万人,责任单位区卫健局",
    ]


@pytest.mark.parametrize(
    "text",
    [
        NUMBERED.replace("序号 |\n指标名称 |", "甲 |\n乙 |"),  # no head names what a row is about
        NUMBERED.replace("2020年 |\n2025年 |", "2020年 |\n2020年 |"),  # two columns of one name
        PLAIN.replace("家 |\n15 |", "家 |"),  # no whole rows
        "指标 |\n单位 |\n目标 |\n甲 |\n家 |\n3 |\n",  # a single row
    ],
)
def test_other_lines_with_bars_are_no_such_table(text: str) -> None:
    assert not find_tables(split_lines(text))


def test_a_row_is_named_by_the_column_of_names() -> None:
    first, second = find_tables(split_lines(PLAN))
    assert first.caption == "指标名称"
    assert [(row.group, row.name) for row in first.rows] == [
        ("经济发展", "地区生产总值"),
        ("经济发展", "全员劳动生产率"),
        ("经济发展", "常住人口城镇化率"),
        ("民生福祉", "每千人口婴幼儿托位数"),
    ]
    assert all(PLAN[c.start : c.end] == c.value for row in first.rows for c in row.cells if c.value)
    assert {c.column for row in first.rows for c in row.cells}.isdisjoint({"类别", "序号", "指标名称"})
    assert [row.name for row in second.rows] == ["龙潭水库", "应急物资储备库"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("地区生产总值", "地区生产总值:2020年142.6亿元,2025年200亿元以上,年均增长7%左右,属性预期性"),
        ("全员劳动生产率", "全员劳动生产率:2020年6.9万元/人,2025年9.6万元/人,年均增长6.8%,属性预期性"),
        ("常住人口城镇化率", "常住人口城镇化率:2020年45.8%,2025年53%,累计7.2个百分点,属性预期性"),
        ("每千人口婴幼儿托位数", "每千人口婴幼儿托位数:2025年4.2个,累计3.5个,属性预期性"),
        ("龙潭水库", "龙潭水库:建设内容总库容2860万立方米,总投资9.2亿元,牵头单位县水利局"),
    ],
)
def test_units_of_columns_and_rows(name: str, told: str) -> None:
    rows = [row for table in find_tables(split_lines(PLAN)) for row in table.rows]
    assert row_text(next(row for row in rows if row.name == name)) == told
