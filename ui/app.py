"""One FastAPI application: the page in Chinese (Gradio Blocks) at `/`, the parts for evaluators and administrators
mounted apart behind their own checks, and what is for programs (ui/programs.py).

A further tab is one line in `tabs`, a further part behind a login one line in `parts`.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources

import gradio as gr
from fastapi import FastAPI

from index.settings import Settings
from rag.live import LiveChain
from ui import exports, frame, gradio_gate, gradio_sessions, login, metrics, routes
from ui.audit import Audit, Trail
from ui.auth import ADMINISTRATOR, EVALUATOR, Auth
from ui.chat_tab import ChatTab
from ui.commitments_tab import CommitmentsTab
from ui.documents_tab import DocumentsTab
from ui.evaluate_part import evaluate_blocks
from ui.feedback import Feedback
from ui.harden import harden
from ui.line import MOST_WAITING, Line
from ui.manage_part import manage_blocks
from ui.programs import add_programs
from ui.terms_tab import TermsTab

TITLE = "规划问答"
_UPLOAD_BYTES = 1  # the public page takes no files
_DOCUMENT_BYTES = 64 << 20
_FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", "sans-serif")
_STYLES = ("page.css", "tables.css")
_SCRIPTS = ("page.js", "answers.js", "conversations.js", "reader.js")


@dataclass(frozen=True)
class Tab:
    """A tab of the public page; `name` is what links call it, `build` makes its components and events."""

    label: str
    name: str
    build: Callable[[gr.Blocks], None]


@dataclass(frozen=True)
class Part:
    """A page of its own at `path` for those who have `role`; `most_bytes` is the longest file that it takes."""

    path: str
    label: str
    role: str
    blocks: gr.Blocks
    most_bytes: int


def create_app(live: LiveChain, settings: Settings | None = None) -> FastAPI:
    """The application over `live`; nothing is loaded from elsewhere and nothing is sent there.

    Raises:
        AccountsError: the accounts that the settings name cannot be read.
    """
    settings = settings or Settings()
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    auth = Auth.of(settings)
    feedback = Feedback(settings.feedback)
    audit = Audit(settings.audit)
    watch = metrics.Metrics(metrics.of_index(live))
    line = add_programs(app, live, Line(live, told=watch.answered))
    tabs = (
        Tab("问答", "ask", ChatTab(live, line, feedback if settings.log_refused else None).build),
        Tab("承诺与指标", "commitments", CommitmentsTab(live).build),
        Tab("术语", "terms", TermsTab(live).build),
        Tab("文件", "documents", DocumentsTab(live).build),
    )
    parts = (
        Part("/evaluate", "评测", EVALUATOR, evaluate_blocks(settings, live), _UPLOAD_BYTES),
        Part("/manage", "文件管理", ADMINISTRATOR, manage_blocks(settings, live, Trail(audit, auth)), _DOCUMENT_BYTES),
    )

    routes.add(app, live, feedback)
    exports.add(app, live)
    login.add(app, auth, {part.path: part.label for part in parts}, audit)
    metrics.add(app, watch, settings.metrics_from)
    for part in parts:
        _mount(app, part.blocks, part.path, part.most_bytes)
        login.guard(app.routes[-1], auth, part.role, part.label)
    _mount(app, _page(tabs, parts), "/", _UPLOAD_BYTES)
    harden(
        app,
        settings,
        watch,
        pages=["/", *(f"{part.path}/" for part in parts)],
        scripts=[_asset(name) for name in _SCRIPTS],
        uploads={f"{part.path}/gradio_api/upload": part.most_bytes for part in parts},
    )
    return app


def _page(tabs: Sequence[Tab], parts: Sequence[Part]) -> gr.Blocks:
    """The public page: its tabs side by side, each built by itself."""
    page: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(frame.header_html(TITLE, [(part.path, part.label) for part in parts]), elem_id="pq-header")
        with gr.Tabs(elem_id="pq-tabs", overflow_behavior="wrap"):
            for tab in tabs:
                with gr.Tab(tab.label, id=tab.name, elem_id=f"pq-tab-{tab.name}", render_children=True):
                    tab.build(page)
    return page


def _mount(app: FastAPI, blocks: gr.Blocks, path: str, most_bytes: int) -> None:
    styles = "".join(_asset(name) for name in _STYLES)
    scripts = "".join(f"<script>{_asset(name)}</script>" for name in _SCRIPTS)
    blocks._queue.max_size = MOST_WAITING  # queue(max_size=…) would make all of the page's routes anew
    gr.mount_gradio_app(
        app,
        blocks,
        path=path,
        theme=_theme(),
        head=f"<style>{styles}</style>{scripts}",  # css= would rewrite it
        show_error=False,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        max_file_size=most_bytes,
    )
    gradio_sessions.bound(app.routes[-1])
    gradio_gate.shut(app.routes[-1], uploads=most_bytes > _UPLOAD_BYTES)


def _theme() -> gr.themes.Base:
    return gr.themes.Default(
        primary_hue="blue", neutral_hue="slate", font=list(_FONTS), font_mono=["ui-monospace", "monospace"]
    ).set(checkbox_border_color="*neutral_500", checkbox_border_color_dark="*neutral_400")


def _asset(name: str) -> str:
    return resources.files("ui").joinpath(name).read_text("utf-8")
