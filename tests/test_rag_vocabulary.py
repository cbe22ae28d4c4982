"""Everyday words: the table's form, the longest match, and no word cut."""

from importlib import resources

import pytest

from rag.question import understand
from rag.subject import subject_of, without_bases
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


def test_an_everyday_phrase_is_one_of_the_things_asked() -> None:
    question = understand("甲区住城里的人占多少?", (), ())
    phrase = next(ways for word, ways in subject_of(question) if word == "住城里的人")
    assert "城镇化率" in phrase
    assert not any(word == "养老床位" for word, _ in subject_of(understand("养老床位有多少张?", (), ())))  # two words


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("研发投入占GDP比重达到3%", "研发投入占比重达到3%"),
        ("万元地区生产总值用水量下降9%", "用水量下降9%"),
        ("地区生产总值达到1500亿元", "地区生产总值达到1500亿元"),
    ],
)
def test_what_something_is_a_share_of_is_not_told_of(text: str, left: str) -> None:
    assert without_bases(text) == left
