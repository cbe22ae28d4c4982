"""Of every place what it says of the subject, or nothing: where all are compared and none is named, a sentence of
another subject is no line, and a document is silent only if no sentence of it speaks of the subject. No I/O.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.evidence import Evidence, EvidenceScorer, at_sentence
from rag.question import Question
from rag.subject import Subject, covered, without_bases

_MOST = 0.5  # of the weight of the words that are asked about
_LEAST_CHARS = 8  # of a sentence; headings say nothing


def names_none(question: Question) -> bool:
    """Whether places are compared that the question does not name one by one."""
    names = question.places.names
    return len(names) > 1 and not any(name and name in question.text for name in names)


def said_of(
    subject: Subject, evidence: Sequence[Evidence], scorer: EvidenceScorer, vector: NDArray[np.float32]
) -> list[Evidence]:
    """One document's `evidence` with a sentence of the subject first; [] where no sentence of the document is.

    `vector`: of what is asked, [dimension]. The best that was found, else the nearest in the whole document.
    """
    found = next((e for e in evidence if _says(subject, f"{e.text} {e.hit.passage.lead}", scorer)), None)
    if found is None:
        found = _anywhere(subject, evidence[0], scorer, vector)
    return [] if found is None else [found, *(e for e in evidence if e is not found)]


def _says(subject: Subject, text: str, scorer: EvidenceScorer) -> bool:
    total = scorer.weight([word for word, _ in subject])
    return scorer.weight(covered(subject, without_bases(text))[0]) >= _MOST * total


def _anywhere(subject: Subject, like: Evidence, scorer: EvidenceScorer, vector: NDArray[np.float32]) -> Evidence | None:
    index = scorer.index
    positions = [
        at
        for at in index.sentences_of(like.hit.passage.doc_id)
        if len(text := index.sentences[at].text) >= _LEAST_CHARS and _says(subject, text, scorer)
    ]
    if not positions:
        return None
    nearest = int(np.argmax(index.sentence_vectors[positions] @ vector))
    return at_sentence(like, index, positions[nearest])
