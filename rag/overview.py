"""An overview of a document: its headings in order and its headline targets, every line cited. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from index.loaded import Index
from index.normal import fold
from index.quantity import quantities
from index.structure import parse
from index.types import Block, Document
from rag.clauses import visible
from rag.replies import MOST_CITATIONS, Quotes, Reply

_MOST_TARGETS = 3
_LONGEST_CHARS = 350  # with its markers
_MOST_POINTS = 6  # of a document without headings
_TARGET_CHARS = 72
_HEADING_CHARS = 18
_BOX = re.compile(r"^(?:专栏|专题|框)\s*[\d一二三四五六七八九十]*\s*[:：]?\s*")
_AIMS = re.compile(r"目标|指标|愿景")
_AIMED = re.compile(r"到20\d\d年|力争|目标|达到|确保|计划|将|新增|完成")
_DONE = re.compile(r"“十[二三]五”(?:期间|时期|末)|五年来|累计完成|较“十|已[经完建实]|成功|荣获|截至|20\d\d年底,")
_LEADS_TO_AIMS = re.compile(r"目标[^。]{0,12}[:。]?$|以下[^。]{0,8}目标")
_CHAPTER = re.compile(r"^第[一二三四五六七八九十百\d]+[章节篇部分]+\s*")
_FEW = 3

Span = tuple[int, int, str]
_MANY_TERMS = 10


@lru_cache(maxsize=64)
def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a document's text, kept for the next question."""
    return tuple(parse(text))


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
    return "要点", [(b.start, _first_sentence(document.text, b), "") for b in chosen]


def _first_sentence(text: str, block: Block) -> int:
    match = re.compile(r"[。;;!!]").search(text, block.start, block.end)
    return match.end() if match else block.end


def targets(document: Document, index: Index) -> list[Span]:
    """Sentences that state several figures to be reached, those of the section of aims first; in the text's order."""
    scored: list[tuple[float, int, int, str]] = []
    for at in index.sentences_of(document.info.id):
        sentence = index.sentences[at]
        passage = index.passages[sentence.passage]
        if passage.kind == "row":
            continue
        folded = fold(sentence.text)
        figures = _measured(_densest(sentence.text))
        if len(figures) < 2 or not _AIMED.search(folded) or _DONE.search(folded):
            continue
        aims = bool(_AIMS.search(" ".join((*passage.path, passage.lead)))) or "目标" in folded
        year = bool(re.search(r"到20\d\d年", folded))
        score = min(len(figures), 6) + 4 * aims + 3 * year
        scored.append((score, sentence.start, sentence.end, passage.section))
    best = sorted(scored, key=lambda item: (-item[0], item[1]))[:_MOST_TARGETS]
    return [(start, end, section) for _, start, end, section in sorted(best, key=lambda item: item[1])]


def overview(index: Index, doc_ids: Sequence[str]) -> Reply:
    """What a document is about; where several are meant, which ones there are to choose from."""
    if len(doc_ids) != 1:
        titles = "\n".join(
            f"· {index.document[d].info.label}:{index.document[d].info.kind or '文件'}" for d in doc_ids[:8]
        )
        return Reply(f"请写明要概括哪一份文件:\n{titles}", answerability=0.5)
    document = index.document[doc_ids[0]]
    quotes = Quotes(index)
    aimed = targets(document, index)
    name, entries = outline(document)
    terms = [t for t in index.terms if t.doc_id == document.info.id]
    if name == "要点" and len(terms) >= _MANY_TERMS:
        name, entries = "解释的词语", [(t.start, t.end, t.term) for t in sorted(terms, key=lambda t: t.start)]
    room = MOST_CITATIONS - min(1, len(aimed)) if name == "部分" else _MOST_POINTS
    shown = entries if name == "部分" or len(entries) <= room else _spread(entries, room)
    told = [_entry(document, entry, quotes, name) for entry in shown[:room]]
    count = len(entries)
    rest = f"……共{count}个部分" if name == "部分" and count > len(told) else ""
    head = {"解释的词语": "解释的词语有", "部分": "各部分", "专栏": "文中专栏", "要点": "要点"}[name]
    lines = [f"《{document.info.title or document.info.label}》"]
    if told:
        lines.append(f"{head}:" + ";".join(told) + (rest or "。"))
    figures = [_figures(document, span, quotes) for span in aimed[: MOST_CITATIONS - len(told)]]
    while figures and sum(map(len, (*lines, *figures))) + len("主要目标:") > _LONGEST_CHARS:
        figures.pop()
    lines.extend(["主要目标:", *figures] if figures else [])
    text = "\n".join(lines)
    cited = tuple(c for c in quotes.citations if f"[{c.marker}]" in text)
    return Reply(text, citations=cited)


def aims(index: Index, doc_id: str) -> Reply | None:
    """The run-in headings of the aims of a document, each cited; None where it has none."""
    document = index.document[doc_id]
    runs: list[list[Block]] = []
    before: Block | None = None
    told: list[str] = []
    for block in blocks_of(document.text):
        if block.kind != "paragraph":
            continue
        if not block.lead:
            told.append(document.text[block.start : block.end])
        elif before is not None and before.lead and before.path == block.path:
            runs[-1].append(block)
        elif _AIMS.search(block.path[-1] if block.path else "") or (told and _LEADS_TO_AIMS.search(fold(told[-1]))):
            runs.append([block])
        else:
            before = None
            continue
        before = block
    chosen = next((run for run in runs if len(run) >= _FEW), None)
    if chosen is None:
        return None
    quotes = Quotes(index)
    shown = chosen[:MOST_CITATIONS]
    lines = [
        f"{block.lead.strip(' —-。')}{quotes.cite(doc_id, block.start, _first_sentence(document.text, block))}"
        for block in shown
    ]
    count = f"共{len(chosen)}项" if len(chosen) < 40 else "很多项"
    text = f"{document.info.label}的主要目标{count}:{';'.join(lines)}{'……' if len(chosen) > len(shown) else '。'}"
    return Reply(text, citations=tuple(quotes.citations))


def _spread(entries: list[Span], room: int) -> list[Span]:
    """`room` entries from the whole length of a document."""
    return [entries[at * len(entries) // room] for at in range(room)]


def _entry(document: Document, entry: Span, quotes: Quotes, name: str) -> str:
    start, end, section = entry
    if name == "解释的词语":  # the entry's own name stands where others have their section
        return f"{section}{quotes.cite(document.info.id, start, end)}"
    text = re.sub(r"\s*\n\s*", "", document.text[start:end]).strip("| 。;")
    text = text if name == "部分" else visible(without_box(text) if name == "专栏" else text)
    short = re.split(r"[,，。;；:： ]", _CHAPTER.sub("", text).strip())[0]
    short = short if len(short) <= _HEADING_CHARS else f"{short[: _HEADING_CHARS - 1]}…"
    return f"{short}{quotes.cite(document.info.id, start, end, section or None)}"


def _figures(document: Document, span: Span, quotes: Quotes) -> str:
    start, end, section = span
    return f"· {_densest(document.text[start:end])}{quotes.cite(document.info.id, start, end, section)}"


def _densest(sentence: str) -> str:
    """The clauses that fit a line and hold the most figures; the earliest of several."""
    clauses = re.findall(r"[^,，;；]+[,，;；]?", visible(sentence))
    best, most = "", -1
    for first in range(len(clauses)):
        line = ""
        for clause in clauses[first:]:
            if line and len(line) + len(clause) > _TARGET_CHARS:
                break
            line += clause
            if (count := len(_measured(line))) > most:
                best, most = line, count
    return best.strip(",，;；。 ")


def _measured(text: str) -> set[tuple[Decimal, str]]:
    """The figures of a text that are no dates."""
    return {q.key for q in quantities(text) if q.unit and q.unit not in ("年", "月", "日")}
