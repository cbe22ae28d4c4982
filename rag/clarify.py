"""Ask back where a place's name is that of two places. Pure."""

from collections.abc import Sequence

from index.loaded import Index
from index.types import DocumentInfo
from rag.question import Question
from rag.replies import Reply


def ask_back(question: Question, chosen: Sequence[str], index: Index) -> Reply | None:
    """Which of two places of one name is meant; None where it is clear, or the asker chose documents.

    Two documents on one place are not two places: they share the fullest name.
    """
    if chosen:
        return None
    named: dict[str, list[DocumentInfo]] = {}
    for doc_id, name in zip(question.places.documents, question.places.names, strict=True):
        if name:
            named.setdefault(name, []).append(index.document[doc_id].info)
    for name, infos in named.items():
        full = {full_name(info): info for info in infos}
        if len(full) > 1:
            lines = "\n".join(f"· {place}:《{info.title or info.file}》" for place, info in full.items())
            return Reply(f"“{name}”可以指:\n{lines}\n请写明是哪一个,例如“{next(iter(full))}”。", answerability=0.5)
    return None


def full_name(info: DocumentInfo) -> str:
    """The longest name of a document's place: with its city."""
    return max((info.district, *info.aliases), key=len)
