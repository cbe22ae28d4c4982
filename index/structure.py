"""Text → blocks: paragraphs and table rows under their headings. Pure.

The rules are those of Chinese official documents (numbering as in GB/T 9704: 一、 (一) 1. (1); chapters 第X章, 第X节 in
plans and laws), of Markdown, and of what web pages do to both: headings and paragraphs broken over two lines,
tables flattened, site furniture at the end.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.notes import attach_notes
from index.table_parts import Line, Row, split_lines
from index.tables import find_tables
from index.types import Block
from index.wrapped import goes_on, is_indented, is_page_number, width_of

_NUMERAL = "[一二三四五六七八九十百零〇\\d]{1,4}"
# (level, pattern): the smaller the level, the higher the heading.
_NUMBERED = tuple(
    (level, re.compile(pattern))
    for level, pattern in (
        (1, rf"第\s*{_NUMERAL}\s*[篇编部](?:分)?"),
        (2, rf"第\s*{_NUMERAL}\s*章"),
        (3, rf"第\s*{_NUMERAL}\s*节"),
        (4, rf"第\s*{_NUMERAL}\s*条"),
        (5, r"[一二三四五六七八九十]{1,3}、"),
        (6, r"[(（][一二三四五六七八九十]{1,3}[)）]"),
        (7, r"\d{1,3}[.．、](?!\d)"),
        (8, r"[(（]\d{1,2}[)）]|[①-⑳]"),
    )
)
_MARKDOWN = re.compile(r"(#{1,6})\s+")
_BOX = re.compile(r"(?:专栏|专题|专栏表|框)\s*[\d一二三四五六七八九十]{1,3}")
_CONTENTS = re.compile(r"目\s*录|contents", re.I)
_NOTE = re.compile(r"(?:注|备注)\s*[:：]")
_RULE = re.compile(r"[-|:=*_\s]{3,}")
_DASH = re.compile(r"[—–-]{2,}")
_FURNITURE = re.compile(
    r"版权所有|copyright|all rights reserved|ICP备|公网安备|承建单位|技术支持|^分享|热点推荐"
    r"|上一篇|下一篇|打印本页|关闭窗口|扫一扫",
    re.I,
)
_SENTENCE_END = "。！？!?;；:：…"
_CLOSERS = "”’」』）)》】\"'"
_MEASURED = re.compile(
    r"\d(?:\.\d+)?\s*[万亿]?\s*(?:[%‰个家处座户人名所项公里亩元吨套辆张]|平方)"
)  # a statement, not a heading
# A statement with its verb, as rules and definitions make it.
_STATES = re.compile(
    r"应当|不得|必须|可以|禁止|负责|[日月年]内|之?日起|次月|免征|由.{2,}组成|有权|属于|不予|视为|是(?![否非])|^[即指]|即[“全是指]"
)
_FENCE = re.compile(r"(?:`{3,}|~{3,})[^`]*")
_BULLET = re.compile(r"(?:[-*+•·]\s|>)")
_ARTICLE = re.compile(rf"第\s*{_NUMERAL}\s*条(?:之{_NUMERAL})?(?=\s)")
_TITLE_END = re.compile(
    r"(?:规定|办法|细则|条例|方案|意见|规划|纲要|计划|章程|规则|制度)(?:[(（][^()（）]{2,12}[)）])?$"
)
_FIRST = re.compile(r"第\s*[一1]\s*[章条编部节]|一、|[(（]一[)）]|1[.．、]")
_HEADING_CHARS = 40
_LEAD_CHARS = 32
_NAME_CHARS = 8  # of a run-in heading that needs no others beside it
_SIBLINGS = 6  # how far to look for a paragraph of the same rank
_AHEAD = 6
_OVER_PAGES = 4  # lines from the last of a page to the first of the next
_PARAGRAPH_CHARS = 60
_PART, _ARTICLE_LEVEL, _TOPMOST_ITEM, _LOWEST_ITEM, _UNNUMBERED = 0, 4, 5, 8, 9


def heading_name(heading: str) -> str:
    """A heading without its number: 第二节 基本原则 → 基本原则."""
    return next((heading[m.end() :] for _, pattern in _NUMBERED if (m := pattern.match(heading))), heading).strip()


@dataclass(frozen=True)
class _Paragraph:
    """Neighbouring lines that belong to one paragraph or heading. `code`: what stands between fences."""

    start: int
    end: int
    text: str
    row: Row | None = None
    caption: str = ""
    code: bool = False


def parse(text: str) -> list[Block]:
    """All blocks of a document in order; every visible character outside them is table header or rule."""
    lines = split_lines(text)
    body_end = _furniture_start(lines)
    paragraphs = _paragraphs(text, lines[:body_end])
    blocks = attach_notes(text, _with_headings(paragraphs))
    blocks.extend(Block("boilerplate", line.start, line.end) for line in lines[body_end:] if line.text)
    return [piece for block in blocks for piece in _split_items(text, block)]


def _furniture_start(lines: list[Line]) -> int:
    """Position of the first line of a web page's foot: short unpunctuated lines at the end that look like one."""
    first = len(lines)
    while first > 0 and len(lines[first - 1].text) <= _PARAGRAPH_CHARS and not lines[first - 1].text.endswith("。"):
        first -= 1
    marked = [i for i in range(first, len(lines)) if _FURNITURE.search(lines[i].text)]
    return marked[0] if marked else len(lines)


def level_of(text: str) -> int:
    """The level of the numbering with which `text` starts; 0 where there is none."""
    for level, pattern in _NUMBERED:
        if pattern.match(text):
            return level
    return 0


def is_item(text: str) -> bool:
    """Whether `text` begins as an item of a list does: with a bullet, or a number below those of articles."""
    return bool(_BULLET.match(text)) or level_of(text) >= _TOPMOST_ITEM


def _ended(text: str) -> bool:
    return text.rstrip(_CLOSERS + " |").endswith(tuple(_SENTENCE_END))


def _paragraphs(text: str, lines: list[Line]) -> list[_Paragraph]:
    """Lines → paragraphs and table rows, with broken ones joined."""
    fenced = _fenced(lines)
    in_table = {}
    for table in find_tables([replace(line, text="") if at in fenced else line for at, line in enumerate(lines)]):
        for position in range(table.first, table.last):
            in_table[position] = table
    whole: list[_Paragraph] = []
    done: set[int] = set()
    previous = -2
    width = width_of(text, lines)
    for position, line in enumerate(lines):
        if position in in_table:
            table = in_table[position]
            if table.first not in done:
                done.add(table.first)
                header = lines[table.first]
                for row in table.rows:
                    whole.append(_Paragraph(row.start, row.end, row.name, row, table.caption))
                if not table.rows:
                    whole.append(_Paragraph(header.start, header.end, header.text))
            continue
        if position in fenced:
            first, last_line = fenced[position]
            if position == first and last_line > first:
                start, end = lines[first + 1].start, lines[last_line - 1].end
                whole.append(_Paragraph(start, end, text[start:end], code=True))
            continue
        if not line.text.strip("| ") or _RULE.fullmatch(line.text):
            continue
        if width and is_page_number(line):
            continue
        last = whole[-1] if whole and whole[-1].row is None and not whole[-1].code else None
        near = width and previous >= 0 and position - previous <= _OVER_PAGES
        broken = bool(near) and goes_on(text, lines[previous], line, width)
        begins = bool(width) and is_indented(text, line)
        if last is not None and not begins and _continues(last.text, line.text, position - previous, broken):
            whole[-1] = _Paragraph(last.start, line.end, text[last.start : line.end])
        else:
            whole.append(_Paragraph(line.start, line.end, line.text))
        previous = position
    return whole


def _fenced(lines: list[Line]) -> dict[int, tuple[int, int]]:
    """Position of every line from a fence of Markdown to the next → positions of both."""
    found: dict[int, tuple[int, int]] = {}
    fences = [at for at, line in enumerate(lines) if _FENCE.fullmatch(line.text)]
    for first, last in zip(fences[::2], fences[1::2], strict=False):
        if last - first > 1:
            found |= dict.fromkeys(range(first, last + 1), (first, last))
    return found


def _continues(before: str, line: str, distance: int, broken: bool = False) -> bool:
    """Whether `line` goes on with what `before` broke off. `broken`: a full line of a text with lines of one width."""
    if _NOTE.match(before) and not before.endswith("。"):
        return True
    if (
        level_of(line)
        or _MARKDOWN.match(line)
        or _BOX.match(line)
        or _DASH.match(line)
        or _ended(before)
        or "|" in before
    ):
        return False
    last_line = before.rsplit("\n", 1)[-1].strip()
    if 1 <= level_of(before) <= 3 and distance == 1:  # 第一章…… broken over two lines
        return len(line) <= _HEADING_CHARS and not _ended(line) and "\n" not in before
    if _MARKDOWN.match(before):
        return False
    return broken or (len(last_line) >= _HEADING_CHARS and distance <= 2 and len(before) >= _PARAGRAPH_CHARS)


def _with_headings(paragraphs: list[_Paragraph]) -> list[Block]:
    """Paragraphs → blocks, each under the headings that stand above it."""
    blocks: list[Block] = []
    stack: list[tuple[int, str]] = []
    state = "front"  # "front" matter, table of "contents", "body"
    box = ""

    def path(*more: str) -> tuple[str, ...]:
        return tuple(title for _, title in stack) + tuple(filter(None, more))

    def push(level: int, title: str) -> None:
        while stack and stack[-1][0] >= level:
            stack.pop()
        stack.append((level, title))

    leads = _leads(paragraphs)
    for position, paragraph in enumerate(paragraphs):
        following = paragraphs[position + 1] if position + 1 < len(paragraphs) else None
        text = paragraph.text.strip("| ")
        if paragraph.code:
            blocks.append(Block("paragraph", paragraph.start, paragraph.end, path()))
            continue
        if paragraph.row is not None:
            row = paragraph.row
            heads = path(paragraph.caption, row.group)
            blocks.append(Block("row", row.start, row.end, heads, row.name, row.cells))
            continue
        if _CONTENTS.fullmatch(text):
            state = "contents"
        long_enough = len(text) >= _PARAGRAPH_CHARS
        if state == "contents" and not long_enough:
            blocks.append(Block("boilerplate", paragraph.start, paragraph.end))
            continue
        if state != "body" and (long_enough or level_of(text) or _MARKDOWN.match(text)):
            state = "body"
        if _BOX.match(text) and len(text) <= _HEADING_CHARS:
            box = _flat(text)
            while stack and stack[-1][0] >= _TOPMOST_ITEM:  # a box closes the section's numbered items
                stack.pop()
            blocks.append(Block("heading", paragraph.start, paragraph.end, path(box)))
            continue
        if state == "body" and _opens_part(text, paragraphs[position + 1 : position + 1 + _AHEAD]):
            level: int | None = _PART
        else:
            level = _heading_level(text, following, state) or None
        if level is not None:
            push(level, _flat(_MARKDOWN.sub("", text)))
            blocks.append(Block("heading", paragraph.start, paragraph.end, path()))
            box = ""
            continue
        lead, rank = leads[position], level_of(text)
        article = _ARTICLE.match(text)
        if article:
            push(_ARTICLE_LEVEL, re.sub(r"\s", "", article[0]))
        elif lead and _TOPMOST_ITEM <= rank < _LOWEST_ITEM:
            push(rank, lead)
        elif _TOPMOST_ITEM <= rank < _LOWEST_ITEM and stack and stack[-1][0] == rank:
            stack.pop()  # the item before was a heading, this one is none
        kind = "note" if _NOTE.match(text) else "paragraph"
        own_path = path(box)
        blocks.append(Block(kind, paragraph.start, paragraph.end, own_path, "" if lead in own_path else lead))
        box = ""
    return blocks


def _flat(text: str) -> str:
    return re.sub(r"\s*\n\s*", "", text).strip()


def _heading_level(text: str, following: _Paragraph | None, state: str) -> int:
    """The level of `text` as a heading of its own line; 0 for a paragraph."""
    markdown = _MARKDOWN.match(text)
    if markdown:
        return len(markdown[1])
    if _ended(text) or len(_flat(text)) > _HEADING_CHARS * 2:
        return 0
    level = level_of(text)
    if level:
        return level if level <= 3 or len(text) <= _HEADING_CHARS else 0
    if state != "body" or len(text) > _HEADING_CHARS or "|" in text or following is None or following.row is not None:
        return 0
    if (text[0] in "(（" and text[-1] in ")）") or _BULLET.match(text):  # (此件公开发布)
        return 0
    words = len(re.findall(r"[㐀-鿿]", text))
    goes_on = len(following.text) >= _PARAGRAPH_CHARS and not level_of(following.text)
    return _UNNUMBERED if words >= 6 and goes_on else 0


def _opens_part(text: str, following: Sequence[_Paragraph]) -> bool:
    """Whether `text` is the title of a document within the document: what is numbered behind it begins anew."""
    if level_of(text) or len(_flat(text)) > _HEADING_CHARS or not _TITLE_END.search(_flat(text)):
        return False
    numbered = next((one.text.strip("| ") for one in following if level_of(one.text.strip("| "))), "")
    return bool(_FIRST.match(numbered))


def _leads(paragraphs: Sequence[_Paragraph]) -> list[str]:
    """For every paragraph its run-in heading, "" where it has none.

    Such headings come in series: one that is no bare name has another on a paragraph of the same rank beside it, or it
    is just a short sentence.
    """
    texts = [paragraph.text.strip("| ") for paragraph in paragraphs]
    plain = [paragraph.row is None and not paragraph.code for paragraph in paragraphs]
    found = [_lead(text) if own else "" for text, own in zip(texts, plain, strict=True)]
    ranks = [level_of(text) if own else -1 for text, own in zip(texts, plain, strict=True)]

    def beside(at: int, step: int) -> bool:
        places = range(at + step, at + step * (_SIBLINGS + 1), step)
        near = next((i for i in places if 0 <= i < len(ranks) and ranks[i] == ranks[at]), None)
        return near is not None and bool(found[near])

    return [
        lead if lead and (len(heading_name(lead)) <= _NAME_CHARS or beside(at, -1) or beside(at, 1)) else ""
        for at, lead in enumerate(found)
    ]


def _lead(text: str) -> str:
    """What may be a paragraph's run-in heading: its first sentence, if short, no statement and followed by more."""
    match = re.match(rf"([^。\n]{{3,{_LEAD_CHARS}}})。(?=\s*\S)", text)
    if not match or _ARTICLE.match(text) or _BULLET.match(text) or _MEASURED.search(match[1]):
        return ""
    return "" if _STATES.search(match[1]) else match[1].strip("—–- ")


def _split_items(text: str, block: Block) -> list[Block]:
    """A paragraph of several run-in items (“纺织丝绸。…… 沙发家具。……”, as in boxes) → a block for each."""
    if block.kind != "paragraph":
        return [block]
    inside = text[block.start : block.end]
    starts = [m.end() for m in re.finditer(r"。[ \t\u3000]+(?=[^。,，;；\s]{2,16}。\S)", inside)]
    if not starts:
        return [block]
    pieces: list[Block] = []
    for start, end in pairwise([0, *starts, len(inside)]):
        piece = inside[start:end].rstrip()
        pieces.append(
            replace(block, start=block.start + start, end=block.start + start + len(piece), lead=_lead(piece))
        )
    return pieces
