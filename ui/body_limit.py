"""No request of a program is read into memory beyond a limit, whatever its Content-Length says."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.problems import problem

MOST_BYTES = 1_000_000


class BodyLimit:
    """Reads the body of a request under `prefixes` before anything else does; 413 where it is too large."""

    def __init__(self, app: ASGIApp, prefixes: tuple[str, ...], most_bytes: int = MOST_BYTES) -> None:
        self._app = app
        self._prefixes = prefixes
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._prefixes):
            await self._app(scope, receive, send)
            return
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._most_bytes:
                await problem(413, f"请求太大,最多 {self._most_bytes} 字节。", "too_large")(scope, receive, send)
                return
        read = False

        async def replay() -> Message:
            nonlocal read
            if read:
                return await receive()
            read = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, replay, send)
