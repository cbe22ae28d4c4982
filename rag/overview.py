"""An overview of a document: its headings in order and its headline targets, every line cited. Pure."""

import re
from collections.abc import Sequence

from index.loaded import Index
from index.types import Document
from rag.blocks import Span, blocks_of, first_sentence
from rag.clauses import visible
from rag.headline import densest, position, positioned, targets
from rag.replies import MOST_CITATIONS, Quotes, Reply

_LONGEST_CHARS = 350  # with its markers, as long as more than one goal is told
_WHOLE_CHARS = 400  # of all headings; where they are longer, each is told to its first clause
_MOST_PARTS = 20
_MOST_POINTS = 6  # of a document without headings
_POINT_CHARS = 30
_BOX = re.compile(r"^(?:专栏|专题|框)\s*[\d一二三四五六七八九十]*\s*[:：]?\s*")
_CHAPTER = re.compile(r"^第[一二三四五六七八九十百\d]+[章节篇部分]+\s*")
_FEW = 3
_MANY_TERMS = 10
_HEADS = {"部分": "共{}个部分", "专栏": "文中专栏共{}个", "解释的词语": "解释的词语有", "要点": "要点"}


def without_box(title: str) -> str:
    """“专栏3:重大项目” → “重大项目”."""
    return _BOX.sub("", title)


def outline(document: Document) -> tuple[str, list[Span]]:
    """What the entries are (“部分”, “专栏”, “要点”) and where each stands, with its section.

    The uppermost headings; where a document has lost them, its boxes; else the run-in headings, else the paragraphs.
    """
    blocks = [b for b in blocks_of(document.text) if b.kind != "boilerplate"]
    top = [b for b in blocks if b.kind == "heading" and len(b.path) == 1]
    plain = [b for b in top if not _BOX.match(b.path[0])]
    lost = len(plain) < _FEW or (len(top) > len(plain) >= 1)
    if not lost:
        return "部分", [(b.start, b.end, b.path[0]) for b in plain]
    if len(top) == 1:  # one heading above all others: the title
        second = [b for b in blocks if b.kind == "heading" and len(b.path) == 2]
        if len(second) >= 2:
            return "部分", [(b.start, b.end, b.path[1]) for b in second]
    boxes = [b for b in top if _BOX.match(b.path[0])]
    if len(boxes) >= _FEW:
        return "专栏", [(b.start, b.end, b.path[0]) for b in boxes]
    leads = [b for b in blocks if b.kind == "paragraph" and b.lead]
    chosen = leads if len(leads) >= _FEW * 2 else [b for b in blocks if b.kind == "paragraph"]
    return "要点", [(b.start, first_sentence(document.text, b), "") for b in chosen]


def overview(index: Index, doc_ids: Sequence[str], only: str = "") -> Reply:
    """What a document is about; where several are meant, which ones there are to choose from.

    `only`: "parts" or "words" where only these are asked for, not what it aims at.
    """
    if len(doc_ids) != 1:
        titles = "\n".join(
            f"· {index.document[d].info.label}:{index.document[d].info.kind or '文件'}" for d in doc_ids[:8]
        )
        return Reply(f"请写明要概括哪一份文件:\n{titles}", answerability=0.5)
    document = index.document[doc_ids[0]]
    name, entries = _entries(document, index, only)
    goals = [] if only else targets(document, index)
    shown = _shown(name, entries, MOST_CITATIONS - len(goals))
    told = _told(document, name, shown)
    chars = sum(map(len, told)) + len("[10];") * len(told) + len(document.info.title)
    quotes = Quotes(index)
    title = document.info.title or document.info.label
    lines = [title if title.startswith("《") else f"《{title}》"]
    if not only:
        lines += _goals(document, index, goals, _LONGEST_CHARS - chars, quotes)
    if told:
        marked = [
            text + quotes.cite(document.info.id, start, end, None if name == "解释的词语" else section or None)
            for text, (start, end, section) in zip(told, shown, strict=True)
        ]
        more = "……" if len(entries) > len(shown) else "。"
        lines.append(f"{_HEADS[name].format(len(entries))}:{';'.join(marked)}{more}")
    return Reply("\n".join(lines), citations=tuple(quotes.citations))


def _entries(document: Document, index: Index, only: str) -> tuple[str, list[Span]]:
    """The outline; of a document that explains words, these, each with its name where others have their section."""
    name, entries = outline(document)
    terms = [t for t in index.terms if t.doc_id == document.info.id and t.term in document.text[t.start : t.end]]
    if (name == "要点" or only == "words") and len(terms) >= _MANY_TERMS:
        return "解释的词语", [(t.start, t.end, t.term) for t in sorted(terms, key=lambda t: t.start)]
    return name, entries


def _shown(name: str, entries: list[Span], room: int) -> list[Span]:
    """All parts; of the rest as many as there is room for, from the whole length of the document."""
    most = _MOST_PARTS if name == "部分" else _MOST_POINTS if name == "要点" else room
    if len(entries) <= most or name == "部分":
        return entries[:most]
    return [entries[at * len(entries) // most] for at in range(most)]


def _told(document: Document, name: str, shown: Sequence[Span]) -> list[str]:
    """The entries as they are told: titles whole, unless they are too long together."""
    if name == "解释的词语":
        return [term for _, _, term in shown]
    texts = [re.sub(r"\s*\n\s*", "", document.text[start:end]).strip("| 。;；#") for start, end, _ in shown]
    if name == "部分":
        whole = [_CHAPTER.sub("", text).strip() for text in texts]
        return whole if sum(map(len, whole)) <= _WHOLE_CHARS else [_first_clause(text) for text in whole]
    short = [_first_clause(visible(without_box(text) if name == "专栏" else text)) for text in texts]
    return [text if len(text) <= _POINT_CHARS else f"{text[: _POINT_CHARS - 1]}…" for text in short]


def _first_clause(text: str) -> str:
    return re.split(r"[,，。;；:： ]", text)[0]


def _goals(document: Document, index: Index, goals: Sequence[Span], room: int, quotes: Quotes) -> list[str]:
    """The lines of what a document aims at within `room` characters, but at least one goal where it has any."""
    lines: list[str] = []
    where = position(document, index)
    if where is not None and (text := positioned(document.text[where[0] : where[1]])) and len(text) < room // 2:
        lines.append(f"定位:{text}{quotes.cite(document.info.id, *where)}")
        room -= len(lines[0])
    told: list[str] = []
    for start, end, section in goals:
        text = densest(document.text[start:end])
        if told and len(text) + sum(map(len, told)) > room:
            break
        told.append(f"· {text}{quotes.cite(document.info.id, start, end, section)}")
    return [*lines, *(["主要目标:", *told] if told else [])]
