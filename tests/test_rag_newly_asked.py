"""What a follow-up adds is what is answered; the number of a cited document; explanations that go on; part lists."""

from dataclasses import replace

import pytest

from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.evidence import Evidence
from rag.newly_asked import newly_asked_first
from rag.ordinals import enumerated
from rag.question import Question

BEFORE = ({"role": "user", "content": "张店区2023年要办哪些时尚节会?"}, {"role": "assistant", "content": "[1]"})


def considered(chain: AnswerChain, asked: str) -> tuple[Question, list[Evidence]]:
    found = chain.consider(as_ask({"question": asked, "history": list(BEFORE)}))
    assert found is not None
    return found.question, list(found.evidence)


def test_a_sentence_with_the_follow_ups_own_words_goes_first(plan_chain: AnswerChain) -> None:
    question, evidence = considered(plan_chain, "体育那边呢,要办啥比赛?")
    told = replace(evidence[0], text="办好音乐节。", score=3.0, hit=evidence[0].hit)
    new = replace(evidence[0], text="加快竞技体育发展,举办马拉松。", score=1.0)
    assert newly_asked_first(question, [told, new])[0].text == new.text
    far = replace(new, score=-9.0)
    assert newly_asked_first(question, [told, far])[0].text == told.text


def test_a_question_that_stands_alone_keeps_its_order(plan_chain: AnswerChain) -> None:
    question, evidence = considered(plan_chain, "张店区体育要办啥比赛?")
    assert newly_asked_first(replace(question, understood=""), evidence) == evidence


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("潍城区三年行动计划依据的那份山东省文件,文号是多少?", "鲁发〔2022〕19号。《山东省"),
        ("潍城区三年行动计划依据的国务院文件,文号是多少?", "国发〔2022〕18号。《国务院"),
    ],
)
def test_the_number_of_a_cited_document(plan_chain: AnswerChain, asked: str, told: str) -> None:
    answer = plan_chain.invoke(asked)
    assert answer.text.startswith(told)
    assert answer.text.count("号") == 2  # of that document alone


def test_a_name_for_a_name_is_explained_by_what_follows(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("市中区的“一智谷”说的是什么?")
    assert answer.text.startswith("“一智谷”")
    assert "白马山片区" in answer.text


def test_all_of_a_numbered_list_where_all_is_asked(plan_chain: AnswerChain) -> None:
    """Whichever of its items is found first."""

    index = plan_chain.index
    last = next(at for at, s in enumerate(index.sentences) if s.text.lstrip().startswith("第三,"))
    question, evidence = considered(plan_chain, "周村区有哪几方面的问题?")
    item = replace(evidence[0], position=last, text=index.sentences[last].text)
    items = enumerated(question, item, index)
    assert items[0][0].startswith("第一")
    assert len(items) >= 3
    assert enumerated(replace(question, text="周村区人才怎么样?"), item, index) == []


def test_an_entry_is_told_from_its_beginning(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("“长安杯”到底是个啥奖?")
    assert answer.text.startswith("淄博市:取“长治久安”之意")
    assert "“长安杯”" in answer.text
