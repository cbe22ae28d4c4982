"""Very many vectors in eight bits a dimension: a quarter of the memory, the cosine right to about a thousandth.

Symmetric, one scale a vector, round to nearest (Jacob et al. 2018, arXiv:1712.05877). For the sentences of large
collections, whose vectors are the most of an index and only add to a score; passages keep theirs as they are.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

CODED_FROM = 150_000  # sentences: fewer are kept as they are
_CODES, _SCALES = "sentence_codes.npy", "sentence_scales.npy"
_PLAIN = "sentence_vectors.npy"
_MOST = 127
_Key = int | np.integer[Any] | slice | Sequence[int] | NDArray[np.int64]


class CodedVectors:
    """Reads and writes as an array of float32 [vectors, dimension]; what is read is what the codes stand for."""

    def __init__(self, codes: NDArray[np.int8], scales: NDArray[np.float32]) -> None:
        """`codes`: [vectors, dimension]; `scales`: [vectors]."""
        self.codes, self.scales = codes, scales

    @classmethod
    def empty(cls, count: int, dimension: int) -> "CodedVectors":
        return cls(np.zeros((count, dimension), np.int8), np.zeros(count, np.float32))

    @property
    def shape(self) -> tuple[int, int]:
        return self.codes.shape[0], self.codes.shape[1]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, key: _Key) -> NDArray[np.float32]:
        return np.asarray(self.codes[key].astype(np.float32) * np.asarray(self.scales[key])[..., None], np.float32)

    def __setitem__(self, key: _Key, vectors: NDArray[np.float32]) -> None:
        scales = np.abs(vectors).max(axis=-1) / np.float32(_MOST)
        self.codes[key] = np.rint(vectors / np.maximum(scales, 1e-12)[..., None]).astype(np.int8)
        self.scales[key] = scales


Vectors = NDArray[np.float32] | CodedVectors


def empty(count: int, dimension: int) -> Vectors:
    """Room for so many vectors, coded where they are very many."""
    if count < CODED_FROM:
        return np.empty((count, dimension), np.float32)
    return CodedVectors.empty(count, dimension)


def save(folder: Path, vectors: Vectors) -> None:
    """Write them into an index's folder."""
    if isinstance(vectors, CodedVectors):
        np.save(folder / _CODES, vectors.codes, allow_pickle=False)
        np.save(folder / _SCALES, vectors.scales, allow_pickle=False)
    else:
        np.save(folder / _PLAIN, vectors, allow_pickle=False)


def load(folder: Path) -> Vectors:
    """What `save` wrote, mapped into memory.

    Raises:
        OSError, ValueError: a file is missing or is no array.
    """
    names = (_CODES, _SCALES) if (folder / _CODES).is_file() else (_PLAIN,)
    held = [np.load(folder / name, allow_pickle=False, mmap_mode="r") for name in names]
    return CodedVectors(*held) if len(held) > 1 else held[0]
