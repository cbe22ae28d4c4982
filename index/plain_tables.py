"""Tables as they come out of a web page or a sheet when their text is copied: cells between tabs, or one a line. Pure.

序号 TAB 项目名称 TAB 总投资（万元） TAB 牵头单位        a row a line

序号 / 指标 / 2020年 / 2025年 / 属性 /                 a cell a line; rows begin with 1, 2, 3, …,
环境质量 / 1 / 优良天数比率（%） / 88.8 / 92.0 / 约束性 / 2 / …      a line that is left over is their class
"""

import re

from index.grids import MOST_COLUMNS, NUMBER_COLUMN, Raw, heads_columns, row_of, table_of, titled
from index.table_parts import LEAST_ROWS, Line, Table, is_cell

_TAB = "\t"
_LEAST_COLUMNS, _LEAST_TABBED = 3, 2
_FIELD = re.compile(r"[:：]$")


def tabbed_table(lines: list[Line], first: int) -> Table | None:
    """A table of a row a line, its cells between tabs, whose header is line `first`; None where there is none."""
    header = _cells(lines[first])
    if len(header) < _LEAST_COLUMNS or not all(cell.text for cell in header) or any(map(_is_field, header)):
        return None
    last = first + 1
    while last < len(lines) and _TAB in lines[last].text:
        last += 1
    rows = [_cells(line) for line in lines[first + 1 : last]]
    if len(rows) < _LEAST_TABBED or any(len(row) > len(header) for row in rows):
        return None
    padded = [row + [Line(row[-1].end, row[-1].end, "")] * (len(header) - len(row)) for row in rows]
    table = table_of(first, last, [cell.text for cell in header], [row_of(row) for row in padded])
    return titled(table, lines, first, first)


def numbered_table(lines: list[Line], first: int) -> Table | None:
    """A table of a cell a line, its header led by 序号, which is line `first`, and its rows by 1, 2, 3, …; or None."""
    if not NUMBER_COLUMN.fullmatch(lines[first].text):
        return None
    places = [at for at in range(first, _end(lines, first)) if lines[at].text]
    cells = [lines[at] for at in places]
    for width in range(_LEAST_COLUMNS, MOST_COLUMNS + 1):
        header = [cell.text for cell in cells[:width]]
        if len(header) < width or not heads_columns(header):
            continue
        raw, read = _numbered(cells, width)
        if sum(len(row.cells) == width and bool(row.cells[-1].text) for row in raw) >= LEAST_ROWS:
            return titled(table_of(first, places[read - 1] + 1, header, raw), lines, first, first)
    return None


def _numbered(cells: list[Line], width: int) -> tuple[list[Raw], int]:
    """The rows below a header of `width` cells, classes among them, and how many cells were read."""
    raw: list[Raw] = []
    at, number = width, 1
    while at < len(cells):
        if cells[at].text == str(number) and at + width <= len(cells):
            raw.append(row_of(cells[at : at + width]))
            at, number = at + width, number + 1
        elif at + 1 < len(cells) and cells[at + 1].text == str(number):
            raw.append(row_of([cells[at], *[Line(cells[at].end, cells[at].end, "")] * (width - 1)]))
            at += 1
        else:
            break
    return raw, at


def _end(lines: list[Line], first: int) -> int:
    """The first line from `first` on that is no cell."""
    return next((at for at in range(first, len(lines)) if not is_cell(lines[at])), len(lines))


def _is_field(cell: Line) -> bool:
    """Whether a cell names the value beside it: 发文机关：."""
    return bool(_FIELD.search(cell.text))


def _cells(line: Line) -> list[Line]:
    found: list[Line] = []
    at = line.start
    for part in line.text.split(_TAB):
        text = part.strip()
        start = at + (part.index(text) if text else 0)
        found.append(Line(start, start + len(text), text))
        at += len(part) + 1
    return found
