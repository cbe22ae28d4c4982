"""One step of `python -m eval scale` in a process of its own, so that its memory and its start are its own.

`python -m eval.scale_worker build|ask FOLDER …` prints one line of JSON.
"""

import argparse
import hashlib
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.corpus import Known, read
from index.dense import DenseIndex
from index.e5_embed import embedder_for
from index.embed import Embedder, Span, Vectors
from index.settings import Settings
from rag.ask import Ask
from rag.chain import AnswerChain

_SENTENCE_NOISE, _PASSAGE_NOISE = 0.35, 0.25
_NOISES = 4096


class DrawnEmbedder:
    """For sizes that cannot be embedded here: a passage's vector is that of one of `pool`, drawn by the digest of its
    text, turned by normal noise of `_PASSAGE_NOISE` of its length. Good for times and memory, not for quality."""

    def __init__(self, real: Embedder, pool: Vectors) -> None:
        self.name, self.dimension = f"drawn over {real.name}", real.dimension
        self._real, self._pool = real, pool
        self._noise = np.random.default_rng(0).normal(size=(_NOISES, self.dimension)).astype(np.float32)

    def query(self, text: str) -> Vectors:
        return self._real.query(text)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._real.queries(texts)

    def passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Callable[[int], None]
    ) -> tuple[Vectors, list[Vectors]]:
        whole = np.zeros((len(texts), self.dimension), np.float32)
        parts = []
        for at, (text, own) in enumerate(zip(texts, spans, strict=True)):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")
            base = self._pool[seed % len(self._pool)]
            whole[at] = self._turned(base, _PASSAGE_NOISE, seed, 1)[0]
            parts.append(self._turned(base, _SENTENCE_NOISE, seed + 1, len(own)))
        progress(len(texts))
        return whole, parts

    def _turned(self, base: Vectors, share: float, seed: int, count: int) -> Vectors:
        """`count` vectors near `base`, by sums of two draws: as many as the square of the draws."""
        first = np.arange(seed, seed + count) // _NOISES % _NOISES
        second = np.arange(seed, seed + count) % _NOISES
        noise = (self._noise[first] + self._noise[second]) * np.float32(share / np.sqrt(2 * self.dimension))
        turned = base + noise
        return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True), np.float32)


def build(folder: Path, settings: Settings, pool: Path | None) -> dict[str, Any]:
    """Build the index of `folder`/documents into `folder`/index."""
    from index.build import build_index
    from index.store import current_version, open_index

    vectors = open_index(pool).dense.vectors() if pool is not None else None  # a mistake costs no model
    embedder = embedder_for(settings)
    if vectors is not None:
        embedder = DrawnEmbedder(embedder, vectors)
    embedder.query("预热")
    started, processor = time.perf_counter(), time.process_time()
    report = build_index(folder / "documents", folder / "index", embedder, settings)
    seconds = time.perf_counter() - started
    version = folder / "index" / current_version(folder / "index")
    size = sum(path.stat().st_size for path in version.rglob("*") if path.is_file())
    return {
        "documents": report.documents,
        "passages": report.passages,
        "sentences": report.sentences,
        "embedded": report.embedded,
        "build_s": round(seconds, 2),
        "build_processor_s": round(time.process_time() - processor, 2),
        "passages_a_second": round(report.embedded / seconds, 1),
        "peak_mib": round(_peak_mib()),
        "index_mib": round(size / 2**20, 1),
    }


def ask(
    folder: Path, settings: Settings, pool: Path | None, most: int, started_at: float, reader: bool
) -> dict[str, Any]:
    """Open the index, answer, and see what was found. `started_at`: when this process was asked for, Unix time."""
    from index.store import open_index
    from rag.reader import shipped

    settings = settings.model_copy(update={"reader": reader})
    index = open_index(folder / "index")
    embedder = embedder_for(settings)
    if pool is not None:
        embedder = DrawnEmbedder(embedder, np.zeros((1, embedder.dimension), np.float32))
    chain = AnswerChain(index, embedder, settings, reader=shipped(settings))
    chain.searcher.lexicon.warm()
    known = read(folder / "documents")
    chosen = [known[int(at)] for at in np.linspace(0, len(known) - 1, min(most, len(known)))]
    chain.invoke(chosen[0].question)
    first_s = time.time() - started_at
    stages: dict[str, list[float]] = defaultdict(list)
    marks: dict[str, list[bool]] = defaultdict(list)
    for one in chosen:
        processor = time.process_time()
        answer = chain.invoke(one.question)
        stages["processor"].append((time.process_time() - processor) * 1000)
        for stage, ms in answer.timing_ms.items():
            stages[stage].append(ms)
        hits = chain.searcher.search(chain.understand(Ask(one.question)), 5)
        marks["any_at_5"].append(any(_holds(hit.passage, one) for hit in hits))
        marks["answered"].append(not answer.refused)
        if not answer.refused:
            marks["mixed_up"].append(any(c.doc != one.doc for c in answer.citations))
            marks["cited"].append(
                any(c.doc == one.doc and c.start < one.end and one.start < c.end for c in answer.citations)
            )
    everywhere, recall = _without_place(chain, chosen)
    return {
        "questions": len(chosen),
        "first_answer_s": round(first_s, 2),
        "ms": {stage: _typical(v) for stage, v in stages.items()} | {"retrieve, no place named": _typical(everywhere)},
        "recall_at_10": round(recall, 4),
        **{name: round(sum(own) / max(1, len(own)), 4) for name, own in marks.items()},
        "peak_mib": round(_peak_mib()),
    }


def _without_place(chain: AnswerChain, chosen: Sequence[Known]) -> tuple[list[float], float]:
    """Milliseconds of searching all passages for each question without its district's name, and what share of the ten
    exact nearest vectors is found."""
    index = chain.index
    taken, shares = [], []
    for one in chosen:
        asked = chain.understand(Ask(one.question.replace(index.document[one.doc].info.district, "")))
        vector = chain.searcher.embedder.query(asked.text)
        started = time.perf_counter()
        chain.searcher.search(asked, 10, vector)
        taken.append((time.perf_counter() - started) * 1000)
        if isinstance(index.dense, DenseIndex):
            exact, _ = DenseIndex(index.dense.flat).search(vector, 10)
            shares.append(len(set(exact.tolist()) & set(index.dense.search(vector, 10)[0].tolist())) / len(exact))
    return taken, float(np.mean(shares)) if shares else 1.0


def _typical(values: Sequence[float]) -> list[float]:
    """The median and the 95th percentile."""
    return [round(float(np.percentile(values, q)), 1) for q in (50, 95)]


def _holds(passage: Any, one: Known) -> bool:
    return bool(passage.doc_id == one.doc and passage.start < one.end and one.start < passage.end)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.scale_worker")
    parser.add_argument("step", choices=("build", "ask"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pool", type=Path)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--started", type=float, default=0.0)
    parser.add_argument("--reader", action="store_true")
    args = parser.parse_args(argv)
    settings = Settings()
    if args.step == "build":
        found = build(args.folder, settings, args.pool)
    else:
        found = ask(args.folder, settings, args.pool, args.questions, args.started or time.time(), args.reader)
    print(json.dumps(found, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
