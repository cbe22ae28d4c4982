"""The list that a sentence opens within its own paragraph: “…也面临压力和挑战。主要表现在:第一,…。第二,…” Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.loaded import Index
from index.quantity import chinese_number
from index.types import Sentence
from rag.clauses import visible
from rag.evidence import Evidence

_ORDINAL = re.compile(
    r"^\s*(?:[^。;；]*[:：])?(?P<item>(?:第(?P<th>[一二三四五六七八九十])(?:[,，、]|是|方面)|(?P<is>[一二三四五六七八九十])(?:是|要))[^\n]*)"
)
_FEW = 2
_WHOLE_CHARS = 240
Item = tuple[str, Evidence]
"""As it is shown, and what is cited."""


def enumerated(best: Evidence, index: Index) -> list[Item]:
    """The items 第一,… 第二,… that follow `best` in its passage, whole where they are short, else their first clauses.

    None unless the first of them is the next sentence, or `best` itself.
    """
    own = index.passage_sentences[best.hit.position]
    if best.hit.passage.kind == "row" or best.position not in own:
        return []
    first = best.position if _number(best.text) == 1 else best.position + 1
    sentences = [index.sentences[at] for at in range(first, own.stop)]
    items: list[tuple[Sentence, str]] = []
    for sentence in sentences:
        if _number(sentence.text) != len(items) + 1:
            break
        match = _ORDINAL.match(sentence.text)
        items.append((sentence, visible(match["item"]) if match else ""))
    if len(items) < _FEW:
        return []
    shown = _shortened([text for _, text in items])
    found = [
        replace(best, position=first + at, text=s.text, start=s.start, end=s.end) for at, (s, _) in enumerate(items)
    ]
    return list(zip(shown, found, strict=True))


def _number(sentence: str) -> int:
    match = _ORDINAL.match(sentence)
    return int(chinese_number(match["th"] or match["is"]) or 0) if match else 0


def _shortened(items: Sequence[str]) -> list[str]:
    if sum(map(len, items)) <= _WHOLE_CHARS:
        return list(items)
    short = [_first_clause(item) for item in items]
    return [f"{item}{';' if at < len(items) else '。'}" for at, item in enumerate(short, 1)]


def _first_clause(item: str) -> str:
    """“第一,经济下行压力持续加大,受…影响,…” → “第一,经济下行压力持续加大”."""
    match = re.match(r"(?:第.[,，、])?[^,，。;；]+", item)
    return match[0] if match else item
