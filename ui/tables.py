"""Commitments, terms and documents as programs ask for them: filtered, page by page. Pure.

Filters of words look for them as documents may write them too (１２００, 二〇二五年, Traditional characters).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from index.errors import QuestionError
from index.export import record
from index.loaded import Index
from index.normal import fold, simplify
from index.types import Commitment, Term
from ui.outline import outline

MOST_ROWS = 500
_Row = TypeVar("_Row", Commitment, Term)


class Page(BaseModel):
    """Which of the rows that were found are wanted."""

    model_config = ConfigDict(extra="forbid")

    offset: int = Field(0, ge=0, le=1_000_000, description="跳过前面多少行")
    limit: int = Field(50, ge=1, le=MOST_ROWS, description="最多返回多少行")


class OfDocuments(Page):
    """Whose rows are wanted; an empty filter is none."""

    document: str = Field("", max_length=500, description="文档编号,见 GET /api/documents")
    district: str = Field("", max_length=100, description="地区,如“甲区”;写法与文档清单一致,别名也可以")


class TermQuery(OfDocuments):
    """Filters of terms; an empty one is none."""

    q: str = Field("", max_length=200, description="词语、含义或原句中的文字")


class CommitmentQuery(OfDocuments):
    """Filters of commitments; an empty one is none."""

    indicator: str = Field("", max_length=200, description="指标或项目名称中的文字")
    field: str = Field("", max_length=100, description="领域,与结果中的写法一致")
    kind: Literal["", "指标", "项目", "民生实事", "年度任务"] = Field("", description="种类")
    status: Literal["", "promised", "achieved"] = Field("", description="promised 承诺,achieved 已完成")
    nature: Literal["", "约束性", "预期性"] = Field("", description="属性")
    year: int | None = Field(None, ge=1900, le=2100, description="年份")
    q: str = Field("", max_length=200, description="原句中的文字")


def commitments(index: Index, query: CommitmentQuery) -> dict[str, Any]:
    """{"total", "offset", "limit", "rows"}: the commitments that pass every filter.

    Raises:
        QuestionError: no such document or district.
    """
    wanted = _documents(index, query.document, query.district)
    exact = {name: value for name in ("field", "kind", "status", "nature", "year") if (value := getattr(query, name))}
    named, said = _finder(query.indicator), _finder(query.q)
    found = [
        row
        for row in index.commitments
        if row.doc_id in wanted
        and all(getattr(row, name) == value for name, value in exact.items())
        and (named(row.indicator) or named(row.canonical))
        and said(row.text)
    ]
    return _page(index, found, query)


def terms(index: Index, query: TermQuery) -> dict[str, Any]:
    """{"total", "offset", "limit", "rows"}: the terms that pass every filter.

    Raises:
        QuestionError: no such document or district.
    """
    wanted = _documents(index, query.document, query.district)
    said = _finder(query.q)
    return _page(index, [r for r in index.terms if r.doc_id in wanted and (said(r.term) or said(r.text))], query)


def documents(index: Index) -> list[dict[str, Any]]:
    """What is known of every document, and how long it is."""
    return [{**asdict(document.info), "chars": len(document.text)} for document in index.documents]


def document(index: Index, doc_id: str, start: int, end: int | None) -> dict[str, Any] | None:
    """What is known of a document, its outline and `text[start:end]`, of which `start` and `end` are those of the
    cut; None where there is no such document."""
    found = index.document.get(doc_id)
    if found is None:
        return None
    first, last, _ = slice(start, end).indices(len(found.text))
    headings = outline(found.text, list(index.passages_in(doc_id)))
    return {
        **asdict(found.info),
        "chars": len(found.text),
        "outline": [asdict(heading) for heading in headings],
        "start": first,
        "end": max(first, last),
        "text": found.text[first:last],
    }


def _documents(index: Index, doc_id: str, district: str) -> set[str]:
    infos = [document.info for document in index.documents]
    if doc_id and doc_id not in index.document:
        raise QuestionError(f"没有这份文档:{doc_id}。可选的有:{'、'.join(index.document)}。")
    of_district = {i.id for i in infos if not district or district in (i.district, *i.aliases)}
    if not of_district:
        known = "、".join(sorted({i.district for i in infos if i.district}))
        raise QuestionError(f"没有“{district}”的文档。已有的地区:{known or '(无)'}。")
    return of_district & {doc_id} if doc_id else of_district


def _finder(words: str) -> Callable[[str], bool]:
    """Whether a text holds `words`, however either is written."""
    wanted = fold(simplify(words)).strip()
    return lambda text: not wanted or wanted in fold(simplify(text))


def _page(index: Index, rows: Sequence[_Row], page: Page) -> dict[str, Any]:
    shown = rows[page.offset : page.offset + page.limit]
    return {
        "total": len(rows),
        "offset": page.offset,
        "limit": page.limit,
        "rows": [{**record(row), "title": index.document[row.doc_id].info.title} for row in shown],
    }
