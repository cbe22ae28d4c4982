"""Records of an index that are made when they are looked at: those of a million passages don't fit into memory.

Lines of JSON, mapped and not read; what was looked at last is kept, which is all of them in a small collection.
"""

import json
import mmap
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from operator import eq
from pathlib import Path
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
_KEPT = 32_768
_READ_BYTES = 1 << 24


class Lazy(Sequence[T]):
    """A sequence whose items are made when they are looked at; equal to every sequence of equal items."""

    @abstractmethod
    def _at(self, at: int) -> T:
        """The item at `at`, which is neither negative nor too large."""

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[T, ...]: ...
    def __getitem__(self, at: int | slice) -> T | tuple[T, ...]:
        if isinstance(at, slice):
            return tuple(map(self._at, range(*at.indices(len(self)))))
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        return self._at(int(at) % len(self))

    def __iter__(self) -> Iterator[T]:
        return map(self._at, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]


class StoredRecords(Lazy[T]):
    """The lines of `path`, each as `make` makes it of what the JSON says; `keys`: int64 [lines, …], told of each line
    without reading it.

    Raises:
        OSError: the file cannot be read.
        ValueError: it has not as many lines as there are keys.
    """

    def __init__(self, path: Path, make: Callable[[dict[str, Any]], T], keys: NDArray[np.int64]) -> None:
        self.keys = keys
        self._make = make
        self._bytes: bytes | mmap.mmap = b""
        with path.open("rb") as stream:
            if path.stat().st_size:
                self._bytes = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._bounds = _line_bounds(self._bytes)
        if len(self._bounds) != len(keys) + 1:
            raise ValueError(f"{path.name}: {len(self._bounds) - 1} lines, {len(keys)} keys")
        self._kept = lru_cache(maxsize=_KEPT)(self._read)

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[T]:
        return map(self._kept if len(self) <= _KEPT else self._read, range(len(self)))

    def _at(self, at: int) -> T:
        return self._kept(at)

    def _read(self, at: int) -> T:
        return self._make(json.loads(self._bytes[self._bounds[at] : self._bounds[at + 1]]))


class Ranges(Lazy[range]):
    """Neighbouring ranges, `bounds[i]` to `bounds[i + 1]` each; `bounds`: int64 [ranges + 1]."""

    def __init__(self, bounds: NDArray[np.int64]) -> None:
        self.bounds = bounds

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def _at(self, at: int) -> range:
        return range(int(self.bounds[at]), int(self.bounds[at + 1]))


def _line_bounds(held: bytes | mmap.mmap) -> NDArray[np.int64]:
    """Where each line begins, and the end: int64 [lines + 1]."""
    ends = [
        np.flatnonzero(np.frombuffer(held[at : at + _READ_BYTES], np.uint8) == ord("\n")) + at + 1
        for at in range(0, len(held), _READ_BYTES)
    ]
    return np.concatenate([np.zeros(1, np.int64), *ends]).astype(np.int64)
