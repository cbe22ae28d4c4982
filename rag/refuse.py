"""Whether the documents hold what was asked: a calibrated probability from features of the whole evidence.

Likeness does not tell a near miss from an answer; constraints do. Each feature below checks one: is there a figure of
the unit asked for beside its subject, does the year fit, is the slogan spelt out, is the place one of ours, does
another district's document say what this one does not. Weights and threshold are fitted on the project's own questions
by `python -m eval fit` (data/refusal.json): a logistic regression, so that every feature's share can be shown.
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from index.context import body
from index.lexical import bigrams
from index.normal import fold
from index.quantity import quantities
from index.store import Index
from index.types import Passage
from rag.cues import asked_unit, same_unit
from rag.evidence import Evidence, EvidenceScorer
from rag.question import Question
from rag.vocabulary import everyday_words

# The way in which a feature may speak; the others may speak both ways.
FOR = frozenset("margin agree typed".split())
AGAINST = frozenset(
    (
        "untyped unit_gone year_gone year_other achieved outcome outcome_planned undefined elsewhere signs_gone "
        "foreign foreign_beside contact nothing"
    ).split()
)
_OUTCOME = re.compile(r"实际|完成了|达到了(?:多少|没)|最终|最后|实现了吗|完成得|已经|做到了|到底(?:建|修|完)成")
_PLAN_ASKED = re.compile(r"目标|打算|计划|准备|规划|要(?:达到|建|新|增|降|压|提高)|将|力争|想")
_PLANNED = re.compile(r"力争|计划|到20\d\d年|目标|将|争取|拟|确保|预期")
_ACHIEVED = re.compile(r"已|截至|五年来|累计|“十[二三]五”(?:期间|时期|末)|投入使用|增至|荣获|目前|成功|提高到|连续")
_RESULTS_SECTION = re.compile(r"基础|成就|回顾|成效|现状|总结")
_LITTLE = 0.15  # coverage that says nothing yet: paraphrases share few bigrams with what they mean
_PLAN_NAMED = re.compile(r"十[一二三四五六]五")
_CONTACT = re.compile(r"电话|联系方式|地址|邮箱|微信|网址|手机号|哪个号")
_CONTACT_FIGURE = re.compile(r"\d{7,}|\d{3,4}-\d{7,8}|@|www")
_SIGNS = re.compile(r"[a-z]+(?:-?[\d.]+)?")
_SLOGAN_ASKED = re.compile(r"“[^”]{1,8}”")


@dataclass(frozen=True)
class Model:
    """A fitted refusal score: probability = sigmoid(bias + Σ weight × feature)."""

    weights: dict[str, float]
    bias: float
    threshold: float

    def probability(self, features: dict[str, float]) -> float:
        total = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@lru_cache(maxsize=1)
def fitted() -> Model:
    """The model that `python -m eval fit` wrote."""
    data = json.loads(resources.files("rag").joinpath("data/refusal.json").read_text("utf-8"))
    return Model({str(k): float(v) for k, v in data["weights"].items()}, float(data["bias"]), float(data["threshold"]))


def features(question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer) -> dict[str, float]:
    """What speaks for and against an answer. All between about -1 and 2."""
    if not evidence:
        return {"nothing": 1.0}
    terms = bigrams(question.focus or question.text)
    best = evidence[0]
    passage = best.hit.passage
    text = body(passage) if passage.kind == "row" else best.text
    around = f"{body(passage)} {passage.lead} {' '.join(passage.path[-2:])}"
    second = next((e for e in evidence[1:] if e.hit.position != best.hit.position), None)
    lexical_first = max(evidence, key=lambda e: e.hit.parts.get("bigrams", 0.0))
    dense_first = max(evidence, key=lambda e: e.hit.parts.get("dense", 0.0))
    typed = _typed(question, evidence, scorer, terms)
    named = fold(f"{around} {scorer.index.document[passage.doc_id].info.title}")
    foreign = [place for place in question.places.foreign if place not in named]
    return {
        "margin": min(2.0, best.score - second.score) if second else 2.0,
        "agree": float(lexical_first.hit.position == dense_first.hit.position),
        "typed": typed,
        "year_other": float(best.features["year"] < 0),
        "achieved": float(_wants_plan(question) and _achieved(text, passage)),
        "untyped": float(_wants_figure(question) and typed < 0.5),
        "unit_gone": _unit_gone(question, text),
        "year_gone": _year_gone(question, best, around, scorer.index),
        "outcome": float(bool(_OUTCOME.search(question.text))),
        "outcome_planned": float(bool(_OUTCOME.search(question.text)) and _planned(text)),
        "undefined": float(_slogan_asked(question) and not any(e.features["defines"] for e in evidence[:12])),
        "elsewhere": _elsewhere(question, terms, evidence, scorer),
        "signs_gone": _signs_gone(question, around),
        "foreign": float(bool(foreign) and not question.places.documents),
        "foreign_beside": float(bool(foreign) and bool(question.places.documents)),
        "contact": float(bool(_CONTACT.search(question.text)) and not _CONTACT_FIGURE.search(fold(text))),
        "row": float(passage.kind == "row"),
        "followup": float(bool(question.understood)),
        "compare": float(question.asks == "compare"),
    }


def _wants_figure(question: Question) -> bool:
    return question.asks in ("number", "date")


def _typed(question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer, terms: Sequence[str]) -> float:
    """How much of the subject stands beside a figure of the kind asked for, as a share of the best sentence's; 0 to 1.

    1 where no figure is asked. A sentence on the subject without such a figure is what a near miss looks like.
    """
    if not _wants_figure(question):
        return 1.0
    most = with_figure = 0.0
    for item in evidence[:20]:
        passage = item.hit.passage
        text = body(passage) if passage.kind == "row" else item.text
        covered = scorer.coverage(terms, f"{text} {passage.lead}")
        most = max(most, covered)
        if item.features["figure"] >= 0.6:
            with_figure = max(with_figure, covered)
    return (with_figure + _LITTLE) / (most + _LITTLE)


def _unit_gone(question: Question, text: str) -> float:
    """1 where the best sentence has no figure of exactly the unit that was asked, 0.5 where it has one of its kind."""
    asked = asked_unit(question)
    if not asked or question.asks != "number":
        return 0.0
    units = {q.unit for q in quantities(text, chinese=True)}
    if asked in units or f"({asked}" in fold(text):
        return 0.0
    return 0.5 if any(same_unit(asked, unit) for unit in units) else 1.0


def _year_gone(question: Question, best: Evidence, around: str, index: Index) -> float:
    """1 where no year that was asked stands in the best passage, nor is the one its document is about."""
    if not question.years:
        return 0.0
    info = index.document[best.hit.passage.doc_id].info
    own = set(re.findall(r"\d{4}", f"{info.period} {info.published}"))
    if any(plan in around for plan in _PLAN_NAMED.findall(question.text)):
        return 0.0
    named = set(re.findall(r"(?:19|20)\d\d", fold(around)))
    return float(not any(str(year) in named | own for year in question.years))


def _planned(text: str) -> bool:
    """Whether a sentence states a plan and no result."""
    folded = fold(text)
    return bool(_PLANNED.search(folded)) and not _ACHIEVED.search(folded)


def _wants_plan(question: Question) -> bool:
    return bool(_PLAN_ASKED.search(question.text)) and not _OUTCOME.search(question.text)


def _achieved(text: str, passage: Passage) -> bool:
    """Whether a sentence states a result and no plan: by its words, or by the section that it stands in."""
    folded = fold(text)
    looks_back = bool(_RESULTS_SECTION.search(" ".join(passage.path)) or _ACHIEVED.search(folded))
    return passage.kind != "row" and looks_back and not _PLANNED.search(folded)


def _slogan_asked(question: Question) -> bool:
    """Whether the question wants a slogan spelt out."""
    return question.asks == "definition" and bool(_SLOGAN_ASKED.search(question.text))


def _elsewhere(question: Question, terms: Sequence[str], evidence: Sequence[Evidence], scorer: EvidenceScorer) -> float:
    """How much better a document that was not asked covers the question than the asked ones do; 0 to 1."""
    asked = set(question.places.documents)
    if not asked:
        return 0.0
    index = scorer.index
    scores = index.lexical.scores(question.focus or question.text, "bigrams")
    others = [position for position in np.argsort(-scores)[:10] if index.passages[int(position)].doc_id not in asked]
    own = max((scorer.coverage(terms, body(e.hit.passage)) for e in evidence[:20]), default=0.0)
    there = max((scorer.coverage(terms, body(index.passages[int(p)])) for p in others), default=0.0)
    return max(0.0, there - own)


def _signs_gone(question: Question, around: str) -> float:
    """Share of the question's Latin signs (PM10, 5G) that the best passage lacks; GDP and its like have other names."""
    signs = set(_SIGNS.findall(question.text)) - set(everyday_words())
    held = set(_SIGNS.findall(fold(around)))
    return len(signs - held) / len(signs) if signs else 0.0
