"""Very many vectors: neighbours proposed by a graph or by cells, decided by the exact vectors; candidates of all
searchers."""

from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, BigramEmbedder
from numpy.typing import NDArray

from eval.dataset import Item
from index.build import build_index, is_current
from index.dense import DenseIndex
from index.load import load_folder
from index.loaded import Index
from index.neighbours import EXACT_UP_TO, HNSW_UP_TO, Kind, NeighbourIndex, dense_index, kind_for, load
from index.settings import Settings
from index.store import open_index
from rag.question import understand
from rag.retrieve import Searcher


@pytest.fixture(scope="module")
def twins() -> NDArray[np.float32]:
    """6,000 unit vectors in 300 groups of near twins, as plans of many districts are."""
    draw = np.random.default_rng(5)
    centres = draw.normal(size=(300, 48))
    vectors = np.repeat(centres, 20, axis=0) + 0.3 * draw.normal(size=(6_000, 48))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def queries(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    draw = np.random.default_rng(6)
    asked = vectors[draw.choice(len(vectors), 50)] + 0.05 * draw.normal(size=(50, vectors.shape[1]))
    return np.asarray(asked / np.linalg.norm(asked, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize(
    ("count", "chosen", "kind"),
    [
        (1_000, "auto", "exact"),
        (EXACT_UP_TO, "auto", "exact"),
        (EXACT_UP_TO + 1, "auto", "hnsw"),
        (HNSW_UP_TO + 1, "auto", "ivf"),
        (1_000, "ivf", "ivf"),
        (10**7, "exact", "exact"),
    ],
)
def test_the_number_decides_unless_a_setting_does(count: int, chosen: Kind, kind: str) -> None:
    assert kind_for(count, chosen) == kind


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
def test_nearly_all_of_the_exact_ones_are_found_with_their_exact_cosines(
    kind: Kind, twins: NDArray[np.float32]
) -> None:
    exact, near = DenseIndex.build(twins), dense_index(twins, kind)
    assert isinstance(near, NeighbourIndex)
    recalled = []
    for query in queries(twins):
        rows, cosines = near.search(query, 10)
        expected, scores = exact.search(query, 10)
        np.testing.assert_allclose(cosines, twins[rows] @ query, atol=1e-5)
        assert (np.diff(cosines) <= 0).all()
        recalled.append(len(set(rows.tolist()) & set(expected.tolist())) / 10)
        assert scores[0] == pytest.approx(cosines[0], abs=1e-5) or recalled[-1] < 1
    assert np.mean(recalled) >= 0.97


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
def test_a_district_is_searched_exactly(kind: Kind, twins: NDArray[np.float32]) -> None:
    exact, near = DenseIndex.build(twins), dense_index(twins, kind)
    allowed = np.arange(1_990, 2_210, dtype=np.int64)
    for query in queries(twins)[:10]:
        rows, cosines = near.search(query, 30, allowed)
        expected, scores = exact.search(query, 30, allowed)
        assert rows.tolist() == expected.tolist()
        np.testing.assert_allclose(cosines, scores, atol=1e-5)
    everything, _ = near.search(queries(twins)[0], len(twins))
    assert sorted(everything.tolist()) == list(range(len(twins)))


@pytest.mark.parametrize("kind", ["exact", "hnsw", "ivf"])
def test_saved_and_loaded_finds_the_same(kind: Kind, twins: NDArray[np.float32], tmp_path: Path) -> None:
    index = dense_index(twins, kind)
    index.save(tmp_path / "vectors.faiss")
    loaded = load(tmp_path / "vectors.faiss")
    assert type(loaded) is type(index)
    np.testing.assert_array_equal(loaded.vectors(), twins)
    for query in queries(twins)[:5]:
        for one, other in zip(index.search(query, 7), loaded.search(query, 7), strict=True):
            np.testing.assert_array_equal(one, other)


def test_an_index_is_built_and_opened_with_neighbours(tiny_seeds: Path, tmp_path: Path) -> None:
    settings = Settings(vectors="hnsw")
    build_index(tiny_seeds, tmp_path / "index", BigramEmbedder(), settings)
    index = open_index(tmp_path / "index")
    assert isinstance(index.dense, NeighbourIndex)
    assert "口袋公园58个" in Searcher(index, BigramEmbedder()).search(asked(index, "白河区口袋公园"), 1)[0].passage.text
    assert is_current(tmp_path / "index", tuple(load_folder(tiny_seeds)), settings)
    assert not is_current(tmp_path / "index", tuple(load_folder(tiny_seeds)), Settings())


def asked(index: Index, text: str):  # type: ignore[no-untyped-def]
    return understand(text, (), index.documents)


def test_candidates_give_what_scoring_every_passage_gives(
    tmp_path: Path, plan_items: dict[str, list[Item]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the real documents the sample is the whole collection, so that sums are those of all passages."""
    build_index(ROOT / "seeds", tmp_path / "index", BigramEmbedder(), Settings())
    index = open_index(tmp_path / "index")
    searcher = Searcher(index, BigramEmbedder())
    questions = [asked(index, item.question) for item in plan_items["measure"][::12]]
    whole = [searcher.search(question, 10) for question in questions]
    monkeypatch.setattr("rag.retrieve.ALL_SCORED", 0)
    for question, expected in zip(questions, whole, strict=True):
        found = searcher.search(question, 10)
        assert [h.position for h in found] == [h.position for h in expected]
        assert [h.score for h in found] == pytest.approx([h.score for h in expected], abs=1e-4)
        assert {name: h.parts[name] for h in found[:1] for name in h.parts} == pytest.approx(
            expected[0].parts, abs=1e-4
        )
