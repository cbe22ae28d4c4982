"""How the heads and cells of indicator tables are written. Pure.

    指标 | 2020年 | 2025年 | 年均增速/[累计] | 属性
    (2)常住人口城镇化率(%) | 75.92 | 80 | [4.08] | 预期性
    → 2020年 75.92%, 2025年 80%, 累计 4.08个百分点, 属性 预期性

The brackets of a value choose the half of its column's head; a unit stands behind the row's name, in the column's head
or in a column of its own.
"""

import re
from collections.abc import Sequence

from index.normal import fold
from index.types import Cell

NATURES = ("约束性", "预期性", "指导性")
NATURE = re.compile("|".join(NATURES))
GROWTH = re.compile(r"增速|增长|累计|提高|下降")
_UNIT = re.compile(r"(?:[(（](?P<named>[^()（）]{1,8})[)）]|(?<=[㐀-鿿])[%％])\s*$")  # 产值(万元), 增长%
_UNITS_COLUMN = re.compile(r"(?:计量)?单位(?:名称)?")  # of figures; 牵头单位 is another
_BLANK = re.compile(r"[-—–―/\s]*")
_OPENING, _CLOSING = r"[\[［〔【]", r"[\]］〕】]"
_HALVES = re.compile(rf"(?P<plain>[^/\[［〔【或]+)(?:/|或)?{_OPENING}?(?P<bracketed>(?<=[/\[［〔【或]).+?){_CLOSING}?")
_BRACKETED = re.compile(rf"{_OPENING}(?P<inside>.*){_CLOSING}")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_BARE = re.compile(r"(?:左右|上下|以上|以下|以内|\s)*")  # what may follow a figure that bears no unit of its own
_CHANGE_UNIT = {"%": "个百分点"}


def is_blank(value: str) -> bool:
    """Whether a cell states nothing: empty, or only dashes."""
    return bool(_BLANK.fullmatch(value))


def is_unit_column(head: str) -> bool:
    """Whether the cells below `head` state the units of their rows' figures."""
    return bool(_UNITS_COLUMN.fullmatch(fold(head)))


def unit_in(name: str) -> str:
    """The unit in the brackets, or the bare %, that ends a row's name or a column's head; "" if there is none."""
    match = _UNIT.search(name)
    return (match["named"] or "%") if match else ""


def row_unit(name: str, cells: Sequence[Cell]) -> str:
    """The unit of a row's figures, by its name or by its column of units; "" if there is none."""
    return unit_in(name) or next((cell.value for cell in cells if is_unit_column(cell.column)), "")


def halves(head: str) -> tuple[str, str] | None:
    """“年均增速/[累计]” → 年均增速, 累计: what plain values and what bracketed ones are; None for other heads."""
    match = _HALVES.fullmatch(head)
    return (match["plain"], match["bracketed"]) if match else None


def inside(value: str) -> str | None:
    """What a value's brackets hold; None for a value without them."""
    match = _BRACKETED.fullmatch(value)
    return match["inside"] if match else None


def column_name(cell: Cell) -> str:
    """A column's name without its unit; of “年均增速/[累计]” the half that the cell's brackets choose."""
    either = halves(cell.column)
    if either is None:
        return _UNIT.sub("", cell.column) if _FIGURE.search(cell.value) else cell.column
    return either[0] if inside(cell.value) is None else either[1]


def value_told(cell: Cell, unit: str) -> str:
    """The cell with its row's unit: “48左右” in % → “48%左右”; a unit in the column's head goes before the row's."""
    bracketed = inside(cell.value)
    value = cell.value if bracketed is None else bracketed
    figure = _FIGURE.search(value)
    if not figure or not _BARE.fullmatch(value, figure.end()):
        return value
    own = "" if halves(cell.column) else unit_in(cell.column)
    if not own and GROWTH.search(cell.column):
        unit = "%" if bracketed is None else _CHANGE_UNIT.get(unit, unit)
    return value[: figure.end()] + (own or unit) + value[figure.end() :]
