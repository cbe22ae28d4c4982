"""Documents side by side: one line each, every one cited, 未提及 where a document is silent."""

from collections.abc import Sequence

from index.lexical import bigrams
from index.types import Document
from rag.cells import answer_from_rows
from rag.clauses import best_window
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import Piece, is_heading
from rag.question import Question

_LINE_CHARS = 72
_LEAST_SHARE = 0.25  # of the best document's coverage: below it a document counts as silent


def compare(
    question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer, documents: dict[str, Document]
) -> tuple[list[Piece], list[str]]:
    """The best piece of every named document, in the order of the question; and the names of the silent ones."""
    terms = bigrams(question.focus or question.text)
    best: dict[str, Evidence] = {}
    for doc_id in question.places.documents:
        own = [e for e in evidence if e.hit.passage.doc_id == doc_id and not is_heading(e)]
        if own:
            best[doc_id] = own[0]
    covered = {d: scorer.coverage(terms, f"{e.text} {e.hit.passage.section}") for d, e in best.items()}
    most = max(covered.values(), default=0.0)
    pieces: list[Piece] = []
    silent: list[str] = []
    for doc_id in question.places.documents:
        label = documents[doc_id].info.label
        evidence_here = best.get(doc_id)
        if evidence_here is None or covered[doc_id] < most * _LEAST_SHARE:
            silent.append(label)
        elif evidence_here.hit.passage.kind == "row":
            parts, _ = answer_from_rows(question, [evidence_here])
            pieces.extend(Piece(text, e, label, heads) for text, e, heads in parts)
        else:
            pieces.append(Piece(best_window(question, evidence_here.text, _LINE_CHARS, scorer), evidence_here, label))
    return pieces, silent
