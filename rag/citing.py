"""A draft → text with markers, and what each marker cites. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.loaded import Index
from rag.evidence import Evidence
from rag.extract import Draft, Piece
from rag.question import Question
from rag.replies import QUOTE_CHARS
from rag.types import Citation

_BARE_FIGURE = re.compile(r"^[^\[]*\d\[\d+\]$")


def cited(draft: Draft, silent: Sequence[str], index: Index) -> tuple[str, list[Citation]]:
    """The text of a draft and its citations, one marker for each quote; `silent`: documents that say nothing of it."""
    citations: list[Citation] = []
    shown: list[str] = []
    for piece in draft.pieces:
        citation = _cite(piece, len(citations) + 1, index)
        known = next(
            (c for c in citations if (c.doc, c.start, c.end) == (citation.doc, citation.start, citation.end)), None
        )
        if known is None:
            citations.append(citation)
        label = f"{piece.label}:" if piece.label else ""
        lead = f"{piece.lead}。" if piece.lead else ""
        told = f"{label}{lead}{piece.text}[{(known or citation).marker}]{piece.remark}"
        if shown and not piece.label:
            shown[-1] += told  # more of the same document
        else:
            shown.append(told)
    by_lines = any(piece.label for piece in draft.pieces)
    if by_lines:  # a figure at a line's end is none of the next line's first word: 78.5 / 乙区
        shown = [line.replace("[", "。[", 1) if _BARE_FIGURE.search(line) else line for line in shown]
    lines = shown + ([f"{'、'.join(silent)}:文件中未提及"] if silent else [])
    return ("\n" if by_lines else "").join(lines), citations


def labelled(question: Question, draft: Draft, index: Index) -> Draft:
    """The district named before each document's first piece, where the question left open which one it meant."""
    if question.places.documents or len(index.documents) < 2 or any(p.label for p in draft.pieces):
        return draft
    named: set[str] = set()
    pieces = []
    for piece in draft.pieces:
        info = index.document[piece.evidence.hit.passage.doc_id].info
        pieces.append(piece if info.id in named else replace(piece, label=info.district))
        named.add(info.id)
    return replace(draft, pieces=tuple(pieces))


def quoted(evidence: Evidence, marker: int, index: Index) -> Citation:
    """A citation of a whole sentence."""
    return _cite(Piece(evidence.text, evidence), marker, index)


def _cite(piece: Piece, marker: int, index: Index) -> Citation:
    evidence = piece.evidence
    passage = evidence.hit.passage
    document = index.document[passage.doc_id]
    end = min(evidence.end, evidence.start + QUOTE_CHARS)
    return Citation(
        marker=marker,
        doc=passage.doc_id,
        title=document.info.title,
        section=" › ".join(filter(None, (passage.section, *piece.heads))),
        quote=document.text[evidence.start : end],
        start=evidence.start,
        end=end,
    )
