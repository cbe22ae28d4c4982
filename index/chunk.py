"""Blocks → passages (what is found) and sentences (what is cited), both cut from the text to the letter. Pure."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from index.structure import parse
from index.types import Block, Chunks, Document, Passage, Sentence

_END = re.compile(r"(?:[。！？!?]|[;；](?!\s*$))[”’」』）)》】]*(?:\*\*(?=\s))?|\n(?=\s*\n)")
_COMMAS = (re.compile(r"[,，:：]"), re.compile(r"、"))
_BRACKETS = re.compile(r"([（(【])|[）)】]")
_ASIDE_CHARS = 100
LONGEST_SENTENCE_CHARS = 300


def chunk(documents: list[Document], passage_chars: int, short_chars: int) -> Chunks:
    """Cut every document; passages hold at most `passage_chars` characters.

    Neighbouring paragraphs of one section that are shorter than `short_chars` (dates, signatures) share a passage.
    """
    passages: list[Passage] = []
    sentences: list[Sentence] = []
    for document in documents:
        blocks = (_prose_if_long(block, passage_chars) for block in parse(document.text))
        for block in _merge_short(blocks, passage_chars, short_chars):
            for pieces in _pack(document.text, block, passage_chars):
                start, end = pieces[0][0], pieces[-1][1]
                text = document.text[start:end]
                passages.append(
                    Passage(
                        id=_passage_id(document.info.sha256, start, text),
                        doc_id=document.info.id,
                        kind=block.kind,
                        path=block.path,
                        start=start,
                        end=end,
                        text=text,
                        lead=block.lead,
                        cells=block.cells,
                        notes=block.notes,
                    )
                )
                here = len(passages) - 1
                sentences.extend(Sentence(here, a, b, document.text[a:b]) for a, b in pieces)
    return Chunks(tuple(passages), tuple(sentences))


def _passage_id(digest: str, start: int, text: str) -> str:
    return hashlib.sha256(f"{digest}:{start}:{text}".encode()).hexdigest()[:16]


def _prose_if_long(block: Block, passage_chars: int) -> Block:
    """A table row whose cells are whole paragraphs is cut and cited like one."""
    if block.kind == "row" and block.end - block.start > min(LONGEST_SENTENCE_CHARS, passage_chars):
        return replace(block, kind="paragraph", cells=())
    return block


def _merge_short(blocks: Iterable[Block], passage_chars: int, short_chars: int) -> list[Block]:
    """Drop headings (they are in the paths) and site furniture; join runs of short neighbours."""
    merged: list[Block] = []
    for block in blocks:
        if block.kind in ("heading", "boilerplate"):
            continue
        last = merged[-1] if merged else None
        if (
            last is not None
            and block.kind == last.kind == "paragraph"
            and last.path == block.path
            and not block.lead
            and not last.lead
            and max(block.end - block.start, last.end - last.start) < short_chars * 3
            and min(block.end - block.start, last.end - last.start) < short_chars
            and block.end - last.start <= passage_chars
        ):
            merged[-1] = Block(last.kind, last.start, block.end, last.path)
        else:
            merged.append(block)
    return merged


def _pack(text: str, block: Block, passage_chars: int) -> list[list[tuple[int, int]]]:
    """A block's sentences, packed evenly into as few passages as the limit allows."""
    if block.kind == "row":  # one sentence, whatever stops are in it
        return [[(block.start, block.end)]]
    spans = split_sentences(text, block.start, block.end, min(LONGEST_SENTENCE_CHARS, passage_chars))
    total = block.end - block.start
    target = total / -(-total // passage_chars)  # even parts read better than a full one and a stump
    packs: list[list[tuple[int, int]]] = [[]]
    for span in spans:
        pack = packs[-1]
        if pack and (span[1] - pack[0][0] > passage_chars or (pack[-1][1] - pack[0][0]) >= target):
            packs.append([])
        packs[-1].append(span)
    return [pack for pack in packs if pack]


def split_sentences(text: str, start: int, end: int, longest: int) -> list[tuple[int, int]]:
    """Spans of the sentences in `text[start:end]`, without the white space around them, each at most `longest`.

    A sentence ends at 。！？; outside of brackets or at a blank line; one that is too long is cut at its commas.
    """
    cuts = [start]
    for match in _END.finditer(text, start, end):
        if not (match[0].strip() and _in_aside(text, max(cuts[-1], match.start() - _ASIDE_CHARS), match.start(), end)):
            cuts.append(match.end())
    cuts.append(end)
    spans: list[tuple[int, int]] = []
    for a, b in pairwise(cuts):
        while b - a > longest:
            cut = _cut_before(text, a + longest // 3, a + longest)
            spans.append((a, cut))
            a = cut
        spans.append((a, b))
    return [s for s in (_strip(text, a, b) for a, b in spans) if s[0] < s[1]]


def _in_aside(text: str, start: int, at: int, end: int) -> bool:
    """Whether `at` stands in brackets that open after `start` and close within `_ASIDE_CHARS`."""
    depth = 0
    for match in _BRACKETS.finditer(text, start, min(end, at + _ASIDE_CHARS)):
        if match.start() > at and depth == 0:
            return False
        depth = depth + 1 if match[1] else max(0, depth - 1)
        if match.start() > at and depth == 0:
            return "\n\n" not in text[at : match.start()]
    return False


def _cut_before(text: str, earliest: int, latest: int) -> int:
    """Where to cut an overlong sentence: after its last comma, else between two items of a list, else anywhere."""
    for pattern in _COMMAS:
        cuts = [m.end() for m in pattern.finditer(text, earliest, latest)]
        if cuts:
            return cuts[-1]
    return latest


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] == "|"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] == "|"):
        end -= 1
    return start, end
