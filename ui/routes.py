"""What the scripts of the page ask for, below `/page/`: a document to read, follow-ups, exports, a verdict.

Programs have their own interface (api.py); these addresses may change with the page.
"""

import logging
import sqlite3
import threading
import time

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from index.errors import QuestionError
from rag.live import LiveChain
from rag.types import Turn
from ui import export_docx, render
from ui.copies import conversation_markdown
from ui.feedback import VERDICTS, Feedback
from ui.follow_ups import MOST, answered, candidates
from ui.reader_html import reader_html
from ui.records import Record, records_of

logger = logging.getLogger(__name__)

_FOLLOW_UPS_S = 2.5
_REMEMBERED = 6
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def add(app: FastAPI, live: LiveChain, feedback: Feedback) -> None:
    """The addresses below `/page/`."""
    looking = threading.Lock()  # one visitor's follow-ups at a time: answers come first

    @app.get("/page/read/{doc_id}", response_class=HTMLResponse)
    def read(doc_id: str, start: int = 0, end: int = 0) -> HTMLResponse:
        document = live.get().index.document.get(doc_id)
        if document is None:
            return HTMLResponse(render.notice_html("没有这份文件,可能已被移除。请从文件列表中选择。"), 404)
        return HTMLResponse(reader_html(document, start, end))

    @app.post("/page/follow-ups")
    async def follow_ups(request: Request) -> JSONResponse:
        records = await _records(request)
        if not records or not await anyio.to_thread.run_sync(looking.acquire, True, _FOLLOW_UPS_S):
            return JSONResponse([])
        try:
            chain = live.get()
            turns = [
                t for r in records[-_REMEMBERED:] for t in (Turn("user", r.question), Turn("assistant", r.answer.text))
            ]
            ends_s = time.monotonic() + _FOLLOW_UPS_S
            found: list[str] = []
            for question in candidates(chain.index, records):
                if len(found) == MOST or time.monotonic() > ends_s or await request.is_disconnected():
                    break
                if await anyio.to_thread.run_sync(answered, chain, question, tuple(turns), records[-1].documents):
                    found.append(question)
        finally:
            looking.release()
        return JSONResponse(found)

    @app.post("/page/export/{kind}")
    async def export(kind: str, request: Request) -> Response:
        records = await _records(request)
        if not records or kind not in ("docx", "md"):
            return JSONResponse({"detail": "没有可导出的对话。"}, 400)
        if kind == "md":
            return Response(conversation_markdown(records).encode(), media_type="text/markdown; charset=utf-8")
        return Response(await anyio.to_thread.run_sync(export_docx.conversation, records), media_type=_DOCX)

    @app.post("/page/feedback")
    async def judge(request: Request, verdict: str, reason: str = "") -> JSONResponse:
        records = await _records(request)
        if not records or verdict not in VERDICTS[:2]:
            return JSONResponse({"detail": "意见没有存下:内容无法读取。"}, 400)
        try:
            await anyio.to_thread.run_sync(feedback.add, verdict, records[-1], reason)
        except (OSError, sqlite3.Error):
            logger.exception("a verdict could not be kept")
            return JSONResponse({"detail": "意见没有存下,请稍后再试。"}, 500)
        return JSONResponse({"detail": "谢谢,意见已记下。"})


async def _records(request: Request) -> list[Record]:
    """The records in a request's body; none where it is no list of records."""
    try:
        return records_of((await request.body()).decode())
    except (QuestionError, UnicodeDecodeError):
        return []
