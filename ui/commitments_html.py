"""Commitments and terms → HTML: a page of rows, districts side by side, the chart of one indicator. Pure.

Every row opens its source where it stands: the paragraph with the sentence, and in it the figure, highlighted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from index.types import Commitment, Document, Term
from ui.amounts import amount, base, bound_mark
from ui.bar_chart import Bar, bar_chart
from ui.commitment_view import STATUSES, View, lined_up
from ui.render import context, escape, reader_link

_COLUMNS = ("地区", "指标", "数值", "年份", "状态", "类别", "原文(点开看出处)")
_TERM_COLUMNS = ("地区", "词语", "含义", "原文(点开看出处)")
_SNIPPET_CHARS = 34
_FAR = {"passage": "年份见同段", "heading": "年份见标题", "document": "年份为文件规划期"}
_MOST_BARS = 40

Documents = Mapping[str, Document]


def rows_html(rows: Sequence[Commitment], documents: Documents) -> str:
    """A page of rows as a table."""
    if not rows:
        return '<p class="pq-hint">没有符合条件的承诺或指标。请放宽筛选条件,或换一个搜索词。</p>'
    return _table(_COLUMNS, "".join(_row(row, documents) for row in rows), "pq-commitments")


def sides_html(rows: Sequence[Commitment], documents: Documents) -> str:
    """The indicators that several districts state, a column for each district; 未提及 where one is silent."""
    found = lined_up(rows)
    if not found:
        return '<p class="pq-hint">所选范围内没有两个以上地区都写到的指标。请放宽筛选条件。</p>'
    districts = list(dict.fromkeys(row.district for row in rows if row.district))
    lines = []
    for name, own in found:
        cells = "".join(
            f'<td data-label="{escape(d)}">{_cell(own[d], documents) if d in own else _SILENT}</td>' for d in districts
        )
        lines.append(f'<tr><th scope="row">{escape(name)}<small>{len(own)}个地区写到</small></th>{cells}</tr>')
    return _table(("指标", *districts), "".join(lines), "pq-sides")


_SILENT = '<span class="pq-silent">未提及</span>'


def terms_html(terms: Sequence[Term], documents: Documents) -> str:
    """Glossary entries as a table."""
    if not terms:
        return '<p class="pq-hint">没有符合条件的词语。请放宽筛选条件,或换一个搜索词。</p>'
    rows = "".join(
        f"<tr>{_td(_TERM_COLUMNS[0], escape(t.district))}{_td(_TERM_COLUMNS[1], f'<b>{escape(t.term)}</b>')}"
        f"{_td(_TERM_COLUMNS[2], escape(t.meaning))}"
        f"{_td(_TERM_COLUMNS[3], _source(t.doc_id, t.start, t.end, (t.meaning_start, t.meaning_end), documents))}</tr>"
        for t in terms
    )
    return _table(_TERM_COLUMNS, rows, "pq-terms")


def chart_html(rows: Sequence[Commitment], view: View) -> str:
    """The chart of the view's indicator: every figure in the unit that most rows have; a word on what is left out."""
    levels = [row for row in rows if row.value is not None and row.canonical == view.indicator]
    if not view.indicator or not levels:
        return ""
    (unit, change), _ = Counter((row.unit, row.change) for row in levels).most_common(1)[0]
    bars = list(
        dict.fromkeys(_bar(row) for row in levels if (row.unit, row.change) == (unit, change) and row.value is not None)
    )
    others = sum((row.unit, row.change) != (unit, change) for row in levels)
    left = f"另有 {others} 条单位或口径不同,未画在图中,见下表。" if others else ""
    left += f"只画前 {_MOST_BARS} 条。" if len(bars) > _MOST_BARS else ""
    title = f"{view.indicator}({unit or '比例'})"
    key = (
        '<p class="pq-key"><i class="pq-promised"></i>承诺 <i class="pq-achieved"></i>已完成 '
        "▶ 不低于 ┃ 不超过 ┇ 左右</p>"
    )
    return (
        f'<figure class="pq-figure"><figcaption>{escape(title)}</figcaption>{bar_chart(title, bars[:_MOST_BARS])}'
        f'{key}<p class="pq-hint">{left}</p></figure>'
    )


def _bar(row: Commitment) -> Bar:
    year = f" {row.year}年" if row.year else ""
    return Bar(
        label=f"{row.district}{year}{STATUSES[row.status]}",
        shown=amount(row),
        value=row.value or Decimal(0),
        mark=bound_mark(row.bound),
        upper=row.upper,
        achieved=row.status == "achieved",
    )


def _row(row: Commitment, documents: Documents) -> str:
    name = escape(row.canonical or row.indicator)
    own = "" if not row.canonical or row.canonical == row.indicator else f"<small>{escape(row.indicator)}</small>"
    start = base(row)
    shown = f"<b>{escape(amount(row))}</b>" + (f"<small>基期 {escape(start)}</small>" if start else "")
    year = (f"{row.year}" if row.year else "—") + (f"<small>{_FAR[row.year_from]}</small>" if _is_far(row) else "")
    status = f'<span class="pq-status pq-{row.status}">{STATUSES[row.status]}</span>'
    kind = escape(row.kind) + "".join(f"<small>{escape(word)}</small>" for word in (row.nature, row.field) if word)
    body = f"<small>责任单位:{escape(row.body)}</small>" if row.body else ""
    source = _source(row.doc_id, row.start, row.end, (row.figure_start, row.figure_end), documents)
    cells = (escape(row.district or "—"), name + own, shown, year, status, kind + body, source)
    return f"<tr>{''.join(_td(label, cell) for label, cell in zip(_COLUMNS, cells, strict=True))}</tr>"


def _is_far(row: Commitment) -> bool:
    return bool(row.year) and row.year_from in _FAR


def _cell(rows: Sequence[Commitment], documents: Documents) -> str:
    """A district's figures of one indicator: promises first, the latest year first, no figure twice."""
    ordered = sorted(rows, key=lambda row: (row.status != "promised", -row.year))
    told = {(amount(row), row.year, row.status): row for row in reversed(ordered)}
    shown = [row for row in ordered if told.get((amount(row), row.year, row.status)) is row]
    return "".join(
        f'<div class="pq-stated"><b>{escape(amount(row))}</b><small>{row.year or "年份不明"} '
        f"{STATUSES[row.status]}</small>"
        f"{_source(row.doc_id, row.start, row.end, (row.figure_start, row.figure_end), documents, '出处')}</div>"
        for row in shown
    )


def _source(doc_id: str, start: int, end: int, inside: tuple[int, int], documents: Documents, label: str = "") -> str:
    """The sentence as something to open: its paragraph with the sentence highlighted and `inside` in bold."""
    document = documents[doc_id]
    around = context(document.text, start, end)
    first, last = inside if start <= inside[0] < inside[1] <= end else (end, end)
    quote = document.text[start:first], document.text[first:last], document.text[last:end]
    marked = (
        f"{escape(quote[0])}<strong>{escape(quote[1])}</strong>{escape(quote[2])}"
        if last > first
        else (escape(around.quote))
    )
    one_line = " ".join(around.quote.split())
    snippet = label or one_line[:_SNIPPET_CHARS] + ("…" if len(one_line) > _SNIPPET_CHARS else "")
    before = ("…" if around.cut_before else "") + escape(around.before)
    after = escape(around.after) + ("…" if around.cut_after else "")
    title = document.info.title or document.info.file
    opens = f'<a class="pq-open" href="{escape(reader_link(doc_id, start, end))}">在文件中查看</a>'
    return (
        f'<details class="pq-source"><summary>{escape(snippet)}</summary>'
        f"<blockquote>{before}<mark>{marked}</mark>{after}</blockquote><p>——《{escape(title)}》 {opens}</p></details>"
    )


def _table(columns: Sequence[str], rows: str, shown: str) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    return f'<table class="pq-table {shown}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _td(label: str, cell: str) -> str:
    return f'<td data-label="{escape(label.split("(")[0])}">{cell}</td>'
