"""Sentences of an index, made when they are looked at: a million passages have millions of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from index.types import Passage, Sentence


class SpannedSentences(Sequence[Sentence]):
    """`spans`: int64 [n, 3], passage, start and end of each sentence; `texts`: the documents' by id."""

    def __init__(self, spans: NDArray[np.int64], passages: Sequence[Passage], texts: Mapping[str, str]) -> None:
        self.spans = spans
        self._passages = passages
        self._texts = texts

    def __len__(self) -> int:
        return len(self.spans)

    @overload
    def __getitem__(self, at: int) -> Sentence: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Sentence, ...]: ...
    def __getitem__(self, at: int | slice) -> Sentence | tuple[Sentence, ...]:
        if isinstance(at, slice):
            return tuple(self._made(*span) for span in self.spans[at].tolist())
        return self._made(*self.spans[at].tolist())

    def __iter__(self) -> Iterator[Sentence]:
        return (self._made(*span) for span in self.spans.tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(Sentence.__eq__, self, other))

    __hash__ = None  # type: ignore[assignment]

    def _made(self, passage: int, start: int, end: int) -> Sentence:
        return Sentence(passage, start, end, self._texts[self._passages[passage].doc_id][start:end])
