"""Questions that one row of an indicator table does not answer: a class of it, how many there are, what is blank or
falls, the greatest, the notes, several rows at once. Each row that is named is cited. Pure.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from index.columns import NATURE, column_name, is_blank
from index.loaded import Index
from index.normal import fold
from index.notes import note_items
from index.types import Cell, Passage
from rag.cells import YEAR_COLUMN, asked_columns, note_fits, one_line, row_name, told
from rag.clauses import visible
from rag.question import Question, focus_of
from rag.replies import MOST_CITATIONS, MOST_LOOKED_THROUGH, Quotes, Reply
from rag.subject import content_words, wordings_of
from rag.table_classes import class_in, counted, of_class
from rag.table_told import TABLE_NAMED, WHICH, cite_row, names, told_row, told_values, words_of

_OF_TABLE = re.compile(r"指标|表[里中格内上]|[那这]张表|一栏|[类项]")
_BLANK_ASKED = re.compile(
    r"没填|未填|没有填|空着|空白|[画划]杠|没数|没有数|没写数|——|没有?(?:20\d\d年?)?的?(?:基数|数据|数值|数字)"
)
_FALLS = re.compile(r"(?:少于|小于|低于|还少|更少|还低|更低|调低|降低|下降|减少|往下)")
_LEAST, _MOST = re.compile(r"最[小低少]"), re.compile(r"最[大高多]")
_NOTES_ASKED = re.compile(r"(?:^|[^关])注(?:释|解)?(?:[,一共有都说写是几两分]|$)|备注|脚注")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_GIVEN = re.compile(r"“([^”]+)”|(?<![\d.年])(\d+\.\d+(?:左右|以上)?)")
_PARTS = re.compile(r"[、,;。?]|和|与|及|跟|以及")
_WHOLE = 0.8  # of a row's name, by the characters of its words
_PART = 0.2
_CHANGE = re.compile(r"增速|增长|增幅|增加|累计|提高|降低|下降|涨")
_BASE = re.compile(r"基数|基期|基准|起步|起点|底数|原来")
_NATURE_ASKED = re.compile(r"属性|性质|约束|预期性|硬指标|哪[一]?类指标")


def table_reply(question: Question, index: Index) -> Reply | None:
    """The answer out of the whole table; None where one row or running text has to give it."""
    if question.asks == "compare" and len(question.places.documents) > 1:
        return None
    rows = _table(question, index)
    if len(rows) < 2:
        return None
    ways: tuple[Callable[[Question, Sequence[Passage], Quotes], str], ...] = (
        _of_row, _notes, _noted, _given, _blanks, _falling, _extreme, of_class, counted, _several,
    )  # fmt: skip
    for way in ways:
        quotes = Quotes(index)
        text = way(question, rows, quotes)
        if text:
            return Reply(text, citations=tuple(quotes.citations))
    return None


def _table(question: Question, index: Index) -> list[Passage]:
    """The rows of the only table with classes that the documents asked for have."""
    asked = question.places.documents
    if not asked and len(index.documents) > MOST_LOOKED_THROUGH:
        return []
    documents = [d.info.id for d in index.documents if not asked or d.info.id in asked]
    rows = [p for doc_id in documents for p in index.passages_in(doc_id) if p.kind == "row" and p.path]
    tables: dict[tuple[str, tuple[str, ...]], list[Passage]] = {}
    for row in rows:
        tables.setdefault((row.doc_id, row.path[:-1]), []).append(row)
    found = [table for table in tables.values() if len({row.path[-1] for row in table}) > 1]
    return found[0] if len(found) == 1 else []


def _blanks(question: Question, rows: Sequence[Passage], quotes: Quotes) -> str:
    """The rows whose cell in the column that is named is blank."""
    if not _BLANK_ASKED.search(question.text) or not WHICH.search(question.text):
        return ""
    own = class_in(question, rows)
    found = [
        (row, cells)
        for row in rows
        if (not own or row.path[-1] == own)
        and (cells := [c for c in asked_columns(question, row)[:1] if is_blank(c.value)])
    ]
    if not found or len(found) > MOST_CITATIONS:
        return ""
    if len(found) == 1:
        row, cells = found[0]
        columns = "、".join(column_name(cell) for cell in cells)
        marker = cite_row(row, quotes, *(cell.column for cell in row.cells))
        return f"“{columns}”一栏未填的共1项:{row_name(row)}{marker}\n{told(row, row.cells)}{marker}"
    column = column_name(found[0][1][0])
    names = "、".join(row_name(row) + cite_row(row, quotes, *(c.column for c in cells)) for row, cells in found)
    return f"“{column}”一栏未填的共{len(found)}项:{names}"


def _given(question: Question, rows: Sequence[Passage], quotes: Quotes) -> str:
    """The row that has the value which the question gives: 累计栏写着“9.17左右”的是哪一项."""
    given = [fold(m[1] or m[2]) for m in _GIVEN.finditer(question.text)]
    if not given or not re.search(r"哪[一]?[项个]|什么指标", question.text) or not _OF_TABLE.search(question.text):
        return ""
    found = [row for row in rows if any(value == fold(c.value).strip("[]") for c in row.cells for value in given)]
    return told_row(found[0], found[0].cells, quotes) if len(found) == 1 else ""


def _levels(row: Passage) -> list[tuple[Cell, Decimal]]:
    """The cells of years that hold a figure, in order."""
    return [
        (cell, Decimal(match[0]))
        for cell in row.cells
        if YEAR_COLUMN.search(cell.column) and (match := _FIGURE.search(cell.value))
    ]


def _falling(question: Question, rows: Sequence[Passage], quotes: Quotes) -> str:
    """The rows whose last level lies below the first."""
    if not _FALLS.search(question.text) or not WHICH.search(question.text) or not TABLE_NAMED.search(question.text):
        return ""
    falling = [row for row in rows if len(level := _levels(row)) > 1 and level[-1][1] < level[0][1]]
    if not 0 < len(falling) <= MOST_CITATIONS:
        return ""
    return f"共{len(falling)}项:{';'.join(told_row(row, row.cells, quotes) for row in falling)}"


def _extreme(question: Question, rows: Sequence[Passage], quotes: Quotes) -> str:
    """The row with the least or the greatest figure of the column that is named."""
    least, most = _LEAST.search(question.text), _MOST.search(question.text)
    if bool(least) == bool(most) or not WHICH.search(question.text) or not TABLE_NAMED.search(question.text):
        return ""
    ranked = [
        (Decimal(match[0]), row)
        for row in rows
        for cell in asked_columns(question, row)
        if (match := _FIGURE.search(cell.value))
    ]
    if len(ranked) < 2:
        return ""
    choose = min if least else max
    value, row = choose(ranked, key=lambda pair: pair[0])
    return told_row(row, row.cells, quotes) if sum(v == value for v, _ in ranked) == 1 else ""


def _notes(question: Question, rows: Sequence[Passage], quotes: Quotes) -> str:
    """All notes below the table."""
    if not _NOTES_ASKED.search(question.text) or not TABLE_NAMED.search(question.text):
        return ""
    index = quotes.index
    text = index.document[rows[0].doc_id].text
    notes = [p for p in index.passages_in(rows[0].doc_id) if p.kind == "note" and p.start > rows[-1].start]
    items = [span for note in notes for span in note_items(text, note.start, note.end)]
    items_told = [f"{visible(text[a:b]).rstrip('。')}{quotes.cite(rows[0].doc_id, a, b)}" for a, b in items]
    return f"共{len(items_told)}条:{';'.join(items_told)}" if 0 < len(items_told) <= MOST_CITATIONS else ""


def _of_row(question: Question, rows: Sequence[Passage], quotes: Quotes) -> str:
    """The one row that the question names whole, where it asks for several columns of it; with its notes."""
    said = fold(" ".join((question.text, *question.official)))
    named = [row for row in rows if _named(fold(row_name(row)), said) >= _WHOLE]
    if len(named) != 1:
        return ""
    row = named[0]
    own = [wording for word in content_words(fold(row_name(row))) for wording in wordings_of(word)]
    rest = re.sub("|".join(map(re.escape, sorted(own, key=len, reverse=True))), "", said)
    years = [cell for cell in row.cells if YEAR_COLUMN.search(cell.column)]
    cells = [
        cell
        for cell in row.cells
        if any(str(year) in fold(cell.column) for year in question.years)
        or (_CHANGE.search(cell.column) and _CHANGE.search(rest))
        or (NATURE.fullmatch(cell.value) and _NATURE_ASKED.search(rest))
        or (cell in years[:1] and _BASE.search(rest))
        or (cell in years[1:][-1:] and "目标" in rest)
    ]
    filled = [cell for cell in cells if not is_blank(cell.value)]
    if len(cells) < 2 or all(YEAR_COLUMN.search(cell.column) for cell in filled):
        return ""  # levels alone are told by the row's own answer, which knows directions and reasons
    blank = [cell for cell in cells if is_blank(cell.value)]
    left = f";{'、'.join(column_name(cell) for cell in blank)}一栏为“{blank[0].value}”,表中未填" if blank else ""
    text = f"{told(row, filled)}{left}{cite_row(row, quotes, *(cell.column for cell in cells))}"
    return text + "".join(_notes_of(row, quotes, filled))


def _notes_of(row: Passage, quotes: Quotes, shown: Sequence[Cell]) -> list[str]:
    """A row's notes on what is `shown` of it as they are told, each with its marker."""
    text = quotes.index.document[row.doc_id].text
    return [
        f"(注:{one_line(text[start:end])}){quotes.cite(row.doc_id, start, end)}"
        for start, end in row.notes
        if note_fits(text[start:end], shown)
    ]


def _noted(question: Question, rows: Sequence[Passage], quotes: Quotes) -> str:
    """The rows whose notes name the year that is asked, where no column does: 哪两项用的是2019年的数."""
    years = {str(year) for year in question.years}
    columns = "".join(cell.column for row in rows for cell in row.cells)
    years = {year for year in years if year not in columns}
    if not years or not WHICH.search(question.text):
        return ""
    text = quotes.index.document[rows[0].doc_id].text
    found = [row for row in rows if any(year in fold(text[a:b]) for a, b in row.notes for year in years)]
    if not 0 < len(found) <= MOST_CITATIONS // 2:
        return ""
    names = "、".join(row_name(row) + cite_row(row, quotes) for row in found)
    notes = dict.fromkeys(note for row in found for note in _notes_of(row, quotes, row.cells))
    return f"共{len(found)}项:{names}{''.join(notes)}"


def _named(name: str, said: str) -> float:
    """What share of a row's name the question says, in the same or other words."""
    words = content_words(name)
    known = [word for word in words if any(wording in said for wording in wordings_of(word))]
    return sum(map(len, known)) / max(1, sum(map(len, words)))


def _several(question: Question, rows: Sequence[Passage], quotes: Quotes) -> str:
    """Two rows or more, each named by a part of the question."""
    chosen: list[Passage] = []
    for part in _PARTS.split(question.places.rest):
        wanted = words_of(focus_of(part))
        known = [word for word in wanted if any(names(row, word) for row in rows)]
        fitting = [row for row in rows if known and all(names(row, word) for word in known)]
        if len(fitting) == 1 and 2 * len(known) >= len(wanted) and _share(fitting[0], known) >= _PART:
            chosen += [row for row in fitting if row not in chosen]
        elif wanted and not fitting:
            return ""
    return ";".join(told_values(question, row, quotes) for row in chosen) if len(chosen) > 1 else ""


def _share(row: Passage, words: Sequence[str]) -> float:
    """What share of a row's name is one of `words`."""
    name = fold(row_name(row))
    found = (next((w for w in wordings_of(word) if w in name), "") for word in words)
    return sum(map(len, found)) / max(1, len(name))
