"""Find the passages for a question: dense and lexical scores over all allowed passages, standardised and added.

Scores are weighed, not only ranked: reciprocal rank fusion lets the weaker searcher spoil the stronger one, which
weighted sums of standardised scores don't (Bruch et al. 2023, arXiv:2210.11934). Districts of the manifest restrict
before the cut; a place that only a document's title names speaks for that document.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from numpy.typing import NDArray
from pydantic import ConfigDict

from index.embed import Embedder
from index.lexical import TOKENISERS
from index.loaded import Index
from rag.articles import article_of, articles_in
from rag.candidates import ALL_SCORED, candidates
from rag.lexicon import Lexicon
from rag.question import Question, focus_of, understand
from rag.types import Hit

# How much each standardised score counts; see eval/ABLATION.md.
WEIGHTS: Mapping[str, float] = {"dense": 1.0, "bigrams": 0.5, "words": 0.5, "sentence": 0.5}
_OFFICIAL = 0.5  # everyday words are guesses at the documents' words
_TITLE_NAMED = 5.0  # what a place in the title speaks for a document, in standard deviations of one searcher
_PER_DOCUMENT = 6  # places that each named document is sure of


class Reranker(Protocol):
    """The seam for a learnt reader: reorders the first hits."""

    def rerank(self, question: Question, hits: list[Hit]) -> list[Hit]: ...


class Searcher:
    """Search over one index."""

    def __init__(self, index: Index, embedder: Embedder, weights: Mapping[str, float] = WEIGHTS) -> None:
        self.index = index
        self.embedder = embedder
        self.weights = weights

    @cached_property
    def lexicon(self) -> Lexicon:
        """What the documents say and how it sounds, for understanding questions."""
        return Lexicon(self.index)

    def search(self, question: Question, k: int = 10, vector: NDArray[np.float32] | None = None) -> list[Hit]:
        """The `k` best passages, best first; for a comparison every named document gets its share.

        `vector`: the question's unit vector, [dimension], where it is known already.
        """
        index = self.index
        sure, suggested = self._named(question)
        allowed = self.allowed(question)
        if not len(allowed):
            return []
        if vector is None:
            vector = self.embedder.query(question.text)
        spoken_for = self._of(suggested)
        if len(allowed) > ALL_SCORED:
            allowed, parts, total = candidates(self, question, vector, allowed, spoken_for, k)
        else:
            parts = self.scores(question, vector, allowed)
            total = sum(
                (self.weights[name] * standardise(scores) for name, scores in parts.items()), np.zeros(len(allowed))
            )
        total = total + _TITLE_NAMED * np.isin(allowed, spoken_for)
        order = np.argsort(-total, kind="stable")
        names = set(question.places.names)
        if len(sure) > 1 and (len(names) > 1 or "" in names):
            order = _share(order, index.passage_document[allowed], min(k // 2, _PER_DOCUMENT))
        return [
            Hit(
                int(allowed[i]),
                index.passages[int(allowed[i])],
                float(total[i]),
                {name: float(scores[i]) for name, scores in parts.items()},
            )
            for i in order[:k]
        ]

    def scores(
        self, question: Question, vector: NDArray[np.float32], allowed: NDArray[np.int64]
    ) -> dict[str, NDArray[np.float32]]:
        """Raw scores of the `allowed` passages by each searcher."""
        parts = {"dense": self.index.dense.cosines(vector, allowed)} | {
            name: self.lexical(question, name)[allowed] for name in TOKENISERS if self.weights.get(name)
        }
        if len(self.index.sentence_vectors):
            parts["sentence"] = self.nearest_sentences(vector, allowed)
        return parts

    def nearest_sentences(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """For each of `rows`, ascending, the cosine of its nearest sentence, float32 [rows]."""
        bounds = self.index.passage_sentences.bounds
        first, end = bounds[rows], bounds[rows + 1]
        starts = np.concatenate([[0], np.cumsum(end - first)[:-1]])
        if int(rows[-1]) - int(rows[0]) + 1 == len(rows):  # a document, or all: their vectors are neighbours
            similar = self.index.sentence_vectors[first[0] : end[-1]] @ vector
        else:
            within = np.arange(int((end - first).sum())) - np.repeat(starts, end - first)
            similar = self.index.sentence_vectors[np.repeat(first, end - first) + within] @ vector
        return np.asarray(np.maximum.reduceat(similar, starts), np.float32)

    def lexical(self, question: Question, tokeniser: str) -> NDArray[np.float32]:
        """BM25 of all passages for the question's own words, and at half weight for other wordings of them.

        The name of a place is one of its words, unless the place restricts the search already.
        """
        own = question.focus if self._named(question)[0] else focus_of(question.text)
        scores = self.index.lexical.scores(own or question.text, tokeniser)
        for others in (question.official, question.alternates):
            if others:
                scores = scores + _OFFICIAL * self.index.lexical.scores(" ".join(others), tokeniser)
        return np.asarray(scores, np.float32)

    def allowed(self, question: Question) -> NDArray[np.int64]:
        """The passages that the question's districts and the articles that it names leave, by position, ascending."""
        sure = self._named(question)[0]
        rows = self._of(sure) if sure else np.arange(len(self.index.passages), dtype=np.int64)
        wanted = articles_in(question.text)
        passages = self.index.passages
        few = wanted and len(rows) <= ALL_SCORED
        under = [row for row in rows.tolist() if wanted & article_of(passages[row])] if few else []
        return np.asarray(under, np.int64) if under else rows

    def _named(self, question: Question) -> tuple[frozenset[str], frozenset[str]]:
        """Ids of the documents that a question is restricted to, and of those that a place in their title suggests.

        A title may name a place that its document is not about, and other documents may be about the place as well, so
        it restricts nothing, unless documents are compared by it.
        """
        places = question.places
        infos = {d: self.index.document[d].info for d in places.documents}
        sure = frozenset(
            d
            for d, name in zip(places.documents, places.names, strict=True)
            if not name or infos[d].district or infos[d].aliases
        )
        if sure or question.asks == "compare":
            return frozenset(places.documents), frozenset()
        return sure, frozenset(places.documents)

    def _of(self, documents: frozenset[str]) -> NDArray[np.int64]:
        """Positions of the passages of `documents`, int64 [their passages]."""
        held = sorted((self.index.passages_of(d) for d in documents), key=lambda own: own.start)
        return np.concatenate([np.zeros(0, np.int64), *(np.arange(own.start, own.stop) for own in held)])


def standardise(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Zero mean, unit deviation; zeros where all are alike."""
    deviation = float(scores.std())
    return np.asarray((scores - scores.mean()) / deviation if deviation > 1e-9 else np.zeros(len(scores)), np.float64)


def _share(order: NDArray[np.int64], document: NDArray[np.int64], quota: int) -> NDArray[np.int64]:
    """Documents take turns for their first `quota` places, each with its own best passages; then by score."""
    queues = {d: [int(i) for i in order if document[i] == d] for d in dict.fromkeys(document[order].tolist())}
    first = [queue[turn] for turn in range(quota) for queue in queues.values() if turn < len(queue)]
    chosen = set(first)
    return np.asarray(first + [int(i) for i in order if int(i) not in chosen], np.int64)


class PlanRetriever(BaseRetriever):
    """The searcher as a LangChain retriever, to be used in anybody's chain.

    Every document carries its place in the metadata: doc, title, section, start, end, score.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    searcher: Searcher
    k: int = 10

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - the interface's
    ) -> list[LangChainDocument]:
        question = understand(query, (), self.searcher.index.documents, lexicon=self.searcher.lexicon)
        return [
            LangChainDocument(
                page_content=hit.passage.text,
                id=hit.passage.id,
                metadata={
                    "doc": hit.passage.doc_id,
                    "title": self.searcher.index.document[hit.passage.doc_id].info.title,
                    "section": hit.passage.section,
                    "start": hit.passage.start,
                    "end": hit.passage.end,
                    "score": hit.score,
                },
            )
            for hit in self.searcher.search(question, self.k)
        ]
