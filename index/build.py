"""A folder of documents → an index directory. Only passages that an existing index, or a build that was killed, lacks
are embedded."""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from itertools import groupby
from pathlib import Path

import numpy as np

from index.chunk import chunk
from index.codes import Vectors, empty
from index.commitments import commitments
from index.context import body, embedded, searched
from index.dense import DenseIndex
from index.e5 import packaged_version
from index.embed import Embedder
from index.errors import DocumentError, IndexDamaged, IndexMissing
from index.journal import Journal, Known
from index.lexical import document_frequencies
from index.load import load_folder
from index.loaded import Index
from index.neighbours import Kind, dense_index
from index.settings import Settings
from index.store import (
    FORMAT,
    META,
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


_BATCHES = 32  # after so many batches what was embedded is kept
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
        journal = Journal(out, embedder.name)
        known = vectors_by_key(out, embedder.name) | journal.read()
        index, keys, fresh = assemble(documents, chunks, embedder, settings, known, progress, journal)
        kept = _collection(out)
        if settings.store == "milvus":
            index = _in_milvus(out, index, settings)
        write_version(out, index.version, index, keys)
        if settings.store == "milvus":
            from index.milvus_load import forget

            # Readers of the version before may still be answering from its collection.
            forget(out, settings.milvus_uri, {kept, index.meta["milvus"]["collection"]})
        journal.clear()
    return Report(index.version, len(documents), len(chunks.passages), len(chunks.sentences), fresh)


def assemble(
    documents: tuple[Document, ...],
    chunks: Chunks,
    embedder: Embedder,
    settings: Settings,
    known: Known | None = None,
    progress: Progress | None = None,
    journal: Journal | None = None,
) -> tuple[Index, list[str], int]:
    """An index in memory; the key of each passage's embedded text; and how many passages were embedded.

    `known`: vectors that need not be made again, by key. `journal`: where new ones are kept until the index is written.
    """
    keys, dense, sentence_vectors, fresh = _embed(
        documents,
        chunks,
        embedder,
        known or {},
        progress or (lambda _a, _b: None),
        journal,
        settings.batch_size,
        _kind(settings),
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
        frequencies=document_frequencies(body(p) for p in chunks.passages),
        commitments=commitments(documents, chunks),
        terms=terms(documents, chunks),
    )
    return index, keys, fresh


def _in_milvus(root: Path, index: Index, settings: Settings) -> Index:
    """`index` with its vectors and BM25 in a collection of their own, named by all that decides it."""
    from index import milvus
    from index.milvus_load import PREFIX, fill

    decided = f"{index.meta['fingerprint']} {index.model}"
    name = PREFIX + hashlib.sha256(decided.encode()).hexdigest()[:24]
    passages = [(index.document[p.doc_id].info, p) for p in index.passages]
    fill(root, settings.milvus_uri, name, passages, [searched(*pair) for pair in passages], index.dense.vectors())
    collection = milvus.Collection(settings.milvus_uri, name, len(passages), index.dense.dimension)
    place = {"uri": settings.milvus_uri, "collection": name}
    return replace(index, meta={**index.meta, "milvus": place}, dense=milvus.MilvusDense(collection))


def _kind(settings: Settings) -> Kind:
    """How FAISS is to search; Milvus makes its own neighbours."""
    return settings.vectors if settings.store == "faiss" else "exact"


def _collection(root: Path) -> str:
    """The Milvus collection of the version that readers open now, "" where there is none."""
    try:
        meta = json.loads((root / current_version(root) / META).read_text("utf-8"))
        return str(meta["milvus"]["collection"])
    except (IndexMissing, OSError, ValueError, KeyError, TypeError):
        return ""


def _settings(settings: Settings) -> dict[str, int]:
    return {"passage_chars": settings.passage_chars, "short_chars": settings.short_chars}


def fingerprint(documents: tuple[Document, ...], settings: Settings) -> str:
    """A digest of everything that decides an index: sources, settings, model and the code of this package."""
    here = Path(__file__).parent
    code = [path.read_bytes() for path in [*sorted(here.glob("*.py")), *sorted(here.glob("data/*"))]]
    place = [settings.store, settings.milvus_uri if settings.store == "milvus" else settings.vectors]
    content = [
        [vars(d.info) for d in documents],
        _settings(settings),
        place,
        settings.model,
        packaged_version(),
        FORMAT,
    ]
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
    journal: Journal | None,
    batch_size: int,
    chosen: Kind,
) -> tuple[list[str], DenseIndex, Vectors, int]:
    infos = {d.info.id: d.info for d in documents}
    by_passage = {p: list(group) for p, group in groupby(chunks.sentences, key=lambda s: s.passage)}
    inputs = [embedded(infos[p.doc_id], p, by_passage.get(i, [])) for i, p in enumerate(chunks.passages)]
    keys = [hashlib.sha256(json.dumps(item, ensure_ascii=False).encode()).hexdigest()[:32] for item in inputs]
    places: dict[str, list[int]] = {}  # of passages that say the same one is embedded
    for at, key in enumerate(keys):
        places.setdefault(key, []).append(at)
    whole = np.empty((len(keys), embedder.dimension), np.float32)
    ends = np.cumsum([len(spans) for _, spans in inputs])
    of_sentences = empty(len(chunks.sentences), embedder.dimension)
    done = 0

    def put(key: str, vector: np.ndarray, parts: np.ndarray) -> None:
        for at in places[key]:
            whole[at] = vector
            of_sentences[ends[at] - len(parts) : ends[at]] = parts

    def tell(count: int) -> None:
        nonlocal done
        done += count
        progress(done, len(missing))

    for key in places.keys() & known.keys():
        put(key, *known[key])
    # The longest first, as the embedder orders them: the slices hold the same batches that it would make of them all.
    missing = sorted((own[0] for key, own in places.items() if key not in known), key=lambda at: -len(inputs[at][0]))
    for start in range(0, len(missing), _BATCHES * batch_size):
        part = missing[start : start + _BATCHES * batch_size]
        vectors, of_each = embedder.passages([inputs[at][0] for at in part], [inputs[at][1] for at in part], tell)
        for at, vector, parts in zip(part, vectors, of_each, strict=True):
            put(keys[at], vector, parts)
        if journal is not None:
            journal.add([keys[at] for at in part], vectors, of_each)
    return keys, dense_index(whole, chosen), of_sentences, len(missing)
