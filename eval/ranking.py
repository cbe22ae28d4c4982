"""How well a ranking finds a question's gold quotes. Pure; spans decide, so re-chunking keeps the measures valid.

Everything starts from `first_ranks`: for each gold quote the place of the first passage that covers it.

    two quotes, the first covered by passages 2 and 3, the second by none  → (2, None)
"""

import math
from collections.abc import Sequence

Ranks = Sequence[int | None]


def first_ranks(covered: Sequence[Sequence[bool]], quotes: int) -> tuple[int | None, ...]:
    """For each of `quotes` the rank, from 1, of the first passage that covers it, None where none does.

    `covered`: a list a passage, best first, that tells of every quote whether the passage covers it.
    """
    return tuple(next((rank for rank, hits in enumerate(covered, 1) if hits[q]), None) for q in range(quotes))


def recall(ranks: Ranks, k: int) -> float:
    """The share of the quotes among the first `k` passages; 0 where there is no quote."""
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks) if ranks else 0.0


def reciprocal_rank(ranks: Ranks) -> float:
    """1 / the rank of the first passage that covers any quote, 0 where none does."""
    return 1 / min((rank for rank in ranks if rank is not None), default=math.inf)


def ndcg(ranks: Ranks, k: int) -> float:
    """Normalised discounted cumulative gain (Järvelin & Kekäläinen 2002) of the first `k` passages, 0 to 1.

    A passage gains 1 for every quote that none before it covers; the ideal has each quote in a passage of its own, one
    after the other. Passages that cover more than that at once are no better than ideal.
    """
    gained = sum(1 / math.log2(1 + rank) for rank in ranks if rank is not None and rank <= k)
    ideal = sum(1 / math.log2(1 + rank) for rank in range(1, min(len(ranks), k) + 1))
    return min(1.0, gained / ideal) if ideal else 0.0
