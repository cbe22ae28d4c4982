"""Whether the documents hold what was asked: a calibrated probability from features of the whole evidence.

Likeness does not tell a near miss from an answer; constraints do. Each feature checks one: is there a figure of the
unit that was asked for beside its subject, is its year the one that was asked, is the slogan spelt out, is the doer
named, is an outcome given where one is asked, is the place one of ours. Weights and threshold are fitted on the
project's own questions by `python -m eval fit` (data/refusal.json): a logistic regression, so that every feature's
share can be shown and a refusal can say its reason.
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from index.columns import unit_in
from index.context import body
from index.lexical import bigrams
from index.normal import fold
from index.quantity import quantities
from index.structure import heading_name
from index.types import DocumentInfo, Passage
from rag import constraints, subject, tense, unexplained
from rag.cues import holds_figure
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import Piece
from rag.question import Question

# The way in which a feature may speak.
FOR = frozenset("typed local".split())
READ = frozenset("answers span".split())  # what the reader says, where it read
AGAINST = frozenset(
    (
        "elsewhere foreign foreign_beside contact contrast head lacking known outcome outcome_planned "
        "plan_achieved per_head undefined unexplained unit figure where who why year nothing"
    ).split()
)
DEMANDS = frozenset(
    (
        "foreign contact contrast head outcome_planned plan_achieved per_head undefined unexplained unit "
        "figure where who why year"
    ).split()
)
_LITTLE = 0.15  # coverage that says nothing yet: paraphrases share few bigrams with what they mean
_TEXTS = 12
_PREMISE = re.compile(r"吧[?!。]*$|对吧|对不对|是(?:这样|真的|的)吗|真有|是吗")
_BESIDE = re.compile(r"[和与跟同比、]")


@dataclass(frozen=True)
class Model:
    """A fitted refusal score: probability = sigmoid(bias + Σ weight × feature)."""

    weights: dict[str, float]
    bias: float
    threshold: float

    def logit(self, features: dict[str, float]) -> float:
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in features.items())

    def probability(self, features: dict[str, float]) -> float:
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.logit(features)))))

    def broken(self, features: dict[str, float]) -> float:
        """How many logits the demands take that an answer breaks: its year, unit, doer, outcome and the like."""
        return sum(max(0.0, -self.weights.get(name, 0.0) * features.get(name, 0.0)) for name in DEMANDS)

    def heaviest(self, features: dict[str, float]) -> str:
        """The feature that speaks most against an answer, "" where none does."""
        shares = {n: self.weights.get(n, 0.0) * v for n, v in features.items() if n in AGAINST}
        name = min(shares, key=lambda n: shares[n], default="")
        return name if name and shares[name] < 0 else ""


def model_for(features: dict[str, float]) -> Model:
    """The fitted model for evidence such as `features` were taken from."""
    return fitted(read=bool(READ & features.keys()))


@lru_cache(maxsize=2)
def fitted(read: bool = False) -> Model:
    """The model that `python -m eval fit` wrote; `read`: the one for evidence that a reader has read."""
    name = "data/refusal_read.json" if read else "data/refusal.json"
    data = json.loads(resources.files("rag").joinpath(name).read_text("utf-8"))
    return Model({str(k): float(v) for k, v in data["weights"].items()}, float(data["bias"]), float(data["threshold"]))


def features(
    question: Question, evidence: Sequence[Evidence], pieces: Sequence[Piece], scorer: EvidenceScorer
) -> dict[str, float]:
    """What speaks for and against an answer, all between about -1 and 2. `pieces`: the answer as it would be given."""
    if not evidence or not pieces:
        return {"nothing": 1.0}
    best = pieces[0].evidence
    passage = best.hit.passage
    info = scorer.index.document[passage.doc_id].info
    sentence = _words(best)
    told = " ".join(piece.text for piece in pieces)
    cited = " ".join(_words(piece.evidence) for piece in pieces)
    headings = f"{passage.lead} {' '.join(passage.path[-2:])}"
    around = f"{body(passage)} {headings}"
    counted = question.asks in ("number", "date") and not constraints.names_a_class(question)
    explained = "glossary" in best.features
    premise = question.asks == "yesno" or bool(_PREMISE.search(question.text))  # if wrong, it is put right
    reason = bool(constraints.WHY.search(question.text))  # why it comes last is no outcome
    single = not premise and question.asks != "compare"
    texts = [_words(e) for e in evidence[:_TEXTS]]
    texts += list(dict.fromkeys(body(e.hit.passage) for e in evidence[:_TEXTS]))
    named_above = [fold(heading_name(heading)) for heading in (passage.lead, *passage.path) if heading]
    lacking, known = _lacking(question, f"{cited} {headings}", scorer)
    named = fold(f"{around} {info.title}")
    foreign = [place for place in question.places.foreign if place not in named]
    beside = bool(question.places.documents) and bool(_BESIDE.search(question.text))
    return {
        "typed": _typed(question, evidence, scorer),
        "local": best.features["local"] if counted else 0.5,
        "elsewhere": _elsewhere(question, evidence, scorer),
        "foreign": float(bool(foreign) and not question.places.documents),
        "foreign_beside": float(bool(foreign) and beside),
        "contrast": constraints.contrast(question, cited, headings) if single else 0.0,
        "contact": constraints.contact_gone(question, around),
        "head": constraints.head_gone(question, f"{cited} {headings}") if counted else 0.0,
        "lacking": lacking,
        "known": known,
        "outcome": 0.0 if reason else tense.outcome_doubted(question, sentence, passage, info),
        "outcome_planned": 0.0 if reason else tense.outcome_planned(question, sentence, told, passage, info),
        "plan_achieved": tense.plan_achieved(question, sentence, passage, info) if single else 0.0,
        "per_head": constraints.per_head_gone(question, told),
        "undefined": 0.0 if explained else unexplained.undefined(question, texts),
        "unexplained": 0.0 if explained else unexplained.unexplained(question, texts, named_above),
        "unit": _unit_gone(question, told, passage),
        "figure": float(counted and passage.kind != "row" and holds_figure(question, told) < 0.5),
        "where": constraints.where_gone(question, told, by_tags=not info.district),
        "who": constraints.who_gone(question, told, by_tags=not info.district),
        "why": constraints.reason_gone(question, cited),
        "year": _year_gone(question, pieces, told, info) if single else 0.0,
        **{name: best.features[name] for name in sorted(READ & best.features.keys())},
    }


def _unit_gone(question: Question, told: str, passage: Passage) -> float:
    """Whether no figure is of a unit asked for; of a row of amounts that names no unit nobody can say so."""
    bare = passage.kind == "row" and not any(q.unit for c in passage.cells for q in quantities(c.value))
    if bare and constraints.asked_units(question) == ["元"] and not unit_in(passage.lead):
        return 0.0
    return constraints.unit_gone(question, told, passage.lead)


def _year_gone(question: Question, pieces: Sequence[Piece], told: str, info: DocumentInfo) -> float:
    """Whether the year asked for is another than the answer's; measures and reasons span sentences: one will do."""
    shown = pieces if question.asks == "how" else pieces[:1]
    above = tense.stated_years(" ".join(pieces[0].evidence.hit.passage.path))
    if question.asks == "how" and above & tense.asked_years(question):  # a reason may lie in another year
        return 0.0
    return min(tense.year_gone(question, _words(p.evidence), told, p.evidence.hit.passage, info) for p in shown)


def _words(evidence: Evidence) -> str:
    return body(evidence.hit.passage) if evidence.hit.passage.kind == "row" else evidence.text


def _lacking(question: Question, text: str, scorer: EvidenceScorer) -> tuple[float, float]:
    """Share of the question's content words, weighed by rarity, that `text` lacks; and of those only the words that

    stand elsewhere in the documents: a word that no document uses is everyday speech, or not to be had here.
    """
    held, gone = subject.covered(subject.subject_of(question), text)
    total = scorer.weight((*held, *gone)) or 1.0
    return scorer.weight(gone) / total, scorer.weight([w for w in gone if scorer.knows(w)]) / total


def _typed(question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer) -> float:
    """How much of the subject stands beside a figure of the kind asked for, as a share of the best sentence's; 0 to 1.

    1 where no figure is asked. A sentence on the subject without such a figure is what a near miss looks like.
    """
    if question.asks not in ("number", "date"):
        return 1.0
    terms = bigrams(question.focus or question.text)
    most = with_figure = 0.0
    for item in evidence[:20]:
        covered = scorer.coverage(terms, f"{_words(item)} {item.hit.passage.lead}")
        most = max(most, covered)
        if item.features["figure"] >= 0.6:
            with_figure = max(with_figure, covered)
    return (with_figure + _LITTLE) / (most + _LITTLE)


def _elsewhere(question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer) -> float:
    """How much better a document that was not asked covers the question than the asked ones do; 0 to 1."""
    asked = set(question.places.documents)
    if not asked:
        return 0.0
    index = scorer.index
    terms = bigrams(question.focus or question.text)
    scores = index.lexical.scores(question.focus or question.text, "bigrams")
    best = np.argpartition(-scores, min(10, len(scores) - 1))[:10]
    others = [position for position in best if index.passages[int(position)].doc_id not in asked]
    own = max((scorer.coverage(terms, body(e.hit.passage)) for e in evidence[:20]), default=0.0)
    there = max((scorer.coverage(terms, body(index.passages[int(p)])) for p in others), default=0.0)
    return max(0.0, there - own)
