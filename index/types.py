"""What flows between the stages of indexing. Frozen; offsets count characters in `Document.text`."""

from dataclasses import dataclass, field

_LABEL_CHARS = 40


@dataclass(frozen=True)
class DocumentInfo:
    """What is known of a document beside its text; unknown fields stay empty."""

    id: str
    file: str
    sha256: str
    title: str = ""
    district: str = ""
    aliases: tuple[str, ...] = ()
    issuer: str = ""
    number: str = ""
    published: str = ""
    period: str = ""
    kind: str = ""

    @property
    def label(self) -> str:
        """The shortest name that a reader recognises."""
        title = self.title if len(self.title) <= _LABEL_CHARS else f"{self.title[:_LABEL_CHARS]}…"
        return self.district or title or self.file


@dataclass(frozen=True)
class Document:
    info: DocumentInfo
    text: str


@dataclass(frozen=True)
class Cell:
    """A value in a table row; `start:end` is its place in the document, (0, 0) where the source lacks the cell."""

    column: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Block:
    """A run of text that belongs together: a paragraph, a table row, a note.

    `path` are the headings above it, outermost first. `lead` is the run-in heading with which it starts, or a row's
    name. `notes` are the places of the table's notes that speak of a row.
    """

    kind: str  # "paragraph", "row", "note", "boilerplate"
    start: int
    end: int
    path: tuple[str, ...] = ()
    lead: str = ""
    cells: tuple[Cell, ...] = ()
    notes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Passage:
    """What is retrieved: at most a few sentences, cut from the document to the letter."""

    id: str
    doc_id: str
    kind: str
    path: tuple[str, ...]
    start: int
    end: int
    text: str
    lead: str = ""
    cells: tuple[Cell, ...] = ()
    notes: tuple[tuple[int, int], ...] = ()

    @property
    def section(self) -> str:
        """The headings above it and its own, for people."""
        own = (self.lead,) if self.lead and self.lead not in self.path else ()
        return " › ".join((*self.path, *own))


@dataclass(frozen=True)
class Sentence:
    """What is cited. `passage` is the position of its passage in the index."""

    passage: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Chunks:
    """Everything cut from a set of documents."""

    passages: tuple[Passage, ...] = field(default_factory=tuple)
    sentences: tuple[Sentence, ...] = field(default_factory=tuple)
