"""Runs: what a directory holds, what becomes of an interrupted one, and when going on is refused."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import BigramEmbedder

from eval.__main__ import main
from eval.dataset import Item, load
from eval.errors import RunError
from eval.run import ANSWERS, go_on, score_all
from eval.run_folder import (
    QUESTIONS,
    RUN,
    SCORES,
    begin,
    describe,
    differences,
    finish,
    open_run,
    told_apart,
    unfinished,
)  # fmt: skip
from index.settings import Settings
from index.store import open_index
from rag.chain import AnswerChain

ROOT = Path(__file__).parents[1]
RECORDS: list[dict[str, Any]] = [
    {"id": f"t{n}", "question": question, "kind": kind, "style": "exact", "persona": "citizen", "history": [],
     "answer": answer, "must": [answer] if answer else [],
     "evidence": [{"doc": doc, "quote": quote}] if answer else []}
    for n, (question, kind, answer, doc, quote) in enumerate([
        ("青山区建成多少个口袋公园?", "number", "36个", "qingshan.txt", "建成口袋公园36个"),
        ("白河区建成多少个口袋公园?", "number", "58个", "baihe.txt", "建成口袋公园58个"),
        ("白河区修复湿地面积多少亩?", "number", "3200亩", "baihe.txt", "修复湿地面积3200亩"),
        ("红旗区新增多少张护理型床位?", "number", "650张", "hongqi.md", "新增护理型床位650张"),
        ("青山区有几座机场?", "unanswerable", "", "", ""),
        ("青山区新建多少公里污水管网?", "number", "48公里", "qingshan.txt", "新建污水管网48公里"),
    ])
]  # fmt: skip


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("questions") / "tiny.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in RECORDS), "utf-8")
    return path


@pytest.fixture(scope="module")
def items(questions: Path) -> list[Item]:
    return load(questions)


@pytest.fixture(scope="module")
def chain(tiny_index: Path) -> AnswerChain:
    return AnswerChain(open_index(tiny_index), BigramEmbedder())


@pytest.fixture
def about(chain: AnswerChain, items: list[Item], questions: Path) -> dict[str, Any]:
    return describe("甲", items, [questions], chain.index, Settings())


class Stops:
    """A chain that is interrupted at the `at`-th question."""

    def __init__(self, chain: AnswerChain, at: int) -> None:
        self.chain, self.left = chain, at

    def invoke(self, asked: Any) -> Any:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        return self.chain.invoke(asked)


def timeless(folder: Path) -> list[dict[str, Any]]:
    """Answers and rows without times."""
    run = open_run(folder)
    answers = [{**a, "timing_ms": None} for a in run.answers]
    return answers + [{**r, "ms": None, "stages": None} for r in run.rows]


def whole(folder: Path, chain: AnswerChain, items: list[Item], about: dict[str, Any]) -> Path:
    begin(folder, about, items)
    finish(folder, score_all(chain, items, go_on(chain, items, folder)))
    return folder


def test_a_run_holds_what_it_was_made_of(
    tmp_path: Path, chain: AnswerChain, items: list[Item], about: dict[str, Any], questions: Path
) -> None:
    folder = whole(tmp_path / "run", chain, items, about)
    assert {p.name for p in folder.iterdir()} == {RUN, QUESTIONS, ANSWERS, SCORES}
    run = open_run(folder)
    assert run.about == about
    assert list(run.items) == items
    assert [a["id"] for a in run.answers] == [i.id for i in items]
    assert run.summary["questions"] == len(items)
    assert run.summary["correct"] is not None
    assert run.intervals["correct"][0] <= run.summary["correct"] <= run.intervals["correct"][1]
    assert about["question_files"].keys() == {questions.name}
    assert about["index_version"] == chain.index.version
    assert about["decides"]["settings"]["read_windows"] == Settings().read_windows
    assert {"python", "torch", "faiss-cpu"} <= about["decides"]["versions"].keys()


@pytest.mark.parametrize("stop", [0, 1, 4])
@pytest.mark.parametrize("half", [b"", b'{"id": "t', b'{"id": "t9", "question": "', b"\x00\x00\n"])
def test_an_interrupted_run_ends_as_if_it_had_not_been(
    tmp_path: Path, chain: AnswerChain, items: list[Item], about: dict[str, Any], stop: int, half: bytes
) -> None:
    other = whole(tmp_path / "whole", chain, items, about)
    folder = tmp_path / "cut"
    begin(folder, about, items)
    with pytest.raises(KeyboardInterrupt):
        go_on(Stops(chain, stop), items, folder)  # type: ignore[arg-type]
    assert unfinished(folder, about)
    with (folder / ANSWERS).open("ab") as file:
        file.write(half)
    with pytest.raises(RunError, match="没有做完"):
        open_run(folder)
    answering = Stops(chain, len(items) - stop)  # no question is asked twice
    finish(folder, score_all(chain, items, go_on(answering, items, folder)))  # type: ignore[arg-type]
    assert timeless(folder) == timeless(other)
    assert not unfinished(folder, about)


def test_the_description_stays_that_of_the_beginning(tmp_path: Path, items: list[Item], about: dict[str, Any]) -> None:
    assert begin(tmp_path, about, items) == about
    later = {**about, "started": "2030-01-01", "today": "2030-01-01"}
    assert begin(tmp_path, later, items) == about
    assert begin(tmp_path, later, items, fresh=True) == later


def test_another_run_is_not_gone_on_with(
    tmp_path: Path, chain: AnswerChain, items: list[Item], about: dict[str, Any], questions: Path
) -> None:
    whole(tmp_path, chain, items, about)
    kept = (tmp_path / ANSWERS).read_bytes()
    fewer = describe("甲", items[:2], [questions], chain.index, Settings())
    read = describe("甲", items, [questions], chain.index, Settings(read_windows=9))
    moved = {**about, "decides": {**about["decides"], "index": {"content": "0"}}}
    for other, message in ((fewer, "问题集"), (read, "设置 read_windows(4 → 9)"), (moved, "索引 content")):
        with pytest.raises(RunError) as caught:
            begin(tmp_path, other, items)
        assert message in str(caught.value)
        assert "--fresh" in str(caught.value)
        assert not unfinished(tmp_path, other)
    assert (tmp_path / ANSWERS).read_bytes() == kept
    assert told_apart(differences(about, read)) == "设置 read_windows(4 → 9)"
    assert differences(about, {**about, "started": "", "machine": "", "index_version": ""}) == {}
    begin(tmp_path, read, items, fresh=True)
    assert not (tmp_path / ANSWERS).exists()


def test_answers_of_other_questions_are_not_gone_on_with(
    tmp_path: Path, chain: AnswerChain, items: list[Item], about: dict[str, Any]
) -> None:
    begin(tmp_path, about, items)
    for lines, number in ((b'{"id": "t1"}\n', 1), (b'{"id": "t0"}\nnonsense\n{"id": "t2"}\n', 2)):
        (tmp_path / ANSWERS).write_bytes(lines)
        with pytest.raises(RunError, match=f"第 {number} 行不是问题集中"):
            go_on(chain, items, tmp_path)
        assert (tmp_path / ANSWERS).read_bytes() == lines


def test_one_process_at_a_time(tmp_path: Path, chain: AnswerChain, items: list[Item], about: dict[str, Any]) -> None:
    begin(tmp_path, about, items)

    class Nested(Stops):
        def invoke(self, asked: Any) -> Any:
            go_on(chain, items, tmp_path)

    with pytest.raises(RunError, match="另一个进程正在写"):
        go_on(Nested(chain, 0), items, tmp_path)  # type: ignore[arg-type]


def test_what_is_no_run(tmp_path: Path, items: list[Item], about: dict[str, Any], chain: AnswerChain) -> None:
    with pytest.raises(RunError, match="不是评测结果目录"):
        open_run(tmp_path / "gone")
    (tmp_path / SCORES).write_text("{}", "utf-8")
    with pytest.raises(RunError, match=r"没有完好的 run\.json"):
        begin(tmp_path, about, items)
    folder = whole(tmp_path / "run", chain, items, about)
    (folder / ANSWERS).write_text("", "utf-8")
    with pytest.raises(RunError, match="不完整"):
        open_run(folder)


@pytest.fixture
def home(tmp_path: Path, plan_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory of its own, with the unpacked model."""
    (tmp_path / "models").symlink_to(plan_settings.home / "models")
    monkeypatch.setenv("PLANQA_HOME", str(tmp_path))
    monkeypatch.delenv("PLANQA_MODEL", raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve of the committed questions."""
    path = tmp_path_factory.mktemp("few") / "few.jsonl"
    lines = (ROOT / "eval" / "questions" / "measure.jsonl").read_text("utf-8").splitlines()
    path.write_text("\n".join(lines[::30][:12]) + "\n", "utf-8")
    return path


def test_the_command_killed_and_run_again(
    home: Path, few: Path, plan_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", "--questions", str(few), "--index", str(plan_index)]
    process = subprocess.Popen(
        [sys.executable, "-m", "eval", *arguments, "--name", "cut"], cwd=ROOT, env=os.environ, stderr=subprocess.DEVNULL
    )
    answers = home / "runs" / "cut" / ANSWERS
    started = time.monotonic()
    while not (answers.is_file() and answers.read_bytes().count(b"\n") >= 2) and time.monotonic() - started < 300:
        assert process.poll() in (None, 0)
        if process.poll() == 0:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert main([*arguments, "--name", "cut"]) == 0
    assert main([*arguments, "--out", str(home / "whole")]) == 0
    assert timeless(home / "runs" / "cut") == timeless(home / "whole")
    assert "结果已存入" in capsys.readouterr().out
    assert main(["compare", "cut", str(home / "whole")]) == 0
    told = capsys.readouterr().out
    assert "完全相同" in told
    assert "变好:0 题" in told
    assert "变差:0 题" in told
    assert main(["report", "cut", "--against", str(home / "whole")]) == 0
    assert (home / "runs" / "cut" / "report.html").is_file()
    assert main([*arguments, "--name", "cut", "--questions", str(few), str(few)]) == 1
    assert "id 重复" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "没有", "也没有"], "不是评测结果目录"),
        (["report", "./没有"], "没有评测结果目录"),
        (["run", "--name", "../x"], "不能用作目录名"),
        (["baseline", "--choose"], "须与 --update 一起用"),
    ],
)
def test_what_cannot_be_done_is_told(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(arguments) == 1
    assert message in capsys.readouterr().err
