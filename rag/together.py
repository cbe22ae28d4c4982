"""The sentences of a passage that answer together: items that go on, and measures or reasons told in several. Pure.

Which of a passage's sentences tell how or why with the best one is weighed by a logistic regression on what can be
explained; `python -m eval fit` fits it on the project's own questions and writes data/together.json.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from index.structure import is_item
from rag.clauses import visible
from rag.evidence import Evidence, EvidenceScorer
from rag.question import Question

_FAR = 4.0  # in units of the evidence's score
_NEAR = 0.15  # how far below the best score the next item may lie to be listed with it, as a share
_MEASURES = "(?:措施|举措|办法|做法|手段|招数)"
_EVERY_MEASURE = re.compile(  # all of them are wanted: rather one too many
    rf"(?:哪些|什么|哪?几[项条个])[^,?]{{0,6}}{_MEASURES}|{_MEASURES}(?:都?有|是|包括)?(?:哪些|哪几|什么)"
)
_SLACK = 1.0
_LONG = 100  # characters
_DATED = re.compile(r"(?:截至|到|自|目前|近年来)?(?:\d{4}\s*年|目前|近年)")
_OPEN_END = (";", "；", ":", "：")
_ANNOUNCES = re.compile(
    r"[:：]$|[:：]\s*(?:1[.．、]|[(（]?一[)）、]|一是|①)[^。;；]*[。;；]?$|"
    r"(?:下面|以下|下列|如下)[^,，。;；]{0,12}[。:：]$"
)


@dataclass(frozen=True)
class Model:
    """`least`: the weighed sum from which a sentence is told with the best one."""

    weights: dict[str, float]
    least: float

    def belongs(self, features: dict[str, float], slack: float = 0.0) -> bool:
        return sum(weight * features[name] for name, weight in self.weights.items()) >= self.least - slack


@lru_cache(maxsize=1)
def fitted() -> Model:
    """The model that `python -m eval fit` wrote."""
    data = json.loads(resources.files("rag").joinpath("data/together.json").read_text("utf-8"))
    return Model({str(name): float(weight) for name, weight in data["weights"].items()}, float(data["least"]))


def features(best: Evidence, other: Evidence, scorer: EvidenceScorer) -> dict[str, float]:
    """A sentence's own worth to the question, how far it lies below the best one's (no more than `_FAR`: a sentence
    that repeats the question is far above all), and its likeness to the best. The reader's word is not in it."""
    vectors = scorer.index.sentence_vectors
    worth = scorer.worth(other)
    return {
        "worth": worth,
        "below": min(scorer.worth(best) - worth, _FAR),
        "alike": float(vectors[best.position] @ vectors[other.position]),
        "length": min(len(visible(other.text)), _LONG) / _LONG,  # long sentences are like all others
        "dated": float(bool(_DATED.match(other.text.lstrip()))),  # tells what happened
        "heading": other.features.get("lead", 0.0),
    }


def announces(text: str) -> bool:
    """Whether a sentence only says that a list follows it."""
    return bool(_ANNOUNCES.search(text.rstrip()))


def together(
    question: Question, usable: Sequence[Evidence], best: Evidence, room: int, scorer: EvidenceScorer
) -> list[Evidence]:
    """The best sentence and those of its passage that belong to the same answer, in the document's order.

    At most `room` characters, but for the best one.
    """
    same = sorted((e for e in usable if e.hit.position == best.hit.position), key=lambda e: e.start)
    after = same[same.index(best) + 1 :]
    every = bool(_EVERY_MEASURE.search(question.text))
    measures = question.asks == "how" and not announces(best.text)
    chosen = [best]
    used = len(visible(best.text))
    for other in sorted(same, key=lambda e: -e.score) if measures else after:
        size = len(visible(other.text))
        if other is best or used + size > room:
            continue
        if measures:
            belongs = fitted().belongs(features(best, other, scorer), _SLACK if every else 0.0)
        else:
            opened = chosen[-1].text.rstrip().endswith(_OPEN_END)
            near = other.score >= best.score - abs(best.score) * _NEAR
            belongs = near or opened or (announces(best.text) and is_item(other.text.lstrip()))
        if belongs:
            chosen.append(other)
            used += size
        elif not measures:
            break
    return sorted(chosen, key=lambda e: e.start)
