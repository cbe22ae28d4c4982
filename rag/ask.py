"""What is asked: a question, its conversation, and which documents it is about."""

from dataclasses import dataclass
from typing import Any

from index.errors import QuestionError
from rag.types import Turn


@dataclass(frozen=True)
class Ask:
    """A question with its conversation; `documents` restricts it to some of them (ids, none for all).

    `understood`: the asker's own completion of the question, which takes the place of the one by rule.
    `also`: other wordings of it, searched for beside its own.
    """

    question: str
    history: tuple[Turn, ...] = ()
    documents: tuple[str, ...] = ()
    understood: str = ""
    also: tuple[str, ...] = ()


def as_ask(value: str | Ask | dict[str, Any]) -> Ask:
    """A question as text, as `Ask`, or as {"question", "history", "documents", "understood"}.

    Raises:
        QuestionError: it is none of these.
    """
    if isinstance(value, Ask):
        history = tuple(Turn(turn.role, _encodable(turn.content)) for turn in value.history)
        return Ask(_encodable(value.question), history, value.documents, _encodable(value.understood), value.also)
    if isinstance(value, str):
        return Ask(_encodable(value))
    if isinstance(value, dict) and isinstance(value.get("question"), str):
        try:
            history = tuple(Turn(str(t["role"]), _encodable(str(t["content"]))) for t in value.get("history") or ())
        except (TypeError, KeyError):
            raise QuestionError('history 应为 [{"role": …, "content": …}] 的列表。') from None
        documents = value.get("documents") or ()
        if not isinstance(documents, list | tuple) or not all(isinstance(d, str) for d in documents):
            raise QuestionError("documents 应为文档 id 的列表。")
        understood = value.get("understood") or ""
        if not isinstance(understood, str):
            raise QuestionError("understood 应为文字:补全后的问题。")
        return Ask(_encodable(value["question"]), history, tuple(documents), _encodable(understood))
    raise QuestionError("问题应为文字,或带有 question 的 JSON 对象。")


def _encodable(text: str) -> str:
    """`text` with ? for the half characters (lone surrogates) that JSON may carry and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")
