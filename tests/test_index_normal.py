"""Two ways of writing become one, and every folded character knows where it came from."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.normal import GAP, fold, normalise, simplify, simplify_in_place

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("１２００ 亿元", "1200亿元"),
        ("二 〇 三五年", "2035年"),
        ("二○ 三五年", "2035年"),
        ("二〇二五年到二〇三五年", "2025年到2035年"),
        ("一九七八年", "1978年"),
        ("二〇二五", "二〇二五"),  # no year without 年
        ("三五年", "三五年"),  # three to five years
        ("一二三年级", "一二三年级"),
        ("張店區", "张店区"),
        ("GDP 達到", "gdp达到"),
        ("ＧＤＰ％", "gdp%"),
        ("（一）“四新”", "(一)“四新”"),
        ("「四新」", "“四新”"),
        ("『四新』", "“四新”"),
        ("2023—2025年", "2023-2025年"),
        ("2023－2025年", "2023-2025年"),
        ("3~5个", "3-5个"),
        ("3～5个", "3-5个"),
        ("鲁商故里•丝路", "鲁商故里·丝路"),
        ("12 34", f"12{GAP}34"),
        ("12\n34", f"12{GAP}34"),
        ("12 家 34 户", "12家34户"),
        ("①2025年", f"1{GAP}2025年"),
        ("10²", f"10{GAP}2"),
        ("㎡", "m2"),
        ("\ufeff零\u200b宽", "零宽"),
        ("", ""),
        (" \n\u3000", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_every_character_knows_its_origin() -> None:
    text = "到 二 〇 三五年,達１２㎡。"
    normal = normalise(text)
    assert normal.text == "到2035年,达12m2。"
    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    at = normal.text.index("2035年")
    start, end = normal.span(at, at + 5)
    assert text[start:end] == "二 〇 三五年"
    at = normal.text.index("12m2")
    start, end = normal.span(at, at + 4)
    assert text[start:end] == "１２㎡"
    start, end = normal.span(normal.text.index("m"), normal.text.index("m") + 1)
    assert text[start:end] == "㎡"  # half a character is given whole


_chars = st.text(
    st.sampled_from("0123456789１２二〇三五零 \u3000\n\t张張店區區Ｇg％%—~“「①㎡.,，。ⅢＩ○\u200b\ufeff"), max_size=60
)


def starts_and_ends_of_characters(text: str) -> list[tuple[int, int]]:
    """Spans of the folded text, none of which begins or ends inside an original character or a gap."""
    normal = normalise(text)
    own = [i for i, char in enumerate(normal.text) if char != GAP]
    firsts = [i for i in own if i == 0 or normal.starts[i - 1] != normal.starts[i]]
    lasts = [i for i in own if i + 1 == len(normal.text) or normal.starts[i + 1] != normal.starts[i]]
    return [(a, b + 1) for a in firsts for b in lasts if a <= b]


@settings(max_examples=200, deadline=None)
@given(_chars)
def test_a_span_cuts_text_that_folds_to_the_same(text: str) -> None:
    normal = normalise(text)
    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    assert list(normal.starts) == sorted(normal.starts)
    assert all(0 <= a <= b <= len(text) for a, b in zip(normal.starts, normal.ends, strict=True))
    for a, b in starts_and_ends_of_characters(text):
        start, end = normal.span(a, b)
        assert fold(text[start:end]) == normal.text[a:b], (text, a, b)


@settings(max_examples=200, deadline=None)
@given(_chars)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_folds_with_a_way_back(text: str) -> None:
    normal = normalise(text)
    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    assert not any(char.isspace() for char in normal.text)
    for i, char in enumerate(normal.text):
        start, end = normal.span(i, i + 1)
        assert 0 <= start <= end <= len(text)
        assert char == GAP or start < end


def test_seeds_map_back_sentence_by_sentence() -> None:
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_bytes().decode("utf-8")
        normal = normalise(text)
        stops = [i for i, char in enumerate(normal.text) if char == "。"]
        assert len(stops) > 20
        for a, b in pairwise(stops):
            start, end = normal.span(a + 1, b + 1)
            assert fold(text[start:end]) == normal.text[a + 1 : b + 1]


def test_simplify_goes_by_phrases() -> None:
    assert simplify("頭髮與發展") == "头发与发展"


@given(st.text(alphabet="張店區發展計劃干乾幹裡后後著台臺颱体體，。a1 ", max_size=40))
def test_simplifying_in_place_moves_no_character(text: str) -> None:
    """A Simplified text stands where the Traditional one stood."""
    simple = simplify_in_place(text)
    assert len(simple) == len(text)
    assert [c for c in text if c in "，。a1 "] == [c for c in simple if c in "，。a1 "]


def test_simplifying_in_place_reads_by_phrases() -> None:
    assert simplify_in_place("張店區的發展計劃") == "张店区的发展计划"
