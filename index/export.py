"""Commitments and terms as CSV, JSON and Markdown tables, and to and from the index's own lines. Pure.

CSV begins with a byte order mark so that Excel reads it as UTF-8; a cell that a spreadsheet would take for a formula
(= + - @, tab, carriage return first) gets an apostrophe before it.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from index.types import Commitment, Document, Term

FORMATS = ("md", "csv", "json")
BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BLANKS = " \u00a0\u3000\ufeff\u200b"
STATUS_NAMES = {"achieved": "已完成", "promised": "承诺"}
_DECIMALS = ("value", "upper", "base_value")
COMMITMENT_COLUMNS = (
    "地区 指标 规范名称 领域 种类 状态 基期年 基期值 年份 年份出处 数值 单位 限定 频率 增减 属性 责任单位 "
    "原文 句子 文档 起 止"
).split()
TERM_COLUMNS = "地区 词语 含义 句子 文档 起 止".split()
_YEAR_FROM = {"sentence": "原句", "passage": "同段", "heading": "标题", "document": "文档规划期"}

Table = tuple[Sequence[str], list[list[str]]]


def commitment_table(rows: Sequence[Commitment], documents: Mapping[str, Document]) -> Table:
    """Columns and cells of commitments, for people."""
    return COMMITMENT_COLUMNS, [
        [
            row.district,
            row.indicator,
            row.canonical,
            row.field,
            row.kind,
            STATUS_NAMES[row.status],
            str(row.base_year or ""),
            plain(row.base_value),
            str(row.year or ""),
            _YEAR_FROM.get(row.year_from, ""),
            plain(row.value) + (f"-{plain(row.upper)}" if row.upper is not None else ""),
            row.unit,
            row.bound,
            row.rate,
            "是" if row.change else "",
            row.nature,
            row.body,
            row.stated,
            _one_line(row.text),
            _title(documents, row.doc_id),
            str(row.start),
            str(row.end),
        ]
        for row in rows
    ]


def term_table(rows: Sequence[Term], documents: Mapping[str, Document]) -> Table:
    """Columns and cells of terms, for people."""
    return TERM_COLUMNS, [
        [
            row.district,
            row.term,
            _one_line(row.meaning),
            _one_line(row.text),
            _title(documents, row.doc_id),
            str(row.meaning_start),
            str(row.meaning_end),
        ]
        for row in rows
    ]


def as_csv(table: Table) -> str:
    """A table as CSV for spreadsheets."""
    columns, rows = table
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([[harmless(cell) for cell in row] for row in rows])
    return BOM + out.getvalue()


def as_markdown(table: Table) -> str:
    """A table as Markdown; bars and line breaks inside cells are kept from ending them."""
    columns, rows = table
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(_one_line(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def as_json(rows: Sequence[Commitment] | Sequence[Term]) -> str:
    """Every field of every row; figures as strings, so that none is rounded."""
    return json.dumps([record(row) for row in rows], ensure_ascii=False, indent=1) + "\n"


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(_BLANKS).startswith(_FORMULA) else cell


def record(row: Commitment | Term) -> dict[str, Any]:
    """A row as what JSON can hold."""
    return {name: plain(value) if isinstance(value, Decimal) else value for name, value in asdict(row).items()}


def commitment_of(stored: Mapping[str, Any]) -> Commitment:
    """The opposite of `record`.

    Raises:
        TypeError, KeyError, ArithmeticError: a field is missing, unknown or no number.
    """
    decimals = {name: None if stored[name] is None else Decimal(stored[name]) for name in _DECIMALS}
    return Commitment(**{**stored, **decimals})


def term_of(stored: Mapping[str, Any]) -> Term:
    """The opposite of `record`.

    Raises:
        TypeError: a field is missing or unknown.
    """
    return Term(**stored)


def plain(value: Decimal | None) -> str:
    """A figure without exponent and trailing zeros, "" for none."""
    return "" if value is None else f"{value.normalize():f}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _title(documents: Mapping[str, Document], doc_id: str) -> str:
    document = documents.get(doc_id)
    return (document.info.title or document.info.file) if document else doc_id
