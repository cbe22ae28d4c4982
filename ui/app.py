"""One FastAPI application: the page in Chinese (Gradio Blocks) at `/`, the state of the service at `/health`."""

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import gradio as gr
from fastapi import FastAPI

from index.errors import PlanQAError
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.live import LiveChain
from rag.types import Turn
from ui import render
from ui.examples import examples

logger = logging.getLogger(__name__)

TITLE = "规划问答"
SORRY = "出错了,请稍后再试。"
_KEPT = 50  # exchanges of a conversation that are shown
_REMEMBERED = 6  # exchanges that a follow-up may refer to
_UPLOAD_BYTES = 1  # the page takes no files
_FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")


@dataclass(frozen=True)
class Exchange:
    """A question with its answer, rendered once: the index may be another by the time it is shown again."""

    question: str
    answer: str
    question_html: str
    answer_html: str
    sources_html: str


Conversation = tuple[Exchange, ...]
Updates = tuple[Any, ...]


def create_app(live: LiveChain) -> FastAPI:
    """The application over `live`; nothing is loaded from elsewhere and nothing is sent there."""
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    def health() -> dict[str, str | int]:
        index = live.get().index
        return {"status": "ok", "index": index.version, "documents": len(index.documents)}

    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    gr.mount_gradio_app(
        app,
        Page(live).blocks(),
        path="/",
        theme=_theme(),
        head=f"<style>{_asset('page.css')}</style><script>{_asset('page.js')}</script>",  # css= would rewrite it
        show_error=False,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        max_file_size=_UPLOAD_BYTES,
    )
    return app


class Page:
    """The parts of the page and what happens on it. What belongs to a visitor is in `gr.State`, never here."""

    def __init__(self, live: LiveChain) -> None:
        self._live = live
        self._examples: tuple[str, list[str]] = ("", [])
        self._lock = threading.Lock()

    def blocks(self) -> gr.Blocks:
        chain = self._live.get()
        page: gr.Blocks
        with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
            gr.HTML(f"<h1>{TITLE}</h1><p>从政府规划与报告的原文中找答案,每句话都标明出处。</p>", elem_id="pq-header")
            conversation: gr.State = gr.State(())
            with gr.Row(elem_id="pq-columns"):
                with gr.Column(scale=3, min_width=320, elem_id="pq-talk"):
                    chat = gr.Chatbot(
                        elem_id="pq-chat",
                        label="对话",
                        show_label=False,
                        sanitize_html=True,
                        latex_delimiters=[],
                        buttons=[],
                        feedback_options=None,
                        allow_file_downloads=False,
                        layout="bubble",
                        placeholder=_placeholder(chain),
                        examples=self._example_messages(chain),
                    )
                    notice = gr.HTML(elem_id="pq-notice")
                    box = gr.Textbox(
                        elem_id="pq-box",
                        label="问题",
                        show_label=False,
                        placeholder="输入问题,按回车提问",
                        lines=1,
                        max_lines=5,
                        submit_btn="提问",
                        autofocus=True,
                    )
                    with gr.Row(elem_id="pq-tools"):
                        chosen = gr.Dropdown(
                            elem_id="pq-filter",
                            label="只查这些文件(不选则全部)",
                            choices=list(render.document_choices([d.info for d in chain.index.documents])),
                            value=[],
                            multiselect=True,
                            scale=4,
                        )
                        clear = gr.Button("清空对话", elem_id="pq-clear", scale=1, min_width=96, variant="secondary")
                with gr.Column(scale=2, min_width=320, elem_id="pq-side"):
                    gr.HTML("<h2>原文依据</h2>")
                    sources = gr.HTML(render.panel_html([]), elem_id="pq-sources")
            with gr.Accordion(f"已收录的文件({len(chain.index.documents)})", open=False, elem_id="pq-loaded") as loaded:
                documents = gr.HTML(render.documents_html(chain.index.documents))

            shown = [conversation, chat, sources, box, notice]
            asking: dict[str, Any] = {"show_progress": "minimal", "show_progress_on": chat, "concurrency_id": "ask"}
            to_top = {"js": "() => document.getElementById('pq-sources').scrollTo({top: 0})", "queue": False}
            at_once = 4 if self._live.generator else 1  # one that waits for a chat model leaves the processor to others
            box.submit(
                self.answers, [box, chosen, conversation], shown, api_name="ask", concurrency_limit=at_once, **asking
            ).then(None, **to_top, api_visibility="private")
            chat.example_select(
                self.ask_example,
                [chosen, conversation],
                shown,
                api_visibility="private",
                concurrency_limit=at_once,
                **asking,
            ).then(None, **to_top, api_visibility="private")
            clear.click(self.clear, None, shown, queue=False, show_progress="hidden", api_visibility="private")
            # Not queued: the end of a queued event closes the stream that a question asked at once would answer on.
            page.load(
                self.arrive,
                None,
                [chat, chosen, loaded, documents],
                queue=False,
                show_progress="hidden",
                api_visibility="private",
            )
        return page

    def ask(self, question: str, chosen: Sequence[str] | None, conversation: Conversation) -> Updates:
        """The last of `answers`."""
        return list(self.answers(question, chosen, conversation))[-1]

    def answers(self, question: str, chosen: Sequence[str] | None, conversation: Conversation) -> Iterator[Updates]:
        """Answer `question`, at once and, where a chat model is set, again as its sentences pass; where that fails,
        conversation and text stay as they are and a notice says why."""
        try:
            for exchange in self._exchanges(question or "", tuple(chosen or ()), conversation):
                now = (*conversation, exchange)[-_KEPT:]
                yield now, _messages(now), _panel(now), "", ""
        except PlanQAError as error:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip(), render.notice_html(str(error))
        except Exception:  # the visitor gets a sentence, the operator the traceback
            logger.exception("a question could not be answered")
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip(), render.notice_html(SORRY)

    def ask_example(
        self, chosen: Sequence[str] | None, conversation: Conversation, event: gr.SelectData
    ) -> Iterator[Updates]:
        """`answers` with the example that was clicked."""
        yield from self.answers(str(event.value["text"]), chosen, conversation)

    def clear(self) -> Updates:
        """A new conversation."""
        return (), [], _panel(()), "", ""

    def arrive(self) -> Updates:
        """What a visitor finds on opening the page: the documents as the index holds them now."""
        chain = self._live.get()
        documents = chain.index.documents
        return (
            gr.Chatbot(examples=self._example_messages(chain), placeholder=_placeholder(chain)),
            gr.Dropdown(choices=list(render.document_choices([d.info for d in documents]))),
            gr.Accordion(label=f"已收录的文件({len(documents)})"),
            render.documents_html(documents),
        )

    def _exchanges(self, question: str, chosen: tuple[str, ...], conversation: Conversation) -> Iterator[Exchange]:
        history = tuple(
            turn
            for earlier in conversation[-_REMEMBERED:]
            for turn in (Turn("user", earlier.question), Turn("assistant", earlier.answer))
        )
        texts = {document.info.id: document.text for document in self._live.get().index.documents}
        turn = len(conversation) + 1
        for answer in self._live.stream(Ask(question, history, chosen)):
            yield Exchange(
                question=question,
                answer=answer.text,
                question_html=render.question_html(question),
                answer_html=render.answer_html(answer, turn),
                sources_html=render.sources_html(answer, texts, turn),
            )

    def _example_messages(self, chain: AnswerChain) -> list[Any]:
        """Examples, found once for each version of the index."""
        with self._lock:
            if self._examples[0] != chain.index.version:
                self._examples = (chain.index.version, examples(chain))
            return [{"text": question} for question in self._examples[1]]


def _messages(conversation: Conversation) -> list[dict[str, str]]:
    return [
        message
        for exchange in conversation
        for message in (
            {"role": "user", "content": exchange.question_html},
            {"role": "assistant", "content": exchange.answer_html},
        )
    ]


def _panel(conversation: Conversation) -> str:
    return render.panel_html([(exchange.question, exchange.sources_html) for exchange in conversation])


def _placeholder(chain: AnswerChain) -> str:
    return f"已收录 {len(chain.index.documents)} 份文件。可以这样问:"


def _theme() -> gr.themes.Base:
    return gr.themes.Default(
        primary_hue="blue", neutral_hue="slate", font=list(_FONTS), font_mono=["ui-monospace", "monospace"]
    )


def _asset(name: str) -> str:
    return resources.files("ui").joinpath(name).read_text("utf-8")
