"""RGB in Chinese (Chen et al. 2024, AAAI): a question is answered from its own five passages alone, some of them noise.

    {"id", "query", "answer", "positive", "negative"}, one JSON object a line

`answer`: items that all have to occur, each text or a list of alternatives. `positive`: passages, or in zh_int a
list of passages for each part of the answer. At noise rate 1.0 nothing answers, and refusing is right.
"""

import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tqdm import tqdm

from eval.dataset import Item
from eval.errors import DatasetError
from eval.metrics import score
from index.build import assemble
from index.chunk import chunk
from index.embed import Embedder
from index.journal import Known
from index.load import first_line
from index.loaded import Index
from index.settings import Settings
from index.types import Document, DocumentInfo
from rag.chain import AnswerChain
from rag.claims import MARKER
from rag.reader import Reader

RATES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
PASSAGES = 5
LONGEST_ANSWER_CHARS = 200
_SEED = 2333  # the set's own, set anew for every question


@dataclass(frozen=True)
class Instance:
    """One question. `answer`: for each item its alternatives. `parts`: passages that answer, by part of the answer;
    one part only where the set does not tell them apart."""

    id: str
    query: str
    answer: tuple[tuple[str, ...], ...]
    parts: tuple[tuple[str, ...], ...]
    negative: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """What became of one question at one noise rate. `unsupported`: figures of the answer that no quote holds."""

    id: str
    query: str
    rate: float
    answer: str
    refused: bool
    right: bool
    unsupported: tuple[str, ...]


def load_rgb(path: Path) -> list[Instance]:
    """The questions of a file.

    Raises:
        DatasetError: the file is missing, holds no question, or a line is not of this form.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"无法读取评测集 {path}:{error}。请检查路径。") from error
    found = [_instance(line, f"{path} 第 {number} 行") for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise DatasetError(f"{path} 中没有问题。应为 RGB 的 zh_refine.json 或 zh_int.json。")
    return found


def _instance(line: str, where: str) -> Instance:
    try:
        record: dict[str, Any] = json.loads(line)
        answer = record["answer"] if isinstance(record["answer"], list) else [record["answer"]]
        positive = record["positive"]
        parts = positive if positive and isinstance(positive[0], list) else [positive]
        return Instance(
            id=str(record["id"]),
            query=str(record["query"]),
            answer=tuple(tuple(map(str, item)) if isinstance(item, list) else (str(item),) for item in answer),
            parts=tuple(tuple(map(str, part)) for part in parts),
            negative=tuple(map(str, record["negative"])),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{where}不符合 RGB 的记录格式:{type(error).__name__} {error}") from error


def passages_at(instance: Instance, rate: float, count: int = PASSAGES) -> list[str]:
    """The passages of a question at a noise rate, in the set's own way of drawing and shuffling them.

    ceil(`count` × `rate`) are noise; where the answer has parts, each keeps one passage whatever the rate. At 1.0 all
    are noise. Where one sort has too few passages, the other fills up.
    """
    draw = random.Random(_SEED)  # noqa: S311 - not for secrets
    noise = math.ceil(count * rate)
    if rate == 1:
        found = list(instance.negative[:count])
    elif len(instance.parts) > 1:
        found = _of_parts(instance.parts, count - noise, draw)
        found += instance.negative[: max(0, count - len(found))]
    else:
        positive = instance.parts[0] if instance.parts else ()
        noise = min(noise, len(instance.negative))
        right = min(count - noise, len(positive))
        found = [*positive[:right], *instance.negative[: count - right]]
    draw.shuffle(found)
    return found


def _of_parts(parts: Sequence[Sequence[str]], right: int, draw: random.Random) -> list[str]:
    """A passage of every part, then their further ones in turn, up to `right`."""
    mixed = [list(part) for part in parts if part]
    for part in mixed:
        draw.shuffle(part)
    first = [part[0] for part in mixed]
    further = [part[n] for n in range(1, max(map(len, mixed))) for part in mixed if len(part) > n]
    return first + further[: max(0, right - len(first))]


def holds_all(answer: str, items: Sequence[Sequence[str]]) -> bool:
    """Whether every item occurs by one of its alternatives in the first 200 characters of an answer, markers aside."""
    body = _plain(MARKER.sub("", answer)[:LONGEST_ANSWER_CHARS])
    return all(any(_plain(wording) in body for wording in alternatives) for alternatives in items)


def _plain(text: str) -> str:
    return text.replace(" ", "").lower()


def shelf(passages: Sequence[str], embedder: Embedder, settings: Settings, known: Known) -> Index | None:
    """An index in memory of `passages`, each a document; None where none holds a word. `known` learns their vectors."""
    documents = tuple(_document(n, text) for n, text in enumerate(passages) if text.strip())
    chunks = chunk(list(documents), settings.passage_chars, settings.short_chars)
    if not chunks.passages:
        return None
    index, keys, _ = assemble(documents, chunks, embedder, settings, known)
    vectors = index.dense.vectors()
    for place, (key, rows) in enumerate(zip(keys, index.passage_sentences, strict=True)):
        known[key] = vectors[place], index.sentence_vectors[rows.start : rows.stop]
    return index


def _document(number: int, text: str) -> Document:
    digest = sha256(text.encode("utf-8")).hexdigest()
    return Document(DocumentInfo(f"p{number}", f"p{number}.txt", digest, title=first_line(text)), text)


def run(
    instances: Sequence[Instance], embedder: Embedder, settings: Settings, reader: Reader | None = None
) -> list[Row]:
    """Answer every question at every noise rate; a passage is embedded once."""
    rows: list[Row] = []
    for instance in tqdm(instances, desc="评测", unit="问", disable=None):
        known: Known = {}
        for rate in RATES:
            index = shelf(passages_at(instance, rate), embedder, settings, known)
            rows.append(_row(instance, rate, index, embedder, settings, reader))
    return rows


def _row(
    instance: Instance,
    rate: float,
    index: Index | None,
    embedder: Embedder,
    settings: Settings,
    reader: Reader | None,
) -> Row:
    if index is None:
        return Row(instance.id, instance.query, rate, "", True, rate == 1, ())
    record = AnswerChain(index, embedder, settings, reader=reader).invoke(instance.query).as_record()
    refused = bool(record["refused"])
    right = refused if rate == 1 else not refused and holds_all(record["answer"], instance.answer)
    loose = unsupported(instance, record, index)
    return Row(instance.id, instance.query, rate, record["answer"], refused, right, loose)


def unsupported(instance: Instance, record: Mapping[str, Any], index: Index) -> tuple[str, ...]:
    """Figures of the answer that no quote of it holds, by the measure of the project's own questions."""
    item = Item(instance.id, instance.query, "unanswerable", "exact", "citizen", "", (), ())
    return tuple(score(item, record, {d.info.file: d for d in index.documents})["unsupported_figures"])
