"""Answers with no LLM: the documents' own sentences, cut to what was asked. Pure but for the scorer's statistics."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from index.lexical import bigrams
from index.normal import fold
from index.quantity import quantities
from rag.cells import answer_from_rows
from rag.evidence import Evidence, EvidenceScorer, asked_unit, same_unit
from rag.question import Question

# Characters that an answer of each kind may take.
SHORT_CHARS = 92
ROOM_CHARS = {"number": SHORT_CHARS, "date": SHORT_CHARS, "fact": SHORT_CHARS, "yesno": SHORT_CHARS, "list": 300, "definition": 250, "how": 320}
_SECOND_CHARS = 60
_GAIN = 0.22  # share of the question's rare terms that a second sentence must add
_NEAR = 0.35  # share of the best score that a neighbour needs to be listed with it
_CLAUSE = re.compile(r"[^,，;；]+[,，;；]?")
_SEVERAL = re.compile(r"分别|各[是有为自]|(?:多少|几).{1,24}(?:多少|几)|以及|还要|又")
_EDGE = ",，;；、:： |。"


@dataclass(frozen=True)
class Piece:
    """A stretch of the answer and what it is cut from.

    `text` is shown; `evidence` is cited. `label` precedes it (a district's name). `heads` join the citation's section.
    """

    text: str
    evidence: Evidence
    label: str = ""
    heads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """An answer before markers. `blank`: the source has the field but leaves it empty."""

    pieces: tuple[Piece, ...]
    blank: bool = False


def extract(question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer) -> Draft:
    """The shortest stretch of the best evidence that says what was asked."""
    if not evidence:
        return Draft(())
    if evidence[0].hit.passage.kind == "row":
        pieces, blank = answer_from_rows(question, evidence)
        return Draft(tuple(Piece(text, e, heads=heads) for text, e, heads in pieces), blank)
    usable = [e for e in evidence if e.hit.passage.kind != "row" and not is_heading(e)] or list(evidence)
    best = usable[0]
    room = ROOM_CHARS.get(question.asks, SHORT_CHARS)
    if question.asks in ("list", "definition", "how"):
        return Draft(tuple(Piece(visible(e.text), e) for e in _neighbours(question, usable, best, room)))
    pieces = [Piece(clip(question, best.text, room, scorer), best)]
    second = _second(question, usable, best, scorer)
    if second is not None:
        pieces.append(Piece(clip(question, second.text, _SECOND_CHARS, scorer), second))
    return Draft(tuple(pieces))


def is_heading(evidence: Evidence) -> bool:
    """Whether the sentence is only the run-in heading of its paragraph."""
    return bool(evidence.features.get("lead"))


def visible(text: str) -> str:
    """A quote on one line."""
    return re.sub(r"\s*\n\s*", "", text).strip(" |")


def clip(question: Question, text: str, room: int, scorer: EvidenceScorer) -> str:
    """The run of clauses within `room` characters that holds most of what was asked; the text itself if it fits."""
    text = visible(text)
    if len(text) <= room:
        return text
    clauses = _CLAUSE.findall(text)
    ends = list(accumulate(len(c) for c in clauses))
    starts = [0, *ends[:-1]]
    terms = bigrams(question.focus or question.text)
    wants_figure = question.asks in ("number", "date", "compare")
    best, best_score = text[:room], -1.0
    for first in range(len(clauses)):
        for last in range(first, len(clauses)):
            window = text[starts[first] : ends[last]]
            if len(window.strip(_EDGE)) > room and last > first:
                break
            score = scorer.coverage(terms, window) - 0.0015 * len(window)
            if wants_figure:
                score += 0.35 * _has_figure(question, window)
            if score > best_score:
                best, best_score = window, score
    return best.strip(_EDGE)


def _has_figure(question: Question, window: str) -> float:
    figures = [q for q in quantities(window, chinese=True) if question.asks == "date" or q.unit not in ("年", "月", "日")]
    if not figures:
        return 0.0
    asked = asked_unit(question)
    return 1.0 if not asked or any(same_unit(asked, q.unit, q.text) for q in figures) else 0.3


def _neighbours(question: Question, usable: Sequence[Evidence], best: Evidence, room: int) -> list[Evidence]:
    """The best sentence and those of its passage that belong to the same answer, in the document's order."""
    same = [e for e in usable if e.hit.position == best.hit.position]
    chosen = [best]
    used = len(visible(best.text))
    ordered = sorted(same, key=lambda e: e.start)
    if question.asks == "how":
        candidates = sorted(same, key=lambda e: -e.score)
    else:  # a list or a definition goes on in what follows
        candidates = ordered[ordered.index(best) + 1 :][:3]
    for other in candidates:
        if other in chosen or used + len(visible(other.text)) > room:
            continue
        goes_on = question.asks != "how" and best.text.rstrip().endswith((";", "；", ":", "："))
        if goes_on or question.asks == "how" or other.score >= best.score - abs(best.score) * _NEAR:
            chosen.append(other)
            used += len(visible(other.text))
    return sorted(chosen, key=lambda e: e.start)


def _second(
    question: Question, usable: Sequence[Evidence], best: Evidence, scorer: EvidenceScorer
) -> Evidence | None:
    """Another sentence that answers what the best one leaves open, where several things were asked."""
    if not _SEVERAL.search(question.text):
        return None
    terms = bigrams(question.focus or question.text)
    had = scorer.coverage(terms, best.text)
    for other in usable[1:6]:
        gain = scorer.coverage(terms, best.text + "\n" + other.text) - had
        if gain >= _GAIN and fold(other.text) not in fold(best.text):
            return other
    return None
