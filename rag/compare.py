"""Documents side by side: one line each, every one cited, 未提及 where a document is silent."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.context import body
from index.normal import fold
from index.types import Document
from rag.arithmetic import wants_figures
from rag.cells import answer_from_rows
from rag.clauses import best_window
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import Piece, is_heading, said_in_text
from rag.question import Question, focus_of, kind_of
from rag.reader import Reader
from rag.retrieve import Searcher
from rag.subject import Subject, covered, named_terms, subject_of
from rag.timeliness import planned_first
from rag.types import Hit

_LINE_CHARS = 84
_LEAST_SHARE = 0.35  # of the words that the others hold: below it a document counts as silent
_BETWEEN = re.compile(r"(?:^|\s)(?:和|与|跟|及|同|比|、)+\s")  # what stood between the names
_SEGMENT = re.compile(r"[^,?;。:]+[,?;。:]?")

Stated = Callable[[Question, Sequence[Evidence], NDArray[np.float32]], list[Evidence]]


@dataclass(frozen=True)
class AskedOf:
    """What is asked of one document: `wording` is embedded; `read_as`, a question of its own, is read by the reader."""

    question: Question
    wording: str
    read_as: str


@dataclass(frozen=True)
class Side:
    """What is asked of one document, its vector [dimension], and the passages found for it, best first."""

    asked: AskedOf
    vector: NDArray[np.float32]
    hits: tuple[Hit, ...]

    @property
    def question(self) -> Question:
        return self.asked.question


def asked_of_each(question: Question) -> dict[str, AskedOf]:
    """Of every named document its own part of the question."""
    asked = {}
    for doc_id, name in zip(question.places.documents, question.places.names, strict=True):
        own = side_of(question, doc_id)
        own = replace(own, places=replace(own.places, documents=(doc_id,), names=(name,)))
        wording = f"{name}{own.focus}" if own.has_subject else own.text
        asked[doc_id] = AskedOf(own, wording, f"{name}{_without(question.places.names, own.text).replace(' ', '')}")
    return asked


def sides_of(
    asked: Mapping[str, AskedOf], vectors: NDArray[np.float32], searcher: Searcher, each: int
) -> dict[str, Side]:
    """Every named document searched for its part, `each` passages. `vectors`: of the wordings, [asked, dimension]."""
    return {
        doc_id: Side(own, vector, tuple(searcher.search(own.question, each, vector)))
        for (doc_id, own), vector in zip(asked.items(), vectors, strict=True)
    }


def _without(names: Sequence[str], text: str) -> str:
    """`text` without the names that are compared and what joined them."""
    for name in names:
        text = text.replace(name, " ") if name else text
    return _BETWEEN.sub(" ", text)


def by_turns(sides: Mapping[str, Side], most: int) -> list[Hit]:
    """The passages of all sides, each side's best first."""
    longest = max((len(side.hits) for side in sides.values()), default=0)
    return [side.hits[at] for at in range(longest) for side in sides.values() if at < len(side.hits)][:most]


def compare(
    question: Question,
    sides: Mapping[str, Side],
    scorer: EvidenceScorer,
    documents: Mapping[str, Document],
    stated: Stated,
    reader: Reader | None = None,
    count: int = 2,
) -> tuple[list[Piece], list[str]]:
    """The best piece of every named document, in the order of the question; and the names of the silent ones.

    `stated` puts the sentence first that the table of commitments points to; `reader` looks at `count` windows a
    document.
    """
    found: dict[str, list[Evidence]] = {}
    for doc_id, side in sides.items():
        scored = stated(side.question, scorer.score(side.question, side.hits, side.vector), side.vector)
        if reader is not None:
            scored = reader.reread(side.asked.read_as, scored, scorer.index, count)
            scored = stated(side.question, scored, side.vector)
        evidence = planned_first(
            side.question, [e for e in scored if not is_heading(e) and e.hit.passage.kind != "note"]
        )
        if evidence:
            found[doc_id] = evidence
    subject, named = subject_of(question), named_terms(question)
    best = {doc_id: evidence[0] for doc_id, evidence in found.items()}
    said = {doc_id: _held(e, subject, named) for doc_id, e in best.items()}
    pieces: list[Piece] = []
    silent: list[str] = []
    for doc_id in sides:
        asked = sides[doc_id].question
        label = documents[doc_id].info.label
        if doc_id not in best or _is_silent(doc_id, said, named, scorer):
            silent.append(label)
            continue
        evidence_here = best[doc_id]
        if evidence_here.hit.passage.kind == "row":
            parts, blank = answer_from_rows(asked, [evidence_here], scorer.index)
            told = said_in_text([evidence_here, *found[doc_id]]) if blank else None
            if told is not None:
                pieces.append(Piece(best_window(asked, told.text, _LINE_CHARS, scorer, told.span), told, label))
                continue
            if blank:  # what its other cells state
                parts = answer_from_rows(replace(asked, years=frozenset()), [evidence_here], scorer.index)[0]
            pieces.extend(Piece(text, e, label, heads) for text, e, heads in parts)
        else:
            pieces.append(
                Piece(
                    best_window(asked, evidence_here.text, _LINE_CHARS, scorer, evidence_here.span),
                    evidence_here,
                    label,
                )
            )
    return pieces, silent


def _held(evidence: Evidence, subject: Subject, named: frozenset[str]) -> frozenset[str]:
    """The question's content words, and the terms that it names, in a sentence's passage."""
    passage = evidence.hit.passage
    text = f"{body(passage)} {passage.lead}"
    return frozenset(covered(subject, text)[0]) | frozenset(term for term in named if term in fold(text))


def _is_silent(doc_id: str, said: dict[str, frozenset[str]], named: frozenset[str], scorer: EvidenceScorer) -> bool:
    """Whether a document lacks what all the others that are compared say of the question."""
    others = [words for other, words in said.items() if other != doc_id]
    if not others:
        return False
    if any(named & words for words in others) and not named & said[doc_id]:
        return True
    common = sorted(frozenset.intersection(*others))
    wanted = scorer.weight(common)
    return wanted > 0 and scorer.weight([w for w in common if w in said[doc_id]]) < _LEAST_SHARE * wanted


def side_of(question: Question, doc_id: str) -> Question:
    """What is asked of one document: the question without the clauses that name only others.

    “甲镇每个乡镇建几处?乙区建了多少处?” → for 甲镇 “甲镇每个乡镇建几处?”.
    """
    names = dict(zip(question.places.documents, question.places.names, strict=True))
    others = [name for other, name in names.items() if other != doc_id and name]
    own = names[doc_id]
    kept = [
        segment
        for segment in _SEGMENT.findall(question.text)
        if (own and own in segment) or not any(name in segment for name in others)
    ]
    text = "".join(kept) or question.text
    bare = _without(tuple(names.values()), text)
    kind = kind_of(text)
    if kind == "yesno" or (kind == "fact" and wants_figures(text)):
        kind = "compare"
    return replace(question, text=text, focus=focus_of(bare), asks=kind)
