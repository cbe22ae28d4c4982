"""Things of one document set side by side, each asked on its own where one answer does not tell of all."""

from dataclasses import replace

import pytest

from rag.apart import items_of, side_by_side, tells_of
from rag.question import understand
from rag.types import Answer, Citation

TEXT = (
    "怀远市水安全保障规划\n一、防洪\n白溪县城防洪闭合工程:新建防洪堤7.4公里,估算投资3.2亿元,2023年汛前完成。\n"
    "青阳县城防洪闭合工程:新建堤防5.9公里,估算投资2.1亿元,2024年汛前完成。\n"
    "二、供水\n全市防洪闭合工程投资要落实到位。各地防洪工程投资由县里负担。防洪闭合工程每年检查。投资按进度拨付。\n"
    "防洪闭合工程要保证质量。堤防要种草。全市城镇和农村集中供水率达到90%。\n"
)


@pytest.mark.parametrize(
    ("asked", "items"),
    [
        (
            "白溪、青阳两个县城的防洪闭合工程,各花多少钱?",
            (("白溪", "白溪防洪闭合工程,花多少钱"), ("青阳", "青阳防洪闭合工程,花多少钱")),
        ),
        ("白溪和青阳哪个花钱多,各投多少?", (("白溪", "白溪投多少"), ("青阳", "青阳投多少"))),
        ("白溪和黑水各投多少?", ()),  # the document knows no 黑水
        ("白溪和青阳的防洪堤有多长?", ()),  # not of each
    ],
)
def test_things_and_what_is_asked_of_each(asked: str, items: tuple[tuple[str, str], ...]) -> None:
    assert items_of(understand(asked, (), ()), TEXT) == items


def answer(text: str, quote: str) -> Answer:
    return Answer("问", f"{text}[1]", False, 0.9, (Citation(1, "plan", "规划", "一、防洪", quote, ord(quote[0]), 9),))


def test_an_answer_that_tells_of_another_thing_is_none() -> None:
    told = answer("3.2亿元", "白溪县城防洪闭合工程:估算投资3.2亿元。")
    assert tells_of("白溪", told)
    assert not tells_of("青阳", told)


def test_a_line_for_each() -> None:
    whole = answer("共5.3亿元", "共5.3亿元。")
    first = answer("3.2亿元", "白溪县城防洪闭合工程:估算投资3.2亿元。")
    second = answer("2.1亿元", "青阳县城防洪闭合工程:估算投资2.1亿元。")
    both = side_by_side(whole, [("白溪", first), ("青阳", replace(second, answerability=0.7))])
    assert both.text == "白溪:3.2亿元[1]\n青阳:2.1亿元[2]"
    assert [c.quote[:2] for c in both.citations] == ["白溪", "青阳"]
    assert both.answerability == 0.7
