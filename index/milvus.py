"""Vectors and BM25 in Milvus: the same searches as `index.dense` and `index.lexical`, for many processes at once.

One collection holds one build, a row for each passage (`row` is its position in the index), and never changes once it
is complete: another build fills another. Milvus keeps the BM25 statistics; the tokens are ours, joined by blanks.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError
from index.lexical import K1, TOKENISERS, LexicalIndex
from index.settings import Settings

if TYPE_CHECKING:
    from pymilvus import MilvusClient

MOST = 16_384  # rows of one search; Milvus gives no more
_BATCH = 1_000  # rows read at once
_MARKS = str.maketrans({".": "_", "%": "_pct", "‰": "_pml", "℃": "_deg", "∅": "_none"})  # \w only: one token each


def connect(uri: str) -> "MilvusClient":
    """A client of the server, or of the Milvus Lite file, at `uri`; `PLANQA_MILVUS_TOKEN` is its key, if it wants one.

    Raises:
        StoreError: pymilvus is not installed, or nobody answers there.
    """
    return _connect(uri, Settings().milvus_token)


@lru_cache(maxsize=4)
def _connect(uri: str, token: str) -> "MilvusClient":
    try:
        from pymilvus import MilvusClient
    except ImportError as error:
        raise StoreError("没有安装 Milvus 的客户端。请运行 pip install 'planqa[milvus]' 后重试。") from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # what it logs it raises as well
    with told(uri):
        return MilvusClient(uri=uri, token=token)


@contextmanager
def told(uri: str) -> Iterator[None]:
    """Whatever Milvus raises as one error of ours."""
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, OSError, ValueError, RuntimeError) as error:
        raise StoreError(
            f"Milvus({uri})没有给出结果:{error}。请检查服务是否在运行、地址是否正确;"
            "Milvus Lite 的文件同时只能由一个程序打开。"
        ) from error


def spaced(tokens: list[str]) -> str:
    """Tokens as a text that Milvus cuts into just these tokens again: ["215.4", "亿元"] → "215_4 亿元"."""
    return " ".join(token.translate(_MARKS) for token in tokens)


def within(rows: NDArray[np.int64]) -> str:
    """A filter for `rows`, ascending, by their runs: a document's passages are one run."""
    breaks = np.flatnonzero(np.diff(rows) != 1) + 1
    runs = [(int(run[0]), int(run[-1])) for run in np.split(rows, breaks)]
    single = [str(first) for first, last in runs if first == last]
    parts = [f"(row >= {first} and row <= {last})" for first, last in runs if first != last]
    return " or ".join([*parts, *([f"row in [{', '.join(single)}]"] if single else [])])


class Collection:
    """A complete collection, read-only."""

    def __init__(self, uri: str, name: str, size: int, dimension: int) -> None:
        self.uri, self.name, self.size, self.dimension = uri, name, size, dimension
        self.client = connect(uri)

    def search(self, query: Any, field: str, k: int, where: str = "") -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and scores of the best `k` (at most 16,384), best first. `query`: a vector or a text, as `field` is.

        Raises:
            StoreError: Milvus does not answer.
        """
        with told(self.uri):
            found = self.client.search(
                self.name, [query], filter=where, limit=min(k, self.size, MOST), anns_field=field, output_fields=["row"]
            )[0]
        rows = np.fromiter((hit["id"] if "id" in hit else hit["row"] for hit in found), np.int64, len(found))
        return rows, np.fromiter((hit["distance"] for hit in found), np.float32, len(found))


class MilvusDense:
    """`DenseIndex` over a collection."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    @property
    def size(self) -> int:
        return self._collection.size

    @property
    def dimension(self) -> int:
        return self._collection.dimension

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """As `DenseIndex.search`, for at most 16,384 rows at once; `allowed` in ascending order."""
        if allowed is not None and not len(allowed):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        where = "" if allowed is None or len(allowed) == self.size else within(allowed)
        return self._collection.search(query.astype(float).tolist(), "vector", k, where)

    def cosines(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """As `DenseIndex.cosines`."""
        scores = np.zeros(len(rows), np.float32)
        order = np.argsort(rows)
        for at in range(0, len(rows), MOST):
            part = order[at : at + MOST]
            found, cosines = self.search(query, len(part), rows[part])
            scores[part[np.searchsorted(rows[part], found)]] = cosines
        return scores

    def vectors(self) -> NDArray[np.float32]:
        """All vectors, float32 [size, dimension]."""
        collection = self._collection
        vectors = np.zeros((self.size, self.dimension), np.float32)
        with told(collection.uri):
            for at in range(0, self.size, _BATCH):
                where = f"row >= {at} and row < {at + _BATCH}"
                for item in collection.client.query(
                    collection.name, filter=where, output_fields=["row", "vector"], limit=_BATCH
                ):
                    vectors[item["row"]] = item["vector"]
        return vectors


class MilvusLexical(LexicalIndex):
    """BM25 by the collection; which tokens there are, and in which texts, by the vocabulary in the index directory."""

    def __init__(self, vocabulary: LexicalIndex, collection: Collection) -> None:
        super().__init__(vocabulary.parts, vocabulary.size)
        self._collection = collection

    def scores(self, text: str, tokeniser: str) -> NDArray[np.float32]:
        """As `LexicalIndex.scores`; zeros beyond the best 16,384 texts."""
        known = self.parts[tokeniser].vocab_dict
        tokens = [token for token in TOKENISERS[tokeniser](text) if token in known]
        scores = np.zeros(self.size, np.float32)
        if tokens:
            rows, found = self._collection.search(spaced(tokens), f"{tokeniser}_bm25", self.size)
            # Milvus multiplies by k1 + 1, Lucene does not; Milvus Lite gives the negative.
            scores[rows] = np.abs(found) / (K1 + 1)
        return scores


def check(collection: Collection) -> None:
    """Make sure that the collection is there and complete.

    Raises:
        StoreError: it is not, or Milvus does not answer.
    """
    with told(collection.uri):
        there = collection.client.has_collection(collection.name)
        count = counted(collection.client, collection.name) if there else 0
        if count == collection.size:
            collection.client.load_collection(collection.name)
    if count != collection.size:
        raise StoreError(
            f"Milvus({collection.uri})的集合 {collection.name} 有 {count} 段,索引需要 {collection.size} 段。"
            "请运行 python -m index build 补齐。"
        )


def counted(client: "MilvusClient", name: str) -> int:
    """How many rows a loaded collection holds."""
    client.load_collection(name)
    return int(
        client.query(name, filter="row >= 0", output_fields=["count(*)"], consistency_level="Strong")[0]["count(*)"]
    )
