"""Inputs for every parser, and what must hold of each: an answer or an error in Chinese, in time.

A target takes bytes and text made by hypothesis out of the documents' own words, of what has a meaning to the parsers,
and of anything. Its time limit finds regular expressions and tokenizers that blow up.
"""

import asyncio
import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from types import FrameType
from typing import Any, cast

from conftest import ROOT, TINY_DOCUMENTS, BigramEmbedder, Fixed, OverlapChain
from hypothesis import strategies as st
from programs import application
from starlette.types import Message

from index.build import build_index
from index.chunk import chunk
from index.commitments import commitments
from index.errors import PlanQAError
from index.formats import read_text
from index.load import open_archive
from index.quantity import quantities
from index.settings import Settings
from index.store import open_index
from index.structure import parse
from index.terms import terms
from index.types import Document, DocumentInfo
from index.when import years_named
from rag.live import LiveChain
from rag.question import clean, kind_of, understand, years_in
from rag.types import Answer, Citation
from rag.verify import faults
from ui.copies import conversation_markdown, memo, plain
from ui.reader_html import reader_html
from ui.records import Record, records_of
from ui.render import answer_html, question_html, record_html, sources_html

LIMIT_S = 5.0
_PIECES = (
    "一、", "(一)", "1.", "第一章", "第一节", "专栏1", "#", "|", "——", "%", "％", "亿元", "万", "个百分点", "以上",
    "以内", "左右",
    "2025年", "“十四五”", "“四新”", "到", "达到", "增长", "年均", "不低于", "约束性", "预期性", "[1]", "[2]",
    "。", "；", ",", "、",
    "\n", "\r\n", "\t", " ", "　", "０", "１２", "1,234.5", "1.2万亿", "百分之", "三分之一", "二〇二五",
    "十", "千", "廿", "〇", "-", "~",
    "至", "比", "分别", "多少", "哪些", "和", "与", "它", "呢", "?", "\x00", "\ufeff", "\u200b", "\u202e",
    "\ud800", "𠀀", "é",
    "指标名称", "单位", "年均增速", "<p>", "</table>", "<td colspan=9>", "&nbsp;", "&#", "![", "](", "```", "$", "\\",
)  # fmt: skip


@lru_cache(1)
def _stretches() -> tuple[str, ...]:
    """Stretches of the real documents."""
    texts = [path.read_text("utf-8", "replace") for path in sorted((ROOT / "seeds").glob("*.txt"))]
    return tuple(text[at : at + 60] for text in texts for at in range(0, min(len(text), 60_000), 400))


def _repeated(draw: st.DrawFn) -> str:
    return draw(st.sampled_from([*_PIECES, "1", "a", "(", "的"])) * draw(st.sampled_from([3, 50, 2000]))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Text as a document or a question might hold it, and as it never would."""
    piece = st.one_of(st.sampled_from(_PIECES), st.sampled_from(_stretches()), st.text(st.characters(), max_size=6))
    parts = draw(st.lists(piece, max_size=14))
    if draw(st.integers(0, 19)) == 0:
        parts.append(_repeated(draw))
    return "".join(parts)


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, str]:
    """The bytes of a file, and its name."""
    suffix = draw(st.sampled_from([".txt", ".md", ".html", ".docx", ".pdf", ".zip"]))
    start = {".docx": b"PK\x03\x04", ".zip": b"PK\x03\x04", ".pdf": b"%PDF-1.7\n", ".html": b"<html><body>"}
    raw = draw(st.one_of(st.binary(max_size=200), texts().map(lambda t: t.encode("utf-8", "surrogatepass"))))
    code = draw(st.sampled_from(["", "gb18030", "utf-16", "big5"]))
    if code:
        raw = raw.decode("utf-8", "replace").encode(code, "replace")
    return start.get(suffix, b"") * draw(st.booleans()) + raw, "a" + suffix


def _load(given: tuple[bytes, str]) -> None:
    raw, name = given
    if name.endswith(".zip"):
        open_archive(raw, name)
    else:
        assert isinstance(read_text(raw, name), str)


def _structure(text: str) -> None:
    for block in parse(text):
        assert 0 <= block.start <= block.end <= len(text)


def _document(text: str) -> Document:
    info = DocumentInfo(
        "a", "a.txt", "", "青山区规划", "青山区", ("青山区", "青山"), published="2021", period="2021-2025"
    )
    return Document(info, text)


def _chunk(given: str) -> None:
    text = given.encode("utf-8", "replace").decode("utf-8")  # what is loaded is always Unicode
    document = _document(text)
    chunks = chunk([document], 420, 40)
    for passage in chunks.passages:
        assert passage.text == text[passage.start : passage.end]
    for row in commitments([document], chunks):
        assert row.text
    terms([document], chunks)


def _quantity(text: str) -> None:
    for chinese in (False, True):
        for quantity in quantities(text, chinese):
            assert 0 <= quantity.start < quantity.end <= len(text)
    years_named(text)


def _question(text: str) -> None:
    cleaned = clean(text, 1000)
    kind_of(cleaned)
    years_in(cleaned)
    understand(cleaned, (), _index().documents)


def _verify(text: str) -> None:
    document = _document(text)
    half = len(text) // 2
    cited = [
        Citation(1, "a", "青山区规划", "一、", text[:half], 0, half),
        Citation(2, "a", "", "", text[half:], half, len(text)),
    ]
    for found in faults(f"{text[:80]}[1]\n{text[-80:]}[2]", cited, text[:40], {"a": document}):
        assert found.reason


def _render(text: str) -> None:
    document = _document(text)
    cited = (Citation(1, "a", text, text, text[:50], 0, min(50, len(text))),)
    answer = Answer(text, f"{text}[1]", False, 0.7, cited, understood=text, nearest=cited, note=text)
    record = Record(text, answer, ("a",), (text[:5],), "v", "m")
    shown = [
        question_html(text), answer_html(answer, 1, (text[:5],)), sources_html(answer, {"a": text}, 1),
        record_html(record, 1), reader_html(document, 0, len(text)),
    ]  # fmt: skip
    for html in shown:
        assert "<script" not in html.lower()
    plain(record)
    memo(record)
    conversation_markdown([record])
    assert records_of(f"[{record.as_json()}]") == [record]


def _api(text: str) -> None:
    body = json.dumps({"question": text, "history": [{"role": "user", "content": text[:20]}]}).encode()
    for path, sent in (
        ("/api/ask", body),
        ("/v1/chat/completions", body[:-1]),
        ("/api/ask", text.encode("utf-8", "replace")),
    ):
        status, reply = asyncio.run(_asked(path, sent))
        assert status in (200, 400, 404, 413, 422), (path, status)
        assert b"Traceback" not in reply


async def _asked(path: str, body: bytes) -> tuple[int, bytes]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "scheme": "http", "http_version": "1.1", "headers": [(b"content-type", b"application/json")], "state": {},
        "client": ("127.0.0.1", 1), "server": ("testserver", 80),
    }  # fmt: skip
    await _application()(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@lru_cache(1)
def _index() -> Any:
    folder = Path(mkdtemp(prefix="planqa-fuzz-"))
    (folder / "seeds").mkdir()
    for name, text in TINY_DOCUMENTS.items():
        (folder / "seeds" / name).write_text(text, "utf-8")
    build_index(folder / "seeds", folder / "index", BigramEmbedder(), Settings())
    return open_index(folder / "index")


@lru_cache(1)
def _application() -> Any:
    return application(cast(LiveChain, Fixed(OverlapChain(_index()))))


@dataclass(frozen=True)
class Target:
    """`run` takes what `inputs` makes; `share`: of all inputs, in hundredths."""

    inputs: st.SearchStrategy[Any]
    run: Callable[[Any], None]
    share: int


TARGETS = {
    "load": Target(files(), _load, 12),
    "structure": Target(texts(), _structure, 16),
    "chunk, commitments, terms": Target(texts(), _chunk, 12),
    "quantity, years": Target(texts(), _quantity, 20),
    "question": Target(texts(), _question, 12),
    "verify": Target(texts(), _verify, 10),
    "render, copies, records": Target(texts(), _render, 12),
    "API": Target(texts(), _api, 6),
}


class TooSlow(Exception):
    """An input took longer than it may."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Ends what takes more of the processor's time, regular expressions too; only in the main thread."""
    assert threading.current_thread() is threading.main_thread()

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow(seconds)

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def tried(target: Target, given: Any, limit_s: float = LIMIT_S) -> None:
    """Run the target; an error that a user is told is an answer too."""
    with within(limit_s), suppress(PlanQAError):
        target.run(given)
