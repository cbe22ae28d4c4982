"""Filling a Milvus collection, resumable: what a killed builder left is completed, and no row is there twice."""

import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError
from index.lexical import K1, TOKENISERS, B
from index.milvus import connect, counted, spaced, told
from index.types import DocumentInfo, Passage

if TYPE_CHECKING:
    from pymilvus import MilvusClient

logger = logging.getLogger(__name__)

PREFIX = "planqa_"
MADE = ".milvus"  # beside the versions: the collections that builds of this index made
_BATCH = 500  # rows written at once
_FLAT_UP_TO = 50_000  # rows; more are searched by their neighbours
_TEXT_BYTES = 65_535
_ID_BYTES = 1_024


def fill(
    root: Path,
    uri: str,
    name: str,
    passages: Sequence[tuple[DocumentInfo, Passage]],
    texts: Sequence[str],
    vectors: NDArray[np.float32],
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:
    """Write every passage into the collection `name`; rows that are there already stay.

    `texts`: what BM25 reads of each passage. `progress` is told (rows present, rows wanted).

    Raises:
        StoreError: Milvus does not answer, or does not hold all of them in the end.
    """
    client = connect(uri)
    _remember(root, name)
    with told(uri):
        if not client.has_collection(name):
            _create(client, name, vectors.shape[1], len(passages), _is_lite(client))
        client.load_collection(name)
        for start in range(0, len(passages), _BATCH):
            span = range(start, min(start + _BATCH, len(passages)))
            held = client.query(
                name,
                filter=f"row >= {span.start} and row < {span.stop}",
                output_fields=["row"],
                limit=_BATCH,
                consistency_level="Strong",
            )
            missing = sorted(set(span) - {item["row"] for item in held})
            if missing:
                client.upsert(name, [_entity(row, *passages[row], texts[row], vectors[row]) for row in missing])
            progress(span.stop, len(passages))
        client.flush(name)
        count = counted(client, name)
    if count != len(passages):
        raise StoreError(f"Milvus({uri})的集合 {name} 只有 {count} 段,应有 {len(passages)} 段。请再运行一次建索引。")


def forget(root: Path, uri: str, keep: set[str]) -> None:
    """Drop the collections that earlier builds of this index made, but those to `keep`."""
    client = connect(uri)
    made = _made(root)
    for name in [name for name in made if name not in keep]:
        with told(uri):
            if client.has_collection(name):
                client.drop_collection(name)
        made.remove(name)
    (root / MADE).write_text(json.dumps(made), "utf-8")


def _made(root: Path) -> list[str]:
    path = root / MADE
    return list(json.loads(path.read_text("utf-8"))) if path.is_file() else []


def _remember(root: Path, name: str) -> None:
    """Before it is made, so that no killed build leaves one that nobody knows of."""
    made = _made(root)
    if name not in made:
        (root / MADE).write_text(json.dumps([*made, name]), "utf-8")


def _is_lite(client: "MilvusClient") -> bool:
    return "lite" in str(client.get_server_version()).lower()


def _create(client: "MilvusClient", name: str, dimension: int, size: int, lite: bool) -> None:
    from pymilvus import DataType, Function, FunctionType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("row", DataType.INT64, is_primary=True)
    schema.add_field("doc_id", DataType.VARCHAR, max_length=_ID_BYTES)
    schema.add_field("district", DataType.VARCHAR, max_length=_ID_BYTES)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    indexes = client.prepare_index_params()
    if size <= _FLAT_UP_TO:
        indexes.add_index("vector", index_type="FLAT", metric_type="IP")
    else:
        indexes.add_index("vector", index_type="HNSW", metric_type="IP", params={"M": 32, "efConstruction": 200})
    bm25 = {"bm25_k1": K1, "bm25_b": B}
    for tokeniser in TOKENISERS:
        # Both cut at blanks and leave the tokens whole; Milvus Lite does not know the first, clusters mean another
        # thing by the second.
        analyzer = {"tokenizer": "standard" if lite else "whitespace"}
        schema.add_field(
            tokeniser, DataType.VARCHAR, max_length=_TEXT_BYTES, enable_analyzer=True, analyzer_params=analyzer
        )
        schema.add_field(f"{tokeniser}_bm25", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function(
                name=f"{tokeniser}_to_bm25",
                function_type=FunctionType.BM25,
                input_field_names=[tokeniser],
                output_field_names=[f"{tokeniser}_bm25"],
            )
        )
        indexes.add_index(
            f"{tokeniser}_bm25",
            index_type="SPARSE_INVERTED_INDEX",
            metric_type="BM25",
            params={"params": bm25} if lite else bm25,  # Milvus Lite 3.2 reads only what is nested
        )
    client.create_collection(name, schema=schema, index_params=indexes)


def _entity(
    row: int, info: DocumentInfo, passage: Passage, text: str, vector: NDArray[np.float32]
) -> dict[str, object]:
    tokens = {name: spaced(tokenise(text) or ["∅"]) for name, tokenise in TOKENISERS.items()}
    return {
        "row": row,
        "doc_id": passage.doc_id,
        "district": info.district,
        "vector": vector.astype(float).tolist(),
        **tokens,
    }
