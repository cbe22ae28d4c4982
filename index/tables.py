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
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
_FIGURE_COLUMN = re.compile(r"单位|20\d\d|目标|完成|基期|现状|属性|年均|累计")
_YEAR_OR_TARGET = re.compile(r"20\d\d|目标|完成|基期|现状")
_BARE_FIGURE = re.compile(r"[-+]?\d[\d.,]*[%％]?")
_TITLE = re.compile(r"[^。;；,，]{4,40}(?:表|情况|指标|目标|任务)")
_NATURE = re.compile(r"约束性|预期性|指导性")
_LEAST_COLUMNS, _MOST_COLUMNS = 3, 10
_MOSTLY = 0.8
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
    """`first:last` are the positions of its lines; `caption` is the head of the names' column, or a grid's title."""

    first: int
    last: int
    caption: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class _Raw:
    """A table's row as it stands: its cells with their places."""

    start: int
    end: int
    cells: tuple[tuple[str, int, int], ...]


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
        table = _markdown_table(lines, at) or _flattened_table(lines, at) or _grid(lines, at)
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
    last = first + 2
    while last < len(lines) and "|" in lines[last].text:
        last += 1
    raw = [_Raw(line.start, line.end, tuple(_split_cells(line))) for line in lines[first + 2 : last]]
    return _table(first, last, header, raw)


def _grid(lines: list[Line], first: int) -> Table | None:
    """A table of one cell a line, each ending in a bar, its rows known by their length or running number; or None.

    The header begins at `first` or, below the table's title, one line later.
    """
    if not _is_barred(lines[first]) or (first and _is_barred(lines[first - 1])):
        return None
    last = first
    while last < len(lines) and _is_barred(lines[last]):
        last += 1
    for start in (first, first + 1):
        for width in range(_LEAST_COLUMNS, _MOST_COLUMNS + 1):
            header = [_value(line) for line in lines[start : start + width]]
            if not _heads_columns(header):
                continue
            raw = _by_width(lines[start + width : last], width)
            if raw and _fits(header, raw):
                return _titled(_table(first, last, header, raw), lines, first, start)
        header = [_value(line) for line in lines[start:last]]
        width = _until_one(header)
        if width >= _LEAST_COLUMNS and _NUMBER_COLUMN.fullmatch(header[0]) and _heads_columns(header[:width]):
            raw = _by_number(lines[start + width : last], header[:width])
            if raw and _fits(header[:width], raw):
                return _titled(_table(first, last, header[:width], raw), lines, first, start)
    return None


def _titled(table: Table | None, lines: list[Line], first: int, start: int) -> Table | None:
    """`table` with its title for a caption, where one stands above its header."""
    above = next((line for line in reversed(lines[max(0, first - 2) : first]) if line.text), None)
    title = _value(lines[first]) if start > first else above.text if above else ""
    return replace(table, caption=title) if table and _TITLE.fullmatch(title) else table


def _is_barred(line: Line) -> bool:
    return line.text.endswith("|") and line.text.count("|") == 1 and len(line.text) <= _CELL_CHARS


def _heads_columns(header: list[str]) -> bool:
    """Whether these may be the heads of columns: one names the rows, one a unit, a year, a target or an outcome."""
    named = any(_NAME_COLUMN.fullmatch(cell) for cell in header[:3])
    told = any(_FIGURE_COLUMN.search(cell) for cell in header[1:])
    figures = any(_BARE_FIGURE.fullmatch(cell) for cell in header)
    return len(header) > 2 and all(header) and len(set(header)) == len(header) and named and told and not figures


def _by_width(lines: list[Line], width: int) -> list[_Raw]:
    """Rows of `width` cells each; none where the lines don't make whole rows."""
    if len(lines) % width or len(lines) < _LEAST_ROWS * width:
        return []
    return [_raw(lines[at : at + width]) for at in range(0, len(lines), width)]


def _until_one(cells: list[str]) -> int:
    """The number of cells before a row numbered 1, a class of rows above it left out; 0 where there is none."""
    at = cells.index("1") if "1" in cells else 0
    while at > 1 and not cells[at - 1]:
        at -= 1
    return at - 1 if at and cells[at : at + 1] == [""] else at


def _by_number(lines: list[Line], header: list[str]) -> list[_Raw]:
    """Rows that begin with 1, 2, 3, …; where one lacks cells, its last is known by its wording, as in `_align`."""
    begins: list[int] = []
    for at, line in enumerate(lines):
        if _value(line) == str(len(begins) + 1) and (not begins or at - begins[-1] > 1):
            begins.append(at)
    if len(begins) < _LEAST_ROWS:
        return []
    width = len(header)
    found = [_raw(lines[: begins[0]])] if begins[0] else []
    usual = Counter(_value(lines[at + width - 1]) for at in begins if at + width <= len(lines))
    for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True):
        own = lines[begin:end]
        blanks = next((n for n, line in enumerate(reversed(own)) if _value(line)), len(own))
        body, class_row = (own[: -blanks - 1], own[-blanks - 1 :]) if blanks >= width - 1 else (own, [])
        body = body[:width]
        final = _value(body[-1])
        short = len(body) < width and (usual[final] > 1 or bool(_NATURE.fullmatch(final)))
        cells = _raw(body[:-1] if short else body).cells
        cells += (("", 0, 0),) * (width - 1 - len(cells)) + _raw(body[-1:]).cells if short else ()
        found.append(_Raw(lines[begin].start, body[-1].end, cells))
        found += [_raw(class_row)] if class_row else []
    return found


def _raw(lines: Sequence[Line]) -> _Raw:
    cells = []
    for line in lines:
        value = _value(line)
        start = line.start + (line.text.index(value) if value else 0)
        cells.append((value, start, start + len(value)))
    return _Raw(lines[0].start, max([line.end for line in lines if _value(line)] or [lines[0].end]), tuple(cells))


def _fits(header: list[str], raw: list[_Raw]) -> bool:
    """Whether figures stand where they belong: not among the names, and in most cells below years and targets."""
    named = _name_at(header)
    told = [at for at, cell in enumerate(header) if at > named and _YEAR_OR_TARGET.search(cell)]
    rows = [r for r in raw if len(r.cells) == len(header) and any(value for value, _, _ in r.cells[1:])]
    figures = [bool(re.search(r"\d", r.cells[at][0])) or _is_empty(r.cells[at][0]) for r in rows for at in told]
    names = [bool(r.cells[named][0]) and not _BARE_FIGURE.fullmatch(r.cells[named][0]) for r in rows]
    return len(rows) >= _LEAST_ROWS and all(names) and (not figures or sum(figures) >= _MOSTLY * len(figures))


def _is_empty(value: str) -> bool:
    return not value.strip("-—–―/ ")


def _table(first: int, last: int, header: list[str], raw: list[_Raw]) -> Table | None:
    """Rows named, classed and told by the heads of their columns; None where these are none."""
    named = _name_at(header)
    left = [at for at in range(named) if not _NUMBER_COLUMN.fullmatch(header[at])]
    told = [at for at in range(named + 1, len(header)) if not _NUMBER_COLUMN.fullmatch(header[at])]
    rows: list[Row] = []
    group = ""
    for number, own in enumerate(raw):
        parts = own.cells
        if number + 1 < len(raw) and _is_class([value for value, _, _ in parts]):
            group = parts[0][0]
            continue
        group = next((parts[at][0] for at in left if at < len(parts) and parts[at][0]), group)
        cells = tuple(
            Cell(header[at], value, start, end) if value else Cell(header[at], "", 0, 0)
            for at in told
            if at < len(parts)
            for value, start, end in (parts[at],)
        )
        if named < len(parts) and any(value for value, _, _ in parts):
            rows.append(Row(parts[named][0], group, own.start, own.end, cells))
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
