"""Peers: a scripted one through the whole exchange, what it is kept for and when it is run anew, and the measures."""

import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.dataset import Item
from eval.errors import RunError
from eval.peers import run as peers
from eval.peers.exchange import Passage, Pipeline, Source, measure
from eval.peers.run import Peer
from eval.peers.table import markdown, place
from eval.peers.table import measure as score
from index.load import load_folder
from index.types import Document

HERE = Path(peers.__file__).parent
# Finds by counting shared characters; passages are the lines of the documents, without white space around.
SCRIPT = """
import json, sys
from eval.peers.exchange import Passage, Pipeline, main

class Lines:
    def load(self, model):
        assert model
    def index(self, sources):
        lines = [(s.file, line.strip()) for s in sources for line in s.text.splitlines()]
        self.all = [Passage(file, None, line) for file, line in lines if line]
        return self.all
    def search(self, question, top):
        return sorted(self.all, key=lambda p: -sum(c in p.text for c in set(question)))[:top]

lines = Lines()
main(Pipeline(("pytest",), "lines", lines.load, lines.index, lines.search))
"""


@pytest.fixture
def documents(tiny_seeds: Path) -> list[Document]:
    return load_folder(tiny_seeds)


def asked(number: int, question: str, quote: str, doc: str) -> Item:
    return Item(f"t{number}", question, "number", "exact", "citizen", quote, ((quote,),), ((doc, quote),))


ITEMS = [
    asked(0, "白河区修复湿地面积多少亩?", "修复湿地面积3200亩", "baihe.txt"),
    asked(1, "红旗区新建社区养老服务中心几处?", "新建社区养老服务中心9处", "hongqi.md"),
]


@pytest.fixture
def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Peer:
    script = tmp_path / "scripted.py"
    script.write_text(SCRIPT, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(peers.ROOT))
    return Peer("scripted", "Scripted", (sys.executable, str(script)), (), (script,))


def test_a_peer_in_its_own_process_and_its_result_kept(
    tmp_path: Path, tiny_seeds: Path, documents: list[Document], scripted: Peer, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "peers"
    given = peers.task(documents, tiny_seeds, ITEMS, tmp_path)
    results = peers.run(given, [scripted], folder)
    result = results["scripted"]
    assert [a["id"] for a in result["answers"]] == ["t0", "t1"]
    assert result["peak_mb"] > 1
    assert result["versions"].keys() == {"pytest"}
    by_file = {d.info.file: d for d in documents}
    measured = score("Scripted", result, ITEMS, by_file)
    assert measured.any_of[1] == [1.0, 1.0]
    assert (measured.all_of, measured.uncut, measured.lost) == ([1.0, 1.0], [1.0, 1.0], 0)
    assert "已有结果" not in capsys.readouterr().out
    kept = (folder / "scripted.json").read_bytes()
    assert peers.run(given, [scripted], folder) == results
    assert "已有结果" in capsys.readouterr().out
    assert (folder / "scripted.json").read_bytes() == kept
    peers.run(peers.task(documents, tiny_seeds, ITEMS[:1], tmp_path), [scripted], folder)
    assert "已有结果" not in capsys.readouterr().out
    scripted.decides[0].write_text(SCRIPT + "# changed\n", "utf-8")
    peers.run(peers.task(documents, tiny_seeds, ITEMS[:1], tmp_path), [scripted], folder)
    assert "已有结果" not in capsys.readouterr().out


def test_a_peer_that_fails_is_told_with_its_last_words(
    tmp_path: Path, tiny_seeds: Path, documents: list[Document], scripted: Peer
) -> None:
    scripted.decides[0].write_text("raise SystemExit('no such package')", "utf-8")
    with pytest.raises(RunError, match=r"(?s)scripted 没有得出结果.*no such package"):
        peers.run(peers.task(documents, tiny_seeds, ITEMS, tmp_path), [scripted], tmp_path / "peers")
    assert not (tmp_path / "peers" / "scripted.json").exists()


def test_what_is_measured_of_a_pipeline(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一二三", "utf-8")
    searched: list[str] = []

    def search(question: str, top: int) -> list[Passage]:
        searched.append(question)
        return [Passage("a.txt", 0, "一二")][:top]

    def index(sources: Any) -> list[Passage]:
        assert list(sources) == [Source("a.txt", "一二三")]
        return [Passage("a.txt", 0, "一二"), Passage("a.txt", 2, "三"), Passage("a.txt", 1, "二三")]

    task = {
        "model": "m", "top": 10, "documents": [{"file": "a.txt", "path": str(tmp_path / "a.txt")}],
        "questions": [{"id": "q", "question": "二?"}],
    }  # fmt: skip
    found = measure(Pipeline((), "", lambda model: None, index, search), task)
    assert (found["chunks"], found["chunk_chars"]) == (3, 2)
    assert searched[1:] == ["二?"]  # the first one warms
    assert found["answers"][0]["passages"] == [{"file": "a.txt", "start": 0, "text": "一二"}]


def text_of(name: str, documents: list[Document]) -> str:
    return next(d.text for d in documents if d.info.file == name)


def test_where_a_passage_stands(documents: list[Document]) -> None:
    by_file = {d.info.file: d for d in documents}
    text = text_of("baihe.txt", documents)
    start = text.index("二、重点任务")
    assert place({"file": "baihe.txt", "start": start, "text": "二、重点任务"}, by_file) == ("baihe", start, start + 6)
    assert place({"file": "baihe.txt", "start": 1, "text": "二、重点任务"}, by_file) == ("baihe", start, start + 6)
    joined = {
        "file": "baihe.txt",
        "start": None,
        "text": "二、重点任务 （一）修复湿地。",
    }  # a line's end told as a space
    assert place(joined, by_file) == ("baihe", start, text.index("修复湿地。") + 5)
    assert place({"file": "baihe.txt", "start": None, "text": "没有的话"}, by_file) is None
    assert place({"file": "other.txt", "start": 0, "text": "二"}, by_file) is None


def test_a_pasted_document_is_no_find(documents: list[Document]) -> None:
    document = Document(documents[0].info, "前" * 900 + "建成口袋公园36个")
    by_file = {document.info.file: document}
    item = asked(0, "多少?", "建成口袋公园36个", document.info.file)
    whole = {"file": document.info.file, "start": 0, "text": document.text}
    result = {"answers": [{"id": "t0", "ms": 1.0, "passages": [whole]}]}
    measured = score("", result, [item], by_file)
    assert (measured.any_of[5], measured.uncut) == ([0.0], [1.0])


def test_the_table(documents: list[Document]) -> None:
    passages = [
        {"file": "baihe.txt", "start": 0, "text": text_of("baihe.txt", documents)},
        {"file": "baihe.txt", "start": 0, "text": "没有的话"},
    ]
    result = {
        "answers": [{"id": "t0", "ms": 3.0, "passages": passages}, {"id": "t1", "ms": 5.0, "passages": passages}],
        "chunks": 7, "chunk_chars": 42.0, "index_s": 1.25, "peak_mb": 1234.0, "settings": "as it comes",
        "versions": {"lib": "1.2"},
    }  # fmt: skip
    measured = score("Peer", result, ITEMS, {d.info.file: d for d in documents})
    assert measured.any_of == {1: [1.0, 0.0], 3: [1.0, 0.0], 5: [1.0, 0.0]}
    about = {"documents": 3, "chars": 1000, "sets": ["measure"], "left_out": 2, "model": "m", "machine": "a machine"}
    told = markdown([measured], about)
    assert "n = 2 answerable" in told
    assert "| Peer | 7 (42) | 0.500 [" in told
    assert "| 1.2 | 4 / 3 | 1,234 |" in told
    assert "as it comes; lib 1.2; 2 passages could not be placed" in told


def test_a_peer_shares_nothing_with_the_project() -> None:
    scripts = [HERE / "exchange.py", *sorted(HERE.glob("with_*.py"))]
    assert len(scripts) == 4
    for script in scripts:
        for node in ast.walk(ast.parse(script.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            ours = {n for n in names if n.split(".")[0] in ("index", "rag", "ui", "eval", "tests")}
            assert ours <= {"eval.peers.exchange"}, script.name
    packages = json.dumps(list((HERE / "requirements.txt").read_text("utf-8").splitlines()))
    for name in ("langchain-core", "llama-index-core", "haystack-ai", "torch==2.13.0"):
        assert name in packages
