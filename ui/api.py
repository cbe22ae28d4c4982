"""Answers, commitments, terms and documents over HTTP, under /api; /health and /ready for whoever runs the service."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from index.types import Commitment, DocumentInfo, Term
from rag.ask import Ask
from rag.live import LiveChain
from rag.types import Citation, Turn
from ui import tables
from ui.line import Answered, Line
from ui.outline import Heading
from ui.problems import RESPONSES, Json, as_json, problem

MOST_TURNS = 100
EVENTS = "text/event-stream"
EVENT_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
_TURN_CHARS = 20_000
_PIECE = re.compile(r"(?:(?!\[\d+\])[^。；;\n])*(?:\[\d+\]|[。；;\n])+|.+$", re.DOTALL)


class TurnBody(BaseModel):
    """An earlier message of the conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    content: str = Field(max_length=_TURN_CHARS)


class Asked(BaseModel):
    """A question with its conversation."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "失业率目标分别是多少?", "history": [], "documents": []}]},
    )

    question: str = Field(description="问题;最长字数见 PLANQA_QUESTION_CHARS,默认 1000")
    history: list[TurnBody] = Field([], max_length=MOST_TURNS, description="此前的对话,最早的在前;追问据此补全")
    documents: list[str] = Field([], max_length=1000, description="只查这些文档(编号见 GET /api/documents);空为全部")
    understood: str = Field("", description="提问者自己补全的问题,代替按规则的理解")
    retrieved: int = Field(0, ge=0, le=10, description="同时返回多少个检索到的段落")

    def ask(self) -> Ask:
        """The question as the chain takes it."""
        turns = tuple(Turn(turn.role, turn.content) for turn in self.history)
        return Ask(self.question, turns, tuple(self.documents), self.understood)


class AskBody(Asked):
    """The body of POST /api/ask."""

    stream: bool = Field(False, description="以 server-sent events 返回:若干 text 事件,最后一个 answer 事件")


class AnswerBody(BaseModel):
    """An answer. Each [n] in `answer` is the citation whose `marker` is n."""

    question: str
    answer: str
    refused: bool = Field(description="文件中没有答案;answer 说明原因,nearest 是最接近的内容")
    answerability: float = Field(description="把握,0 到 1")
    citations: list[Citation]
    nearest: list[Citation] = Field(description="拒答时最接近的内容,不是答案")
    understood: str = Field(description="问题被补全或更正成了什么;空为原样")
    note: str = Field(description="关于怎样理解问题,提问者应当知道的事")
    retrieved: list[dict[str, Any]]
    timing_ms: dict[str, float]
    index: str = Field(description="索引版本")


@dataclass(frozen=True)
class CommitmentRow(Commitment):
    """A figure that a document (`title`) promises or reports, with its sentence and where that stands. Figures are
    strings, so that none is rounded."""

    title: str


@dataclass(frozen=True)
class TermRow(Term):
    """What a document (`title`) means by a term, with the sentence that says so and where it stands."""

    title: str


@dataclass(frozen=True)
class DocumentRow(DocumentInfo):
    """What is known of a document; `chars`: how long its text is."""

    chars: int = 0


@dataclass(frozen=True)
class DocumentBody(DocumentRow):
    """A document with its headings and `text`, which is characters `start` to `end` of the whole."""

    outline: tuple[Heading, ...] = ()
    start: int = 0
    end: int = 0
    text: str = ""


class CommitmentPage(BaseModel):
    total: int
    offset: int
    limit: int
    rows: list[CommitmentRow]


class TermPage(BaseModel):
    total: int
    offset: int
    limit: int
    rows: list[TermRow]


class DocumentList(BaseModel):
    documents: list[DocumentRow]


class State(BaseModel):
    status: Literal["ok", "ready", "busy"]
    index: str
    documents: int


def answer_record(answered: Answered, most_retrieved: int = 0) -> dict[str, Any]:
    """`Answer.as_record` with the titles of what is cited and what else the page shows; see `AnswerBody`."""
    answer = answered.answer
    return {
        **answer.as_record(most_retrieved),
        "citations": [asdict(citation) for citation in answer.citations],
        "nearest": [asdict(citation) for citation in answer.nearest],
        "understood": answer.understood,
        "note": answer.note,
        "index": answered.index.version,
    }


def pieces(text: str) -> list[str]:
    """`text` in the pieces that are streamed: up to a marker or the end of a sentence or line. Nothing is lost.

    "建成36个。[1]整治15条。[2]" → "建成36个。[1]", "整治15条。[2]"
    """
    return _PIECE.findall(text)


def event(name: str, content: Any) -> bytes:
    """A server-sent event."""
    return b"event: " + name.encode() + b"\ndata: " + as_json(content) + b"\n\n"


def add_routes(app: FastAPI, live: LiveChain, line: Line) -> None:
    """/api/ask, /api/commitments, /api/terms, /api/documents, /health and /ready over `live`."""

    @app.post(
        "/api/ask",
        tags=["问答"],
        summary="提问",
        response_model=None,
        responses={
            200: {"model": AnswerBody, "content": {EVENTS: {}}, "description": "答案,每句都有出处;拒答也是 200"},
            **RESPONSES,
        },
    )
    async def ask(body: AskBody) -> Response:
        """答案由文件原句组成,数字都经过核对;`answer` 中的 [n] 对应 `citations` 中 `marker` 为 n 的一条。

        `stream` 为 true 时,核对完毕的答案以 server-sent events 逐段返回:事件 `text` 的数据是 `{"text": …}`,
        连起来就是 `answer`;最后一个事件 `answer` 的数据就是不用 stream 时的整个 JSON。
        """
        record = answer_record(await line.asked(body.ask()), body.retrieved)
        if not body.stream:
            return Json(record)

        def events() -> Iterator[bytes]:
            yield from (event("text", {"text": piece}) for piece in pieces(record["answer"]))
            yield event("answer", record)

        return StreamingResponse(events(), media_type=EVENTS, headers=EVENT_HEADERS)

    @app.get(
        "/api/commitments",
        tags=["数据"],
        summary="承诺与成果",
        response_model=None,
        responses={200: {"model": CommitmentPage}, **RESPONSES},
    )
    def commitments(query: Annotated[tables.CommitmentQuery, Query()]) -> Json:
        """各文件承诺或报告的指标、项目:数值、年份、原句及其位置。筛选条件同时满足;`total` 是符合条件的总行数。"""
        return Json(tables.commitments(live.get().index, query))

    @app.get(
        "/api/terms",
        tags=["数据"],
        summary="词语解释",
        response_model=None,
        responses={200: {"model": TermPage}, **RESPONSES},
    )
    def terms(query: Annotated[tables.TermQuery, Query()]) -> Json:
        """各文件对口号、简称(如“四新”)的解释。"""
        return Json(tables.terms(live.get().index, query))

    @app.get(
        "/api/documents",
        tags=["数据"],
        summary="已收录的文件",
        response_model=None,
        responses={200: {"model": DocumentList}, 503: RESPONSES[503]},
    )
    def documents() -> Json:
        """标题、地区、制定机关、文号、日期、时期和字数。"""
        return Json({"documents": tables.documents(live.get().index)})

    @app.get(
        "/api/documents/{doc_id:path}",
        tags=["数据"],
        summary="一份文件:目录与全文",
        response_model=None,
        responses={200: {"model": DocumentBody}, 404: RESPONSES[422] | {"description": "没有这份文件"}, **RESPONSES},
    )
    def document(
        doc_id: str,
        start: Annotated[int, Query(ge=0, le=1_000_000_000, description="从第几个字开始")] = 0,
        end: Annotated[int | None, Query(ge=0, le=1_000_000_000, description="到第几个字为止;不写则到末尾")] = None,
    ) -> Json:
        """引文的 `start`、`end` 就是这里 `text` 的位置:`GET /api/documents/编号?start=…&end=…` 一字不差地给出引文。"""
        found = tables.document(live.get().index, doc_id, start, end)
        if found is None:
            return problem(404, "没有这份文件。编号见 GET /api/documents。", "document", "doc_id")
        return Json(found)

    @app.get("/health", tags=["运行"], summary="服务是否在运行", responses={503: RESPONSES[503]})
    def health() -> State:
        """200:程序在运行,索引已打开。"""
        index = live.get().index
        return State(status="ok", index=index.version, documents=len(index.documents))

    @app.get("/ready", tags=["运行"], summary="现在能否接受提问", responses={503: {"model": State}})
    def ready() -> Json:
        """200:现在提问会得到回答;503:等待的人已满,请把请求交给别的实例或稍后再试。"""
        index = live.get().index
        full = line.is_full()
        state = State(status="busy" if full else "ready", index=index.version, documents=len(index.documents))
        return Json(state.model_dump(), 503 if full else 200)
