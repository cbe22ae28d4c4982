"""A table row as the sentence that it amounts to, so that what is told of its cells can be held against it. Pure.

(2)常住人口城镇化率(%) | 75.92 | 80 | [4.08] | 预期性
→ 常住人口城镇化率:2020年75.92%,2025年80%,累计4.08个百分点,属性预期性

Read from the document anew, not taken from what wrote the answer.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from index.normal import fold
from index.notes import row_name
from index.tables import Row, find_tables, split_lines
from index.types import Cell

_UNIT = re.compile(r"[(（]([^()（）]{1,8})[)）]\s*$")
_BLANK = re.compile(r"^[-—–―/\s]*$")
_HALVES = re.compile(r"^(?P<plain>[^/\[［〔【或]+)(?:/|或)?[\[［〔【]?(?P<bracketed>(?<=[/\[［〔【或]).+?)[\]］〕】]?$")
_GROWTH = re.compile(r"增速|增长|累计|提高|下降")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_BRACKETED = re.compile(r"^[\[［〔【](?P<inside>.*)[\]］〕】]$")
_UNITS = re.compile(r"(?:计量)?单位(?:名称)?")
_BARE = re.compile(r"(?:左右|上下|以上|以下|以内|\s)*")
_BLANK_TOLD = re.compile(r"^表中未填:“(?P<name>.+?)”的(?P<columns>.+?)一栏(?:为“(?P<value>.*)”|是空的)$")
_NATURE_TOLD = re.compile(r"^(?P<nature>\w{2,8})指标共(?P<count>\d{1,3})项:")


@lru_cache(maxsize=64)
def _rows(text: str) -> Mapping[int, Row]:
    return {row.start: row for table in find_tables(split_lines(text)) for row in table.rows}


def row_at(text: str, start: int) -> Row | None:
    """The table row that begins at `start` of a document's text, None where no row does."""
    return _rows(text).get(start)


def row_text(row: Row) -> str:
    """A row as a sentence: name, then every filled cell after its column, with the row's unit."""
    filled = [cell for cell in row.cells if not _BLANK.match(cell.value) and not _UNITS.fullmatch(cell.column)]
    told = ",".join(f"{column_of(cell)}{_value(cell, row)}" for cell in filled)
    return fold(f"{row_name(row.name)}:{told}")


def column_of(cell: Cell) -> str:
    """A cell's column without its unit; of “年均增速/[累计]” the half that its brackets choose."""
    halves = _HALVES.match(cell.column)
    if not halves:
        return _UNIT.sub("", cell.column) if _FIGURE.search(cell.value) else cell.column
    return halves["bracketed"] if _BRACKETED.match(cell.value) else halves["plain"]


def _value(cell: Cell, row: Row) -> str:
    bracketed = _BRACKETED.match(cell.value)
    value = bracketed["inside"] if bracketed else cell.value
    figure = _FIGURE.search(value)
    if not figure or not _BARE.fullmatch(value, figure.end()):
        return value
    own = None if _HALVES.match(cell.column) else _UNIT.search(cell.column)
    unit = own[1] if own else _row_unit(row)
    if own is None and _GROWTH.search(cell.column):
        unit = ("个百分点" if unit == "%" else unit) if bracketed else "%"
    return value[: figure.end()] + unit + value[figure.end() :]


def _row_unit(row: Row) -> str:
    named = _UNIT.search(row.name)
    return named[1] if named else next((c.value for c in row.cells if _UNITS.fullmatch(c.column)), "")


def is_told_blank(claim: str) -> bool:
    """Whether a claim speaks of what a table leaves blank (表中未填); the only thing it may say so is `is_blank`."""
    return claim.startswith("表中")


def is_blank(claim: str, row: Row) -> bool:
    """Whether the cells that a claim calls blank are this row's and are blank as it says."""
    match = _BLANK_TOLD.match(claim)
    if not match or match["name"] != fold(row_name(row.name)):
        return False
    values = {fold(column_of(cell)): fold(cell.value) for cell in row.cells}
    columns = match["columns"].split("、")
    told = match["value"] or ""
    return all(c in values and _BLANK.match(values[c]) for c in columns) and values[columns[0]] == told


def nature_told(claim: str) -> tuple[str, int, int] | None:
    """“约束性指标共9项:…” → nature, how many, and where the names begin; None for other claims."""
    match = _NATURE_TOLD.match(claim)
    return (match["nature"], int(match["count"]), match.end()) if match else None


def is_of(row: Row, nature: str) -> bool:
    """Whether one of a row's cells is exactly `nature`."""
    return any(fold(cell.value) == nature for cell in row.cells)
