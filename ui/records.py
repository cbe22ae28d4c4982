"""An exchange as the visitor's own browser keeps it: JSON without anything of the visitor's but the question."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index.errors import QuestionError
from index.loaded import Index
from index.outside import parsed_json
from rag.types import Answer, Citation
from ui.comparison import labels_in

_MOST = 200
_LONGEST_CHARS = 2_000_000
_BROKEN = "保存的对话无法读取,可能已损坏。请删除它,或直接提问。"


@dataclass(frozen=True)
class Record:
    """A question, its answer, the documents it was restricted to, and the versions that made it.

    `labels`: the places that the answer compares, as its lines name them.
    """

    question: str
    answer: Answer
    documents: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    index: str = ""
    model: str = ""

    @classmethod
    def of(cls, question: str, answer: Answer, documents: Sequence[str], index: Index) -> "Record":
        known = {document.info.label for document in index.documents}
        labels = labels_in(answer.text, known)
        return cls(question, answer, tuple(documents), labels, index.version, index.model)

    def as_json(self) -> str:
        answer = self.answer
        return json.dumps(
            {
                "question": self.question,
                "text": answer.text,
                "refused": answer.refused,
                "answerability": round(answer.answerability, 4),
                "understood": answer.understood,
                "note": answer.note,
                "citations": [asdict(c) for c in answer.citations],
                "nearest": [asdict(c) for c in answer.nearest],
                "documents": self.documents,
                "labels": self.labels,
                "index": self.index,
                "model": self.model,
            },
            ensure_ascii=False,
        )


def records_of(text: str) -> list[Record]:
    """Records out of a JSON list of what `as_json` made.

    Raises:
        QuestionError: it is too long, or is none.
    """
    if len(text or "") > _LONGEST_CHARS:
        raise QuestionError(_BROKEN)
    try:
        found = parsed_json(text)
        if not isinstance(found, list) or not found:
            raise TypeError
        return [_record(item) for item in found[-_MOST:]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise QuestionError(_BROKEN) from None


def _record(item: dict[str, Any]) -> Record:
    answer = Answer(
        question=str(item["question"]),
        text=str(item["text"]),
        refused=bool(item["refused"]),
        answerability=min(1.0, max(0.0, float(item["answerability"]))),
        citations=tuple(_citation(c) for c in item["citations"]),
        understood=str(item["understood"]),
        nearest=tuple(_citation(c) for c in item["nearest"]),
        note=str(item["note"]),
    )
    documents, labels = (tuple(str(value) for value in item[name]) for name in ("documents", "labels"))
    return Record(answer.question, answer, documents, labels, str(item["index"]), str(item["model"]))


def _citation(item: dict[str, Any]) -> Citation:
    doc, title, section, quote = (str(item[name]) for name in ("doc", "title", "section", "quote"))
    return Citation(int(item["marker"]), doc, title, section, quote, int(item["start"]), int(item["end"]))
