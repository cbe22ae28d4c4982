"""What the tests of the index directory share: quick documents, and what an index must be to be called whole."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, BigramEmbedder

from index.embed import Span, Vectors
from index.loaded import Index
from index.settings import Settings

SEEDS = ROOT / "seeds"
ZHANGDIAN = "zhangdian-2023-work-report.txt"
SETTINGS = Settings()


class Counting(BigramEmbedder):
    """Remembers every text that it was given to embed."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Callable[[int], None]
    ) -> tuple[Vectors, list[Vectors]]:
        self.seen.extend(texts)
        return super().passages(texts, spans, progress)


def small_seeds(target: Path) -> Path:
    """Two of the five documents without a manifest: enough to be real, little enough to be quick."""
    target.mkdir()
    for name in (ZHANGDIAN, "zibo-2018-work-report-glossary.txt"):
        shutil.copy(SEEDS / name, target)
    return target


def assert_same(one: Index, other: Index) -> None:
    assert one.documents == other.documents
    assert one.passages == other.passages
    assert one.sentences == other.sentences
    np.testing.assert_array_equal(one.dense.vectors(), other.dense.vectors())
    np.testing.assert_array_equal(one.sentence_vectors, other.sentence_vectors)
    question = "2025年高新技术企业达到多少家"
    for tokeniser in ("bigrams", "words"):
        np.testing.assert_array_equal(
            one.lexical.scores(question, tokeniser), other.lexical.scores(question, tokeniser)
        )


def assert_whole(index: Index) -> None:
    """An index that could answer: every part is there and they fit each other."""
    assert index.dense.size == len(index.passages) == index.lexical.size > 0
    assert index.sentence_vectors.shape == (len(index.sentences), index.dense.dimension)
    assert [p for rows in index.passage_sentences for p in rows] == list(range(len(index.sentences)))
    for passage in index.passages:
        assert index.document[passage.doc_id].text[passage.start : passage.end] == passage.text
    for place, sentence in enumerate(index.sentences):
        assert place in index.passage_sentences[sentence.passage]
        assert sentence.text in index.passages[sentence.passage].text
    first = index.passages[0].text
    rows, scores = index.dense.search(index.dense.vectors()[0], 1)
    assert scores[0] == pytest.approx(1.0, abs=1e-4)
    assert index.lexical.scores(first, "bigrams").argmax() in range(len(index.passages))
    assert rows[0] >= 0


def version_dirs(root: Path) -> list[str]:
    """The folders of an index directory."""
    return sorted(p.name for p in root.iterdir() if p.is_dir())
