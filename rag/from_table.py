"""Answers that follow the table of commitments: a side of a comparison starts from its row's sentence, districts are
lined up by their rows, the levels of two years stand one below the other. Sentences are shown and cited, never rows.
No I/O.

What the table cannot tell apart (no row, several figures) is left to the sentences' own scores.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from index.embed import Vectors
from index.normal import fold
from index.types import Commitment
from rag.arithmetic import wants_least
from rag.clauses import best_window
from rag.commitment_rows import CommitmentRows, Named
from rag.everywhere import ALL_SEEN, asked_of_all, has_room, ranks
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import Draft, Piece
from rag.located import holds, put_first, sentence_at
from rag.question import Question

_LINE_CHARS = 34
_LEVEL_CHARS = 60
_MOST_TRIED = 8  # documents whose sentences are looked up, however many the table holds


class Table:
    """The table of one index, for its chain."""

    def __init__(self, scorer: EvidenceScorer) -> None:
        self.scorer = scorer
        self.rows = CommitmentRows(scorer.index)

    def first(self, question: Question, evidence: Sequence[Evidence], vector: Vectors) -> list[Evidence]:
        """`evidence` with the figure that the row takes out of it; in a comparison the row's sentence first.

        `vector`: the question's, [dimension].
        """
        documents = question.places.documents
        if not evidence or len(documents) != 1 or question.asks not in ("number", "compare"):
            return list(evidence)
        named = self.rows.named(question)
        rows = self.rows.of(question, named, documents[0]) if named else ()
        known = next((_with(e, row) for e in evidence for row in rows if holds(e, row.doc_id, row.figure_start)), None)
        best = known or (self._sentence(rows[0], question, evidence, vector) if rows else None)
        moved = best is not None and best.position != evidence[0].position
        if best is None or (moved and question.asks != "compare"):  # else near misses are answered
            return list(evidence)
        return put_first(best, evidence)

    def change(self, question: Question, evidence: Sequence[Evidence], vector: Vectors) -> Draft | None:
        """The levels of the two years between which a change is asked; None for another question."""
        documents = question.places.documents
        named = self.rows.named(question) if question.asks == "number" and len(documents) == 1 else None
        rows = self.rows.change(question, named, documents[0]) if named else ()
        pieces = [p for row in rows if (p := self._piece(row, question, evidence, vector, _LEVEL_CHARS)) is not None]
        if len(pieces) != 2 or pieces[0].evidence.position == pieces[1].evidence.position:
            return None
        return Draft(tuple(pieces))

    def lined_up(
        self, question: Question, draft: Draft | None, evidence: Sequence[Evidence], vector: Vectors
    ) -> Draft | None:
        """`draft`, a line for each document that states a figure, with those that the table knows and it lacks.

        None where that makes fewer than two lines.
        """
        named = self.rows.named(question) if asked_of_all(question) else None
        if named is None:
            return draft
        if ranks(question) and len(self.scorer.index.documents) > ALL_SEEN:
            return self._ranked(question, named, evidence, vector) or draft
        pieces = list(draft.pieces) if draft else []
        told = {p.evidence.hit.passage.doc_id for p in pieces}
        own = evidence[0].hit.passage.doc_id
        if not draft and not self.rows.of(question, named, own, strict=False):
            return None
        documents = self.scorer.index.document
        others = (doc_id for doc_id in named.rows if doc_id not in told and documents[doc_id].info.named)
        stating = (rows[0] for doc_id in others if (rows := self.rows.of(question, named, doc_id, strict=False)))
        for row in islice(stating, _MOST_TRIED):
            piece = self._piece(row, question, evidence, vector, _LINE_CHARS)
            if piece and has_room(pieces, piece):
                pieces.append(piece)
        return Draft(tuple(pieces)) if len(pieces) > 1 else draft

    def _ranked(self, question: Question, named: Named, evidence: Sequence[Evidence], vector: Vectors) -> Draft | None:
        """A line for each of the documents that state the greatest figures, or the least if those are asked for.

        None where fewer than two state one in the unit that most use.
        """
        documents = self.scorer.index.document
        of_each = (self.rows.of(question, named, d, strict=False) for d in named.rows if documents[d].info.named)
        stating = [(rows[0], rows[0].value) for rows in of_each if rows and rows[0].value is not None]
        unit = Counter(row.unit for row, _ in stating).most_common(1)[0][0] if stating else ""
        same = [(row, value) for row, value in stating if row.unit == unit]
        same.sort(key=lambda item: item[1], reverse=not wants_least(question.text))
        pieces: list[Piece] = []
        for row, _ in same[:_MOST_TRIED]:
            piece = self._piece(row, question, evidence, vector, _LINE_CHARS)
            if piece and has_room(pieces, piece):
                pieces.append(piece)
        return Draft(tuple(pieces)) if len(pieces) > 1 else None

    def _piece(
        self, row: Commitment, question: Question, evidence: Sequence[Evidence], vector: Vectors, room: int
    ) -> Piece | None:
        """The clause of a row's sentence that states its figure; None for a row of a table, which has no clauses."""
        found = self._sentence(row, question, evidence, vector)
        if found is None or found.hit.passage.kind == "row":
            return None
        text = best_window(question, found.text, room, self.scorer, found.stated)
        label = self.scorer.index.document[row.doc_id].info.label
        return Piece(text, found, label) if found.stated in fold(text) else None

    def _sentence(
        self, row: Commitment, question: Question, evidence: Sequence[Evidence], vector: Vectors
    ) -> Evidence | None:
        found = sentence_at(row.doc_id, row.figure_start, question, evidence, self.scorer, vector)
        return None if found is None else _with(found, row)


def _with(evidence: Evidence, row: Commitment) -> Evidence:
    return replace(evidence, stated=fold(row.stated))
