"""A table row as the sentence that it amounts to, so that what is told of its cells can be held against it. Pure.

(2)常住人口城镇化率(%) | 75.92 | 80 | [4.08] | 预期性
→ 常住人口城镇化率:2020年75.92%,2025年80%,累计4.08个百分点,属性预期性

Read from the document anew, not taken from what wrote the answer.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from index import columns
from index.normal import fold
from index.notes import row_name
from index.table_parts import Row, split_lines
from index.tables import find_tables

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
    filled = [
        cell for cell in row.cells if not columns.is_blank(cell.value) and not columns.is_unit_column(cell.column)
    ]
    unit = columns.row_unit(row.name, row.cells)
    told = ",".join(f"{columns.column_name(cell)}{columns.value_told(cell, unit)}" for cell in filled)
    return fold(f"{row_name(row.name)}:{told}")


def is_told_blank(claim: str) -> bool:
    """Whether a claim speaks of what a table leaves blank (表中未填); the only thing it may say so is `is_blank`."""
    return claim.startswith("表中")


def is_blank(claim: str, row: Row) -> bool:
    """Whether the cells that a claim calls blank are this row's and are blank as it says."""
    match = _BLANK_TOLD.match(claim)
    if not match or match["name"] != fold(row_name(row.name)):
        return False
    values = {fold(columns.column_name(cell)): fold(cell.value) for cell in row.cells}
    named = match["columns"].split("、")
    told = match["value"] or ""
    return all(name in values and columns.is_blank(values[name]) for name in named) and values[named[0]] == told


def nature_told(claim: str) -> tuple[str, int, int] | None:
    """“约束性指标共9项:…” → nature, how many, and where the names begin; None for other claims."""
    match = _NATURE_TOLD.match(claim)
    return (match["nature"], int(match["count"]), match.end()) if match else None


def is_of(row: Row, nature: str) -> bool:
    """Whether one of a row's cells is exactly `nature`."""
    return any(fold(cell.value) == nature for cell in row.cells)
