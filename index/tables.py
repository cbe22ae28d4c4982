"""Indicator tables that a web page flattened to one cell a line → rows with cells. Pure.

    指标名称(单位) |          the header, a line a column
    2020年 |
    …
    经济发展 |                a class: a line followed by empty cells
    |
    (2)常住人口城镇化率(%) |   a row: its name, then a line a cell, blank or “——” where nothing is stated
    75.92 |
    80 |

Markdown tables (`| a | b |` under a `|---|---|` line) come out the same way; where their first columns are a class and
a running number (类别 | 序号 | 指标 | 单位 | 2020年 | …), the row is named by the column that holds names.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from index.types import Cell

_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\ufeff"
_CELL_CHARS = 45
_LEAST_ROWS = 3
_ROW_HEAD = re.compile(r"^[(（]?\d{1,3}[)）.．、]\s*\D")
_NOTE = re.compile(r"^(?:注|备注|说明)\s*[:：]")
_NAME_COLUMN = re.compile(r"(?:(?:主要|重点|具体)?(?:指标|项目|工程|任务|事项)|.{0,4}名称)(?:[(（].*)?")
_CLASS_COLUMN = re.compile(r"(?:指标|项目)?(?:类别|类型|分类|领域|一级指标|大类|方面)")
_NUMBER_COLUMN = re.compile(r"序号|编号|序|(?i:no\.?)")
_MARKDOWN_RULE = re.compile(r"^\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?$")


@dataclass(frozen=True)
class Line:
    """A line of the document without the white space around it."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Row:
    """A table row: its name, its class (the heading inside the table) and its cells."""

    name: str
    group: str
    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """`first:last` are the positions of its lines; `caption` is the header's first cell."""

    first: int
    last: int
    caption: str
    rows: tuple[Row, ...]


def split_lines(text: str) -> list[Line]:
    """Every line, empty ones too, with the place of its visible characters."""
    lines: list[Line] = []
    at = 0
    for raw in text.split("\n"):
        visible = raw.strip(_BLANKS)
        start = at + (raw.index(visible) if visible else 0)
        lines.append(Line(start, start + len(visible), visible))
        at += len(raw) + 1
    return lines


def find_tables(lines: list[Line]) -> list[Table]:
    """The tables among `lines`, in order."""
    tables: list[Table] = []
    at = 0
    while at < len(lines):
        table = _markdown_table(lines, at) or _flattened_table(lines, at)
        if table:
            tables.append(table)
        at = table.last if table else at + 1
    return tables


def _value(line: Line) -> str:
    return line.text.strip("| ").strip()


def _is_cell(line: Line) -> bool:
    return len(line.text) <= _CELL_CHARS and not line.text.endswith(("。", ";", "；", ":", "："))


def _flattened_table(lines: list[Line], first: int) -> Table | None:
    """A table whose header begins at `first`, or None."""
    if not lines[first].text or not _is_cell(lines[first]) or _ROW_HEAD.match(lines[first].text):
        return None
    last = first
    while last < len(lines) and _is_cell(lines[last]) and not _NOTE.match(lines[last].text):
        last += 1
    heads = [i for i in range(first, last) if _ROW_HEAD.match(_value(lines[i]))]
    if len(heads) < _LEAST_ROWS or not _looks_like_cells(heads):
        return None
    body = heads[0]
    group = ""
    while body > first and not _value(lines[body - 1]):
        body -= 1
    if body < heads[0]:  # blanks before the first row: they follow its class
        body -= 1
        group = _value(lines[body])
    header = [_value(line) for line in lines[first:body]]
    if len(header) < 2 or not all(header):
        return None
    raw_rows: list[tuple[str, str, Line, list[Line]]] = []
    ends = [*heads[1:], last]
    for head, end in zip(heads, ends, strict=True):
        cells = lines[head + 1 : end]
        next_group = ""
        if len(cells) > len(header) - 1:  # what is left over opens the next class
            cells, rest = cells[: len(header) - 1], cells[len(header) - 1 :]
            next_group = next((_value(line) for line in rest if _value(line)), "")
        raw_rows.append((_value(lines[head]), group, lines[head], cells))
        group = next_group or group
    return Table(first, last, header[0], tuple(_align(header[1:], raw_rows)))


def _looks_like_cells(heads: list[int]) -> bool:
    """Rows of a table lie about equally far apart, at least two lines; items of a list don't."""
    gaps = [b - a for a, b in pairwise(heads)]
    usual, times = Counter(gaps).most_common(1)[0]
    return usual >= 2 and times * 2 >= len(gaps)


def _align(columns: list[str], raw_rows: list[tuple[str, str, Line, list[Line]]]) -> list[Row]:
    """Lines → cells. Where a row lacks a cell, the last column's value is known by its wording and moved there."""
    last_values = Counter(_value(cells[-1]) for *_, cells in raw_rows if len(cells) == len(columns))
    usual = {value for value, times in last_values.items() if value and times > 1}
    rows: list[Row] = []
    for name, group, head, lines in raw_rows:
        filled = [line for line in lines if line.text]
        shifted = bool(filled) and _value(filled[-1]) == "" and len(filled) > 1 and _value(filled[-2]) in usual
        if shifted:
            filled = filled[:-1]
        cells: list[Cell] = []
        for position, column in enumerate(columns):
            line: Line | None = filled[position] if position < len(filled) else None
            if shifted or len(filled) < len(columns):
                if position == len(columns) - 1 and filled and _value(filled[-1]) in usual:
                    line = filled[-1]
                elif line is not None and line is filled[-1] and _value(line) in usual:
                    line = None
            cells.append(_cell(column, line))
        end = max([head.end, *(line.end for line in lines if line.text)])
        rows.append(Row(name, group, head.start, end, tuple(cells)))
    return rows


def _cell(column: str, line: Line | None) -> Cell:
    value = _value(line) if line else ""
    if line is None or not value:
        return Cell(column, "", 0, 0)
    start = line.start + line.text.index(value)
    return Cell(column, value, start, start + len(value))


def _markdown_table(lines: list[Line], first: int) -> Table | None:
    """A Markdown table whose header is line `first`, or None."""
    if first + 2 >= len(lines) or "|" not in lines[first].text or not _MARKDOWN_RULE.match(lines[first + 1].text):
        return None
    header = [cell for cell, _, _ in _split_cells(lines[first])]
    named = _name_at(header)
    left = [at for at in range(named) if not _NUMBER_COLUMN.fullmatch(header[at])]
    told = [at for at in range(named + 1, len(header)) if not _NUMBER_COLUMN.fullmatch(header[at])]
    last = first + 2
    rows: list[Row] = []
    group = ""
    while last < len(lines) and "|" in lines[last].text:
        line = lines[last]
        parts = _split_cells(line)
        if last + 1 < len(lines) and "|" in lines[last + 1].text and _is_class([value for value, _, _ in parts]):
            group = parts[0][0]
            last += 1
            continue
        group = next((parts[at][0] for at in left if at < len(parts) and parts[at][0]), group)
        cells = tuple(
            Cell(header[at], value, start, end) if value else Cell(header[at], "", 0, 0)
            for at in told
            if at < len(parts)
            for value, start, end in (parts[at],)
        )
        if named < len(parts) and any(value for value, _, _ in parts):
            rows.append(Row(parts[named][0], group, line.start, line.end, cells))
        last += 1
    if not rows or len(header) < 2 or not all(header):  # pairs of field and value are no table
        return None
    return Table(first, last, header[named], tuple(rows))


def _name_at(header: list[str]) -> int:
    """The column that names a row: the first, or the one that says so behind columns of classes and numbers."""
    for at, column in enumerate(header):
        if _NAME_COLUMN.fullmatch(column) and not _CLASS_COLUMN.fullmatch(column):
            return at
        if not _CLASS_COLUMN.fullmatch(column) and not _NUMBER_COLUMN.fullmatch(column):
            return 0
    return 0


def _is_class(values: list[str]) -> bool:
    """Whether a row is the head of those below it: a name without a number, and nothing else."""
    return len(values) > 2 and bool(values[0]) and not any(values[1:]) and not _ROW_HEAD.match(values[0])


def _split_cells(line: Line) -> list[tuple[str, int, int]]:
    """`| a | b |` → (value, start, end) of each cell."""
    cells: list[tuple[str, int, int]] = []
    at = 0
    for part in line.text.split("|"):
        value = part.strip()
        start = line.start + at + (part.index(value) if value else 0)
        cells.append((value, start, start + len(value)))
        at += len(part) + 1
    if cells and not cells[0][0]:
        cells = cells[1:]
    if cells and not cells[-1][0]:
        cells = cells[:-1]
    return cells
