"""FAISS over unit vectors. One score convention: inner product = cosine, higher is better.

Filters act before the cut.
"""

from functools import lru_cache
from pathlib import Path
from typing import Protocol

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits


class VectorIndex(Protocol):
    """What search needs of the place where vectors are kept."""

    @property
    def size(self) -> int: ...

    @property
    def dimension(self) -> int: ...

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and cosines of the `k` nearest of the `allowed` rows (all by default), best first."""
        ...

    def cosines(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of each of `rows`, float32 [rows]."""
        ...

    def vectors(self) -> NDArray[np.float32]:
        """All vectors, float32 [size, dimension]."""
        ...


def one_thread() -> None:
    """Let FAISS, which has an OpenMP of its own, and BLAS search in the calling thread alone.

    A single question gains nothing from a team of threads, and on a busy machine waits for it many times as long.
    OpenBLAS's idle threads moreover keep a core busy for a while, which the models then lack: with two cores the reader
    took twice as long.
    """
    _one_blas_thread()
    faiss.omp_set_num_threads(1)


@lru_cache(maxsize=1)
def _one_blas_thread() -> None:
    threadpool_limits(1, user_api="blas")


class DenseIndex:
    """Exact search (`IndexFlatIP`); rows keep the order in which they were added."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> "DenseIndex":
        """`vectors`: float32 [n, dimension], unit length."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    @property
    def flat(self) -> faiss.Index:
        """The FAISS index of all vectors."""
        return self._index

    @property
    def size(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and cosines of the `k` nearest of the `allowed` rows (all by default), best first.

        Fewer than `k` come back where fewer are allowed; FAISS's -1 never does.
        """
        parameters = None
        if allowed is not None:
            if not len(allowed):
                return np.zeros(0, np.int64), np.zeros(0, np.float32)
            parameters = faiss.SearchParameters(  # type: ignore[call-arg]
                sel=faiss.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64))
            )
        one_thread()
        scores, rows = self._index.search(
            np.ascontiguousarray(query.reshape(1, -1), np.float32), min(k, self.size), params=parameters
        )
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]

    def cosines(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of each of `rows`, float32 [rows]."""
        return np.asarray(self._index.reconstruct_batch(np.ascontiguousarray(rows, np.int64)) @ query, np.float32)

    def vectors(self) -> NDArray[np.float32]:
        """All vectors, float32 [size, dimension]."""
        return np.asarray(self._index.reconstruct_n(0, self.size), np.float32)

    def save(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> "DenseIndex":
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
