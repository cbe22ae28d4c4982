"""A key for caches of what is read out of a loaded index: itself, not what it holds."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Same(Generic[T]):
    """`held` by identity: two are equal if they hold the same object, which lives as long as the cache knows it."""

    def __init__(self, held: T) -> None:
        self.held = held

    def __hash__(self) -> int:
        return id(self.held)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.held is other.held
