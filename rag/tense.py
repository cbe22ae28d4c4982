"""When: the years that a text speaks of, and whether it states what is planned or what came of it. Pure."""

import re

from index.normal import fold
from index.types import DocumentInfo, Passage
from rag.question import Question

_OUTCOME = re.compile(
    r"实际|真正|最终|最后(?!一)|完成了|达到了(?:多少|没)|实现了吗|完成得|做到了|到底(?:建|修|完|引|有没)|建成了没|建起来了|投用了|"
    r"(?:结束|期满|收尾|走完|收官|完)(?:之?后|时|了)|后来"
)
_PLAN_ASKED = re.compile(r"目标|打算|计划|准备|规划|要(?:达到|建|新|增|降|压|提高)|将|力争|想")
_PLANNED = re.compile(r"力争|计划|目标|将|争取|拟|确保|预期|到20\d\d年|20\d\d年(?:底|末)?前")
_ACHIEVED = re.compile(
    r"已|截至|五年来|累计|“十[二三]五”(?:期间|时期|末)|投入使用|增至|荣获|目前|成功|提高到|连续|达到了|新增了|实际"
)
_RESULTS_SECTION = re.compile(r"基础|成就|回顾|成效|现状|总结")
_BOUND = re.compile(r"\d[\d.,]*[万亿]?[㐀-鿿%]{1,4}(?:以上|以内|左右|以下)")
_PLAN_NAMED = re.compile(r"十[一二三四五六]五")
# The first years of the five-year plans by their short names.
_PLAN_START = {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
_PLAN_YEARS = 5
_YEAR = re.compile(r"(?<![\d.])(?:19|20)\d{2}(?![\d.]|[个家户人万亿元亩米处套])")
_JOINED = re.compile(r"[、和与及至到—~-]|年")


def asked_years(question: Question) -> frozenset[int]:
    """Every year that the question names, also one that no 年 follows."""
    return question.years | frozenset(int(m[0]) for m in _YEAR.finditer(question.text))


def stated_years(text: str) -> frozenset[int]:
    """Years that a text names, with the last years of the five-year plans that it names."""
    return frozenset(year for year, _, _ in _mentions(fold(text)))


def _mentions(folded: str) -> list[tuple[int, int, int]]:
    """Years with their places, in order: those in digits, and the last years of five-year plans."""
    found = [(int(m[0]), m.start(), m.end()) for m in _YEAR.finditer(folded)]
    found += [
        (_PLAN_START[m[0]] + _PLAN_YEARS - 1, m.start(), m.end())
        for m in _PLAN_NAMED.finditer(folded)
        if m[0] in _PLAN_START
    ]
    return sorted(found, key=lambda item: item[1])


def years_in_force(sentence: str, window: str) -> frozenset[int]:
    """The years that hold at `window`, a stretch of `sentence`: its own, else the last that are named before it.

    2017年,…提出,到2020年,覆盖率达到80% → at 80% it is 2020.
    """
    folded, part = fold(sentence), fold(window)
    at = folded.find(part)
    end = at + len(part) if at >= 0 else len(folded)
    before = _mentions(folded[:end])
    inside = [m for m in before if m[1] >= max(at, 0)] or before
    if not inside:
        return frozenset()
    years = {inside[-1][0]}
    for (year, _, stop), (_, start, _) in zip(reversed(inside[:-1]), reversed(inside[1:]), strict=True):
        if _JOINED.sub("", folded[stop:start]):
            break
        years.add(year)
    return frozenset(years)


def year_gone(question: Question, sentence: str, figure: str, around: str, info: DocumentInfo) -> float:
    """1 where a year is asked that is not the answer's. `figure`: the stretch of `sentence` that holds the figure.

    A sentence without a year is taken to be about a year of its passage (`around`) or of its document's period.
    """
    asked = asked_years(question)
    if not asked:
        return 0.0
    held = years_in_force(sentence, figure) if fold(figure) in fold(sentence) else stated_years(sentence)
    if held:
        return float(not asked & (held | _plan_range(question, sentence)))
    return float(not asked & (stated_years(around) | _own_years(info)))


def _plan_range(question: Question, sentence: str) -> frozenset[int]:
    """Every year of a plan that both the question and the sentence name by its short name."""
    both = set(_PLAN_NAMED.findall(question.text)) & set(_PLAN_NAMED.findall(fold(sentence)))
    return frozenset(y for p in both if p in _PLAN_START for y in range(_PLAN_START[p], _PLAN_START[p] + _PLAN_YEARS))


def _own_years(info: DocumentInfo) -> frozenset[int]:
    return frozenset(int(y) for y in re.findall(r"\d{4}", info.period or info.published))


def outcome_asked(question: Question) -> float:
    """1 where what came of something is asked."""
    return float(bool(_OUTCOME.search(question.text)))


def outcome_planned(question: Question, sentence: str, window: str, info: DocumentInfo) -> float:
    """1 where what came of it is asked, and the sentence states what is planned."""
    return float(bool(_OUTCOME.search(question.text)) and is_planned(sentence, window, info))


def plan_achieved(question: Question, text: str, passage: Passage) -> float:
    """1 where what is planned is asked, and the text states what came of it, by its words or its section."""
    wanted = bool(_PLAN_ASKED.search(question.text)) and not _OUTCOME.search(question.text)
    folded = fold(text)
    looks_back = bool(_RESULTS_SECTION.search(" ".join(passage.path)) or _ACHIEVED.search(folded))
    return float(wanted and passage.kind != "row" and looks_back and not _PLANNED.search(folded))


def is_planned(sentence: str, window: str, info: DocumentInfo) -> bool:
    """Whether a sentence states a plan and no result: by a year after its document's date, its words, or a bound."""
    date = re.match(r"\d{4}", info.published or info.period)
    held = years_in_force(sentence, window)
    if date and held:
        return max(held) > int(date[0]) or (max(held) == int(date[0]) and not _ACHIEVED.search(fold(window)))
    folded = fold(sentence)
    if _ACHIEVED.search(folded):
        return False
    return bool(_PLANNED.search(folded) or _BOUND.search(folded))
