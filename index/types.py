"""What flows between the stages of indexing. Frozen; offsets count characters in `Document.text`."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

_LABEL_CHARS = 40
_RUNNING = re.compile(r"[,，。;；](?=.)|[。;；]$")
_PHRASE_END = re.compile(r"(?<=..)(?:[,，。;；:：（(]|是(?!否|非))")


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
        topic = self.topic if len(self.topic) <= _LABEL_CHARS else f"{self.topic[:_LABEL_CHARS]}…"
        return self.district or topic or self.file

    @property
    def named(self) -> bool:
        """Whether there is a name to call it by: a district, or a title that is no running text."""
        return bool(self.district) or not _RUNNING.search(self.title)

    @property
    def topic(self) -> str:
        """What the title says that it is about: all of it, or the first phrase of one that is running text."""
        return _PHRASE_END.split(self.title, maxsplit=1)[0].strip() if _RUNNING.search(self.title) else self.title


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


@dataclass(frozen=True)
class Commitment:
    """A figure that a document promises or reports for its district, with the sentence that says so.

    `value` is the target where `status` is "promised", the outcome where it is "achieved"; `upper` is the other end of
    a range (3—5名). Percentages are in percent, amounts in the plain unit (1.8万人 → 18000 人). `value` is None where
    only words are stated (`stated`: “完成市分解任务”) or nothing is. `year` comes from `year_from`: "sentence",
    "passage", "heading" or "document", the farther the less sure; 0 where unknown. `change`: an increase or a decrease
    by that much, not a level. `text` is document text `start:end`; the figure stands at `figure_start:figure_end`
    ((0, 0) where the row states none).
    """

    id: str
    doc_id: str
    district: str
    indicator: str
    canonical: str
    field: str
    kind: str  # "指标", "项目", "民生实事", "年度任务"
    status: str  # "achieved", "promised"
    value: Decimal | None
    upper: Decimal | None
    unit: str
    year: int
    year_from: str
    bound: str  # 以上, 以内, 左右, 突破, 不低于 … as written, "" for an exact figure
    rate: str  # 年均, 每年, 累计 … as written
    change: bool
    action: str  # 新增, 建成, 培育 … as written
    base_value: Decimal | None
    base_year: int
    base_bound: str
    nature: str  # "约束性", "预期性", ""
    body: str  # who is responsible, where named
    stated: str
    text: str
    start: int
    end: int
    figure_start: int
    figure_end: int


@dataclass(frozen=True)
class Term:
    """What a document means by a slogan or term; its sentence is document text `start:end`, the words that say what it
    stands for `meaning_start:meaning_end`."""

    id: str
    doc_id: str
    district: str
    term: str
    meaning: str
    text: str
    start: int
    end: int
    meaning_start: int
    meaning_end: int
