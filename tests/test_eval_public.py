"""RGB and DRAGONBall by files of their form with invented content: what is read, drawn, counted, and refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import BigramEmbedder

from eval import dragonball, rgb
from eval.__main__ import main
from eval.bench import prepare
from eval.bench_commands import drawn
from eval.dragonball import Query, load_dragonball
from eval.errors import DatasetError
from eval.public_report import dragonball_markdown, dragonball_summary, rgb_markdown, rgb_summary, share
from eval.rgb import Instance, holds_all, load_rgb, passages_at, shelf
from index.settings import Settings
from rag.chain import AnswerChain

REFINE: dict[str, Any] = {
    "id": 0,
    "query": "青石桥全长多少米?",
    "answer": [["128米", "128 米"]],
    "positive": [f"青石桥位于南镇第{n}街,全长128米,桥面宽6米。" for n in range(6)],
    "negative": [f"红枫塔位于北镇第{n}街,塔高{40 + n}米,共七层。" for n in range(6)],
}
PARTS: dict[str, Any] = {
    "id": 1,
    "query": "青石桥和红枫塔分别建成于哪年?",
    "answer": ["1903年", ["1912年", "民国元年"]],
    "positive": [["青石桥建成于1903年。", "1903年,青石桥通车。"], ["红枫塔建成于1912年。", "1912年红枫塔完工。"]],
    "negative": ["南镇有三条河。", "北镇有两座山。", "东镇种茶。", "西镇养蚕。", "中镇酿酒。"],
}


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return path


@pytest.fixture
def refine(tmp_path: Path) -> Instance:
    return load_rgb(write(tmp_path / "zh_refine.json", REFINE))[0]


@pytest.fixture
def integrated(tmp_path: Path) -> Instance:
    return load_rgb(write(tmp_path / "zh_int.json", PARTS))[0]


def test_records_are_read(refine: Instance, integrated: Instance) -> None:
    assert refine.answer == (("128米", "128 米"),)
    assert refine.parts == (tuple(REFINE["positive"]),)
    assert integrated.answer == (("1903年",), ("1912年", "民国元年"))
    assert integrated.parts == tuple(map(tuple, PARTS["positive"]))


@pytest.mark.parametrize(("rate", "noise"), [(0.0, 0), (0.2, 1), (0.4, 2), (0.6, 3), (0.8, 4), (1.0, 5)])
def test_five_passages_of_which_so_many_are_noise(refine: Instance, rate: float, noise: int) -> None:
    found = passages_at(refine, rate)
    assert sum(p in refine.negative for p in found) == noise
    assert sum(p in refine.parts[0] for p in found) == 5 - noise
    assert found == passages_at(refine, rate)
    assert set(found) <= {*refine.parts[0][: 5 - noise], *refine.negative[:noise]}  # the first ones, in another order


def test_the_order_is_that_of_the_set(refine: Instance) -> None:
    # random.seed(2333); x = list(range(5)); random.shuffle(x) gives this order
    places = [REFINE["positive"].index(p) for p in passages_at(refine, 0.0)]
    import random

    random.seed(2333)
    expected = list(range(5))
    random.shuffle(expected)
    assert places == expected


@pytest.mark.parametrize(("rate", "right"), [(0.0, 4), (0.2, 4), (0.4, 3), (0.6, 2), (0.8, 2), (1.0, 0)])
def test_every_part_keeps_a_passage(integrated: Instance, rate: float, right: int) -> None:
    found = passages_at(integrated, rate)
    assert len(found) == 5
    assert sum(p not in integrated.negative for p in found) == right
    if rate < 1:
        assert all(any(p in part for p in found) for part in integrated.parts)


def test_where_one_sort_is_short_the_other_fills_up(refine: Instance) -> None:
    few = Instance("x", "?", refine.answer, (refine.parts[0][:1],), refine.negative[:2])
    assert [len(passages_at(few, rate)) for rate in (0.0, 0.4, 0.8, 1.0)] == [3, 3, 3, 2]
    assert sum(p in few.negative for p in passages_at(few, 0.8)) == 2
    assert passages_at(Instance("x", "?", (), (), ()), 0.4) == []


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("1903年和1912年[1][2]", True),
        ("1903 年,民国 元年", True),
        ("1903年", False),
        ("长" * 190 + "1903年1912年", True),
        ("长" * 191 + "1903年1912年", False),
        ("长" * 190 + "[1][2]1903年1912年", True),
    ],
)
def test_every_item_in_the_first_200_characters(answer: str, right: bool) -> None:
    assert holds_all(answer, (("1903年",), ("1912年", "民国元年"))) is right
    assert holds_all("gdp 第一", (("GDP",),))


class Counting(BigramEmbedder):
    """Counts the texts that it embeds."""

    texts = 0

    def passages(self, texts: Any, spans: Any, progress: Any) -> Any:
        self.texts += len(texts)
        return super().passages(texts, spans, progress)


def test_every_rate_is_answered_and_a_passage_is_embedded_once(refine: Instance, integrated: Instance) -> None:
    embedder = Counting()
    rows = rgb.run([refine, integrated], embedder, Settings())
    assert [(r.id, r.rate) for r in rows] == [(name, rate) for name in ("0", "1") for rate in rgb.RATES]
    assert embedder.texts == 5 + 5 + 4 + 5  # what any rate needs of each question
    for row in rows:
        if row.rate == 1:
            assert row.right == row.refused
        elif row.right:
            assert not row.refused
    assert rows[0].right
    assert all(row.unsupported == () for row in rows)


def test_the_answer_is_made_of_the_five_passages_alone(refine: Instance) -> None:
    index = shelf(passages_at(refine, 0.4), BigramEmbedder(), Settings(), {})
    assert index is not None
    assert sorted(d.text for d in index.documents) == sorted(passages_at(refine, 0.4))
    assert shelf(["", " \n"], BigramEmbedder(), Settings(), {}) is None
    empty = Instance("x", "什么?", (("a",),), (("",),), ())
    assert [(r.refused, r.right) for r in rgb.run([empty], BigramEmbedder(), Settings())] == [(True, False)] * 5 + [
        (True, True)
    ]


def test_the_table_of_rgb(refine: Instance) -> None:
    rows = [rgb.Row("a", "?", rate, "x", rate == 1, rate < 0.5, ("7",) if rate else ()) for rate in rgb.RATES] * 2
    summary = rgb_summary(rows)
    assert [summary[f"{rate:.1f}"]["right"]["mean"] for rate in rgb.RATES] == [1, 1, 1, 0, 0, 0]
    assert summary["1.0"]["refused"]["mean"] == 1
    assert [own["unsupported"] for own in summary.values()] == [0, 2, 2, 2, 2, 2]
    text = rgb_markdown(summary, {"set": "zh_refine", "machine": "m"})
    assert "| 0.2 | 2 | 1.000 [1.000, 1.000] | 0.000 [0.000, 0.000] | 2 |" in text


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"id": 1, "query": "?"}', json.dumps({**REFINE, "negative": None})]
)
def test_what_is_no_rgb(tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "zh_refine.json"
    path.write_text(content, "utf-8")
    with pytest.raises(DatasetError, match="RGB"):
        load_rgb(path)
    assert main(["bench", "rgb", str(path)]) == 1
    assert main(["bench", "rgb", str(tmp_path / "gone.json")]) == 1
    assert "无法读取评测集" in capsys.readouterr().err


FACTS = "南镇青石桥全长128米。桥面宽6米,由花岗岩砌成。"
DOCUMENTS: list[dict[str, Any]] = [
    {"doc_id": 40, "language": "zh", "domain": "Law", "content": f"青石桥志\n{FACTS}\n每年三月检修一次。"},
    {"doc_id": 41, "language": "zh", "domain": "Law", "content": "红枫塔志\n北镇红枫塔高45米。塔共七层,用杉木建造。"},
    {"doc_id": 1, "language": "en", "domain": "Law", "content": "A bridge."},
]
QUERIES: list[dict[str, Any]] = [
    {"query": {"query_id": n, "query_type": kind, "content": question},
     "ground_truth": {"doc_ids": [40], "content": "", "references": references, "keypoints": []}}
    for n, (kind, question, references) in enumerate([
        ("事实性问题", "青石桥全长多少米?", [FACTS]),
        ("事实性问题", "红枫塔高多少米?", ["北镇红枫塔高45米。", "文中没有的句子。"]),
        ("无解问题", "机场哪年通航?", []),
    ])
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "dragonball_docs.jsonl", *DOCUMENTS)
    write(tmp_path / "queries_zh.jsonl", *QUERIES)
    return tmp_path


def test_documents_and_questions_are_read(folder: Path) -> None:
    collection, queries = load_dragonball(folder)
    assert collection.texts == {"d40": DOCUMENTS[0]["content"], "d41": DOCUMENTS[1]["content"]}
    assert queries[0] == Query("0", "事实性问题", "青石桥全长多少米?", (FACTS,))
    assert queries[2].references == ()


def test_a_reference_is_found_sentence_by_sentence_to_the_letter() -> None:
    first, second = "南镇青石桥全长128米。", "桥面宽6米,由花岗岩砌成。"
    assert dragonball.found(FACTS, [f"前{first}", f"{second}后"])
    assert not dragonball.found(FACTS, [first])
    assert not dragonball.found(FACTS, [first, second.replace(",", ",")[:-2]])
    assert not dragonball.found("一句。", [])


def test_a_run_over_the_documents(folder: Path, tmp_path: Path) -> None:
    collection, queries = load_dragonball(folder)
    settings = Settings(home=tmp_path / "home", passage_chars=dragonball.LONGEST_PASSAGE_CHARS)
    index = prepare(collection, "dragonball", BigramEmbedder(), settings)
    assert max(len(p.text) for p in index.passages) <= 256
    rows = dragonball.run(AnswerChain(index, BigramEmbedder(), settings), queries)
    assert [row.found for row in rows] == [(True,), (True, False), ()]
    assert [row.recall for row in rows] == [1, 1 / 2, None]
    summary = dragonball_summary(rows)
    assert summary["recall"]["mean"] == (1 + 1 / 2) / 2
    assert summary["recall"]["questions"] == 2
    assert summary["refused_when_absent"]["mean"] == float(rows[2].refused)
    assert summary["by_kind"]["无解问题"]["recall"] == {}
    about = {"set": "zh", "documents": 2, "passages": 9, "machine": "m"}
    assert "| 全部 | 0.750 [" in dragonball_markdown(summary, about)


def test_a_long_passage_does_not_win_by_itself(folder: Path, tmp_path: Path) -> None:
    class Long:
        def invoke(self, _: str) -> Any:
            return self

        def as_record(self) -> dict[str, Any]:
            hits = [{"text": text} for text in ("长" * 250 + FACTS, *["别的"] * 4, FACTS)]
            return {"answer": "", "refused": False, "retrieved": hits}

    rows = dragonball.run(Long(), load_dragonball(folder)[1][:1])  # type: ignore[arg-type]
    assert rows[0].found == (False,)  # beyond the 256th character, and in the sixth passage


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("dragonball_docs.jsonl", "", "没有中文文档"),
        ("dragonball_docs.jsonl", "{", "不是每行一个 JSON"),
        ("queries_zh.jsonl", '{"query": {}}', "DRAGONBall 的记录格式"),
        ("queries_zh.jsonl", None, "无法读取评测集"),
    ],
)
def test_what_is_no_dragonball(
    folder: Path, name: str, content: str | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content, "utf-8")
    assert main(["bench", "dragonball", str(folder)]) == 1
    assert message in capsys.readouterr().err


def test_the_commands(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PLANQA_HOME", str(folder / "home"))
    monkeypatch.setenv("PLANQA_READER", "false")
    monkeypatch.setattr("index.e5_embed.embedder_for", lambda _: BigramEmbedder())
    path = write(folder / "zh_int.json", PARTS)
    for arguments in (["rgb", str(path)], ["dragonball", str(folder), "--limit", "2"]):
        assert main(["bench", *arguments, "--out", str(folder / arguments[0])]) == 0
        assert "结果已存入" in capsys.readouterr().out
        kept = json.loads((folder / arguments[0] / "bench.json").read_text("utf-8"))
        assert set(kept) == {"about", "summary", "rows"}
    assert len(kept["rows"]) == 2
    assert (folder / "rgb" / "bench.md").read_text("utf-8").startswith("## RGB zh_int")


def test_shares_and_draws() -> None:
    assert share([]) == {}
    assert share([1.0, 0.0, 1.0, 0.0])["mean"] == 2 / 4
    assert drawn([1, 2, 3], None, 0) == drawn([1, 2, 3], 5, 0) == [1, 2, 3]
    assert drawn(range(100), 7, 1) == sorted(drawn(range(100), 7, 1))
    assert len(set(drawn(range(100), 7, 1))) == 7
