"""Which glossary entries are shown, and the address that restores it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from index.normal import simplify
from index.types import Term
from ui.commitment_view import searchable

TAB = "terms"
TERMS_A_PAGE = 30
_LONGEST_CHARS = 100


@dataclass(frozen=True)
class TermView:
    """What a visitor chose; "" leaves it open."""

    district: str = ""
    text: str = ""
    page: int = 1

    @property
    def query(self) -> str:
        """The address's query."""
        chosen = {"district": self.district, "text": self.text, "page": self.page if self.page > 1 else ""}
        return urlencode({"tab": TAB, **{name: value for name, value in chosen.items() if value}})


def term_view_of(parameters: Mapping[str, Any]) -> TermView:
    """A view from an address's parameters; what is malformed is left out."""
    district, text, page = (str(parameters.get(n) or "")[:_LONGEST_CHARS] for n in ("district", "text", "page"))
    return TermView(district, text, max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1)


def select_terms(terms: Sequence[Term], view: TermView) -> list[Term]:
    """The entries that a view shows, in the documents' order."""
    words = searchable(simplify(view.text)).replace("“", "").replace("”", "").split()
    return [
        term
        for term in terms
        if view.district in ("", term.district)
        and all(word in searchable(f"{term.term} {term.meaning} {term.text}") for word in words)
    ]
