"""Sentences of an index, made when they are looked at: a million passages have millions of them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.stored import Lazy
from index.types import Passage, Sentence


class SpannedSentences(Lazy[Sentence]):
    """`spans`: int64 [n, 3], passage, start and end of each sentence; `texts`: the documents' by id."""

    def __init__(self, spans: NDArray[np.int64], passages: Sequence[Passage], texts: Mapping[str, str]) -> None:
        self.spans = spans
        self._passages = passages
        self._texts = texts

    def __len__(self) -> int:
        return len(self.spans)

    def _at(self, at: int) -> Sentence:
        return self._made(*self.spans[at].tolist())

    def __iter__(self) -> Iterator[Sentence]:
        return (self._made(*span) for span in self.spans.tolist())

    def _made(self, passage: int, start: int, end: int) -> Sentence:
        return Sentence(passage, start, end, self._texts[self._passages[passage].doc_id][start:end])
