"""One part of a document asked for by its number: 第四章讲的是什么 is answered by its title and its points. Pure."""

import re

from index.loaded import Index
from index.normal import fold, simplify
from index.quantity import chinese_number
from index.types import Block, Document
from rag.blocks import blocks_of
from rag.intents import only_names
from rag.names import prefix
from rag.overview import outline
from rag.overview_cues import NUMBERED, OVERVIEW
from rag.places import find_places
from rag.question import Question
from rag.replies import Quotes, Reply
from rag.sections import below, gist

_OWN_UNIT = frozenset("章节篇编")  # 第二章 is written so; the third 部分 of a document may be headed 三、
_ASKING = re.compile(
    r"(?:是|有|包括)?(?:什么|啥|哪些|哪几[个条项])|(?:标题|题目|名称|名字)(?:是|叫)?|叫(?:什么|啥|做)*|里面?"
)


def chapter_reply(question: Question, index: Index) -> Reply | None:
    """The title of the part that the question numbers and what stands below it, each cited.

    None where more is asked than that part, or not exactly one document is meant and has it.
    """
    places = find_places(fold(simplify(question.original)), tuple(index.documents))
    numbers = list(NUMBERED.finditer(places.rest))
    ids = places.documents or question.places.documents or tuple(d.info.id for d in index.documents)
    if not numbers or len(ids) != 1 or places.foreign:
        return None
    document = index.document[ids[0]]
    if not only_names(places.rest, (document,), NUMBERED, OVERVIEW, _ASKING):
        return None
    within, heading = list(blocks_of(document.text)), None
    for match in numbers:
        heading = _numbered(document, within, match["unit"], _value(match["number"]))
        if heading is None:
            return None
        within = below(within, heading)
    return _told(document, heading, within, index) if heading is not None else None


def _numbered(document: Document, within: list[Block], unit: str, number: int) -> Block | None:
    """The heading among `within` with this number; of 部分 the one at this place of the outline."""
    headings = [b for b in within if b.kind == "heading" and b.path]
    own = [b for b in headings if _number(b.path[-1], unit) == number]
    if own or unit in _OWN_UNIT:
        return own[0] if len(own) == 1 else None
    name, entries = outline(document)
    if name != "部分" or not 1 <= number <= len(entries):
        return None
    return next((b for b in headings if b.start == entries[number - 1][0]), None)


def _number(heading: str, unit: str) -> int:
    """The number of a heading that counts by `unit`, 0 where it does not."""
    match = re.match(rf"第\s*([一二三四五六七八九十\d]{{1,4}})\s*{unit}", heading)
    return _value(match[1]) if match else 0


def _value(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else int(chinese_number(numeral) or 0)


def _told(document: Document, heading: Block, within: list[Block], index: Index) -> Reply:
    quotes = Quotes(index)
    title = heading.path[-1].strip(" 。")
    text = f"{prefix(document.info)}{title}{quotes.cite(document.info.id, heading.start, heading.end)}"
    told = gist(document, heading, within, quotes)
    return Reply(f"{text}\n{told}" if told else text, citations=tuple(quotes.citations))
