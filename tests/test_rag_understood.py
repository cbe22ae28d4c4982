"""What the chain tells of how it read a question: slips, the asker's own completion and his own place."""

import pytest

from index.errors import QuestionError
from rag.chain import AnswerChain, Ask


def test_a_slip_is_told_and_answered(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("维城区到2025年高薪技术企业达到多少家?")
    assert "110家" in answer.text
    assert answer.corrected == (("维城区", "潍城区"), ("高薪技术", "高新技术"))
    assert answer.understood == "潍城区到2025年高新技术企业达到多少家?"
    assert plan_chain.invoke("潍城区到2025年高新技术企业达到多少家?").understood == ""


def test_the_askers_own_completion_is_answered(plan_chain: AnswerChain) -> None:
    completed = "潍城区到2025年高新技术企业达到多少家?"
    history = [{"role": "user", "content": "周村区有哪些重点产业?"}]
    answer = plan_chain.invoke({"question": "那里呢?", "history": history, "understood": completed})
    assert (answer.question, answer.understood) == ("那里呢?", completed)
    assert "110家" in answer.text
    for wrong in (7, ["x"]):
        with pytest.raises(QuestionError, match="understood"):
            plan_chain.invoke({"question": "那里呢?", "understood": wrong})
    with pytest.raises(QuestionError, match="问题太长"):
        plan_chain.invoke(Ask("那里呢?", understood="长" * 100_000))
    assert "110" in plan_chain.invoke(Ask("那里呢?", understood=f"\ud800{completed}")).text


def test_the_askers_own_place_is_noted_where_it_could_be_any(plan_chain: AnswerChain) -> None:
    assert "我区" in plan_chain.invoke("我区高新技术企业达到多少家?").note
    one = plan_chain.index.documents[0].info.id
    answer = plan_chain.invoke(Ask("我区高新技术企业达到多少家?", documents=(one,)))
    assert answer.note == ""
    assert {c.doc for c in answer.citations} <= {one}
