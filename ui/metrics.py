"""What the service did, as Prometheus reads it at /metrics; labels hold routes and outcomes, never what people typed.

The text format is Prometheus' exposition format 0.0.4.
"""

import ipaddress
import os
import threading
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from rag.live import LiveChain
from rag.types import Answer

BOUNDS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Durations:
    """Counts of seconds up to each of `BOUNDS_S`, their number and their sum."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_S) + 1)
        self.sum_s = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS_S, seconds)] += 1
        self.sum_s += seconds


class Metrics:
    """Counters of one process; safe to use from several threads. `gauges`: name → (help, what to ask for its value)."""

    def __init__(self, gauges: Mapping[str, tuple[str, Callable[[], float]]] | None = None) -> None:
        self.gauges = dict(gauges or {})
        self._lock = threading.Lock()
        self._began_s = time.time()
        self._requests: Counter[tuple[str, str, str]] = Counter()
        self._request_s: defaultdict[str, Durations] = defaultdict(Durations)
        self._answers: Counter[str] = Counter()
        self._answer_s = Durations()
        self._turned_away = 0

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request has been answered; status 0: it got no reply."""
        with self._lock:
            self._requests[route, method, str(status)] += 1
            self._request_s[route].add(seconds)

    def answered(self, answer: Answer | None, seconds: float) -> None:
        """A question has been answered; None: it failed."""
        outcome = "failed" if answer is None else "refused" if answer.refused else "answered"
        with self._lock:
            self._answers[outcome] += 1
            self._answer_s.add(seconds)

    def turned_away(self) -> None:
        """A client asked too much."""
        with self._lock:
            self._turned_away += 1

    def text(self) -> str:
        """All of it."""
        with self._lock:
            lines = [*self._lines()]
        return "\n".join(lines) + "\n"

    def _lines(self) -> Iterator[str]:
        yield from _head("planqa_requests_total", "counter", "HTTP requests by route, method and status")
        for (route, method, status), count in sorted(self._requests.items()):
            yield _line("planqa_requests_total", count, route=route, method=method, status=status)
        yield from _head("planqa_request_seconds", "histogram", "Time to the end of the reply, by route")
        for route, times in sorted(self._request_s.items()):
            yield from _histogram("planqa_request_seconds", times, route=route)
        yield from _head("planqa_answers_total", "counter", "Questions by outcome")
        for outcome in ("answered", "refused", "failed"):
            yield _line("planqa_answers_total", self._answers[outcome], outcome=outcome)
        yield from _head("planqa_answer_seconds", "histogram", "Time of answering, without waiting")
        yield from _histogram("planqa_answer_seconds", self._answer_s)
        yield from _head("planqa_turned_away_total", "counter", "Requests over a client's rate")
        yield _line("planqa_turned_away_total", self._turned_away)
        yield from _head("process_start_time_seconds", "gauge", "When the process began, Unix time")
        yield _line("process_start_time_seconds", self._began_s)
        for name, (told, ask) in {**_PROCESS, **self.gauges}.items():
            try:
                value = ask()
            except (OSError, ValueError, IndexError):
                continue  # /proc is not everywhere
            yield from _head(name, "gauge", told)
            yield _line(name, value)


def of_index(live: LiveChain) -> dict[str, tuple[str, Callable[[], float]]]:
    """Gauges of the index that answers now."""
    return {
        "planqa_documents": ("Documents in the index", lambda: len(live.get().index.documents)),
        "planqa_passages": ("Passages in the index", lambda: len(live.get().index.passages)),
    }


def add(app: FastAPI, metrics: Metrics, readers: str) -> None:
    """/metrics for the addresses and networks of `readers`, separated by blanks."""
    allowed = [ipaddress.ip_network(reader) for reader in readers.split()]

    @app.get("/metrics", include_in_schema=False)
    def read(request: Request) -> Response:
        if not _is_in(request.client.host if request.client else "", allowed):
            return JSONResponse({"detail": "没有这个地址。"}, 404)
        return Response(metrics.text(), media_type=_MEDIA_TYPE)


def _is_in(host: str, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)


def _resident_bytes() -> float:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE_BYTES


def _open_files() -> float:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


_PROCESS: Mapping[str, tuple[str, Callable[[], float]]] = {
    "process_resident_memory_bytes": ("Memory in use", _resident_bytes),
    "process_open_fds": ("Open file descriptors", _open_files),
    "planqa_threads": ("Threads", threading.active_count),
}


def _head(name: str, kind: str, told: str) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"


def _line(metric: str, value: float, **labels: str) -> str:
    shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"{metric}{{{shown}}} {value:.16g}" if shown else f"{metric} {value:.16g}"


def _histogram(metric: str, times: Durations, **labels: str) -> Iterator[str]:
    total = 0
    for bound, count in zip((*BOUNDS_S, None), times.counts, strict=True):
        total += count
        yield _line(f"{metric}_bucket", total, **labels, le="+Inf" if bound is None else f"{bound:g}")
    yield _line(f"{metric}_sum", times.sum_s, **labels)
    yield _line(f"{metric}_count", total, **labels)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
