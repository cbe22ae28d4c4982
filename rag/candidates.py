"""Scores where a collection is too large to score every passage by every searcher at each question.

The best of each searcher are the candidates; every searcher scores all of them. How its scores spread over the whole
collection, which weighing them needs, is told by passages at even distances.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.lexical import TOKENISERS
from rag.question import Question

if TYPE_CHECKING:
    from rag.retrieve import Searcher

ALL_SCORED = 20_000  # passages; up to so many all are scored
_BEST = 200  # of each searcher
_SAMPLE = 2_048  # passages


def candidates(
    searcher: "Searcher",
    question: Question,
    vector: NDArray[np.float32],
    allowed: NDArray[np.int64],
    sure: NDArray[np.int64],
    k: int,
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float32]], NDArray[np.float64]]:
    """The rows that may be among the `k` best, ascending, their raw scores by searcher, and their weighted sums.

    `sure`: rows that are candidates in any case.
    """
    index = searcher.index
    best = max(_BEST, 2 * k)
    sample = allowed[:: max(1, len(allowed) // _SAMPLE)]
    everything = len(allowed) == len(index.passages)
    found, _ = index.dense.search(vector, best, None if everything else allowed)
    lexical = {name: searcher.lexical(question, name) for name in TOKENISERS if searcher.weights.get(name)}
    at = np.minimum(np.searchsorted(allowed, sure), len(allowed) - 1)
    chosen = [found, sure[allowed[at] == sure]]
    for scores in lexical.values():
        own = scores if everything else scores[allowed]
        top = np.argpartition(-own, min(best, len(own) - 1))[:best]
        chosen.append(allowed[top[own[top] > 0]])
    rows = np.unique(np.concatenate(chosen)).astype(np.int64)
    parts = {"dense": index.dense.cosines(vector, rows)} | {name: own[rows] for name, own in lexical.items()}
    spread = {"dense": index.dense.cosines(vector, sample)} | {
        name: own if everything else own[allowed] for name, own in lexical.items()
    }
    if len(index.sentence_vectors):
        parts["sentence"] = searcher.nearest_sentences(vector, rows)
        spread["sentence"] = searcher.nearest_sentences(vector, sample)
    total = np.zeros(len(rows))
    for name, scores in parts.items():
        deviation = float(spread[name].std())
        if deviation > 1e-9:
            total += searcher.weights[name] * (scores - float(spread[name].mean())) / deviation
    return rows, parts, total
