"""Every route of the application, found by walking it, for the matrix of roles and routes."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.routing import Mount
from starlette.types import Message

_WRAPPED = ("_app", "app")


@dataclass(frozen=True, order=True)
class Found:
    """A route: where it is mounted ("" for the root), its path as it is written, its methods joined by |."""

    mount: str
    path: str
    methods: str


def routes_of(app: FastAPI) -> list[Found]:
    """All of them, those of mounted applications too."""
    return sorted(set(_walk(app.routes, "")))


def _walk(routes: object, mount: str) -> Iterator[Found]:
    for route in routes:  # type: ignore[attr-defined]
        if isinstance(route, Mount):
            inner = route.app
            while not hasattr(inner, "routes"):
                inner = next(getattr(inner, name) for name in _WRAPPED if hasattr(inner, name))
            yield from _walk(inner.routes, f"{mount}{route.path}")
        elif hasattr(route, "effective_candidates"):  # a router that FastAPI took in whole
            yield from _walk(route.effective_candidates(), mount)
        else:
            methods = "|".join(sorted(getattr(route, "methods", None) or {"*"}))
            yield Found(mount, route.path, methods)


ROLES = ("public", "evaluator", "administrator", "expired")
NAMED = {"doc_id": "qingshan", "what": "terms", "form": "csv", "kind": "md"}
BODIES = {
    "/login": b"name=x&password=y",
    "/api/ask": '{"question": "青山区建成口袋公园多少个?"}'.encode(),
    "/v1/chat/completions": '{"messages": [{"role": "user", "content": "口袋公园多少个?"}]}'.encode(),
}


def asked(found: Found) -> str:
    """The address of a request that fits the route."""
    path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: NAMED.get(match[1], "x"), found.path)
    return found.mount + path


async def status_of(app: FastAPI, method: str, path: str, cookie: str) -> int:
    """The status of the reply to a request; a stream is left once it has begun."""
    body = BODIES.get(path, b"{}")
    form = path.endswith(("/login", "/login/"))
    kind = b"application/x-www-form-urlencoded" if form else b"application/json"
    headers = [(b"host", b"testserver"), (b"content-type", kind), (b"cookie", cookie.encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http", "headers": headers,
        "client": ("192.0.2.1", 5000), "server": ("testserver", 80), "state": {},
    }  # fmt: skip
    begun: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    told = False

    async def receive() -> Message:
        nonlocal told
        if told:
            await asyncio.sleep(3600)
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start" and not begun.done():
            begun.set_result(message["status"])

    task = asyncio.ensure_future(app(scope, receive, send))
    try:
        await asyncio.wait({task, begun}, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        if task.done() and not begun.done():
            task.result()
        return begun.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
