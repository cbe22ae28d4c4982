"""Whether the documents hold what was asked: a calibrated probability from features of the whole evidence.

Weights and threshold are fitted on the project's own questions by `python -m eval fit` (data/refusal.json): a logistic
regression, so every feature's share can be shown.
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from index.context import body
from index.lexical import bigrams, words
from index.normal import fold
from index.quantity import quantities
from rag.cues import asked_unit, same_unit
from rag.evidence import Evidence, EvidenceScorer
from rag.question import Question

_OUTCOME = re.compile(r"实际|完成了(?:多少|没)|达到了(?:多少|没)|最终|实现了吗|完成得|到底(?:建|修|完)成")
_CONTACT = re.compile(r"电话|联系方式|地址|邮箱|微信|网址|手机号")
# The way in which a feature may speak; the others may speak both ways.
FOR = frozenset(
    ("coverage coverage_passage words cosine run margin agree figure local official year row_named weak_side").split()
)
AGAINST = frozenset("no_figure year_gone foreign foreign_beside outcome contact nothing".split())
_CONTACT_FIGURE = re.compile(r"\d{7,}|\d{3,4}-\d{7,8}|@|www")


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
    """What speaks for and against an answer. All between about -1 and 1."""
    if not evidence:
        return {"nothing": 1.0}
    terms = sorted(set(bigrams(question.focus or question.text)))
    best = evidence[0]
    passage = best.hit.passage
    text = body(passage) if passage.kind == "row" else best.text
    around = f"{body(passage)} {passage.lead} {' '.join(passage.path[-2:])}"
    second = next((e for e in evidence[1:] if e.hit.position != best.hit.position), None)
    lexical_first = max(evidence, key=lambda e: e.hit.parts.get("bigrams", 0.0))
    dense_first = max(evidence, key=lambda e: e.hit.parts.get("dense", 0.0))
    return {
        "coverage": scorer.coverage(terms, text),
        "coverage_passage": scorer.coverage(terms, around),
        "words": _words_found(question, around),
        "cosine": (best.features["cosine"] - 0.85) * 10,
        "run": best.features["run"],
        "local": best.features["local"],
        "official": best.features["official"],
        "row_named": _row_named(question, best, scorer),
        "margin": min(2.0, best.score - second.score) if second else 2.0,
        "agree": float(lexical_first.hit.position == dense_first.hit.position),
        "figure": best.features["figure"],
        "no_figure": float(_wants_figure(question) and not _has_asked_figure(question, text)),
        "year": best.features["year"],
        "year_gone": float(bool(question.years) and not _year_anywhere(question, around)),
        "foreign": float(bool(question.places.foreign) and not question.places.documents),
        "foreign_beside": float(bool(question.places.foreign) and bool(question.places.documents)),
        "outcome": float(bool(_OUTCOME.search(question.text))),
        "contact": float(bool(_CONTACT.search(question.text)) and not _CONTACT_FIGURE.search(fold(text))),
        "row": float(passage.kind == "row"),
        "followup": float(bool(question.understood)),
        "compare": float(question.asks == "compare"),
        "weak_side": _weakest_side(question, evidence, scorer, terms),
    }


def _row_named(question: Question, best: Evidence, scorer: EvidenceScorer) -> float:
    """How much of a table row's own name the question says, 0 to 1; 0.5 where the evidence is no row."""
    if best.hit.passage.kind != "row":
        return 0.5
    return scorer.coverage(bigrams(best.hit.passage.lead), " ".join((question.text, *question.official)))


def _words_found(question: Question, around: str) -> float:
    """Share of the question's words that stand in the best passage, 0 to 1."""
    wanted = set(words(question.focus or question.text))
    return len(wanted & set(words(around))) / max(1, len(wanted))


def _wants_figure(question: Question) -> bool:
    return question.asks == "number"


def _has_asked_figure(question: Question, text: str) -> bool:
    asked = asked_unit(question)
    figures = [q for q in quantities(text, chinese=True) if q.unit != "年"]
    return any(not asked or not q.unit or same_unit(asked, q.unit) for q in figures)


def _year_anywhere(question: Question, around: str) -> bool:
    """Whether a year that was asked stands in the best passage."""
    return any(str(year) in fold(around) for year in question.years)


def _weakest_side(question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer, terms: list[str]) -> float:
    """For a comparison: the coverage of the document that says least of it; 0 for other questions."""
    if question.asks != "compare":
        return 0.0
    best = []
    for doc_id in question.places.documents:
        own = [e for e in evidence if e.hit.passage.doc_id == doc_id]
        best.append(max((scorer.coverage(terms, body(e.hit.passage)) for e in own), default=0.0))
    return min(best, default=0.0)
