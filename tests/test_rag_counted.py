"""How many things a list names."""

import pytest

from rag.counted import counted_clause, with_count
from rag.cues import items_in
from rag.question import Question, understand


def asked(text: str) -> Question:
    return understand(text, (), ())


LIST = asked("要建哪些公园?")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("建设东湖公园、西山公园、南苑公园。", 3),
        ("到2027年，重点建设东湖公园、西山公园、南苑公园、北坡公园，全部免费开放。", 4),
    ],
)
def test_a_list_is_counted(text: str, count: int) -> None:
    assert with_count(LIST, text) == f"共{count}项:{text}"


@pytest.mark.parametrize(
    "text",
    [
        "建设东湖公园、西山公园、南苑公园等。",  # open
        "建设东湖公园、西山公园、南苑公园和北坡公园。",  # three or four
        "建设三大公园东湖、西山、南苑。",  # says it itself
        "建设东湖公园、西山公园。",  # too few to need it
        "建设东湖公园、西山公园、南苑公园，修建环湖路、登山路、滨河路。",  # two lists
        "建设东湖公园；西山公园、南苑公园、北坡公园。",
        "建设东湖公园。",
    ],
)
def test_else_it_stays_as_it_is(text: str) -> None:
    assert with_count(LIST, text) == text


def test_only_a_list_is_counted() -> None:
    text = "建设东湖公园、西山公园、南苑公园。"
    assert with_count(asked("怎样建公园?"), text) == text


MANY = "推进城市更新，实施东湖、西山等2个片区改造，建设甲园、乙园、丙园等3个口袋公园，新建公厕5座、车位300个。"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("要建哪三个口袋公园?", MANY),
        ("要建哪几个口袋公园?", MANY),
        ("要建哪三个口袋公园?", MANY.replace("新建公厕5座、车位300个", "新建子楼、丑楼、寅楼3座")),  # another's three
    ],
)
def test_the_clause_that_lists_what_was_asked_for(question: str, text: str) -> None:
    assert counted_clause(asked(question), text) == "建设甲园、乙园、丙园等3个口袋公园"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("要建哪些口袋公园?", MANY),  # how many is not asked
        ("要建哪四个口袋公园?", MANY),
        ("要建哪三个口袋公园?", "建设甲园、乙园、丙园等3个口袋公园，新建公厕5座。"),  # short as it is
        (
            "要建哪三个口袋公园?",
            MANY.replace("3个口袋公园", "3个公园").replace("东湖、西山等2个片区", "东湖、西山、南岭等3个公园"),
        ),  # two lists of three, neither nearer to the question
    ],
)
def test_no_clause_is_singled_out(question: str, text: str) -> None:
    assert counted_clause(asked(question), text) == ""


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("主要预期目标是：地区生产总值增长5%以上，固定资产投资增长5.5%左右，居民人均可支配收入增长5%左右。", 3),
        ("新建学校3所，投资2亿元。", 1),
        ("建设东湖、西山、南岭三个片区。", 3),
    ],
)
def test_items_with_figures_are_items(text: str, items: int) -> None:
    assert items_in(text) == items
