"""Does it stay as it is for hours? A running server is asked at a steady rate, and its process is looked at meanwhile.

Questions leave when their time has come, answered or not, so a server that stalls is seen and not spared. What was seen
is appended to a file of JSON lines, one an interval: a soak that is stopped goes on in another sitting, and
`eval.soak_report` judges all of them together.
"""

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from eval.load import ASKED, WAYS, resident_mib

_TIMEOUT_S = 120.0
_LAST_ANSWERS_S = 60.0
NEVER = "no answer before the end"
_IDLE_S = 2.0  # shorter than the server keeps a connection, or one may be used in the moment that it is closed


@dataclass(frozen=True)
class Sample:
    """One interval. `server`: the process's id and when it began; `took_s`: seconds of each answered question."""

    sitting: str
    server: str
    seconds: float
    rss_mib: float
    descriptors: int
    threads: int
    took_s: tuple[float, ...]
    turned_away: int
    errors: tuple[str, ...]


@dataclass
class _Heard:
    """What came of the questions since the last interval ended."""

    took_s: list[float] = field(default_factory=list)
    turned_away: int = 0
    errors: list[str] = field(default_factory=list)

    def note(self, outcome: str, took_s: float) -> None:
        if outcome == "answered":
            self.took_s.append(took_s)
        elif outcome == "turned away":
            self.turned_away += 1
        else:
            self.errors.append(outcome)


async def soak(
    address: str,
    pid: int,
    questions: Sequence[str],
    rate: float,
    seconds: float,
    keep: Callable[[Sample], None],
    every_s: float = 10.0,
    seed: int = 0,
    last_answers_s: float = _LAST_ANSWERS_S,
) -> None:
    """Ask `rate` questions a second for `seconds`; give `keep` what each `every_s` saw. `pid`: the server's process;
    what has no answer `last_answers_s` after the end is an error."""
    draw = random.Random(seed)  # noqa: S311 - not for secrets
    sitting, heard, asking = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}", _Heard(), set[asyncio.Task[None]]()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=_IDLE_S)
    async with httpx.AsyncClient(base_url=address, timeout=_TIMEOUT_S, limits=limits, trust_env=False) as client:
        began = time.perf_counter()

        async def ask(way: str, question: str) -> None:
            left = time.perf_counter()
            try:
                outcome = await ASKED[way](client, question)
            except (httpx.HTTPError, ValueError, KeyError) as error:
                outcome = f"{type(error).__name__}: {error}"[:160]
            heard.note(outcome, time.perf_counter() - left)

        def look(since_s: float) -> None:
            nonlocal heard
            seen, heard = heard, _Heard()
            keep(_sample(sitting, pid, since_s, seen))

        looked, number = 0.0, 0
        while (now := time.perf_counter() - began) < seconds:
            if now >= looked + every_s:
                look(now - looked)
                looked = now
            if now >= number / rate:
                task = asyncio.create_task(ask(WAYS[number % len(WAYS)], draw.choice(questions)))
                asking.add(task)
                task.add_done_callback(asking.discard)
                number += 1
            await asyncio.sleep(max(0.0, min(number / rate, looked + every_s, seconds) - now))
        if asking:
            _, never = await asyncio.wait(asking, timeout=last_answers_s)
            heard.errors += [NEVER] * len(never)
        look(seconds - looked)  # waiting for the last answers is no soaking


def _sample(sitting: str, pid: int, seconds: float, heard: _Heard) -> Sample:
    """What `heard` holds, and what the process is now; zeros where it is gone."""
    process = Path(f"/proc/{pid}")
    try:
        # the name, which may hold blanks, ends with the last bracket; the 20th and 22nd field of proc(5) follow
        fields = (process / "stat").read_text("utf-8").rpartition(")")[2].split()
        descriptors = sum(1 for _ in (process / "fd").iterdir())
    except OSError:
        return Sample(
            sitting, f"{pid}", seconds, 0.0, 0, 0, tuple(heard.took_s), heard.turned_away, (*heard.errors, "it is gone")
        )
    return Sample(
        sitting=sitting,
        server=f"{pid}:{fields[19]}",
        seconds=seconds,
        rss_mib=resident_mib(pid),
        descriptors=descriptors,
        threads=int(fields[17]),
        took_s=tuple(heard.took_s),
        turned_away=heard.turned_away,
        errors=tuple(heard.errors),
    )


def append(path: Path, sample: Sample) -> None:
    """Keep a sample; what was written before stays, whatever happens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(("\n" if file.tell() else "") + json.dumps(asdict(sample), ensure_ascii=False))


def kept(path: Path) -> list[Sample]:
    """All samples of a file, in order; a line that was cut off while it was written is left out."""
    return [sample for line in _lines(path) if (sample := _read(line))]


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.is_file() else []


def _read(line: str) -> Sample | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return Sample(**{**told, "took_s": tuple(told["took_s"]), "errors": tuple(told["errors"])})
