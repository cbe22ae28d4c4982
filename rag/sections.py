"""A section asked for by its heading: 基本原则有哪些 is answered by what stands below “第二节 基本原则”. Pure."""

import re
from collections.abc import Sequence

from index.loaded import Index
from index.normal import fold, simplify
from index.structure import heading_name
from index.types import Block, Document
from rag.blocks import blocks_of, first_sentence, is_point
from rag.clauses import visible
from rag.intents import in_title
from rag.names import prefix
from rag.overview import without_box
from rag.places import find_places
from rag.question import Question
from rag.replies import MOST_CITATIONS, MOST_LOOKED_THROUGH, Quotes, Reply

_LEAST_CHARS = 3
_FEW = 2
_ROOM_CHARS = 300
_ITEM = re.compile(r"^\s*(?:\d{1,2}[.．、]|[(（]\d{1,2}[)）])\s*(?P<name>[^:：。;；\n]{2,30})[:：。]", re.M)
_SENTENCE_ENDS = re.compile(r"[。;；]")
_AROUND = re.compile(
    r"请问|请|介绍一下|说说|讲讲|(?:规划纲要|发展规划|五年规划|行动计划|实施方案|工作报告|规划|纲要|计划|报告|文件|方案)(?:里面?|中|提出|明确|确定|规定|写)?的?|"
    r"“?十[一二三四五]五”?(?:期间|时期)?的?|未来五年的?|主要(?=包括|有|是)|具体"
)
_ASKING = re.compile(
    r"(?:主要|都|分别|具体)*(?:(?:是|有|包括|包含|写了|说了|讲了|分)+(?:什么|哪些|哪几(?:个方面|项|条|个|点)|啥|几[项条个点])|"
    r"(?:主要|都|分别)*从(?:哪些|哪几个|几个|哪[二两三四五六七八九十]个|什么)方面(?:对.{1,8})?[作做进提]?[了出行]*(?:规定|部署|安排|要求|阐述|工作)|"
    r"(?:是)?(?:怎么|怎样|如何)(?:写|说|表述|规定)的?|(?:的)?(?:主要|具体)?内容(?:是什么|有哪些|是啥)?|是)?[呢啊呀吗?。]*$"
)


def section_reply(question: Question, index: Index) -> Reply | None:
    """The section whose heading the question asks for, its points or its first sentences, each cited.

    None where it asks for more than a heading, or not exactly one document has a section of that name.
    """
    places = find_places(fold(simplify(question.original)), tuple(index.documents))
    if places.foreign:
        return None
    asked = _ASKING.sub("", _AROUND.sub("", re.sub(r"\s+", "", places.rest))).strip(",的“”《》")
    chosen = places.documents or question.places.documents
    many = not chosen and len(index.documents) > MOST_LOOKED_THROUGH
    if many or len(asked) < _LEAST_CHARS or not _ASKING.search(places.rest):
        return None
    found = [
        (document, block)
        for document in index.documents
        if not chosen or document.info.id in chosen
        for block in blocks_of(document.text)
        if block.kind == "heading" and block.path and _asks_for(block.path[-1], asked, document)
    ]
    return told_section(*found[0], index) if len(found) == 1 else None


def _asks_for(heading: str, asked: str, document: Document) -> bool:
    """Whether what is asked for is a heading's name, alone or after words of its document's title."""
    name = re.sub(r"\s+", "", fold(without_box(heading_name(heading))))
    if asked == name:
        return True
    return len(name) >= _LEAST_CHARS and asked.endswith(name) and in_title(asked.removesuffix(name), document.info)


def told_section(
    document: Document, heading: Block, index: Index, within: Sequence[Block] | None = None
) -> Reply | None:
    """The gist of a section, of all that stands below its heading or of `within`."""
    quotes = Quotes(index)
    text = gist(document, heading, within or below(blocks_of(document.text), heading), quotes)
    return Reply(f"{prefix(document.info)}{text}", citations=tuple(quotes.citations)) if text else None


def gist(document: Document, heading: Block, within: Sequence[Block], quotes: Quotes) -> str:
    """What stands below a heading (`within`): its points, else its first sentences, each cited; "" for nothing."""
    inner = [b for b in within if b.kind == "heading" and len(b.path) == len(heading.path) + 1]
    leads = [b for b in within if is_point(b)]
    blocks = inner if len(inner) >= _FEW else leads if len(leads) >= _FEW else []
    points = [(_point(block), *_span(document.text, block)) for block in blocks] or _items(document.text, within)
    if points:
        shown = points[: MOST_CITATIONS - len(quotes.citations)]
        lines = [f"{name}{quotes.cite(document.info.id, start, end)}" for name, start, end in shown]
        more = "……" if len(points) > len(shown) else "。"
        return f"共{len(points)}项:{';'.join(lines)}{more}"
    paragraph = next((b for b in within if b.kind == "paragraph"), None)
    if paragraph is None:
        return ""
    end = sentences_within(document.text, paragraph)
    return f"{visible(document.text[paragraph.start : end])}{quotes.cite(document.info.id, paragraph.start, end)}"


def below(blocks: Sequence[Block], heading: Block) -> list[Block]:
    """What stands between a heading and the next of its level or above."""
    below: list[Block] = []
    for block in blocks[list(blocks).index(heading) + 1 :]:
        if block.kind == "heading" and len(block.path) <= len(heading.path):
            break
        below.append(block)
    return below


def _items(text: str, below: Sequence[Block]) -> list[tuple[str, int, int]]:
    """The names of numbered items “1.甲工程:…” in a section's paragraphs, each with the place of its first sentence."""
    found: list[tuple[str, int, int]] = []
    for block in below:
        for match in _ITEM.finditer(text, block.start, block.end) if block.kind == "paragraph" else ():
            end = _SENTENCE_ENDS.search(text, match.end(), block.end)
            found.append((match["name"], match.start("name"), end.end() if end else block.end))
    return found if len(found) >= _FEW else []


def _point(block: Block) -> str:
    return heading_name((block.lead or block.path[-1]).strip()).strip(" —-。")


def _span(text: str, block: Block) -> tuple[int, int]:
    """A heading whole; of a paragraph its first sentence."""
    if block.kind == "heading":
        return block.start, block.end
    return block.start, first_sentence(text, block)


def sentences_within(text: str, block: Block) -> int:
    """The end of the last sentence of a block that is within the room; of the first one where that is longer."""
    ends = [m.end() for m in re.compile(r"[。!!]").finditer(text, block.start, block.end)] or [block.end]
    return max([end for end in ends if end - block.start <= _ROOM_CHARS], default=ends[0])
