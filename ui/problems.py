"""What went wrong, for programs: JSON with a Chinese message and the status that fits, in the shape that OpenAI's
clients read; never a traceback.

    {"error": {"message": "question:缺少这一项。", "type": "invalid_request_error", "param": "question", …}}
"""

import json
import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from index.errors import PlanQAError, QuestionError
from ui.line import RETRY_AFTER_S, Busy

logger = logging.getLogger(__name__)

SORRY = "出错了,请稍后再试。"
_SHOWN = 3  # mistakes that are named at once
_NAME_CHARS = 60
_STATUS = {
    400: "请求体不是有效的 JSON(UTF-8)。",
    404: "没有这个地址。接口说明见 /api/docs。",
    405: "这个地址不支持这种请求方法。接口说明见 /api/docs。",
    413: "请求太大。",
}
_INVALID = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "string_type": "应为文字",
    "string_unicode": "不是有效的 Unicode 文字",
    "string_too_long": "太长,最多 {max_length} 字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "int_parsing_size": "数字太大",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "list_type": "应为列表",
    "too_long": "太多,最多 {max_length} 项",
    "too_short": "至少要有 {min_length} 项",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "literal_error": "只能是 {expected}",
    "model_type": "应为 JSON 对象",
    "model_attributes_type": "应为 JSON 对象(请求头 Content-Type 应为 application/json)",
}


class Problem(BaseModel):
    """What went wrong: `message` in Chinese for people, `code` for programs, `param`: the field at fault, if one is."""

    message: str
    type: str
    param: str | None = None
    code: str


class ProblemBody(BaseModel):
    """The body of every reply that is no success."""

    error: Problem


RESPONSES: dict[int | str, dict[str, Any]] = {
    400: {"model": ProblemBody, "description": "请求体不是有效的 JSON"},
    413: {"model": ProblemBody, "description": "请求太大"},
    422: {"model": ProblemBody, "description": "某一项不对,或问题是空的、太长"},
    503: {"model": ProblemBody, "description": "等待的人太多(见 Retry-After)或索引暂不可用"},
}


class Json(JSONResponse):
    """JSON in UTF-8, with ? for half characters (lone surrogates), which a request may hold and UTF-8 cannot."""

    def render(self, content: Any) -> bytes:
        return as_json(content)


def as_json(content: Any) -> bytes:
    """`content` as JSON in UTF-8 on one line."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def problem(status: int, message: str, code: str, param: str | None = None) -> Json:
    """A reply that says what went wrong."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    headers = {"Retry-After": str(RETRY_AFTER_S)} if code == "busy" else None
    body = ProblemBody(error=Problem(message=message, type=kind, param=param, code=code))
    return Json(body.model_dump(), status, headers)


def of_error(error: PlanQAError) -> Json:
    """The reply to an error in answering."""
    match error:
        case Busy():
            return problem(503, sayable(error), "busy")
        case QuestionError():
            return problem(422, sayable(error), "question")
    return problem(503, sayable(error), "unavailable")


def sayable(error: PlanQAError) -> str:
    """What the asker is told of `error`; what only the operator can mend is logged, for it names files."""
    if isinstance(error, Busy | QuestionError):
        return str(error)
    logger.error("the index cannot be used: %s", error)
    return "索引暂时不可用,请稍后再试,或告知管理员。"


def told(errors: Sequence[Any]) -> tuple[str, str | None]:
    """pydantic's errors → one Chinese message, and the name of the first field at fault."""
    lines = [f"{_field(e['loc']) or '请求体'}:{_INVALID.get(e['type'], '值不对').format(**e.get('ctx') or {})}"
             for e in errors[:_SHOWN]]  # fmt: skip
    more = f";另有 {len(errors) - _SHOWN} 处" if len(errors) > _SHOWN else ""
    return ";".join(lines) + more + "。", _field(errors[0]["loc"]) or None


def add_handlers(app: FastAPI) -> None:
    """Have `app` reply to whatever goes wrong as above."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> Json:
        found = error.errors()
        if found[0]["type"] == "json_invalid":
            return problem(400, _STATUS[400], "json")
        message, param = told(found)
        return problem(422, message, "invalid", param)

    @app.exception_handler(HTTPException)
    async def refused(_request: Request, error: HTTPException) -> Json:
        reply = problem(error.status_code, _STATUS.get(error.status_code, SORRY), f"http_{error.status_code}")
        reply.headers.update(error.headers or {})
        return reply

    @app.exception_handler(PlanQAError)
    async def failed(_request: Request, error: PlanQAError) -> Json:
        return of_error(error)

    @app.exception_handler(Exception)
    async def broke(_request: Request, _error: Exception) -> Json:
        return problem(500, SORRY, "internal")  # logged by the server


def _field(location: Sequence[str | int]) -> str:
    names = location[1:] if location and location[0] in ("body", "query", "path") else location
    return ".".join(str(name) for name in names)[:_NAME_CHARS]
