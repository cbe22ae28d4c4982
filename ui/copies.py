"""An answer as it may be pasted elsewhere: plain text, Markdown, a memo with footnotes. Pure.

footnote(《甲区规划纲要》, "第三章现代产业 › 第一节制造业 › (二)壮大集群")  → 《甲区规划纲要》第三章第一节“(二)壮大集群”
"""

import re
from collections.abc import Sequence

from rag.types import Citation
from ui.comparison import Comparison, comparison
from ui.records import Record

_DIVISION = re.compile(r"第\s*[一二三四五六七八九十百零〇\d]{1,5}\s*[篇编部章节条](?:分)?")
_MARKER = re.compile(r"\[(\d{1,3})\]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&])")


def plain(record: Record) -> str:
    """Answer, then its sources."""
    notes = [f"[{c.marker}] {footnote(c)}:“{_line(c.quote)}”" for c in record.answer.citations]
    return "\n".join([record.answer.text, *(["", "出处:", *notes] if notes else [])]) + "\n"


def markdown(record: Record) -> str:
    """The same with Markdown's footnotes, and a table where places are compared."""
    table = comparison(record.answer.text, record.labels)
    body = _table(table) if table else "\n\n".join(_escaped(line) for line in _lines(record.answer.text))
    notes = [f"[^{c.marker}]: {_md(footnote(c))}:“{_md(_line(c.quote))}”" for c in record.answer.citations]
    return "\n\n".join([f"**{_md(_line(record.question))}**", body, *notes]) + "\n"


def memo(record: Record) -> str:
    """As in an official memo: circled numbers in the text, the places in the documents below."""
    text = _MARKER.sub(lambda m: _circled(int(m[1])), record.answer.text)
    notes = [f"{_circled(c.marker)}{footnote(c)}。" for c in record.answer.citations]
    return "\n".join([text, *(["", "注:", *notes] if notes else [])]) + "\n"


def footnote(citation: Citation) -> str:
    """Where a quote stands: the divisions by number, other headings by their words."""
    parts = [part.strip() for part in citation.section.split(" › ") if part.strip()]
    numbered = [(part, _DIVISION.match(part)) for part in parts]
    places = [re.sub(r"\s", "", match[0]) if match else f"“{part}”" for part, match in numbered]
    return f"《{citation.title}》{''.join(places)}"


def conversation_markdown(records: Sequence[Record]) -> str:
    """A whole conversation; footnotes are numbered through."""
    parts = ["# 规划问答:对话记录"]
    for number, record in enumerate(records, 1):
        own = markdown(record)
        parts.append(
            f"## {number}. " + re.sub(r"\[\^(\d+)\]", rf"[^{number}-\1]", own[2:].replace("**", "", 1)).strip()
        )
    return "\n\n".join(parts) + "\n"


def _table(table: Comparison) -> str:
    rows = [f"| {_md(name)} | {'<br>'.join(_escaped(line) for line in said)} |" for name, said in table.rows]
    lines = ["| 地区 | 内容 |", "| --- | --- |", *rows]
    before = [_escaped(table.before)] if table.before.strip() else []
    return "\n\n".join([*before, "\n".join(lines), *(_escaped(line) for line in table.after)])


def _escaped(line: str) -> str:
    """A line of an answer, its markers as footnotes."""
    done, shown = 0, []
    for match in _MARKER.finditer(line):
        shown += [_md(line[done : match.start()]), f"[^{match[1]}]"]
        done = match.end()
    return "".join(shown) + _md(line[done:])


def _md(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _line(text: str) -> str:
    return " ".join(text.split())


def _circled(number: int) -> str:
    return chr(0x245F + number) if 1 <= number <= 20 else f"[{number}]"
