"""The blocks of a document's text, read once and kept, and what they are cut to. Pure."""

import re
from functools import lru_cache

from index.structure import parse
from index.types import Block

Span = tuple[int, int, str]
"""Start, end and section of a stretch of a document."""

_GOES_ON = re.compile(r"同时|此外|另外|但|当然|不过|与此")
_SENTENCE_ENDS = re.compile(r"[。;；!！]")


@lru_cache(maxsize=64)
def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a document's text, kept for the next question."""
    return tuple(parse(text))


def is_point(block: Block) -> bool:
    """Whether a block is a paragraph with a run-in heading of its own, and not one that only goes on: 同时,…."""
    return block.kind == "paragraph" and bool(block.lead) and not _GOES_ON.match(block.lead)


def first_sentence(text: str, block: Block) -> int:
    """Where the first sentence of a block ends."""
    match = _SENTENCE_ENDS.search(text, block.start, block.end)
    return match.end() if match else block.end
