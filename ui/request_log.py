"""A line in the log for each request, with an id that the reply carries too (`X-Request-ID`).

    request id=5f0c2a9be1d34c77 client=192.0.2.7 method=GET route=/page/read/{doc_id} status=200 ms=12.3 bytes=8211

What people typed is in no line: not the path (only the route that it fits), not the query, no body. Where
PLANQA_LOG_TYPED is set, `target=` holds path and query.
"""

import logging
import re
import secrets
import time
from collections.abc import Callable
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.rate_limit import client_of

logger = logging.getLogger(__name__)

_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))

Watch = Callable[[str, str, int, float], None]


class RequestLog:
    """Gives each request an id and tells `watch` of it: route, method, status (0: no reply), seconds."""

    def __init__(self, app: ASGIApp, watch: Watch, typed: bool) -> None:
        self._app = app
        self._watch = watch
        self._typed = typed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        number = given if _ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = number
        began, status, sent = time.perf_counter(), 0, 0
        target = scope["path"]

        async def noted(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = number
            sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            took_s = time.perf_counter() - began
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = route_of(scope, target)
            self._watch(route, method, status, took_s)
            line = (
                f"request id={number} client={client_of(scope) or '-'} method={method} route={route} "
                f"status={status} ms={took_s * 1000:.1f} bytes={sent}"
            )
            if self._typed:
                query = scope.get("query_string", b"").decode("latin-1")
                line += f" target={quote(target)}{'?' if query else ''}{quote(query, safe='=&%+')}"
            logger.info("%s", line)


def route_of(scope: Scope, path: str) -> str:
    """The route that a request was answered by, as it is written in the program: one of a few dozen names."""
    route = scope.get("route")
    known = getattr(route, "path", None)
    if not known:
        return "none"
    root = scope.get("root_path", "")
    return f"{root}{known}" if root in ("/manage", "/evaluate") and path.startswith(root) else str(known)
