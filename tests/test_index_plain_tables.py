"""Tables whose text was copied out of a page or a sheet, and headers of two lines."""

from index.markdown import table
from index.table_parts import split_lines
from index.tables import find_tables
from rag.rows import row_text

TABBED = """表2 青禾县重点项目清单
序号\t项目名称\t总投资(万元)\t牵头单位
1\t污水处理厂扩建\t15800\t县住建局
2\t湖泊修复\t32400\t县水利局

发文机关:\t青禾县人民政府\t成文日期:\t2022年3月18日
"""
A_CELL_A_LINE = (
    "类别 序号 指标名称 2020年 2025年 属性 环境质量 1 优良天数比率(%) 88.8 92.0 约束性 "
    "2 劣Ⅴ类水体(%) 0 0 约束性 风险防控 3 安全利用率(%) 91.2 93左右 约束性"
)


def test_a_row_a_line_with_tabs() -> None:
    (found,) = find_tables(split_lines(TABBED))
    assert found.caption == "表2 青禾县重点项目清单"
    assert [row_text(row) for row in found.rows] == [
        "污水处理厂扩建:总投资15800万元,牵头单位县住建局",
        "湖泊修复:总投资32400万元,牵头单位县水利局",
    ]
    assert all(TABBED[c.start : c.end] == c.value for row in found.rows for c in row.cells)


def test_a_cell_a_line_with_classes_between_the_numbers() -> None:
    (found,) = find_tables(split_lines(A_CELL_A_LINE.replace(" ", "\n")))
    assert [(row.group, row.name) for row in found.rows] == [
        ("环境质量", "优良天数比率(%)"),
        ("环境质量", "劣Ⅴ类水体(%)"),
        ("风险防控", "安全利用率(%)"),
    ]
    assert [cell.value for cell in found.rows[2].cells] == ["91.2", "93左右", "约束性"]


def test_fields_and_numbered_lines_are_no_tables() -> None:
    assert not find_tables(split_lines("发文机关:\t甲县\t日期:\t2022年\n文号:\t甲发〔2022〕1号\t有效性:\t有效\n"))
    assert not find_tables(split_lines("序号\n1\n做好准备。\n2\n抓好落实。\n"))


def test_short_rules_of_markdown() -> None:
    (found,) = find_tables(split_lines("| 类别 | 项目内容 | 目标 |\n| :-- | :-- | --: |\n| 教育 | 新建学校 | 11所 |\n"))
    assert [(row.group, row.name, row.cells[0].value) for row in found.rows] == [("教育", "新建学校", "11所")]


def test_a_header_of_two_lines_is_made_one() -> None:
    rows = [
        ["科目", "2023年", "2023年", "占比(%)"],
        ["科目", "支出数", "增长(%)", "占比(%)"],
        ["教育", "82", "6", "23"],
    ]
    assert table(rows)[0].splitlines()[0] == "| 科目 | 2023年支出数 | 2023年增长(%) | 占比(%) |"
    plain = [["科目", "支出数", "占比"], ["教育", "82", "23"], ["科技", "13", "4"]]
    assert table(plain)[0].splitlines()[0] == "| 科目 | 支出数 | 占比 |"
