"""What the tests of the interfaces for programs share: the application without a page, and how a problem is told."""

import re
from typing import Any

from fastapi import FastAPI
from httpx import Response

from ui.line import Line
from ui.programs import add_programs

QUESTION = "青山区到2027年建成口袋公园多少个?"
MCP = {"Accept": "application/json, text/event-stream"}


def application(live: Any, line: Line | None = None) -> FastAPI:
    """The interfaces over `live` and nothing else."""
    app = FastAPI(title="规划问答", docs_url=None, redoc_url=None, openapi_url=None)
    add_programs(app, live, line)
    return app


def problem(reply: Response, status: int) -> dict[str, Any]:
    """The problem in `reply`, which says something in Chinese and shows nothing of the inside."""
    assert reply.status_code == status, reply.text
    found: dict[str, Any] = reply.json()["error"]
    assert re.search("[一-鿿]", found["message"])
    assert "Traceback" not in reply.text
    assert ".py" not in reply.text
    return found


def call(name: str, arguments: Any) -> dict[str, Any]:
    """A message of the Model Context Protocol that calls a tool."""
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
