"""Questions that demand two things, of which an answer tells one: the other is asked on its own. Pure.

“…占多大地方,一共要花多少钱?” → “…占多大地方” and “一共要花多少钱”. What no document says is said to be so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag import constraints
from rag.cues import holds_figure
from rag.question import Question, focus_of, kind_of, years_in
from rag.types import Answer, Citation

if TYPE_CHECKING:
    from rag.chain import Considered

SURE = 0.6  # how likely a half is answered that stands in for a whole that is not
_SPLIT = re.compile(r"[?,;。]|以及(?=[^,?]{0,12}(?:多少|几|哪|什么|谁))")
_ASKING = re.compile(r"多少|几(?![乎])|哪|什么|啥|何时|谁|多[大长高远久]|怎么|如何|为何|吗$|没有?$|是否")
_SET_SIDE_BY_SIDE = re.compile(
    r"对比|相比|比较|更[多高大低少]|谁.{0,6}[多高大低少]|分别|各(?:是|有|自)|是.{1,8}还是|相差|差多少"
)
_MARKER = re.compile(r"\[(\d+)\]")
_MOST = 3
_MOST_LACKING = 0.8  # of the weight of a demand's words


@dataclass(frozen=True)
class Told:
    """An answer made of halves."""

    text: str
    citations: tuple[Citation, ...]
    answerability: float


def demands_of(question: Question) -> tuple[str, ...]:
    """What a question asks, one after the other, each with what leads up to it; () where it asks one thing."""
    if question.asks == "compare" or question.places.foreign or _SET_SIDE_BY_SIDE.search(question.text):
        return ()
    demands: list[str] = []
    lead: list[str] = []
    for segment in filter(None, map(str.strip, _SPLIT.split(question.text))):
        lead.append(segment)
        if _ASKING.search(segment):
            demands.append(",".join(lead))
            lead = []
    return tuple(demands) if 2 <= len(demands) <= _MOST else ()


def missing(question: Question, demands: Sequence[str], whole: Answer) -> tuple[str, ...]:
    """The demands of which an answer says nothing: no figure of their unit, no year, place or body."""
    if not demands:
        return ()
    alone = [_alone(question, demand) for demand in demands]
    alone[0] = replace(alone[0], years=frozenset())  # the whole's own
    return tuple(d for d, own in zip(demands, alone, strict=True) if _untold(own, whole.text))


def _alone(question: Question, demand: str) -> Question:
    return replace(question, text=demand, focus=focus_of(demand), asks=kind_of(demand), years=years_in(demand))


def _untold(demand: Question, told: str) -> bool:
    if constraints.asked_units(demand) and constraints.unit_gone(demand, told):
        return True
    if demand.years and not any(str(year) in told for year in demand.years):
        return True
    dated = demand.asks != "date" or holds_figure(demand, told) > 0
    return not dated or bool(constraints.where_gone(demand, told)) or bool(constraints.who_gone(demand, told))


def is_told(whole: Answer, half: Answer, considered: "Considered | None") -> bool:
    """Whether anything is to be said of a half: not where it may be another thing's that the answer tells of."""
    if half.refused or considered is None:
        return True
    features = considered.features
    return features.get("lacking", 0.0) <= _MOST_LACKING and not (whole.refused and features.get("head", 0.0) >= 1)


def joined(whole: Answer, halves: Sequence[tuple[str, Answer]]) -> Told | None:
    """`whole`, unless it is a refusal, with what the halves tell; None where they tell nothing and there is no whole.

    `halves`: demands with their own answers.
    """
    least = SURE if whole.refused else 0.0
    shown = [] if whole.refused else [whole]
    shown += [answer for _, answer in halves if not answer.refused and answer.answerability >= least]
    silent = [demand for demand, answer in halves if answer.refused or answer.answerability < least]
    if not shown:
        return None
    citations: list[Citation] = []
    texts = [renumbered(answer, citations) for answer in shown]
    texts = [text for text in texts if not any(_bare(text) in _bare(other) for other in texts if other != text)]
    note = f"(注意:文件没有写明“{'”“'.join(silent)}”。)" if silent else ""
    text = "\n".join(filter(None, (*dict.fromkeys(texts), note)))
    return Told(text, tuple(citations), min(answer.answerability for answer in shown))


def _bare(text: str) -> str:
    return _MARKER.sub("", text).rstrip("。")


def renumbered(answer: Answer, citations: list[Citation]) -> str:
    """An answer's text with markers into `citations`, to which those that it cites are added."""
    numbers: dict[str, int] = {}
    for own in answer.citations:
        known = next((c for c in citations if (c.doc, c.start, c.end) == (own.doc, own.start, own.end)), None)
        if known is None:
            known = replace(own, marker=len(citations) + 1)
            citations.append(known)
        numbers[str(own.marker)] = known.marker
    return _MARKER.sub(lambda m: f"[{numbers.get(m[1], m[1])}]", answer.text)
