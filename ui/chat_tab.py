"""The tab “问答”: a question, its answer in the conversation, its sources beside it.

What belongs to a visitor is in `gr.State`, and in the visitor's own browser (conversations.js); never here.
"""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from index.errors import PlanQAError, QuestionError
from index.outside import parsed_json
from index.types import Document
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.live import LiveChain
from rag.types import Turn
from ui import frame, render
from ui.examples import examples
from ui.feedback import Feedback
from ui.line import Answered, Line
from ui.problems import SORRY
from ui.records import Record, records_of

logger = logging.getLogger(__name__)

_KEPT = 50  # exchanges of a conversation that are shown
_REMEMBERED = 6  # exchanges that a follow-up may refer to
_SHOWN_AT_ONCE_CHARS = 1000  # a longer question is refused, so that it is not shown before
_SKIPPED = (gr.skip(),) * 4


@dataclass(frozen=True)
class Exchange:
    """A question with its answer, rendered once: the index may be another by the time it is shown again.

    `turn` counts from 1 through the whole conversation, also what is no longer shown.
    """

    turn: int
    question: str
    answer: str
    question_html: str
    answer_html: str
    sources_html: str


Conversation = tuple[Exchange, ...]
Updates = tuple[Any, ...]


class ChatTab:
    """The conversation and what happens in it."""

    def __init__(self, live: LiveChain, line: Line, refused: Feedback | None = None) -> None:
        """`line`: the way to the chain; `refused`: where questions that were not answered are kept, if they are."""
        self._live = live
        self._line = line
        self._refused = refused
        self._examples: tuple[str, list[str]] = ("", [])
        self._lock = threading.Lock()

    def build(self, page: gr.Blocks) -> None:
        chain = self._live.get()
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
                gr.HTML(frame.follow_ups_html(), elem_id="pq-more", apply_default_css=False)
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
                    gr.HTML(frame.conversations_html(), elem_id="pq-conversations", apply_default_css=False)
                    clear = gr.Button("新对话", elem_id="pq-clear", scale=1, min_width=96, variant="secondary")
            with gr.Column(scale=2, min_width=320, elem_id="pq-side"):
                gr.HTML("<h2>原文依据</h2>")
                sources = gr.HTML(render.panel_html([]), elem_id="pq-sources")
        # What the scripts of the page ask for (a follow-up, a correction, a link, an earlier conversation).
        wish = gr.Textbox(visible=False)
        wanted = gr.Button(visible="hidden", elem_id="pq-wanted")
        reopened = gr.Button(visible="hidden", elem_id="pq-reopened")

        shown = [conversation, chat, sources, box, notice]
        at_once = 4 if self._live.generator else 1  # one that waits for a chat model leaves the processor to others
        asking: dict[str, Any] = {"show_progress": "hidden", "concurrency_id": "ask", "concurrency_limit": at_once}
        to_top = {"js": "() => document.getElementById('pq-sources').scrollTo({top: 0})", "queue": False}
        quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        # What is asked while an answer still comes is asked after it.
        box.submit(
            self.answer, [box, chosen, conversation], shown, api_name="ask", trigger_mode="always_last", **asking
        ).then(None, **to_top, api_visibility="private")
        chat.example_select(
            self.answer_example, [chosen, conversation], shown, api_visibility="private", **asking
        ).then(None, **to_top, api_visibility="private")
        wanted.click(
            self.answer_wish,
            [wish, chosen, conversation],
            shown,
            js="(_, chosen, conversation) => [planqa.wish(), chosen, conversation]",
            api_visibility="private",
            **asking,
        ).then(None, **to_top, api_visibility="private")
        reopened.click(self.reopen, [wish], shown, js="() => [planqa.wish()]", **quiet)
        clear.click(self.clear, None, shown, js="() => planqa.startAnew()", **quiet)
        # Not queued: the end of a queued event closes the stream that a question asked at once would answer on.
        page.load(self.arrive, None, [chat, chosen], **quiet)

    def answer(self, question: str, chosen: Sequence[str] | None, conversation: Conversation) -> Iterator[Updates]:
        """The question at once, then its answer, as the chain gives it.

        The box is emptied once, with the question, so that what is typed while the answer comes stays; where the answer
        fails the question is put back. Enter on an empty box in a conversation asks nothing.
        """
        question = question or ""
        if conversation and not question.strip():
            yield *_SKIPPED, gr.skip()
            return
        emptied = False
        for updates in self._answered(Ask(question, documents=tuple(chosen or ())), conversation):
            failed = updates[-1] != ""
            box = question if failed and emptied else gr.skip() if failed or emptied else ""
            emptied = not failed
            yield *updates[:3], box, updates[4]

    def answer_example(
        self, chosen: Sequence[str] | None, conversation: Conversation, event: gr.SelectData
    ) -> Iterator[Updates]:
        """`answer` for the example that was clicked."""
        asked = Ask(str(event.value["text"]), documents=tuple(chosen or ()))
        yield from _typed_text_kept(self._answered(asked, conversation))

    def answer_wish(self, wish: str, chosen: Sequence[str] | None, conversation: Conversation) -> Iterator[Updates]:
        """`answer` for what a script asked: {"question", "understood", "documents"}; the last two may be missing."""
        try:
            asked = parsed_json(wish)
            ask = Ask(
                str(asked["question"]),
                documents=tuple(str(d) for d in asked.get("documents") or chosen or ()),
                understood=str(asked.get("understood") or ""),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            yield *_SKIPPED, render.notice_html("链接中的问题无法读取,请直接输入问题。")
            return
        yield from _typed_text_kept(self._answered(ask, conversation))

    def _answered(self, ask: Ask, conversation: Conversation) -> Iterator[Updates]:
        earlier = _messages(conversation)
        if 0 < len(ask.question.strip()) <= _SHOWN_AT_ONCE_CHARS:
            question = {"role": "user", "content": render.question_html(ask.question)}
            yield gr.skip(), [*earlier, question], gr.skip(), gr.skip(), ""
        for updates in self._asked(ask, conversation):
            failed = updates[-1] != ""
            yield (conversation, earlier, _panel(conversation), *updates[3:]) if failed else updates

    def ask(
        self, question: str, chosen: Sequence[str] | None, conversation: Conversation, understood: str = ""
    ) -> Updates:
        """The whole answer at once."""
        *_, last = self._asked(Ask(question or "", documents=tuple(chosen or ()), understood=understood), conversation)
        return last

    def _asked(self, ask: Ask, conversation: Conversation) -> Iterator[Updates]:
        """The page at each part of the answer; where it fails, conversation and text stay and a notice says why."""
        try:
            for exchange in self._exchanges(ask, conversation):
                now = (*conversation, exchange)[-_KEPT:]
                yield now, _messages(now), _panel(now), "", ""
        except PlanQAError as error:
            yield *_SKIPPED, render.notice_html(str(error))
        except Exception:  # the visitor gets a sentence, the operator the traceback
            logger.exception("a question could not be answered")
            yield *_SKIPPED, render.notice_html(SORRY)

    def clear(self) -> Updates:
        """A new conversation."""
        return (), [], _panel(()), "", ""

    def reopen(self, wish: str) -> Updates:
        """An earlier conversation, as the visitor's browser kept it."""
        try:
            records = records_of(wish)
        except QuestionError as error:
            return *_SKIPPED, render.notice_html(str(error))
        index = self._live.get().index
        now = tuple(_shown(record, turn, index.document) for turn, record in [*enumerate(records, 1)][-_KEPT:])
        return now, _messages(now), _panel(now), gr.skip(), ""

    def arrive(self) -> Updates:
        """What a visitor finds on opening the page: the documents as the index holds them now."""
        chain = self._live.get()
        documents = chain.index.documents
        return (
            gr.Chatbot(examples=self._example_messages(chain), placeholder=_placeholder(chain)),
            gr.Dropdown(choices=list(render.document_choices([d.info for d in documents]))),
        )

    def _exchanges(self, ask: Ask, conversation: Conversation) -> Iterator[Exchange]:
        """The exchange, told further with each part of the answer that the chain gives."""
        history = tuple(
            turn
            for earlier in conversation[-_REMEMBERED:]
            for turn in (Turn("user", earlier.question), Turn("assistant", earlier.answer))
        )
        turn = conversation[-1].turn + 1 if conversation else 1
        record = None
        for answered in self._answers(replace(ask, history=history)):
            record = Record.of(ask.question, answered.answer, ask.documents, answered.index)
            yield _shown(record, turn, answered.index.document)
        if record is not None and record.answer.refused and self._refused is not None:
            self._refused.add("refused", record)

    def _answers(self, ask: Ask) -> Iterator[Answered]:
        """The answer, and where a chat model is set again and again as it grows."""
        if self._live.generator is None:
            yield self._line.ask(ask)
            return
        chain = self._live.get()
        for event in self._live.generator.stream(chain, ask):
            yield Answered(event.answer, chain.index)

    def _example_messages(self, chain: AnswerChain) -> list[Any]:
        """Examples, found once for each version of the index."""
        with self._lock:
            if self._examples[0] != chain.index.version:
                self._examples = (chain.index.version, examples(chain))
            return [{"text": question} for question in self._examples[1]]


def _typed_text_kept(updates: Iterator[Updates]) -> Iterator[Updates]:
    """Updates that leave the box as it is."""
    return ((*update[:3], gr.skip(), *update[4:]) for update in updates)


def _shown(record: Record, turn: int, documents: Mapping[str, Document]) -> Exchange:
    """A record as it stands on the page; the sources around its quotes come out of `documents`."""
    answer = record.answer
    texts = {c.doc: documents[c.doc].text for c in (*answer.citations, *answer.nearest) if c.doc in documents}
    return Exchange(
        turn=turn,
        question=record.question,
        answer=answer.text,
        question_html=render.question_html(record.question),
        answer_html=render.answer_html(answer, turn, record.labels),
        sources_html=render.sources_html(answer, texts, turn) + render.record_html(record, turn),
    )


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
