"""What Gradio keeps of visitors: few sessions, none with a copy of the page; who was forgotten still gets answers."""

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
        assert httpx.get(f"{address}/", trust_env=False).status_code == 200


def test_only_gradios_own_is_bounded(app: FastAPI) -> None:
    with pytest.raises(TypeError, match="Gradio"):
        bound(app.routes[0])
