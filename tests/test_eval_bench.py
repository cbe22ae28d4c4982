"""The bench on a made-up set of four paragraphs: what is read, what is ranked where, and what the figures mean."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import BigramEmbedder

from eval.__main__ import main
from eval.bench import DEEPEST, OURS, Row, holds, plain_scores, prepare, rank_of, rankings, reciprocal_ranks, run, told
from eval.bench_report import markdown, save, summarise
from eval.bootstrap import interval, paired_p, resampled_means
from eval.errors import DatasetError
from eval.squad import Asked, load_squad, sample, write_documents
from index.loaded import Index
from index.settings import Settings
from index.store import current_version
from rag.chain import AnswerChain
from rag.retrieve import Searcher

PARAGRAPHS = {
    "白鹭是一种水鸟。白鹭常在稻田里觅食小鱼,体长约60厘米。": [("白鹭的体长是多少?", ["60厘米", "约60厘米", "60厘米"])],
    "青铜编钟出土于1978年。编钟共有65件,分三层悬挂。": [("编钟一共有多少件?", ["65件"]), ("", ["三层"])],
    "海棠花在四月開放。花瓣為粉紅色,果實可以釀酒。": [("海棠花幾月開放?", ["四月"])],
    "灯塔建成于1903年。灯塔高32米,用花岗岩砌成。": [("灯塔用什么砌成?", ["花岗岩"])],
}
TEXTS = list(PARAGRAPHS)


def as_file(path: Path, paragraphs: dict[str, list[tuple[str, list[str]]]] = PARAGRAPHS) -> Path:
    """Two articles, the paragraphs shared out between them."""
    records = [
        {
            "context": text,
            "qas": [
                {"id": f"q{n}-{i}", "question": question, "answers": [{"text": a, "answer_start": 0} for a in answers]}
                for i, (question, answers) in enumerate(own)
            ],
        }
        for n, (text, own) in enumerate(paragraphs.items())
    ]
    articles = [{"title": "甲", "paragraphs": records[:1]}, {"title": "乙", "paragraphs": records[1:]}]
    path.write_text(json.dumps({"version": "0", "data": articles}, ensure_ascii=False), "utf-8")
    return path


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def index(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = as_file(tmp_path_factory.mktemp("set") / "tiny.json")
    return prepare(load_squad(path), "tiny", BigramEmbedder(), settings)


def test_a_set_is_read(tmp_path: Path) -> None:
    collection = load_squad(as_file(tmp_path / "tiny.json"))
    assert collection.texts == {f"p{n:04d}": text for n, text in enumerate(TEXTS)}
    assert collection.questions[0] == Asked("q0-0", "白鹭的体长是多少?", "p0000", ("60厘米", "约60厘米"))
    assert [q.document for q in collection.questions] == ["p0000", "p0001", "p0002", "p0003"]
    assert collection.empty == 1


@pytest.mark.parametrize("content", ["", "[]", '{"data": 3}', '{"data": [{"paragraphs": [{"qas": []}]}]}', "\xff"])
def test_what_is_not_a_set_is_told(tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content, "latin-1")
    with pytest.raises(DatasetError, match="不是 SQuAD 格式"):
        load_squad(path)
    assert main(["bench", "cmrc", str(path)]) == 1
    assert "错误:" in capsys.readouterr().err


def test_a_set_without_questions_or_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="没有问题"):
        load_squad(as_file(tmp_path / "none.json", {TEXTS[0]: [("?", ["60"])]}))
    with pytest.raises(DatasetError, match="无法读取"):
        load_squad(tmp_path / "gone.json")


def test_questions_are_drawn_alike_every_time() -> None:
    questions = [Asked(str(n), "问", "p0000", ("答",)) for n in range(50)]
    drawn = sample(questions, 10)
    assert drawn == sample(questions, 10)
    assert len({q.id for q in drawn}) == 10
    assert [int(q.id) for q in drawn] == sorted(int(q.id) for q in drawn)
    assert drawn != sample(questions, 10, seed=1)
    assert sample(questions, 50) == sample(questions, None) == tuple(questions)


def test_documents_are_the_paragraphs_to_the_letter(tmp_path: Path) -> None:
    (tmp_path / "p9999.txt").write_text("从前的", "utf-8")
    write_documents(load_squad(as_file(tmp_path / "tiny.json")), tmp_path)
    assert {p.name: p.read_bytes().decode("utf-8") for p in tmp_path.glob("*.txt")} == {
        f"p{n:04d}.txt": text for n, text in enumerate(TEXTS)
    }


def test_a_second_run_builds_nothing(index: Index, settings: Settings, tmp_path: Path) -> None:
    collection = load_squad(as_file(tmp_path / "tiny.json"))
    again = prepare(collection, "tiny", BigramEmbedder(), settings)
    assert again.version == index.version
    other = load_squad(as_file(tmp_path / "other.json", {**PARAGRAPHS, "另一段文字。": [("另一段?", ["文字"])]}))
    assert prepare(other, "tiny", BigramEmbedder(), settings).version != index.version
    folders = sorted((settings.home / "bench").glob("tiny-*"))
    assert [len(list((f / "documents").iterdir())) for f in folders] in ([4, 5], [5, 4])
    assert index.version in [current_version(f / "index") for f in folders]


@pytest.mark.parametrize("number", range(4))
def test_every_searcher_ranks_documents(index: Index, number: int) -> None:
    question = [q for own in PARAGRAPHS.values() for q, _ in own if q][number]
    found = rankings(Searcher(index, BigramEmbedder()), question)
    assert set(found) == {OURS, "bigrams", "words", "dense", "rrf"}
    for name, documents in found.items():
        assert documents[0] == f"p{number:04d}", name
        assert len(set(documents)) == len(documents) <= DEEPEST


def test_bm25_finds_nothing_without_a_shared_token(index: Index) -> None:
    vector = BigramEmbedder().query("zzz")
    scores = plain_scores(index, "zzz", vector)
    assert np.isneginf(scores["bigrams"]).all()
    assert np.isneginf(scores["words"]).all()
    assert np.isfinite(scores["dense"]).all()
    assert rankings(Searcher(index, BigramEmbedder()), "zzz")["bigrams"] == ()


def test_a_document_stands_where_its_best_passage_stands(settings: Settings, tmp_path: Path) -> None:
    long = "".join(f"第{n}号仓库存放{name}和木箱。" for n, name in enumerate("甲乙丙丁戊己庚辛" * 12))
    texts: dict[str, list[tuple[str, list[str]]]] = {
        long + "最后一间屋子存放望远镜。": [("望远镜放在哪里?", ["最后一间屋子"])],
        "木箱是松木做的。": [],
    }
    index = prepare(load_squad(as_file(tmp_path / "long.json", texts)), "long", BigramEmbedder(), settings)
    assert sum(p.doc_id == "p0000" for p in index.passages) > 2
    found = rankings(Searcher(index, BigramEmbedder()), "屋子里的望远镜")
    assert found["bigrams"] == found["words"] == ("p0000",)
    assert (found["dense"][0], sorted(found["dense"])) == ("p0000", ["p0000", "p0001"])


def test_reciprocal_rank_fusion() -> None:
    # a: 1/61 + 1/63 > b: 1/62 + 1/62 by convexity; c: 1/63 + nothing, d: 1/61
    assert reciprocal_ranks([["a", "b", "c"], ["d", "b", "a"]]) == ["a", "b", "d", "c"]
    assert reciprocal_ranks([["a"], ["b"]], k=1) == ["a", "b"]
    assert reciprocal_ranks([[], []]) == []


def test_gold_wordings_in_an_answer() -> None:
    assert told("体长约60厘米。[1]", ("60厘米",))
    assert not told("体长160厘米。[1]", ("60厘米",))  # a part of a longer figure
    assert told("四月開放[1]", ("四月开放",))
    assert told("长" * 156 + "花岗岩[1][2]", ("花岗岩",))
    assert told("长" * 157 + "花岗岩[1]", ("花岗岩",))
    assert not told("长" * 158 + "花岗岩[1]", ("花岗岩",))
    assert not holds("", ("花岗岩",))
    assert not holds("任何文字", ("", " "))
    assert holds("Ａ 级", ("x", "a级"))


def test_a_run(index: Index, settings: Settings, tmp_path: Path) -> None:
    questions = load_squad(as_file(tmp_path / "tiny.json")).questions
    rows = run(AnswerChain(index, BigramEmbedder(), settings), questions)
    assert [row.asked for row in rows] == list(questions)
    assert all(row.ranks[OURS] == 1 for row in rows)
    assert all(row.unsupported == () for row in rows)
    answered = [row for row in rows if not row.refused]
    assert answered
    assert all(row.in_citation for row in answered)
    assert not any(row.in_answer or row.in_citation for row in rows if row.refused)


def row(ours: int | None, other: int | None = 1, **changes: Any) -> Row:
    fields: dict[str, Any] = {
        "asked": Asked("q", "问", "p0000", ("答",)),
        "ranks": {OURS: ours, **dict.fromkeys(("bigrams", "words", "dense", "rrf"), other)},
        "found": {},
        "answer": "答[1]",
        "refused": False,
        "in_answer": True,
        "in_citation": True,
        "unsupported": (),
    }
    return Row(**{**fields, **changes})


def test_measures_of_one_question() -> None:
    assert [row(1).value(OURS, m) for m in ("hit@1", "hit@5", "mrr@10")] == [1, 1, 1]
    assert [row(4).value(OURS, m) for m in ("hit@1", "hit@5", "mrr@10")] == [0, 1, 1 / 4]
    assert [row(6).value(OURS, m) for m in ("hit@1", "hit@5", "mrr@10")] == [0, 0, 1 / 6]
    assert [row(None).value(OURS, m) for m in ("hit@1", "hit@5", "mrr@10")] == [0, 0, 0]
    assert (rank_of("b", ("a", "b")), rank_of("c", ("a", "b"))) == (2, None)


def test_the_summary_and_its_files(tmp_path: Path) -> None:
    rows = [row(1), row(2), row(None, refused=True, in_answer=False), row(1, unsupported=("5",))]
    summary = summarise(rows)
    assert summary["search"][OURS]["hit@1"]["mean"] == 2 / 4
    assert summary["search"][OURS]["hit@5"]["mean"] == 3 / 4
    assert summary["search"][OURS]["mrr@10"]["mean"] == (1 + 1 / 2 + 0 + 1) / 4
    assert summary["search"]["dense"]["hit@1"]["mean"] == 1
    assert "p" not in summary["search"][OURS]["hit@1"]
    means = {name: value["mean"] for name, value in summary["answers"].items()}
    assert means == {"in_answer": 3 / 4, "in_citation": 1, "refused": 1 / 4, "unsupported": 1 / 4}
    about = {"set": "cmrc x", "documents": 9, "passages": 12, "empty": 0, "seed": 0, "machine": "m"}
    text = save(tmp_path / "out", rows, summary, about)
    assert text == markdown(summary, about) == (tmp_path / "out" / "bench.md").read_text("utf-8")
    assert "| **ours** | 0.500 [" in text
    kept = json.loads((tmp_path / "out" / "bench.json").read_text("utf-8"))
    assert (kept["questions"], len(kept["rows"]), kept["about"]) == (4, 4, about)


def test_intervals() -> None:
    assert interval([1.0] * 20) == (1, 1)
    low, high = interval([0.0, 1.0] * 200)
    # standard error 0.5 / 20 = 0.025, 1.96 of it on either side
    assert low == pytest.approx(0.5 - 0.049, abs=0.01)
    assert high == pytest.approx(0.5 + 0.049, abs=0.01)
    assert interval([0.0, 1.0] * 200) == (low, high)
    assert len(resampled_means(np.ones(3), 1201)) == 1201
    with pytest.raises(ValueError, match="no values"):
        interval([])


def test_paired_differences() -> None:
    assert paired_p([0, 1, 1], [0, 1, 1]) == 1
    assert paired_p([1.0] * 30, [0.0] * 30) == 0
    better = [1.0] * 90 + [0.0] * 10
    assert paired_p([1.0] * 100, better) < 0.01
    assert paired_p(better, [1.0] * 100) == paired_p([1.0] * 100, better)
    # one question of a hundred decides nothing: it is drawn no time with (1 - 1/100)^100 = 0.37
    assert paired_p([1.0] * 100, [1.0] * 99 + [0.0]) == pytest.approx(2 * 0.366, abs=0.05)
    with pytest.raises(ValueError, match="3 values against 2"):
        paired_p([1, 1, 1], [1, 1])


def test_the_command(
    tmp_path: Path, plan_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "models").symlink_to(plan_settings.home / "models")
    monkeypatch.setenv("PLANQA_HOME", str(tmp_path))
    monkeypatch.delenv("PLANQA_MODEL", raising=False)
    path = as_file(tmp_path / "tiny.json")
    assert main(["bench", "drcd", str(path), "--limit", "3", "--out", str(tmp_path / "out")]) == 0
    assert "3 questions, 4 paragraphs" in capsys.readouterr().out
    kept = json.loads((tmp_path / "out" / "bench.json").read_text("utf-8"))
    assert kept["search"][OURS]["hit@5"]["mean"] == 1
    assert kept["about"]["empty"] == 1


@pytest.mark.parametrize("limit", ["0", "-3", "x"])
def test_a_limit_is_a_positive_number(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["bench", "cmrc", "x.json", "--limit", limit])
    assert "--limit" in capsys.readouterr().err
