"""Caches filled before somebody asks."""

from index.quantity import _quantities
from rag.chain import AnswerChain
from rag.warm import warm, warm_behind


def test_every_passage_is_read_and_answers_stay(plan_chain: AnswerChain) -> None:
    asked = "到2025年潍城区高新技术企业要达到多少家?"
    before = plan_chain.invoke(asked)
    _quantities.cache_clear()
    assert warm(plan_chain, 40) == 40
    assert _quantities.cache_info().currsize > 40  # read without being asked for
    after = plan_chain.invoke(asked)
    assert (after.text, after.citations) == (before.text, before.citations)


def test_behind_the_page_it_ends_by_itself(plan_chain: AnswerChain) -> None:
    thread = warm_behind(plan_chain)
    assert thread.daemon
    thread.join(120)
    assert not thread.is_alive()
