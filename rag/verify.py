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
_COMPUTED = re.compile(r"(?P<parts>\d[^\s:,;=]*[-+]\d[^\s:,;=]*)=(?P<result>\d[\d.]*[^\s\d,;。()\[=]*)")
_COUNT = re.compile(r"共\d{1,2}[项条个家处所种类]")


def unsupported(text: str, citations: Sequence[Citation], question: str) -> list[str]:
    """Figures of `text` that stand neither in a cited quote or its section, nor in the asker's own words."""
    sources = (
        [fold(f"{c.quote} {c.section}") for c in citations] + [fold(c.title) for c in citations] + [fold(question)]
    )
    keys = [_keys(source) for source in sources]
    told = quantities(_without_results(_COUNT.sub("", MARKER.sub("", text))))
    return [q.text for q in told if not any(_stands(q, s, k) for s, k in zip(sources, keys, strict=True))]


def _without_results(text: str) -> str:
    """`text` without the results that are rightly computed of the figures before them: “150家-110家=40家”.

    The parts stay, to be checked like any other figure. A difference of % is in 个百分点.
    """

    def right(match: re.Match[str]) -> str:
        parts, told = quantities(match["parts"]), quantities(match["result"])
        signs = re.findall("[-+]", match["parts"])
        if len(told) != 1 or len(parts) != len(signs) + 1 or len({q.unit for q in parts}) != 1:
            return match[0]
        value = parts[0].value + sum((q.value if s == "+" else -q.value) for s, q in zip(signs, parts[1:], strict=True))
        unit = "个百分点" if parts[0].unit == "%" else parts[0].unit
        return match["parts"] if (value, unit) == (told[0].value, told[0].unit) else match[0]

    return _COMPUTED.sub(right, text)


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
