"""No other site's page makes a visitor's browser change something here: requests that do must come from our own pages.

Browsers say where a request comes from (`Sec-Fetch-Site`, `Origin`); who sends neither is no browser and holds no
cookie of ours by another's doing. What is for programs (`open_to`) knows no cookies and answers anybody.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_READING = ("GET", "HEAD", "OPTIONS")
REFUSED = "请求来自其他网站,已拒绝。请在本站的页面上操作。"


class SameOrigin:
    """403 for what another site's page sends to change something."""

    def __init__(self, app: ASGIApp, open_to: tuple[str, ...]) -> None:
        self._app = app
        self._open_to = open_to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] in _READING
            or scope["path"].startswith(self._open_to)
            or is_own(Headers(scope=scope))
        ):
            await self._app(scope, receive, send)
        else:
            await JSONResponse({"detail": REFUSED}, 403)(scope, receive, send)


def is_own(headers: Headers) -> bool:
    """Whether a request comes from a page of this host, or from no page at all."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        return bool(origin) and urlsplit(origin).netloc == headers.get("host", "")
    except ValueError:  # no address at all
        return False
