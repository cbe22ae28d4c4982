"""RAGEval's DRAGONBall in Chinese (Zhu et al. 2024, arXiv:2408.01262): are the reference sentences among five passages?

    dragonball_docs.jsonl   {"doc_id", "language", "domain", "content"}
    queries_zh.jsonl        {"query": {"query_id", "query_type", "content"}, "ground_truth": {"doc_ids", "content",
                             "references", "keypoints"}}

Its key points need a judge and are left out. A question without references has no answer: refusing is right.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from eval.errors import DatasetError
from eval.squad import Collection
from rag.chain import AnswerChain

DOCUMENTS, QUERIES = "dragonball_docs.jsonl", "queries_zh.jsonl"
PASSAGES = 5
LONGEST_PASSAGE_CHARS = 256  # so that a longer passage does not win by itself
_SENTENCE_END = re.compile(r"(?<=[。！？])\s*|\n")


@dataclass(frozen=True)
class Query:
    """A question; `references`: sentences of the documents that answer it, none where nothing does."""

    id: str
    kind: str
    question: str
    references: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """What became of one question. `found`: for each reference whether it is among the passages."""

    id: str
    kind: str
    question: str
    answer: str
    refused: bool
    found: tuple[bool, ...]

    @property
    def recall(self) -> float | None:
        """The share of the references that were found; None where there is none."""
        return sum(self.found) / len(self.found) if self.found else None


def load_dragonball(folder: Path) -> tuple[Collection, list[Query]]:
    """The Chinese documents, texts by id, and the questions about them.

    Raises:
        DatasetError: a file is missing, empty, or not of this form.
    """
    documents = _lines(folder / DOCUMENTS)
    queries = _lines(folder / QUERIES)
    try:
        texts = {f"d{d['doc_id']}": str(d["content"]) for d in documents if d["language"] == "zh"}
        asked = [
            Query(
                id=str(record["query"]["query_id"]),
                kind=str(record["query"]["query_type"]),
                question=str(record["query"]["content"]),
                references=_references(record["ground_truth"]),
            )
            for record in queries
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{folder} 中的文件不符合 DRAGONBall 的记录格式:{type(error).__name__} {error}") from error
    if not texts or not asked:
        raise DatasetError(f"{folder} 中没有中文文档或问题。应有 {DOCUMENTS} 和 {QUERIES}。")
    return Collection(texts, ()), asked


def _references(truth: dict[str, Any]) -> tuple[str, ...]:
    return tuple(text for text in map(str, truth.get("references") or ()) if text.strip())


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
    except OSError as error:
        raise DatasetError(f"无法读取评测集 {path}:{error}。目录中应有 {DOCUMENTS} 和 {QUERIES}。") from error
    except ValueError as error:
        raise DatasetError(f"{path} 不是每行一个 JSON 对象:{error}。") from error


def found(reference: str, passages: Sequence[str]) -> bool:
    """Whether every sentence of `reference` stands to the letter in one of `passages`."""
    sentences = [s.strip() for s in _SENTENCE_END.split(reference) if s.strip()]
    return all(any(sentence in passage for passage in passages) for sentence in sentences)


def run(chain: AnswerChain, queries: Sequence[Query]) -> list[Row]:
    """Search and answer every question; what the chain retrieved is cut to five passages of 256 characters."""
    rows = []
    for query in tqdm(queries, desc="评测", unit="问", disable=None):
        record = chain.invoke(query.question).as_record()
        passages = [hit["text"][:LONGEST_PASSAGE_CHARS] for hit in record["retrieved"][:PASSAGES]]
        places = tuple(found(reference, passages) for reference in query.references)
        rows.append(Row(query.id, query.kind, query.question, record["answer"], record["refused"], places))
    return rows
