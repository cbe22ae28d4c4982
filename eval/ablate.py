"""What each stage adds and what it costs: the searchers alone and together, and what answering gains from each cue."""

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from eval.dataset import Item
from eval.fit import gold_among, read
from eval.metrics import hits
from eval.speed import machine
from eval.summary import mean
from index.embed import Vectors
from index.types import Document
from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.question import Question, understand
from rag.retrieve import WEIGHTS, Searcher

# Each line adds one searcher to the line before it; the last ones stand alone.
SEARCHERS: Mapping[str, Mapping[str, float]] = {
    "dense, passages": {"dense": 1.0},
    "dense, sentences (late chunking)": {"sentence": 1.0},
    "BM25, jieba words": {"words": 1.0},
    "BM25, character bigrams": {"bigrams": 1.0},
    "bigrams + dense": {"bigrams": 0.5, "dense": 1.0},
    "bigrams + words + dense": {"bigrams": 0.5, "words": 0.5, "dense": 1.0},
    "all, as shipped": WEIGHTS,
}
_K = 10


def ablate(chain: AnswerChain, sets: Mapping[str, Sequence[Item]]) -> str:
    """A report in Markdown over the answerable questions of each set."""
    documents = {d.info.file: d for d in chain.index.documents}
    lines = [f"Machine: {machine()}", ""]
    for name, items in sets.items():
        answerable = [understood(chain, i) for i in items if i.answerable]
        lines += [f"## {name}: {len(answerable)} answerable questions", ""]
        lines += ["| searcher | any@1 | any@3 | any@5 | all@5 | ms, median |", "| --- | --- | --- | --- | --- | --- |"]
        for searcher, weights in SEARCHERS.items():
            lines.append(search_row(chain, searcher, weights, answerable, documents))
        bare = [(i, replace(q, official=()), vector) for i, q, vector in answerable]
        lines.append(search_row(chain, "all, without the official words for everyday ones", WEIGHTS, bare, documents))
        lines += ["", "| cue left out | gold sentence first | among the first three |", "| --- | --- | --- |"]
        lines += _cue_rows(chain, items, documents)
        lines.append("")
    return "\n".join(lines)


def understood(chain: AnswerChain, item: Item) -> tuple[Item, Question, Vectors]:
    ask = as_ask({"question": item.question, "history": list(item.history)})
    question = understand(ask.question, ask.history, chain.index.documents, lexicon=chain.searcher.lexicon)
    return item, question, chain.searcher.embedder.query(question.text)


def search_row(
    chain: AnswerChain,
    name: str,
    weights: Mapping[str, float],
    questions: Sequence[tuple[Item, Question, Vectors]],
    documents: Mapping[str, Document],
) -> str:
    searcher = Searcher(chain.index, chain.searcher.embedder, {**dict.fromkeys(WEIGHTS, 0.0), **weights})
    found, ms = [], []
    for item, question, vector in questions:
        started = time.perf_counter()
        passages = [hit.passage for hit in searcher.search(question, _K, vector)]
        ms.append((time.perf_counter() - started) * 1000)
        spans = [(p.doc_id, p.start, p.end) for p in passages]
        found.append({k: hits(item, spans[:k], documents) for k in (1, 3, 5)})
    figures = [mean(any(f[k]) for f in found) for k in (1, 3, 5)] + [mean(all(f[5]) for f in found)]
    return f"| {name} | " + " | ".join(f"{value:.3f}" for value in figures) + f" | {statistics.median(ms):.1f} |"


def _cue_rows(chain: AnswerChain, items: Sequence[Item], documents: Mapping[str, Document]) -> list[str]:
    """The place of the gold sentence with every cue, and with each left out."""
    shipped = dict(chain.scorer.weights)
    scored = [(item, read(chain, item)[1]) for item in items if item.answerable]
    rows = []
    for left_out in ("none", *sorted(shipped)):
        weights = {n: 0.0 if n == left_out else w for n, w in shipped.items()}
        ranks = []
        for item, evidence in scored:
            best = sorted(evidence, key=lambda e: -sum(w * e.features[n] for n, w in weights.items()))[:3]
            ranks.append(gold_among(item, best, documents))
        first, three = mean(r == 0 for r in ranks), mean(r is not None for r in ranks)
        rows.append(f"| {left_out} | {first:.3f} | {three:.3f} |")
    return rows
