"""What follows a sentence that announces it: items in passages of their own, or the headings below it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.loaded import Index
from index.structure import heading_name, is_item, level_of
from index.types import Block
from rag.blocks import blocks_of
from rag.clauses import visible
from rag.evidence import Evidence, at_sentence
from rag.together import announces

_FEW, _MOST = 2, 12
_ITEM = re.compile(r"[一二三四五六七八九十]{1,2}是|第[一二三四五六七八九十]{1,2}[,，、]")
_CLAIM = re.compile(rf"(?:{_ITEM.pattern})[^\d,，;；]{{4,24}}。")
Item = tuple[str, Evidence]
"""As it is shown, and what is cited."""


def below(best: Evidence, index: Index, room: int) -> list[Item]:
    """The items or headings that follow “应当符合下列条件:” or “重点做好六个方面工作:”, none where none do.

    At most `room` characters with the sentence that announces them; of headings always all.
    """
    if not announces(best.text) or best.end < index.passages[best.hit.position].end:
        return []
    return _going_on(best, index, room - len(visible(best.text))) or _headings(best, index)


def under_claim(best: Evidence, index: Index, room: int) -> list[Item]:
    """The sentences of its passage, to the next item, that bear out a short item that only claims: 二是短板明显。"""
    claim = visible(best.text)
    if not _CLAIM.fullmatch(claim):
        return []
    items: list[Item] = []
    used = len(claim)
    for at in range(best.position + 1, index.passage_sentences[best.hit.position].stop):
        shown = visible(index.sentences[at].text)
        used += len(shown)
        if _ITEM.match(shown) or used > room:
            break
        items.append((shown, at_sentence(best, index, at)))
    return items


def after_items(items: Sequence[Evidence], index: Index, room: int) -> list[Item]:
    """The items in the passages after that of `items`, where the last of them is an item that ends its passage.

    At most `room` characters with `items`.
    """
    last = items[-1]
    if not is_item(last.text) or last.end < index.passages[last.hit.position].end:
        return []
    return _going_on(last, index, room - sum(len(visible(e.text)) for e in items), level_of(last.text))


def _going_on(best: Evidence, index: Index, room: int, rank: int | None = None) -> list[Item]:
    """The items in the passages after that of `best`, of one level (`rank`, else the first one's)."""
    here = best.hit.position
    items: list[Item] = []
    used = 0
    for position in range(here + 1, len(index.passages)):
        passage = index.passages[position]
        if passage.doc_id != best.hit.passage.doc_id or passage.kind != "paragraph" or not is_item(passage.text):
            break
        rank = rank or level_of(passage.text)
        shown = visible(passage.text)
        used += len(shown)
        if level_of(passage.text) != rank or used > room:
            break
        end = index.sentences[index.passage_sentences[position].stop - 1].end
        items.append((shown, _at(best, index, position, passage.start, end)))
    return items


def _headings(best: Evidence, index: Index) -> list[Item]:
    document = index.document[best.hit.passage.doc_id]
    blocks = [b for b in blocks_of(document.text) if b.start >= best.end and b.kind != "boilerplate"]
    found = _run(blocks)
    items: list[Item] = []
    own = index.passages_of(document.info.id)
    for block in found if _FEW <= len(found) <= _MOST else ():
        position = next((at for at in own if index.passages[at].start >= block.start), None)
        if position is not None:
            start = max(block.start, document.text.find(block.path[-1], block.start, block.end))  # behind Markdown's #
            evidence = _at(best, index, position, start, block.end)
            items.append((heading_name(block.path[-1]).strip(" —-。"), evidence))
    ends = [";"] * (len(items) - 1) + ["。"]
    return [(f"{name}{end}", evidence) for (name, evidence), end in zip(items, ends, strict=False)]


def _run(blocks: Sequence[Block]) -> list[Block]:
    """The headings of the first one's level, if a heading comes first, up to one of a level above it."""
    if not blocks or blocks[0].kind != "heading":
        return []
    depth, above = len(blocks[0].path), blocks[0].path[:-1]
    run: list[Block] = []
    for block in blocks:
        if block.kind == "heading" and (len(block.path) < depth or block.path[: depth - 1] != above):
            break
        if block.kind == "heading" and len(block.path) == depth:
            run.append(block)
    return run


def _at(best: Evidence, index: Index, position: int, start: int, end: int) -> Evidence:
    """`best` as if it were the stretch `start:end`, above or in the passage at `position`."""
    text = index.document[index.passages[position].doc_id].text[start:end]
    first = at_sentence(best, index, index.passage_sentences[position].start)
    return replace(first, text=text, start=start, end=end)
