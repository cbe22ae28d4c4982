"""Nearest vectors: cosines as worked out by hand, filters before the cut, never -1; by FAISS and by Milvus alike."""

from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from milvus_stores import dense_in_milvus
from numpy.typing import NDArray

from index.dense import DenseIndex, VectorIndex

#                 x        y
VECTORS = np.array(
    [
        [1.0, 0.0],
        [0.6, 0.8],
        [0.0, 1.0],
        [-1.0, 0.0],
        [sqrt(0.5), sqrt(0.5)],
    ],
    np.float32,
)
EAST = np.array([1.0, 0.0], np.float32)
NORTH = np.array([0.0, 1.0], np.float32)


@pytest.fixture(scope="module", params=["faiss", "milvus"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    return made(VECTORS, request.param, tmp_path_factory.mktemp("milvus"))


def made(vectors: NDArray[np.float32], store: str, folder: Path) -> VectorIndex:
    return DenseIndex.build(vectors) if store == "faiss" else dense_in_milvus(vectors, folder)


def rows(*values: int) -> NDArray[np.int64]:
    return np.asarray(values, np.int64)


def test_cosines_best_first(index: VectorIndex) -> None:
    found, scores = index.search(EAST, 5)
    assert found.tolist() == [0, 4, 1, 2, 3]
    np.testing.assert_allclose(scores, [1.0, sqrt(0.5), 0.6, 0.0, -1.0], atol=1e-6)
    found, scores = index.search(NORTH, 2)
    assert found.tolist() == [2, 1]
    np.testing.assert_allclose(scores, [1.0, 0.8], atol=1e-6)


def test_the_filter_acts_before_the_cut(index: VectorIndex) -> None:
    found, scores = index.search(EAST, 2, rows(3, 2, 1))  # the best two of all are 0 and 4
    assert found.tolist() == [1, 2]
    np.testing.assert_allclose(scores, [0.6, 0.0], atol=1e-6)


def test_fewer_allowed_than_asked_for_gives_fewer_and_never_minus_one(index: VectorIndex) -> None:
    for allowed in ([2], [4, 3], [0, 1, 2, 3, 4]):
        found, scores = index.search(EAST, 50, rows(*sorted(allowed)))
        assert sorted(found.tolist()) == sorted(allowed)
        assert len(scores) == len(allowed)
    found, scores = index.search(EAST, 50)
    assert len(found) == len(scores) == 5
    assert (found >= 0).all()


def test_nothing_allowed_finds_nothing(index: VectorIndex) -> None:
    found, scores = index.search(EAST, 3, rows())
    assert (found.tolist(), scores.tolist()) == ([], [])
    assert (found.dtype, scores.dtype) == (np.int64, np.float32)


@pytest.mark.parametrize("store", ["faiss", "milvus"])
def test_a_filter_on_many_equals_sorting_by_hand(store: str, tmp_path: Path) -> None:
    draw = np.random.default_rng(3)
    vectors = draw.normal(size=(500, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = made(vectors, store, tmp_path)
    query = vectors[7]
    allowed = np.sort(draw.choice(500, 60, replace=False)).astype(np.int64)
    found, scores = index.search(query, 10, allowed)
    cosines = vectors @ query
    expected = allowed[np.argsort(-cosines[allowed])][:10]
    assert found.tolist() == expected.tolist()
    np.testing.assert_allclose(scores, cosines[expected], atol=1e-5)


def test_cosines_of_rows_in_the_order_asked_for(index: VectorIndex) -> None:
    np.testing.assert_allclose(index.cosines(EAST, rows(3, 0, 1)), [-1.0, 1.0, 0.6], atol=1e-6)


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    index = DenseIndex.build(VECTORS)
    index.save(tmp_path / "vectors.faiss")
    loaded = DenseIndex.load(tmp_path / "vectors.faiss")
    assert (loaded.size, loaded.dimension) == (index.size, index.dimension) == (5, 2)
    np.testing.assert_array_equal(loaded.vectors(), VECTORS)
    for query in (EAST, NORTH):
        for one, other in zip(index.search(query, 4), loaded.search(query, 4), strict=True):
            np.testing.assert_array_equal(one, other)


def test_vectors_come_back_in_the_order_given(index: VectorIndex) -> None:
    np.testing.assert_array_equal(index.vectors(), VECTORS)
