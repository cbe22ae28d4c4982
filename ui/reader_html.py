"""A document → HTML to read: its outline, its text with tables rebuilt, a stretch of it marked. Pure.

Every visible character of a block is shown, but for Markdown's sign of a heading; what is marked is
`text[start:end]` to the letter.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from index.structure import parse
from index.types import Block, Cell, Document
from ui.render import escape

_FEW_HEADINGS = 20
_DEEPEST = 4
_SIGN = re.compile(r"#{1,6}\s+")  # Markdown's for a heading


def reader_html(document: Document, start: int = 0, end: int = 0) -> str:
    """The whole document; `start:end` is marked where it is a stretch of the text."""
    text, info = document.text, document.info
    mark = (start, end) if 0 <= start < end <= len(text) else (0, 0)
    known = (info.district, info.period, info.issuer, info.number, info.published, f"{len(text):,} 字")
    about = " · ".join(escape(value) for value in known if value)
    blocks = _blocks(text)
    return (
        f'<section class="pq-reading" data-doc="{escape(info.id)}" aria-label="{escape(info.title or info.file)}">'
        '<p class="pq-back"><a href="?tab=documents">← 全部文件</a></p>'
        f'<h2 tabindex="-1">{escape(info.title or info.file)}</h2><p class="pq-about">{about}</p>'
        f"{_FIND}"
        '<div class="pq-pages"><nav class="pq-outline" aria-label="目录" tabindex="0"><h3>目录</h3>'
        f"{_outline(blocks)}</nav>"
        f'<article class="pq-text" aria-label="全文" tabindex="0">{"".join(_body(text, blocks, mark))}</article>'
        "</div></section>"
    )


_FIND = (
    '<form class="pq-find" role="search"><label for="pq-find-words">在文中查找</label>'
    '<input id="pq-find-words" type="search" autocomplete="off" maxlength="60">'
    '<button type="submit">下一处</button><button type="button" class="pq-find-before">上一处</button>'
    '<output class="pq-found-count" aria-live="polite"></output></form>'
)


@lru_cache(maxsize=32)
def _blocks(text: str) -> tuple[Block, ...]:
    return tuple(sorted(parse(text), key=lambda block: block.start))


def _outline(blocks: Sequence[Block]) -> str:
    """Headings, and in a document of few the run-in ones too; each leads to its place."""
    headings = [b for b in blocks if b.kind == "heading"]
    entries = [(len(b.path), b.path[-1], b.start) for b in headings if b.path]
    if len(headings) < _FEW_HEADINGS:
        entries += [(len(b.path) + 1, b.lead, b.start) for b in blocks if b.kind == "paragraph" and b.lead]
    if not entries:
        return '<p class="pq-hint">这份文件没有标题。</p>'
    items = "".join(
        f'<li class="pq-depth-{min(depth, _DEEPEST)}"><a href="#at-{at}">{escape(title)}</a></li>'
        for depth, title, at in sorted(entries, key=lambda entry: entry[2])
    )
    return f"<ol>{items}</ol>"


def _body(text: str, blocks: Sequence[Block], mark: tuple[int, int]) -> Iterator[str]:
    def kind(block: Block) -> tuple[str, tuple[str, ...]]:
        return (block.kind, tuple(c.column for c in block.cells)) if block.kind == "row" else (str(block.start), ())

    for (name, columns), group in groupby(blocks, kind):
        same = list(group)
        if name == "row":
            yield _table(text, columns, same, mark)
            continue
        block = same[0]
        if block.kind == "heading":
            level = min(len(block.path), _DEEPEST - 1) + 2
            sign = _SIGN.match(text, block.start, block.end)
            shown = _marked(text, sign.end() if sign else block.start, block.end, mark)
            yield f'<h{level} id="at-{block.start}">{shown}</h{level}>'
        else:
            minor = ' class="pq-minor"' if block.kind in ("note", "boilerplate") else ""
            yield f'<p id="at-{block.start}"{minor}>{_marked(text, block.start, block.end, mark)}</p>'


def _table(text: str, columns: Sequence[str], rows: Sequence[Block], mark: tuple[int, int]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    lines = "".join(
        f'<tr id="at-{row.start}"><th scope="row">{_name(text, row, mark)}</th>'
        f"{''.join(_cell(text, cell, mark) for cell in row.cells)}</tr>"
        for row in rows
    )
    return (
        '<div class="pq-wide" tabindex="0" role="group" aria-label="表格"><table>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _name(text: str, row: Block, mark: tuple[int, int]) -> str:
    """The row's name where it stands in the text before its cells, marked; else as it was read."""
    first = min((cell.start for cell in row.cells if cell.end), default=row.end)
    at = text.find(row.lead, row.start, first)
    return _marked(text, at, at + len(row.lead), mark) if at >= 0 else escape(row.lead)


def _cell(text: str, cell: Cell, mark: tuple[int, int]) -> str:
    return f"<td>{_marked(text, cell.start, cell.end, mark) if cell.end else escape(cell.value)}</td>"


def _marked(text: str, start: int, end: int, mark: tuple[int, int]) -> str:
    """`text[start:end]`, the part of it that is marked in <mark>."""
    first, last = max(start, mark[0]), min(end, mark[1])
    if first >= last:
        return escape(text[start:end])
    return f"{escape(text[start:first])}<mark>{escape(text[first:last])}</mark>{escape(text[last:end])}"
