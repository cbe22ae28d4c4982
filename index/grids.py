"""Tables whose rows are told apart by the width of their header or by a running number. Pure.

Markdown tables (`| a | b |` under a `|---|---|` line), and grids of one cell a line, each ending in a bar. Where the
first columns are a class and a running number (类别 | 序号 | 指标 | 单位 | 2020年 | …), the row is named by the column
that holds names.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.columns import NATURES, is_blank
from index.table_parts import CELL_CHARS, LEAST_ROWS, ROW_HEAD, Line, Row, Table, cell_of, spread, value_of

_NAME_COLUMN = re.compile(r"(?:(?:主要|重点|具体)?(?:指标|项目|工程|任务|事项)|.{0,4}名称)(?:[(（].*)?")
_CLASS_COLUMN = re.compile(r"(?:指标|项目)?(?:类别|类型|分类|领域|一级指标|大类|方面)")
NUMBER_COLUMN = re.compile(r"序号|编号|序|(?i:no\.?)")
_FIGURE_COLUMN = re.compile(r"单位|20\d\d|目标|完成|基期|现状|属性|年均|累计")
_YEAR_OR_TARGET = re.compile(r"20\d\d|目标|完成|基期|现状")
_BARE_FIGURE = re.compile(r"[-+]?\d[\d.,]*[%％]?")
_TITLE = re.compile(
    r"[^。;；,，]{4,40}(?:表|情况|指标|目标|任务|标准|清单|明细)(?:[(（](?:单位)?[^()（）]{1,16}[)）])?"
)
_LEAST_COLUMNS, MOST_COLUMNS = 3, 10
_MOSTLY = 0.8
_MARKDOWN_RULE = re.compile(r"^(?:\|?\s*:?-{3,}:?\s*\|?|\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?)$")


@dataclass(frozen=True)
class Raw:
    """A table's row as it stands: a line, or a part of one, for each cell."""

    start: int
    end: int
    cells: tuple[Line, ...]

    @property
    def values(self) -> list[str]:
        return [value_of(cell) for cell in self.cells]


def markdown_table(lines: list[Line], first: int) -> Table | None:
    """A Markdown table whose header is line `first`, or None."""
    if first + 2 >= len(lines) or "|" not in lines[first].text or not _MARKDOWN_RULE.match(lines[first + 1].text):
        return None
    header = [value_of(cell) for cell in _split_cells(lines[first])]
    last = first + 2
    while last < len(lines) and "|" in lines[last].text:
        last += 1
    raw = [Raw(line.start, line.end, tuple(_split_cells(line))) for line in lines[first + 2 : last]]
    return table_of(first, last, header, raw)


def grid(lines: list[Line], first: int) -> Table | None:
    """A table of one cell a line, each ending in a bar, its rows known by their length or running number; or None.

    The header begins at `first` or, below the table's title, one line later.
    """
    if not _is_barred(lines[first]) or (first and _is_barred(lines[first - 1])):
        return None
    last = first
    while last < len(lines) and _is_barred(lines[last]):
        last += 1
    for start in (first, first + 1):
        for width in range(_LEAST_COLUMNS, MOST_COLUMNS + 1):
            header = [value_of(line) for line in lines[start : start + width]]
            if not heads_columns(header):
                continue
            raw = _by_width(lines[start + width : last], width)
            if raw and _fits(header, raw):
                return titled(table_of(first, last, header, raw), lines, first, start)
        header = [value_of(line) for line in lines[start:last]]
        width = _until_one(header)
        if width >= _LEAST_COLUMNS and NUMBER_COLUMN.fullmatch(header[0]) and heads_columns(header[:width]):
            raw = _by_number(lines[start + width : last], header[:width])
            if raw and _fits(header[:width], raw):
                return titled(table_of(first, last, header[:width], raw), lines, first, start)
    return None


def titled(table: Table | None, lines: list[Line], first: int, start: int) -> Table | None:
    """`table` with its title for a caption, where one stands above its header."""
    above = next((line for line in reversed(lines[max(0, first - 2) : first]) if line.text), None)
    title = value_of(lines[first]) if start > first else above.text if above else ""
    return replace(table, caption=title) if table and _TITLE.fullmatch(title) else table


def _is_barred(line: Line) -> bool:
    return line.text.endswith("|") and line.text.count("|") == 1 and len(line.text) <= CELL_CHARS


def heads_columns(header: list[str]) -> bool:
    """Whether these may be the heads of columns: one names the rows, one a unit, a year, a target or an outcome."""
    named = any(_NAME_COLUMN.fullmatch(cell) for cell in header[:3])
    told = any(_FIGURE_COLUMN.search(cell) for cell in header[1:])
    figures = any(_BARE_FIGURE.fullmatch(cell) for cell in header)
    return len(header) > 2 and all(header) and len(set(header)) == len(header) and named and told and not figures


def _by_width(lines: list[Line], width: int) -> list[Raw]:
    """Rows of `width` cells each; none where the lines don't make whole rows."""
    if len(lines) % width or len(lines) < LEAST_ROWS * width:
        return []
    return [row_of(lines[at : at + width]) for at in range(0, len(lines), width)]


def _until_one(cells: list[str]) -> int:
    """The number of cells before a row numbered 1, a class of rows above it left out; 0 where there is none."""
    at = cells.index("1") if "1" in cells else 0
    while at > 1 and not cells[at - 1]:
        at -= 1
    return at - 1 if at and cells[at : at + 1] == [""] else at


def _by_number(lines: list[Line], header: list[str]) -> list[Raw]:
    """Rows that begin with 1, 2, 3, …; where one lacks cells, its last is known by its wording, as in `_align`."""
    begins: list[int] = []
    for at, line in enumerate(lines):
        if value_of(line) == str(len(begins) + 1) and (not begins or at - begins[-1] > 1):
            begins.append(at)
    if len(begins) < LEAST_ROWS:
        return []
    width = len(header)
    found = [row_of(lines[: begins[0]])] if begins[0] else []
    last_values = Counter(value_of(lines[at + width - 1]) for at in begins if at + width <= len(lines))
    usual = {value for value, times in last_values.items() if times > 1} | set(NATURES)
    for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True):
        own = lines[begin:end]
        blanks = next((n for n, line in enumerate(reversed(own)) if value_of(line)), len(own))
        body, class_row = (own[: -blanks - 1], own[-blanks - 1 :]) if blanks >= width - 1 else (own, [])
        found.append(row_of(spread(body[:width], width, usual)))
        found += [row_of(class_row)] if class_row else []
    return found


def row_of(lines: Sequence[Line]) -> Raw:
    return Raw(lines[0].start, max([line.end for line in lines if value_of(line)] or [lines[0].end]), tuple(lines))


def _fits(header: list[str], raw: list[Raw]) -> bool:
    """Whether figures stand where they belong: not among the names, and in most cells below years and targets."""
    named = _name_at(header)
    told = [at for at, cell in enumerate(header) if at > named and _YEAR_OR_TARGET.search(cell)]
    rows = [r for r in raw if len(r.cells) == len(header) and any(r.values[1:])]
    figures = [bool(re.search(r"\d", r.values[at])) or is_blank(r.values[at]) for r in rows for at in told]
    names = [bool(r.values[named]) and not _BARE_FIGURE.fullmatch(r.values[named]) for r in rows]
    return len(rows) >= LEAST_ROWS and all(names) and (not figures or sum(figures) >= _MOSTLY * len(figures))


def table_of(first: int, last: int, header: list[str], raw: list[Raw]) -> Table | None:
    """Rows named, classed and told by the heads of their columns; None where these are none."""
    named = _name_at(header)
    left = [at for at in range(named) if not NUMBER_COLUMN.fullmatch(header[at])]
    told = [at for at in range(named + 1, len(header)) if not NUMBER_COLUMN.fullmatch(header[at])]
    rows: list[Row] = []
    group = ""
    for number, own in enumerate(raw):
        values = own.values
        if number + 1 < len(raw) and _is_class(values):
            group = values[0]
            continue
        group = next((values[at] for at in left if at < len(values) and values[at]), group)
        if named < len(values) and any(values):
            cells = tuple(cell_of(header[at], own.cells[at]) for at in told if at < len(values))
            rows.append(Row(values[named], group, own.start, own.end, cells))
    if not rows or len(header) < 2 or not all(header):  # pairs of field and value are no table
        return None
    return Table(first, last, header[named], tuple(rows))


def _name_at(header: list[str]) -> int:
    """The column that names a row: the first behind columns of classes and numbers, if it is none of figures."""
    for at, column in enumerate(header):
        if _NAME_COLUMN.fullmatch(column) and not _CLASS_COLUMN.fullmatch(column):
            return at
        if not _CLASS_COLUMN.fullmatch(column) and not NUMBER_COLUMN.fullmatch(column):
            return 0 if _FIGURE_COLUMN.search(column) else at
    return 0


def _is_class(values: list[str]) -> bool:
    """Whether a row is the head of those below it: a name without a number, and nothing else."""
    return len(values) > 2 and bool(values[0]) and not any(values[1:]) and not ROW_HEAD.match(values[0])


def _split_cells(line: Line) -> list[Line]:
    """`| a | b |` → the part of the line that each cell is."""
    cells: list[Line] = []
    at = line.start
    for part in line.text.split("|"):
        cells.append(Line(at, at + len(part), part))
        at += len(part) + 1
    if cells and not value_of(cells[0]):
        cells = cells[1:]
    if cells and not value_of(cells[-1]):
        cells = cells[:-1]
    return cells
