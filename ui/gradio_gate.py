"""Of the many addresses that Gradio serves, those that our pages use. The rest (files by path, a proxy, monitoring,
code editing, deep links that write to the disk, a login of its own) is answered as if it were not there.
"""

from collections.abc import Mapping

from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.problems import SORRY

_FILES = ("/assets/", "/static/")
_READ = frozenset(
    ("/", "/config", "/theme.css", "/manifest.json", "/favicon.ico", "/robots.txt", "/gradio_api/info",
     "/gradio_api/queue/data", "/gradio_api/startup-events", "/gradio_api/theme.css")
)  # fmt: skip
_SENT = frozenset(("/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset"))
_UPLOADS = "/gradio_api/upload"
_HEARTBEAT = "/gradio_api/heartbeat/"
_RUN = "/gradio_api/run/"
FULL = "现在提问的人太多,请稍后再试。"
_RETRY_AFTER_S = "3"


class GradioGate:
    """Before a mounted Gradio application; `uploads`: whether it takes files.

    A queue that is full is told with 429 instead of 503: for 503 Gradio's page has an English sentence of its own.
    """

    def __init__(self, app: ASGIApp, uploads: bool) -> None:
        self._app = app
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
        if not self.serves(scope["method"], path):
            await JSONResponse({"detail": "没有这个地址。"}, 404)(scope, receive, send)
        elif path == "/gradio_api/queue/join":
            await _told_when_full(self._app, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def serves(self, method: str, path: str) -> bool:
        """Whether our pages need this; `path` is relative to the mount and begins with /."""
        if ".." in path.split("/"):
            return False
        if method in ("GET", "HEAD"):
            progress = self._uploads and path == f"{_UPLOADS}_progress"
            return path in _READ or path.startswith((*_FILES, _HEARTBEAT)) or progress
        return method == "POST" and (path in _SENT or path.startswith(_RUN) or (self._uploads and path == _UPLOADS))


def shut(route: BaseRoute, uploads: bool) -> None:
    """Put the gate before the Gradio application that is mounted at `route`."""
    if not isinstance(route, Mount):
        raise TypeError(f"expected a mounted application, got {type(route).__name__}")
    route.app = GradioGate(route.app, uploads)


async def _told_when_full(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """`app`, but 429 with a sentence where it says 503, and a sentence of ours where it fails."""
    refused = 0

    async def told(message: Mapping[str, object]) -> None:
        nonlocal refused
        if message["type"] == "http.response.start" and message["status"] in (500, 503):
            refused = 429 if message["status"] == 503 else 500
        if not refused:
            await send(dict(message))

    await app(scope, receive, told)
    if refused:
        said, headers = (FULL, {"Retry-After": _RETRY_AFTER_S}) if refused == 429 else (SORRY, None)
        await JSONResponse({"detail": said}, refused, headers)(scope, receive, send)
