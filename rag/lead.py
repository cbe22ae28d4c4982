"""The value first, then its clause: “110家以上。到2025年,高新技术企业达到110家以上”. Pure.

Only where the clause holds no other value of that kind: of two, the reader takes the wrong one too often to follow it.
"""

import re

from index.normal import normalise
from index.quantity import Quantity, quantities, with_bound
from rag.clauses import parts_of
from rag.cues import asked_unit, holds_figure, same_unit
from rag.evidence import Evidence
from rag.question import Question

_LONGEST_DATE = 16
_SURE = 0.3  # of the reader's span, as a share of the most that it can say
_LEAST_MORE = 6  # characters that the clause has to have beside the value
_DATES = re.compile(r"\d{4}年(?:\d{1,2}月)?|(?<!年)\d{1,2}月")
_PART_OF_MORE = re.compile(r"[\d.:第][\s至到~～—–-]*$|\d\s*[家个%万亿]?\s*[至到~～—–-]\s*$")  # 3—5家, 第3个, 1:2


def led(question: Question, text: str, evidence: Evidence) -> str:
    """`text` with the figure that answers put before it, where the reader is sure of it and it is of the kind asked."""
    if question.asks not in ("number", "date") or len(parts_of(question)) > 1:
        return text
    sure = evidence.features.get("span", 0.0) >= _SURE and evidence.features.get("answers", 0.0) > 0
    span = evidence.span.strip(",;。、")
    folded = normalise(text)
    at = folded.text.find(span)
    if not sure or not span or at < 0 or folded.text.count(span) > 1:
        return text
    start, end = folded.span(at, at + len(span))
    value = text[start:end] if question.asks == "date" else _value(question, text, start, end)
    dated = question.asks != "date" or (
        len(value) <= _LONGEST_DATE and holds_figure(question, value) == 1 and len(_DATES.findall(folded.text)) == 1
    )
    if not value or not dated or len(text) < len(value) + _LEAST_MORE or text.startswith(value):
        return text
    return f"{value}。{text}"


def _value(question: Question, text: str, start: int, end: int) -> str:
    """The only figure of the kind asked in `text`, if it lies in `start:end`, with its bound; else ""."""
    asked = asked_unit(question)
    found = [q for q in quantities(text) if _fits(q, asked)]
    if len(found) != 1 or found[0].start < start or found[0].end > end or _PART_OF_MORE.search(text[: found[0].start]):
        return ""
    return with_bound(text, found[0])


def _fits(quantity: Quantity, asked: str) -> bool:
    if not asked:
        return quantity.unit not in ("", "年", "月", "日")
    return same_unit(asked, quantity.unit)
