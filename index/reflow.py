"""Printed lines → paragraphs, as a reader sees them: by indents, short last lines and sizes. Pure.

“　　一、推动创新。聚焦构建高水平多层”     indented: a paragraph begins
“次研发体系。”                             ends before the margin: it ends
“— 3 —”                                    a page number: dropped, the paragraph goes on over the page
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.markdown import heading, paragraph
from index.structure import level_of

_PAGE_NUMBER = re.compile(r"[-—–·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/,，]?\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–·\s]*")
_WORD = re.compile(r"[(（《“‘〔]*(?:[!-~—–]+|.)(?:[年月日]?[)）》”’〕,,。、;；:：%％]*)")
_HEAD, _FOOT = 0.12, 0.88  # running heads stand above, feet below these shares of a page's height
_REPEATED = 0.4  # of the pages
_LEAST_REPEATS = 3
_LARGER = 1.15
_PITCH = 1.6  # a gap wider than this many usual line pitches parts paragraphs
_HEADING_CHARS = 60
_LEVELS = 3


@dataclass(frozen=True)
class PrintedLine:
    """A line of a page, in points from the left and the top; `height` is its place as a share of the page's height."""

    text: str
    left: float
    right: float
    top: float
    size: float
    height: float


@dataclass(frozen=True)
class PrintedTable:
    """A table, already as pieces of text."""

    pieces: tuple[str, ...]


Item = PrintedLine | PrintedTable


@dataclass(frozen=True)
class _Layout:
    """What is usual in a document: margins, size of type, distance of lines; all in points."""

    left: float
    right: float
    size: float
    pitch: float


def reflow(pages: Sequence[Sequence[Item]]) -> list[str]:
    """Pages of lines and tables → headings, paragraphs and tables in reading order."""
    bodies = _without_running(pages)
    lines = [item for page in bodies for item in page if isinstance(item, PrintedLine)]
    if not lines:
        return [piece for page in bodies for item in page if isinstance(item, PrintedTable) for piece in item.pieces]
    layout = _layout(lines)
    sizes = sorted({round(line.size, 1) for line in lines if line.size > layout.size * _LARGER}, reverse=True)
    pieces: list[str] = []
    open_lines: list[PrintedLine] = []

    def close() -> None:
        if open_lines:
            pieces.append(_piece(open_lines, sizes))
            open_lines.clear()

    for page in bodies:
        for item in page:
            if isinstance(item, PrintedTable):
                close()
                pieces.extend(item.pieces)
                continue
            if open_lines and not _goes_on(open_lines[-1], item, layout):
                close()
            open_lines.append(item)
    close()
    if pieces[0].startswith("# "):  # the document's own title stands above nothing that it would tell apart
        pieces[0] = paragraph(pieces[0])
    return pieces


def _without_running(pages: Sequence[Sequence[Item]]) -> list[list[Item]]:
    """The pages without page numbers and what stands at the head or foot of many of them."""
    times = Counter(key for page in pages for key in {_key(i) for i in page if isinstance(i, PrintedLine) and _edge(i)})
    least = max(_LEAST_REPEATS, _REPEATED * len(pages))
    return [
        [
            item
            for item in page
            if not (
                isinstance(item, PrintedLine)
                and _edge(item)
                and (_PAGE_NUMBER.fullmatch(item.text) or times[_key(item)] >= least)
            )
        ]
        for page in pages
    ]


def _edge(line: PrintedLine) -> bool:
    return line.height < _HEAD or line.height > _FOOT


def _key(line: PrintedLine) -> str:
    """A running line's words whatever its page number; its place tells it from a line of the text."""
    return f"{re.sub(r'[0-9 ]+', '', line.text)}@{round(line.top)}"


def _layout(lines: Sequence[PrintedLine]) -> _Layout:
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size, 1)] += len(line.text)
    size = weights.most_common(1)[0][0]
    body = [line for line in lines if abs(line.size - size) < 0.6] or list(lines)
    lefts = Counter(round(line.left) for line in body)
    often = [left for left, times in lefts.items() if times >= max(2, len(body) * 0.05)] or list(lefts)
    rights = sorted(line.right for line in body)
    pitches = Counter(round(b.top - a.top) for a, b in pairwise(body) if b.top > a.top)
    pitch = pitches.most_common(1)[0][0] if pitches else size * 1.5
    return _Layout(min(often), rights[int(len(rights) * 0.9)], size, pitch)


def _goes_on(before: PrintedLine, line: PrintedLine, layout: _Layout) -> bool:
    """Whether `line` goes on with the paragraph or heading that `before` belongs to."""
    if abs(before.size - line.size) > 0.6:
        return False
    same_page = line.top > before.top
    if same_page and line.top - before.top > layout.pitch * _PITCH * line.size / layout.size:
        return False
    if before.size > layout.size * _LARGER:  # a heading broken over lines
        return same_page and not level_of(line.text)
    indented = line.left > layout.left + line.size * 1.2
    short = before.right + _first_word_width(line) < layout.right - line.size * 0.6
    return not indented and not short


def _first_word_width(line: PrintedLine) -> float:
    """What had to fit on the line before, had it room: a figure or a Latin word is not broken, nor set apart from the
    brackets and stops around it."""
    match = _WORD.match(line.text)
    return sum(line.size * (1 if "⺀" <= char <= "￿" else 0.5) for char in (match[0] if match else ""))


def _piece(lines: Sequence[PrintedLine], sizes: Sequence[float]) -> str:
    text = ""
    for line in lines:
        text += (" " if re.search(r"[A-Za-z,.;:]$", text) and re.match(r"[A-Za-z]", line.text) else "") + line.text
    larger = round(lines[0].size, 1) in sizes
    if larger and not level_of(text) and len(text) <= _HEADING_CHARS:
        return heading(text, min(sizes.index(round(lines[0].size, 1)) + 1, _LEVELS))
    return paragraph(text)
