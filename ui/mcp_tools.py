"""MCP tools at /mcp (streamable HTTP), so that an assistant can ask: `ask`, `search_commitments`, `list_documents`.

Not Gradio's own MCP support: it makes a tool of every named event of the page, and a request for a resource has it
connect to whatever host the request's Host header names. These three are all there is, whatever the page holds. Nothing
is kept between two calls.
"""

import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from fastapi import FastAPI
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from index.errors import PlanQAError
from rag.live import LiveChain
from ui import tables
from ui.api import Asked, answer_record
from ui.line import Line
from ui.problems import SORRY, sayable, told

PATH = "/mcp"
logger = logging.getLogger(__name__)


class Nothing(BaseModel):
    """No argument."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Tool:
    """A tool: what an assistant is told of it, what it takes, and what it does."""

    name: str
    title: str
    description: str
    takes: type[BaseModel]
    call: Callable[[Any], Awaitable[dict[str, Any]]]

    def shown(self) -> types.Tool:
        """The tool as MCP describes it."""
        return types.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            inputSchema=self.takes.model_json_schema(),
            annotations=types.ToolAnnotations(title=self.title, readOnlyHint=True, openWorldHint=False),
        )


def tools(live: LiveChain, line: Line) -> tuple[Tool, ...]:
    """All tools over `live`."""

    async def ask(asked: Asked) -> dict[str, Any]:
        return answer_record(await line.asked(asked.ask()), asked.retrieved)

    async def search_commitments(query: tables.CommitmentQuery) -> dict[str, Any]:
        return await anyio.to_thread.run_sync(lambda: tables.commitments(live.get().index, query))

    async def list_documents(_: Nothing) -> dict[str, Any]:
        return await anyio.to_thread.run_sync(lambda: {"documents": tables.documents(live.get().index)})

    return (
        Tool(
            "ask",
            "向政府规划提问",
            "用中文提一个关于已收录的政府规划、报告的问题。返回由原句组成、数字经过核对的答案 answer,"
            "其中 [n] 对应 citations 中 marker 为 n 的引文(quote 为原文,title、section 为出处)。"
            "refused 为 true 表示文件中没有答案,此时 nearest 只是最接近的内容,不可当作答案。"
            "引用时请保留数字、年份和出处。",
            Asked,
            ask,
        ),
        Tool(
            "search_commitments",
            "查承诺与成果",
            "按地区、指标、年份等查找各文件承诺(promised)或报告(achieved)的指标和项目:数值、单位、年份、原句及其位置。",
            tables.CommitmentQuery,
            search_commitments,
        ),
        Tool("list_documents", "已收录的文件", "列出已收录的文件:编号、标题、地区、时期等。", Nothing, list_documents),
    )


def add_tools(app: FastAPI, live: LiveChain, line: Line) -> None:
    """Serve the tools at `PATH` of `app`, for as long as it runs."""
    server = _server(tools(live, line))
    managers: list[StreamableHTTPSessionManager] = []
    before = app.router.lifespan_context

    @contextlib.asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncIterator[Any]:
        manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
        async with before(application) as state, manager.run():
            managers[:] = [manager]
            yield state

    class Endpoint:
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await managers[0].handle_request(scope, receive, send)

    app.router.lifespan_context = lifespan
    # POST only: without sessions there is nothing to be listened to (GET) or ended (DELETE).
    app.router.routes.append(Route(PATH, Endpoint(), methods=["POST"]))


def _server(offered: tuple[Tool, ...]) -> Server[Any, Any]:
    server: Server[Any, Any] = Server("planqa", instructions="向政府规划提问,每个答案都附有原文出处。")
    by_name = {tool.name: tool for tool in offered}

    @server.list_tools()  # type: ignore[no-untyped-call,untyped-decorator]
    async def list_tools() -> list[types.Tool]:
        return [tool.shown() for tool in offered]

    # Arguments are validated in the tool, so that what is wrong is said in Chinese.
    @server.call_tool(validate_input=False)  # type: ignore[untyped-decorator]
    async def call_tool(name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        try:
            if name not in by_name:
                return _said(f"没有工具“{name[:60]}”。可选的有:{'、'.join(by_name)}。")
            tool = by_name[name]
            found = await tool.call(tool.takes.model_validate(arguments))
        except ValidationError as error:
            return _said(told(error.errors())[0])
        except PlanQAError as error:
            return _said(sayable(error))
        except Exception:  # the assistant gets a sentence, the operator the traceback
            logger.exception("a tool failed")
            return _said(SORRY)
        text = types.TextContent(type="text", text=json.dumps(found, ensure_ascii=False))
        return types.CallToolResult(content=[text], structuredContent=found)

    return server


def _said(message: str) -> types.CallToolResult:
    text = message.encode("utf-8", "replace").decode("utf-8")
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], isError=True)
