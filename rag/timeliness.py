"""Old plans and new questions: a plan whose period is over, and a target that is taken for a result. Pure."""

import re
from collections.abc import Sequence
from datetime import date

from index.normal import fold
from index.types import Document
from rag.about import fact
from rag.evidence import Evidence
from rag.question import Question
from rag.replies import Quotes

ONLY_A_TARGET = "文件只写明目标:"
_NOW = re.compile(r"现在(?!的)|目前(?!的)|最新|今年|如今|当前|眼下|现阶段|截至(?:目前|今天)|到今天")
_OUTCOME = re.compile(
    r"实际|完成了|达到了(?:多少|没|几)|最终|最后|实现了吗|已经(?:有|达|完成|建)|做到了|(?:现在|目前|如今)[^,?]{0,14}?(?:达到|有|是|建成|完成)了?(?:多少|几)"
)
_PLANNED = re.compile(r"力争|计划|到20\d\d年|目标|将|争取|拟|确保|预期|要达到")
_ACHIEVED = re.compile(r"已|截至|五年来|累计|“十[二三]五”(?:期间|时期|末)|投入使用|增至|荣获|目前|成功|连续")


def over(period: str, today: date) -> bool:
    """Whether a period “2021-2025” or “2023” is over; an unknown one is not."""
    years = re.findall(r"(?:19|20)\d\d", period)
    return bool(years) and int(max(years)) < today.year


def note(question: Question, documents: Sequence[Document], quotes: Quotes, today: date) -> str:
    """What a question about today has to know of the documents that answer it; "" where nothing.

    Only what the document itself says of its date and period is told in figures, each with its citation.
    """
    if not _NOW.search(question.text):
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


def prefix(question: Question, evidence: Sequence[Evidence]) -> str:
    """What is put before a target where a result was asked for."""
    if not _OUTCOME.search(question.text) or not evidence:
        return ""
    return ONLY_A_TARGET if all(_is_target(e) for e in evidence) else ""


def _is_target(evidence: Evidence) -> bool:
    folded = fold(evidence.text)
    return evidence.hit.passage.kind != "row" and bool(_PLANNED.search(folded)) and not _ACHIEVED.search(folded)
