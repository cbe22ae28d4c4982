"""What is asked of the documents themselves: number, issuer, date, period, title, and what is collected. Pure.

The manifest knows; the document's own words are cited wherever its opening holds them. What only the manifest says is
marked “(据文件清单)”.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from index.loaded import Index
from index.normal import fold, normalise
from index.types import Document, DocumentInfo
from rag.names import called, collected
from rag.places import find_places
from rag.replies import QUOTE_CHARS, Quotes, Reply

_NAMES = {
    "number": "文号",
    "issuer": "发布单位",
    "published": "发布日期",
    "period": "规划期",
    "title": "全称",
    "kind": "文件类型",
    "addressed": "主送单位",
    "approved": "通过它的会议",
}
_OPENING_CHARS = 2500
_BODIES = re.compile(r"^各|各(?:部门|镇|街道|单位|科室|委办)|有关(?:部门|单位)")
_MOST_LINES = 8
_FEW = 2  # documents that are listed with their whole titles
_FROM_LIST = "(据文件清单)"
_EARLIER = re.compile(r"早|晚|先|后")
_PASSED = re.compile(
    r"(?:经|由|在|于)(?P<meeting>[^,。;《》经]{2,40}?(?:会议|大会|全会|常委会)(?:上)?(?:研究|审议|审查|讨论|表决)*(?:通过|批准|同意))"
)
_IN_FORCE = re.compile(r"过期|到期|失效|有效|作废")
_LATER = re.compile(r"晚|后")


def over(period: str, today: date) -> bool:
    """Whether a period “2021-2025” or “2023” is over; an unknown one is not."""
    years = re.findall(r"(?:19|20)\d\d", period)
    return bool(years) and int(max(years)) < today.year


@dataclass(frozen=True)
class Fact:
    """A value as it is told, and where its document says it (None: only the manifest does)."""

    value: str
    span: tuple[int, int] | None


def fact(document: Document, name: str) -> Fact | None:
    """One of `number`, `issuer`, `published`, `period`, `title` of a document; None where nothing states it."""
    if name == "approved":
        return _approved(document)
    if name == "addressed":
        return _addressed(document)
    value = str(getattr(document.info, name))
    if not value:
        return None
    for told, written in _ways_of_writing(document.info, name, value):
        span = _line_with(document, written)
        if span is not None and (
            name != "period" or "-" in value or fold(document.text[slice(*span)]).startswith(written)
        ):
            return Fact(told, span)
    return Fact(_ways_of_writing(document.info, name, value)[0][0], None)


def _approved(document: Document) -> Fact | None:
    """Which meeting passed a document, where its opening says so."""
    folded, starts, ends = _opening(document.text)
    match = _PASSED.search(folded)
    if match is None:
        return None
    return Fact(match["meeting"], _lines_around(document.text, starts[match.start()], ends[match.end() - 1]))


def _addressed(document: Document) -> Fact | None:
    """Whom a notice is sent to: the line before its text, “各镇人民政府,区政府各部门:”."""
    for match in re.finditer(r"^[^\S\n]*(?P<to>[^\n。]{4,160}?)[:：][^\S\n]*$", document.text[:_OPENING_CHARS], re.M):
        if _BODIES.search(match["to"]):
            return Fact(match["to"].strip(), (match.start("to"), match.end("to")))
    return None


def dated(index: Index, which: str) -> Reply:
    """The document that was published last or first (`which`: "latest", "earliest"), or those of a year."""
    quotes = Quotes(index)
    known = sorted((d.info.published, at) for at, d in enumerate(index.documents) if d.info.published)
    if which in ("latest", "earliest"):
        times = [date for date, _ in known]
        extreme = (max if which == "latest" else min)(times, default="")
        chosen = [at for date, at in known if date == extreme]
        head = f"发布{'最晚' if which == 'latest' else '最早'}的是:"
    else:
        chosen = [at for date, at in known if date.startswith(which)]
        head = f"共{len(chosen)}个文件是{which}年发布的:"
    if not chosen:
        return Reply("文件清单里没有这一年发布的文件。" if known else "文件清单没有登记发布日期。", True, 0.1)
    lines = []
    for document in (index.documents[at] for at in chosen[:_MOST_LINES]):
        found = fact(document, "published")
        when = _told(document, "published", found, quotes, alone=True)
        lines.append(f"{called(document.info)}:{document.info.kind or '文件'},{when}")
    return Reply("\n".join([head, *lines]), citations=tuple(quotes.citations))


def _ways_of_writing(info: DocumentInfo, name: str, value: str) -> list[tuple[str, str]]:
    """How a value is told and how the document may write it (folded), the likeliest first."""
    if name == "published":
        year, month, day = [*(part.lstrip("0") for part in value.split("-")), "", ""][:3]
        chinese = f"{year}年" + (f"{month}月" if month else "") + (f"{day}日" if day else "")
        ways = [
            (chinese, chinese),
            *((value, way) for way in (value, value.replace("-", "/"), value.replace("-", "."))),
        ]
        in_title = month and f"{year}年" in fold(info.title)
        return [*ways, (chinese, f"{month}月")] if in_title else ways
    if name == "period":
        return [(f"{value}年", f"{value}年"), (f"{value}年", value), (f"{value}年", value.replace("-", "年至") + "年")]
    return [(value, fold(value))]


@lru_cache(maxsize=64)
def _opening(text: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    folded = normalise(text[:_OPENING_CHARS])
    return folded.text, folded.starts, folded.ends


def _line_with(document: Document, written: str) -> tuple[int, int] | None:
    """The line (or the lines that it runs over) in the document's opening that holds `written`."""
    folded, starts, ends = _opening(document.text)
    at = _whole(folded, written)
    if at < 0 and "、" in written:  # several issuers, each on a line of its own
        parts = written.split("、")
        places = [_whole(folded, part) for part in parts]
        if min(places) < 0 or max(places) - min(places) > len(written) * 3:
            return None
        first, last = min(places), max(p + len(part) for p, part in zip(places, parts, strict=True))
        return _lines_around(document.text, starts[first], ends[last - 1])
    return _lines_around(document.text, starts[at], ends[at + len(written) - 1]) if at >= 0 else None


def _whole(folded: str, written: str) -> int:
    """Where `written` stands and is not a part of a longer figure; -1 where it does not."""
    closed = r"(?!\d)" if written[-1:].isdigit() else ""
    match = re.search(rf"(?<!\d){re.escape(written)}{closed}", folded) if written else None
    return match.start() if match else -1


def _lines_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The lines from `start` to `end`, without space and bars around; a long one from its nearest sentence on."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    if last - first > QUOTE_CHARS:
        first = max(first, text.rfind("。", first, start) + 1)
        stop = text.find("。", end, last)
        last = min(last if stop < 0 else stop + 1, first + QUOTE_CHARS)
    while first < start and text[first] in " \t\r|\u3000":
        first += 1
    while last > end and text[last - 1] in " \t\r|\u3000":
        last -= 1
    return first, last


def about(index: Index, doc_ids: Sequence[str], attributes: Sequence[str], asked: str, today: date) -> Reply:
    """The attributes of the documents, one line each; refused where none of them is stated. `asked`: folded."""
    quotes = Quotes(index)
    documents = [index.document[doc_id] for doc_id in doc_ids][:_MOST_LINES]
    lines: list[str] = []
    known = False
    for document in documents:
        parts: list[str] = []
        for name in attributes:
            found = fact(document, name)
            known = known or found is not None
            parts.append(_told(document, name, found, quotes, alone=len(attributes) == 1))
            if name == "period" and found and _IN_FORCE.search(asked):
                parts.append("到今天已结束" if over(found.value, today) else "到今天还没有结束")
        lines.append(f"{_name(document.info, documents)}:{';'.join(parts)}")
    if not known:
        wanted = "、".join(_NAMES[name] for name in attributes)
        names = "、".join(name for d in documents if (name := called(d.info))) or "所问"
        return Reply(f"{names}的文件的{wanted},文件清单没有登记,正文开头也没有写明。", True, 0.1)
    if "published" in attributes and _EARLIER.search(asked) and len(documents) > 1:
        lines.extend(_first_of(documents, bool(_LATER.search(asked))))
    if len(doc_ids) > len(documents):
        lines.append("其余文件请写明地方再问。")
    return Reply("\n".join(lines), citations=tuple(quotes.citations))


def _told(document: Document, name: str, found: Fact | None, quotes: Quotes, alone: bool) -> str:
    head = "" if alone and name != "period" else _NAMES[name]
    if found is None:
        return f"{_NAMES[name]}没有写明"
    if found.span is None or quotes.full:
        return f"{head}{found.value}{_FROM_LIST}"
    return f"{head}{found.value}{quotes.cite(document.info.id, *found.span)}"


def _name(info: DocumentInfo, documents: Sequence[Document]) -> str:
    """The label of a document; its title where two documents share the label."""
    twins = sum(d.info.label == info.label for d in documents) > 1
    return f"《{info.title}》" if twins and info.title else info.label


def _first_of(documents: Sequence[Document], latest: bool) -> list[str]:
    """A line that says which was published first (or last), where all dates differ and are known."""
    dates = sorted((d.info.published, d.info.label) for d in documents if d.info.published)
    if len(dates) < len(documents) or len({date[:7] for date, _ in dates}) < len(dates):
        return []
    return [f"发布较{'晚' if latest else '早'}的是{dates[-1 if latest else 0][1]}的文件。"]


def listing(index: Index, documents: Sequence[Document] | None = None) -> Reply:
    """What is collected: a line for each document with its title."""
    quotes = Quotes(index)
    chosen = index.documents if documents is None else documents
    lines = []
    several = len(chosen) > _FEW
    for document in chosen[:_MOST_LINES]:
        info = document.info
        found = fact(document, "title")
        span = found.span if found else None
        marker = quotes.cite(info.id, *(span or _first_line(document)))
        whole = max((a for a in info.aliases if a.endswith(info.district)), key=len, default=info.district)
        label = f"{whole}:" if info.district else ""
        named = info.kind if several and label and not _shared(info, chosen) else ""
        lines.append(f"{label}{named or f'《{info.title or info.file}》'}{marker}")
    count = len(chosen)
    head = f"已收录共{count}个文件:" if count < 40 else "已收录的文件很多,例如:"
    tail = ["其余文件见文档列表。"] if count > _MOST_LINES else []
    return Reply("\n".join([head, *lines, *tail]), citations=tuple(quotes.citations))


def _shared(info: DocumentInfo, documents: Sequence[Document]) -> bool:
    """Whether another document is of the same district and kind."""
    return sum((d.info.district, d.info.kind) == (info.district, info.kind) for d in documents) > 1


def _first_line(document: Document) -> tuple[int, int]:
    start = len(document.text) - len(document.text.lstrip())
    end = document.text.find("\n", start)
    return _lines_around(document.text, start, max(start + 1, min(len(document.text) if end < 0 else end, start + 60)))


def has(index: Index, place: str) -> Reply:
    """Whether something is collected on `place`."""
    ids = find_places(place, index.documents).documents
    found = [d for d in index.documents if d.info.id in ids]
    found = found or [d for d in index.documents if any(place in n for n in (d.info.district, *d.info.aliases))]
    if found:
        reply = listing(index, found)
        return Reply("有。" + reply.text.removeprefix("已收录"), citations=reply.citations)
    return Reply(f"没有收录{place}的文件。{collected(index.documents)}")
