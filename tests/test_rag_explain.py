"""`python -m rag explain`: the shares add up to the scores, and both forms tell the same."""

import json
import math
from io import StringIO
from pathlib import Path

import pytest
from conftest import BigramEmbedder
from rich.console import Console

from index.errors import QuestionError
from index.store import open_index
from rag.__main__ import main
from rag.chain import AnswerChain, Ask
from rag.explain import Explanation, explain, show
from rag.types import Turn


@pytest.fixture(scope="module")
def chain(tiny_index: Path) -> AnswerChain:
    return AnswerChain(open_index(tiny_index), BigramEmbedder())


@pytest.fixture(scope="module")
def explanation(chain: AnswerChain) -> Explanation:
    return explain(chain, Ask("青山区建成口袋公园多少个?"))


def test_the_shares_are_the_scores(explanation: Explanation) -> None:
    assert explanation.passages
    assert explanation.sentences
    for scored in (*explanation.passages, *explanation.sentences):
        assert sum(term.share for term in scored.terms) == pytest.approx(scored.score, abs=1e-6)
    total = explanation.bias + sum(term.share for term in explanation.refusal)
    assert explanation.answer.answerability == pytest.approx(1 / (1 + math.exp(-total)))


def test_it_is_the_answer_that_the_chain_gives(chain: AnswerChain, explanation: Explanation) -> None:
    answer = chain.invoke("青山区建成口袋公园多少个?")
    assert "36" in answer.text
    assert explanation.answer.text == answer.text
    assert [p.text for p in explanation.passages] == [hit.passage.text for hit in answer.hits]
    assert {"understand", "embed", "retrieve", "read", "answer", "total"} <= set(explanation.answer.timing_ms)


def test_the_record_says_how_the_question_was_read(chain: AnswerChain) -> None:
    history = (Turn("user", "青山区建成口袋公园多少个?"),)
    record = explain(chain, Ask("那白河区呢?", history)).as_record()
    json.dumps(record)
    assert record["understanding"]["understood"] == "白河区建成口袋公园多少个"
    assert [record["understanding"][key] for key in ("original", "asks", "years")] == ["那白河区呢?", "number", []]
    assert {"name", "raw", "value", "weight", "share"} == set(record["passages"][0]["terms"][0])
    assert record["refusal"]["refused"] is False


def test_shown_for_people(explanation: Explanation) -> None:
    out = StringIO()
    show(explanation, Console(file=out, width=100, force_terminal=False))
    shown = out.getvalue()
    for words in ("理解", "口袋公园", "语义 × 1", "双字 × 0.5", "可答概率", "bias", "用时(毫秒)", "[1]"):
        assert words in shown
    assert all(f"{number:>2} " in shown for number in range(1, len(explanation.passages) + 1))


def test_a_question_about_nothing_is_explained_too(chain: AnswerChain) -> None:
    explanation = explain(chain, Ask("青山区?"))
    assert explanation.sentences == ()
    assert explanation.answer.refused
    show(explanation, Console(file=StringIO()))
    with pytest.raises(QuestionError, match="问题是空的"):
        explain(chain, Ask(" "))


def test_on_the_command_line(plan_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["explain", "维城区到2025年高薪技术企业多少家?", "--index", str(plan_index)]
    assert main([*asked, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [pair[1] for pair in record["understanding"]["corrected"]] == ["潍城区", "高新技术"]
    assert "110家" in record["answer"]
    assert main(asked) == 0
    assert "维城区→潍城区" in capsys.readouterr().out


def test_the_askers_own_completion_on_the_command_line(plan_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    completed = "潍城区到2025年高新技术企业达到多少家?"
    assert main(["ask", "那里呢?", "--understood", completed, "--index", str(plan_index)]) == 0
    out = capsys.readouterr().out
    assert f"(理解为:{completed})" in out
    assert "110家" in out
