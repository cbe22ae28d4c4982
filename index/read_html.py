"""A web page → the text of what it shows: headings, paragraphs and tables; menus, forms and scripts left out."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Comment
from bs4.element import CData, Doctype, NavigableString, PageElement, ProcessingInstruction, Tag

from index.encoding import decode
from index.errors import DocumentError
from index.markdown import document, flat, heading, paragraph, table

_DROPPED = (
    "script style noscript template head nav footer aside form button select svg canvas iframe object video".split()
)
_HEADING = re.compile(r"h[1-6]")
_BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure header hr html li main ol "
    "p pre section summary table tbody td tfoot th thead tr ul h1 h2 h3 h4 h5 h6".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_UNSEEN = (Comment, Doctype, ProcessingInstruction, CData)
_DEEPEST = 200
_CELL_CHARS = 400


def read_html(raw: bytes, name: str) -> str:
    """The text of a page; its encoding is told from the bytes, whatever the page declares.

    Raises:
        DocumentError: undecodable, without visible text, or nested too deep to be a document.
    """
    soup = BeautifulSoup(decode(raw, name), "lxml")
    for tag in soup.find_all(_DROPPED):
        tag.decompose()
    for tag in soup.find_all(lambda tag: tag.has_attr("hidden") or bool(_HIDDEN.search(str(tag.get("style", ""))))):
        tag.extract()
    pieces = list(_pieces(soup, name, 0))
    if not pieces:
        raise DocumentError(f"网页 {name} 里没有可见的文字(可能由脚本生成)。请在浏览器中打开后另存为文本再试。")
    return document(pieces)


def _pieces(element: Tag, name: str, depth: int) -> Iterator[str]:
    """The element's blocks in order; runs of inline content between blocks are paragraphs, broken at <br>."""
    if depth > _DEEPEST:
        raise DocumentError(f"网页 {name} 的标签嵌套过深,无法读取。请在浏览器中打开后另存为文本再试。")
    if _HEADING.fullmatch(element.name):
        yield heading(_inline(element).replace("\n", " "), int(element.name[1]))
        return
    if element.name == "table" and _is_data(element):
        yield from table(_rows(element))
        return
    inline: list[str] = []
    for child in element.children:
        if isinstance(child, Tag) and _has_block(child):
            yield from _paragraphs("".join(inline))
            inline.clear()
            yield from _pieces(child, name, depth + 1)
        else:
            inline.append(_inline(child))
    yield from _paragraphs("".join(inline))


def _has_block(tag: Tag) -> bool:
    return tag.name in _BLOCKS or tag.find(list(_BLOCKS)) is not None


def _inline(node: PageElement) -> str:
    """The words of inline content; "\\n" only where a <br> stands."""
    if isinstance(node, _UNSEEN):
        return ""
    if isinstance(node, NavigableString):
        return re.sub(r"\s+", lambda m: m[0] if "\u3000" in m[0] else " ", str(node))
    if not isinstance(node, Tag):
        return ""
    words = "".join("\n" if child.name == "br" else _text_of(child) for child in _leaves(node))
    return "\n" if node.name == "br" else words


def _leaves(tag: Tag) -> Iterator[Tag | NavigableString]:
    for child in tag.descendants:
        if (isinstance(child, Tag) and child.name == "br") or isinstance(child, NavigableString):
            yield child


def _text_of(node: Tag | NavigableString) -> str:
    return "" if isinstance(node, _UNSEEN) else re.sub(r"[^\S\u3000]+", " ", str(node))


def _paragraphs(text: str) -> Iterator[str]:
    yield from filter(None, (paragraph(line) for line in text.split("\n")))


def _is_data(tag: Tag) -> bool:
    """A table of data: more than one row and column of short cells, no table inside; others only lay out the page."""
    rows = _rows(tag)
    return (
        tag.find("table") is None
        and len(rows) > 1
        and max(map(len, rows)) > 1
        and all(len(cell) <= _CELL_CHARS for row in rows for cell in row)
    )


def _rows(tag: Tag) -> list[list[str]]:
    """Cells by row; one that spans several columns or rows stands in each."""
    rows: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # column → rows still covered by a cell from above, its text
    for row in tag.find_all("tr"):
        cells: list[str] = []

        def fill(cells: list[str] = cells) -> None:
            while len(cells) in below:
                left, text = below.pop(len(cells))
                if left > 1:
                    below[len(cells)] = (left - 1, text)
                cells.append(text)

        for cell in row.find_all(["td", "th"]):
            fill()
            text = flat(_inline(cell))
            for _ in range(_span(cell, "colspan")):
                if _span(cell, "rowspan") > 1:
                    below[len(cells)] = (_span(cell, "rowspan") - 1, text)
                cells.append(text)
        fill()
        rows.append(cells)
    return rows


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1"))
    return min(max(int(value), 1), 50) if value.isdecimal() else 1
