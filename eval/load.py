"""Many visitors at once: simulated people who ask a running server, by the page's own interface or by /api/ask.

Every visitor waits a drawn while between questions, as people do; an answer that takes long delays its own visitor
alone. Turned away politely (429, 503, the page's notice) is told apart from failing. The memory of the server's process
is read every ten seconds.
"""

import asyncio
import json
import random
import statistics
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

WAYS = ("page", "api")
_TIMEOUT_S = 120.0
_BUSY = (429, 503)
_BUSY_WORDS = "提问的人太多"
_MEMORY_EVERY_S = 10.0


@dataclass(frozen=True)
class Visit:
    """One question: when it was asked, in seconds from the start, and what became of it."""

    way: str
    at_s: float
    took_s: float
    outcome: str  # "answered", "turned away", or what went wrong


@dataclass
class Run:
    """What a run saw. `memory`: (seconds from the start, MiB resident)."""

    visitors: int
    seconds: float
    visits: list[Visit] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)

    def took(self) -> list[float]:
        """Seconds of the answered questions, ascending."""
        return sorted(v.took_s for v in self.visits if v.outcome == "answered")

    def count(self, outcome: str) -> int:
        return sum(v.outcome == outcome for v in self.visits)

    @property
    def errors(self) -> list[str]:
        return [v.outcome for v in self.visits if v.outcome not in ("answered", "turned away")]


def run(
    address: str,
    questions: Sequence[str],
    visitors: int,
    seconds: float,
    pause_s: tuple[float, float] = (10.0, 20.0),
    way: str = "both",
    seed: int = 0,
    pid: int = 0,
) -> Run:
    """Let `visitors` ask `questions` for `seconds`. `pid`: the server's process, 0 for leaving its memory unread."""
    return asyncio.run(_run(address, questions, visitors, seconds, pause_s, way, seed, pid))


async def _run(
    address: str,
    questions: Sequence[str],
    visitors: int,
    seconds: float,
    pause_s: tuple[float, float],
    way: str,
    seed: int,
    pid: int,
) -> Run:
    seen = Run(visitors, seconds)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=_TIMEOUT_S, limits=limits, trust_env=False) as client:
        started = time.perf_counter()

        async def visitor(number: int) -> None:
            draw = random.Random(f"{seed}:{number}")  # noqa: S311 - not for secrets
            own = WAYS[number % len(WAYS)] if way == "both" else way
            await asyncio.sleep(draw.uniform(0, pause_s[1]))  # they don't come all in one moment
            while True:
                began = time.perf_counter()
                try:
                    outcome = await ASKED[own](client, draw.choice(questions))
                except (httpx.HTTPError, ValueError, KeyError) as error:
                    outcome = f"{type(error).__name__}: {error}"[:160]
                seen.visits.append(Visit(own, began - started, time.perf_counter() - began, outcome))
                pause = draw.uniform(*pause_s)
                if time.perf_counter() + pause - started > seconds:
                    return
                await asyncio.sleep(pause)

        async def memory() -> None:
            while True:
                seen.memory.append((time.perf_counter() - started, resident_mib(pid)))
                await asyncio.sleep(_MEMORY_EVERY_S)

        watching = asyncio.create_task(memory()) if pid else None
        await asyncio.gather(*(visitor(number) for number in range(visitors)))
        if watching is not None:
            watching.cancel()
        seen.seconds = time.perf_counter() - started
    return seen


async def _by_api(client: httpx.AsyncClient, question: str) -> str:
    reply = await client.post("/api/ask", json={"question": question})
    if reply.status_code in _BUSY:
        return "turned away"
    if reply.status_code != 200:
        return f"HTTP {reply.status_code}"
    return "answered" if reply.json()["answer"] else "empty answer"


async def _by_page(client: httpx.AsyncClient, question: str) -> str:
    """As the page asks: the question into its queue, then the events of its session until the last."""
    visit = uuid.uuid4().hex
    asked = {"data": [question, [], None], "fn_index": await _event_of_the_page(client), "session_hash": visit}
    reply = await client.post("/gradio_api/queue/join", json=asked)
    if reply.status_code in _BUSY:
        return "turned away"
    if reply.status_code != 200:
        return f"HTTP {reply.status_code}"
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": visit}) as events:
        async for line in events.aiter_lines():
            told = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            if told.get("msg") == "process_completed":
                shown = json.dumps(told["output"], ensure_ascii=False)
                if not told["success"]:
                    return f"page: {shown[:80]}"
                return "turned away" if _BUSY_WORDS in shown else "answered"
    return "page: the events ended"


async def _event_of_the_page(client: httpx.AsyncClient) -> int:
    """The number of the page's event that asks."""
    reply = await client.get("/config")
    return next(int(event["id"]) for event in reply.json()["dependencies"] if event["api_name"] == "ask")


ASKED = {"api": _by_api, "page": _by_page}


def resident_mib(pid: int) -> float:
    """Memory that a process has resident, MiB; 0 where it cannot be read."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def markdown(seen: Run) -> str:
    """A row's worth of figures, and the memory."""
    took = seen.took()
    lines = [
        "| visitors | seconds | asked | answered a second | median, s | p95, s | slowest, s | turned away | errors |",
        "| --- " * 9 + "|",
        f"| {seen.visitors} | {seen.seconds:.0f} | {len(seen.visits)} | {len(took) / seen.seconds:.2f} | "
        + (
            f"{statistics.median(took):.2f} | {took[int(0.95 * (len(took) - 1))]:.2f} | {took[-1]:.2f}"
            if took
            else "– | – | –"
        )
        + f" | {seen.count('turned away')} | {len(seen.errors)} |",
    ]
    if seen.memory:
        shown = ", ".join(f"{at:.0f} s {mib:.0f}" for at, mib in seen.memory)
        lines += ["", f"Resident memory of the server, MiB: {shown}."]
    lines += [f"- {error}" for error in sorted(set(seen.errors))]
    return "\n".join(lines)
