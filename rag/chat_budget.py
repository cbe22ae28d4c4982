"""What a chat model may use in a day: tokens and cost, kept in a file so that a restart does not begin anew."""

import fcntl
import json
import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rag.chat_errors import ChatError
from rag.chat_settings import ChatSettings

FILE = "chat-usage.json"
_MILLION = 1_000_000


@dataclass(frozen=True)
class Usage:
    """Tokens of one day, UTC; `cost` in the unit of the prices."""

    day: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


def today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


class Budget:
    """Takes the most that a request may use before it is made, and gives back what it did not use."""

    def __init__(self, home: Path, settings: ChatSettings, day: Callable[[], str] = today) -> None:
        """`home`: the folder of the file; `day`: the clock."""
        self._path = home / FILE
        self._settings = settings
        self._day = day

    def used(self) -> Usage:
        """What is used of today."""
        with self._held() as usage:
            return usage[0]

    def take(self, tokens_in: int, tokens_out: int) -> Usage:
        """Reserve a request's tokens.

        Raises:
            ChatError: the day's cap would be passed.
        """
        with self._held() as usage:
            asked = self._added(usage[0], tokens_in, tokens_out)
            s = self._settings
            if (s.tokens_a_day and asked.tokens > s.tokens_a_day) or (s.cost_a_day and asked.cost > s.cost_a_day):
                raise ChatError("今日的用量已到上限")
            usage[0] = asked
        return Usage(asked.day, tokens_in, tokens_out)

    def settle(self, taken: Usage, tokens_in: int, tokens_out: int) -> None:
        """Put what a request used in the place of what was `taken` for it; nothing where the day is over."""
        with self._held() as usage:
            if usage[0].day == taken.day:
                usage[0] = self._added(usage[0], tokens_in - taken.tokens_in, tokens_out - taken.tokens_out)

    def _added(self, usage: Usage, tokens_in: int, tokens_out: int) -> Usage:
        total_in, total_out = max(0, usage.tokens_in + tokens_in), max(0, usage.tokens_out + tokens_out)
        cost = (total_in * self._settings.price_in + total_out * self._settings.price_out) / _MILLION
        return replace(usage, tokens_in=total_in, tokens_out=total_out, cost=cost)

    @contextmanager
    def _held(self) -> Iterator[list[Usage]]:
        """Today's usage in a list of one, written back if it was changed; other processes wait."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            before = self._read(file.read())
            usage = [before]
            yield usage
            if usage[0] != before:
                file.seek(0)
                file.truncate()
                file.write(json.dumps(asdict(usage[0])))
                file.flush()
                os.fsync(file.fileno())

    def _read(self, text: str) -> Usage:
        day = self._day()
        try:
            record = json.loads(text)
            usage = Usage(str(record["day"]), int(record["tokens_in"]), int(record["tokens_out"]))
        except (ValueError, KeyError, TypeError):
            return Usage(day)
        return self._added(usage, 0, 0) if usage.day == day else Usage(day)


def most_tokens(text: str) -> int:
    """More tokens than `text` has with any tokenizer in use: a character of Chinese is one or two."""
    return math.ceil(2 * len(text))
