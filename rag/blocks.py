"""The blocks of a document's text, read once and kept, and what they are cut to. Pure."""

import re
from functools import lru_cache

from index.structure import parse
from index.types import Block

Span = tuple[int, int, str]
"""Start, end and section of a stretch of a document."""

_SENTENCE_ENDS = re.compile(r"[。;；!！]")


@lru_cache(maxsize=64)
def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a document's text, kept for the next question."""
    return tuple(parse(text))


def first_sentence(text: str, block: Block) -> int:
    """Where the first sentence of a block ends."""
    match = _SENTENCE_ENDS.search(text, block.start, block.end)
    return match.end() if match else block.end
