"""BM25 over characters and words: exact terms, figures and names that vectors blur.

Two indexes by `bm25s` (Lù 2024, arXiv:2407.03618), Lucene's variant: character bigrams, which need no dictionary and
were measured to beat words on Chinese (Nie & Ren 1999), and words by jieba, which weigh whole terms. Latin words and
figures are one token each in both.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import bm25s
import numpy as np
import rjieba
from numpy.typing import NDArray

from index.normal import fold

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG

K1, B = 1.2, 0.6  # how soon repetition stops counting, how much length counts
_RUN = re.compile(r"[㐀-鿿〇]+|[a-z]+|\d+(?:\.\d+)?|[%‰℃]")
_HAN = re.compile(r"[㐀-鿿〇]")


def bigrams(text: str) -> list[str]:
    """Character bigrams of every run of Chinese characters; other words and figures whole.

    bigrams("GDP达到215.4亿元") == ["gdp", "达到", "215.4", "亿元"]
    """
    return list(_bigrams(text))


@lru_cache(maxsize=16384)
def _bigrams(text: str) -> tuple[str, ...]:
    tokens: list[str] = []
    for run in _RUN.findall(fold(text)):
        if len(run) > 1 and _HAN.match(run):
            tokens.extend(run[i : i + 2] for i in range(len(run) - 1))
        else:
            tokens.append(run)
    return tuple(tokens)


def words(text: str) -> list[str]:
    """Words of two characters or more, by jieba; Latin words and figures whole."""
    return [
        word
        for run in _RUN.findall(fold(text))
        for word in (rjieba.cut_for_search(run, True) if _HAN.match(run) else [run])
        if len(word) > 1 or not _HAN.match(word)
    ]


TOKENISERS = {"bigrams": bigrams, "words": words}


class LexicalIndex:
    """BM25 scores of all texts for a question, by each tokeniser."""

    def __init__(self, parts: dict[str, bm25s.BM25], size: int) -> None:
        self.parts = parts
        self.size = size

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        parts = {}
        for name, tokenise in TOKENISERS.items():
            ids: dict[str, int] = {}
            numbered = [[ids.setdefault(t, len(ids)) for t in tokenise(text) or ["∅"]] for text in texts]
            parts[name] = bm25s.BM25(method="lucene", k1=K1, b=B)
            parts[name].index((numbered, ids), show_progress=False)
        return cls(parts, len(texts))

    def scores(self, text: str, tokeniser: str) -> NDArray[np.float32]:
        """BM25 of every text, float32 [size]; zeros where no token is known."""
        part = self.parts[tokeniser]
        tokens = [t for t in TOKENISERS[tokeniser](text) if t in part.vocab_dict]
        if not tokens:
            return np.zeros(self.size, np.float32)
        return np.asarray(part.get_scores(tokens), np.float32)

    def tokens(self, tokeniser: str) -> Iterator[tuple[str, int]]:
        """Every token with the number of texts that hold it."""
        part = self.parts[tokeniser]
        bounds = part.scores["indptr"]
        return ((token, int(bounds[at + 1] - bounds[at])) for token, at in part.vocab_dict.items() if token)

    def holders(self, token: str, tokeniser: str) -> NDArray[np.int64]:
        """The texts that hold `token`, by position, int64 [texts with it]."""
        part = self.parts[tokeniser]
        at = part.vocab_dict.get(token)
        if at is None:
            return np.zeros(0, np.int64)
        bounds = part.scores["indptr"]
        return np.asarray(part.scores["indices"][bounds[at] : bounds[at + 1]], np.int64)

    def save(self, folder: Path) -> None:
        for name, part in self.parts.items():
            part.save(folder / name, show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> "LexicalIndex":
        return cls({name: bm25s.BM25.load(folder / name, mmap=True) for name in TOKENISERS}, size)


def document_frequencies(texts: Iterable[str]) -> dict[str, int]:
    """In how many texts each bigram occurs."""
    counts: dict[str, int] = {}
    for text in texts:
        for token in set(bigrams(text)):
            counts[token] = counts.get(token, 0) + 1
    return counts
