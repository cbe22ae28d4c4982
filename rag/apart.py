"""Things of one document set side by side: 甲片区和乙片区各有几个小区, 甲、乙、丙三个县城…各花多少钱. Pure.

Each is asked on its own where one answer does not tell of all.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.halves import renumbered
from rag.question import Question
from rag.types import Answer, Citation

_JOINED = re.compile(r"、|以及|[和与跟及同]")
_OF_EACH = re.compile(r"各|分别|哪[个边家条片座]|谁|对比|相比|比较")
_LONGEST, _SHORTEST, _MOST = 12, 2, 4
_TOGETHER = re.compile(
    r"^(?:这)?[两二三四2-4]?(?:个|条|片|座|家|项)?(?:片区|县城|地方|区|县|镇|街道|项目|工程|片)?(?:的)?[,]?"
)
_RANKED = re.compile(
    r"[,?。]?(?:哪[个边家条片座]|谁)[^,?。]{0,10}?[多少高低大小早晚快慢长短](?:些|一些|点)?(?=[,?。]|$)"
)
_EACH = re.compile(r"各自?(?=[有是要打投到归花多建占])|分别")
_END = re.compile(r"[,?。;:(]|的")


def items_of(question: Question, text: str) -> tuple[tuple[str, str], ...]:
    """The things, each with the question asked of it alone; () where none are set side by side.

    `text`: of the one document that is asked: a thing is called as the document calls it.
    """
    asked = question.text
    if not _OF_EACH.search(asked):
        return ()
    for match in _JOINED.finditer(asked):
        left = _ending(asked[: match.start()], text)
        if not left:
            continue
        items, end = [left], match.end()
        while len(items) < _MOST and (item := _beginning(asked[end:], text)):
            items.append(item)
            end += len(item)
            more = _JOINED.match(asked, end)
            if more is None:
                break
            end = more.end()
        if len(items) > 1:
            start = match.start() - len(left)
            rest = _TOGETHER.sub("", asked[end:], count=1) or asked[end:]
            rest = _EACH.sub("", _RANKED.sub("", rest)).strip(",?。 ")
            return tuple((item, f"{asked[:start]}{item}{rest}") for item in items) if rest else ()
    return ()


def _ending(words: str, text: str) -> str:
    """The longest end of `words` that the document holds, "" for none."""
    sizes = range(min(_LONGEST, len(words)), _SHORTEST - 1, -1)
    return next((words[-n:] for n in sizes if not _END.search(words[-n:]) and words[-n:] in text), "")


def _beginning(words: str, text: str) -> str:
    sizes = range(min(_LONGEST, len(words)), _SHORTEST - 1, -1)
    found = (words[:n] for n in sizes if not (_END.search(words[:n]) or _JOINED.search(words[:n])))
    return next((w for w in found if w in text), "")


def tells_of(item: str, answer: Answer) -> bool:
    """Whether an answer is one, and tells of the thing: in its words, or in what it cites."""
    told = " ".join((answer.text, *(f"{c.section} {c.quote}" for c in answer.citations)))
    return not answer.refused and item in told.replace(" ", "")


def side_by_side(whole: Answer, told: Sequence[tuple[str, Answer]]) -> Answer:
    """A line for each thing, with its own answer. `whole`: what was answered to the question as it was asked."""
    citations: list[Citation] = []
    lines = [f"{item}:{renumbered(answer, citations)}" for item, answer in told]
    return replace(
        whole,
        text="\n".join(lines),
        refused=False,
        answerability=min(answer.answerability for _, answer in told),
        citations=tuple(citations),
        nearest=(),
    )
