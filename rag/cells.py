"""Answers from indicator tables: the row's cells, each with its column's name and the row's unit. Pure."""

import re
from collections.abc import Sequence

from index import notes
from index.columns import NATURE, column_name, is_blank, is_unit_column, row_unit, unit_in, value_told
from index.loaded import Index
from index.normal import fold
from index.types import Cell, Passage
from rag.cues import asked_unit, unit_fits
from rag.evidence import Evidence, at_sentence
from rag.question import Question

_GROWTH = re.compile(r"增速|增长|累计|提高(?:了|多少|几)|下降(?:了|多少|几)")
_NAME_CHARS = 4  # of a column that is asked for by its head: 完成时限
_SEVERAL_ROWS = re.compile(r"哪些|哪几|多少[项个]|几[项个]|有什么")
YEAR_COLUMN = re.compile(r"20\d\d")

Part = tuple[str, Evidence, tuple[str, ...]]


def row_name(passage: Passage) -> str:
    """The indicator without its number and unit."""
    return notes.row_name(passage.lead)


def answer_from_rows(question: Question, evidence: Sequence[Evidence], index: Index) -> tuple[list[Part], bool]:
    """Parts of the answer with what they cite and the cells' column heads; and whether what was asked is blank.

    Several rows where the question picks them by their nature or class (哪些是约束性指标), else the best row.
    """
    rows = [e for e in evidence if e.hit.passage.kind == "row"]
    picked = _by_nature(question, rows, index)
    if picked:
        return picked, False
    best = rows[0]
    passage = best.hit.passage
    columns = asked_columns(question, passage)
    if columns and all(is_blank(cell.value) for cell in columns):
        named = "、".join(column_name(cell) for cell in columns)
        written = f"为“{columns[0].value}”" if columns[0].value else "是空的"
        text = f"表中未填:“{row_name(passage)}”的{named}一栏{written}"
        return [(text, best, tuple(c.column for c in columns))], True
    parts: list[Part] = [(told(passage, passage.cells), best, tuple(cell.column for cell in passage.cells))]
    notes_told = [(words, note) for words, note in _notes(best, index) if note_fits(words, passage.cells)]
    return parts + [(f"(注:{one_line(words)})", note, ()) for words, note in notes_told], False


def told(row: Passage, cells: Sequence[Cell]) -> str:
    """A row's name with those of `cells` that are filled, each after its column's name."""
    filled = [cell for cell in cells if not is_blank(cell.value) and not is_unit_column(cell.column)]
    unit = row_unit(row.lead, row.cells)
    return f"{row_name(row)}:" + ",".join(f"{column_name(cell)}{_shown(cell, unit)}" for cell in filled)


def _notes(row: Evidence, index: Index) -> list[tuple[str, Evidence]]:
    """The table's notes on a row, each with the whole sentence that holds it as evidence."""
    passage = row.hit.passage
    text = index.document[passage.doc_id].text
    found = []
    for start, end in passage.notes:
        held = (at for at in index.sentences_of(passage.doc_id) if index.sentences[at].start <= start)
        position = next(at for at in held if start < index.sentences[at].end)
        found.append((text[start : min(end, index.sentences[position].end)], at_sentence(row, index, position)))
    return found


def note_fits(words: str, cells: Sequence[Cell]) -> bool:
    """Whether a note speaks of what is shown: one of a year (…为2019年数据) only of a column within a year of it."""
    years = [int(year) for year in YEAR_COLUMN.findall(fold(words))]
    shown = [int(year) for c in cells if not is_blank(c.value) for year in YEAR_COLUMN.findall(fold(c.column))]
    return not years or any(abs(year - column) <= 1 for year in years for column in shown)


def one_line(text: str) -> str:
    """A note as it is told: without its line breaks and its full stop."""
    return re.sub(r"\s*\n\s*", "", text).rstrip("。")


def _by_nature(question: Question, rows: Sequence[Evidence], index: Index) -> list[Part]:
    """The rows of the nature that was asked for, in the class that was named, where a list or count was asked."""
    natures = set(NATURE.findall(" ".join((question.text, *question.official))))
    if len(natures) != 1 or question.asks not in ("list", "number") or not _SEVERAL_ROWS.search(question.text):
        return []
    nature = natures.pop()
    table = _whole_table(rows[0], index)
    named = [e for e in table if e.hit.passage.path and e.hit.passage.path[-1] in question.text]
    chosen = [e for e in named or table if any(cell.value == nature for cell in e.hit.passage.cells)]
    if len(chosen) < 2:
        return []
    names = [row_name(e.hit.passage) for e in chosen]
    return [
        (f"{nature}指标共{len(chosen)}项:{name}" if at == 0 else f"、{name}", e, ())
        for at, (name, e) in enumerate(zip(names, chosen, strict=True))
    ]


def _whole_table(row: Evidence, index: Index) -> list[Evidence]:
    """Every row of the table that `row` belongs to, in its order."""
    passage = row.hit.passage
    table = []
    for position in index.passages_of(passage.doc_id):
        other = index.passages[position]
        if other.kind == "row" and other.path[:-1] == passage.path[:-1]:
            table.append(at_sentence(row, index, index.passage_sentences[position].start))
    return table


def asked_columns(question: Question, passage: Passage) -> list[Cell]:
    """The cells whose column the question names: by its year, by growth, by its head, or the last year's where a target
    is asked.

    None where it asks for the whole row.
    """
    chosen = [c for c in passage.cells if any(str(year) in fold(c.column) for year in question.years)]
    years = [c for c in passage.cells if YEAR_COLUMN.search(c.column)]
    growth = [c for c in passage.cells if _GROWTH.search(c.column)] if _GROWTH.search(question.text) else []
    stated = any(not is_blank(c.value) for c in growth)
    if not chosen and not stated and years and "目标" in question.text and is_blank(years[-1].value):
        chosen = years[-1:]
    chosen = [c for c in chosen if c in growth] or chosen or growth
    if not chosen:
        heads = [(c, fold(column_name(c))) for c in passage.cells]
        chosen = [c for c, head in heads if len(head) >= _NAME_CHARS and head in question.text]
    if not chosen and question.asks == "number" and asked_unit(question):
        of_unit = [c for c in passage.cells if (own := unit_in(c.column)) and unit_fits(asked_unit(question), own)]
        chosen = of_unit if len(of_unit) == 1 else []
    return chosen


def _shown(cell: Cell, unit: str) -> str:
    told = value_told(cell, unit)
    return told if NATURE.fullmatch(told) or re.search(r"\d", told) else f"“{told}”"
