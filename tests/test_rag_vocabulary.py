"""Everyday words: the table's form, the longest match, and no word cut."""

from importlib import resources

import pytest

from rag.vocabulary import everyday_words, official_words


def test_the_table_is_sound() -> None:
    text = resources.files("rag").joinpath("data/everyday.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    assert len(rows) >= 400
    assert all(len(row) == 2 and row[0].strip() == row[0] and row[1].split() for row in rows)
    assert len({row[0] for row in rows}) == len(rows)
    assert all([row[0]] != row[1].split() for row in rows)
    assert all(len(word) >= 2 for row in rows for word in row[1].split())


@pytest.mark.parametrize(
    ("text", "official"),
    [
        ("村里的老小区什么时候改", "老旧小区"),
        ("看病难怎么解决", "分级诊疗"),
        ("开店好办吗", "个体工商户"),
        ("冬天没暖气怎么办", "供热"),
        ("给小微企业减税吗", "减税降费"),
        ("到处是臭水沟", "黑臭水体"),
    ],
)
def test_an_everyday_word_brings_the_official_one(text: str, official: str) -> None:
    assert official in official_words(text)


def test_the_longer_phrase_wins() -> None:
    assert everyday_words()["烧煤"] != everyday_words()["不让烧煤"]
    assert official_words("不让烧煤了吗") == everyday_words()["不让烧煤"]
    assert set(official_words("不让烧煤,以前烧煤")) >= set(everyday_words()["烧煤"]) - {"烧煤"}


def test_a_word_inside_others_is_none() -> None:
    assert "乡村医生" in official_words("村医有多少")
    assert "乡村医生" not in official_words("农村医疗怎么样")
    assert official_words("只能人工处理") == ()


def test_what_the_question_says_already_is_not_added() -> None:
    assert "地区生产总值" not in official_words("gdp就是地区生产总值")
