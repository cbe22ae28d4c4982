"""Which commitments are shown, in which order, and the address that restores it. Pure.

View(district="青山区", status="promised")  ⇄  ?tab=commitments&district=青山区&status=promised
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from index.normal import simplify
from index.types import Commitment

TAB = "commitments"
ROWS_A_PAGE = 30
STATUSES = {"promised": "承诺", "achieved": "已完成"}
ORDERS = {
    "": "文件顺序",
    "year": "年份从早到晚",
    "-year": "年份从晚到早",
    "value": "数值从小到大",
    "-value": "数值从大到小",
    "indicator": "指标名称",
    "district": "地区",
}
SHAPES = {"": "逐条列出", "sides": "各地区对照"}
_LONGEST_CHARS = 100
_MOST_PAGES = 100_000


@dataclass(frozen=True)
class View:
    """What a visitor chose; "" leaves a filter open. `page` counts from 1."""

    district: str = ""
    field: str = ""
    year: str = ""
    kind: str = ""
    nature: str = ""
    status: str = ""
    indicator: str = ""
    text: str = ""
    order: str = ""
    shape: str = ""
    page: int = 1

    @property
    def query(self) -> str:
        """The address's query: what differs from a fresh view."""
        chosen = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return urlencode({"tab": TAB, **chosen})


def view_of(parameters: Mapping[str, Any]) -> View:
    """A view from an address's parameters or a form's; what is unknown or malformed is left out."""
    taken = {f.name: str(parameters.get(f.name) or "")[:_LONGEST_CHARS] for f in fields(View) if f.name != "page"}
    page = str(parameters.get("page") or "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < len(str(_MOST_PAGES)) + 1 else 1
    view = View(**taken, page=max(1, min(number, _MOST_PAGES)))
    return replace(
        view,
        order=view.order if view.order in ORDERS else "",
        shape=view.shape if view.shape in SHAPES else "",
        status=view.status if view.status in STATUSES else "",
    )


class Catalogue:
    """Commitments made ready for filtering, once for each version of an index."""

    def __init__(self, rows: Sequence[Commitment]) -> None:
        self.rows = tuple(rows)
        self._orders: dict[str, Sequence[int]] = {"": range(len(self.rows))}

    def select(self, view: View) -> list[Commitment]:
        """The rows that a view shows, all pages of them, in its order."""
        rows, said = self.rows, self._said
        tests = [test for test in _TESTS if getattr(view, test)]
        words = searchable(simplify(view.text)).split()
        found = []
        for at in self._in_order(view.order):
            row = rows[at]
            if all(_TESTS[test](row) == getattr(view, test) for test in tests) and all(w in said[at] for w in words):
                found.append(row)
        return found

    def choices(self, name: str) -> list[str]:
        """The values that a filter may take, as they occur; years from late to early."""
        values = {_TESTS[name](row) for row in self.rows} - {""}
        if name in ("district", "kind"):
            return list(dict.fromkeys(v for row in self.rows if (v := _TESTS[name](row))))
        return sorted(values, reverse=name == "year")

    @cached_property
    def _said(self) -> list[str]:
        """What a search looks at."""
        return [
            f"{_searchable_once(row.text)}\n{searchable(f'{row.indicator}|{row.canonical}|{row.body}|{row.field}')}"
            for row in self.rows
        ]

    def _in_order(self, order: str) -> Sequence[int]:
        if order not in self._orders:
            key = order.lstrip("-")
            known = [at for at, row in enumerate(self.rows) if _known(row, key)]
            unknown = [at for at, row in enumerate(self.rows) if not _known(row, key)]
            known.sort(key=lambda at: _KEYS[key](self.rows[at]), reverse=order.startswith("-"))
            self._orders[order] = known + unknown
        return self._orders[order]


def page_of(rows: Sequence[Commitment], view: View) -> tuple[Sequence[Commitment], int, int]:
    """The rows of a view's page, the page's number (the last where there are fewer) and how many there are."""
    pages = max(1, -(-len(rows) // ROWS_A_PAGE))
    page = min(view.page, pages)
    return rows[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE], page, pages


def searchable(text: str) -> str:
    """Text as a search compares it: without differences of width and case."""
    return unicodedata.normalize("NFKC", text).lower()


def _searchable_once(text: str) -> str:
    return "".join(searchable(text).split())


def _known(row: Commitment, key: str) -> bool:
    return {"year": row.year != 0, "value": row.value is not None}.get(key, True)


_TESTS: dict[str, Callable[[Commitment], str]] = {
    "district": lambda row: row.district,
    "field": lambda row: row.field,
    "year": lambda row: str(row.year or ""),
    "kind": lambda row: row.kind,
    "nature": lambda row: row.nature,
    "status": lambda row: row.status,
    "indicator": lambda row: row.canonical,
}
_KEYS: dict[str, Callable[[Commitment], Any]] = {
    "year": lambda row: row.year,
    "value": lambda row: row.value or Decimal(0),
    "indicator": lambda row: row.canonical or row.indicator,
    "district": lambda row: row.district,
}


def lined_up(rows: Iterable[Commitment], least: int = 2) -> list[tuple[str, dict[str, list[Commitment]]]]:
    """Canonical indicators that at least `least` districts state, most districts first, with each district's rows."""
    found: dict[str, dict[str, list[Commitment]]] = {}
    for row in rows:
        if row.canonical and row.district and (row.value is not None or row.stated):
            found.setdefault(row.canonical, {}).setdefault(row.district, []).append(row)
    several = [(name, own) for name, own in found.items() if len(own) >= least]
    return sorted(several, key=lambda pair: -len(pair[1]))
