"""A PDF with a text layer → its lines and tables, page by page. What lines make of each other is `index.reflow`'s."""

import io
from collections.abc import Iterator
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page

from index.errors import DocumentError
from index.markdown import document, table
from index.reflow import PrintedLine, PrintedTable, reflow

_LEAST_CHARS_A_PAGE = 5
_UNREADABLE = "(cid:"
_UNREADABLE_SHARE = 0.02
_GAP_RATIO = 0.6  # of a character's size: a wider gap is a blank


def read_pdf(raw: bytes, name: str) -> str:
    """The text of a PDF: paragraphs whole again, page numbers and running heads left out.

    Raises:
        DocumentError: encrypted, damaged, or without a text layer that can be read.
    """
    try:
        with pdfplumber.open(io.BytesIO(raw)) as pdf:
            pages = [_items(page) for page in pdf.pages]
    except Exception as error:  # the parser lets through whatever a broken file makes of it
        if _is_password(error):
            raise DocumentError(f"PDF 文件 {name} 已加密,需要密码才能打开。请取消密码后另存一份再试。") from error
        raise DocumentError(f"PDF 文件 {name} 已损坏,无法读取。请重新下载,或用阅读器打开后另存一份。") from error
    text = document(reflow(pages))
    size = len(text.strip())
    if size < _LEAST_CHARS_A_PAGE * len(pages) or not size:
        raise DocumentError(
            f"PDF 文件 {name} 没有文字层({len(pages)} 页只有 {size} 个字),可能是扫描件。"
            "请先用文字识别(OCR)软件转换成带文字层的 PDF 或 .docx,再重试。"
        )
    if text.count(_UNREADABLE) > _UNREADABLE_SHARE * size:
        raise DocumentError(f"PDF 文件 {name} 的文字层无法识别(字体没有编码表)。请换用 .docx 或 .txt 版本。")
    return text


def _is_password(error: BaseException) -> bool:
    inner = [error, *error.args, error.__cause__, error.__context__]
    return any(isinstance(e, PDFPasswordIncorrect) for e in inner)


def _items(page: Page) -> list[PrintedLine | PrintedTable]:
    """Lines and tables of a page from top to bottom."""
    found = page.find_tables() if page.lines or page.rects or page.curves else []
    tables = [(t, t.extract(x_tolerance_ratio=_GAP_RATIO)) for t in found]
    data = [(t, rows) for t, rows in tables if any(cell for row in rows for cell in row)]
    rest = page
    items: list[tuple[float, PrintedLine | PrintedTable]] = []
    for t, rows in data:
        rest = rest.filter(_outside(t.bbox))
        items.append((t.bbox[1], PrintedTable(tuple(table(_spread(rows))))))
    items.extend((line.top, line) for line in _lines(rest))
    page.close()
    return [item for _, item in sorted(items, key=lambda pair: pair[0])]


def _spread(rows: list[list[str | None]]) -> list[list[str]]:
    """A cell that spans columns stands in each of them, as in the other formats; None marks the covered ones."""
    whole: list[list[str]] = []
    for row in rows:
        cells: list[str] = []
        for cell in row:
            covered = cells[-1] if cells and whole == [] else ""
            cells.append(covered if cell is None else cell.replace("\n", ""))
        whole.append(cells)
    return whole


def _outside(box: tuple[float, float, float, float]) -> Any:
    left, top, right, bottom = box

    def test(thing: dict[str, Any]) -> bool:
        x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not (left <= x <= right and top <= y <= bottom)

    return test


def _lines(page: Page) -> Iterator[PrintedLine]:
    height = float(page.height)
    for line in page.extract_text_lines(x_tolerance_ratio=_GAP_RATIO, return_chars=True):
        sizes = sorted(char["size"] for char in line["chars"])
        yield PrintedLine(
            text=line["text"],
            left=line["x0"],
            right=line["x1"],
            top=line["top"],
            size=sizes[len(sizes) // 2],
            height=line["top"] / height,
        )
