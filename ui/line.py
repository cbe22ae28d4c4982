"""One line for everybody who asks: questions are answered one at a time, in the order they came.

The chain keeps no state and could run in several threads, but each of its questions already uses every core, and each
thread that calls it costs a team of worker threads of its own. So one thread answers, and who would have to wait behind
too many others is told so at once.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from index.errors import PlanQAError
from index.loaded import Index
from rag.ask import Ask
from rag.live import LiveChain
from rag.types import Answer

MOST_WAITING = 16
RETRY_AFTER_S = 3


class Busy(PlanQAError):
    """Too many are waiting for an answer."""


@dataclass(frozen=True)
class Answered:
    """An answer, and the index that it was made of: another one may be current by now."""

    answer: Answer
    index: Index


class Line:
    """The one way from the programs' interfaces to the chain."""

    def __init__(
        self,
        live: LiveChain,
        most_waiting: int = MOST_WAITING,
        told: Callable[[Answer | None, float], None] | None = None,
    ) -> None:
        """`told`: is told of each answer, None for one that failed, and of the seconds it took."""
        self._live = live
        self._told = told
        self._worker = ThreadPoolExecutor(1, "answering")
        self._places = threading.BoundedSemaphore(most_waiting + 1)

    def ask(self, ask: Ask) -> Answered:
        """The answer, when it is this question's turn; for callers in a thread of their own.

        Raises:
            Busy: the line is full.
            QuestionError: the question cannot be asked like this.
        """
        return self._join(ask).result()

    async def asked(self, ask: Ask) -> Answered:
        """`ask` for callers in an event loop; a caller that is cancelled leaves the line."""
        return await asyncio.wrap_future(self._join(ask))

    def is_full(self) -> bool:
        """Whether a question asked now would be turned away."""
        free = self._places.acquire(blocking=False)
        if free:
            self._places.release()
        return not free

    def _join(self, ask: Ask) -> Future[Answered]:
        if not self._places.acquire(blocking=False):
            raise Busy(f"现在提问的人太多,请 {RETRY_AFTER_S} 秒后再试。")
        turn = self._worker.submit(self._answer, ask)
        turn.add_done_callback(lambda _: self._places.release())
        return turn

    def _answer(self, ask: Ask) -> Answered:
        began, answer = time.perf_counter(), None
        try:
            chain = self._live.get()
            answer = chain.invoke(ask)
            return Answered(answer, chain.index)
        finally:
            if self._told is not None:
                self._told(answer, time.perf_counter() - began)
