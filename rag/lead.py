"""The value first, then its clause: “110家以上。到2025年,高新技术企业达到110家以上”. Pure.

Of several values of one kind only one that the question names, or that its clause and the reader both point to: on the
fitting questions the clause alone chose 42 of 47 right, the reader 43 of 49, both together 34 of 36. Where they do
not, the one whose own name has most in common with what is asked last; of all leads of `fit` and `asked` that were
checked against the one figure that they have to hold, 59 of 60 are right.
"""

import re
from collections.abc import Sequence

from index.normal import fold, normalise
from index.quantity import Quantity, is_measure, quantities, with_bound
from rag.asked_figure import Part, figure_named, figure_of, named_figure, reckons
from rag.clauses import parts_of
from rag.cues import asked_unit, holds_figure, same_unit
from rag.evidence import Evidence, EvidenceScorer
from rag.question import Question
from rag.subject import content_words

_LONGEST_DATE = 16
_SURE = 0.3  # of the reader's span, as a share of the most that it can say
_SET_AGAINST = re.compile(r"[比较](?![例重])[^,。?]{1,10}(?:[增减多少高低]|提|下降|上升)|增长了?多少|增速|增幅|降幅")
_HOW_MANY = re.compile(r"(?:多少|几)(?:[万亿]?[个家户名人位项处座所条张台套件辆部场次元吨米亩])?")
_VERY_SURE = 0.6  # names that it is as sure of were right 12 of 12 times on `fit` and `asked`
_LONGEST_NAME, _LONG_TEXT = 24, 45
_LEAST_MORE = 6  # characters that the clause has to have beside the value
_DATES = re.compile(r"\d{4}年(?:\d{1,2}月)?|(?<!年)\d{1,2}月")
_PART_OF_MORE = re.compile(r"[\d.:第][\s至到~～—–-]*$|\d\s*[家个%万亿]?\s*[至到~～—–-]\s*$")  # 3—5家, 第3个, 1:2


def lead_of(question: Question, text: str, evidence: Evidence, scorer: EvidenceScorer) -> str:
    """The figure, date or name of `text` that is to be put before it; "" where it is not clear which was asked for."""
    if question.asks not in ("number", "date", "fact") or len(parts_of(question)) > 1:
        return ""
    if question.asks == "fact":
        return _named(question, text, evidence)
    value = _date(question, text, evidence) if question.asks == "date" else _figure(question, text, evidence, scorer)
    return "" if len(text) < len(value) + _LEAST_MORE or text.startswith(value) else value


def _read(text: str, evidence: Evidence) -> tuple[int, int]:
    """The place in `text` of the words that the reader took for the answer; (0, 0) where it took none of it."""
    span = evidence.span.strip(",;。、")
    folded = normalise(text)
    once = bool(span) and folded.text.count(span) == 1
    return folded.span(folded.text.find(span), folded.text.find(span) + len(span)) if once else (0, 0)


def _named(question: Question, text: str, evidence: Evidence) -> str:
    """The short words of a long text that the reader is very sure of, and the question has not: 张楼村; else ""."""
    if evidence.features.get("span", 0.0) < _VERY_SURE or evidence.features.get("answers", 0.0) <= 0:
        return ""
    start, end = _read(text, evidence)
    value = text[start:end].strip("“”")
    short = 1 < len(value) <= _LONGEST_NAME and not re.search(r"[,，;；。]", value)
    told = text.startswith(text[start:end]) or fold(value) in question.text
    return value if short and not told and len(text) >= _LONG_TEXT else ""


def _date(question: Question, text: str, evidence: Evidence) -> str:
    """The words that the reader is sure of, where they are the only date of `text`; else ""."""
    sure = evidence.features.get("span", 0.0) >= _SURE and evidence.features.get("answers", 0.0) > 0
    start, end = _read(text, evidence)
    value = text[start:end] if sure else ""
    only = len(_DATES.findall(fold(text))) == 1
    return value if len(value) <= _LONGEST_DATE and only and holds_figure(question, value) == 1 else ""


def _figure(question: Question, text: str, evidence: Evidence, scorer: EvidenceScorer) -> str:
    """The only figure of `text` of the kind asked, with its bound; of several the one that by its clause is asked for,
    if the reader took it too; else "".
    """
    asked = asked_unit(question)
    said = {q.key for q in quantities(question.text)}  # “新政23条”的文号 asks for no 23条
    found = [q for q in quantities(text) if _fits(q, asked) and q.key not in said]
    found = [q for q in found if q.unit in (asked, f"{asked}次")] or found  # 1000场次, not 2家, of 多少场
    if len(found) > 1:
        found = [] if reckons(question.text) else _clear(question, text, evidence, scorer, found)
    if len(found) != 1 or _PART_OF_MORE.search(text[: found[0].start]):
        return ""
    return with_bound(text, found[0])


def _clear(
    question: Question, text: str, evidence: Evidence, scorer: EvidenceScorer, found: Sequence[Quantity]
) -> list[Quantity]:
    """That of several figures which the question names, or which its clause and the reader both point to."""
    part = Part("", text, 1, stated=evidence.stated)
    named = named_figure(question, part)
    start, end = _read(text, evidence)
    read = [q for q in found if start <= q.start and q.end <= end]
    chosen = named or (figure_of(question, part, scorer) if len(read) == 1 else None)
    clear = [q for q in (found if named else read) if chosen is not None and chosen.quantity.start == q.start]
    by_name = _by_name(question, part, found)
    return clear or [q for q in by_name if not read or q in read]  # unless the reader took another


def _by_name(question: Question, part: Part, found: Sequence[Quantity]) -> list[Quantity]:
    """That whose name shares most with what is asked last, where one does; none where something is set against more."""
    item = re.split(r"[,;。]", question.text.rstrip("?。!"))[-1]
    named = None if _SET_AGAINST.search(question.text) else figure_named(item, part, _counted(item))
    return [q for q in found if named is not None and named.quantity.start == q.start]


def _counted(item: str) -> str:
    """The noun that is counted: 孵化器 in 几家市级以上的孵化器, 组织 in 社会化服务组织要有几家; "" without one."""
    before, _, after = (_HOW_MANY.sub("|", item, count=1)).partition("|")
    return next((words[-1] for words in map(content_words, (after, before)) if words), "")


def _fits(quantity: Quantity, asked: str) -> bool:
    if not asked:
        return is_measure(quantity)
    return same_unit(asked, quantity.unit)
