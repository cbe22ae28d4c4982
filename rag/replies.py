"""Answers that are written line by line: text with markers, and the exact words behind each. Pure."""

from dataclasses import dataclass

from index.loaded import Index
from rag.types import Citation

MOST_CITATIONS = 12
MOST_LOOKED_THROUGH = 50  # documents, from end to end where a question names none
QUOTE_CHARS = 400


@dataclass(frozen=True)
class Reply:
    """An answer that did not come out of the evidence of one question."""

    text: str
    refused: bool = False
    answerability: float = 1.0
    citations: tuple[Citation, ...] = ()


class Quotes:
    """Collects what an answer cites; one marker for each quote."""

    def __init__(self, index: Index, known: tuple[Citation, ...] = ()) -> None:
        self.index = index
        self.citations = list(known)

    @property
    def full(self) -> bool:
        return len(self.citations) >= MOST_CITATIONS

    def cite(self, doc_id: str, start: int, end: int, section: str | None = None) -> str:
        """The marker “[n]” of `text[start:end]`, cut to the longest quote; `section`: where it stands, if known."""
        end = min(end, start + QUOTE_CHARS)
        for citation in self.citations:
            if (citation.doc, citation.start, citation.end) == (doc_id, start, end):
                return f"[{citation.marker}]"
        document = self.index.document[doc_id]
        if section is None:
            section = section_at(self.index, doc_id, start)
        marker = len(self.citations) + 1
        quote = document.text[start:end]
        self.citations.append(Citation(marker, doc_id, document.info.title, section, quote, start, end))
        return f"[{marker}]"


def section_at(index: Index, doc_id: str, at: int) -> str:
    """The headings above a place of a document; "" outside its passages."""
    found = index.passage_at(doc_id, at)
    return "" if found is None else index.passages[found].section
