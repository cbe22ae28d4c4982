"""A question cut to its parts, and a sentence to its clauses."""

import pytest

from rag.clauses import parts_of
from rag.question import understand


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ("2020年和2025年的公园面积各是多少?", ["2020年的公园面积各是多少?", "2025年的公园面积各是多少?"]),
        ("公园面积2020年、2025年分别为多少亩?", ["公园面积2020年分别为多少亩?", "公园面积2025年分别为多少亩?"]),
        ("准备投多少钱?能多出多少个学位?", ["准备投多少钱", "能多出多少个学位"]),
        ("人口和面积分别是多少?", ["人口是多少", "面积是多少"]),
        ("2025年公园面积是多少?", ["2025年公园面积是多少?"]),
        ("2020年和2025年有哪些公园?", ["2020年和2025年有哪些公园?"]),
    ],
)
def test_parts(asked: str, parts: list[str]) -> None:
    assert [part.text for part in parts_of(understand(asked, (), ()))] == parts


def test_a_year_is_a_part_of_its_own() -> None:
    first, second = parts_of(understand("2020年和2025年的公园面积各是多少?", (), ()))
    assert (first.years, second.years) == (frozenset({2020}), frozenset({2025}))


def test_a_part_without_a_subject_has_the_first_ones() -> None:
    first, second = parts_of(understand("居民收入现在是多少,以后是多少?", (), ()))
    assert "居民收入" in first.focus
    assert "居民收入" in second.focus
