"""The interfaces for programs: questions wait in one line, and nothing of one visitor reaches another."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from programs import MCP, QUESTION, application, call, problem

from rag.ask import Ask
from rag.live import LiveChain
from ui.line import RETRY_AFTER_S, Busy, Line


class Slow:
    """A chain that answers when it is let go, and counts how many questions it has at once."""

    def __init__(self, live: LiveChain) -> None:
        self._chain = live.get()
        self.go = threading.Event()
        self.now = self.most = 0
        self.threads: set[int] = set()

    @property
    def index(self) -> Any:
        return self._chain.index

    def get(self) -> "Slow":
        return self

    def invoke(self, ask: Ask) -> Any:
        self.now += 1
        self.most = max(self.most, self.now)
        self.threads.add(threading.get_ident())
        assert self.go.wait(60)
        answer = self._chain.invoke(ask)
        self.now -= 1
        return answer


def wait_until(true: Any) -> None:
    end = time.monotonic() + 60
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    assert true()


def test_questions_are_answered_one_at_a_time_and_too_many_are_turned_away(live: LiveChain) -> None:
    slow = Slow(live)
    line = Line(cast(LiveChain, slow), most_waiting=2)
    with TestClient(application(slow, line)) as client, ThreadPoolExecutor(8) as asking:

        def ask(question: str) -> Response:
            return client.post("/api/ask", json={"question": question})

        questions = ["青山区新增绿道多少公里?", "白河区新增绿道多少公里?", "白河区修复湿地面积多少亩?"]
        waiting = [asking.submit(ask, question) for question in questions]
        wait_until(line.is_full)
        for reply in (
            ask(QUESTION),
            client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": QUESTION}]}),
        ):
            assert problem(reply, 503)["code"] == "busy"
            assert reply.headers["Retry-After"] == str(RETRY_AFTER_S)
        assert "太多" in client.post("/mcp", headers=MCP, json=call("ask", {"question": QUESTION})).text
        assert client.get("/ready").status_code == 503
        assert client.get("/health").status_code == 200
        with pytest.raises(Busy):
            line.ask(Ask(QUESTION))
        slow.go.set()
        answers = [future.result(60).json() for future in waiting]
        assert client.get("/ready").status_code == 200
        assert ask(QUESTION).status_code == 200
    assert (slow.most, len(slow.threads)) == (1, 1)
    chain = live.get()
    assert [a["question"] for a in answers] == questions  # each its own
    assert [a["answer"] for a in answers] == [chain.invoke(question).text for question in questions]


def test_nothing_of_one_visitor_reaches_another(http: TestClient) -> None:
    http.post("/api/ask", json={"question": QUESTION})
    alone = http.post("/api/ask", json={"question": "那白河区呢?"}).json()
    assert alone["understood"] == ""
    chat = http.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "那白河区呢?"}]}).json()
    assert chat["planqa"]["understood"] == ""
