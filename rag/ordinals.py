"""The list that a sentence opens within its own paragraph: “…也面临压力和挑战。主要表现在:第一,…。第二,…” Pure."""

import re
from collections.abc import Sequence

from index.loaded import Index
from index.quantity import chinese_number
from rag.clauses import visible
from rag.cues import asked_count
from rag.evidence import Evidence, at_sentence
from rag.question import Question

_ORDINAL = re.compile(
    r"^\s*(?:[^。;；]*[:：])?(?P<item>(?:第(?P<th>[一二三四五六七八九十])(?:[,，、]|是|方面)|(?P<is>[一二三四五六七八九十])(?:是|要))[^\n]*)"
)
_ALL_ASKED = re.compile(
    r"哪[几些]个?(?:大|主要|突出)?(?:方面|[点条项])|哪些(?:主要|突出)?(?:问题|短板|不足|困难|挑战|差距|弱项|成绩|成效|没干好|没做好)|"
    r"(?:什么|啥|哪些)[^,。?]{0,6}(?:问题|短板|不足|困难|挑战|差距|没[干做办]好)"
)
_FEW, _MOST, _BETWEEN = 2, 30, 4  # sentences
_WHOLE_CHARS = 240
Item = tuple[str, Evidence]
"""As it is shown, and what is cited."""


def enumerated(question: Question, best: Evidence, index: Index) -> list[Item]:
    """The items 第一,… 第二,… that follow `best`, whole where they are short, else their first clauses.

    None unless the first of them is the next sentence, or `best` one of them: the first, or any where all are asked
    for (哪几方面的短板).
    """
    number = _number(best.text)
    if number > 1 and not _ALL_ASKED.search(question.text):
        return []
    if number and _tells_as_many(question, best.text):
        return []
    first = _first_of(best, index) if number else best.position + 1
    if first >= len(index.sentences) or _number(index.sentences[first].text) != 1:
        return []
    items: list[tuple[int, str]] = []
    for at in range(first, min(first + _MOST, len(index.sentences))):
        sentence = index.sentences[at]
        passage = index.passages[sentence.passage]
        between = at - (items[-1][0] if items else first)
        if passage.doc_id != best.hit.passage.doc_id or passage.kind != "paragraph" or between > _BETWEEN:
            break
        if _number(sentence.text) == len(items) + 1 and (match := _ORDINAL.match(sentence.text)):
            items.append((at, visible(match["item"])))
    if len(items) < _FEW:
        return []
    shown = _shortened([text for _, text in items])
    found = [at_sentence(best, index, at) for at, _ in items]
    return list(zip(shown, found, strict=True))


def _tells_as_many(question: Question, text: str) -> bool:
    """Whether an item has in itself as many things as are asked for: 一是选择甲局、乙局、丙局3个部门试点."""
    count = asked_count(question)
    runs = re.split(r"[,，;；。:：]", text)
    return count > 1 and any(run.count("、") + 1 == count and re.search(rf"{count}[个家项类]", run) for run in runs)


def _first_of(best: Evidence, index: Index) -> int:
    """Where the list begins of which `best` is an item."""
    number, at = _number(best.text), best.position
    while number > 1 and at > max(0, best.position - _MOST):
        at -= 1
        if _number(index.sentences[at].text) == number - 1:
            number -= 1
    return at


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
