"""The notes under a table, item by item, attached to the rows that they speak of. Pure.

注:1.单位地区生产总值能源消耗降低(%)为“十三五”期间累计值;   → the row (15)单位地区生产总值能源消耗降低(%)
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.normal import fold
from index.types import Block

_NUMBERING = re.compile(r"^[(（]?\d{1,3}[)）.．、]\s*")
_UNIT = re.compile(r"[(（][^()（）]{1,8}[)）]\s*$")
_ITEM = re.compile(r"(?<![\d.])\d{1,2}[.．、](?=\D)")
_OPENING = re.compile(r"^(?:注|备注)\s*[:：]\s*")
_EDGE = " \t\n\r;；|"


def row_name(head: str) -> str:
    """An indicator without its number and unit: “(2)常住人口城镇化率(%)” → “常住人口城镇化率”."""
    return _UNIT.sub("", _NUMBERING.sub("", head)).strip()


def attach_notes(text: str, blocks: Sequence[Block]) -> list[Block]:
    """The blocks, every table row with the places of the note items below its table that name it."""
    attached = list(blocks)
    rows: list[int] = []
    for position, block in enumerate(blocks):
        if block.kind == "row":
            rows.append(position)
        elif block.kind == "note" and rows:
            for start, end in note_items(text, block.start, block.end):
                words = fold(text[start:end])
                for row in rows:
                    name = fold(row_name(attached[row].lead))
                    if name and name in words:
                        attached[row] = replace(attached[row], notes=(*attached[row].notes, (start, end)))
        else:
            rows = []
    return attached


def note_items(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The places of a note's numbered items, numbers and 注 left out; the whole note where it has none."""
    opening = _OPENING.match(text[start:end])
    start += opening.end() if opening else 0
    marks = list(_ITEM.finditer(text, start, end))
    begins = [m.end() for m in marks] or [start]
    ends = [m.start() for m in marks[1:]] + [end]
    return [_strip(text, a, b) for a, b in zip(begins, ends, strict=True)]


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end
