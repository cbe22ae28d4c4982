"""A second look: where the answer breaks a demand of the question (another year, no figure, a target for an outcome),
one that starts from a sentence nearly as good and keeps to it is taken instead."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag import refuse
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import Draft
from rag.outcome import is_item
from rag.question import Question

_LOOKED_AT = 5
_GAP = 1.5  # how much lower, in units of the evidence's score, a sentence may lie
_GAP_HERE = 7.0  # in the same passage: an entry's first sentence names what the others tell of
_AS_MUCH = 0.6  # of the question's content words that the best sentence holds, where it stands elsewhere
_LEAST = 0.3  # logits of a demand that is broken
Features = dict[str, float]


def keeping(
    question: Question,
    evidence: Sequence[Evidence],
    draft: Draft,
    features: Features,
    scorer: EvidenceScorer,
    draft_from: Callable[[Sequence[Evidence]], Draft],
) -> tuple[list[Evidence], Draft, Features]:
    """`evidence`, `draft` and `features` as they are, or those that begin with the sentence that breaks least.

    `draft_from` makes a draft out of evidence, best first.
    """
    broken = refuse.model_for(features).broken(features)
    if broken <= _LEAST or draft.blank or is_item(question, evidence[0]):
        return list(evidence), draft, features
    chosen: tuple[list[Evidence], Draft, Features] = (list(evidence), draft, features)
    for at, item in enumerate(evidence[1:_LOOKED_AT], 1):
        here = item.hit.position == evidence[0].hit.position
        if evidence[0].score - item.score >= (_GAP_HERE if here else _GAP):
            continue
        told_of = here and evidence[0].start <= evidence[0].hit.passage.start  # by what the passage begins with
        told_of = told_of or (here and bool(item.span) and not evidence[0].span)  # by the reader
        if not told_of and item.features["subject"] < _AS_MUCH * evidence[0].features["subject"]:
            continue
        order = [replace(item, score=evidence[0].score), *evidence[:at], *evidence[at + 1 :]]
        other = draft_from(order)
        seen = refuse.features(question, order, other.pieces, scorer)
        now = refuse.model_for(seen).broken(seen)
        if not other.blank and now < broken - _LEAST:
            chosen, broken = (order, other, seen), now
    return chosen
