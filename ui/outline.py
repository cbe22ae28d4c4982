"""A document's headings with where they stand, out of its passages. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Passage


@dataclass(frozen=True)
class Heading:
    """A heading under `level - 1` others. `start`: where it stands in the document's text; where it is written over
    several lines there, where its first passage begins."""

    level: int
    title: str
    start: int


def outline(text: str, passages: Sequence[Passage]) -> list[Heading]:
    """The headings over `passages`, which are those of one document in the order of its `text`."""
    found: list[Heading] = []
    above: tuple[str, ...] = ()
    read_to = 0
    for passage in passages:
        same = next((n for n, (a, b) in enumerate(zip(above, passage.path, strict=False)) if a != b), None)
        first_new = min(len(above), len(passage.path)) if same is None else same
        for level, title in enumerate(passage.path[first_new:], first_new + 1):
            at = text.find(title, read_to, passage.start + len(title))
            if at >= 0:
                read_to = at + len(title)
            found.append(Heading(level, title, at if at >= 0 else passage.start))
        above = passage.path
        read_to = max(read_to, passage.end)
    return found
