"""The soak: a short one against a real server in two sittings, and what it says of leaks, errors and servers anew."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, BigramEmbedder
from fastapi import FastAPI
from serving import served

from eval.__main__ import main
from eval.soak import NEVER, Sample, append, kept, soak
from eval.soak_commands import started
from eval.soak_report import faults, markdown, minutes, steadiness
from index.errors import PlanQAError
from index.settings import Settings
from rag.live import LiveChain
from ui.app import create_app

STEADY = Sample("2026-01-01 08:00:00", "7:100", 10.0, 500.0, 20, 9, (0.1, 0.3), 0, ())


def test_a_short_soak_in_two_sittings(tiny_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(index=tiny_index, feedback=tmp_path / "feedback.sqlite3", home=tmp_path)
    with served(create_app(LiveChain(tiny_index, embedder=BigramEmbedder()), settings)) as address:
        state, table = tmp_path / "soak.jsonl", tmp_path / "soak.md"
        told = ["soak", "--address", address, "--pid", str(os.getpid()), "--rate", "12", "--every", "0.2"]
        told += ["--warm-up", "1", "--minutes", "0.1", "--state", str(state), "--out", str(table), "--seed", "3"]
        assert main([*told, "--sitting", "0.02"]) == 1
        first = kept(state)
        assert minutes(first) == pytest.approx(0.02)
        assert "0 of 0.1 minutes" in capsys.readouterr().out
        main(told)  # whether memory is steady is not for so short a time in a process that runs tests
        after = kept(state)
        assert main(told) in (0, 1)
        assert kept(state) == after  # it has lasted as long as wanted
    assert after[: len(first)] == first
    assert minutes(after) == pytest.approx(0.1)
    assert len({sample.sitting for sample in after}) == 2
    assert len({sample.server for sample in after}) == 1
    assert [error for sample in after for error in sample.errors] == []
    assert 50 < sum(len(sample.took_s) for sample in after) <= 75
    assert all(sample.rss_mib > 50 and sample.descriptors > 3 and sample.threads > 1 for sample in after)
    assert f"| {after[0].sitting} |" in table.read_text("utf-8")
    assert len(steadiness(after, 1)) == 1


def test_a_question_that_is_never_answered_is_an_error() -> None:
    app, end, seen = FastAPI(), asyncio.Event(), list[Sample]()

    @app.post("/api/ask")
    @app.get("/config")
    async def hang() -> None:
        await end.wait()

    with served(app) as address:
        asyncio.run(soak(address, os.getpid(), ["问?"], 4, 0.6, seen.append, last_answers_s=0.2))
        end.set()
    assert {error for sample in seen for error in sample.errors} == {NEVER}


def test_what_was_cut_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "soak.jsonl"
    assert kept(path) == []
    append(path, STEADY)
    with path.open("a", encoding="utf-8") as file:
        file.write('\n{"sitting": "2026-01-01 08:0')  # killed in mid-write
    append(path, replace(STEADY, threads=10))
    assert kept(path) == [STEADY, replace(STEADY, threads=10)]


def test_steady_holds() -> None:
    seen = [STEADY] * 30
    assert minutes(seen) == 5
    assert faults(seen, 5, 60) == []
    table = markdown(seen, 5, 60, "")
    assert "**holds**" in table
    assert "| 2026-01-01 08:00:00 | 5.0 | 60 | 0.20 | 60 | 0 | 0 | 0.30 |" in table
    assert "| 1 | 4.0 | 500.0 | 500.0 | +0.00% | 20 | 20 | 9 | yes |" in table


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({"rss_mib": 511.0}, "grew by 2.2%"),
        ({"descriptors": 21}, "from 20 to 21"),
        ({"errors": ("HTTP 500",)}, "3 errors"),
    ],
)
def test_leaks_and_errors_are_told(after: dict[str, object], told: str) -> None:
    seen = [STEADY] * 27 + [replace(STEADY, **after)] * 3  # type: ignore[arg-type]
    assert len(found := faults(seen, 5, 0)) == 1
    assert told in found[0]
    assert found[0] in markdown(seen, 5, 0, "")
    assert ("3 × HTTP 500" in markdown(seen, 5, 0, "")) is ("errors" in after)


def test_two_percent_and_busy_moments_are_no_leak() -> None:
    seen = [STEADY] * 20 + [replace(STEADY, rss_mib=509.9, descriptors=20 + n % 2 * 9) for n in range(10)]
    assert faults(seen, 5, 0) == []


def test_a_server_started_anew_is_judged_by_itself() -> None:
    small = replace(STEADY, sitting="2026-01-01 09:00:00", server="8:200", rss_mib=300.0, descriptors=12)
    seen = [STEADY] * 30 + [small] * 20 + [replace(small, rss_mib=330.0)] * 10
    assert [one.server for one in steadiness(seen, 60)] == ["7:100", "8:200"]
    assert faults(seen, 10, 60) == ["memory of process 2 grew by 10.0%"]


def test_the_warm_up_is_left_out_and_too_short_is_not_judged() -> None:
    cold = replace(STEADY, rss_mib=200.0)
    assert faults([cold] * 6 + [STEADY] * 24, 5, 60) == []
    assert faults([STEADY] * 15, 5, 60) == ["no process was looked at for long enough", "2 of 5 minutes"]


def test_a_server_of_its_own(tiny_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{ROOT / 'tests'}")
    slow = [sys.executable, str(ROOT / "tests" / "slow_server.py"), str(tiny_index), str(tmp_path)]
    with started(slow) as (address, pid):
        assert address.startswith("http://127.0.0.1:")
        assert Path(f"/proc/{pid}").exists()
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(PlanQAError, match="没有启动成功"), started([sys.executable, "-c", "print('no')"]):
        pass


def test_an_address_needs_its_process(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["soak", "--address", "http://127.0.0.1:1"]) == 1
    assert "--pid" in capsys.readouterr().err
