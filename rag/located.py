"""The sentence at a place of a document as evidence, whether or not the search brought its passage. No I/O."""

from collections.abc import Sequence
from dataclasses import replace

from index.embed import Vectors
from rag.evidence import Evidence, EvidenceScorer
from rag.question import Question
from rag.types import Hit


def holds(evidence: Evidence, doc_id: str, at: int) -> bool:
    """Whether the sentence holds character `at` of the document."""
    return evidence.hit.passage.doc_id == doc_id and evidence.start <= at < evidence.end


def put_first(item: Evidence, evidence: Sequence[Evidence]) -> list[Evidence]:
    """`evidence`, best first, with `item` before all others, in place of itself if it is among them."""
    top = replace(item, score=max(item.score, evidence[0].score))
    return [top, *(e for e in evidence if e.position != item.position)]


def sentence_at(
    doc_id: str, at: int, question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer, vector: Vectors
) -> Evidence | None:
    """The sentence that holds character `at`, out of `evidence` or scored anew; None where no passage does.

    `vector`: the question's, [dimension].
    """
    known = next((e for e in evidence if holds(e, doc_id, at)), None)
    if known is not None or not evidence:
        return known
    place = scorer.index.passage_at(doc_id, at)
    if place is None:
        return None
    hit = Hit(place, scorer.index.passages[place], evidence[0].hit.score)
    return next((e for e in scorer.score(question, [hit], vector) if holds(e, doc_id, at)), None)
