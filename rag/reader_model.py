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
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoTokenizer, BertConfig, BertModel

LAYERS = 8
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
        self._tokenizer: Any = AutoTokenizer.from_pretrained(str(folder))
        self._max = max_tokens
        self._first, self._last = self._tokenizer.cls_token_id, self._tokenizer.sep_token_id
        self._pad = self._tokenizer.pad_token_id

    def batch(self, pairs: Sequence[Pair]) -> Batch:
        rows = [self._row(pair) for pair in pairs]
        longest = max(len(ids) for ids, _, _ in rows)
        ids = torch.full((len(rows), longest), self._pad)
        mask, kinds, own = (torch.zeros((len(rows), longest), dtype=torch.long) for _ in range(3))
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
        encoded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        spans: list[tuple[int, int] | None] = [(a, b) if b > a else None for a, b in encoded["offset_mapping"]]
        return list(encoded["input_ids"]), spans


class ReaderNetwork(nn.Module):
    """`encoder` with a span head and two decisions."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.span = nn.Linear(config.hidden_size, 2)
        self.decide = nn.Linear(config.hidden_size, 2)
        self.dropout = nn.Dropout(0.1)

    @classmethod
    def of(cls, folder: Path, layers: int = LAYERS) -> "ReaderNetwork":
        """A network whose encoder is the first `layers` of the model in `folder`, its heads not trained yet."""
        config = BertConfig.from_pretrained(str(folder))
        config.num_hidden_layers = layers
        network = cls(config)
        network.encoder = BertModel.from_pretrained(str(folder), config=config, add_pooling_layer=False)
        network.words.requires_grad_(False)
        return network

    @property
    def words(self) -> nn.Embedding:
        """The token embeddings: the sentence encoder's own, never trained."""
        words: nn.Embedding = self.encoder.embeddings.word_embeddings
        return words

    def forward(self, batch: Batch) -> Output:
        states = self.encoder(
            input_ids=batch.ids, attention_mask=batch.mask, token_type_ids=batch.kinds
        ).last_hidden_state
        spans = self.span(self.dropout(states)).masked_fill(~batch.own[..., None], float("-inf"))
        decisions = self.decide(self.dropout(states[:, 0]))
        return Output(spans[..., 0], spans[..., 1], decisions[:, 0], decisions[:, 1])
