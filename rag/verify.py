"""Nothing leaves unproved: every figure of an answer stands in what it cites, every quote is verbatim, and markers and
citations match one to one. Pure; whichever model wrote the answer."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from index.normal import fold
from index.quantity import Quantity, quantities
from rag.types import Citation

MARKER = re.compile(r"\[(\d{1,2})\]")
_NUMBER_AND_UNIT = re.compile(r"(\d[\d,]*(?:\.\d+)?)(\D+)")
_COUNT = re.compile(r"共\d{1,2}[项条个家处所种类]")


def unsupported(text: str, citations: Sequence[Citation], question: str) -> list[str]:
    """Figures of `text` that stand neither in a cited quote or its section, nor in the asker's own words."""
    sources = (
        [fold(f"{c.quote} {c.section}") for c in citations] + [fold(c.title) for c in citations] + [fold(question)]
    )
    keys = [_keys(source) for source in sources]
    told = quantities(_COUNT.sub("", MARKER.sub("", text)))
    return [q.text for q in told if not any(_stands(q, s, k) for s, k in zip(sources, keys, strict=True))]


def _stands(quantity: Quantity, source: str, keys: set[tuple[Decimal, str]]) -> bool:
    """Whether a source holds the figure: with its unit, or bare where a table's head gives the unit.

    80 under (%) may be told as 80%, 5.5 under (万吨标准煤) as 5.5万吨标准煤, a change of [4.08] as 4.08个百分点.
    """
    if quantity.key in keys:
        return True
    match = _NUMBER_AND_UNIT.fullmatch(quantity.text)
    number, unit = (match[1], match[2]) if match else (quantity.text, "")
    bare = (Decimal(number.replace(",", "")).normalize(), "") in keys if match else False
    if not unit:
        return any(value == quantity.value for value, _ in keys)
    in_head = f"({unit})" in source or (unit == "个百分点" and "(%)" in source) or (unit == "%" and "增速" in source)
    return bare and in_head


def _keys(text: str) -> set[tuple[Decimal, str]]:
    return {q.key for q in quantities(text, chinese=True)}


def misquoted(citations: Sequence[Citation], texts: Mapping[str, str]) -> list[Citation]:
    """Citations whose offsets do not cut exactly their quote out of the document."""
    return [c for c in citations if texts.get(c.doc, "")[c.start : c.end] != c.quote]


def unmatched(text: str, citations: Sequence[Citation]) -> set[int]:
    """Markers without a citation and citations without a marker."""
    return {int(m) for m in MARKER.findall(text)} ^ {c.marker for c in citations}
