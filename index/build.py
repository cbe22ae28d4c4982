"""A folder of documents → an index directory. Only passages that an existing index lacks are embedded."""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from itertools import groupby
from pathlib import Path

import numpy as np

from index.chunk import chunk
from index.commitments import commitments
from index.context import embedded
from index.dense import DenseIndex
from index.e5 import packaged_version
from index.embed import Embedder
from index.errors import DocumentError, IndexDamaged, IndexMissing
from index.load import load_folder
from index.settings import Settings
from index.store import (
    FORMAT,
    META,
    Index,
    building,
    current_version,
    lexical_index,
    remove_stale,
    vectors_by_key,
    write_version,
)
from index.terms import terms
from index.types import Chunks, Document

logger = logging.getLogger(__name__)

_LIBRARIES = ("sentence-transformers", "faiss-cpu", "bm25s", "torch", "transformers", "rjieba")


@dataclass(frozen=True)
class Report:
    """What a build did."""

    version: str
    documents: int
    passages: int
    sentences: int
    embedded: int


Known = dict[str, tuple[np.ndarray, np.ndarray]]
Progress = Callable[[int, int], None]
"""Called with (passages embedded so far, passages to embed)."""


def build_index(
    seeds: Path, out: Path, embedder: Embedder, settings: Settings, progress: Progress | None = None
) -> Report:
    """Index every document below `seeds` into `out`, replacing what was there when all of it is ready.

    Raises:
        DocumentError, ManifestError: a source cannot be used; the old index stays as it is.
    """
    documents = tuple(load_folder(seeds))
    chunks = chunk(list(documents), settings.passage_chars, settings.short_chars)
    if not chunks.passages:
        raise DocumentError(f"目录 {seeds} 中的文档没有可供检索的正文。请检查文件内容。")
    with building(out):
        remove_stale(out)
        known = vectors_by_key(out, embedder.name)
        index, keys, fresh = assemble(documents, chunks, embedder, settings, known, progress)
        write_version(out, index.version, index, keys)
    return Report(index.version, len(documents), len(chunks.passages), len(chunks.sentences), fresh)


def assemble(
    documents: tuple[Document, ...],
    chunks: Chunks,
    embedder: Embedder,
    settings: Settings,
    known: Known | None = None,
    progress: Progress | None = None,
) -> tuple[Index, list[str], int]:
    """An index in memory; the key of each passage's embedded text; and how many passages were embedded.

    `known`: vectors that need not be made again, by key.
    """
    keys, dense, sentence_vectors, fresh = _embed(
        documents, chunks, embedder, known or {}, progress or (lambda _a, _b: None)
    )
    now = datetime.now(UTC)
    index = Index(
        meta={
            "format": FORMAT,
            "version": f"{now:%Y%m%dT%H%M%S%f}",
            "built": now.isoformat(timespec="seconds"),
            "fingerprint": fingerprint(documents, settings),
            "model": embedder.name,
            "dimension": embedder.dimension,
            "settings": _settings(settings),
            "libraries": {name: metadata.version(name) for name in _LIBRARIES},
            "sources": {d.info.file: d.info.sha256 for d in documents},
            "passages": len(chunks.passages),
            "sentences": len(chunks.sentences),
        },
        documents=documents,
        passages=chunks.passages,
        sentences=chunks.sentences,
        dense=dense,
        sentence_vectors=sentence_vectors,
        lexical=lexical_index(documents, chunks.passages),
        commitments=commitments(documents, chunks),
        terms=terms(documents, chunks),
    )
    return index, keys, fresh


def _settings(settings: Settings) -> dict[str, int]:
    return {"passage_chars": settings.passage_chars, "short_chars": settings.short_chars}


def fingerprint(documents: tuple[Document, ...], settings: Settings) -> str:
    """A digest of everything that decides an index: sources, settings, model and the code of this package."""
    here = Path(__file__).parent
    code = [path.read_bytes() for path in [*sorted(here.glob("*.py")), *sorted(here.glob("data/*"))]]
    content = [[vars(d.info) for d in documents], _settings(settings), settings.model, packaged_version(), FORMAT]
    return hashlib.sha256(json.dumps(content).encode() + b"".join(code)).hexdigest()


def is_current(out: Path, documents: tuple[Document, ...], settings: Settings) -> bool:
    """Whether `out` holds an index of exactly these documents; its files are not verified."""
    try:
        meta = json.loads((out / current_version(out) / META).read_text("utf-8"))
    except (IndexDamaged, IndexMissing, OSError, ValueError):
        return False
    return bool(meta.get("fingerprint") == fingerprint(documents, settings))


def _embed(
    documents: tuple[Document, ...],
    chunks: Chunks,
    embedder: Embedder,
    known: Known,
    progress: Progress,
) -> tuple[list[str], DenseIndex, np.ndarray, int]:
    infos = {d.info.id: d.info for d in documents}
    by_passage = {p: list(group) for p, group in groupby(chunks.sentences, key=lambda s: s.passage)}
    inputs = [embedded(infos[p.doc_id], p, by_passage.get(i, [])) for i, p in enumerate(chunks.passages)]
    keys = [hashlib.sha256(json.dumps(item, ensure_ascii=False).encode()).hexdigest()[:32] for item in inputs]
    missing = [i for i, key in enumerate(keys) if key not in known]
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        progress(done, len(missing))

    whole, parts = embedder.passages([inputs[i][0] for i in missing], [inputs[i][1] for i in missing], tell)
    fresh = {keys[i]: (whole[n], parts[n]) for n, i in enumerate(missing)}
    vectors = [fresh.get(key) or known[key] for key in keys]
    dense = DenseIndex.build(np.stack([v for v, _ in vectors]))
    sentence_vectors = (
        np.concatenate([s for _, s in vectors]) if chunks.sentences else np.zeros((0, embedder.dimension))
    )
    return keys, dense, sentence_vectors.astype(np.float32), len(missing)
