"""The administrator's part at `/manage`: documents in and out, and the index rebuilt, with what that changes.

The guard before it is login.py's. Files go through `index.manage`, as on the command line.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import gradio as gr

from index.build import Report, build_index
from index.errors import PlanQAError
from index.load import load_folder, sources
from index.manage import FIELDS, Candidate, add, candidates, find, remove
from index.settings import Settings
from index.types import Document
from rag.live import LiveChain
from ui import frame, render
from ui.audit import ADD, REBUILD, REMOVE, Trail

logger = logging.getLogger(__name__)

_TITLE = "文件管理"
_LABELS: Mapping[str, str] = {
    "title": "标题",
    "district": "地区",
    "aliases": "地区别名(用顿号隔开)",
    "issuer": "发文机关",
    "number": "文号",
    "published": "日期(如 2021-07-15)",
    "period": "规划期(如 2021-2025)",
    "kind": "种类",
}
_TYPES = [".txt", ".md", ".html", ".htm", ".docx", ".pdf", ".zip"]
_POLL_S = 0.3
_FAILED = "出错了,请查看服务器的日志。"

Updates = tuple[Any, ...]
Waiting = tuple[Candidate, ...]


def manage_blocks(settings: Settings, live: LiveChain, trail: Trail) -> gr.Blocks:
    """The page of the part; `trail` keeps who changed what."""
    desk = Desk(settings, live, trail)
    page: gr.Blocks
    with gr.Blocks(title=_TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(frame.part_header_html(_TITLE), elem_id="pq-header")
        waiting: gr.State = gr.State(())
        notice = gr.HTML(elem_id="pq-manage-notice")
        gr.HTML("<h2>添加文件</h2>")
        upload = gr.File(label="选择文件(或装有文件的 .zip)", file_types=_TYPES, elem_id="pq-upload", height=140)
        with gr.Group(visible=False, elem_id="pq-fields") as form:
            about = gr.HTML()
            boxes = [gr.Textbox(label=_LABELS[name], elem_id=f"pq-field-{name}", max_lines=3) for name in FIELDS]
            with gr.Row():
                confirm = gr.Button("确认添加", variant="primary", elem_id="pq-add")
                skip = gr.Button("不添加这份", elem_id="pq-skip")
        gr.HTML("<h2>移除文件</h2>")
        with gr.Row(equal_height=True, elem_id="pq-remove-row"):
            which = gr.Dropdown(
                label="要移除的文件", choices=[], value=None, elem_id="pq-remove-which", scale=4, min_width=220
            )
            sure = gr.Checkbox(label="确认移除,文件将从目录中删去", elem_id="pq-remove-sure", scale=2, min_width=260)
            take_out = gr.Button("移除", variant="stop", elem_id="pq-remove", scale=1, min_width=96)
        gr.HTML("<h2>索引</h2>")
        pending = gr.HTML(elem_id="pq-pending")
        build = gr.Button("重建索引", variant="primary", elem_id="pq-build")
        progress = gr.HTML(elem_id="pq-progress")

        shown = [waiting, form, about, *boxes, notice, which, pending]
        upload.upload(desk.read, [upload], [upload, *shown], show_progress="minimal")
        confirm.click(desk.confirm, [waiting, *boxes], shown, show_progress="hidden")
        skip.click(desk.skip, [waiting], shown, show_progress="hidden")
        take_out.click(desk.take_out, [which, sure], [sure, notice, which, pending], show_progress="hidden")
        build.click(desk.build, None, [progress, notice, pending], show_progress="hidden", concurrency_limit=1)
        page.load(desk.arrive, None, [which, pending], queue=False, show_progress="hidden")
    return page


@dataclass
class _Progress:
    """A build under way in another thread."""

    done: int = 0
    total: int = 0
    report: Report | None = None
    message: str = ""
    finished: threading.Event = field(default_factory=threading.Event)


class Desk:
    """What happens on the page; one build at a time."""

    def __init__(self, settings: Settings, live: LiveChain, trail: Trail) -> None:
        self._settings = settings
        self._live = live
        self._trail = trail
        self._building = threading.Lock()

    def arrive(self) -> Updates:
        return self._choices(), self._pending()

    def read(self, path: str | None) -> Updates:
        """What an uploaded file says of itself, to be confirmed; the upload itself is not kept."""
        if not path:
            return (None, *self._shown((), ""))
        try:
            found = tuple(candidates(Path(path)))
        except PlanQAError as error:
            return (None, *self._shown((), str(error)))
        except Exception:  # the administrator gets a sentence, the log the traceback
            logger.exception("an uploaded file could not be read")
            return (None, *self._shown((), _FAILED))
        finally:
            with suppress(OSError):
                Path(path).unlink()
        return (None, *self._shown(found, "" if found else "压缩包里没有可以添加的文件。"))

    def confirm(self, request: gr.Request, waiting: Waiting, *values: str) -> Updates:
        """Add the first file that waits, with the fields as they were confirmed."""
        if not waiting:
            return self._shown((), "没有等待添加的文件。")
        fields: dict[str, Any] = {name: " ".join((v or "").split()) for name, v in zip(FIELDS, values, strict=True)}
        fields["aliases"] = tuple(filter(None, fields["aliases"].replace(",", "、").replace(",", "、").split("、")))
        candidate = replace(waiting[0], metadata=replace(waiting[0].metadata, **fields))

        def added() -> str:
            with self._trail.action(request, ADD, candidate.file):
                return add(self._settings.seeds, candidate)

        return self._done(added, "已添加:{}。重建索引后可以检索。", waiting)

    def skip(self, waiting: Waiting) -> Updates:
        """Leave out the first file that waits."""
        return self._shown(waiting[1:], "")

    def take_out(self, request: gr.Request, doc_id: str | None, sure: bool) -> Updates:
        """Remove a document from the folder and the manifest."""
        if not doc_id or not sure:
            message = "请先选择要移除的文件。" if not doc_id else "请先勾选“确认移除”。"
            return sure, render.notice_html(message), gr.skip(), gr.skip()
        try:
            with self._trail.action(request, REMOVE, doc_id):
                remove(self._settings.seeds, find(self._settings.seeds, doc_id))
            message = f"已移除:{doc_id}。重建索引后不再检索。"
        except PlanQAError as error:
            message = str(error)
        except OSError as error:
            message = f"无法移除({error.strerror})。请检查目录的权限。"
        return False, render.notice_html(message), self._choices(), self._pending()

    def build(self, request: gr.Request) -> Iterator[Updates]:
        """Rebuild, telling how far it is; then what is different."""
        if not self._building.acquire(blocking=False):
            yield "", render.notice_html("正在重建,请等它完成。"), gr.skip()
            return
        try:
            before = self._live.get().index
            state = _Progress()
            threading.Thread(target=self._run, args=(state, request), daemon=True).start()
            while not state.finished.wait(_POLL_S):
                yield frame.progress_html(state.done, state.total), "", gr.skip()
            if state.report is None:
                yield "", render.notice_html(state.message), self._pending()
                return
            after = self._live.get().index
            told = frame.report_html(state.report, changes(before.documents, after.documents))
            yield told, "", self._pending()
        finally:
            self._building.release()

    def _run(self, state: _Progress, request: gr.Request) -> None:
        def tell(done: int, total: int) -> None:
            state.done, state.total = done, total

        settings = self._settings
        try:
            embedder = self._live.get().searcher.embedder
            with self._trail.action(request, REBUILD):
                state.report = build_index(settings.seeds, settings.index, embedder, settings, tell)
        except PlanQAError as error:
            state.message = str(error)
        except Exception:  # the administrator gets a sentence, the log the traceback
            logger.exception("the index could not be rebuilt")
            state.message = _FAILED
        finally:
            state.finished.set()

    def _done(self, action: Callable[[], str], told: str, waiting: Waiting) -> Updates:
        """The page after `action` on the first file that waits; where it fails the file goes on waiting."""
        try:
            message = told.format(action())
        except PlanQAError as error:
            return self._shown(waiting, str(error), keep=True)
        except OSError as error:
            return self._shown(waiting, f"无法写入({error.strerror})。请检查目录的权限和磁盘空间。", keep=True)
        return self._shown(waiting[1:], message)

    def _shown(self, waiting: Waiting, message: str, keep: bool = False) -> Updates:
        """State, form, its heading, its fields, notice, documents, what is pending. `keep`: what was typed stays."""
        notice = render.notice_html(message)
        if not waiting or keep:
            values: list[Any] = [gr.skip()] * len(FIELDS)
            heading = gr.skip() if keep else ""
        else:
            metadata = waiting[0].metadata
            values = ["、".join(v) if isinstance(v := getattr(metadata, name), tuple) else v for name in FIELDS]
            heading = frame.candidate_html(waiting[0].file, len(waiting[0].raw), len(waiting))
        return waiting, gr.Group(visible=bool(waiting)), heading, *values, notice, self._choices(), self._pending()

    def _choices(self) -> gr.Dropdown:
        infos = [info for info, _ in sources(self._settings.seeds)] if self._settings.seeds.is_dir() else []
        return gr.Dropdown(choices=render.document_choices(infos), value=None)

    def _pending(self) -> str:
        """What a build would change."""
        try:
            now = load_folder(self._settings.seeds)
        except PlanQAError as error:
            return frame.pending_html([], str(error))
        return frame.pending_html(changes(self._live.get().index.documents, now), "")


def changes(before: Iterable[Document], after: Iterable[Document]) -> list[str]:
    """What differs between two sets of documents, a line each."""
    then = {d.info.file: d for d in before}
    now = {d.info.file: d for d in after}
    lines = [f"新增:{now[file].info.label}({file},{len(now[file].text):,} 字)" for file in now if file not in then]
    lines += [f"移除:{then[file].info.label}({file})" for file in then if file not in now]
    for file in now.keys() & then.keys():
        old, new = then[file], now[file]
        if old.info.sha256 != new.info.sha256:
            lines.append(f"内容有变动:{new.info.label}({file},{len(old.text):,} → {len(new.text):,} 字)")
        elif old.info != new.info:
            lines.append(f"清单信息有变动:{new.info.label}({file})")
    return sorted(lines)
