"""Measures asked for without naming a place: what the other documents say of it, a line each. No I/O."""

import re
from dataclasses import replace

from index.embed import Vectors
from rag import refuse
from rag.clauses import best_window
from rag.everywhere import ALL_SEEN, of_each
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import Draft, Piece
from rag.question import Question
from rag.retrieve import Searcher

_MEASURES = re.compile(r"打算|安排|举措|措施|做法|办法|部署|计划|准备")
_KINDS = ("how", "list", "fact")
_MOST, _LINE_CHARS = 3, 60
_NEAR = 4.0  # how far below the best score another's may lie
_SAID = 0.8  # of the question's content words, by the sentence itself
_SURE = 0.6  # how likely another document has to answer


def with_others(
    question: Question, draft: Draft, first: Evidence, vector: Vectors, searcher: Searcher, scorer: EvidenceScorer
) -> Draft:
    """`draft`, the answer of one document, with a line for each other one that says as much of what was asked."""
    documents = scorer.index.documents
    own = {piece.evidence.hit.passage.doc_id for piece in draft.pieces}
    if not asked_of_any(question) or len(own) != 1 or draft.blank or not 1 < len(documents) <= ALL_SEEN:
        return draft
    ids = tuple(d.info.id for d in documents if d.info.named and d.info.id not in own)
    found = of_each(question, ids, vector, searcher, scorer, lambda item: item.hit.passage.kind == "paragraph")
    lines = [
        _line(question, evidence, scorer)
        for evidence in found.values()
        if evidence[0].features["subject"] >= _SAID and scorer.worth(evidence[0]) >= scorer.worth(first) - _NEAR
    ]
    others = [line for line, sure in lines if sure >= _SURE][:_MOST]
    if not others:
        return draft
    label = scorer.index.document[first.hit.passage.doc_id].info.label
    head, *rest = draft.pieces
    return Draft((replace(head, label=label), *rest, *others))


def asked_of_any(question: Question) -> bool:
    """Whether a question wants measures and leaves open of which place."""
    places = question.places
    measures = question.asks == "how" or (question.asks in _KINDS and bool(_MEASURES.search(question.text)))
    return measures and not places.documents and not places.foreign


def _line(question: Question, evidence: list[Evidence], scorer: EvidenceScorer) -> tuple[Piece, float]:
    """What a document says, cut to its clause, and how likely it answers."""
    best = evidence[0]
    text = best_window(question, best.text, _LINE_CHARS, scorer)
    piece = Piece(text, best, scorer.index.document[best.hit.passage.doc_id].info.label)
    return piece, refuse.fitted().probability(refuse.features(question, evidence, [piece], scorer))
