"""What is collected: the list, the latest and the earliest, those of a place, and those that state a thing. Pure.

The manifest knows; each document's own line is cited where its opening holds it (`rag.about`).
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.loaded import Index
from index.quantity import quantities
from index.types import Document, DocumentInfo
from rag.about import MOST_LINES, NAMES, fact, lines_around, told
from rag.names import called, collected
from rag.places import find_places
from rag.replies import MOST_CITATIONS, Quotes, Reply

_MOST_EACH = MOST_CITATIONS // 2  # documents that state a field, and that do not
_TITLE_CHARS, _FEW = 60, 2


def listing(index: Index, documents: Sequence[Document] | None = None, whole: bool = False) -> Reply:
    """What is collected: a line for each document with its kind; with its title and date if `whole`, or if few are."""
    quotes = Quotes(index)
    chosen = index.documents if documents is None else documents
    shown = chosen[:MOST_LINES]
    spare = MOST_CITATIONS - len(shown)  # for dates: each line cites its title
    lines = []
    for at, document in enumerate(shown):
        titled = whole or len(chosen) <= _FEW or _shared(document.info, chosen)
        date = _date(document, quotes, cite=at < spare) if whole else ""
        lines.append(_line(document, quotes, titled) + date)
    count = len(chosen)
    head = f"已收录共{count}个文件:" if count < 40 else "已收录的文件很多,例如:"
    tail = ["其余文件见文档列表。"] if count > MOST_LINES else []
    return Reply("\n".join([head, *lines, *tail]), citations=tuple(quotes.citations))


def _shared(info: DocumentInfo, documents: Sequence[Document]) -> bool:
    """Whether another document is of the same district and kind."""
    return sum((d.info.district, d.info.kind) == (info.district, info.kind) for d in documents) > 1


def _line(document: Document, quotes: Quotes, titled: bool = True) -> str:
    """“淄博市甲区:《规划纲要》[1]”; its kind alone where that names it, or its title has figures that are not cited."""
    info = document.info
    found = fact(document, "title")
    start, end = (found.span if found else None) or _first_line(document)
    marker = quotes.cite(info.id, start, end)
    whole = max((a for a in info.aliases if a.endswith(info.district)), key=len, default=info.district)
    title = info.title or info.file
    stated = {q.key for q in quantities(document.text[start:end])}
    unstated = not {q.key for q in quantities(title)} <= stated  # a year that only the manifest knows
    named = info.kind if whole and (unstated or not titled) else ""
    return f"{whole}:{named or f'《{title}》'}{marker}" if whole else f"《{title}》{marker}"


def _date(document: Document, quotes: Quotes, cite: bool) -> str:
    """“,发布日期2021年6月[2]”; "" where no date is known. `cite`: whether a citation is left for it."""
    found = fact(document, "published")
    if found is not None and not cite:
        found = replace(found, span=None)
    return f",{told(document, 'published', found, quotes, alone=False)}" if found else ""


def _first_line(document: Document) -> tuple[int, int]:
    start = len(document.text) - len(document.text.lstrip())
    end = document.text.find("\n", start)
    stop = min(len(document.text) if end < 0 else end, start + _TITLE_CHARS)
    return lines_around(document.text, start, max(start + 1, stop))


def has(index: Index, place: str) -> Reply:
    """Whether something is collected on `place`."""
    ids = find_places(place, index.documents).documents
    found = [d for d in index.documents if d.info.id in ids]
    found = found or [d for d in index.documents if any(place in n for n in (d.info.district, *d.info.aliases))]
    if found:
        reply = listing(index, found)
        return Reply("有。" + reply.text.removeprefix("已收录"), citations=reply.citations)
    return Reply(f"没有收录{place}的文件。{collected(index.documents)}")


def dated(index: Index, which: str) -> Reply:
    """The document that was published last or first (`which`: "latest", "earliest"), or those of a year.

    A document without a date counts by the year that it is about.
    """
    quotes = Quotes(index)
    known = sorted((when, at) for at, d in enumerate(index.documents) if (when := _when(d.info)))
    if which in ("latest", "earliest"):
        times = [date for date, _ in known]
        extreme = (max if which == "latest" else min)(times, default="")
        chosen = [at for date, at in known if date == extreme]
        published = all(index.documents[at].info.published for at in chosen)
        head = f"{'发布' if published else '年份'}最{'晚' if which == 'latest' else '早'}的是:"
    else:
        chosen = [at for date, at in known if date.startswith(which)]
        published = all(index.documents[at].info.published for at in chosen)
        head = f"共{len(chosen)}个文件是{which}年{'发布' if published else ''}的:"
    if not chosen:
        return Reply("文件清单里没有这一年发布的文件。" if known else "文件清单没有登记发布日期。", True, 0.1)
    lines = [_dated_line(index.documents[at], quotes) for at in chosen[:MOST_LINES]]
    return Reply("\n".join([head, *lines]), citations=tuple(quotes.citations))


def _when(info: DocumentInfo) -> str:
    """When a document was published, else the first year that it is about; "" where neither is known."""
    year = re.match(r"(?:19|20)\d\d", info.period)
    return info.published or (year[0] if year else "")


def _dated_line(document: Document, quotes: Quotes) -> str:
    info = document.info
    name = "published" if info.published else "period"
    when = told(document, name, fact(document, name), quotes, alone=True)
    note = "" if info.published else "(没有登记发布日期)"
    return f"{called(info)}:{info.kind or '文件'},{when.removeprefix(NAMES['period'])}{note}"


def stated(index: Index, name: str, negated: bool) -> Reply:
    """The documents that state the field `name` of the manifest, or those that do not (`negated`)."""
    quotes = Quotes(index)
    having = [d for d in index.documents if getattr(d.info, name)]
    lacking = [d for d in index.documents if not getattr(d.info, name)]

    def with_value() -> list[str]:
        head = f"共{len(having)}个文件写明了{NAMES[name]}:" if having else f"没有文件写明{NAMES[name]}。"
        return [
            head,
            *(f"{_called(d)}:{told(d, name, fact(d, name), quotes, alone=True)}" for d in having[:_MOST_EACH]),
        ]

    def without() -> list[str]:
        head = f"共{len(lacking)}个文件没有写明{NAMES[name]}:" if lacking else f"各文件都写明了{NAMES[name]}。"
        return [head, *(_line(d, quotes) for d in lacking[:_MOST_EACH])]

    lines = [*without(), *with_value()] if negated else [*with_value(), *without()]
    if max(len(having), len(lacking)) > _MOST_EACH:
        lines.append("其余文件见文档列表。")
    return Reply("\n".join(lines), citations=tuple(quotes.citations))


def _called(document: Document) -> str:
    """A name that cites nothing."""
    return called(document.info) or document.info.district or "另一文件"
