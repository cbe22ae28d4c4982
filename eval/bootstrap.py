"""How sure a mean over questions is: percentile bootstrap (Efron 1979), paired for differences. Pure, seeded.

Questions are drawn with replacement; both systems are always seen on the same draw (Sakai 2006, SIGIR).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 5000
_SEED = 20180101
_AT_ONCE = 500


def resampled_means(values: NDArray[np.float64], resamples: int = RESAMPLES, seed: int = _SEED) -> NDArray[np.float64]:
    """Means of `resamples` draws with replacement from `values` [questions]; float64 [resamples]."""
    random = np.random.default_rng(seed)
    blocks = [
        values[random.integers(0, len(values), (min(_AT_ONCE, resamples - at), len(values)))].mean(axis=1)
        for at in range(0, resamples, _AT_ONCE)
    ]
    return np.concatenate(blocks)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95% interval of the mean of one value a question.

    Raises:
        ValueError: there is no value.
    """
    if not len(values):
        raise ValueError("no values to resample")
    low, high = np.quantile(resampled_means(np.asarray(values, np.float64)), [0.025, 0.975])
    return float(low), float(high)


def paired_p(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Two-sided p of the difference of the means of two systems on the same questions; 1 where they never differ.

    Twice the share of draws in which the difference is gone or turned round.

    Raises:
        ValueError: there is no value, or not one of each system for every question.
    """
    if len(ours) != len(theirs) or not len(ours):
        raise ValueError(f"{len(ours)} values against {len(theirs)}: need one of each for every question")
    means = resampled_means(np.asarray(ours, np.float64) - np.asarray(theirs, np.float64))
    return float(min(1.0, 2 * min((means <= 0).mean(), (means >= 0).mean())))
