"""The reader's network: a question and a passage in one sequence; where the answer stands, and whether it does.

    <s> question </s></s> heading </s> passage </s>

The first layers of the sentence encoder, whose token embeddings are used as they are and not stored again, with a span
head (start and end of every token; a question without an answer points at the first token, Rajpurkar et al. 2018,
arXiv:1806.03822) and two decisions on the first token (Devlin et al. 2019): is the passage about the question, does it
answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from index.bert import tokenizer

MAX_TOKENS = 256
_QUESTION_TOKENS = 64


@dataclass(frozen=True)
class Pair:
    """One thing to read. `heading`: what stands above `text`. All three folded (`index.normal.fold`)."""

    question: str
    heading: str
    text: str


@dataclass(frozen=True)
class Batch:
    """Tokens of `n` pairs padded to one length. `offsets[i]`: the character span in `text` of every token that is one
    of its own, else None."""

    ids: Tensor
    mask: Tensor
    kinds: Tensor
    own: Tensor
    offsets: list[list[tuple[int, int] | None]]


@dataclass(frozen=True)
class Output:
    """`start`, `end`: logits [n, tokens], -inf where a span may not be (it may be the first token: no answer).
    `relevant`, `answers`: logits [n]."""

    start: Tensor
    end: Tensor
    relevant: Tensor
    answers: Tensor


class PairTokenizer:
    """Pairs → batches, with the encoder's own tokenizer."""

    def __init__(self, folder: Path, max_tokens: int = MAX_TOKENS) -> None:
        self._tokenizer = tokenizer(folder)
        self._max = max_tokens
        self._first, self._last = self._tokenizer.encode("").ids

    def batch(self, pairs: Sequence[Pair]) -> Batch:
        rows = [self._row(pair) for pair in pairs]
        longest = max(len(ids) for ids, _, _ in rows)
        ids, mask, kinds, own = (torch.zeros((len(rows), longest), dtype=torch.long) for _ in range(4))
        offsets: list[list[tuple[int, int] | None]] = []
        for at, (tokens, spans, passage) in enumerate(rows):
            ids[at, : len(tokens)] = torch.tensor(tokens)
            mask[at, : len(tokens)] = 1
            kinds[at, passage : len(tokens)] = 1
            own[at, : len(spans)] = torch.tensor([s is not None for s in spans], dtype=torch.long)
            offsets.append(spans + [None] * (longest - len(spans)))
        own[:, 0] = 1
        return Batch(ids, mask, kinds, own.bool(), offsets)

    def _row(self, pair: Pair) -> tuple[list[int], list[tuple[int, int] | None], int]:
        """Token ids, their spans in the passage, and where the passage's part begins."""
        question = self._ids(pair.question)[0][:_QUESTION_TOKENS]
        head = self._ids(pair.heading)[0][:_QUESTION_TOKENS]
        before = [self._first, *question, self._last, self._last, *head, *([self._last] if head else [])]
        text, spans = self._ids(pair.text)
        room = self._max - len(before) - 1
        tokens = [*before, *text[:room], self._last]
        return tokens, [*([None] * len(before)), *spans[:room], None], len(question) + 3

    def _ids(self, text: str) -> tuple[list[int], list[tuple[int, int] | None]]:
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        return encoded.ids, [(a, b) if b > a else None for a, b in encoded.offsets]


class ReaderNetwork(nn.Module):
    """An encoder with a span head and two decisions."""

    def __init__(self, encoder: nn.Module, dimension: int) -> None:
        """`encoder`: ids, mask, kinds → states, as `index.bert.BertEncoder`."""
        super().__init__()
        self.encoder = encoder
        self.span = nn.Linear(dimension, 2)
        self.decide = nn.Linear(dimension, 2)
        self.dropout = nn.Dropout(0.1)

    def states(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> Tensor:
        """[pairs, tokens] each → [pairs, tokens, dimension]."""
        found: Tensor = self.encoder(ids, mask, kinds)
        return found

    def forward(self, batch: Batch) -> Output:
        states = self.states(batch.ids, batch.mask, batch.kinds)
        spans = self.span(self.dropout(states)).masked_fill(~batch.own[..., None], float("-inf"))
        decisions = self.decide(self.dropout(states[:, 0]))
        return Output(spans[..., 0], spans[..., 1], decisions[:, 0], decisions[:, 1])
