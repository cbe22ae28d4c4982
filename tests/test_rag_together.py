"""Which sentences of a passage tell how or why together."""

from dataclasses import replace

from rag.ask import as_ask
from rag.chain import AnswerChain, Considered
from rag.evidence import Evidence
from rag.together import Model, announces, features, fitted, together

ASKED = "市中区如何全面提高教师队伍建设水平?"


def considered(chain: AnswerChain, question: str) -> Considered:
    found = chain.consider(as_ask(question))
    assert found is not None
    return found


def of_the_passage(evidence: tuple[Evidence, ...]) -> list[Evidence]:
    same = [e for e in evidence if e.hit.position == evidence[0].hit.position]
    return sorted(same, key=lambda e: e.start)


def test_what_goes_on_is_told_and_what_turns_to_another_thing_is_not(plan_chain: AnswerChain) -> None:
    found = considered(plan_chain, ASKED)
    told = together(found.question, found.evidence, found.evidence[0], 320, plan_chain.scorer)
    text = "".join(e.text for e in told)
    assert "县管校聘" in text
    assert "安全管理" not in text  # of the same paragraph
    assert len(told) < len(of_the_passage(found.evidence))
    assert [e.start for e in told] == sorted(e.start for e in told)


def test_the_room_is_kept(plan_chain: AnswerChain) -> None:
    found = considered(plan_chain, ASKED)
    best = found.evidence[0]
    assert together(found.question, found.evidence, best, len(best.text), plan_chain.scorer) == [best]


def test_the_readers_word_is_not_in_it(plan_chain: AnswerChain) -> None:
    best, other = considered(plan_chain, ASKED).evidence[:2]
    louder = replace(other, score=other.score + 5, features={**other.features, "answers": 1.0, "relevant": 1.0})
    assert features(best, louder, plan_chain.scorer) == features(best, other, plan_chain.scorer)


def test_the_best_sentence_belongs_to_itself(plan_chain: AnswerChain) -> None:
    best = considered(plan_chain, ASKED).evidence[0]
    assert fitted().belongs(features(best, best, plan_chain.scorer))


def test_the_least_decides() -> None:
    model = Model({"worth": 2.0, "below": -1.0}, least=1.0)
    assert model.belongs({"worth": 1.0, "below": 1.0})
    assert not model.belongs({"worth": 1.0, "below": 1.1})


def test_what_announces_a_list() -> None:
    assert announces("重点做好六个方面工作：")
    assert announces("应当符合下列条件。")
    assert not announces("建设公园12个。")
