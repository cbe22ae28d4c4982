"""Vectors of eight bits a dimension, and how an index with very many of them is kept, opened and taken over."""

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import BigramEmbedder
from stores import SEEDS, SETTINGS

from index import codes, store
from index.build import build_index
from index.codes import CodedVectors
from index.errors import IndexDamaged
from index.loaded import Index
from index.manage import check_index
from index.store import META, current_version, open_index, verify
from rag.chain import AnswerChain


def unit(count: int, dimension: int = 384) -> np.ndarray:
    vectors = np.random.default_rng(4).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def test_cosines_are_right_to_a_thousandth() -> None:
    vectors, questions = unit(2000), unit(50)
    coded = CodedVectors.empty(len(vectors), vectors.shape[1])
    coded[:] = vectors
    assert coded.shape == vectors.shape
    assert (coded.codes.dtype, coded.codes.nbytes) == (np.int8, vectors.nbytes // 4)
    assert np.abs(coded[:] @ questions.T - vectors @ questions.T).max() < 2e-3


@pytest.mark.parametrize("key", [3, np.int64(3), slice(2, 5), [4, 1], np.asarray([0, 6])])
def test_it_is_read_and_written_as_an_array(key: object) -> None:
    vectors = unit(8)
    coded = CodedVectors.empty(8, 384)
    coded[:] = vectors
    taken = coded[key]  # type: ignore[index]
    assert taken.dtype == np.float32
    assert taken.shape == vectors[key].shape  # type: ignore[call-overload]
    np.testing.assert_allclose(taken, vectors[key], atol=2e-3)  # type: ignore[call-overload]
    coded[key] = -vectors[key]  # type: ignore[index, call-overload]
    np.testing.assert_allclose(coded[key], -vectors[key], atol=2e-3)  # type: ignore[index, call-overload]


def test_what_was_read_is_written_again_unchanged_and_nothing_is_nothing() -> None:
    coded, again = CodedVectors.empty(9, 384), CodedVectors.empty(9, 384)
    coded[1:] = unit(8)
    again[:] = coded[:]
    np.testing.assert_array_equal(again.codes, coded.codes)
    assert not coded[0].any()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if few vectors were very many, and small files large."""
    monkeypatch.setattr(codes, "CODED_FROM", 1)
    monkeypatch.setattr(store, "_LARGE_BYTES", 1 << 18)


def coded_index(root: Path) -> Index:
    build_index(SEEDS, root, BigramEmbedder(), SETTINGS)
    return open_index(root)


@pytest.mark.usefixtures("small")
def test_answers_are_those_of_plain_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coded = coded_index(tmp_path / "coded")
    assert isinstance(coded.sentence_vectors, CodedVectors)
    monkeypatch.setattr(codes, "CODED_FROM", 10**9)
    plain = coded_index(tmp_path / "plain")
    assert isinstance(plain.sentence_vectors, np.ndarray)
    np.testing.assert_allclose(coded.sentence_vectors[:], plain.sentence_vectors, atol=5e-3)
    chains = [AnswerChain(index, BigramEmbedder(), SETTINGS) for index in (coded, plain)]
    for question in ("潍城区到2025年高新技术企业达到多少家?", "周村区怎样保障粮食安全?", "市中区和张店区的公园"):
        one, other = (chain.invoke(question) for chain in chains)
        assert (one.text, [h.passage.id for h in one.hits]) == (other.text, [h.passage.id for h in other.hits])


@pytest.mark.usefixtures("small")
def test_an_index_of_codes_is_taken_over_without_embedding_again(tmp_path: Path) -> None:
    before = coded_index(tmp_path)
    report = build_index(SEEDS, tmp_path, BigramEmbedder(), SETTINGS)
    after = open_index(tmp_path)
    assert report.embedded == 0
    assert isinstance(before.sentence_vectors, CodedVectors)
    assert isinstance(after.sentence_vectors, CodedVectors)
    np.testing.assert_array_equal(after.sentence_vectors.codes, before.sentence_vectors.codes)


@pytest.mark.usefixtures("small")
def test_large_files_are_sampled_when_opened_and_read_whole_when_verified(tmp_path: Path) -> None:
    coded_index(tmp_path)
    folder = tmp_path / current_version(tmp_path)
    sampled = json.loads((folder / META).read_text("utf-8"))["samples"]
    assert "sentence_codes.npy" in sampled
    assert META not in sampled
    path = folder / "sentence_codes.npy"
    good = path.read_bytes()
    assert check_index(SEEDS, tmp_path) == []

    def changed(at: int) -> None:
        raw = bytearray(good)
        raw[at] ^= 0xFF
        path.write_bytes(raw)

    between = len(good) // 63 * 20 + 6000  # in no piece
    changed(between)
    open_index(tmp_path)
    with pytest.raises(IndexDamaged):
        verify(folder)
    with pytest.raises(IndexDamaged):
        check_index(SEEDS, tmp_path)
    for damaged in (0, len(good) - 1):
        changed(damaged)
        with pytest.raises(IndexDamaged):
            open_index(tmp_path)
    path.write_bytes(good[:-1])
    with pytest.raises(IndexDamaged):
        open_index(tmp_path)
