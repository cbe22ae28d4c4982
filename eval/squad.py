"""SQuAD-style sets (CMRC 2018, DRCD) as documents and questions: every paragraph is a document of its own.

    {"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "answers": [{"text"}]}]}]}]}

Titles stay out: a paragraph has to be found by its own words, like a document that no manifest describes.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import DatasetError


@dataclass(frozen=True)
class Asked:
    """A question about one paragraph. `document`: the paragraph's id. `answers`: gold wordings, each once."""

    id: str
    question: str
    document: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Collection:
    """All paragraphs of a file, `texts` by document id, and its questions. `empty`: questions without a word."""

    texts: dict[str, str]
    questions: tuple[Asked, ...]
    empty: int = 0


def load_squad(path: Path) -> Collection:
    """Read a set; a paragraph's id is its place in the file, "p0000" the first.

    Raises:
        DatasetError: the file is missing, is not of this form, or holds no question.
    """
    try:
        data = json.loads(path.read_text("utf-8"))["data"]
        paragraphs = [paragraph for article in data for paragraph in article["paragraphs"]]
        texts = {f"p{number:04d}": str(paragraph["context"]) for number, paragraph in enumerate(paragraphs)}
        asked = [a for name, paragraph in zip(texts, paragraphs, strict=True) for a in _asked(name, paragraph)]
    except OSError as error:
        raise DatasetError(f"无法读取评测集 {path}:{error}。请检查路径。") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"{path} 不是 SQuAD 格式({type(error).__name__} {error})。应为 CMRC 2018 或 DRCD 的 JSON 文件。"
        ) from error
    questions = tuple(a for a in asked if re.search(r"\w", a.question))
    if not questions:
        raise DatasetError(f"{path} 中没有问题。应为 CMRC 2018 或 DRCD 的 JSON 文件。")
    return Collection(texts, questions, len(asked) - len(questions))


def _asked(document: str, paragraph: dict[str, Any]) -> Iterator[Asked]:
    for qa in paragraph["qas"]:
        answers = tuple(dict.fromkeys(str(answer["text"]) for answer in qa["answers"]))
        yield Asked(str(qa["id"]), str(qa["question"]), document, answers)


def sample(questions: Sequence[Asked], limit: int | None, seed: int = 0) -> tuple[Asked, ...]:
    """`limit` of the questions, drawn without replacement, in the file's order; all of them where there are no more."""
    if limit is None or limit >= len(questions):
        return tuple(questions)
    drawn = random.Random(seed).sample(range(len(questions)), limit)  # noqa: S311 - not for secrets
    return tuple(questions[i] for i in sorted(drawn))


def write_documents(collection: Collection, folder: Path) -> None:
    """Every paragraph as `folder`/<id>.txt, nothing added; files of another collection are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.txt"):
        if path.stem not in collection.texts:
            path.unlink()
    for name, text in collection.texts.items():
        path = folder / f"{name}.txt"
        raw = text.encode("utf-8")
        if not path.is_file() or path.read_bytes() != raw:
            path.write_bytes(raw)
