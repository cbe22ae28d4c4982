"""Which documents or places have a term: what is left of a question without who asks and what is asked beside it."""

import pytest

from rag.which import sought


@pytest.mark.parametrize(
    ("asked", "what", "negated"),
    [
        ("哪些区提到了“枫桥经验”,哪些没有?", "枫桥经验", False),
        ("区块链技术在哪几个区的文件里出现过?主要往哪用", "区块链技术", False),
        ("“品牌首店”这种新鲜玩意,哪些区的规划里写着要引?", "品牌首店", False),
        ("我是年轻人,哪几个区把“青年友好”写进去了?", "青年友好", False),
        ("五份材料里有没有哪份压根没提河长制这项制度?其余几份怎么写的", "河长制", True),
    ],
)
def test_the_term_is_found(asked: str, what: str, negated: bool) -> None:
    found = sought(asked)
    assert found is not None
    assert (found.what.strip("“”"), found.negated) == (what, negated)


@pytest.mark.parametrize("asked", ["“瞪羚”企业哪个区的最多?", "“四区两带”是什么?", "周村区的“双创”怎么写的?"])
def test_another_question_has_none(asked: str) -> None:
    assert sought(asked) is None
