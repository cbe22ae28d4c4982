"""BM25: tokens as written down, scores as worked out by hand."""

from math import log
from pathlib import Path

import numpy as np
import pytest

from index.lexical import TOKENISERS, LexicalIndex, bigrams, document_frequencies, words

TEXTS = ["新建公园三处", "新建学校", "改建公园", "完全无关的内容在这里"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("GDP达到215.4亿元", ["gdp", "达到", "215.4", "亿元"]),
        ("新建公园", ["新建", "建公", "公园"]),
        ("周", ["周"]),
        ("５G基站，1200个", ["5", "g", "基站", "1200", "个"]),
        ("二〇二五年", ["2025", "年"]),
        ("占比40%", ["占比", "40", "%"]),
        ("，。！", []),
        ("", []),
    ],
)
def test_bigrams(text: str, tokens: list[str]) -> None:
    assert bigrams(text) == tokens


def test_words_are_words_and_figures() -> None:
    found = words("高新技术企业达到110家，GDP增长5.7%")
    assert {"110", "gdp", "5.7", "%"} <= set(found)
    assert {"高新技术", "企业"} <= set(found)
    assert not any(len(word) == 1 and "\u4e00" <= word <= "\u9fff" for word in found)


def bm25(tf: int, length: int, mean: float, df: int, n: int, k1: float = 1.2, b: float = 0.6) -> float:
    """Lucene's BM25 of one token (Kamphuis et al. 2020, table 1)."""
    return log(1 + (n - df + 0.5) / (df + 0.5)) * tf / (tf + k1 * (1 - b + b * length / mean))


def test_scores_are_those_of_the_formula() -> None:
    index = LexicalIndex.build(TEXTS)
    lengths = [5, 3, 3, 9]  # bigrams of each text
    assert [len(bigrams(text)) for text in TEXTS] == lengths
    mean = sum(lengths) / 4
    scores = index.scores("公园", "bigrams")
    np.testing.assert_allclose(scores, [bm25(1, 5, mean, 2, 4), 0, bm25(1, 3, mean, 2, 4), 0], rtol=1e-5)
    scores = index.scores("新建公园", "bigrams")  # 新建 建公 公园
    np.testing.assert_allclose(
        scores,
        [
            bm25(1, 5, mean, 2, 4) + bm25(1, 5, mean, 2, 4) + bm25(1, 5, mean, 2, 4),
            bm25(1, 3, mean, 2, 4),
            bm25(1, 3, mean, 2, 4) + bm25(1, 3, mean, 2, 4),
            0,
        ],
        rtol=1e-5,
    )


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    index = LexicalIndex.build(["甲区公园", "甲区学校", "甲区医院", "乙区医院"])
    assert index.scores("甲区公园", "bigrams").argmax() == 0
    rare, common = index.scores("公园", "bigrams")[0], index.scores("甲区", "bigrams")[0]
    assert rare > common > 0


def test_a_figure_is_found_however_it_is_written() -> None:
    index = LexicalIndex.build(["企业达到１１０家", "企业达到111家", "到二〇二五年"])
    for tokeniser in TOKENISERS:
        assert index.scores("110", tokeniser).argmax() == 0
        assert index.scores("2025年", tokeniser).argmax() == 2
        assert index.scores("11", tokeniser).tolist() == [0, 0, 0]  # part of a figure is no figure


@pytest.mark.parametrize("tokeniser", list(TOKENISERS))
@pytest.mark.parametrize("question", ["火星移民", "", "？？？", "xyz"])
def test_unknown_tokens_give_zeros(tokeniser: str, question: str) -> None:
    scores = LexicalIndex.build(TEXTS).scores(question, tokeniser)
    assert scores.dtype == np.float32
    assert scores.tolist() == [0, 0, 0, 0]


def test_unknown_tokens_change_nothing_beside_known_ones() -> None:
    index = LexicalIndex.build(TEXTS)
    np.testing.assert_array_equal(index.scores("公园，火星", "bigrams"), index.scores("公园", "bigrams"))


def test_texts_without_tokens_are_no_trouble() -> None:
    index = LexicalIndex.build(["，。", "新建公园", ""])
    assert index.scores("公园", "bigrams").argmax() == 1
    assert index.scores("∅", "bigrams").tolist() == [0, 0, 0]


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path / "lexical")
    loaded = LexicalIndex.load(tmp_path / "lexical", len(TEXTS))
    assert loaded.size == 4
    for tokeniser in TOKENISERS:
        for question in ("新建公园", "学校", "火星"):
            np.testing.assert_array_equal(index.scores(question, tokeniser), loaded.scores(question, tokeniser))
    assert not list(tmp_path.rglob("*.pkl"))


def test_document_frequencies() -> None:
    assert document_frequencies(["公园公园", "公园学校"]) == {"公园": 2, "园公": 1, "园学": 1, "学校": 1}
