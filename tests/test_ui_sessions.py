"""What Gradio keeps of visitors: few sessions, none with a copy of the page; who was forgotten still gets answers."""

import json
from pathlib import Path

import httpx
import pytest
from conftest import BigramEmbedder
from fastapi import FastAPI
from serving import served

from eval.load import run
from index.settings import Settings
from rag.live import LiveChain
from ui.app import create_app
from ui.gradio_gate import GradioGate
from ui.gradio_sessions import MOST_SESSIONS, Sessions, bound

QUESTIONS = ["青山区到2027年建成口袋公园多少个?", "白河区修复湿地多少亩?"]


@pytest.fixture(scope="module")
def app(tiny_index: Path, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(index=tiny_index, feedback=home / "f.sqlite3", home=home, reader=False)
    return create_app(LiveChain(tiny_index, settings, embedder=BigramEmbedder()), settings)


def of(app: FastAPI) -> Sessions:
    gates = [route.app for route in app.routes if isinstance(getattr(route, "app", None), GradioGate)]
    kept = [gate._app.state_holder for gate in gates]
    assert kept
    assert all(isinstance(one, Sessions) for one in kept)
    return kept[-1]


def test_sessions_are_few_and_hold_no_page(app: FastAPI) -> None:
    sessions = of(app)
    assert sessions.capacity == MOST_SESSIONS
    sessions.capacity = 3
    with served(app) as address:
        seen = run(address, QUESTIONS, visitors=2, seconds=3, pause_s=(0.0, 0.1), way="page", seed=5)
        assert seen.errors == []
        assert seen.count("answered") > 3  # each of a session of its own
        assert 0 < len(sessions.session_data) <= 3
        assert set(sessions.time_last_used) == set(sessions.session_data)
        assert [dict(one.config_values) for one in sessions.session_data.values() if one.config_values] == []
        assert all(one.state_data for one in sessions.session_data.values())  # the conversation is there


def test_who_was_forgotten_is_answered_again(app: FastAPI) -> None:
    sessions = of(app)
    sessions.capacity = 2
    with served(app) as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        assert "36个" in asked(client, "first")
        for other in ("second", "third", "fourth"):
            asked(client, other)
        assert "first" not in sessions
        assert "36个" in asked(client, "first")
        assert "first" in sessions


def asked(client: httpx.Client, session: str) -> str:
    """What the page of a session is shown for the first question."""
    events = client.get("/config").json()["dependencies"]
    number = next(event["id"] for event in events if event["api_name"] == "ask")
    sent = {"data": [QUESTIONS[0], [], None], "fn_index": number, "session_hash": session}
    assert client.post("/gradio_api/queue/join", json=sent).status_code == 200
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as reply:
        for line in reply.iter_lines():
            told = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            if told.get("msg") == "process_completed":
                assert told["success"]
                return json.dumps(told["output"], ensure_ascii=False)
    pytest.fail("the events ended")


def test_only_gradios_own_is_bounded(app: FastAPI) -> None:
    with pytest.raises(TypeError, match="Gradio"):
        bound(app.routes[0])
