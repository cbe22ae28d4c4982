"""A figure asked for without naming a place: a line for each document that states it. No I/O."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.context import body
from index.embed import Vectors
from index.lexical import bigrams
from rag import refuse
from rag.clauses import best_window
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import Draft, Piece, extract, is_heading
from rag.question import Question, focus_of
from rag.retrieve import Searcher

TIP = "可在问题中写明区名只看一个。"
_WHO_MOST = re.compile(
    r"(?:哪[一]?个?(?:区县?|市|县|地方|城区)|谁)[^,?。]{0,24}?[最更]?[高多大低少](?:些|一些|点)?(?=[?。]|$)"
)
_ASKED_OF_PLACES = re.compile(
    r"(?:哪[一]?个?(?:区县?|市|县|地方|城区)|谁)的?|[最更]?[高多大低少](?:些|一些|点)?(?=[?。]|$)"
)
_MOST_LINES = 5
_LONGEST_CHARS = 158 - len(TIP)  # with markers and line ends
_LINE_CHARS = 34
_PER_DOCUMENT = 4  # passages whose sentences are scored
_NEAR = 2.0  # how far below the best document's score another's may lie
_SHARE = 0.75  # of the best document's coverage


def each_document(
    question: Question, first: Evidence, vector: Vectors, searcher: Searcher, scorer: EvidenceScorer
) -> Draft | None:
    """A short piece for each document that answers, the best one's first; None where fewer than two do.

    `first`: the evidence that the answer would rest on otherwise; its document has to be among them.
    """
    if not asked_of_all(question) or len(scorer.index.documents) < 2:
        return None
    if ranks(question):
        bare = _ASKED_OF_PLACES.sub(" ", question.text)
        question = replace(question, text=bare, focus=focus_of(bare), asks="number")
    ids = tuple(d.info.id for d in scorer.index.documents)
    everywhere = replace(question, places=replace(question.places, documents=ids, names=("",) * len(ids)))
    hits = searcher.search(everywhere, _PER_DOCUMENT * len(ids), vector)
    found: dict[str, list[Evidence]] = {}
    for item in scorer.score(question, hits, vector):
        if not is_heading(item):
            found.setdefault(item.hit.passage.doc_id, []).append(item)
    terms = bigrams(question.focus or question.text)
    own = found.get(first.hit.passage.doc_id)
    if not own or own[0].features["figure"] < 1:
        return None
    best = own[0] if not ranks(question) else max((e[0] for e in found.values()), key=lambda e: e.score)
    answering = [e for e in found.values() if e is own or _as_good(e[0], best, terms, scorer)]
    answering = [e for e in answering if _answerable(question, e, scorer)]
    pieces = [p for e in sorted(answering, key=lambda e: -e[0].score) if (p := _line(question, e, scorer)) is not None]
    kept: list[Piece] = []
    for piece in pieces[:_MOST_LINES]:
        if sum(len(p.label) + len(p.text) + 5 for p in (*kept, piece)) <= _LONGEST_CHARS:
            kept.append(piece)
    return Draft(tuple(kept)) if len(kept) > 1 else None


def asked_of_all(question: Question) -> bool:
    """Whether a question wants a figure or a date and leaves open of which place."""
    places = question.places
    figure = question.asks in ("number", "date") or ranks(question)
    return figure and not places.documents and not places.foreign


def ranks(question: Question) -> bool:
    """Whether a question that names no place asks which place has most of something: 哪个区的高新技术企业最多."""
    return not question.places.documents and bool(_WHO_MOST.search(question.text))


def _as_good(other: Evidence, best: Evidence, terms: Sequence[str], scorer: EvidenceScorer) -> bool:
    """Whether a document says as much of what was asked as the best one, with the same kind of figure."""
    covered, most = _covered(other, terms, scorer), _covered(best, terms, scorer)
    same = other.features["figure"] >= 1 and other.features["year"] >= min(0.0, best.features["year"])
    return same and covered >= _SHARE * most and other.score >= best.score - _NEAR


def _covered(evidence: Evidence, terms: Sequence[str], scorer: EvidenceScorer) -> float:
    passage = evidence.hit.passage
    return scorer.coverage(terms, f"{body(passage) if passage.kind == 'row' else evidence.text} {passage.lead}")


def _answerable(question: Question, evidence: list[Evidence], scorer: EvidenceScorer) -> bool:
    model = refuse.fitted()
    return model.probability(refuse.features(question, evidence, scorer)) >= model.threshold


def _line(question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer) -> Piece | None:
    """What a document states, cut to its clause; None where its table leaves the cell blank."""
    draft = extract(question, evidence, scorer)
    if draft.blank or not draft.pieces:
        return None
    piece = draft.pieces[0]
    label = scorer.index.document[evidence[0].hit.passage.doc_id].info.label
    if piece.evidence.hit.passage.kind == "row":
        return replace(piece, label=label)
    return replace(piece, label=label, text=best_window(question, piece.text, _LINE_CHARS, scorer))
