"""Logging in and out, and the guard before a mounted part: no page, event or file of it passes without the role."""

import logging
from collections.abc import Callable, Mapping
from urllib.parse import quote

import anyio.to_thread
from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from ui import frame
from ui.audit import DONE, FAILED, LOGIN, LOGOUT, UNKNOWN, Audit, AuditError
from ui.auth import COOKIE, ROLES, SESSION_S, Auth
from ui.rate_limit import client_of

logger = logging.getLogger(__name__)

_MOST_PASSWORD_CHARS = 1000


class Guarded:
    """An application that only those reach who have `role`."""

    def __init__(self, app: ASGIApp, auth: Auth, role: str, label: str) -> None:
        self._app, self._auth, self._role, self._label = app, auth, role, label

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif self._auth.allowed(request := Request(scope), self._role):
            await self._app(scope, receive, send)
        else:
            await self._refused(request)(scope, receive, send)

    def _refused(self, request: Request) -> Response:
        wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if not wants_page:
            return JSONResponse({"detail": f"需要{ROLES[self._role]}登录。"}, 401)
        if not self._auth.enabled or self._auth.session(request) is not None:
            return HTMLResponse(frame.closed_html(self._label, ROLES[self._role], self._auth.enabled), 403)
        return RedirectResponse(f"/login?next={quote(request.scope.get('root_path') or '/', safe='')}", 303)


def guard(route: BaseRoute, auth: Auth, role: str, label: str) -> None:
    """Put the check for `role` before all that is mounted at `route`; `label` names it for people."""
    if not isinstance(route, Mount):
        raise TypeError(f"expected a mounted application, got {type(route).__name__}")
    route.app = Guarded(route.app, auth, role, label)


def _redirect(where: str) -> Callable[[], RedirectResponse]:
    return lambda: RedirectResponse(where)


def add(app: FastAPI, auth: Auth, parts: Mapping[str, str], audit: Audit) -> None:
    """`/login` and `/logout`. `parts`: what one may go to afterwards, and its name for people."""
    for path in parts:
        app.add_api_route(path, _redirect(f"{path}/"))

    @app.get("/login", response_class=HTMLResponse)
    def form(next: str = "/") -> HTMLResponse:
        if not auth.enabled:
            return HTMLResponse(frame.closed_html(parts.get(next, "登录"), "管理员或评测员", False), 403)
        return HTMLResponse(frame.login_html(next if next in parts else "/", ""))

    @app.post("/login")
    async def log_in(
        request: Request,
        name: str = Form(""),
        password: str = Form(""),
        next: str = Form("/"),
    ) -> Response:
        where = next if next in parts else "/"
        token = ""
        if len(password) <= _MOST_PASSWORD_CHARS:
            token = await anyio.to_thread.run_sync(auth.log_in, name[:100], password)
        who = name if name in auth.accounts else UNKNOWN
        outcome = DONE if token else FAILED
        try:
            await anyio.to_thread.run_sync(audit.note, who, LOGIN, outcome, "", client_of(request.scope))
        except AuditError as error:
            auth.end(token)
            return HTMLResponse(frame.login_html(where, str(error)), 503)
        if not token:
            return HTMLResponse(frame.login_html(where, "用户名或密码不对。连错五次后要等一分钟。"), 401)
        reply = RedirectResponse(where, 303)
        secure = request.url.scheme == "https"
        reply.set_cookie(COOKIE, token, max_age=SESSION_S, httponly=True, samesite="strict", secure=secure)
        return reply

    @app.post("/logout")
    def log_out(request: Request) -> Response:
        session = auth.session(request)
        auth.log_out(request)
        if session is not None:
            try:
                audit.note(session.name, LOGOUT, DONE, "", client_of(request.scope))
            except AuditError:
                logger.exception("a logout could not be noted")
        reply = RedirectResponse("/", 303)
        reply.delete_cookie(COOKIE)
        return reply
