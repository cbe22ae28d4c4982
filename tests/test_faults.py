"""What breaks under a running service: the old answers stay or something clear is said, and no verdict that was
acknowledged is lost.

Few of each in the tests; the whole campaign with PLANQA_FAULTS=all (`make campaign-faults`), and then a table where
PLANQA_FAULTS_TABLE says.
"""

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from conftest import ROOT, BigramEmbedder, Fixed, OverlapChain
from fastapi.testclient import TestClient
from programs import QUESTION, application, problem

from index import build as building
from index.build import build_index
from index.errors import IndexDamaged, IndexMissing, PlanQAError
from index.settings import Settings
from index.store import CURRENT, META, current_version, open_index
from rag.ask import Ask
from rag.live import LiveChain
from rag.types import Answer
from ui.app import create_app
from ui.audit import Audit, AuditError
from ui.feedback import Feedback
from ui.records import Record

ALL = os.environ.get("PLANQA_FAULTS") == "all"
TABLE = os.environ.get("PLANQA_FAULTS_TABLE", "")
VERDICT = Record("问?", Answer("问?", "答", False, 1.0))
ROWS: dict[str, tuple[int, int, str]] = {}
NOBODY = 65534


@pytest.fixture(scope="module", autouse=True)
def written(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if TABLE and not request.session.testsfailed:
        rows = "".join(f"| {name} | {n} | {n} | {lost} | {told} |\n" for name, (n, lost, told) in ROWS.items())
        Path(TABLE).write_text(
            "# Faults\n\n`make campaign-faults`. Survived: the old answers stayed, or something clear was said and the "
            "service went on. Lost: verdicts that were acknowledged and are not there. The table is written where "
            f"everything survived.\n\n| fault | tried | survived | lost | what was seen |\n"
            f"| --- | ---: | ---: | ---: | --- |\n{rows}",
            "utf-8",
        )


@pytest.fixture
def folder(tiny_seeds: Path, tiny_index: Path) -> Iterator[Path]:
    """A service's folder that any user may enter: seeds, index."""
    made = Path(tempfile.mkdtemp(prefix="planqa-faults-"))
    made.chmod(0o755)
    shutil.copytree(tiny_seeds, made / "seeds")
    shutil.copytree(tiny_index, made / "index")
    yield made
    shutil.rmtree(made, ignore_errors=True)


def told(folder: Path) -> Settings:
    return Settings(
        seeds=folder / "seeds", index=folder / "index", home=folder, feedback=folder / "f.sqlite3", audit=folder / "a"
    )


def running(folder: Path) -> LiveChain:
    return LiveChain(folder / "index", told(folder), embedder=BigramEmbedder())


def parks(live: LiveChain) -> str:
    return live.get().invoke(QUESTION).text


@contextmanager
def most_bytes(size: int) -> Iterator[None]:
    """No file may grow beyond `size`: to a writer as a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_while_the_index_is_rebuilt(folder: Path) -> None:
    live = running(folder)
    before, version = parks(live), current_version(folder / "index")
    (folder / "seeds" / "more.txt").write_text("黑山区计划\n到2027年,黑山区建成口袋公园12个。\n" * 50, "utf-8")
    sizes = [int(10 ** (n / 10)) for n in range(0, 36)] if ALL else [0, 30, 3000]
    for size in sizes:
        with pytest.raises((OSError, PlanQAError, RuntimeError)), most_bytes(size):
            build_index(folder / "seeds", folder / "index", BigramEmbedder(), told(folder))
        assert current_version(folder / "index") == version
        assert parks(live) == before
        open_index(folder / "index")
    build_index(folder / "seeds", folder / "index", BigramEmbedder(), told(folder))
    assert len(live.get().index.documents) == 4
    ROWS["disk full while the index is rebuilt"] = (len(sizes), 0, "old index answers; built once there is room")


def test_a_full_disk_while_verdicts_are_kept(folder: Path) -> None:
    feedback = Feedback(folder / "f.sqlite3")
    acknowledged = tried = 0
    for size in [*range(0, 60_000, 3000 if ALL else 12_000), 1 << 30]:
        for _ in range(12):
            tried += 1
            try:
                with most_bytes(size):
                    feedback.add("up", VERDICT)
                acknowledged += 1
            except (OSError, sqlite3.Error):
                pass
    found = len(Feedback(folder / "f.sqlite3").entries())
    assert found == acknowledged > 0
    ROWS["disk full while a verdict is kept"] = (
        tried,
        acknowledged - found,
        f"{tried - acknowledged} told to try again",
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can become somebody without rights")
def test_a_disk_that_is_read_only(folder: Path) -> None:
    settings = told(folder)
    Feedback(settings.feedback).add("up", VERDICT)
    live = running(folder)
    before = parks(live)
    pointer = folder / "index" / CURRENT
    os.seteuid(NOBODY)  # who may not even read the index
    try:
        with pytest.raises(IndexDamaged, match="权限"):
            current_version(folder / "index")
        assert parks(live) == before
    finally:
        os.seteuid(0)
    for path in [pointer.parent, *pointer.parent.rglob("*"), *(folder / "seeds").rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    os.seteuid(NOBODY)  # who may read it
    try:
        with pytest.raises(sqlite3.OperationalError):
            Feedback(settings.feedback).add("up", VERDICT)
        with pytest.raises(AuditError, match="没有执行"):
            Audit(settings.audit).note("chief", "login", "done")
        with pytest.raises(OSError, match=r"[Pp]ermission"):
            build_index(settings.seeds, settings.index, BigramEmbedder(), settings)
        assert parks(live) == before
    finally:
        os.seteuid(0)
    assert len(Feedback(settings.feedback).entries()) == 1
    ROWS["read-only disk, unreadable disk"] = (5, 0, "answers go on; verdict, log-in and rebuilding are refused")


def test_the_index_directory_goes_and_comes_back(folder: Path) -> None:
    live = running(folder)
    before = parks(live)
    root = folder / "index"
    rounds = 20 if ALL else 3
    for number in range(rounds):
        if number % 2:
            shutil.rmtree(root)
        else:
            root.rename(folder / f"away-{number}")
        assert parks(live) == before
        with pytest.raises(IndexMissing, match="index build"):
            open_index(root)
        build_index(folder / "seeds", root, BigramEmbedder(), told(folder))
        assert parks(live) == before
        assert live.get().index.version == current_version(root)
    ROWS["index directory gone under a running server"] = (rounds, 0, "old answers; the new index is taken up")


def test_the_index_is_swapped_for_a_broken_one(folder: Path) -> None:
    live = running(folder)
    before, root = parks(live), folder / "index"
    version = current_version(root)
    names = sorted(p.name for p in (root / version).iterdir() if p.is_file())
    for number, name in enumerate(names):
        broken = root / f"broken{number}"
        shutil.copytree(root / version, broken)
        (broken / name).write_bytes(b"{}")
        (root / CURRENT).write_text(broken.name, "utf-8")
        assert parks(live) == before
        with pytest.raises(IndexDamaged, match="index build"):
            open_index(root)
    ROWS["index swapped for a broken one"] = (len(names), 0, "old answers; opening anew says what to run")


def test_a_byte_is_changed_anywhere(folder: Path) -> None:
    live = running(folder)
    before, root = parks(live), folder / "index"
    chance = random.Random(200)
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and path.stat().st_size]
    sizes = [path.stat().st_size for path in files]
    said = same = 0
    for _ in range(200 if ALL else 30):
        path = chance.choices(files, sizes)[0] if chance.random() < 0.7 else chance.choice(files)
        whole = path.read_bytes()
        at = chance.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 + chance.randrange(255))]) + whole[at + 1 :])
        try:
            opened = open_index(root)
        except (IndexDamaged, IndexMissing) as error:
            said += "index build" in str(error)
        else:  # what `meta.json` only tells: nothing that answers are made of
            assert path.name == META
            assert OverlapChain(opened).invoke(QUESTION).text == OverlapChain(live.get().index).invoke(QUESTION).text
            same += 1
        assert parks(live) == before
        path.write_bytes(whole)
    open_index(root)
    assert said + same == (200 if ALL else 30)
    ROWS["a byte changed at random in the index"] = (said + same, 0, f"{said} said on opening, {same} without effect")


def test_the_clock_is_set_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = running(folder)
    root, years = folder / "index", (1, 10, 50)
    for back in years:
        then = datetime.now(UTC) - timedelta(days=365 * back)

        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None, then: datetime = then) -> datetime:  # type: ignore[override]
                return then

        monkeypatch.setattr(building, "datetime", Clock)
        (folder / "seeds" / f"more{back}.txt").write_text(f"黑山区计划\n到2027年,黑山区建成公园{back}个。\n", "utf-8")
        build_index(folder / "seeds", root, BigramEmbedder(), told(folder))
        assert live.get().index.version == current_version(root)
        assert "36" in parks(live)
    assert len(live.get().index.documents) == 3 + len(years)
    feedback = Feedback(folder / "f.sqlite3", today=lambda: then.date())
    for _ in range(5):
        feedback.add("up", VERDICT)
    assert len(feedback.entries()) == 5
    ROWS["clock set back 1, 10, 50 years"] = (len(years), 0, "the newest index is taken up; verdicts are kept")


def test_sigterm_in_mid_answer(folder: Path) -> None:
    seconds = []
    for number in range(10 if ALL else 1):
        command = [sys.executable, str(ROOT / "tests" / "slow_server.py"), str(folder / "index"), str(folder)]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
            assert server.stdout
            where = next(line for line in server.stdout if "http://" in line).split()[1]
            replies: list[dict[str, object]] = []

            def ask(where: str = where, replies: list[dict[str, object]] = replies) -> None:
                body = json.dumps({"question": QUESTION}).encode()
                request = urllib.request.Request(f"{where}/api/ask", body, {"Content-Type": "application/json"})
                with urllib.request.urlopen(request, timeout=120) as reply:
                    replies.append(json.loads(reply.read()))

            asking = threading.Thread(target=ask)
            asking.start()
            assert next(server.stdout).strip() == "ANSWERING"
            began = time.monotonic()
            server.send_signal(signal.SIGTERM if number % 2 == 0 else signal.SIGINT)
            server.wait(60)
            seconds.append(time.monotonic() - began)
            asking.join(60)
        assert len(replies) == 1
        assert "36个" in str(replies[0]["answer"])
    ROWS["SIGTERM or SIGINT in mid-answer"] = (len(seconds), 0, f"answered whole; ended within {max(seconds):.1f} s")


class Greedy(OverlapChain):
    """Needs more memory than there is for every other question."""

    asked = 0

    def invoke(self, asked: str | Ask) -> Answer:
        self.asked += 1
        if self.asked % 2:
            np.ones(1 << 50)
        return super().invoke(asked)


def test_no_memory_in_the_worker(tiny_index: Path) -> None:
    rounds = 50 if ALL else 3
    with TestClient(
        application(cast(LiveChain, Fixed(Greedy(open_index(tiny_index))))), raise_server_exceptions=False
    ) as client:
        for _ in range(rounds):
            problem(client.post("/api/ask", json={"question": QUESTION}), 500)
            assert "36个" in client.post("/api/ask", json={"question": QUESTION}).json()["answer"]
    ROWS["no memory in the worker"] = (rounds, 0, "told to try again; the next question is answered")


def test_the_feedback_file_is_locked(folder: Path, overlap_chain: LiveChain) -> None:
    settings = told(folder)
    Feedback(settings.feedback).add("up", VERDICT)
    client = TestClient(create_app(overlap_chain, settings))
    sent = f"[{VERDICT.as_json()}]"
    acknowledged, tried = 1, 0
    for _ in range(5 if ALL else 1):
        holder = sqlite3.connect(settings.feedback)
        holder.execute("BEGIN EXCLUSIVE")
        refused = client.post("/page/feedback?verdict=up", content=sent)
        assert refused.status_code == 500
        assert "没有存下" in refused.json()["detail"]
        holder.rollback()
        holder.close()
        assert client.post("/page/feedback?verdict=up", content=sent).status_code == 200
        acknowledged, tried = acknowledged + 1, tried + 1
    found = len(Feedback(settings.feedback).entries())
    assert found == acknowledged
    ROWS["feedback file locked"] = (tried, acknowledged - found, "told that it was not kept; kept once it is free")


def test_killed_while_verdicts_are_kept(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from ui.feedback import Feedback; from ui.records import Record\n"
        "from rag.types import Answer\n"
        "kept = Feedback(Path(sys.argv[1]))\n"
        "while True:\n"
        "    kept.add('up', Record('问?', Answer('问?', '答', False, 1.0))); print('.', end='', flush=True)\n"
    )
    acknowledged = 0
    rounds = 20 if ALL else 2
    chance = random.Random(9)
    for _ in range(rounds):
        command = [sys.executable, "-c", program, str(folder / "f.sqlite3")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}) as writer:
            assert writer.stdout
            assert writer.stdout.read(1) == b"."
            time.sleep(chance.random() / 4)
            writer.kill()
            acknowledged += 1 + len(writer.stdout.read())
    found = len(Feedback(folder / "f.sqlite3").entries())
    assert acknowledged <= found <= acknowledged + rounds
    ROWS["kill -9 while verdicts are kept"] = (
        rounds,
        max(0, acknowledged - found),
        f"{acknowledged} acknowledged, {found} there",
    )
