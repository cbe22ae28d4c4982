"""What a request brings is bounded in length and in time: no body fills the memory, no slow client holds a worker."""

import asyncio
import contextlib
import time
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE_S = 20.0  # for a body, and more for a long one:
_LEAST_BYTES_PER_S = 20_000
_MOST_BYTES = 4_000_000


class _Refused(Exception):
    """The body is not read any further."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(told)
        self.status, self.told = status, told


class Bodies:
    """413 for a body that is too long, 408 for one that comes too slowly.

    `most_bytes`: by the beginning of the path, the longest that fits counts; elsewhere 4 MB.
    """

    def __init__(self, app: ASGIApp, most_bytes: Mapping[str, int], patience_s: float = PATIENCE_S) -> None:
        self._app = app
        self._most = dict(sorted(most_bytes.items(), key=lambda item: -len(item[0])))
        self._patience_s = patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        most = next((n for prefix, n in self._most.items() if scope["path"].startswith(prefix)), _MOST_BYTES)
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdigit() or int(announced) > most:
            await _reply(_too_long(most), scope, receive, send)
            return
        began, got, complete, started = time.monotonic(), 0, False, False
        refused: _Refused | None = None

        async def bounded() -> Message:
            nonlocal got, complete, refused
            if complete:
                return await receive()
            left_s = began + self._patience_s + got / _LEAST_BYTES_PER_S - time.monotonic()
            try:
                message = await asyncio.wait_for(receive(), max(0.0, left_s))
            except TimeoutError:
                refused = _Refused(408, "请求传得太慢,已中断。请检查网络后重试。")
                raise refused from None
            if message["type"] == "http.request":
                got += len(message.get("body", b""))
                complete = not message.get("more_body", False)
                if got > most:
                    refused = _too_long(most)
                    raise refused
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            if refused is None or started:  # else what the application makes of it is not told
                started = True
                await send(message)

        with contextlib.suppress(_Refused):
            await self._app(scope, bounded, watched)
        if refused is not None and not started:
            await _reply(refused, scope, receive, send)


def _too_long(most_bytes: int) -> _Refused:
    return _Refused(413, f"请求太大,最多 {most_bytes} 字节。")


async def _reply(refused: _Refused, scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse({"detail": refused.told}, refused.status, {"Connection": "close"})(scope, receive, send)
