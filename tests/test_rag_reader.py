"""The reader: what it is given, how its logits become words, and the weights that are shipped."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from eval.reader.save import probe
from index.errors import ModelError
from index.loaded import Index
from index.normal import fold
from index.settings import Settings
from index.store import open_index
from rag.chain import AnswerChain
from rag.evidence import Evidence, EvidenceScorer
from rag.question import understand
from rag.reader import CARD, FOLDER, WEIGHTS, Reader, Reading, checked, decode, joined, shipped
from rag.reader_model import Batch, Output, Pair, PairTokenizer
from rag.reader_weights import quantised, restored
from rag.windows import Window, around, windows
from tests.conftest import BigramEmbedder

NONE = float("-inf")


@pytest.fixture(scope="module")
def tiny(tiny_index: Path) -> Index:
    return open_index(tiny_index)


@pytest.fixture(scope="module")
def encoder(reader_encoder: Path) -> Path:
    return reader_encoder


@pytest.fixture(scope="module")
def reader(encoder: Path) -> Reader:
    return Reader(encoder)


def evidence_of(index: Index, text: str) -> list[Evidence]:
    chain = AnswerChain(index, BigramEmbedder(), Settings())
    question = understand(text, (), index.documents)
    vector = chain.searcher.embedder.query(question.text)
    return EvidenceScorer(index).score(question, chain.searcher.search(question, 8, vector), vector)


def test_every_sentence_stands_in_its_window_where_it_is_said_to(tiny: Index) -> None:
    for position, sentence in enumerate(tiny.sentences):
        window = around(position, tiny)
        places = dict(zip(window.sentences, window.spans, strict=True))
        assert position in places
        if tiny.passages[window.passage].kind != "row":
            for member, (start, end) in places.items():
                assert window.text[start:end] == fold(tiny.sentences[member].text)
        assert sentence.passage == window.passage


@pytest.mark.parametrize("chars", [1, 30, 60, 200])
def test_a_window_grows_while_its_neighbours_fit(tiny: Index, chars: int) -> None:
    for position in range(len(tiny.sentences)):
        window = around(position, tiny, chars)
        assert len(window.sentences) == 1 or len(window.text) <= chars


def test_windows_take_the_best_sentences_and_none_twice(tiny: Index) -> None:
    evidence = evidence_of(tiny, "青山区建成口袋公园多少个?")
    found = windows(evidence, tiny, 3)
    assert len(found) == 3
    assert evidence[0].position in found[0].sentences
    members = [member for window in found for member in window.sentences]
    assert len(members) == len(set(members))


def batch_of(offsets: list[tuple[int, int] | None]) -> Batch:
    empty = torch.zeros((1, len(offsets)), dtype=torch.long)
    return Batch(empty, empty, empty, empty.bool(), [offsets])


def test_logits_become_the_words_that_answer() -> None:
    # First token, question, "三家" in the first sentence, "五家" in the second.
    window = Window(0, "", "甲三家。乙五家。", (4, 5), ((0, 4), (4, 8)))
    offsets = [None, None, (0, 1), (1, 3), (3, 4), (4, 5), (5, 7), (7, 8)]
    start = torch.tensor([[1.0, NONE, 0.0, 2.0, 0.0, 0.0, 5.0, 0.0]])
    end = torch.tensor([[1.0, NONE, 0.0, 2.0, 0.0, 0.0, 6.0, 0.0]])
    output = Output(start, end, torch.tensor([2.5]), torch.tensor([-3.0]))
    reading = decode(window, batch_of(offsets), output, 0)
    assert window.text[slice(*reading.span)] == "五家"
    assert reading.margin == 5 + 6 - 2
    assert reading.sentences == (2 + 6 - 2, 9)
    assert (reading.relevant, reading.answers) == (2.5, -3.0)


def test_no_token_to_point_at_says_no() -> None:
    window = Window(0, "", "甲", (0,), ((0, 1),))
    output = Output(torch.zeros(1, 2), torch.zeros(1, 2), torch.zeros(1), torch.zeros(1))
    reading = decode(window, batch_of([None, None]), output, 0)
    assert reading.margin < 0
    assert reading.answers < 0


def test_what_was_read_moves_a_sentence(tiny: Index) -> None:
    evidence = evidence_of(tiny, "青山区建成口袋公园多少个?")
    last = evidence[-1]
    window = around(last.position, tiny)
    at = window.sentences.index(last.position)
    margins = tuple(12.0 if i == at else -12.0 for i in range(len(window.sentences)))
    start, end = window.spans[at]
    reading = Reading(window, (start, end), 12.0, margins, 0.0, 6.0)
    gap = evidence[0].score - last.score
    moved = joined(evidence, [reading], {"span": gap + 1, "unread": -1.0})
    assert moved[0].position == last.position
    assert moved[0].span == window.text[start:end]
    assert moved[0].features["answers"] == 0.5
    others = [e for e in moved if e.position not in window.sentences]
    assert all(e.features["unread"] == 1.0 and e.span == "" for e in others)


@given(st.lists(st.lists(st.floats(-3, 3, width=32), min_size=4, max_size=4), min_size=1, max_size=5))
def test_eight_bits_keep_a_weight_to_half_a_step(rows: list[list[float]]) -> None:
    weight = torch.tensor(rows)
    back = restored(quantised({"span.weight": weight}))["span.weight"]
    step = weight.abs().amax(dim=1, keepdim=True) / 127
    assert ((back - weight).abs() <= step * 0.56 + 1e-5).all()


def test_the_shipped_weights_answer_as_they_did_when_they_were_stored(reader: Reader) -> None:
    stored = json.loads((FOLDER / CARD).read_text("utf-8"))["probes"]
    assert len(stored) >= 10
    for wanted in stored:
        found = probe(reader, wanted["question"], wanted["text"])
        for name in ("margin", "answers", "relevant"):
            assert found[name] == pytest.approx(wanted[name], abs=0.05)
        assert found["span"] == wanted["span"]


def test_the_shipped_weights_are_small_and_what_the_card_says() -> None:
    assert checked(FOLDER).stat().st_size <= 30_000_000


def test_damaged_weights_are_refused_with_what_to_do(tmp_path: Path, encoder: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "reader")
    path = tmp_path / "reader" / WEIGHTS
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match="PLANQA_READER"):
        Reader(encoder, tmp_path / "reader")
    path.unlink()
    with pytest.raises(ModelError, match="PLANQA_READER"):
        Reader(encoder, tmp_path / "reader")


def test_pairs_read_together_or_alone_come_out_alike(reader: Reader) -> None:
    pairs = [Pair("有多少家?", "", "新增企业30家。"), Pair("谁负责这件事?", "某区 任务", "由水利局负责,2026年完成。")]
    assert reader.logits(pairs) == pytest.approx([reader.logits([pair])[0] for pair in pairs], abs=1e-3)


def test_a_pair_too_long_is_cut_at_its_end(encoder: Path) -> None:
    batch = PairTokenizer(encoder, 40).batch([Pair("问" * 30, "", "答案在这里。" * 60)])
    assert batch.ids.shape == (1, 40)
    assert max(o[1] for o in batch.offsets[0] if o is not None) < 360


def test_one_setting_switches_the_reader_off(plan_settings: Settings, plan_chain: AnswerChain) -> None:
    assert shipped(plan_settings.model_copy(update={"reader": False})) is None
    without = AnswerChain(plan_chain.index, plan_chain.searcher.embedder, plan_settings)
    answer = without.invoke("潍城区到2025年高新技术企业达到多少家?")
    assert "110家" in answer.text
    assert not answer.refused
