"""The value first, then its clause."""

from dataclasses import replace

import pytest

from rag.chain import AnswerChain
from rag.evidence import Evidence
from rag.lead import led
from rag.question import Question, understand

CLAUSE = "到2025年，高新技术企业、科技型中小企业分别达到１１０家、150家"
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


def test_a_sure_value_leads_as_it_is_written(evidence: Evidence) -> None:
    question = asked("高新技术企业要达到多少家?")
    assert led(question, CLAUSE, said(evidence, "110家")) == f"１１０家。{CLAUSE}"
    assert led(asked("科技型中小企业多少家?"), CLAUSE, said(evidence, "150家、")) == f"150家。{CLAUSE}"
    assert led(asked("什么时候达到110家?"), CLAUSE, said(evidence, "2025年")) == f"2025年。{CLAUSE}"


@pytest.mark.parametrize(
    ("text", "span", "features"),
    [
        ("高新技术企业要达到多少家?", "", {}),  # nothing was read
        ("高新技术企业要达到多少家?", "110家", {"span": 0.1}),  # not sure
        ("高新技术企业要达到多少家?", "110家", {"answers": -0.1}),  # no answer
        ("高新技术企业要达到多少家?", "科技型中小企业", {}),  # no figure
        ("高新技术企业的产值是多少亿元?", "110家", {}),  # another unit
        ("高新技术企业要达到多少家?", "98家", {}),  # not in the clause
        ("高新技术企业怎么培育?", "110家", {}),  # no figure asked
    ],
)
def test_else_the_clause_stays_as_it_is(evidence: Evidence, text: str, span: str, features: dict[str, float]) -> None:
    assert led(asked(text), CLAUSE, said(evidence, span, **features)) == CLAUSE


def test_a_value_that_stands_twice_or_alone_does_not_lead(evidence: Evidence) -> None:
    question = asked("高新技术企业要达到多少家?")
    assert led(question, "达到110家,比上年的110家", said(evidence, "110家")) == "达到110家,比上年的110家"
    assert led(question, "共110家", said(evidence, "110家")) == "共110家"
