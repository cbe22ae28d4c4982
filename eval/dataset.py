"""Question sets: records with verbatim evidence, read, held to the format. One JSON object a line."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eval.errors import DatasetError
from index.normal import fold
from index.outside import parsed_json
from index.types import Document

KINDS = ("number", "fact", "list", "definition", "why_how", "table", "compare", "followup", "unanswerable")
STYLES = ("exact", "paraphrase", "colloquial", "typo_or_variant")
PERSONAS = ("official", "citizen", "evaluator")
SETS = Path(__file__).parent / "questions"
ASKED = SETS / "asked.jsonl"  # by outsiders, read for their misses since: to fit on
READING = SETS / "reading" / "near.jsonl"  # answers and near misses passage by passage: to fit on, not to measure
_LONGEST_QUOTE = 400
_ALIKE = 0.75
_OTHERS_ALIKE = 0.6


@dataclass(frozen=True)
class Item:
    """One question with its gold answer. `must`: each entry lists alternatives of which an answer needs one.

    `pairs`: for comparisons (district, value). `evidence`: (document's file name, verbatim quote).
    """

    id: str
    question: str
    kind: str
    style: str
    persona: str
    answer: str
    must: tuple[tuple[str, ...], ...]
    evidence: tuple[tuple[str, str], ...]
    history: tuple[dict[str, str], ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = field(default_factory=tuple)

    @property
    def answerable(self) -> bool:
        return self.kind != "unanswerable"

    def as_record(self) -> dict[str, Any]:
        """The JSON object that `load` reads back as this item."""
        return {
            **{name: getattr(self, name) for name in ("id", "question", "kind", "style", "persona", "answer")},
            "must": [list(alternatives) for alternatives in self.must],
            "evidence": [{"doc": doc, "quote": quote} for doc, quote in self.evidence],
            "history": list(self.history),
            "pairs": [list(pair) for pair in self.pairs],
            "tags": list(self.tags),
        }


def load(path: Path) -> list[Item]:
    """Read a question set.

    Raises:
        DatasetError: the file is missing or a line breaks the format.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"无法读取问题集 {path}:{error}") from error
    return [_item(line, f"{path} 第 {number} 行") for number, line in enumerate(lines, 1) if line.strip()]


def _item(line: str, where: str) -> Item:
    try:
        record: dict[str, Any] = parsed_json(line)
        return Item(
            id=record["id"],
            question=record["question"],
            kind=record["kind"],
            style=record["style"],
            persona=record["persona"],
            answer=record["answer"],
            must=tuple(tuple(m) if isinstance(m, list) else (m,) for m in record["must"]),
            evidence=tuple((e["doc"], e["quote"]) for e in record["evidence"]),
            history=tuple(record.get("history", ())),
            pairs=tuple((name, value) for name, value in record.get("pairs", ())),
            tags=tuple(record.get("tags", ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{where}不符合问题记录格式:{type(error).__name__} {error}") from error


def under_loaded_names(items: Sequence[Item], documents: Sequence[Document], files: Path | None = None) -> list[Item]:
    """`items` with the documents of their evidence called as they are loaded.

    `files`: a folder that has them under the names of the question set; the same bytes are the same document.

    Raises:
        DatasetError: a document is not loaded under its name, nor by way of `files`.
    """
    loaded = {d.info.file: d.info.file for d in documents}
    by_digest = {d.info.sha256: d.info.file for d in documents}
    for path in sorted(files.rglob("*")) if files else ():
        file = by_digest.get(hashlib.sha256(path.read_bytes()).hexdigest()) if path.is_file() else None
        if file:
            loaded.setdefault(path.name, file)
    unknown = sorted({doc for item in items for doc, _ in item.evidence} - set(loaded))
    if unknown:
        raise DatasetError(
            f"索引中没有问题集所指的文档:{'、'.join(unknown)}。请检查 --index;"
            "文件名不同时,用 --files 指定原文件的目录。"
        )
    return [replace(i, evidence=tuple((loaded[doc], quote) for doc, quote in i.evidence)) for i in items]


def check(items: Sequence[Item], documents: Sequence[Document], others: Sequence[Item] = ()) -> list[str]:
    """Everything in a set that breaks the format: one line a problem, none if it is sound.

    `others`: questions of another set, of which this one may hold no near-copies.
    """
    texts = {d.info.file: d.text for d in documents}
    problems = [f"id 重复:{name}" for name, times in Counter(i.id for i in items).items() if times > 1]
    for item in items:
        problems.extend(f"{item.id}:{problem}" for problem in _problems(item, texts))
    problems.extend(_copies(items, others))
    return problems


def _problems(item: Item, texts: dict[str, str]) -> Iterator[str]:
    for value, allowed in ((item.kind, KINDS), (item.style, STYLES), (item.persona, PERSONAS)):
        if value not in allowed:
            yield f"未知的取值 {value}"
    if (item.kind == "followup") != bool(item.history):
        yield "followup 才有、且必须有 history"
    if not item.answerable:
        if item.answer or item.must or item.evidence:
            yield "unanswerable 不应有答案、must 或 evidence"
        return
    if not item.must or not item.evidence:
        yield "缺少 must 或 evidence"
    for doc, quote in item.evidence:
        if doc not in texts:
            yield f"没有文档 {doc}"
        elif quote not in texts[doc]:
            yield f"引文不在 {doc} 中:{quote[:30]}"
        if len(quote) > _LONGEST_QUOTE:
            yield f"引文超过 {_LONGEST_QUOTE} 字"
    answer = fold(item.answer)
    for alternatives in item.must:
        if not any(fold(a) in answer for a in alternatives):
            yield f"must 不在答案中:{alternatives[0]}"
    for name, value in item.pairs:
        if fold(name) not in answer or fold(value) not in answer:
            yield f"pairs 不在答案中:{name} {value}"
    if item.kind == "compare" and len(item.pairs) < 2:
        yield "compare 至少要有两对 pairs"


def _copies(items: Sequence[Item], others: Sequence[Item]) -> Iterator[str]:
    own = [(i, _trigrams(i.question)) for i in items if i.kind != "followup"]
    foreign = [(i, _trigrams(i.question)) for i in others if i.kind != "followup"]
    for at, (item, grams) in enumerate(own):
        for other, theirs in own[at + 1 :]:
            if _overlap(grams, theirs) > _ALIKE:
                yield f"{item.id} 与 {other.id} 几乎相同"
        for other, theirs in foreign:
            if _overlap(grams, theirs) > _OTHERS_ALIKE:
                yield f"{item.id} 与另一问题集的 {other.id} 几乎相同"


def _trigrams(text: str) -> set[str]:
    folded = re.sub(r"\W", "", fold(text))
    return {folded[i : i + 3] for i in range(len(folded) - 2)}


def _overlap(a: set[str], b: set[str]) -> float:
    return len(a & b) / max(1, len(a | b))
