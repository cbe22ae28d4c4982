"""What a browser may do with our pages: a Content-Security-Policy and its kin on every reply.

Nothing is loaded from another host. A script runs where the policy names it: by the nonce of this reply, by the digest
of one of our own scripts (Gradio puts them into the page at run time), or as a file of this server. An attribute such
as `onerror=` never runs, whatever a document or a question brings in. Gradio turns its `js=` texts into functions,
which needs 'unsafe-eval', and styles its components by attributes, which needs 'unsafe-inline' for styles.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SCRIPT = re.compile(rb"<script(?=[\s>])")
_HSTS = "max-age=31536000"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=(), browsing-topics=()",
}


def digest(script: str) -> str:
    """How the policy names an inline script: `'sha256-…'`."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def policy(nonce: str, digests: Sequence[str]) -> str:
    """The Content-Security-Policy of a reply; `nonce` may be ""."""
    named = [f"'nonce-{nonce}'"] if nonce else []
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self' 'unsafe-eval'", *named, *digests)),
            "script-src-attr 'none'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
        )
    )


class PagePolicy:
    """Puts the headers on every reply of `app`.

    `pages`: the paths whose own scripts are given the nonce; nobody's words stand in their source but as JSON.
    `private`: paths below which nothing may be kept by a cache; `scripts`: our inline scripts, by their text.
    """

    def __init__(self, app: ASGIApp, pages: Sequence[str], private: Sequence[str], scripts: Sequence[str]) -> None:
        self._app = app
        self._pages = frozenset(pages)
        self._private = tuple(private)
        self._digests = [digest(script) for script in scripts]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        page = scope["path"] in self._pages and scope["method"] == "GET"
        if page:  # its source is read below
            scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        nonce = secrets.token_urlsafe(16) if page else ""
        start: Message | None = None
        source = bytearray()

        async def shown(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                self._put(scope, message, nonce)
                if page and _is_html(message):
                    start = message
                    return
            elif start is not None:
                source.extend(message.get("body", b""))
                if message.get("more_body", False):
                    return
                whole = _SCRIPT.sub(b'<script nonce="%s"' % nonce.encode(), bytes(source))
                MutableHeaders(raw=start["headers"])["content-length"] = str(len(whole))
                await send(start)
                start, message = None, {"type": "http.response.body", "body": whole}
            await send(message)

        await self._app(scope, receive, shown)

    def _put(self, scope: Scope, message: Message, nonce: str) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in ALWAYS.items():
            headers[name] = value
        headers["Content-Security-Policy"] = policy(nonce, self._digests)
        if scope.get("scheme") == "https":
            headers["Strict-Transport-Security"] = _HSTS
        if nonce or _below(scope["path"], self._private):
            headers["Cache-Control"] = "no-store"


def _below(path: str, roots: Sequence[str]) -> bool:
    return any(path == root or path.startswith(root + "/") for root in roots)


def _is_html(message: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"])
