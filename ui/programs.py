"""What programs find beside the page: HTTP with its description, OpenAI's chat completions, MCP tools; one line to the
chain for all of them."""

from importlib import resources

from fastapi import FastAPI, HTTPException, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse, Response
from starlette.routing import Match, Route

from rag.live import LiveChain
from ui import api, mcp_tools, openai_api, problems
from ui.body_limit import BodyLimit
from ui.line import Line
from ui.problems import Json

DOCS, SCHEMA = "/api/docs", "/api/openapi.json"
_OWN = ("/api/", "/v1/", mcp_tools.PATH)
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_ABOUT = """规划问答:答案由政府规划、报告的原句组成,每个数字都有出处、经过核对;文件里没有,就说没有。

不需要密钥。出错时返回 `{"error": {"message", "type", "param", "code"}}`,`message` 是中文说明。
助手可通过 MCP 使用同样的功能:地址 `/mcp`(streamable HTTP),工具 `ask`、`search_commitments`、`list_documents`。"""
_ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}


def add_programs(app: FastAPI, live: LiveChain, line: Line | None = None) -> Line:
    """Add all interfaces for programs to `app`, before anything is mounted at its root; the line to the chain."""
    line = line or Line(live)
    problems.add_handlers(app)
    api.add_routes(app, live, line)
    openai_api.add_routes(app, line)
    mcp_tools.add_tools(app, live, line)
    _add_description(app)
    _add_unknown(app)
    app.add_middleware(BodyLimit, prefixes=_OWN)
    return line


def _add_description(app: FastAPI) -> None:
    """The OpenAPI description and a page to read and try it, made of what is installed here."""
    described = get_openapi(
        title=f"{app.title} API", version=app.version, description=_ABOUT, routes=app.routes, tags=app.openapi_tags
    )
    static = resources.files("fastapi_offline") / "static"

    @app.get(SCHEMA, include_in_schema=False)
    def schema() -> Json:
        return Json(described)

    @app.get(DOCS, include_in_schema=False)
    def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title=f"{app.title} API",
            swagger_js_url="docs/swagger-ui-bundle.js",
            swagger_css_url="docs/swagger-ui.css",
            swagger_favicon_url="data:,",
            swagger_ui_parameters={"validatorUrl": None, "defaultModelsExpandDepth": 0},
        )

    @app.get(DOCS + "/{name}", include_in_schema=False)
    def asset(name: str) -> Response:
        if name not in _ASSETS:
            raise HTTPException(404)
        headers = {"Cache-Control": "max-age=86400"}
        return Response((static / name).read_bytes(), media_type=_ASSETS[name], headers=headers)


def _add_unknown(app: FastAPI) -> None:
    """404 and 405 as JSON under the programs' own paths, which the page at the root would answer otherwise."""

    async def unknown(request: Request) -> Response:
        partly = [r for r in app.routes if r.matches(request.scope)[0] is Match.PARTIAL]
        allowed = sorted({method for route in partly for method in getattr(route, "methods", None) or ()})
        raise HTTPException(405, headers={"Allow": ", ".join(allowed)}) if allowed else HTTPException(404)

    for path in ("/api/{rest:path}", "/v1/{rest:path}", mcp_tools.PATH, mcp_tools.PATH + "/{rest:path}"):
        app.router.routes.append(Route(path, unknown, methods=_METHODS))
