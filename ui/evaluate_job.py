"""One evaluation at a time, in a thread of its own: the page that started it may be closed, and any page may look on or
stop it. Every answer is on the disk when it is known; stopped, it goes on later where it was."""

import logging
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

from eval.errors import RunError
from eval.session import Session, prepare, questions
from index.errors import PlanQAError
from rag.live import LiveChain

logger = logging.getLogger(__name__)

RUNNING, STOPPING, STOPPED, DONE, FAILED = "running", "stopping", "stopped", "done", "failed"
_SORRY = "评测中出了错,请看日志。已得的答案都在,再点“开始评测”会从断处接着做。"


@dataclass(frozen=True)
class State:
    """How far the latest evaluation is. `left_s`: seconds that it still needs, None where that is not known."""

    name: str
    done: int
    total: int
    phase: str
    message: str = ""
    left_s: float | None = None

    @property
    def active(self) -> bool:
        return self.phase in (RUNNING, STOPPING)


class Job:
    """The evaluations of one server."""

    def __init__(self, live: LiveChain) -> None:
        self._live = live
        self._lock = threading.Lock()
        self._state: State | None = None
        self._stop = threading.Event()

    @property
    def state(self) -> State | None:
        """The latest evaluation; None where there was none yet."""
        return self._state

    def start(self, path: Path, folder: Path, limit: int | None = None, fresh: bool = False) -> State:
        """Begin a run of `path`'s questions in `folder`, or go on with it.

        Raises:
            RunError: another one is running, or `folder` holds another run.
            DatasetError: the questions cannot be asked of this index.
        """
        with self._lock:
            if self._state is not None and self._state.active:
                raise RunError(f"“{self._state.name}”正在运行。请等它结束,或先停止它。")
            items = questions([path])
            session = prepare(self._live.get(), items, [path], folder, folder.name, fresh=fresh, limit=limit)
            self._stop.clear()
            self._state = State(folder.name, 0, len(session.items), RUNNING)
            threading.Thread(target=self._run, args=(session,), name="evaluation", daemon=True).start()
            return self._state

    def stop(self) -> None:
        """Let the running one end after the question that it is at."""
        with self._lock:
            if self._state is not None and self._state.active:
                self._stop.set()
                self._state = replace(self._state, phase=STOPPING)

    def _run(self, session: Session) -> None:
        began, first = time.monotonic(), -1
        try:
            for done in session.answering():
                first = done if first < 0 else first
                each_s = (time.monotonic() - began) / (done - first) if done > first else None
                left_s = each_s * (len(session.items) - done) if each_s is not None else None
                self._tell(done=done, left_s=left_s)
                if self._stop.is_set() and done < len(session.items):
                    self._tell(phase=STOPPED, left_s=None)
                    return
            session.finish()
            self._tell(phase=DONE, left_s=None)
        except PlanQAError as error:
            self._tell(phase=FAILED, message=str(error), left_s=None)
        except Exception:  # the page gets a sentence, the operator the traceback
            logger.exception("an evaluation failed")
            self._tell(phase=FAILED, message=_SORRY, left_s=None)

    def _tell(self, **changed: object) -> None:
        with self._lock:
            if self._state is not None:
                self._state = replace(self._state, **changed)  # type: ignore[arg-type]
