"""What visitors thought of answers, and questions that were refused, in one local SQLite file.

Kept are question, answer, its citations, verdict, reason, versions and the day: nothing that says who asked.
"""

import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from ui.records import Record

VERDICTS = ("up", "down", "refused")
REASON_CHARS = 500
_TABLE = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY, day TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, question TEXT NOT NULL,
    answer TEXT NOT NULL, refused INTEGER NOT NULL, citations TEXT NOT NULL, versions TEXT NOT NULL
)"""
_COLUMNS = "id, day, verdict, reason, question, answer, refused, citations, versions"


@dataclass(frozen=True)
class Entry:
    """A verdict on an answer; `citations` and `versions` as JSON has them."""

    id: int
    day: str
    verdict: str
    reason: str
    question: str
    answer: str
    refused: bool
    citations: tuple[dict[str, Any], ...]
    versions: dict[str, str]


class Feedback:
    """The file, made when something is first kept. Safe to use from several threads."""

    def __init__(self, path: Path, today: Callable[[], date] = date.today) -> None:
        self._path = path
        self._today = today
        self._lock = threading.Lock()

    def add(self, verdict: str, record: Record, reason: str = "") -> None:
        """Keep a verdict of `VERDICTS`; the reason is cut at REASON_CHARS characters.

        Raises:
            ValueError: `verdict` is none of them.
            OSError, sqlite3.Error: the file cannot be written.
        """
        if verdict not in VERDICTS:
            raise ValueError(f"verdict {verdict!r} is none of {VERDICTS}")
        answer = record.answer
        versions = {"planqa": _version(), "index": record.index, "model": record.model}
        row = (
            self._today().isoformat(),
            verdict,
            reason.strip()[:REASON_CHARS],
            record.question,
            answer.text,
            int(answer.refused),
            json.dumps([asdict(c) for c in answer.citations], ensure_ascii=False),
            json.dumps(versions),
        )
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, closing(sqlite3.connect(self._path)) as file, file:
            file.execute(_TABLE)
            file.execute(f"INSERT INTO feedback ({_COLUMNS[4:]}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608

    def entries(self, *verdicts: str) -> list[Entry]:
        """What was kept, newest first; only these verdicts, where some are given."""
        if not self._path.is_file():
            return []
        with self._lock, closing(sqlite3.connect(self._path)) as file, file:
            file.execute(_TABLE)
            rows = file.execute(f"SELECT {_COLUMNS} FROM feedback ORDER BY id DESC").fetchall()  # noqa: S608
        found = [_entry(row) for row in rows]
        return [entry for entry in found if not verdicts or entry.verdict in verdicts]


def _entry(row: tuple[Any, ...]) -> Entry:
    number, day, verdict, reason, question, answer, refused, citations, versions = row
    cited = tuple(json.loads(citations))
    return Entry(number, day, verdict, reason, question, answer, bool(refused), cited, json.loads(versions))


def _version() -> str:
    try:
        return metadata.version("planqa")
    except metadata.PackageNotFoundError:
        return ""
