"""No to a figure that the question supposes: “每年建3个书房,对吗?” → “不是3个,是2家以上”. Pure.

Only where one figure is supposed, and the answer's clause leaves no doubt which of its own it is to be held against.
There is no yes: of what else the question supposes (a year, a cause) a figure that agrees proves nothing.
"""

import re
from dataclasses import replace

from index.quantity import Quantity, is_measure, quantities
from rag.claims import NO_FIGURE
from rag.cues import same_unit
from rag.evidence import EvidenceScorer
from rag.extract import Draft
from rag.lead import lead_of
from rag.question import Question

_SUPPOSES = re.compile(
    r"(?:吗|么|吧|没|没有|不|对不对|真的)[?。!呀啊呢]*$|是不是|是否|有没有|对吧|"
    r"真的?有(?:这|那)么[多高大]|(?:这|那)么[多高大][?。!]*$"
)
_ASKS_MORE = re.compile(
    r"多少|几[个家处座所项]|哪|谁|什么|啥|怎么|如何|为何|何时|实现了|完成了|达到了[没吗]|做到|[最更][多高大少低小]|一样|同一"
)
_LEAST = re.compile(r"以上|超|过|破|够|达到|不低于|不少于|至少|高于|大于|能有")
_MOST = re.compile(r"以内|以下|不到|不足|低于|少于|小于|不超过|控制在|至多|最多")
_NEAR = 4  # characters around a figure that bound it
_NO = "不是"


def with_verdict(question: Question, draft: Draft, scorer: EvidenceScorer) -> Draft:
    """`draft`, its first piece led by “不是3个,是2家以上” where the question supposes another figure; else as it is."""
    if not draft.pieces or draft.blank or not _SUPPOSES.search(question.text) or _ASKS_MORE.search(question.text):
        return draft
    supposed = [q for q in quantities(question.text) if is_measure(q)]
    first = draft.pieces[0]
    if len(supposed) != 1 or first.lead:
        return draft
    own = supposed[0]
    text = f"{question.text[: own.start]}多少{own.unit}{question.text[own.end :]}"
    stated = lead_of(replace(question, text=text, asks="number"), first.text, first.evidence, scorer)
    found = next(iter(quantities(stated)), None)
    if found is None:
        alike = [q for p in draft.pieces for q in quantities(p.text) if same_unit(own.unit, q.unit)]
        if alike or any(is_measure(q) for q in quantities(first.text)):
            return draft
        return replace(draft, pieces=(replace(first, remark=NO_FIGURE), *draft.pieces[1:]))
    return _led(draft, f"{_NO}{own.text},是{stated}") if _contradicts(question.text, own, found) else draft


def milder(draft: Draft) -> Draft:
    """`draft` with a lead that says less: “不是3个” for “不是3个,是2家以上”, none for that or for a value."""
    lead = draft.pieces[0].lead if draft.pieces else ""
    verdict, comma, _ = lead.partition(",是") if lead.startswith(_NO) else ("", "", "")
    return _led(draft, verdict if comma else "") if lead else draft


def _led(draft: Draft, lead: str) -> Draft:
    return replace(draft, pieces=(replace(draft.pieces[0], lead=lead), *draft.pieces[1:]))


def _contradicts(text: str, supposed: Quantity, found: Quantity) -> bool:
    """Whether a stated figure cannot be the supposed one: under its least, over its most, or another."""
    around = text[max(0, supposed.start - _NEAR) : supposed.start] + text[supposed.end : supposed.end + _NEAR]
    if _MOST.search(around):
        return found.value > supposed.value
    return found.value < supposed.value if _LEAST.search(around) else found.value != supposed.value
