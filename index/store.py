"""An index directory: written whole beside the old one, swapped in by one rename, opened read-only and verified.

    <index>/CURRENT            the name of the version that readers open
    <index>/<version>/         meta.json, documents/, documents.json, passages.jsonl, passages.npy, sentences.npy,
                               vectors.faiss, sentence_vectors.npy, lexical/, frequencies.json, commitments.jsonl,
                               commitments.npy, terms.jsonl; where there are very many vectors neighbours.faiss, and
                               sentence_codes.npy and sentence_scales.npy for sentence_vectors.npy (index/codes.py)
    <index>/.embedded/         what a build has embedded so far (index/journal.py)

Vectors, the lexical index, passages and commitments are mapped into memory, not read. Where Milvus holds the vectors,
`meta.json` says in which collection, and there is no vectors.faiss.

`CURRENT` is replaced atomically, so a reader sees the old version or the new one, whatever is killed when. No pickle.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from index import codes
from index.context import searched
from index.dense import DenseIndex, VectorIndex
from index.errors import IndexDamaged, IndexMissing, StoreError
from index.export import commitment_of, record, term_of
from index.journal import Known
from index.lexical import LexicalIndex
from index.loaded import Index
from index.neighbours import load as load_vectors
from index.spans import SpannedSentences
from index.stored import Ranges, StoredRecords
from index.types import Cell, Document, DocumentInfo, Passage

FORMAT = 6
CURRENT = "CURRENT"
META = "meta.json"
_SAME_VECTORS = (4, 5, FORMAT)  # formats whose vectors can be taken over
_LARGE_BYTES = 1 << 26  # of a file that is checked by samples when an index is opened
_SAMPLES, _SAMPLE_BYTES = 64, 4096
REBUILD = "请运行 make index(或 python -m index build)重新建立索引。"


def current_version(root: Path) -> str:
    """The version that readers open now.

    Raises:
        IndexMissing: there is none.
        IndexDamaged: the disk or its rights don't let it be read.
    """
    try:
        return (root / CURRENT).read_text("utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(f"没有找到索引 {root}。{REBUILD}") from None
    except OSError as error:
        raise IndexDamaged(f"无法读取索引 {root}({error.strerror})。请检查磁盘和目录的权限。") from error


def open_index(root: Path, whole: bool = False) -> Index:
    """Open and verify the current version; `whole`: as `verify`.

    Raises:
        IndexMissing: there is none.
        IndexDamaged: a file is missing, cut short or changed, or the format is not this program's.
    """
    for _attempt in range(3):
        version = current_version(root)
        try:
            return _read(root / version, whole)
        except IndexDamaged:
            if current_version(root) == version:  # else it was swapped while we read: look again
                raise
    raise IndexDamaged(f"索引 {root} 正在不断被改写,无法读取。请稍后重试。")


def _read(folder: Path, whole: bool) -> Index:
    meta = verify(folder, whole=whole)
    try:
        infos = [DocumentInfo(**{**d, "aliases": tuple(d["aliases"])}) for d in _json(folder / "documents.json")]
        texts = [(folder / "documents" / f"{n}.txt").read_bytes().decode("utf-8") for n in range(len(infos))]
        documents = tuple(Document(info, text) for info, text in zip(infos, texts, strict=True))
        text_of = {d.info.id: d.text for d in documents}
        places, spans, owners = (
            np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("passages", "sentences", "commitments")
        )
        passages = StoredRecords(folder / "passages.jsonl", partial(_passage, text_of=text_of), places)
        dense, lexical = _searchers(folder, meta, len(passages))
        return Index(
            meta=meta,
            documents=documents,
            passages=passages,
            sentences=SpannedSentences(spans, passages, text_of),
            dense=dense,
            sentence_vectors=codes.load(folder),
            lexical=lexical,
            frequencies=_json(folder / "frequencies.json"),
            commitments=StoredRecords(folder / "commitments.jsonl", commitment_of, owners),
            terms=tuple(term_of(row) for row in _json_lines(folder / "terms.jsonl")),
        )
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError, RuntimeError) as error:
        raise IndexDamaged(f"索引 {folder} 无法读取({type(error).__name__})。{REBUILD}") from error


def _searchers(folder: Path, meta: dict[str, Any], size: int) -> tuple[VectorIndex, LexicalIndex]:
    """Where vectors and BM25 are: in this directory, or in the Milvus collection that the meta data name."""
    lexical = LexicalIndex.load(folder / "lexical", size)
    if "milvus" not in meta:
        return load_vectors(folder / "vectors.faiss"), lexical
    from index import milvus

    place = meta["milvus"]
    collection = milvus.Collection(place["uri"], place["collection"], size, int(meta["dimension"]))
    milvus.check(collection)
    return milvus.MilvusDense(collection), milvus.MilvusLexical(lexical, collection)


def verify(folder: Path, formats: Container[int] = (FORMAT,), whole: bool = True) -> dict[str, Any]:
    """Check every file of a version against its digest; the meta data.

    `whole`: False reads only the size and samples of files of 64 MiB and more, so that an index of many gigabytes opens
    within seconds; `python -m index verify` reads everything.

    Raises:
        IndexDamaged: something is missing or differs, or it is of none of the `formats`.
    """
    try:
        meta = _json(folder / META)
        files = dict(meta["files"])
        if not files:
            raise ValueError("no file is listed")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"索引 {folder} 缺少完好的 {META}。{REBUILD}") from error
    if meta.get("format") not in formats:
        raise IndexDamaged(f"索引 {folder} 的格式是 {meta.get('format')},本程序需要 {FORMAT}。{REBUILD}")
    samples = {} if whole else dict(meta.get("samples", {}))
    for name, digest in files.items():
        path = folder / name
        if not path.is_file():
            raise IndexDamaged(f"索引 {folder} 缺少文件 {name}。{REBUILD}")
        if (_sampled(path) != samples[name]) if name in samples else (_digest(path) != digest):
            raise IndexDamaged(f"索引文件 {path} 已损坏或被改动(校验和不符)。{REBUILD}")
    return dict(meta)


def write_version(root: Path, version: str, index: Index, embedded: list[str]) -> None:
    """Write `index` as `version` and make it current; then remove what no reader will open again.

    `embedded`: for each passage the key of the text that its vectors were made of.
    """
    folder = root / f".{version}.new"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "documents").mkdir(parents=True)
    for number, document in enumerate(index.documents):
        (folder / "documents" / f"{number}.txt").write_bytes(document.text.encode("utf-8"))
    _write_json(folder / "documents.json", [asdict(d.info) for d in index.documents])
    keyed = (asdict(p) | {"embedded": key} for p, key in zip(index.passages, embedded, strict=True))
    _write_lines(folder / "passages.jsonl", ({k: v for k, v in item.items() if k != "text"} for item in keyed))
    np.save(folder / "passages.npy", index.places, allow_pickle=False)
    _write_lines(folder / "commitments.jsonl", map(record, index.commitments))
    np.save(folder / "commitments.npy", index.commitment_document, allow_pickle=False)
    _write_lines(folder / "terms.jsonl", map(record, index.terms))
    spans = np.asarray([(s.passage, s.start, s.end) for s in index.sentences], np.int64).reshape(-1, 3)
    np.save(folder / "sentences.npy", spans, allow_pickle=False)
    codes.save(folder, index.sentence_vectors)
    _write_json(folder / "frequencies.json", dict(index.frequencies))
    if isinstance(index.dense, DenseIndex):
        index.dense.save(folder / "vectors.faiss")
    index.lexical.save(folder / "lexical")
    written = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    files = {name: _digest(path) for name, path in written.items()}
    samples = {name: _sampled(path) for name, path in written.items() if path.stat().st_size >= _LARGE_BYTES}
    _write_json(folder / META, {**index.meta, "files": files, "samples": samples})
    for path in folder.rglob("*"):
        _sync(path)
    shutil.rmtree(root / version, ignore_errors=True)
    folder.replace(root / version)
    pointer = root / f".{CURRENT}.new"
    pointer.write_text(version, "utf-8")
    _sync(pointer)
    pointer.replace(root / CURRENT)
    _sync(root)
    remove_stale(root)


def remove_stale(root: Path) -> None:
    """Remove every version but the current one, and what killed builds left behind."""
    keep = current_version(root) if (root / CURRENT).is_file() else ""
    for path in list(root.iterdir()):
        if path.is_dir() and path.name != keep and (path / META).exists() | path.name.endswith(".new"):
            # Renamed first: what a kill leaves half removed is known by its name, META may be gone.
            stray = path if path.name.endswith(".new") else path.rename(root / f".{path.name}.new")
            shutil.rmtree(stray, ignore_errors=True)
        elif path.name == f".{CURRENT}.new":
            path.unlink(missing_ok=True)


@contextmanager
def building(root: Path) -> Iterator[None]:
    """Hold the index for one builder at a time; wait for another to finish."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def vectors_by_key(root: Path, model: str) -> Known:
    """What an existing index has embedded with `model`: key → passage vector, sentence vectors. Empty if unusable."""
    try:
        folder = root / current_version(root)
        meta = verify(folder, _SAME_VECTORS)
        if meta["model"] != model:
            return {}
        keys = [line["embedded"] for line in _json_lines(folder / "passages.jsonl")]
        vectors = _searchers(folder, meta, len(keys))[0].vectors()
        spans = np.load(folder / "sentences.npy", allow_pickle=False)
        of_sentences = codes.load(folder)
    except (IndexMissing, IndexDamaged, StoreError, OSError, ValueError, KeyError, RuntimeError):
        return {}
    own = Ranges(np.searchsorted(spans[:, 0], np.arange(len(keys) + 1)))
    return {
        key: (vectors[at], of_sentences[rows.start : rows.stop])
        for at, (key, rows) in enumerate(zip(keys, own, strict=True))
    }


def lexical_index(documents: tuple[Document, ...], passages: Sequence[Passage]) -> LexicalIndex:
    infos = {d.info.id: d.info for d in documents}
    return LexicalIndex.build([searched(infos[p.doc_id], p) for p in passages])


def _passage(record: dict[str, Any], text_of: dict[str, str]) -> Passage:
    return Passage(
        id=record["id"],
        doc_id=record["doc_id"],
        kind=record["kind"],
        path=tuple(record["path"]),
        start=record["start"],
        end=record["end"],
        text=text_of[record["doc_id"]][record["start"] : record["end"]],
        lead=record["lead"],
        cells=tuple(Cell(**cell) for cell in record["cells"]),
        notes=tuple((start, end) for start, end in record["notes"]),
    )


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _write_lines(path: Path, records: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(item, ensure_ascii=False) + "\n" for item in records)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sampled(path: Path) -> str:
    """The digest of a file's size and of pieces of it, evenly spread, its end among them."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as stream:
        for number in range(_SAMPLES):
            stream.seek(max(0, size - _SAMPLE_BYTES) * number // (_SAMPLES - 1))
            digest.update(stream.read(_SAMPLE_BYTES))
    return digest.hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
