"""What is known → HTML in Chinese. Pure, and the only place where escaping is done: whatever a question, an answer or
a document holds comes out as text.

    escape("<b>*1*</b>")  → "&#60;b&#62;&#42;1&#42;&#60;&#47;b&#62;"
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from index.types import Document, DocumentInfo
from rag.types import Answer, Citation
from ui import copies as copies_of
from ui.comparison import comparison
from ui.records import Record

CONTEXT_CHARS = 500
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
# Nothing to be seen, or able to turn the order of what follows (bidirectional overrides).
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MARKER = re.compile(r"\[(\d{1,3})\]")
_CONFIDENCE = ((0.8, "高"), (0.5, "中"), (0.0, "低"))
_COLUMNS = ("文件", "地区", "时期", "制定机关", "文号", "日期", "字数")


@dataclass(frozen=True)
class Context:
    """A quote with what stands around it in its document: `before + quote + after` is one run of the text."""

    before: str
    quote: str
    after: str
    cut_before: bool
    cut_after: bool


def escape(text: str) -> str:
    """Text → HTML that shows it and does nothing else.

    Every ASCII punctuation mark becomes a numeric reference, so that neither HTML nor Markdown nor a script's template
    finds anything to read; line ends become spaces, as a blank line would end Markdown's block of HTML.
    """
    seen = _UNSEEN.sub("", text).replace("\n", " ").replace("\u2028", " ").replace("\u2029", " ")
    return _PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", seen)


def paragraphs(text: str, shown: str = "") -> str:
    """Each line of `text` that holds something as a <p>, with an optional class."""
    opening = f'<p class="{shown}">' if shown else "<p>"
    return "".join(f"{opening}{escape(line)}</p>" for line in text.splitlines() if line.strip())


def context(text: str, start: int, end: int, longest_chars: int = CONTEXT_CHARS) -> Context:
    """The lines of `text` that hold `start:end`, cut on both sides where they are longer than `longest_chars`."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    spare = max(0, longest_chars - (end - start))
    left, right = start - first, last - end
    keep_left = min(left, max(spare // 2, spare - right))
    keep_right = min(right, spare - keep_left)
    return Context(
        before=text[start - keep_left : start],
        quote=text[start:end],
        after=text[end : end + keep_right],
        cut_before=keep_left < left,
        cut_after=keep_right < right,
    )


def confidence(answerability: float) -> str:
    """How sure the answer is, in a word."""
    return next(word for least, word in _CONFIDENCE if answerability >= least)


def question_html(question: str) -> str:
    """What the visitor said, for the chat."""
    return f'<div class="pq-question">{paragraphs(question)}</div>'


def answer_html(answer: Answer, turn: int, labels: Collection[str] = ()) -> str:
    """The answer for the chat; its markers lead to the cards that `sources_html` makes for the same `turn`.

    Where it compares the places named in `labels`, a table.
    """
    understood = paragraphs(f"理解为:{answer.understood}", "pq-understood") if answer.understood else ""
    understood += paragraphs(answer.note, "pq-understood")
    by_marker = {citation.marker: citation for citation in answer.citations}

    def linked(lines: Iterable[str]) -> str:
        return "".join(f"<p>{_linked(line, by_marker, turn)}</p>" for line in lines if line.strip())

    table = comparison(answer.text, labels)
    if table is None:
        body = linked(answer.text.splitlines())
    else:
        rows = "".join(
            f'<tr><th scope="row">{escape(place)}</th><td>{linked(said)}</td></tr>' for place, said in table.rows
        )
        head = '<tr><th scope="col">地区</th><th scope="col">内容</th></tr>'
        shown = f'<table class="pq-compared"><thead>{head}</thead><tbody>{rows}</tbody></table>'
        body = linked([table.before]) + shown + linked(table.after)
    sure = "" if answer.refused else f'<p class="pq-confidence">把握:{confidence(answer.answerability)}</p>'
    return f'<div class="pq-answer">{understood}{body}{sure}</div>'


def sources_html(answer: Answer, texts: Mapping[str, str], turn: int) -> str:
    """The cards of what the answer rests on; on a refusal, of what comes nearest. `texts`: documents by id."""
    cited = answer.citations or answer.nearest
    if not cited:
        return '<p class="pq-hint">这个问题没有可列出的原文。</p>'
    heading = "" if answer.citations else '<p class="pq-nearest">最接近的内容(不是答案)</p>'
    return heading + "".join(_card(citation, texts.get(citation.doc, ""), turn) for citation in cited)


def record_html(record: Record, turn: int) -> str:
    """What the scripts of the page need of an exchange: the record, and its copies."""
    copies = {"plain": copies_of.plain(record), "markdown": copies_of.markdown(record), "memo": copies_of.memo(record)}
    told = json.dumps({"record": json.loads(record.as_json()), "copies": copies}, ensure_ascii=False)
    told = _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", told)  # what `escape` drops belongs to the quotes
    return f'<div class="pq-data" hidden data-turn="{turn}" data-exchange="{escape(told)}"></div>'


def panel_html(exchanges: Sequence[tuple[str, str]]) -> str:
    """Questions with their `sources_html`, oldest first → the newest open, the earlier ones folded below it."""
    if not exchanges:
        return '<p class="pq-hint">提问后,这里列出答案所依据的原文,引用的句子会标亮。</p>'
    latest = f'<section class="pq-latest">{exchanges[-1][1]}</section>'
    earlier = "".join(
        f'<details class="pq-earlier"><summary>{escape(question)}</summary>{sources}</details>'
        for question, sources in reversed(exchanges[:-1])
    )
    return latest + (f'<h3 class="pq-earlier-heading">之前的问题</h3>{earlier}' if earlier else "")


def notice_html(message: str) -> str:
    """Something the visitor should know about what was just entered; nothing for no message."""
    return f'<div class="pq-notice" role="alert">{paragraphs(message)}</div>' if message else ""


def documents_html(documents: Iterable[Document]) -> str:
    """What is loaded, as a table; titles lead to the reader."""
    head = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    rows = "".join(f"<tr>{_cells(document)}</tr>" for document in documents)
    return f'<table class="pq-documents"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def document_choices(infos: Sequence[DocumentInfo]) -> list[tuple[str, str]]:
    """(what the filter shows, document id); documents of one label are told apart by their titles, then their ids."""
    labels = [info.label for info in infos]
    named = [i.label if labels.count(i.label) == 1 else f"{i.label} · {i.title or i.file}" for i in infos]
    return [(n if named.count(n) == 1 else f"{n} · {i.id}", i.id) for n, i in zip(named, infos, strict=True)]


def _anchor(turn: int, marker: int) -> str:
    return f"source-{turn}-{marker}"


def _linked(line: str, by_marker: Mapping[int, Citation], turn: int) -> str:
    """A line of an answer, escaped, its markers as links."""
    shown: list[str] = []
    labels = {marker: escape(f"来源{marker}:《{citation.title}》") for marker, citation in by_marker.items()}
    done = 0
    for match in _MARKER.finditer(line):
        marker = int(match[1])
        if marker not in labels:
            continue
        shown.append(escape(line[done : match.start()]))
        shown.append(
            f'<a class="pq-marker" href="#{_anchor(turn, marker)}" title="{labels[marker]}">{escape(match[0])}</a>'
        )
        done = match.end()
    return "".join(shown) + escape(line[done:])


def _card(citation: Citation, text: str, turn: int) -> str:
    """Document › section, the quote marked in its paragraph, a link to its place in the whole document.

    The quote alone where the document is another by now.
    """
    there = text[citation.start : citation.end] == citation.quote
    around = context(text, citation.start, citation.end) if there else Context("", citation.quote, "", False, False)
    section = f'<p class="pq-section">{escape(citation.section)}</p>' if citation.section else ""
    before = ("…" if around.cut_before else "") + escape(around.before)
    after = escape(around.after) + ("…" if around.cut_after else "")
    name, link = f"查看原文:来源{citation.marker}", escape(reader_link(citation.doc, citation.start, citation.end))
    opens = (
        f'<p class="pq-opens"><a class="pq-open" href="{link}" aria-label="{name}">查看原文</a></p>'
        if there
        else '<p class="pq-opens">这份文件已移除或有变动,这里是当时的引文。</p>'
    )
    return (
        f'<article class="pq-card" id="{_anchor(turn, citation.marker)}" tabindex="-1">'
        f'<h3><span class="pq-number">{citation.marker}</span>《{escape(citation.title)}》</h3>{section}'
        f"<blockquote>{before}<mark>{escape(around.quote)}</mark>{after}</blockquote>{opens}</article>"
    )


def reader_link(doc_id: str, start: int, end: int) -> str:
    """The address of a quote in its document, on this page."""
    where = {"tab": "documents", "doc": doc_id, "at": f"{start}-{end}"}
    return f"?{urlencode(where)}"


def _cells(document: Document) -> str:
    info = document.info
    link = f"?{urlencode({'tab': 'documents', 'doc': info.id})}"
    title = f'<a class="pq-open" href="{escape(link)}">{escape(info.title or info.file)}</a>'
    values = (info.district, info.period, info.issuer, info.number, info.published, f"{len(document.text):,}")
    cells = [title, *map(escape, values)]
    return "".join(f'<td data-label="{name}">{cell}</td>' for name, cell in zip(_COLUMNS, cells, strict=True))
