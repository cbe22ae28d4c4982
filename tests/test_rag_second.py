"""A second look: a sentence nearly as good that keeps to what was asked is taken instead of one that does not."""

from dataclasses import replace
from typing import Any

import pytest

from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.evidence import Evidence
from rag.extract import Draft, extract
from rag.refuse import features
from rag.second import keeping

QUESTION = "青山区2024年实际建成口袋公园多少个?"


@pytest.fixture(scope="module")
def tiny(live: Any) -> AnswerChain:
    chain: AnswerChain = live.get()
    return chain


def looked(
    chain: AnswerChain, texts: list[str], scores: list[float], apart: bool = True
) -> tuple[list[Evidence], Draft]:
    """What `keeping` makes of sentences with these texts and scores. `apart`: each in a passage of its own."""
    question = chain.understand(as_ask(QUESTION))
    considered = chain.consider(as_ask(QUESTION))
    assert considered is not None
    like = considered.evidence[0]
    hits = [replace(like.hit, position=like.hit.position + n * apart) for n in range(len(texts))]
    evidence = [
        replace(like, text=text, score=score, position=n, hit=hit)
        for n, (text, score, hit) in enumerate(zip(texts, scores, hits, strict=True))
    ]

    def draft_from(order: Any) -> Draft:
        return extract(question, order, chain.scorer)

    draft = draft_from(evidence)
    seen = features(question, evidence, draft.pieces, chain.scorer)
    order, chosen, _ = keeping(question, evidence, draft, seen, chain.scorer, draft_from)
    return order, chosen


PLANNED, DONE = "到2027年，青山区建成口袋公园36个。", "2024年，青山区实际建成口袋公园12个。"


def test_what_keeps_to_the_question_is_taken(tiny: AnswerChain) -> None:
    order, draft = looked(tiny, [PLANNED, DONE], [2.0, 1.8])
    assert order[0].text == DONE
    assert "12个" in draft.pieces[0].text
    assert order[0].score >= order[1].score


def test_not_where_it_is_much_worse(tiny: AnswerChain) -> None:
    order, _ = looked(tiny, [PLANNED, DONE], [2.0, 0.5])
    assert order[0].text == PLANNED


def test_in_the_same_passage_it_may_be_worse(tiny: AnswerChain) -> None:
    order, _ = looked(tiny, [PLANNED, DONE], [2.0, -3.0], apart=False)
    assert order[0].text == DONE
    order, _ = looked(tiny, [PLANNED, DONE], [2.0, -6.0], apart=False)
    assert order[0].text == PLANNED


def test_not_where_nothing_is_broken(tiny: AnswerChain) -> None:
    order, _ = looked(tiny, [DONE, PLANNED], [2.0, 1.9])
    assert order[0].text == DONE


def test_not_what_says_less_of_the_subject(tiny: AnswerChain) -> None:
    """One that holds none of the question's words keeps its year by saying nothing."""
    question = tiny.understand(as_ask(QUESTION))
    considered = tiny.consider(as_ask(QUESTION))
    assert considered is not None
    like = considered.evidence[0]
    elsewhere = replace(like.hit, position=like.hit.position + 1)
    planned = replace(like, text=PLANNED, score=2.0, position=0, features={**like.features, "subject": 1.0})
    done = replace(like, text=DONE, score=1.8, position=1, hit=elsewhere, features={**like.features, "subject": 0.2})

    def draft_from(order: Any) -> Draft:
        return extract(question, order, tiny.scorer)

    draft = draft_from([planned, done])
    seen = features(question, [planned, done], draft.pieces, tiny.scorer)
    order, _, _ = keeping(question, [planned, done], draft, seen, tiny.scorer, draft_from)
    assert order[0].text == PLANNED
