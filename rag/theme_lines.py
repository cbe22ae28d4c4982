"""What a document says on a theme, where documents are compared on it: the section or the paragraph whose heading names
the theme, before any sentence that only speaks of it. No I/O.
"""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from index.loaded import Index
from index.normal import fold
from rag.clauses import visible
from rag.every_side import Wanted, said_of
from rag.evidence import Evidence, EvidenceScorer, at_sentence
from rag.extract import Piece

_MOST_PIECES = 3
_LEAST_CHARS = 12  # of a line that one sentence fills
Paragraph = list[int]


def told_of_theme(
    wanted: Wanted,
    evidence: Sequence[Evidence],
    scorer: EvidenceScorer,
    vector: NDArray[np.float32],
    label: str,
    room: int,
) -> tuple[list[Evidence], list[Piece]]:
    """One document's `evidence` with a sentence on the theme first, and its line where it is more than a window of it.

    Both are empty where nothing of the document speaks of the theme. `vector`: of what is asked, [dimension]; `room`:
    the most characters of a line.
    """
    for way in (wanted, wanted.loosely()):
        pieces = _lines(way, evidence[0], scorer, vector, label, room)
        if pieces:
            return [pieces[0].evidence, *evidence], pieces
        said = said_of(way, evidence, scorer, vector)
        if said:
            return said, []
    return [], []


def _lines(
    wanted: Wanted, like: Evidence, scorer: EvidenceScorer, vector: NDArray[np.float32], label: str, room: int
) -> list[Piece]:
    """Of the paragraph whose lead names the theme, else of the section whose heading does; [] where none does."""
    index = scorer.index
    paragraphs = _paragraphs(index, like.hit.passage.doc_id)
    own = [p for p in paragraphs if _lead(p, index) and wanted.told_in(_lead(p, index), scorer)]
    if own:
        best = max(own, key=lambda p: float(index.sentence_vectors[p[0]] @ vector))
        return _pieces(_said(best, index), like, index, label, room)
    section = [at for p in _section(paragraphs, wanted, index, scorer) for at in _said(p, index)]
    telling = [at for at in section if wanted.told_in(index.sentences[at].text, scorer)]
    return _pieces(telling or section, like, index, label, room)


def _paragraphs(index: Index, doc_id: str) -> list[Paragraph]:
    """The sentences of each paragraph, as positions; no rows, notes or headings."""
    kept = [at for at in index.sentences_of(doc_id) if index.passages[index.sentences[at].passage].kind == "paragraph"]

    def where(at: int) -> tuple[tuple[str, ...], str, int]:
        passage = index.passages[index.sentences[at].passage]
        return passage.path, passage.lead, 0 if passage.lead else passage.start

    return [list(group) for _, group in groupby(kept, where)]


def _lead(paragraph: Paragraph, index: Index) -> str:
    return index.passages[index.sentences[paragraph[0]].passage].lead


def _section(paragraphs: Sequence[Paragraph], wanted: Wanted, index: Index, scorer: EvidenceScorer) -> list[Paragraph]:
    """What stands below the first heading that names the theme."""
    found: list[Paragraph] = []
    heading = ""
    for paragraph in paragraphs:
        path = index.passages[index.sentences[paragraph[0]].passage].path
        own = path[-1] if path else ""
        if own and (own == heading if heading else wanted.told_in(own, scorer)):
            heading = own
            found.append(paragraph)
    return found


def _said(paragraph: Paragraph, index: Index) -> list[int]:
    """The sentences behind a paragraph's lead; all where there is nothing behind it."""
    lead = fold(_lead(paragraph, index))
    behind = [at for at in paragraph if not lead or fold(index.sentences[at].text).strip("。 ") != lead.strip("。 ")]
    return behind or list(paragraph)


def _pieces(positions: Sequence[int], like: Evidence, index: Index, label: str, room: int) -> list[Piece]:
    """The first sentences, as many as fit; of a longer first one as many clauses as do."""
    found: list[Piece] = []
    for at in positions[:_MOST_PIECES]:
        evidence = at_sentence(like, index, at)
        text = visible(evidence.text)
        left = room - sum(len(piece.text) for piece in found)
        if len(text) > left and found:
            break
        found.append(Piece(text if len(text) <= left else _clauses(text, left), evidence, "" if found else label))
    return found


def _clauses(text: str, room: int) -> str:
    """The first clauses that fit into the room; all where one alone does not."""
    end = max((at + 1 for at, char in enumerate(text[:room]) if char in ",，;；"), default=0)
    return text[: end - 1] if end > _LEAST_CHARS else text
