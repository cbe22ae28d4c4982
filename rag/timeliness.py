"""Old plans and new questions: a plan whose period is over, and a target that is taken for a result. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from index.columns import is_blank
from index.normal import fold, simplify
from index.types import Document, DocumentInfo
from rag import tense
from rag.about import fact
from rag.evidence import Evidence
from rag.force import over
from rag.question import Question
from rag.replies import Quotes

ONLY_A_TARGET = "文件只写明目标:"
_NOW = re.compile(r"现在(?!的)|目前|最新|今年|如今|当前|眼下|现阶段|截至(?:目前|今天)|到今天")
_REACHED_NOW = re.compile(
    r"已经(?:有|达|完成|建)|达到了几|(?:现在|目前|如今)[^,?]{0,14}?(?:达到|有|是|建成|完成)了?(?:多少|几)"
)
_DONE = re.compile(r"(?:完成|实现|建成|达到|取得)了")
_TARGET = re.compile(r"目标|打算|准备")
_CANDIDATES = 12
_AS_MUCH = 0.8
_BY_WORDS = 0.6  # of the coverage, where it holds as many content words
_NEAR = 4.0  # how far below the best score it may lie


def wants_plan(question: Question) -> bool:
    """Whether a question asks for what is aimed at, and not how far it has come by now."""
    return tense.wants_plan(question) and not _REACHED_NOW.search(question.text)


def wants_result(question: Question) -> bool:
    """Whether a question in its own words asks what came of something, or how far it has come."""
    own = _own(question)
    return tense.asks_outcome(own) or bool(_REACHED_NOW.search(own))


def is_result(evidence: Evidence) -> bool:
    """Whether a sentence states what was reached: by its words, or by the section that looks back."""
    return evidence.hit.passage.kind != "row" and tense.looks_back(evidence.text, evidence.hit.passage)


def tells_result(evidence: Evidence, info: DocumentInfo) -> bool:
    """Whether a sentence of a document states a result, and of no year that was still to come when it was written."""
    date = re.match(r"\d{4}", info.published or info.period)
    heads = " ".join(cell.column for cell in evidence.hit.passage.cells if not is_blank(cell.value))
    told_of = tense.stated_years(f"{evidence.text} {heads}")
    to_come = date is not None and any(year > int(date[0]) for year in told_of)
    return is_result(evidence) and not to_come


def in_tense(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Where a plan is asked for and the best sentence states a result: the best that states a plan goes before it.

    And the other way round.
    """
    ordered = list(evidence)
    if ordered and wants_plan(question) and is_result(ordered[0]):
        return _first(lambda item: not is_result(item), ordered)
    if ordered and wants_result(question) and _is_target(ordered[0]):
        return _first(is_result, ordered)
    return ordered


def _first(fits: Callable[[Evidence], bool], ordered: list[Evidence]) -> list[Evidence]:
    """`ordered` with the first that `fits` before all others, if it says as much as the best."""
    best, best_score = ordered[0].features, ordered[0].score
    for item in ordered[1:_CANDIDATES]:
        own = item.features
        share = _AS_MUCH if own["subject"] < best["subject"] else _BY_WORDS
        covers = own["coverage"] >= share * best["coverage"]
        as_much = covers and own["figure"] >= best["figure"]
        if (
            as_much
            and own["local"] >= _AS_MUCH * best["local"]
            and own["year"] >= 0
            and fits(item)
            and best_score - item.score <= _NEAR
        ):
            return [replace(item, score=best_score), *(e for e in ordered if e is not item)]
    return ordered


def note(question: Question, documents: Sequence[Document], quotes: Quotes, today: date) -> str:
    """What a question about today has to know of the documents that answer it; "" where nothing.

    Only what the document itself says of its date and period is told in figures, each with its citation.
    """
    if not _NOW.search(_own(question)):
        return ""
    told = []
    for document in documents:
        info = document.info
        if not over(info.period, today):
            continue
        published, period = fact(document, "published"), fact(document, "period")
        when = f"{published.value}{quotes.cite(info.id, *published.span)}发布," if published and published.span else ""
        years = f"{period.value}{quotes.cite(info.id, *period.span)}" if period and period.span else ""
        told.append(f"{info.label}的文件{when}规划期{years}已结束")
    return f"(注意:{';'.join(told)},不代表现状。)" if told else ""


def results_note(question: Question, told: Sequence[tuple[str, bool]]) -> str:
    """What is said where a target was asked for and results are given; "" where none is. `told`: label, if a result."""
    if not _TARGET.search(_own(question)) or not wants_plan(question):
        return ""
    aimed = {label for label, done in told if not done}  # tells the target as well
    whose = list(dict.fromkeys(label for label, done in told if done and label not in aimed))
    return f"(注意:{'、'.join(filter(None, whose)) or '所引'}的是已有成绩,不是目标。)" if whose else ""


def prefix(question: Question, evidence: Sequence[Evidence]) -> str:
    """What is put before a target where a result was asked for."""
    if not evidence or not wants_result(question):
        return ""
    return ONLY_A_TARGET if all(_is_target(e) for e in evidence) else ""


def _own(question: Question) -> str:
    """The question's own words: what an earlier turn asked is no more asked."""
    return fold(simplify(question.original))


def _is_target(evidence: Evidence) -> bool:
    """Whether a sentence states a target: not 完成了…目标任务."""
    planned = tense.states_plan(evidence.text) and not _DONE.search(evidence.text)
    return evidence.hit.passage.kind != "row" and planned
