"""How far a probability of being answerable can be trusted, and what refusing by it buys. Pure, over a whole set.

auroc([0.9, 0.2], [True, False])  → 1.0: every answerable question above every other
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Questions whose probability lies in [low, high): how many, their mean probability, the share that came true."""

    low: float
    high: float
    count: int
    probability: float
    share: float


@dataclass(frozen=True)
class Point:
    """Answering every question at or above `threshold`: the share answered, and the share of those answered wrongly."""

    threshold: float
    coverage: float
    risk: float


def _paired(probabilities: Sequence[float], truths: Sequence[bool]) -> list[tuple[float, bool]]:
    if len(probabilities) != len(truths):
        raise ValueError(f"{len(probabilities)} probabilities for {len(truths)} truths: need one for each")
    return list(zip(probabilities, truths, strict=True))


def auroc(probabilities: Sequence[float], truths: Sequence[bool]) -> float | None:
    """The chance that a true one stands above a false one, ties half (Mann & Whitney 1947); None without both sorts."""
    pairs = _paired(probabilities, truths)
    true, false = [p for p, t in pairs if t], [p for p, t in pairs if not t]
    if not true or not false:
        return None
    return sum((a > b) + (a == b) / 2 for a in true for b in false) / (len(true) * len(false))


def brier(probabilities: Sequence[float], truths: Sequence[bool]) -> float | None:
    """The mean squared distance of probability and truth (Brier 1950), 0 best; None of nothing."""
    pairs = _paired(probabilities, truths)
    return sum((p - t) ** 2 for p, t in pairs) / len(pairs) if pairs else None


def bins(probabilities: Sequence[float], truths: Sequence[bool], count: int = BINS) -> list[Bin]:
    """The bins of equal width that hold a question, lowest first; a probability of 1 belongs to the last."""
    pairs = _paired(probabilities, truths)
    found = []
    for number in range(count):
        own = [(p, t) for p, t in pairs if min(int(p * count), count - 1) == number]
        if own:
            share = sum(t for _, t in own) / len(own)
            mean = sum(p for p, _ in own) / len(own)
            found.append(Bin(number / count, (number + 1) / count, len(own), mean, share))
    return found


def calibration_error(probabilities: Sequence[float], truths: Sequence[bool], count: int = BINS) -> float | None:
    """Expected calibration error (Naeini et al. 2015): the bins' mean gap, by their size; 0 best, None of nothing."""
    gaps = [b.count * abs(b.probability - b.share) for b in bins(probabilities, truths, count)]
    return sum(gaps) / len(probabilities) if gaps else None


def risk_coverage(probabilities: Sequence[float], right: Sequence[bool]) -> list[Point]:
    """The refusal curve (El-Yaniv & Wiener 2010): one point a distinct probability, from the surest question on.

    `right`: whether the question has an answer and got it; a question refused or without an answer is answered wrongly.
    """
    ordered = sorted(_paired(probabilities, right), key=lambda pair: -pair[0])
    points: list[Point] = []
    answered = wrong = 0
    for probability, group in groupby(ordered, key=lambda pair: pair[0]):
        own = [r for _, r in group]
        answered, wrong = answered + len(own), wrong + own.count(False)
        points.append(Point(probability, answered / len(ordered), wrong / answered))
    return points


def mean_risk(points: Sequence[Point]) -> float | None:
    """The area under the refusal curve: the risk averaged over coverage, 0 best; None of no point."""
    before = [0.0, *(point.coverage for point in points)]
    return sum((p.coverage - b) * p.risk for p, b in zip(points, before, strict=False)) if points else None
