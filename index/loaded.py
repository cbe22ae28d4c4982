"""An index as it answers: documents, passages, sentences, vectors, terms and commitments, and which belong to which."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.codes import Vectors
from index.dense import VectorIndex
from index.lexical import LexicalIndex
from index.normal import UNQUOTED, fold
from index.spans import SpannedSentences
from index.stored import Ranges, StoredRecords
from index.types import Commitment, Document, Passage, Sentence, Term

_HERE = np.asarray([0, 1])


@dataclass(frozen=True)
class Index:
    """Everything that answering needs. Passages, sentences and commitments stand in the order of the documents; arrays
    are parallel to `passages` and `sentences`."""

    meta: dict[str, Any]
    documents: tuple[Document, ...]
    passages: Sequence[Passage]
    sentences: Sequence[Sentence]
    dense: VectorIndex
    sentence_vectors: Vectors  # [sentences, dimension]
    lexical: LexicalIndex
    frequencies: Mapping[str, int]  # in how many passages' own words each bigram stands
    commitments: Sequence[Commitment] = ()
    terms: tuple[Term, ...] = ()

    @cached_property
    def document(self) -> dict[str, Document]:
        """Documents by id."""
        return {document.info.id: document for document in self.documents}

    @cached_property
    def passage_sentences(self) -> Ranges:
        """For each passage the positions of its sentences."""
        numbers = (
            self.sentences.spans[:, 0]
            if isinstance(self.sentences, SpannedSentences)
            else np.asarray([s.passage for s in self.sentences], np.int64)
        )
        return Ranges(np.searchsorted(numbers, np.arange(len(self.passages) + 1)))

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """For each passage the position of its document, its start and its end, int64 [passages, 3]."""
        if isinstance(self.passages, StoredRecords):
            return self.passages.keys
        return np.asarray([(self.positions[p.doc_id], p.start, p.end) for p in self.passages], np.int64).reshape(-1, 3)

    @cached_property
    def passage_document(self) -> NDArray[np.int64]:
        """For each passage the position of its document, int64 [passages]."""
        return np.ascontiguousarray(self.places[:, 0])

    @cached_property
    def terms_by_name(self) -> dict[str, list[Term]]:
        """Terms by what they are called, folded and without quotation marks."""
        table: dict[str, list[Term]] = {}
        for term in self.terms:
            table.setdefault(fold(term.term).translate(UNQUOTED), []).append(term)
        return table

    @cached_property
    def positions(self) -> dict[str, int]:
        """The position of each document by its id."""
        return {document.info.id: at for at, document in enumerate(self.documents)}

    def passages_of(self, doc_id: str) -> range:
        """The positions of a document's passages."""
        return self._passages_of[self.positions[doc_id]]

    def passages_in(self, doc_id: str) -> Iterator[Passage]:
        """A document's passages."""
        return (self.passages[at] for at in self.passages_of(doc_id))

    def sentences_of(self, doc_id: str) -> range:
        """The positions of a document's sentences."""
        own, bounds = self.passages_of(doc_id), self.passage_sentences.bounds
        return range(int(bounds[own.start]), int(bounds[own.stop]))

    def passage_at(self, doc_id: str, at: int) -> int | None:
        """The position of the passage that holds character `at` of a document; None where none does."""
        own = self.passages_of(doc_id)
        held = self.places[own.start : own.stop]
        found = np.flatnonzero((held[:, 1] <= at) & (at < held[:, 2]))
        return own.start + int(found[0]) if len(found) else None

    def commitments_of(self, doc_id: str) -> Sequence[Commitment]:
        """The commitments of a document."""
        return self.commitments[slice(*np.searchsorted(self.commitment_document, self.positions[doc_id] + _HERE))]

    @cached_property
    def commitment_document(self) -> NDArray[np.int64]:
        """For each commitment the position of its document, int64 [commitments]."""
        if isinstance(self.commitments, StoredRecords):
            return self.commitments.keys
        return np.asarray([self.positions[row.doc_id] for row in self.commitments], np.int64)

    @cached_property
    def _passages_of(self) -> Ranges:
        return Ranges(np.searchsorted(self.passage_document, np.arange(len(self.documents) + 1)))

    @property
    def model(self) -> str:
        return str(self.meta["model"])

    @property
    def version(self) -> str:
        return str(self.meta["version"])
