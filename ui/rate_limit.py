"""How much one client may ask of us: so many requests a minute that cost work, fewer logins, and a moment's burst.

A client is an IPv4 address or the /64 of an IPv6 address; behind a proxy the one that the proxy names. A whole office
may share one: PLANQA_RATE_PER_MINUTE is the setting, 0 lifts the bound.
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.problems import problem

_MOST_CLIENTS = 20_000
LOGINS_PER_MINUTE = 20
_COSTLY = ("/api/", "/v1/", "/mcp", "/page/", "/export/")
_CHEAP = ("/api/docs", "/api/openapi.json")


@dataclass
class _Bucket:
    tokens: float
    at_s: float


class Buckets:
    """A token bucket for each client: `per_minute` come in evenly, at most `most` are kept."""

    def __init__(self, per_minute: float, most: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s = per_minute / 60
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._of: OrderedDict[str, _Bucket] = OrderedDict()

    def wait_s(self, client: str) -> float:
        """Take a token: 0 where there was one, else the seconds until there is one."""
        now = self._clock()
        with self._lock:
            bucket = self._of.pop(client, None) or _Bucket(self._most, now)
            bucket.tokens = min(self._most, bucket.tokens + max(0.0, now - bucket.at_s) * self._per_s)
            bucket.at_s = now
            self._of[client] = bucket
            if len(self._of) > _MOST_CLIENTS:
                self._of.popitem(last=False)
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return 0.0
            return (1 - bucket.tokens) / self._per_s


class RateLimit:
    """429 with Retry-After for a client that asks too much; `turned_away` is told of each."""

    def __init__(
        self,
        app: ASGIApp,
        per_minute: int,
        turned_away: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._asks = Buckets(per_minute, max(1, per_minute / 2), clock) if per_minute else None
        self._logins = Buckets(LOGINS_PER_MINUTE, LOGINS_PER_MINUTE, clock)
        self._turned_away = turned_away

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        buckets = self._buckets(scope) if scope["type"] == "http" else None
        wait_s = buckets.wait_s(client_of(scope)) if buckets is not None else 0.0
        if not wait_s:
            await self._app(scope, receive, send)
            return
        self._turned_away()
        seconds = math.ceil(wait_s)
        told = f"请求太频繁,请 {seconds} 秒后再试。"
        reply = (
            problem(429, told, "rate")
            if scope["path"].startswith(("/api/", "/v1/", "/mcp"))
            else JSONResponse({"detail": told}, 429)
        )
        reply.headers["Retry-After"] = str(seconds)
        await reply(scope, receive, send)

    def _buckets(self, scope: Scope) -> Buckets | None:
        path, reads = scope["path"], scope["method"] in ("GET", "HEAD", "OPTIONS")
        if path == "/login" and not reads:
            return self._logins
        if reads and (not path.startswith(_COSTLY) or path.startswith(_CHEAP)):
            return None
        return self._asks


def client_of(scope: Scope) -> str:
    """Who sends: an address as one client has it, "" where the server does not know."""
    host = (scope.get("client") or ("",))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)
