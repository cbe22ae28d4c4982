"""Lines, and the rows, tables and cells that they make: what every kind of table is read with. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.types import Cell

CELL_CHARS = 45
LEAST_ROWS = 3
ROW_HEAD = re.compile(r"^[(（]?\d{1,3}[)）.．、]\s*\D")
_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\ufeff"


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


def is_cell(line: Line) -> bool:
    """Whether a line may be a cell: short, and no sentence."""
    return len(line.text) <= CELL_CHARS and not line.text.endswith(("。", ";", "；", ":", "："))


def value_of(line: Line) -> str:
    """What a line's cell states, without its bars."""
    return line.text.strip("| ").strip()


def cell_of(column: str, line: Line) -> Cell:
    """The cell of a column that `line` is."""
    value = value_of(line)
    start = line.start + line.text.index(value) if value else 0
    return Cell(column, value, start, start + len(value))


def spread(lines: Sequence[Line], width: int, usual: Collection[str]) -> list[Line]:
    """`lines` as a row of `width` cells where some are lacking and the last is known by its wording (`usual`) for the
    last column's: the gaps come before it. Other lines come back as they are.
    """
    lacking = width - len(lines)
    if lacking <= 0 or not lines or value_of(lines[-1]) not in usual:
        return list(lines)
    return [*lines[:-1], *[Line(lines[-1].start, lines[-1].start, "")] * lacking, lines[-1]]
