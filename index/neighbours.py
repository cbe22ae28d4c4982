"""Nearest vectors among very many: a graph or cells of 8-bit copies propose, the exact vectors decide.

Up to `EXACT_UP_TO` vectors a search of all of them is quick enough. Beyond, HNSW (Malkov & Yashunin 2020,
arXiv:1603.09320), and where its links would fill the memory, inverted lists (IVF, Jégou et al. 2011), both over 8-bit
codes by FAISS. What they propose is scored anew with the vectors as they are. Searches within documents stay exact.
"""

import os
from pathlib import Path
from typing import Any, Literal, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from index.dense import DenseIndex, one_thread

Kind = Literal["auto", "exact", "hnsw", "ivf"]
EXACT_UP_TO = 150_000  # vectors; under 20 ms on two cores, see eval/BENCHMARKS.md
HNSW_UP_TO = 600_000  # vectors
_LINKS, _BUILT_WITH, _SEARCHED_WITH = 32, 120, 160
_PROBED = 48  # cells
_TRAINED_ON = 64  # vectors a cell
_PROPOSED = 4  # times as many as asked for, for the exact vectors to choose from
_MANY = 4_096  # so many are no neighbours any more


def kind_for(count: int, chosen: Kind) -> Kind:
    """What `count` vectors are searched by, "exact", "hnsw" or "ivf"; `chosen` decides unless it is "auto"."""
    if chosen != "auto":
        return chosen
    return "exact" if count <= EXACT_UP_TO else "hnsw" if count <= HNSW_UP_TO else "ivf"


def dense_index(vectors: NDArray[np.float32], chosen: Kind = "auto") -> DenseIndex:
    """`vectors` as `DenseIndex.build` takes them, searched in the way that suits their number."""
    kind = kind_for(len(vectors), chosen)
    exact = DenseIndex.build(vectors)
    return exact if kind == "exact" else NeighbourIndex(exact.flat, _near(vectors, kind))


def _near(vectors: NDArray[np.float32], kind: Kind) -> faiss.Index:
    dimension = vectors.shape[1]
    bits: Any = faiss.ScalarQuantizer.QT_8bit
    near: Any
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    if kind == "hnsw":
        near = faiss.IndexHNSWSQ(dimension, bits, _LINKS, faiss.METRIC_INNER_PRODUCT)
        near.hnsw.efConstruction = _BUILT_WITH
        near.hnsw.efSearch = _SEARCHED_WITH
        near.train(vectors)
    else:
        cells = max(1, int(4 * np.sqrt(len(vectors))))
        cells = min(cells, max(1, len(vectors) // 39))  # fewer than 39 a cell train no cell well
        near = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimension), dimension, cells, bits, faiss.METRIC_INNER_PRODUCT
        )
        near.nprobe = min(_PROBED, cells)
        some = np.random.default_rng(0).permutation(len(vectors))[: cells * _TRAINED_ON]
        near.train(np.ascontiguousarray(vectors[np.sort(some)]))
    near.add(np.ascontiguousarray(vectors))
    return cast(faiss.Index, near)


class NeighbourIndex(DenseIndex):
    """`DenseIndex` whose search among all rows asks `near` first."""

    def __init__(self, flat: faiss.Index, near: faiss.Index) -> None:
        super().__init__(flat)
        self._near = near

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """As `DenseIndex.search`; exact within `allowed`, and for more than 4,096 of all."""
        if allowed is not None and len(allowed) < self.size:
            return _best(allowed, self.cosines(query, allowed), k)
        if k > _MANY:
            return super().search(query, k)
        one_thread()
        _, proposed = self._near.search(query.reshape(1, -1), min(k * _PROPOSED, self.size))
        rows = proposed[0][proposed[0] >= 0]
        return _best(rows, self.cosines(query, rows), k)

    def save(self, path: Path) -> None:
        super().save(path)
        faiss.write_index(self._near, str(beside(path)))

    @classmethod
    def load(cls, path: Path) -> "NeighbourIndex":
        near = faiss.read_index(str(beside(path)), faiss.IO_FLAG_MMAP_IFC)
        return cls(DenseIndex.load(path).flat, near)


def beside(path: Path) -> Path:
    """Where the neighbours of the vectors at `path` are."""
    return path.with_name("neighbours.faiss")


def load(path: Path) -> DenseIndex:
    """The vectors at `path`, with their neighbours where they were saved."""
    return NeighbourIndex.load(path) if beside(path).is_file() else DenseIndex.load(path)


def _best(
    rows: NDArray[np.int64], cosines: NDArray[np.float32], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    order = np.argsort(-cosines, kind="stable")[:k]
    return np.asarray(rows[order], np.int64), np.asarray(cosines[order], np.float32)
