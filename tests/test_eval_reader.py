"""What the reader learns from, and how it is measured: by hand-made sets whose outcome can be seen."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from eval.dataset import SETS
from eval.errors import DatasetError
from eval.reader.examples import Example, from_plans, from_squad, held_out
from eval.reader.measure import cut, exact_match, f1
from eval.reader.train import Config, Stage, Trainer, batches, loss_of, targets
from index.normal import fold
from rag.reader_model import Batch, Output, Pair
from rag.windows import WINDOW_CHARS

PARAGRAPHS = (
    "青龙桥建于1956年，长120米。桥头有一座石碑。石碑上刻着建桥经过。",
    "白马寺建于1203年，位于城东。寺内有古柏三株。",
)
PLAN: dict[str, Any] = {
    "title": "清江县“十五五”规划纲要",
    "path": "第二章 › 第一节 目标",
    "passage": "到2030年，粮食产量稳定在32万吨以上。新建水库2座。2025年粮食产量为30万吨。",
    "questions": [
        {"question": "2030年粮食产量目标?", "kind": "number", "style": "exact", "span": "32万吨以上"},
        {"question": "2028年粮食产量目标?", "kind": "number", "style": "exact", "near_miss": "other_year"},
    ],
}


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    questions = (("青龙桥有多长?", "120米"), ("白马寺建于哪一年?", "1203年"))
    data = [
        {
            "paragraphs": [
                {"context": text, "qas": [{"question": q, "answers": [{"text": a, "answer_start": text.index(a)}]}]}
            ]
        }
        for text, (q, a) in zip(PARAGRAPHS, questions, strict=True)
    ]
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"data": data}), "utf-8")
    return path


@pytest.mark.parametrize("seed", range(8))
def test_a_paragraph_gives_an_answer_and_a_pair_without_one(squad: Path, seed: int) -> None:
    examples = from_squad(squad, seed)
    assert [e.answers for e in examples] == [True, False, True, False]
    for answered, bare, wanted in zip(examples[::2], examples[1::2], ("120米", "1203年"), strict=True):
        assert answered.span is not None
        assert answered.pair.text[slice(*answered.span)] == wanted
        assert wanted not in bare.pair.text
        assert bare.span is None
        assert answered.group == bare.group


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text("[1]", "utf-8")
    with pytest.raises(DatasetError, match="SQuAD"):
        from_squad(path, 0)


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_gives_its_near_misses_and_twins_without_an_answer(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "plans.jsonl"
    other = {**PLAN, "passage": "全县新建公园6处，粮食仓库3座。", "questions": []}
    path.write_text("\n".join(json.dumps(r) for r in (PLAN, other)), "utf-8")
    examples = from_plans(path, seed)
    assert [e.why for e in examples if e.answers] == ["answer"]
    for example in examples:
        if example.span is not None:
            assert example.pair.text[slice(*example.span)] == "32万吨以上"
        if example.why in ("cut out", "other"):
            assert "32万吨" not in example.pair.text
        if example.why == "place by program":
            assert "清江县" not in example.pair.question
        if example.why == "year by program":
            assert "2030" not in example.pair.question
        assert (example.why == "other") == (example.relevant is False)
    assert "other_year" in [e.why for e in examples]


def test_a_span_that_is_not_in_its_passage_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "plans.jsonl"
    wrong = {**PLAN, "questions": [{"question": "粮食?", "span": "99万吨"}]}
    path.write_text(json.dumps(wrong), "utf-8")
    with pytest.raises(DatasetError, match="span"):
        from_plans(path, 0)


def test_the_committed_plans_hold_every_answer_and_speak_of_no_seed() -> None:
    lines = (SETS / "reading" / "plans.jsonl").read_text("utf-8").splitlines()
    districts = ("周村", "潍城", "淄博", "张店", "市中区")
    for record in map(json.loads, lines):
        for asked in record["questions"]:
            assert ("span" in asked) != ("near_miss" in asked)
            assert fold(asked.get("span", "")) in fold(record["passage"])
        assert not [d for d in districts if d in record["passage"] + record["title"]]
    assert len(lines) > 500


@given(st.lists(st.text(alphabet="甲乙丙丁。;", min_size=1, max_size=90), min_size=1, max_size=8), st.integers(20, 200))
def test_a_paragraph_is_cut_into_windows_that_leave_nothing_out(parts: list[str], chars: int) -> None:
    text = "".join(parts).strip("。;") + "。"
    for piece in cut(text, chars):
        assert piece in text or not text.strip("。;")
    kept = "".join(cut(text, chars))
    assert set(text) - set("。;") <= set(kept)


def test_answers_are_compared_as_the_public_rule_does() -> None:
    assert exact_match("《红楼梦》", ["红楼梦", "石头记"]) == 1
    assert exact_match("红楼", ["红楼梦"]) == 0
    assert f1("红楼", ["红楼梦"]) == pytest.approx(0.8)
    assert f1("1956年建成", ["1956年"]) == pytest.approx(2 * (2 / 4) * 1 / (2 / 4 + 1))
    assert f1("甲", ["乙"]) == 0


def example(text: str, span: tuple[int, int] | None, answers: bool, relevant: bool | None = None) -> Example:
    return Example(Pair("问?", "", text), answers, span, relevant, text, "answer")


def test_batches_hold_every_example_once() -> None:
    examples = [example("字" * n, None, False) for n in range(1, 40)]
    cut_up = batches(examples, 4, random.Random(1))
    assert sorted(len(e.pair.text) for batch in cut_up for e in batch) == list(range(1, 40))
    assert max(map(len, cut_up)) == 4


def test_targets_are_the_answers_tokens() -> None:
    offsets: list[tuple[int, int] | None] = [None, None, (0, 2), (2, 5), (5, 6)]
    empty = torch.zeros((3, 5), dtype=torch.long)
    batch = Batch(empty, empty, empty, empty.bool(), [offsets] * 3)
    examples = [example("甲乙三十家。", (2, 6), True), example("甲", None, False), example("甲", None, True)]
    start, end = targets(examples, batch)
    assert start.tolist() == [3, 0, -100]
    assert end.tolist() == [4, 0, -100]


def test_the_loss_falls_as_the_answer_is_found() -> None:
    offsets: list[tuple[int, int] | None] = [None, (0, 1), (1, 2)]
    empty = torch.zeros((1, 3), dtype=torch.long)
    batch = Batch(empty, empty, empty, empty.bool(), [offsets])
    chosen = [example("甲乙", (1, 2), True, True)]

    def loss(right: float) -> float:
        points = torch.tensor([[0.0, 0.0, right]])
        return float(loss_of(Output(points, points, torch.tensor([right]), torch.tensor([right])), chosen, batch, 0.5))

    assert loss(5.0) < loss(1.0) < loss(-1.0)


def test_a_run_that_was_cut_off_goes_on_to_the_same_end(tmp_path: Path, reader_encoder: Path) -> None:
    texts = ["新增企业30家。", "修路5公里。", "种树800棵。", "建桥2座。"]
    examples = [example(t, (2, len(t) - 1), True, True) for t in texts]
    config = Config(layers=1, pairs=2, stages=())
    stage = Stage("plans", 3, 1e-3, 0.0)

    whole = Trainer(reader_encoder, tmp_path / "whole", config)
    whole.run(stage, examples)
    first = Trainer(reader_encoder, tmp_path / "halves", config)
    first.stop_after = 3
    first.run(stage, examples)
    second = Trainer(reader_encoder, tmp_path / "halves", config)
    assert second.done == {"plans": 3}
    second.run(stage, examples)
    ours, theirs = whole.network.state_dict(), second.network.state_dict()
    for name, weights in ours.items():
        assert torch.allclose(weights, theirs[name], atol=1e-6), name


def test_what_is_held_out_stays_so() -> None:
    groups = [f"plans {n}" for n in range(400)]
    kept = [g for g in groups if held_out(g, "paragraphs")]
    assert 60 < len(kept) < 140
    assert {g for g in groups if held_out(g, "plans")} < set(kept)


def test_windows_fit_the_reader(squad: Path) -> None:
    assert all(len(e.pair.text) <= WINDOW_CHARS for e in from_squad(squad, 3))
