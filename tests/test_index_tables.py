"""Flattened and Markdown tables → rows and cells, each cell cut out of the document by its offsets."""

import json
import re
from pathlib import Path

import pytest

from index.chunk import chunk
from index.load import load_folder
from index.structure import parse
from index.table_parts import Row, Table, split_lines
from index.tables import find_tables
from index.types import Passage

SEEDS = Path(__file__).parents[1] / "seeds"
INDICATORS = json.loads((Path(__file__).parent / "data" / "zhoucun_indicators.json").read_text("utf-8"))


def tables(text: str) -> list[Table]:
    return find_tables(split_lines(text))


def values(row: Row) -> dict[str, str]:
    return {cell.column: cell.value for cell in row.cells}


def test_the_indicator_table_of_zhoucun_is_what_the_hand_written_list_says() -> None:
    text = (SEEDS / INDICATORS["file"]).read_bytes().decode("utf-8")
    (table,) = tables(text)
    assert table.caption == INDICATORS["caption"]
    assert len(table.rows) == len(INDICATORS["rows"]) == 21
    for row, expected in zip(table.rows, INDICATORS["rows"], strict=True):
        assert (row.group, row.name) == (expected["group"], expected["indicator"])
        assert [cell.column for cell in row.cells] == INDICATORS["columns"]
        assert values(row) == expected["cells"], row.name


def test_cells_are_cut_out_of_the_document() -> None:
    text = (SEEDS / INDICATORS["file"]).read_bytes().decode("utf-8")
    (table,) = tables(text)
    for row, expected in zip(table.rows, INDICATORS["rows"], strict=True):
        assert text[row.start : row.end].startswith(row.name)
        for cell in row.cells:
            if cell.column in expected["missing"]:
                assert (cell.value, cell.start, cell.end) == ("", 0, 0)
            else:
                assert cell.value
                assert text[cell.start : cell.end] == cell.value
                assert row.start <= cell.start < cell.end <= row.end
        stated = [cell.start for cell in row.cells if cell.value]
        assert stated == sorted(set(stated))  # each cell is a place of its own


def test_rows_lack_exactly_the_cells_that_the_source_lacks() -> None:
    lacking = {
        re.sub(r"\D.*", "", row["indicator"][1:]): row["missing"] for row in INDICATORS["rows"] if row["missing"]
    }
    assert lacking == {n: ["年均增速/[累计]"] for n in ("16", "17", "18")}
    for row in INDICATORS["rows"]:
        assert row["missing"] == [column for column, value in row["cells"].items() if not value]


def test_every_indicator_is_a_passage_under_its_class() -> None:
    (document,) = [d for d in load_folder(SEEDS) if d.info.file == INDICATORS["file"]]
    rows: list[Passage] = [p for p in chunk([document], 420, 40).passages if p.kind == "row"]
    assert [(p.path, p.lead) for p in rows] == [
        ((INDICATORS["caption"], row["group"]), row["indicator"]) for row in INDICATORS["rows"]
    ]
    assert [{c.column: c.value for c in p.cells} for p in rows] == [row["cells"] for row in INDICATORS["rows"]]


def test_no_other_seed_has_a_table() -> None:
    for path in SEEDS.glob("*.txt"):
        if path.name != INDICATORS["file"]:
            assert tables(path.read_bytes().decode("utf-8")) == [], path.name


MARKDOWN = """前文。

| 指标 | 2020年 | 2025年 |
|:-----|------:|:-----:|
| 绿化覆盖率(%) | 41.2 | 44.32 |
| 高新技术企业(家) |  | 100以上 |
| 优良天数 | —— | 70% |

后文。
"""


def test_a_markdown_table() -> None:
    (table,) = tables(MARKDOWN)
    assert table.caption == "指标"
    assert [(row.name, values(row)) for row in table.rows] == [
        ("绿化覆盖率(%)", {"2020年": "41.2", "2025年": "44.32"}),
        ("高新技术企业(家)", {"2020年": "", "2025年": "100以上"}),
        ("优良天数", {"2020年": "——", "2025年": "70%"}),
    ]
    for row in table.rows:
        for cell in row.cells:
            assert MARKDOWN[cell.start : cell.end] == cell.value
    assert "前文" not in MARKDOWN[table.rows[0].start : table.rows[-1].end]
    assert [b.kind for b in parse(MARKDOWN)] == ["paragraph", "row", "row", "row", "paragraph"]


def test_a_markdown_table_without_outer_bars() -> None:
    text = "指标 | 2020年 | 2025年\n--- | --- | ---\n绿化 | 41 | 44\n"
    (table,) = tables(text)
    assert [(row.name, values(row)) for row in table.rows] == [("绿化", {"2020年": "41", "2025年": "44"})]


@pytest.mark.parametrize("last", ["|", "||", "| |", "| 甲 |", "| 甲 | 1 | 2 | 3 | 4 |"])
def test_ragged_markdown_rows_are_no_trouble(last: str) -> None:
    text = f"| 指标 | 2020年 |\n|---|---|\n| 绿化 | 41 |\n{last}\n"
    (table,) = tables(text)
    assert values(table.rows[0]) == {"2020年": "41"}
    assert all(text[c.start : c.end] == c.value for row in table.rows for c in row.cells)
    assert len(parse(text)) >= 1


FLAT = """主要指标 |
2020年 |
2025年 |
属性 |
经济 |
|
|
|
(1)产值(亿元) |
10 |
—— |
预期性 |
(2)税收(亿元) |
2 |
3 |
约束性 |
生态 |
|
|
|
(3)绿地(公顷) |
7 |
|
约束性 |
(4)水质(%) |
90 |
约束性 |
|
"""


def test_a_flattened_table_of_another_shape() -> None:
    (table,) = tables(FLAT)
    assert [(row.group, row.name, values(row)) for row in table.rows] == [
        ("经济", "(1)产值(亿元)", {"2020年": "10", "2025年": "——", "属性": "预期性"}),
        ("经济", "(2)税收(亿元)", {"2020年": "2", "2025年": "3", "属性": "约束性"}),
        ("生态", "(3)绿地(公顷)", {"2020年": "7", "2025年": "", "属性": "约束性"}),
        ("生态", "(4)水质(%)", {"2020年": "90", "2025年": "", "属性": "约束性"}),
    ]
    assert [FLAT[c.start : c.end] for row in table.rows for c in row.cells] == [
        c.value for row in table.rows for c in row.cells
    ]


@pytest.mark.parametrize(
    "text",
    [
        "重点任务\n1.建设学校\n2.建设医院\n3.建设公园\n4.建设道路\n",
        "一、目标\n(1)新建学校三所\n(2)新建医院两所\n(3)新建公园一座\n",
        "目标\n1.建设学校。\n到2025年新建三所。\n2.建设医院。\n到2025年新建两所。\n3.建设公园。\n到2025年新建一座。\n",
        "姓名 | 张三\n单位 | 某局\n电话 | 123\n",
        "| 只有表头 | 没有行 |\n|---|---|\n",
    ],
)
def test_lists_and_pairs_are_not_tables(text: str) -> None:
    assert tables(text) == []
    covered = {at for b in parse(text) for at in range(b.start, b.end)}
    assert all(at in covered for at, char in enumerate(text) if char not in "\n |-")


def test_lines_know_their_place() -> None:
    text = " 甲\u3000\n\n\t乙 |\r\n"
    assert [(line.text, text[line.start : line.end]) for line in split_lines(text)] == [
        ("甲", "甲"),
        ("", ""),
        ("乙 |", "乙 |"),
        ("", ""),
    ]
