"""The value first, then its clause: “110家。到2025年,高新技术企业……分别达到110家、150家”. Pure."""

from index.normal import normalise
from rag.clauses import is_figure_asked, parts_of
from rag.cues import holds_figure
from rag.evidence import Evidence
from rag.question import Question

_LONGEST = 16
_SURE = 0.4  # of the reader's span, as a share of the most that it can say
_LEAST_MORE = 6  # characters that the clause has to have beside the value


def led(question: Question, text: str, evidence: Evidence) -> str:
    """`text` with the figure that answers put before it, where the reader is sure of it and it is of the kind asked."""
    if question.asks not in ("number", "date") or not is_figure_asked(question) or len(parts_of(question)) > 1:
        return text
    span = evidence.span.strip(",;。、")
    sure = evidence.features.get("span", 0.0) >= _SURE and evidence.features.get("answers", 0.0) > 0
    if not sure or not 0 < len(span) <= _LONGEST or holds_figure(question, span) < 1:
        return text
    folded = normalise(text)
    at = folded.text.find(span)
    if at < 0 or folded.text.count(span) > 1 or len(folded.text) < len(span) + _LEAST_MORE:
        return text
    start, end = folded.span(at, at + len(span))
    return f"{text[start:end]}。{text}"
