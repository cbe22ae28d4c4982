"""The interfaces for programs: whatever is sent gets an answer or a problem, never an error of the inside."""

import json
from typing import Any, cast

from fastapi.testclient import TestClient
from httpx import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import MCP, call, problem

from ui.problems import SORRY

_KEYS = st.sampled_from(
    ["question", "history", "documents", "understood", "retrieved", "stream", "role", "content", "messages", "model",
     "n", "stream_options", "type", "text", "district", "limit", "q", "year"]
)  # fmt: skip
_ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=40)
    | st.sampled_from(
        ["user", "assistant", "青山区建成口袋公园多少个?", "\ud800", "text", "planqa", "问" * 3000, "\x00"]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS | st.text(max_size=5), inner, max_size=5),
    max_leaves=12,
)
_ASKED = st.fixed_dictionaries(
    {"question": _ANY | st.text(max_size=60)},
    optional={"history": _ANY, "documents": _ANY, "understood": _ANY, "stream": _ANY, "retrieved": _ANY},
)
_CHAT = st.fixed_dictionaries(
    {"messages": _ANY | st.lists(st.fixed_dictionaries({"role": st.just("user"), "content": _ANY}), max_size=3)},
    optional={"model": _ANY, "stream": _ANY, "n": _ANY, "stream_options": _ANY, "documents": _ANY},
)
fuzzed = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def fits(reply: Response, more: tuple[int, ...] = ()) -> None:
    """It is an answer, or a problem that the sender can mend."""
    assert reply.status_code in (200, 400, 404, 422, *more), reply.text
    if reply.status_code != 200:
        problem(reply, reply.status_code)


@given(sent=_ANY | _ASKED)
@fuzzed
def test_any_json_asked(http: TestClient, sent: Any) -> None:
    fits(http.post("/api/ask", content=json.dumps(sent), headers={"Content-Type": "application/json"}))


@given(sent=_ANY | _CHAT)
@fuzzed
def test_any_json_as_a_chat(http: TestClient, sent: Any) -> None:
    fits(http.post("/v1/chat/completions", content=json.dumps(sent), headers={"Content-Type": "application/json"}))


@given(sent=st.binary(max_size=200))
@fuzzed
def test_any_bytes(http: TestClient, sent: bytes) -> None:
    for path in ("/api/ask", "/v1/chat/completions"):
        fits(http.post(path, content=sent, headers={"Content-Type": "application/json"}))


@given(query=st.dictionaries(_KEYS | st.text(max_size=5), st.text(max_size=20), max_size=4))
@fuzzed
def test_any_filter(http: TestClient, query: dict[str, str]) -> None:
    sendable = {k.encode("utf-8", "replace"): v.encode("utf-8", "replace") for k, v in query.items()}
    for path in ("/api/commitments", "/api/terms", "/api/documents/qingshan"):
        fits(http.get(path, params=cast(Any, sendable)))


@given(name=st.sampled_from(["ask", "search_commitments", "list_documents", "x"]), arguments=_ANY | _ASKED)
@fuzzed
def test_any_call_of_a_tool(http: TestClient, name: str, arguments: Any) -> None:
    sent = json.dumps(call(name, arguments))
    reply = http.post("/mcp", content=sent, headers={**MCP, "Content-Type": "application/json"})
    assert reply.status_code in (200, 400), reply.text
    assert SORRY not in reply.text
    assert "Traceback" not in reply.text
