"""Ranks of gold quotes, and what a refusal curve and a calibration are; expected values are written as arithmetic."""

from math import log2

import pytest

from eval.calibration import Point, auroc, bins, brier, calibration_error, mean_risk, risk_coverage
from eval.ranking import first_ranks, ndcg, recall, reciprocal_rank


def test_the_first_passage_that_covers_a_quote() -> None:
    covered = [[False, False, False], [True, False, False], [True, True, False]]
    assert first_ranks(covered, 3) == (2, 3, None)
    assert first_ranks([], 2) == (None, None)
    assert first_ranks([], 0) == ()


@pytest.mark.parametrize(
    ("ranks", "k", "share"),
    [((1, 4, None), 1, 1 / 3), ((1, 4, None), 4, 2 / 3), ((1, 4, None), 100, 2 / 3), ((), 5, 0), ((2,), 1, 0)],
)
def test_recall(ranks: tuple[int | None, ...], k: int, share: float) -> None:
    assert recall(ranks, k) == share


def test_reciprocal_rank() -> None:
    assert [reciprocal_rank(ranks) for ranks in ((3, 2, None), (1,), (None,), ())] == [1 / 2, 1, 0, 0]


@pytest.mark.parametrize(
    ("ranks", "value"),
    [
        ((1,), 1),
        ((3,), (1 / log2(4)) / (1 / log2(2))),
        ((2, None), (1 / log2(3)) / (1 / log2(2) + 1 / log2(3))),
        ((1, 3), (1 / log2(2) + 1 / log2(4)) / (1 / log2(2) + 1 / log2(3))),
        ((1, 2), 1),
        ((1, 1, 1), 1),  # one passage with all of it is no better than ideal
        ((11,), 0),
        ((None,), 0),
        ((), 0),
    ],
)
def test_ndcg(ranks: tuple[int | None, ...], value: float) -> None:
    assert ndcg(ranks, 10) == pytest.approx(value)


def test_auroc() -> None:
    assert auroc([0.9, 0.8, 0.3], [True, True, False]) == 1
    assert auroc([0.1, 0.9], [True, False]) == 0
    # pairs of a true with a false one: 0.7 > 0.5, 0.7 > 0.2, 0.5 = 0.5, 0.5 > 0.2
    assert auroc([0.7, 0.5, 0.5, 0.2], [True, True, False, False]) == (1 + 1 + 1 / 2 + 1) / 4
    assert auroc([0.5, 0.6], [True, True]) is None
    assert auroc([], []) is None


def test_brier_score() -> None:
    assert brier([0.9, 0.2], [True, False]) == pytest.approx((0.1**2 + 0.2**2) / 2)
    assert brier([1.0, 0.0], [False, True]) == 1
    assert brier([], []) is None


def test_bins_and_calibration_error() -> None:
    probabilities, truths = [0.05, 0.15, 0.95, 1.0], [False, True, True, False]
    found = bins(probabilities, truths)
    assert [(b.low, b.high, b.count, b.share) for b in found] == [
        (0, 1 / 10, 1, 0),
        (1 / 10, 2 / 10, 1, 1),
        (9 / 10, 1, 2, 1 / 2),
    ]
    gaps = 1 * abs(0.05 - 0) + 1 * abs(0.15 - 1) + 2 * abs((0.95 + 1) / 2 - 1 / 2)
    assert calibration_error(probabilities, truths) == pytest.approx(gaps / 4)
    assert calibration_error([0.5] * 4, [True, True, False, False]) == 0
    assert calibration_error([], []) is None


def test_the_refusal_curve() -> None:
    points = risk_coverage([0.9, 0.4, 0.9, 0.1], [True, True, False, False])
    assert points == [Point(0.9, 2 / 4, 1 / 2), Point(0.4, 3 / 4, 1 / 3), Point(0.1, 4 / 4, 2 / 4)]
    assert mean_risk(points) == pytest.approx(2 / 4 * 1 / 2 + 1 / 4 * 1 / 3 + 1 / 4 * 2 / 4)
    assert mean_risk(risk_coverage([], [])) is None
    perfect = risk_coverage([0.9, 0.8, 0.2], [True, True, False])
    assert [p.risk for p in perfect] == [0, 0, 1 / 3]


def test_one_truth_for_each_probability() -> None:
    for measure in (auroc, brier, bins, risk_coverage):
        with pytest.raises(ValueError, match="2 probabilities for 1 truths"):
            measure([0.1, 0.2], [True])
