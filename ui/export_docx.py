"""A conversation as a Word document: questions as headings, answers, comparisons as tables, sources below each."""

import io
import re
from collections.abc import Sequence

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from ui.comparison import comparison
from ui.copies import footnote
from ui.records import Record

_TITLE = "规划问答:对话记录"
_FONT = "宋体"
_MARKER = re.compile(r"(\[\d{1,3}\])")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def conversation(records: Sequence[Record]) -> bytes:
    """The .docx of a conversation."""
    word = Document()
    style = word.styles["Normal"]
    style.font.size = Pt(11)
    for name in ("Normal", "Title", "Heading 2"):
        fonts = word.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), _FONT)
    word.add_heading(_TITLE, 0)
    for number, record in enumerate(records, 1):
        _exchange(word, number, record)
    held = io.BytesIO()
    word.save(held)
    return held.getvalue()


def _exchange(word: WordDocument, number: int, record: Record) -> None:
    word.add_heading(_clean(f"{number}. {' '.join(record.question.split())}"), 2)
    answer = record.answer
    table = comparison(answer.text, record.labels)
    before = [table.before] if table else answer.text.splitlines()
    for line in before:
        _paragraph(word, line)
    if table:
        grid = word.add_table(rows=1, cols=2, style="Table Grid")
        for cell, heading in zip(grid.rows[0].cells, ("地区", "内容"), strict=True):
            cell.paragraphs[0].add_run(heading).bold = True
        for place, said in table.rows:
            cells = grid.add_row().cells
            cells[0].text = _clean(place)
            _marked(cells[1].paragraphs[0], "\n".join(said))
        for line in table.after:
            _paragraph(word, line)
    if answer.citations:
        word.add_paragraph().add_run("出处").bold = True
    for citation in answer.citations:
        quote = " ".join(citation.quote.split())
        word.add_paragraph(_clean(f"[{citation.marker}] {footnote(citation)}:“{quote}”"))


def _paragraph(word: WordDocument, line: str) -> None:
    if line.strip():
        _marked(word.add_paragraph(), line)


def _marked(paragraph: Paragraph, text: str) -> None:
    """Text with its markers raised."""
    for part in _MARKER.split(_clean(text)):
        paragraph.add_run(part).font.superscript = bool(_MARKER.fullmatch(part)) or None


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text).encode("utf-8", "replace").decode("utf-8")
