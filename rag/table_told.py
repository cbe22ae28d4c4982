"""Rows of an indicator table as answers tell them: name, cells and marker; and the words that speak of tables. Pure."""

import re
from collections.abc import Sequence

from index.columns import column_name, is_blank
from index.normal import fold
from index.types import Cell, Passage
from rag.cells import asked_columns, row_name, told
from rag.question import Question
from rag.replies import Quotes
from rag.subject import content_words, wordings_of

TABLE_NAMED = re.compile(r"指标|表[里中格内上]|[那这]张表")
WHICH = re.compile(r"哪|有没有|什么指标|列出|全部|所有")
_WORDS = frozenset(
    (
        "指标 目标 目标值 数值 累计 增幅 增速 年均 提高 约束性 预期性 属性 五年 主要 规划 名称 一栏 单位 情况 基数 "
        "任务 增加 增长 下降 减少 提升 降低"
    ).split()
)


def cite_row(row: Passage, quotes: Quotes, *columns: str) -> str:
    """The marker of a row, cited under its headings and the columns that are told; "" where no citation is left."""
    section = " › ".join(dict.fromkeys(filter(None, (row.section, *columns))))
    return "" if quotes.full else quotes.cite(row.doc_id, row.start, row.end, section)


def told_values(question: Question, row: Passage, quotes: Quotes) -> str:
    """A row's name with the cells that are asked, all where none is; and its marker. What is blank is said to be."""
    asked = asked_columns(question, row)
    if asked and all(is_blank(cell.value) for cell in asked):
        columns = "、".join(column_name(cell) for cell in asked)
        return f"{row_name(row)}:{columns}未填{cite_row(row, quotes, *(cell.column for cell in asked))}"
    return told_row(row, [cell for cell in asked if not is_blank(cell.value)] or row.cells, quotes)


def told_row(row: Passage, cells: Sequence[Cell], quotes: Quotes) -> str:
    """A row's name with `cells`, and its marker."""
    return f"{told(row, cells)}{cite_row(row, quotes, *(c.column for c in cells if not is_blank(c.value)))}"


def is_of_nature(row: Passage, nature: str) -> bool:
    """Whether one of a row's cells is 约束性, or 预期性, as `nature` says."""
    return any(cell.value == nature for cell in row.cells)


def words_of(text: str) -> list[str]:
    """The content words of a question's part, without those of any table."""
    return [word for word in content_words(fold(text)) if word not in _WORDS and not re.search(r"\d", word)]


def names(row: Passage, word: str) -> bool:
    """Whether a row's name holds a word in any wording."""
    return any(wording in fold(row_name(row)) for wording in wordings_of(word))
