"""The answers behind OpenAI's chat completions, so that existing clients can connect. No language model is involved.

The last message is the question, those of user and assistant before it are its history; instructions to a model
(system, tools, temperature and the like) are accepted and say nothing to the chain. The text of the reply carries the
markers [n]; what they cite stands in the extra field `planqa` of the completion (of the last chunk, when streamed),
which is what POST /api/ask answers. Clients that show only text choose the model `planqa-sources`: the same answer with
its sources listed under it. `usage` counts tokens of a model, of which there are none.
"""

import hashlib
import time
from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from index.errors import QuestionError
from rag.ask import Ask
from rag.types import Turn
from ui.api import EVENT_HEADERS, EVENTS, answer_record, pieces
from ui.line import Answered, Line
from ui.problems import RESPONSES, Json, as_json, problem

PLAIN, WITH_SOURCES = "planqa", "planqa-sources"
MODELS = (PLAIN, WITH_SOURCES)
_TURNS = 16  # messages before the question that are handed on; the chain reads the last few questions
_TAGS: list[str | Enum] = ["OpenAI 兼容"]
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


class Part(BaseModel):
    """A part of a message; only text can be read."""

    model_config = ConfigDict(extra="ignore")

    type: str
    text: str = ""


class Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def words(self) -> str:
        """The text of the message.

        Raises:
            QuestionError: it holds something else, a picture for instance.
        """
        if not isinstance(self.content, list):
            return self.content or ""
        if any(part.type not in ("text", "input_text") for part in self.content):
            raise QuestionError("只能读文字:消息中不要带图片、声音或文件。")
        return "\n".join(part.text for part in self.content)


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="ignore")

    include_usage: bool | None = None


class ChatBody(BaseModel):
    """The body of POST /v1/chat/completions; what is not listed here is accepted and has no effect."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [{"model": PLAIN, "messages": [{"role": "user", "content": "失业率目标分别是多少?"}]}]
        },
    )

    model: str = Field(PLAIN, description=f"{PLAIN},或 {WITH_SOURCES}:答案后面列出来源")
    messages: list[Message] = Field(min_length=1, description="最后一条是问题(user),此前的是对话")
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=1, description="只有一个答案")
    documents: list[str] = Field([], max_length=1000, description="本项目增加的一项:只查这些文档")

    def ask(self) -> Ask:
        """The question as the chain takes it.

        Raises:
            QuestionError: the last message is none of the user's, or a message holds more than text.
        """
        *before, last = self.messages
        if last.role != "user":
            raise QuestionError("最后一条消息应是 user 的问题。")
        talk = [message for message in before if message.role in ("user", "assistant")][-_TURNS:]
        history = tuple(Turn(message.role, message.words()) for message in talk)
        return Ask(last.words(), history, tuple(self.documents))


def add_routes(app: FastAPI, line: Line) -> None:
    """/v1/models and /v1/chat/completions."""
    started = int(time.time())

    @app.get("/v1/models", tags=_TAGS, summary="可选的模型", response_model=None)
    def models() -> Json:
        """`planqa`:答案带标号;`planqa-sources`:答案后面列出来源,供只显示文字的客户端使用。"""
        return Json({"object": "list", "data": [_model(name, started) for name in MODELS]})

    @app.get("/v1/models/{name}", tags=_TAGS, summary="一个模型", response_model=None, responses={404: RESPONSES[422]})
    def model(name: str) -> Json:
        return Json(_model(name, started)) if name in MODELS else _no_model(name)

    @app.post(
        "/v1/chat/completions",
        tags=_TAGS,
        summary="提问(OpenAI 格式)",
        response_model=None,
        responses={404: RESPONSES[422], **RESPONSES},
    )
    async def complete(body: ChatBody) -> Response:
        """问题取自最后一条消息,对话取自此前的 user 和 assistant 消息。答案在 `choices[0].message.content`,其中的
        [n] 对应扩展字段 `planqa.citations`(内容与 `POST /api/ask` 相同;流式时在最后一块)。密钥可随意填写。"""
        if body.model not in MODELS:
            return _no_model(body.model)
        answered = await line.asked(body.ask())
        text = answered.answer.as_text() if body.model == WITH_SOURCES else answered.answer.text
        head = {"id": _id(body, answered), "created": int(time.time()), "model": body.model}
        if not body.stream:
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            own = {"object": "chat.completion", "choices": [choice], "usage": _USAGE}
            return Json({**head, **own, "planqa": answer_record(answered)})
        usage = bool(body.stream_options and body.stream_options.include_usage)
        chunks = _chunks(head, text, answer_record(answered), usage)
        return StreamingResponse(chunks, media_type=EVENTS, headers=EVENT_HEADERS)


def _chunks(head: dict[str, Any], text: str, record: dict[str, Any], usage: bool) -> Iterator[bytes]:
    def chunk(choices: list[dict[str, Any]], **more: Any) -> bytes:
        return b"data: " + as_json({**head, "object": "chat.completion.chunk", "choices": choices, **more}) + b"\n\n"

    def choice(delta: dict[str, Any], finished: str | None = None) -> list[dict[str, Any]]:
        return [{"index": 0, "delta": delta, "finish_reason": finished}]

    yield chunk(choice({"role": "assistant", "content": ""}))
    for piece in pieces(text):
        yield chunk(choice({"content": piece}))
    yield chunk(choice({}, "stop"), planqa=record)
    if usage:
        yield chunk([], usage=_USAGE)
    yield b"data: [DONE]\n\n"


def _id(body: ChatBody, answered: Answered) -> str:
    """The same request to the same index has the same id."""
    made_of = as_json([answered.index.version, body.model_dump(include={"model", "messages", "documents"})])
    return f"chatcmpl-{hashlib.sha256(made_of).hexdigest()[:24]}"


def _model(name: str, created: int) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": created, "owned_by": "planqa"}


def _no_model(name: str) -> Json:
    return problem(404, f"没有模型“{name[:60]}”。可选的有:{'、'.join(MODELS)}。", "model_not_found", "model")
