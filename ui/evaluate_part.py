"""The evaluators' part at `/evaluate`: run a question set, see what is right and wrong and why, compare two runs.

Whoever mounts these Blocks asks for the role first; nothing below does. What a visitor looks at is in components and
`gr.State`; the one running evaluation is the server's.
"""

import logging
import re
from datetime import datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import gradio as gr

from eval.compare_runs import compare
from eval.dataset import load
from eval.errors import RunError
from eval.report import page as report_page
from eval.report_parts import KINDS
from eval.run_folder import SCORES, Run, open_run
from eval.session import runs_in, sets_in
from index.errors import PlanQAError
from index.settings import Settings
from rag.ask import as_ask
from rag.explain import explain
from rag.live import LiveChain
from ui import evaluate_view as view
from ui import frame
from ui.evaluate_events import PICK, Updates, told
from ui.evaluate_job import DONE, Job, State
from ui.verdicts_desk import VerdictsDesk

logger = logging.getLogger(__name__)

TITLE = "评测"
_POLL_S = 1.0
_LIMITS = {"全部": None, "随机 50 题": 50, "随机 100 题": 100}
_KIND_CHOICES = [(view.ALL, view.ALL), *((label, kind) for kind, label in KINDS.items())]
_NAME = re.compile(r"[\w.-]{1,60}")
_SAVE = """(page, name) => {
  if (!page) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([page], { type: 'text/html' }));
  link.download = `${name || 'report'}.html`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}"""

_BARE: dict[str, Any] = {"apply_default_css": False}  # evaluate.css dresses it
_NOTHING_OPEN = '<p class="pq-soft">点开一题,看它的答案、依据和各环节得分。</p>'
_NO_COMPARISON = '<p class="pq-soft">在上面选择“与哪次比较”,这里列出变好和变差的题。</p>'
_EXPLAINING = '<p class="pq-soft">正在计算各环节得分……</p>'


def evaluate_blocks(settings: Settings, live: LiveChain) -> gr.Blocks:
    """The part as a page of its own."""
    page: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(frame.part_header_html(TITLE), elem_id="pq-header")
        build(settings, live, page)
    return page


def build(settings: Settings, live: LiveChain, page: gr.Blocks) -> None:
    """Make the components inside the open Blocks `page`, and the events that they answer."""
    Desk(settings, live).build(page)


class Desk:
    """The parts of the page and what happens on it."""

    def __init__(self, settings: Settings, live: LiveChain) -> None:
        self._home = settings.home
        self._live = live
        self._job = Job(live)
        self._verdicts = VerdictsDesk(settings, live)

    def build(self, page: gr.Blocks) -> None:
        gr.HTML(f"<style>{resources.files('ui').joinpath('evaluate.css').read_text('utf-8')}</style>")
        with gr.Group(elem_id="pq-run"), gr.Row():
            questions = gr.Dropdown([], label="问题集", elem_id="pq-set", scale=3, min_width=200)
            count = gr.Dropdown(list(_LIMITS), value="全部", label="题数", elem_id="pq-count", scale=1, min_width=130)
            name = gr.Textbox(
                label="名称(可不填;与未做完的同名则接着做)",
                elem_id="pq-name",
                max_lines=1,
                scale=3,
                min_width=220,
            )
        with gr.Row(elem_id="pq-run-tools"):
            fresh = gr.Checkbox(label="从头重做(删除同名的结果)", elem_id="pq-fresh", scale=3, min_width=200)
            start = gr.Button("开始评测", variant="primary", elem_id="pq-start", scale=1, min_width=120)
            stop = gr.Button("停止", elem_id="pq-stop", scale=1, min_width=100, interactive=False)
        progress = gr.HTML(elem_id="pq-job")
        notice = gr.HTML(elem_id="pq-notice")
        with gr.Row(elem_id="pq-chosen"):
            chosen = gr.Dropdown([], label="看哪次评测", elem_id="pq-which", scale=1, min_width=200)
            against = gr.Dropdown([], label="与哪次比较(可不选)", elem_id="pq-against", scale=1, min_width=200)
        with gr.Tabs(elem_id="pq-views"):
            with gr.Tab("指标与图"):
                overview = gr.HTML(elem_id="pq-overview", **_BARE)
                save = gr.Button("下载报告网页", elem_id="pq-save", size="sm")
                saved = gr.Textbox(visible="hidden")
            with gr.Tab("逐题"), gr.Row(elem_id="pq-questions"):
                with gr.Column(scale=2, min_width=300):
                    shown = gr.Dropdown(list(view.SHOWN), value="答错", label="只看", elem_id="pq-shown")
                    kind = gr.Dropdown(_KIND_CHOICES, value=view.ALL, label="类型", elem_id="pq-kind")
                    words = gr.Textbox(label="含有文字", elem_id="pq-words", max_lines=1)
                    listed = gr.HTML(elem_id="pq-list", js_on_load=PICK, **_BARE)
                with gr.Column(scale=3, min_width=300):
                    opened = gr.HTML(_NOTHING_OPEN, elem_id="pq-opened", **_BARE)
                    stages = gr.HTML(elem_id="pq-stages", **_BARE)
            with gr.Tab("与另一次比较"):
                compared = gr.HTML(_NO_COMPARISON, elem_id="pq-compared", **_BARE)
            with gr.Tab("意见与拒答"):
                self._verdicts.build(page)
        asked: gr.State = gr.State("")
        timer = gr.Timer(_POLL_S, active=False)

        quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        filters = [shown, kind, words]
        running = [progress, start, stop, timer]
        results = [overview, listed, compared, opened, stages, asked, notice]
        page.load(self.arrive, None, [questions, chosen, against, *running, notice], **quiet)
        start.click(self.start, [questions, count, name, fresh], [*running, name, fresh, notice], **quiet)
        stop.click(self.stop, None, [*running, notice], **quiet)
        timer.tick(self.look, [chosen, against], [*running, chosen, against, notice], **quiet)
        for choice in (chosen, against):
            choice.change(self.show, [chosen, against, *filters], results, **quiet)
        for choice in filters:
            choice.change(self.narrow, [chosen, *filters, asked], [listed, notice], **quiet)
        listed.select(self.open, [chosen, *filters], [listed, opened, stages, asked, notice], **quiet).then(
            self.explain, [chosen, asked], [stages, notice], **quiet
        )
        save.click(self.report, [chosen, against], [saved, notice], **quiet).then(
            None, [saved, chosen], None, js=_SAVE, queue=False, api_visibility="private"
        )

    @told(8)
    def arrive(self) -> Updates:
        """What lies there, and how far a running evaluation is."""
        sets = sets_in(self._home)
        choices = [(f"{name}({_count(path)} 题)", name) for name, path in sets.items()]
        runs = self._finished()
        latest = runs[0][1] if runs else None
        first = "measure" if "measure" in sets else next(iter(sets), None)
        return (
            gr.Dropdown(choices=choices, value=first),
            gr.Dropdown(choices=runs, value=latest),
            gr.Dropdown(choices=[("不比较", ""), *runs], value=""),
            *_running(self._job.state),
        )

    @told(7)
    def start(self, questions: str | None, count: str, name: str | None, fresh: bool) -> Updates:
        """Begin, or go on with an evaluation of that name that was not finished."""
        path = sets_in(self._home).get(questions or "")
        if path is None:
            raise RunError("请先选择一个问题集。")
        called = (name or "").strip() or f"{path.stem}-{datetime.now():%m%d-%H%M%S}"
        if not _NAME.fullmatch(called) or called.strip(".") == "":
            raise RunError("名称只能用汉字、字母、数字、点、横线和下划线,不超过 60 字。")
        state = self._job.start(path, self._home / "runs" / called, _LIMITS.get(count), bool(fresh))
        return *_running(state), called, False

    @told(5)
    def stop(self) -> Updates:
        """Let it end after the question that it is at."""
        self._job.stop()
        return _running(self._job.state)

    @told(7, clears=False)
    def look(self, chosen: str | None, against: str | None) -> Updates:
        """How far it is; a run that has just been finished is shown."""
        state = self._job.state
        runs = self._finished()
        done = state is not None and state.phase == DONE
        return (
            *_running(state),
            gr.Dropdown(choices=runs, value=state.name if state and done else chosen),
            gr.Dropdown(choices=[("不比较", ""), *runs], value=against or ""),
        )

    @told(7)
    def show(self, chosen: str | None, against: str | None, shown: str, kind: str, words: str | None) -> Updates:
        """The chosen run: figures and plots, the questions by the filters, the comparison."""
        if not chosen:
            return "", "", "", "", "", ""
        run = self._run(chosen)
        other = self._run(against) if against and against != chosen else None
        compared = view.comparison_html(compare(other, run)) if other else _NO_COMPARISON
        listed = view.list_html(run, view.chosen_ids(run, shown, kind, words))
        return view.overview_html(run, other), listed, compared, _NOTHING_OPEN, "", ""

    @told(2)
    def narrow(self, chosen: str | None, shown: str, kind: str, words: str | None, asked: str) -> Updates:
        """The list by the filters."""
        if not chosen:
            return ("",)
        run = self._run(chosen)
        return (view.list_html(run, view.chosen_ids(run, shown, kind, words), asked),)

    @told(5)
    def open(self, chosen: str | None, shown: str, kind: str, words: str | None, event: gr.EventData) -> Updates:
        """A question of the run."""
        asked = str(event.asked)
        if not chosen:
            return "", _NOTHING_OPEN, "", ""
        run = self._run(chosen)
        if asked not in {item.id for item in run.items}:
            raise RunError("这次评测中没有这道题。请重新选择评测。")
        listed = view.list_html(run, view.chosen_ids(run, shown, kind, words), asked)
        return listed, view.question_html(run, asked, self._titles()), _EXPLAINING, asked

    @told(2)
    def explain(self, chosen: str | None, asked: str) -> Updates:
        """Every stage's scores, as they come out now."""
        if not chosen or not asked:
            return ("",)
        run = self._run(chosen)
        item = next((i for i in run.items if i.id == asked), None)
        if item is None:
            return ("",)
        chain = self._live.get()
        explained = explain(chain, as_ask({"question": item.question, "history": list(item.history)}))
        answer = next(a for a in run.answers if a["id"] == asked)
        changed = explained.answer.text != answer["answer"] or explained.answer.refused != answer["refused"]
        since = "以下是现在的得分;与这次评测相比,这道题现在的答案已经不同。" if changed else ""
        return (view.explanation_html(explained, since, self._titles()),)

    @told(2)
    def report(self, chosen: str | None, against: str | None) -> Updates:
        """The run's page, to be saved by the browser."""
        if not chosen:
            raise RunError("请先选择一次评测。")
        other = self._run(against) if against and against != chosen else None
        return (report_page(self._run(chosen), other),)

    def _finished(self) -> list[tuple[str, str]]:
        return [
            (f"{run.name}({run.questions},{run.started[:16].replace('T', ' ')})", run.name)
            for run in runs_in(self._home)
            if run.finished
        ]

    def _run(self, name: str) -> Run:
        folder = self._home / "runs" / name
        if Path(name).name != name or not (folder / SCORES).is_file():
            raise RunError(f"没有评测“{name}”,或它没有做完。请刷新网页后重新选择。")
        return _opened(folder, (folder / SCORES).stat().st_mtime_ns)

    def _titles(self) -> dict[str, str]:
        infos = [document.info for document in self._live.get().index.documents]
        return {key: info.title or info.file for info in infos for key in (info.id, info.file)}


@lru_cache(maxsize=4)
def _opened(folder: Path, changed: int) -> Run:  # noqa: ARG001 - a run that was made anew is read anew
    return open_run(folder)


def _count(path: Path) -> int | str:
    """How many questions a set holds; it is for the run to say why one cannot be read."""
    try:
        return len(load(path))
    except PlanQAError:
        return "?"


def _running(state: State | None) -> Updates:
    """Progress, both buttons and the timer."""
    active = state is not None and state.active
    return (
        view.progress_html(state),
        gr.Button(interactive=not active),
        gr.Button(interactive=active),
        gr.Timer(active=active),
    )
