"""Slips by ear against what the documents say: what is read for what, what stays, and how it is told."""

from pathlib import Path

import pytest
from conftest import BigramEmbedder

from eval import readings
from eval.dataset import Item
from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.lexicon import Lexicon
from rag.question import Question, understand
from rag.sounds import FILE, alike, sounds_of

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """The vocabulary of the real seeds; no model is needed for it."""
    out = tmp_path_factory.mktemp("lexicon")
    build_index(SEEDS, out, BigramEmbedder(), Settings())
    return Lexicon(open_index(out))


def read(lexicon: Lexicon, text: str) -> Question:
    return understand(text, (), lexicon.documents, lexicon=lexicon)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("高薪技术企业要达到多少家?", "高新技术企业要达到多少家?"),
        ("加轻站建几座?", "加氢站建几座?"),
        ("新建口代公园几处?", "新建口袋公园几处?"),
        ("森林复盖率是多少?", "森林覆盖率是多少?"),
        ("污水处里厂建几座?", "污水处理厂建几座?"),
        ("一般公共预算手入是多少?", "一般公共预算收入是多少?"),
        ("优化营商环景", "优化营商环境"),
        ("常驻人口有多少?", "常住人口有多少?"),
    ],
)
def test_a_stretch_of_the_documents_written_by_ear(lexicon: Lexicon, written: str, meant: str) -> None:
    question = read(lexicon, written)
    assert question.text == meant
    ((before, after),) = question.corrected
    assert before in written
    assert after in meant
    assert written.replace(before, after) == meant
    assert read(lexicon, meant).corrected == ()


@pytest.mark.parametrize(
    "text",
    [
        "朝阳产业有哪些?",
        "高新技术企业有多少家?",
        "哪里的政策始终不变?",
        "高薪岗位有多少个?",
        "火星移民基地建在哪里?",
        "区块链和元宇宙怎么布局?",
        "权利和义务是什么?",
        "我的身份证丢了怎么补办?",
        "gdp是多少?",
        "出门走多远能看到绿?",
    ],
)
def test_what_may_be_meant_stays(lexicon: Lexicon, text: str) -> None:
    question = read(lexicon, text)
    assert question.text == text
    assert question.corrected == ()


def test_what_is_not_sure_is_only_searched_for_as_well(lexicon: Lexicon) -> None:
    question = read(lexicon, "今年工做怎样?")
    assert question.text == "今年工做怎样?"
    assert "工作" in question.alternates
    assert question.corrected == ()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("维城区的目标", "潍城区"),
        ("周春区建几个公园?", "周村区"),
        ("张殿区今年要做什么?", "张店区"),
        ("市种区的绿地", "市中区"),
        ("淄搏市的计划", "淄博市"),
        ("章店要建什么?", "张店"),
        ("长店的目标由谁定?", "张店"),
    ],
)
def test_a_district_written_by_ear(lexicon: Lexicon, written: str, name: str) -> None:
    question = read(lexicon, written)
    assert question.places.names == (name,)
    assert question.corrected[0][1] == name


@pytest.mark.parametrize("text", ["渭城区的目标", "政策始终没有变", "是中区域的问题", "围城里的人"])
def test_a_real_place_or_word_is_no_slip_for_a_district(lexicon: Lexicon, text: str) -> None:
    question = read(lexicon, text)
    assert question.places.documents == ()
    assert question.corrected == ()


def test_a_place_that_is_real_stays_foreign(lexicon: Lexicon) -> None:
    assert read(lexicon, "渭城区的目标").places.foreign == ("渭城区",)


def test_without_a_lexicon_nothing_is_changed(lexicon: Lexicon) -> None:
    question = understand("维城区高薪技术企业", (), lexicon.documents)
    assert (question.text, question.corrected, question.alternates) == ("维城区高薪技术企业", (), ())


def test_the_words_of_the_questions_are_left_alone(lexicon: Lexicon, plan_items: dict[str, list[Item]]) -> None:
    """Of questions without slips hardly one is changed; a figure written otherwise is no slip."""
    items = [i for i in plan_items["fit"] if i.style != "typo_or_variant" and i.kind != "followup"]
    changed = {}
    for item in items:
        words = [(a, b) for a, b in read(lexicon, item.question).corrected if not any(c.isdigit() for c in b)]
        if words:
            changed[item.question] = words
    assert len(changed) <= len(items) / 100, changed


def test_characters_by_their_usual_sound() -> None:
    assert sounds_of("率") == {"lv", "shuai"}
    assert sounds_of("a") == frozenset()
    assert alike("高薪", "高新")
    assert not alike("高薪", "高新技")
    assert not alike("周春", "周村")
    assert alike("周春", "周村", blurred=True)


def test_the_lexicon_knows_what_stands_in_the_documents(lexicon: Lexicon) -> None:
    assert lexicon.occurs("高新技术企业") > 1
    assert lexicon.occurs("高薪技术") == 0
    assert lexicon.occurs("3411工程") >= 1
    assert lexicon.occurs("411工程") == 0
    assert lexicon.known("技术")
    assert not lexicon.known("薪技")
    assert "高新" in lexicon.sounding_like("高薪")


def test_the_file_of_readings_is_what_its_script_makes() -> None:
    assert FILE.read_text("utf-8") == readings.text()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("市中区的市埸主体有多少家?", "市中区的市场主体有多少家?"),  # a character that no document has
        ("高新技木企业要达到多少家?", "高新技木企业要达到多少家?"),  # one that they have is a word of its own
    ],
)
def test_a_character_that_no_document_has_is_read_by_its_neighbours(lexicon: Lexicon, written: str, meant: str) -> None:
    assert read(lexicon, written).text == meant


def test_a_slip_that_is_all_of_a_quoted_term_is_sure(lexicon: Lexicon) -> None:
    assert "“四区两带”" in read(lexicon, "周村“四区两代”是哪四区").text
    assert "四区两带" not in read(lexicon, "周村四区两代人").text
