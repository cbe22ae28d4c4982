"""Documents side by side: one line each, every one cited, 未提及 where a document is silent."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.context import body
from index.lexical import bigrams
from index.types import Document
from rag.arithmetic import wants_figures
from rag.cells import answer_from_rows
from rag.clauses import best_window
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import Piece, is_heading, said_in_text
from rag.question import Question, focus_of, kind_of
from rag.timeliness import planned_first
from rag.types import Hit

_LINE_CHARS = 84
_LEAST_SHARE = 0.2  # of the best document's coverage: below it a document counts as silent
_SEGMENT = re.compile(r"[^,?;。:]+[,?;。:]?")


def compare(
    question: Question,
    hits: Sequence[Hit],
    vector: NDArray[np.float32],
    scorer: EvidenceScorer,
    documents: dict[str, Document],
) -> tuple[list[Piece], list[str]]:
    """The best piece of every named document, in the order of the question; and the names of the silent ones."""
    sides = {doc_id: side_of(question, doc_id) for doc_id in question.places.documents}
    best: dict[str, Evidence] = {}
    found: dict[str, list[Evidence]] = {}
    covered: dict[str, float] = {}
    for doc_id, side in sides.items():
        own = [hit for hit in hits if hit.passage.doc_id == doc_id]
        evidence = planned_first(side, [e for e in scorer.score(side, own, vector) if not is_heading(e)])
        if evidence:
            best[doc_id] = evidence[0]
            found[doc_id] = evidence
            terms = bigrams(side.focus or side.text)
            covered[doc_id] = scorer.coverage(terms, f"{body(evidence[0].hit.passage)} {evidence[0].hit.passage.lead}")
    most = max(covered.values(), default=0.0)
    pieces: list[Piece] = []
    silent: list[str] = []
    for doc_id, side in sides.items():
        label = documents[doc_id].info.label
        if doc_id not in best or covered[doc_id] < most * _LEAST_SHARE:
            silent.append(label)
            continue
        evidence_here = best[doc_id]
        if evidence_here.hit.passage.kind == "row":
            parts, blank = answer_from_rows(side, [evidence_here], scorer.index)
            said = said_in_text([evidence_here, *found[doc_id]]) if blank else None
            if said is not None:
                pieces.append(Piece(best_window(side, said.text, _LINE_CHARS, scorer), said, label))
                continue
            pieces.extend(Piece(text, e, label, heads) for text, e, heads in parts)
        else:
            pieces.append(Piece(best_window(side, evidence_here.text, _LINE_CHARS, scorer), evidence_here, label))
    return pieces, silent


def side_of(question: Question, doc_id: str) -> Question:
    """What is asked of one document: the question without the clauses that name only others.

    “周村每个乡镇建几处?市中区建了多少处?” → for 周村 “周村每个乡镇建几处?”.
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
    bare = text
    for name in names.values():
        bare = bare.replace(name, " ") if name else bare
    kind = kind_of(text)
    if kind == "yesno" or (kind == "fact" and wants_figures(text)):
        kind = "compare"
    return replace(question, text=text, focus=focus_of(bare), asks=kind)
