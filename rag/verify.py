"""Nothing leaves unproved: every figure of an answer stands in what it cites, every quote is verbatim, and markers and
citations match one to one. Pure; whichever model wrote the answer."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from index.normal import fold
from index.quantity import quantities
from rag.types import Citation

MARKER = re.compile(r"\[(\d{1,2})\]")
_COUNT = re.compile(r"共\d{1,2}[项条个家处所种类]")


def unsupported(text: str, citations: Sequence[Citation], question: str) -> list[str]:
    """Figures of `text` that stand neither in a cited quote or its section, nor in the asker's own words."""
    sources = [fold(t) for c in citations for t in (c.quote, c.section, c.title)] + [fold(question)]
    shown = set().union(*map(_keys, sources))
    values = {value for value, _ in shown}
    missing = []
    for quantity in quantities(_COUNT.sub("", MARKER.sub("", text))):
        value, unit = quantity.key
        units = {u for v, u in shown if v == value}
        if _as_written(quantity.text, sources):
            continue
        if value not in values or (
            unit and units and unit not in units and "" not in units and not _compatible(unit, units)
        ):
            missing.append(quantity.text)
    return missing


def _as_written(figure: str, sources: Sequence[str]) -> bool:
    """A table's cell and the unit in its row's head, put together: 5.5 under (万吨标准煤) told as 5.5万吨标准煤."""
    match = re.fullmatch(r"([\d.]+)(\D+)", figure)
    return match is not None and any(
        f"({match[2]})" in source and re.search(rf"(?<![\d.]){re.escape(match[1])}(?![\d.])", source)
        for source in sources
    )


def _keys(text: str) -> set[tuple[Decimal, str]]:
    return {q.key for q in quantities(text, chinese=True)}


def _compatible(unit: str, units: set[str]) -> bool:
    """A table's cell carries its unit in the row's head: 80 under (%) may be told as 80%."""
    return unit == "个百分点" and "%" in units


def misquoted(citations: Sequence[Citation], texts: Mapping[str, str]) -> list[Citation]:
    """Citations whose offsets do not cut exactly their quote out of the document."""
    return [c for c in citations if texts.get(c.doc, "")[c.start : c.end] != c.quote]


def unmatched(text: str, citations: Sequence[Citation]) -> set[int]:
    """Markers without a citation and citations without a marker."""
    return {int(m) for m in MARKER.findall(text)} ^ {c.marker for c in citations}


def same_words(shown: str, quote: str) -> bool:
    """Whether a stretch of an answer is cut from the quote, but for white space and width."""
    return fold(shown) in fold(quote)
