"""What the index's glossary says of a term that a question asks about: the sentence that explains it goes first."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.normal import fold
from index.store import Index
from index.types import Term
from rag.constraints import contents_asked
from rag.evidence import Evidence, EvidenceScorer
from rag.question import Question
from rag.types import Hit

_LEAST_CHARS = 2


def entry_for(question: Question, index: Index) -> Term | None:
    """The entry whose term the question asks the meaning of: the longest that it names, among the documents asked.

    None where two documents explain the same term, so that each can have its say.
    """
    if question.asks == "compare" or not (question.asks == "definition" or contents_asked(question)):
        return None
    asked = question.places.documents
    named = [
        term
        for term in index.terms
        if (not asked or term.doc_id in asked)
        and len(name := fold(term.term).strip("“”")) >= _LEAST_CHARS
        and name in question.text
    ]
    longest = max((len(term.term) for term in named), default=0)
    best = [term for term in named if len(term.term) == longest]
    return best[0] if len({term.doc_id for term in best}) == 1 else None


def explained_first(
    entry: Term | None,
    question: Question,
    evidence: Sequence[Evidence],
    scorer: EvidenceScorer,
    vector: NDArray[np.float32],
) -> list[Evidence]:
    """`evidence` with the sentence that explains the term first, found or not; unchanged where there is no entry.

    `vector`: the question's, [dimension].
    """
    if entry is None or not evidence:
        return list(evidence)
    found = next((e for e in evidence if _holds(e, entry)), None) or _scored(entry, question, evidence, scorer, vector)
    if found is None:
        return list(evidence)
    meaning = fold(entry.meaning)
    first = replace(
        found,
        score=max(found.score, evidence[0].score),
        features={**found.features, "glossary": 1.0},
        span=meaning if meaning in fold(found.text) else found.span,
    )
    return [first, *(e for e in evidence if e.position != found.position)]


def _holds(evidence: Evidence, entry: Term) -> bool:
    return evidence.hit.passage.doc_id == entry.doc_id and evidence.start <= entry.meaning_start < evidence.end


def _scored(
    entry: Term,
    question: Question,
    evidence: Sequence[Evidence],
    scorer: EvidenceScorer,
    vector: NDArray[np.float32],
) -> Evidence | None:
    """The explaining sentence as evidence, where the search did not bring its passage."""
    passages = scorer.index.passages
    at = next(
        (n for n, p in enumerate(passages) if p.doc_id == entry.doc_id and p.start <= entry.meaning_start < p.end), None
    )
    if at is None:
        return None
    hit = Hit(at, passages[at], evidence[0].hit.score)
    return next((e for e in scorer.score(question, [hit], vector) if _holds(e, entry)), None)
