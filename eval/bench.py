"""A public set as a collection of foreign documents: is the right paragraph found, and is its answer given?

Same code and settings as for the plans. Beside our searcher stand the ones that it is made of, each alone on the plain
question, and reciprocal rank fusion of two of them (Cormack et al. 2009, k = 60).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from eval.dataset import Item
from eval.metrics import contains, score, squash
from eval.squad import Asked, Collection, write_documents
from index.build import build_index, is_current
from index.embed import Embedder, Vectors
from index.load import load_folder
from index.loaded import Index
from index.normal import fold, simplify
from index.settings import Settings
from index.store import open_index
from rag.chain import AnswerChain
from rag.claims import MARKER
from rag.question import understand
from rag.retrieve import Searcher

OURS = "ours"
BASELINES = ("bigrams", "words", "dense", "rrf")
MEASURES = ("hit@1", "hit@5", "mrr@10")
DEEPEST = 10
LONGEST_ANSWER_CHARS = 160
_RRF_K = 60
_PASSAGES = 100  # enough of them to hold the ten best documents


@dataclass(frozen=True)
class Row:
    """What became of one question. `ranks`: by searcher the gold paragraph's place, from 1; None beyond the tenth.

    `found`: by searcher the first documents' ids.
    """

    asked: Asked
    ranks: dict[str, int | None]
    found: dict[str, tuple[str, ...]]
    answer: str
    refused: bool
    in_answer: bool
    in_citation: bool
    unsupported: tuple[str, ...]

    def value(self, searcher: str, measure: str) -> float:
        """hit@1, hit@5 or mrr@10 of this question."""
        rank = self.ranks[searcher]
        if measure == "mrr@10":
            return 1 / rank if rank else 0.0
        return float(rank is not None and rank <= int(measure.removeprefix("hit@")))


def prepare(collection: Collection, name: str, embedder: Embedder, settings: Settings) -> Index:
    """The index of a collection, below `settings.home`/bench; built where there is none of just these documents."""
    digest = hashlib.sha256("\0".join(collection.texts.values()).encode()).hexdigest()[:12]
    folder = settings.home / "bench" / f"{name}-{digest}"
    write_documents(collection, folder / "documents")
    out = folder / "index"
    if not is_current(out, tuple(load_folder(folder / "documents")), settings):
        with tqdm(desc="建索引", unit="段", disable=None) as bar:

            def tell(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            build_index(folder / "documents", out, embedder, settings, tell)
    return open_index(out)


def rankings(searcher: Searcher, text: str) -> dict[str, tuple[str, ...]]:
    """Ids of the first `DEEPEST` documents, best first, by our searcher and by each baseline.

    A document stands where its best passage stands. Baselines see the question whole, in one way of writing; BM25 ranks
    only what shares a token with it.
    """
    index = searcher.index
    question = understand(text, (), index.documents)
    vector = searcher.embedder.query(question.text)
    ours = [hit.passage.doc_id for hit in searcher.search(question, _PASSAGES, vector)]
    alone = {name: _documents(index, scores) for name, scores in plain_scores(index, text, vector).items()}
    fused = reciprocal_ranks([alone["dense"], alone["bigrams"]])
    return {name: tuple(dict.fromkeys(found))[:DEEPEST] for name, found in {OURS: ours, **alone, "rrf": fused}.items()}


def plain_scores(index: Index, text: str, vector: Vectors) -> dict[str, NDArray[np.float32]]:
    """Scores of all passages, [passages], by each baseline that is one searcher; -inf where it finds nothing."""
    plain = fold(simplify(text))
    rows, cosines = index.dense.search(vector, len(index.passages))
    dense = np.full(len(index.passages), -np.inf, np.float32)
    dense[rows] = cosines
    lexical = {name: index.lexical.scores(plain, name) for name in ("bigrams", "words")}
    return {name: np.where(s > 0, s, -np.inf).astype(np.float32) for name, s in lexical.items()} | {"dense": dense}


def _documents(index: Index, scores: NDArray[np.float32]) -> list[str]:
    order = [int(i) for i in np.argsort(-scores, kind="stable") if scores[i] > -np.inf]
    return list(dict.fromkeys(index.passages[i].doc_id for i in order))


def reciprocal_ranks(lists: Sequence[Sequence[str]], k: int = _RRF_K) -> list[str]:
    """Fuse rankings by the sum of 1 / (k + rank), ranks from 1; equal sums in the order of first sight."""
    totals: dict[str, float] = {}
    for found in lists:
        for rank, name in enumerate(found, 1):
            totals[name] = totals.get(name, 0.0) + 1 / (k + rank)
    return sorted(totals, key=lambda name: -totals[name])


def rank_of(document: str, found: Sequence[str]) -> int | None:
    """Place of `document` from 1, None where it is not there."""
    return found.index(document) + 1 if document in found else None


def run(chain: AnswerChain, questions: Sequence[Asked]) -> list[Row]:
    """Search and answer every question."""
    return [_row(chain, asked) for asked in tqdm(questions, desc="评测", unit="问", disable=None)]


def _row(chain: AnswerChain, asked: Asked) -> Row:
    found = rankings(chain.searcher, asked.question)
    record = chain.invoke(asked.question).as_record()
    return Row(
        asked=asked,
        ranks={name: rank_of(asked.document, documents) for name, documents in found.items()},
        found=found,
        answer=record["answer"],
        refused=record["refused"],
        in_answer=not record["refused"] and told(record["answer"], asked.answers),
        in_citation=not record["refused"] and any(holds(c["quote"], asked.answers) for c in record["citations"]),
        unsupported=_unsupported(chain.index, asked, record),
    )


def told(answer: str, golds: Sequence[str]) -> bool:
    """Whether a gold wording stands in an answer of at most 160 characters, markers aside."""
    body = MARKER.sub("", answer)
    return len(body) <= LONGEST_ANSWER_CHARS and holds(body, golds)


def holds(text: str, golds: Sequence[str]) -> bool:
    """Whether a gold wording stands in `text`; white space, width and Traditional characters make no difference."""
    plain = squash(simplify(text))
    return any(contains(plain, simplify(gold)) for gold in golds if squash(gold))


def _unsupported(index: Index, asked: Asked, record: Mapping[str, Any]) -> tuple[str, ...]:
    """Figures of the answer that no quote of it holds, by the measure of the project's own questions."""
    document = index.document[asked.document]
    item = Item(
        id=asked.id,
        question=asked.question,
        kind="fact",
        style="exact",
        persona="citizen",
        answer=asked.answers[0] if asked.answers else "",
        must=(asked.answers,),
        evidence=((document.info.file, document.text),),
    )
    return tuple(score(item, record, {d.info.file: d for d in index.documents})["unsupported_figures"])
