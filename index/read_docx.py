"""A Word document → text: headings by their style, paragraphs, tables. Numbers that Word adds itself are not read."""

import io
import re

from docx import Document as open_docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from index.errors import DocumentError
from index.markdown import document, heading, paragraph, table
from index.read_zip import check_archive

_OLE = b"\xd0\xcf\x11\xe0"
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*([1-9])", re.I)


def read_docx(raw: bytes, name: str) -> str:
    """The text of a .docx file, without headers, footers and notes.

    Raises:
        DocumentError: encrypted, an old .doc, damaged, or unpacking to more than a document does.
    """
    if raw.startswith(_OLE):
        raise DocumentError(f"文件 {name} 已加密,或是旧版 .doc 格式。请在 Word 中取消密码,另存为 .docx 后重试。")
    check_archive(raw, name)
    try:
        word = open_docx(io.BytesIO(raw))
        pieces = [piece for block in word.iter_inner_content() for piece in _pieces(block)]
    except Exception as error:  # the parser lets through whatever a broken part makes of it
        raise DocumentError(f"Word 文件 {name} 已损坏,无法读取。请用 Word 打开并重新保存,或换一份文件。") from error
    if not any(pieces):
        raise DocumentError(f"Word 文件 {name} 里没有文字(可能只有图片)。请换成有文字的文件。")
    return document(pieces)


def _pieces(block: Paragraph | Table) -> list[str]:
    if isinstance(block, Table):
        if len(block.rows) == 1 and len(block.rows[0].cells) == 1:  # a box with a frame
            return [piece for inner in block.rows[0].cells[0].iter_inner_content() for piece in _pieces(inner)]
        return table([[cell.text for cell in row.cells] for row in block.rows])
    level = _level(block)
    if level:
        return [heading(block.text.replace("\n", " "), level)]
    return [paragraph(line) for line in block.text.split("\n")]


def _level(block: Paragraph) -> int:
    """The level of a heading; 0 for a paragraph."""
    name = (block.style.name or "") if block.style is not None else ""
    numbered = _HEADING_STYLE.fullmatch(name)
    return int(numbered[1]) if numbered else 0
