"""The value first, then its clause."""

from dataclasses import replace

import pytest

from rag.chain import AnswerChain
from rag.evidence import Evidence
from rag.lead import lead_of
from rag.question import Question, understand

CLAUSE = "到2025年，高新技术企业达到１１０家以上，研发投入占比达到3%"
SURE = {"span": 0.6, "answers": 0.4}


@pytest.fixture(scope="module")
def evidence(plan_chain: AnswerChain) -> Evidence:
    question = understand("高新技术企业多少家?", (), plan_chain.index.documents)
    vector = plan_chain.searcher.embedder.query(question.text)
    return plan_chain.scorer.score(question, plan_chain.searcher.search(question, 2, vector), vector)[0]


def asked(text: str) -> Question:
    return understand(text, (), ())


def said(evidence: Evidence, words: str, **features: float) -> Evidence:
    return replace(evidence, span=words, features={**evidence.features, **SURE, **features})


@pytest.mark.parametrize(
    ("text", "span", "value"),
    [
        ("高新技术企业要达到多少家?", "110家", "１１０家以上"),
        ("高新技术企业要达到多少家?", "", "１１０家以上"),  # the only one, whether it was read or not
        ("研发投入占比达到百分之多少?", "", "3%"),
        ("研发投入占比达到多少?", "3%", "3%"),
        ("什么时候达到110家?", "2025年", "2025年"),
    ],
)
def test_a_value_leads_as_it_is_written(
    plan_chain: AnswerChain, evidence: Evidence, text: str, span: str, value: str
) -> None:
    assert lead_of(asked(text), CLAUSE, said(evidence, span), plan_chain.scorer) == value


@pytest.mark.parametrize(
    ("text", "span", "features"),
    [
        ("什么时候达到110家?", "", {}),  # nothing was read
        ("什么时候达到110家?", "2025年", {"span": 0.1}),  # not sure
        ("什么时候达到110家?", "2025年", {"answers": -0.1}),  # no answer
        ("什么时候达到110家?", "高新技术企业", {}),  # no date
        ("高新技术企业的产值是多少亿元?", "110家", {}),  # another unit
        ("高新技术企业怎么培育?", "110家", {}),  # no figure asked
    ],
)
def test_else_nothing_leads(
    plan_chain: AnswerChain, evidence: Evidence, text: str, span: str, features: dict[str, float]
) -> None:
    assert lead_of(asked(text), CLAUSE, said(evidence, span, **features), plan_chain.scorer) == ""


PAIR = "高新技术企业、科技型中小企业分别达到110家、150家"


@pytest.mark.parametrize(
    ("question", "clause", "span", "value"),
    [
        ("高新技术企业要达到多少家?", PAIR, "150家", "110家"),  # named
        ("高新企业要达到多少家?", PAIR, "110家", "110家"),  # the clause and the reader agree
        ("高新企业要达到多少家?", PAIR, "150家", ""),  # they do not
        ("高新企业要达到多少家?", PAIR, "", "110家"),  # nothing was read: by its name
        ("高新企业要达到多少家?", PAIR, "110家、150家", "110家"),  # both were
        ("高新技术企业和科技型中小企业一共多少家?", PAIR, "110家", ""),  # neither alone
        ("什么时候开工?", "3座已于2017年11月开工,剩余4座2018年开工", "2017年11月", ""),
        ("每镇建几个?", "每个镇打造3-5个村", "5个村", ""),
        ("高新技术企业要达到多少家?", "共110家", "110家", ""),  # nothing beside it
    ],
)
def test_of_several_values_one_that_is_clear(
    plan_chain: AnswerChain, evidence: Evidence, question: str, clause: str, span: str, value: str
) -> None:
    assert lead_of(asked(question), clause, said(evidence, span), plan_chain.scorer) == value


def test_the_unit_that_was_asked_for_goes_before_another_counter(plan_chain: AnswerChain, evidence: Evidence) -> None:
    clause = "落实全民阅读三年行动计划,每年开展阅读活动1000场次,每年建成2家以上城市书房。"
    question = asked("潍城读书活动一年搞多少场?")
    assert lead_of(question, clause, said(evidence, ""), plan_chain.scorer) == "1000场次"


def test_a_name_that_the_reader_is_very_sure_of_leads(plan_chain: AnswerChain, evidence: Evidence) -> None:
    text = "全区被表彰为法治宣传教育先进区、平安农机示范区、维护妇女儿童权益先进集体,张楼村被命名为民主法治示范村"
    question = asked("哪个村被命名为民主法治示范村?")
    assert question.asks == "fact"
    assert lead_of(question, text, said(evidence, "张楼村", span=0.9, answers=0.3), plan_chain.scorer) == "张楼村"
    assert lead_of(question, text, said(evidence, "张楼村", span=0.4, answers=0.3), plan_chain.scorer) == ""
    assert lead_of(question, text, said(evidence, "民主法治示范村", span=0.9, answers=0.3), plan_chain.scorer) == ""
