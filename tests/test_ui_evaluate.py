"""The evaluators' part without a browser: the one running job, what the filters let through, what is shown as text."""

import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import BigramEmbedder

from eval.compare_runs import compare
from eval.errors import DatasetError, RunError
from eval.run_folder import Run, open_run
from eval.session import prepare, questions, runs_in, sets_in
from index.settings import Settings
from rag.ask import Ask
from rag.explain import explain
from rag.live import LiveChain
from ui import evaluate_view as view
from ui.evaluate_job import DONE, FAILED, RUNNING, STOPPED, Job, State

HOSTILE = "<script>window.injected = 1</script>"
WAIT_S = 60.0
RECORDS = [
    ("a", "number", "青山区建成多少个口袋公园?", "36个", "qingshan.txt", "建成口袋公园36个"),
    ("b", "number", "白河区修复湿地面积多少亩?", "不是这个数", "baihe.txt", "修复湿地面积3200亩"),
    ("c", "unanswerable", f"青山区有几座机场{HOSTILE}?", "", "", ""),
]


@pytest.fixture(scope="module")
def live(tiny_index: Path) -> LiveChain:
    return LiveChain(tiny_index, Settings(), BigramEmbedder())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "questions").mkdir()
    lines = [
        json.dumps(
            {"id": name, "question": question, "kind": kind, "style": "exact", "persona": "citizen", "answer": answer,
             "must": [answer] if answer else [], "evidence": [{"doc": doc, "quote": quote}] if doc else []},
            ensure_ascii=False,
        )
        for name, kind, question, answer, doc, quote in RECORDS
    ]  # fmt: skip
    (tmp_path / "questions" / "tiny.jsonl").write_text("\n".join(lines), "utf-8")
    return tmp_path


@pytest.fixture
def run(home: Path, live: LiveChain) -> Run:
    path = home / "questions" / "tiny.jsonl"
    session = prepare(live.get(), questions([path]), [path], home / "runs" / "甲", "甲")
    assert list(session.answering()) == [0, 1, 2, 3]
    session.finish()
    return open_run(home / "runs" / "甲")


def ended(job: Job) -> State:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        state = job.state
        if state is not None and not state.active:
            return state
        time.sleep(0.01)
    raise AssertionError("the job goes on")


def test_what_there_is_to_choose_from(home: Path, run: Run) -> None:
    assert {"measure", "fit", "tiny(自备)"} <= sets_in(home).keys()
    (home / "runs" / "别的").mkdir()
    assert [(r.name, r.questions, r.finished) for r in runs_in(home)] == [("甲", "tiny", True)]


def test_a_job_runs_to_its_end_and_is_one_at_a_time(
    home: Path, live: LiveChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, job = home / "questions" / "tiny.jsonl", Job(live)
    assert job.state is None
    entered, go = threading.Event(), threading.Event()
    chain = live.get()
    invoke = type(chain).invoke

    def held(self: object, *given: object, **named: object) -> object:
        entered.set()
        assert go.wait(WAIT_S)
        return invoke(self, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(type(chain), "invoke", held)
    assert job.start(path, home / "runs" / "甲") == State("甲", 0, 3, RUNNING)
    with pytest.raises(RunError, match="“甲”正在运行"):
        job.start(path, home / "runs" / "乙")
    assert entered.wait(WAIT_S)
    job.stop()
    go.set()
    state = ended(job)
    assert (state.phase, state.done) == (STOPPED, 1)
    assert not (home / "runs" / "甲" / "scores.json").exists()
    job.start(path, home / "runs" / "甲")
    assert ended(job) == State("甲", 3, 3, DONE)
    assert open_run(home / "runs" / "甲").summary["questions"] == 3
    with pytest.raises(RunError, match="不能接着做"):
        job.start(path, home / "runs" / "甲", limit=2)
    assert job.start(path, home / "runs" / "甲", limit=2, fresh=True).total == 2
    assert ended(job).phase == DONE


def test_a_job_that_fails_says_so_and_keeps_what_it_has(
    home: Path, live: LiveChain, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    chain = live.get()
    invoke, asked = type(chain).invoke, []

    def breaks(self: object, *given: object, **named: object) -> object:
        asked.append(given)
        if len(asked) == 2:
            raise RuntimeError("secret detail")
        return invoke(self, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(type(chain), "invoke", breaks)
    job = Job(live)
    job.start(home / "questions" / "tiny.jsonl", home / "runs" / "甲")
    state = ended(job)
    assert (state.phase, state.done) == (FAILED, 1)
    assert "secret" not in state.message
    assert "secret detail" in caplog.text
    job.start(home / "questions" / "tiny.jsonl", home / "runs" / "甲")
    assert ended(job).phase == DONE
    assert len(asked) == 4


def test_a_set_of_other_documents_is_refused_before_it_runs(home: Path, live: LiveChain) -> None:
    job = Job(live)
    with pytest.raises(DatasetError, match="索引中没有"):
        job.start(sets_in(home)["measure"], home / "runs" / "甲")
    assert job.state is None


def test_the_filters(run: Run) -> None:
    assert view.chosen_ids(run, "答错", view.ALL, "") == [r["id"] for r in run.rows if not r["correct"]]
    assert "b" in view.chosen_ids(run, "答错", view.ALL, "")
    assert view.chosen_ids(run, "全部", view.ALL, None) == ["a", "b", "c"]
    assert view.chosen_ids(run, "全部", "unanswerable", "") == ["c"]
    assert view.chosen_ids(run, "全部", view.ALL, " 口袋公园 ") == ["a"]
    rows = tuple({**row, "refused": True, "any@5": False, "unsupported_figures": ["7"]} for row in run.rows)
    changed = replace(run, rows=rows)
    assert view.chosen_ids(changed, "误拒", view.ALL, "") == ["a", "b"]
    assert view.chosen_ids(changed, "该拒未拒", view.ALL, "") == []
    assert view.chosen_ids(changed, "依据没找到", view.ALL, "") == ["a", "b", "c"]
    assert view.chosen_ids(changed, "数字无出处", view.ALL, "") == ["a", "b", "c"]
    assert view.chosen_ids(changed, "找到却没引", view.ALL, "") == []


def test_what_is_shown_is_text(run: Run, live: LiveChain) -> None:
    bad = replace(
        run,
        answers=tuple({**a, "answer": HOSTILE, "citations": [{**c, "quote": HOSTILE} for c in a["citations"]]}
                      for a in run.answers),
        about={**run.about, "name": HOSTILE, "machine": HOSTILE, "question_files": {HOSTILE: ""}},
        rows=tuple({**r, "unsupported_figures": [HOSTILE]} for r in run.rows),
    )  # fmt: skip
    titles = {"qingshan": HOSTILE, "qingshan.txt": HOSTILE}
    shown = [
        view.overview_html(bad, run),
        view.list_html(bad, ["a", "b", "c"], "b"),
        *(view.question_html(bad, name, titles) for name in "abc"),
        view.comparison_html(compare(run, bad)),
        view.explanation_html(explain(live.get(), Ask(RECORDS[2][2])), HOSTILE, titles),
        view.progress_html(State(HOSTILE, 1, 3, FAILED, HOSTILE)),
    ]
    assert not [html for html in shown if "<script" in html]
    assert all("script" in html for html in shown)
    assert 'aria-current="true"' in shown[1]


def test_progress_in_words() -> None:
    assert view.progress_html(None) == ""
    running = view.progress_html(State("甲", 1, 4, RUNNING, left_s=30.2))
    assert "正在运行,1 / 4 题,约还需 30 秒" in running
    assert 'aria-valuenow="25"' in running
    assert "约还需 5 分钟" in view.progress_html(State("甲", 1, 4, RUNNING, left_s=299))
    assert "约" not in view.progress_html(State("甲", 4, 4, DONE))
