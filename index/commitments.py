"""Documents' passages → what each promises or reports for its district, a row for each figure. Pure.

    "到2025年,高新技术企业、科技型中小企业分别达到110家、150家" → two promised rows of 2025
    "高新技术企业由43家增加到80家"                              → one row with its base
    a table row with 2020年, 2025年, 年均增速/[累计], 属性        → a row for the level, one for the growth

Left out: figures of other places and of the whole country, of names, dates and definitions (`index.figures`).
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from index.figures import Figure, figures, ratios
from index.indicators import Indicator, canonical
from index.naming import Named, named
from index.normal import Normal, as_written, fold, normalise
from index.scope import is_elsewhere
from index.table_rows import from_row
from index.types import Chunks, Commitment, Document, DocumentInfo, Passage, Sentence
from index.when import (
    ACHIEVED,
    PROMISED,
    Date,
    base_year_at,
    date_of,
    status_at,
    year_at,
    years_each,
    years_named,
    zones,
)

_RATE_BEFORE = re.compile(r"(年均(?!浓度|值|降水|气温)|年平均|平均每年|每年|累计|累积|同比)[^,;。\d]*$")
_LIST_RATE = re.compile(r"累计|累积")
_IN_LIST = re.compile(r"\d[^,;。\d]{0,24}[、和][^,;。\d]{0,24}$")
_MORE = re.compile(r"余|多")
_ALL = re.compile(r"^[^,;。、\d]{0,30}全部")
_BODY = re.compile(
    r"(?:责任|牵头|主办|承办|负责)(?:单位|部门)[:为]\s*([^,;。()]{2,40})"
    r"|由([㐀-鿿、]{2,24}?(?:局|委|办|部|院|厅|中心|部门|办公室|政府|街道|镇))(?:负责|牵头|承办)"
)
_LIVELIHOOD = re.compile(r"民生实事|为民办实事|为民实事|实事项目")
_LEVELS = re.compile(r"[%‰]|个百分点")
_NO_NAME = re.compile(r"^(?:在?每(?:个|批|名|班|人)?(?:$|街道|乡镇)|\(|的)")
_WORK = re.compile(r"建|改|扩|整治|治理|实施|打造|完成|修|铺|敷|拆|打通|安置|绿化|造林|开工|竣工")
_SENTENCE_ENDED = re.compile(r"[。！？!?]\s*$")


def commitments(documents: Sequence[Document], chunks: Chunks) -> tuple[Commitment, ...]:
    """Every row of every document, in the order of the documents and of their text."""
    infos = {document.info.id: document for document in documents}
    by_passage = {p: list(own) for p, own in groupby(chunks.sentences, key=lambda s: s.passage)}
    by_document: dict[str, list[int]] = {}
    for position, passage in enumerate(chunks.passages):
        by_document.setdefault(passage.doc_id, []).append(position)
    rows: list[Commitment] = []
    for doc_id, positions in by_document.items():
        passages = [chunks.passages[p] for p in positions]
        review = zones(passages, infos[doc_id].info)
        for at, (position, passage) in enumerate(zip(positions, passages, strict=True)):
            own = by_passage.get(position, [])
            if passage.kind == "row":
                rows.extend(from_row(passage, own[0], infos[doc_id].info) if own else ())
            elif passage.kind != "note":
                rows.extend(_from_passage(passage, own, infos[doc_id].info, review[at]))
    return tuple(rows)


def _from_passage(
    passage: Passage, sentences: Sequence[Sentence], info: DocumentInfo, review: bool
) -> Iterator[Commitment]:
    date = date_of(info)
    carried = 0
    ended = True
    last: Commitment | None = None
    for sentence in sentences:
        normal = normalise(sentence.text)
        rows = list(_from_sentence(sentence, normal, passage, info, date, review, 0 if ended else carried))
        if last is not None and normal.text.startswith("其中"):  # parts of what was just stated
            rows = [_as_part(row, last) for row in rows]
        yield from rows
        last = rows[-1] if rows else None
        years = [year for year, _, _ in years_named(normal.text)]
        ended = bool(_SENTENCE_ENDED.search(sentence.text))
        carried = years[-1] if years else carried


def _from_sentence(
    sentence: Sentence,
    normal: Normal,
    passage: Passage,
    info: DocumentInfo,
    date: Date,
    review: bool,
    carried: int,
) -> Iterator[Commitment]:
    text = normal.text
    context = fold(passage.lead)
    rate = ""
    items = named(text, figures(text) + ratios(text), context)
    for item in items:
        figure = item.figure
        clause = (item.clause_start, item.clause_end)
        if is_elsewhere(text, figure.start, figure.unit, clause, info) or not item.name or _NO_NAME.match(item.name):
            continue
        year, year_from = _year(text, figure, clause, passage, date, carried)
        siblings = [i.figure for i in items if i.clause_start == item.clause_start]
        each = years_each(text, clause, len(siblings))
        if each:
            year, year_from = each[siblings.index(figure)], "sentence"
        status = status_at(text, clause, figure.start, year, date, review)
        if not year:
            year, year_from = _default_year(status, date)
        before = _RATE_BEFORE.search(item.lead)
        if before:
            rate = before[1]
        elif not (_IN_LIST.search(item.lead) or (_LIST_RATE.match(rate) and item.has_no_verb)):
            rate = ""
        yield _commitment(sentence, normal, item, passage, info, (year, year_from), status, rate)


def _as_part(row: Commitment, whole: Commitment) -> Commitment:
    """A part (其中:…) that names no time of its own has the time and the status of the whole."""
    if row.year_from != "document":
        return row
    kind = "指标" if whole.status == ACHIEVED and row.kind == "年度任务" else row.kind
    return replace(row, status=whole.status, kind=kind, year=whole.year, year_from=_farther(whole.year_from))


def _farther(year_from: str) -> str:
    return "passage" if year_from == "sentence" else year_from


def _year(
    text: str, figure: Figure, clause: tuple[int, int], passage: Passage, date: Date, carried: int
) -> tuple[int, str]:
    """The year in force at a figure, and where it was read."""
    year = year_at(text, figure.start, clause)
    if year:
        return year, "sentence"
    if re.search(r"年内|今年|新的一年|本年", text[: figure.start]) and date.single:
        return date.first, "sentence"
    if carried:
        return carried, "passage"
    for head in reversed((*passage.path, passage.lead)):
        named_years = [y for y, _, _ in years_named(fold(head))]
        if named_years:
            return named_years[-1], "heading"
    return 0, ""


def _default_year(status: str, date: Date) -> tuple[int, str]:
    """The year of a figure for which the text names none: the document's last for a promise, else the one before it."""
    if status == PROMISED and date.last:
        return date.last, "document"
    if status == ACHIEVED and date.first:
        return date.first - 1, "document"
    return 0, ""


def _commitment(
    sentence: Sentence,
    normal: Normal,
    item: Named,
    passage: Passage,
    info: DocumentInfo,
    year: tuple[int, str],
    status: str,
    rate: str,
) -> Commitment:
    figure = item.figure
    text = normal.text
    start, end = normal.span(figure.start, figure.end)
    first, last = normal.span(figure.start, figure.stop)
    known = _known(item)
    body = _BODY.search(text)
    written = sentence.text[first:last]
    return Commitment(
        id=row_id(info, sentence.start + start, item.name, status),
        doc_id=info.id,
        district=info.district,
        indicator=as_written(normal, sentence.text, _without_district(item.name, info)),
        canonical=known.name if known else "",
        field=known.field if known else "",
        kind=_kind(text, item, passage, info, status, known is not None),
        status=status,
        value=None if figure.unit == "比" else figure.value,
        upper=figure.upper,
        unit="" if figure.unit == "比" else figure.unit,
        year=year[0],
        year_from=year[1],
        bound=_bound(text, figure),
        rate=rate,
        change=item.change,
        action=item.action,
        base_value=figure.base,
        base_year=base_year_at(text, figure.start),
        base_bound="",
        nature="",
        body=next((g for g in body.groups() if g), "") if body else "",
        stated=re.sub(r"\s+", "", written),
        text=sentence.text,
        start=sentence.start,
        end=sentence.end,
        figure_start=sentence.start + start,
        figure_end=sentence.start + end,
    )


def _without_district(name: str, info: DocumentInfo) -> str:
    """An indicator without the district before it, of which every row is."""
    for alias in sorted((info.district, *info.aliases), key=len, reverse=True):
        if alias.endswith(("区", "县", "市", "省")) and name.startswith(alias) and len(name) >= len(alias) + 2:
            return name[len(alias) :].lstrip("的")
    return name


def _known(item: Named) -> Indicator | None:
    """The canonical indicator; a growth in percent is looked for as one, and 新增 with its noun."""
    unit = "%" if item.figure.unit == "个百分点" else item.figure.unit
    tries = [item.name + "增长"] if item.change and unit == "%" else []
    tries += [item.action + item.name] if item.action == "新增" else []
    return next((known for name in (*tries, item.name) if (known := canonical(name, unit))), None)


def _bound(text: str, figure: Figure) -> str:
    if figure.bound:
        return figure.bound
    if _MORE.search(text[figure.start : figure.end]):
        return "余"
    return "全部" if _ALL.match(text[figure.stop :]) else ""


def _kind(text: str, item: Named, passage: Passage, info: DocumentInfo, status: str, known: bool) -> str:
    if _LIVELIHOOD.search(text) or any(_LIVELIHOOD.search(head) for head in passage.path):
        return "民生实事"
    if date_of(info).single and status == PROMISED and "报告" in info.kind:
        return "年度任务"
    if _LEVELS.search(item.figure.unit) or not item.action:
        return "指标"
    return "指标" if known and not _WORK.search(item.action) else "项目"


def row_id(info: DocumentInfo, start: int, indicator: str, role: str) -> str:
    """The same row has the same id in every build."""
    return hashlib.sha256(f"{info.sha256}:{start}:{indicator}:{role}".encode()).hexdigest()[:16]
