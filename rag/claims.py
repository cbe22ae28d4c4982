"""An answer → its claims: what stands before each run of markers, with the citations that it points to. Pure.

"甲区:达到110家。[1]\n乙区:150家-110家=40家[2][1]" → two claims, the second with a sum
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.normal import fold
from index.quantity import Quantity, quantities
from index.table_parts import Row
from index.types import Document, DocumentInfo
from rag.clauses import visible
from rag.rows import row_at, row_text
from rag.same import Same
from rag.types import Citation

MARKER = re.compile(r"\[(\d{1,2})\]")
NO_FIGURE = "(此处未写数值)"
"""Said behind the marker of what tells no figure where one was asked."""
_MARKERS = re.compile(r"(?:\[\d{1,2}\])+")
_LABEL = re.compile(r"^([^\d:,。;“(]{2,24}):")
_NOTE = re.compile(r"^\(注:(.*)\)$")
_SIGN = {"+": 1, "-": -1}


@dataclass(frozen=True)
class Source:
    """A citation as claims are held against it; every text folded. `names`: what its document's district is called.

    `heads` are the headings of its section; of a table row also the row's name and the columns that were told.
    """

    citation: Citation
    text: str
    heads: tuple[str, ...]
    title: str
    names: frozenset[str]
    year: int
    row: Row | None = None

    @property
    def around(self) -> str:
        """Its headings and title, which tell what its sentence speaks of."""
        return "|".join((*self.heads, self.title))


@dataclass(frozen=True)
class Claim:
    """A stretch of an answer, folded, without its label and markers. `label`: the district named before it."""

    text: str
    sources: tuple[Source, ...]
    label: str = ""
    opens_line: bool = True


@dataclass(frozen=True)
class Sum:
    """`first ± second = total` in a claim's text: `text[start:end]`."""

    first: Quantity
    second: Quantity
    total: Quantity
    sign: int
    start: int
    end: int


def source(citation: Citation, documents: Mapping[str, Document]) -> Source:
    """A citation with what is known of its document."""
    info = documents[citation.doc].info if citation.doc in documents else None
    row = row_at(documents[citation.doc].text, citation.start) if citation.doc in documents else None
    return Source(
        citation,
        row_text(row) if row else fold(visible(citation.quote)),
        tuple(fold(part) for part in citation.section.split(" › ") if part),
        fold(citation.title),
        names_of(info) if info else frozenset(),
        _year(info),
        row,
    )


def names_of(info: DocumentInfo) -> frozenset[str]:
    """What a document's district may be called, folded."""
    return frozenset(fold(name) for name in (info.district, info.label, info.title, *info.aliases) if name)


def known_names(documents: Mapping[str, Document]) -> frozenset[str]:
    """What the districts of all `documents` may be called."""
    return _known_names(Same(documents))


@lru_cache(maxsize=2)
def _known_names(same: Same[Mapping[str, Document]]) -> frozenset[str]:
    return frozenset(name for document in same.held.values() for name in names_of(document.info))


def _year(info: DocumentInfo | None) -> int:
    """The year after which a document speaks of the future; 9999 where it says neither when it was published."""
    match = re.match(r"\d{4}", info.published) if info else None
    return int(match[0]) if match else 9999


def claims(
    text: str, citations: Sequence[Citation], documents: Mapping[str, Document]
) -> tuple[list[Claim], list[str]]:
    """The claims of an answer, and the stretches that no marker follows, folded."""
    sources = {c.marker: source(c, documents) for c in citations}
    known = known_names(documents)
    found: list[Claim] = []
    uncited: list[str] = []
    for line in text.splitlines():
        label, at = "", 0
        for match in _MARKERS.finditer(line):
            own = _bare(line[at : match.start()])
            named = _LABEL.match(own)
            if named and (named[1] in known or (at == 0 and _is_place(named[1]))):
                label, own = named[1], own[named.end() :]
            note = _NOTE.match(own)
            pointed = tuple(sources[int(n)] for n in MARKER.findall(match[0]) if int(n) in sources)
            found.append(Claim(note[1] if note else own, pointed, label, at == 0))
            at = match.end()
        rest = _bare(line[at:])
        if rest.strip("。;,、)”"):
            uncited.append(rest)
    return found, uncited


def _bare(text: str) -> str:
    return fold(text.strip())


def _is_place(name: str) -> bool:
    return len(name) <= 12 and name.endswith(("区", "县", "市", "省", "州", "盟", "旗"))


def sums(text: str) -> list[Sum]:
    """Every `A+B=C` and `A-B=C` of a claim's folded text; the figures touch their signs."""
    told = quantities(text)
    found = []
    for a, b, c in zip(told, told[1:], told[2:], strict=False):
        sign = text[a.end : b.start]
        if sign in _SIGN and text[b.end : c.start] == "=":
            found.append(Sum(a, b, c, _SIGN[sign], a.start, c.end))
    return found


def right(done: Sum) -> bool:
    """Whether the arithmetic is right and the units agree; two shares differ by percentage points."""
    a, b, c = done.first, done.second, done.total
    shares_differ = done.sign < 0 and (a.unit, b.unit, c.unit) == ("%", "%", "个百分点")
    same_unit = a.unit == b.unit == c.unit and not (done.sign < 0 and a.unit == "%")
    return a.value + done.sign * b.value == c.value and (shares_differ or same_unit)
