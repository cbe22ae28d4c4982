"""What is taken out of the evidence: lists whole, however long their items are."""

import pytest
from conftest import ROOT

from index.load import load_folder
from rag.chain import AnswerChain
from rag.clauses import best_window
from rag.extract import _condensed
from rag.question import Question, understand
from rag.unexplained import unexplained


def asked(text: str) -> Question:
    return understand(text, (), ())


LONG = "、".join(["装备制造、健康产业、电子信息"] * 6)
LIST = f"重点推动三个园区,分别是:开发区,以{LONG}为主;旅游区,发展{LONG};化工区(一区四园),包含{LONG}。"


def test_a_long_list_is_told_by_the_heads_of_its_items() -> None:
    assert len(LIST) > 240
    assert _condensed(asked("三个园区是哪三个?"), LIST, 240) == (
        "重点推动三个园区,分别是:开发区;旅游区;化工区(一区四园)。"
    )
    assert _condensed(asked("重点推动哪些园区?"), LIST, 240).endswith("旅游区;化工区(一区四园)。")


@pytest.mark.parametrize(
    ("question", "text", "room"),
    [
        ("四个园区是哪四个?", LIST, 240),  # not as many
        ("三个园区是哪三个?", LIST, len(LIST)),  # short enough
        ("三个园区是哪三个?", LIST.replace(";", ","), 240),  # no items
        ("园区的意义是什么?", LIST, 240),  # no list is asked
    ],
)
def test_what_is_no_such_list_stays_whole(question: str, text: str, room: int) -> None:
    assert _condensed(asked(question), text, room) == ""


def test_every_item_of_a_long_list_is_named(plan_chain: AnswerChain) -> None:
    text = next(d.text for d in load_folder(ROOT / "seeds") if d.info.district == "淄博市")
    assert "重点推动发展的五个经济园区" in text
    answer = plan_chain.invoke("淄博市级层面重点推动发展的五个经济园区分别是哪些？")
    assert not answer.refused
    for name in ("经济开发区", "文昌湖省级旅游度假区", "齐鲁化工区", "主城区南部区域", "新区"):
        assert name in answer.text


def test_headings_that_all_say_what_is_asked_are_the_list(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("市中区在哪几个方面取得新的更大突破？")
    for name in ("综合实力", "创新能力", "改革开放", "城乡建设", "社会治理", "生态环保", "民生改善"):
        assert name in answer.text


def test_a_quoted_class_is_no_slogan_to_be_explained() -> None:
    texts = ["促进“科创+金融”“科创+文化”融合"]
    assert unexplained(asked("提出了哪几个“科创”?"), texts) == 0
    assert unexplained(asked("“科创”指的是什么?"), texts) == 1


def test_headings_that_begin_alike_are_the_list_that_was_counted(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("周村区提高公共管理能力的六个“智慧”是哪六个？")
    found = ("智慧政务", "智慧城市", "智慧旅游", "智慧金融", "智慧教育", "智慧医疗")
    assert all(name in answer.text for name in found)
    assert len(answer.citations) == len(found)


def test_the_readers_words_do_not_count_where_the_clause_says_nothing_of_the_question(
    plan_chain: AnswerChain,
) -> None:
    text = "以两大组团为核心,导入数字经济、智能制造等产业,全力推动总部经济示范区建设,着力打造一体化发展的桥头堡。"
    scorer = plan_chain.scorer
    assert best_window(asked("为谁当桥头堡?"), text, 24, scorer, "两大组团") == "着力打造一体化发展的桥头堡"
    assert best_window(asked("桥头堡以什么为核心?"), text, 24, scorer, "两大组团") == "以两大组团为核心"
