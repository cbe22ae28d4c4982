"""What flows between the stages of answering. Frozen; offsets count characters in the document's text."""

from dataclasses import dataclass, field
from typing import Any

from index.types import Passage


@dataclass(frozen=True)
class Turn:
    """An earlier message of the conversation; `role` is "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True)
class Change:
    """`written` at `start` of a question is read as `meant`, the documents' way of writing it.

    `sure`: it takes the other's place; else it is only searched for as well.
    """

    start: int
    written: str
    meant: str
    sure: bool


@dataclass(frozen=True)
class Hit:
    """A passage that was found; `position` is its place in the index, `parts` the scores that made `score`."""

    position: int
    passage: Passage
    score: float
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Citation:
    """The exact words that an answer rests on: `document.text[start:end] == quote`."""

    marker: int
    doc: str
    title: str
    section: str
    quote: str
    start: int
    end: int

    def as_record(self) -> dict[str, Any]:
        return {k: getattr(self, k) for k in ("marker", "doc", "section", "quote", "start", "end")}


@dataclass(frozen=True)
class Answer:
    """What is shown. `text` carries markers such as [1] that point into `citations`.

    `answerability`: 0 to 1, how likely the documents hold what was asked. `understood`: the question as it was
    completed from the history or corrected, "" where it stood as it was. `corrected`: what was read for what in it.
    `note`: what the asker should know of how it was read.
    """

    question: str
    text: str
    refused: bool
    answerability: float
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    timing_ms: dict[str, float] = field(default_factory=dict)
    understood: str = ""
    nearest: tuple[Citation, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    note: str = ""

    def as_record(self, most_retrieved: int = 10) -> dict[str, Any]:
        """The JSON object of `python -m rag batch`, but for the question's id."""
        return {
            "question": self.question,
            "answer": self.text,
            "refused": self.refused,
            "answerability": round(self.answerability, 4),
            "citations": [c.as_record() for c in self.citations],
            "retrieved": [
                {
                    "doc": hit.passage.doc_id,
                    "section": hit.passage.section,
                    "text": hit.passage.text,
                    "start": hit.passage.start,
                    "end": hit.passage.end,
                    "score": round(hit.score, 4),
                }
                for hit in self.hits[:most_retrieved]
            ],
            "timing_ms": {stage: round(ms, 2) for stage, ms in self.timing_ms.items()},
        }

    def as_text(self) -> str:
        """The answer with how it was understood before it and its sources under it, for those who see only text."""
        lines = [f"(理解为:{self.understood})"] if self.understood else []
        if self.note:
            lines.append(f"({self.note})")
        lines.append(self.text)
        sources = self.citations or self.nearest
        if sources:
            lines += ["", "来源:" if self.citations else "最接近的内容(不是答案):"]
            lines += [
                f"[{c.marker}] 《{c.title}》{c.section and ' › ' + c.section}\n    {' '.join(c.quote.split())}"
                for c in sources
            ]
        return "\n".join(lines)
