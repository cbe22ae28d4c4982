"""Indicator tables of a document, in any of the forms that they come in → rows with cells. Pure.

A table that a web page flattened to one cell a line, its rows led by (1), (2), …:

    指标名称(单位) |          the header, a line a column
    2020年 |
    …
    经济发展 |                a class: a line followed by empty cells
    |
    (2)常住人口城镇化率(%) |   a row: its name, then a line a cell, blank or “——” where nothing is stated
    75.92 |
    80 |

Markdown tables and grids without such numbers: `index.grids`.
"""

import re
from collections import Counter
from itertools import pairwise

from index.grids import grid, markdown_table
from index.plain_tables import numbered_table, tabbed_table
from index.table_parts import LEAST_ROWS, ROW_HEAD, Line, Row, Table, cell_of, is_cell, spread, value_of

_NOTE = re.compile(r"^(?:注|备注|说明)\s*[:：]")


def find_tables(lines: list[Line]) -> list[Table]:
    """The tables among `lines`, in order."""
    tables: list[Table] = []
    at = 0
    while at < len(lines):
        table = (
            markdown_table(lines, at)
            or tabbed_table(lines, at)
            or _flattened_table(lines, at)
            or grid(lines, at)
            or numbered_table(lines, at)
        )
        if table:
            tables.append(table)
        at = table.last if table else at + 1
    return tables


def _flattened_table(lines: list[Line], first: int) -> Table | None:
    """A table whose header begins at `first`, or None."""
    if not lines[first].text or not is_cell(lines[first]) or ROW_HEAD.match(lines[first].text):
        return None
    last = first
    while last < len(lines) and is_cell(lines[last]) and not _NOTE.match(lines[last].text):
        last += 1
    heads = [i for i in range(first, last) if ROW_HEAD.match(value_of(lines[i]))]
    if len(heads) < LEAST_ROWS or not _looks_like_cells(heads):
        return None
    body = heads[0]
    group = ""
    while body > first and not value_of(lines[body - 1]):
        body -= 1
    if body < heads[0]:  # blanks before the first row: they follow its class
        body -= 1
        group = value_of(lines[body])
    header = [value_of(line) for line in lines[first:body]]
    if len(header) < 2 or not all(header):
        return None
    raw_rows: list[tuple[str, str, Line, list[Line]]] = []
    ends = [*heads[1:], last]
    for head, end in zip(heads, ends, strict=True):
        cells = lines[head + 1 : end]
        next_group = ""
        if len(cells) > len(header) - 1:  # what is left over opens the next class
            cells, rest = cells[: len(header) - 1], cells[len(header) - 1 :]
            next_group = next((value_of(line) for line in rest if value_of(line)), "")
        raw_rows.append((value_of(lines[head]), group, lines[head], cells))
        group = next_group or group
    return Table(first, last, header[0], tuple(_align(header[1:], raw_rows)))


def _looks_like_cells(heads: list[int]) -> bool:
    """Rows of a table lie about equally far apart, at least two lines; items of a list don't."""
    gaps = [b - a for a, b in pairwise(heads)]
    usual, times = Counter(gaps).most_common(1)[0]
    return usual >= 2 and times * 2 >= len(gaps)


def _align(columns: list[str], raw_rows: list[tuple[str, str, Line, list[Line]]]) -> list[Row]:
    """Lines → cells. Where a row lacks a cell, the last column's value is known by its wording and moved there."""
    last_values = Counter(value_of(cells[-1]) for *_, cells in raw_rows if len(cells) == len(columns))
    usual = {value for value, times in last_values.items() if value and times > 1}
    rows: list[Row] = []
    for name, group, head, lines in raw_rows:
        filled = [line for line in lines if line.text]
        if len(filled) > 1 and not value_of(filled[-1]) and value_of(filled[-2]) in usual:
            filled = filled[:-1]
        filled = spread(filled, len(columns), usual)
        missing = [Line(head.end, head.end, "")] * (len(columns) - len(filled))
        cells = tuple(cell_of(column, line) for column, line in zip(columns, [*filled, *missing], strict=False))
        end = max([head.end, *(line.end for line in lines if line.text)])
        rows.append(Row(name, group, head.start, end, cells))
    return rows
