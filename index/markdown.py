"""Headings, paragraphs and tables → the text that `index.structure` reads. Pure."""

import re
from collections.abc import Sequence
from itertools import pairwise

SEPARATOR = "\n\n"
_HEADING_LEVELS = 6
_EMPTY_HEADER = "—"
_HEADED = 3  # lines of a table of which two are its header


def flat(text: str) -> str:
    """One line: white space of any kind becomes a blank, none between two Chinese characters."""
    one = re.sub(r"[^\S\u3000]+", " ", text.replace("\u200b", "")).strip()
    return re.sub(r"(?<=[\u2e80-\uffef]) *\n *(?=[\u2e80-\uffef])", "", one)


def heading(text: str, level: int) -> str:
    """A Markdown heading, "" for none."""
    words = flat(text)
    return f"{'#' * min(max(level, 1), _HEADING_LEVELS)} {words}" if words else ""


def paragraph(text: str) -> str:
    """A paragraph on one line; one that begins like a Markdown heading keeps no mark."""
    return re.sub(r"^#{1,6}\s+", "", flat(text))


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells → pieces of text: a Markdown table with its title before it; a box of one column as paragraphs."""
    filled = [[_cell(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)]
    width = max((len(row) for row in filled), default=0)
    pieces: list[str] = []
    while filled and width > 1 and len(set(filter(None, filled[0]))) == 1:  # one cell over all columns: a title
        pieces.append(next(filter(None, filled.pop(0))))
    if width < 2 or len(filled) < 2:
        paragraphs = (paragraph(cell) for row in rows for cell in dict.fromkeys(row)) if not pieces else ()
        return [*pieces, *(" ".join(filter(None, row)) for row in filled if pieces), *filter(None, paragraphs)]
    whole = _one_header([row + [""] * (width - len(row)) for row in filled])
    lines = [_line([cell or _EMPTY_HEADER for cell in whole[0]]), _line(["---"] * width)]
    lines += [_line(row if len(set(row)) > 1 else [row[0], *[""] * (width - 1)]) for row in whole[1:]]
    return [*pieces, "\n".join(lines)]


def _one_header(rows: list[list[str]]) -> list[list[str]]:
    """Rows whose header of two lines is made one: 2023年 over 支出数 and 增长 → 2023年支出数, 2023年增长.

    Two lines are a header where a cell of the first spans columns that the second tells apart, and others span both.
    """
    top, below = rows[0], rows[1]
    spans = [one == other != "" for one, other in pairwise(top)]
    both = [one == other for one, other in zip(top, below, strict=True)]
    told_apart = all(below[at] != below[at + 1] for at, span in enumerate(spans) if span)
    named = all(below) and not any(re.fullmatch(r"[-+]?[\d.,]+[%％]?", cell) for cell in below)
    if len(rows) < _HEADED or not any(spans) or not any(both) or not told_apart or not named:
        return rows
    merged = [one if same else f"{one}{other}" for one, other, same in zip(top, below, both, strict=True)]
    return [merged, *rows[2:]]


def _cell(text: str) -> str:
    return flat(text).replace("|", "｜")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def document(pieces: Sequence[str]) -> str:
    """The pieces with a blank line between any two."""
    return SEPARATOR.join(filter(None, pieces)) + "\n"
