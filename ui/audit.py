"""Who did what to the service: a line of JSON in PLANQA_AUDIT for each login, logout and change, on the disk before the
change is made.

    {"at": "2026-01-31T08:00:00+00:00", "who": "chief", "action": "remove", "what": "ziyun", "outcome": "begun", …}

A name that no account has is not kept: people type passwords into the wrong box.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import gradio as gr

from index.errors import PlanQAError
from ui.auth import Auth
from ui.rate_limit import client_of

LOGIN, LOGOUT, ADD, REMOVE, REBUILD = "login", "logout", "add", "remove", "rebuild"
BEGUN, DONE, FAILED = "begun", "done", "failed"
UNKNOWN = "-"
_WHAT_CHARS = 300


class AuditError(PlanQAError):
    """The audit log cannot be written, so nothing is changed."""


class Audit:
    """The log; appended to, never rewritten."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()

    def note(self, who: str, action: str, outcome: str, what: str = "", client: str = "") -> None:
        """Keep one line.

        Raises:
            AuditError: it cannot be written.
        """
        entry = {
            "at": self._now().isoformat(timespec="seconds"),
            "who": who or UNKNOWN,
            "action": action,
            "what": what[:_WHAT_CHARS],
            "outcome": outcome,
            "client": client,
        }
        line = json.dumps(entry, ensure_ascii=True) + "\n"  # a line break in a file name stays inside its line
        try:
            with self._lock:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                try:
                    os.write(descriptor, line.encode())
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
        except OSError as error:
            raise AuditError("操作记录无法写入,所以没有执行。请告知运维人员检查磁盘空间与权限。") from error

    @contextmanager
    def action(self, who: str, action: str, what: str = "", client: str = "") -> Iterator[None]:
        """Around a change: noted before it is made, and how it ended.

        Raises:
            AuditError: it could not be noted before; the change is not made.
        """
        self.note(who, action, BEGUN, what, client)
        outcome = FAILED
        try:
            yield
            outcome = DONE
        finally:
            self.note(who, action, outcome, what, client)

    def entries(self) -> list[dict[str, str]]:
        """Every line, oldest first."""
        if not self._path.is_file():
            return []
        return [json.loads(line) for line in self._path.read_text("ascii").splitlines()]


class Trail:
    """The log for events of Gradio's pages, which know who sent them by the request."""

    def __init__(self, audit: Audit, auth: Auth) -> None:
        self._audit = audit
        self._auth = auth

    def action(self, request: gr.Request | None, action: str, what: str = "") -> AbstractContextManager[None]:
        """Around a change that `request` asks for; `Audit.action` has the rest."""
        inner = getattr(request, "request", None)
        session = self._auth.session(inner) if inner is not None else None
        client = client_of(inner.scope) if inner is not None else ""
        return self._audit.action(session.name if session else UNKNOWN, action, what, client)
