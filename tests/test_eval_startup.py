"""The measured start is that of the page: it answers, and ends with the measurement."""

import socket
from pathlib import Path

import pytest
from conftest import ROOT

from eval import startup
from eval.errors import RunError
from index.settings import Settings


def test_a_page_that_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANQA_SEEDS", str(ROOT / "no such folder"))
    with pytest.raises(RunError, match="ui --build"):
        startup.first_answer_s("高新技术企业达到多少家?")


def test_the_start_is_measured_to_an_answer(
    plan_index: Path, plan_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("seeds", "home", "index"):
        monkeypatch.setenv(f"PLANQA_{name.upper()}", str(getattr(plan_settings, name)))
    port = startup._free_port()
    monkeypatch.setattr(startup, "_free_port", lambda: port)
    assert 0 < startup.first_answer_s("高新技术企业达到多少家?") < startup._MOST_S
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.1", port)) != 0  # nobody listens there any more
