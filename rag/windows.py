"""What the reader is given to read: runs of sentences around the likeliest ones, short enough to be quick. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.context import body
from index.loaded import Index
from index.normal import fold
from index.types import DocumentInfo, Passage
from rag.evidence import Evidence
from rag.reader_model import Pair

WINDOW_CHARS = 200
_TITLE_CHARS = 48
_HEADINGS = 2


@dataclass(frozen=True)
class Window:
    """Consecutive sentences of one passage: `sentences[i]` of the index stands at `spans[i]` of the folded `text`."""

    passage: int
    heading: str
    text: str
    sentences: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def pair(self, question: str) -> Pair:
        """`question`: folded."""
        return Pair(question, self.heading, self.text)


def windows(evidence: Sequence[Evidence], index: Index, count: int, chars: int = WINDOW_CHARS) -> list[Window]:
    """At most `count` windows, best first, that hold the best sentences of `evidence`; each sentence in one of them."""
    seen: set[int] = set()
    found: list[Window] = []
    for item in evidence:
        if len(found) == count:
            break
        if item.position not in seen:
            window = around(item.position, index, chars)
            seen.update(window.sentences)
            found.append(window)
    return found


def heading_of(info: DocumentInfo, passage: Passage) -> str:
    """Folded: the title, where alone it stands what a passage means by “五年” or “全区”; and the last headings."""
    place = info.district if info.district not in info.title else ""
    title = "" if passage.text.startswith(info.title[:20]) else info.title
    return headed(f"{place} {title}", passage.path)


def headed(name: str, path: Sequence[str]) -> str:
    """What stands above a text that the reader reads, folded: a name and the last headings of `path`."""
    return fold(" ".join(filter(None, (name.strip()[:_TITLE_CHARS], *path[-_HEADINGS:]))))


def around(position: int, index: Index, chars: int = WINDOW_CHARS) -> Window:
    """The sentence at `position` with its neighbours in the passage, those before and after by turns while they fit."""
    number = index.sentences[position].passage
    passage = index.passages[number]
    heading = heading_of(index.document[passage.doc_id].info, passage)
    if passage.kind == "row":
        text = fold(body(passage))
        members = tuple(index.passage_sentences[number])
        return Window(number, heading, text, members, ((0, len(text)),) * len(members))
    members = tuple(index.passage_sentences[number])
    texts = {member: fold(index.sentences[member].text) for member in members}
    first = last = position
    room = chars - len(texts[position])
    grown = True
    while grown:
        grown = False
        for neighbour in (first - 1, last + 1):
            if neighbour in texts and len(texts[neighbour]) <= room:
                room -= len(texts[neighbour])
                first, last, grown = min(first, neighbour), max(last, neighbour), True
    spans, at = [], 0
    for member in range(first, last + 1):
        spans.append((at, at + len(texts[member])))
        at += len(texts[member])
    run = range(first, last + 1)
    return Window(number, heading, "".join(texts[m] for m in run), tuple(run), tuple(spans))
