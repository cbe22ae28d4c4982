"""Simulated visitors against a real server: what they count, by the page's interface and by /api/ask."""

import os
from pathlib import Path

import pytest
from conftest import BigramEmbedder
from fastapi import FastAPI, Response
from serving import served

from eval.load import Run, Visit, markdown, run
from index.settings import Settings
from rag.live import LiveChain
from ui.app import create_app

QUESTIONS = ["青山区到2027年建成口袋公园多少个?", "白河区修复湿地多少亩?", "湿地公园建设几处?"]


def test_visitors_of_page_and_api_are_all_answered(tiny_index: Path, tmp_path: Path) -> None:
    settings = Settings(index=tiny_index, feedback=tmp_path / "feedback.sqlite3", home=tmp_path)
    with served(create_app(LiveChain(tiny_index, embedder=BigramEmbedder()), settings)) as address:
        seen = run(address, QUESTIONS, visitors=4, seconds=4, pause_s=(0.1, 0.4), seed=7, pid=os.getpid())
    assert seen.errors == []
    assert {visit.way for visit in seen.visits if visit.outcome == "answered"} == {"page", "api"}
    assert seen.count("answered") >= 4
    assert seen.count("answered") + seen.count("turned away") == len(seen.visits)
    assert seen.took() == sorted(seen.took())
    assert seen.memory[0][1] > 50
    assert "| 4 |" in markdown(seen)
    assert "Resident memory" in markdown(seen)


@pytest.mark.parametrize(
    ("status", "turned_away", "errors"), [(429, True, False), (503, True, False), (500, False, True)]
)
def test_being_turned_away_is_no_error_and_failing_is(status: int, turned_away: bool, errors: bool) -> None:
    app = FastAPI()

    @app.get("/config")
    def config() -> dict[str, object]:
        return {"dependencies": [{"id": 3, "api_name": "ask"}]}

    @app.post("/api/ask")
    @app.post("/gradio_api/queue/join")
    def ask() -> Response:
        return Response(status_code=status)

    with served(app) as address:
        seen = run(address, QUESTIONS, visitors=2, seconds=1, pause_s=(0.1, 0.2), seed=1)
    assert bool(seen.count("turned away")) is turned_away
    assert bool(seen.errors) is errors
    assert seen.took() == []
    assert (f"HTTP {status}" in markdown(seen)) is errors


def test_nobody_there_is_an_error() -> None:
    seen = run("http://127.0.0.1:9", QUESTIONS, visitors=1, seconds=0.5, pause_s=(0.1, 0.2), way="api")
    assert seen.errors
    assert "ConnectError" in seen.errors[0]


def test_the_percentile_is_of_those_answered() -> None:
    seen = Run(
        2, 10.0, [Visit("api", 0, float(n), "answered") for n in range(1, 22)] + [Visit("api", 0, 99, "HTTP 500")]
    )
    assert "| 2 | 10 | 22 | 2.10 | 11.00 | 20.00 | 21.00 | 0 | 1 |" in markdown(seen)
