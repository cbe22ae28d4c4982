"""What is asked of the documents themselves: number, issuer, date, period, title. Pure.

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
from rag.force import asks_force, marked, over
from rag.names import called
from rag.replies import QUOTE_CHARS, Quotes, Reply

NAMES = {
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
MOST_LINES = 8
FROM_LIST = "(据文件清单)"
_EARLIER = re.compile(r"早|晚|先|后")
_PASSED = re.compile(
    r"(?:经|由|在|于)(?P<meeting>[^,。;《》经]{2,40}?(?:会议|大会|全会|常委会)(?:上)?(?:研究|审议|审查|讨论|表决)*(?:通过|批准|同意))"
)
_LATER = re.compile(r"晚|后")


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
    return Fact(match["meeting"], lines_around(document.text, starts[match.start()], ends[match.end() - 1]))


def _addressed(document: Document) -> Fact | None:
    """Whom a notice is sent to: the line before its text, “各镇人民政府,区政府各部门:”."""
    for match in re.finditer(r"^[^\S\n]*(?P<to>[^\n。]{4,160}?)[:：][^\S\n]*$", document.text[:_OPENING_CHARS], re.M):
        if _BODIES.search(match["to"]):
            return Fact(match["to"].strip(), (match.start("to"), match.end("to")))
    return None


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
        return lines_around(document.text, starts[first], ends[last - 1])
    return lines_around(document.text, starts[at], ends[at + len(written) - 1]) if at >= 0 else None


def _whole(folded: str, written: str) -> int:
    """Where `written` stands and is not a part of a longer figure; -1 where it does not."""
    closed = r"(?!\d)" if written[-1:].isdigit() else ""
    match = re.search(rf"(?<!\d){re.escape(written)}{closed}", folded) if written else None
    return match.start() if match else -1


def lines_around(text: str, start: int, end: int) -> tuple[int, int]:
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
    documents = [index.document[doc_id] for doc_id in doc_ids][:MOST_LINES]
    lines: list[str] = []
    known = False
    for document in documents:
        parts: list[str] = []
        for name in attributes:
            found = fact(document, name)
            known = known or found is not None or (name == "period" and marked(document.text) is not None)
            parts.append(told(document, name, found, quotes, alone=len(attributes) == 1))
            if name == "period" and asks_force(asked):
                parts.extend(_force(document, found, quotes, today))
        lines.append(f"{_name(document.info, documents)}:{';'.join(parts)}")
    if not known:
        wanted = "、".join(NAMES[name] for name in attributes)
        names = "、".join(name for d in documents if (name := called(d.info))) or "所问"
        return Reply(f"{names}的文件的{wanted},文件清单没有登记,正文开头也没有写明。", True, 0.1)
    if "published" in attributes and _EARLIER.search(asked) and len(documents) > 1:
        lines.extend(_first_of(documents, bool(_LATER.search(asked))))
    if len(doc_ids) > len(documents):
        lines.append("其余文件请写明地方再问。")
    return Reply("\n".join(lines), citations=tuple(quotes.citations))


def _force(document: Document, period: Fact | None, quotes: Quotes, today: date) -> list[str]:
    """Whether a document's period is over, and the mark of validity at its head."""
    said = [("到今天已结束" if over(period.value, today) else "到今天还没有结束")] if period else []
    mark = marked(document.text)
    if mark is not None and not quotes.full:
        said.append(f"文件标注“{mark.value}”{quotes.cite(document.info.id, *mark.span)}")
    return said


def told(document: Document, name: str, found: Fact | None, quotes: Quotes, alone: bool) -> str:
    head = "" if alone and name != "period" else NAMES[name]
    if found is None:
        return f"{NAMES[name]}没有写明"
    if found.span is None or quotes.full:
        return f"{head}{found.value}{FROM_LIST}"
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
