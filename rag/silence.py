"""Whether a document that is compared says nothing of what is asked: its best sentence is held against the words of the
question and against what the other documents say. Pure.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from index.context import body
from index.normal import fold
from index.types import Document
from rag.evidence import Evidence, EvidenceScorer
from rag.question import Question
from rag.subject import Subject, covered, holds_any, without_bases

_GOES_ON = re.compile(r"其中|(?:到|至)?20\d\d年")
_LEAST_SHARE = 0.35  # of the words that the others hold: below it a document counts as silent
_MOST_ABSENT = 0.4  # of the weight of what the others say


def held(evidence: Evidence, subject: Subject, named: frozenset[str]) -> frozenset[str]:
    """The question's content words, and the terms that it names, in a sentence's passage."""
    passage = evidence.hit.passage
    text = f"{body(passage)} {passage.lead}"
    return frozenset(covered(subject, text)[0]) | frozenset(term for term in named if term in fold(text))


def beside(asked: Question, own: Evidence, other: Evidence, subject: Subject) -> bool:
    """Whether a figure is asked, and a document's sentence says nothing of its subject where another's does."""
    texts = ((_with_before(own), own.hit.passage.lead), (other.text, other.hit.passage.lead))
    told = [covered(subject, without_bases(" ".join(text)))[0] for text in texts]
    return asked.asks == "number" and not told[0] and bool(told[1])


def _with_before(item: Evidence) -> str:
    """A sentence; with all of its passage where it goes on with what was told before it: 其中2024年实施88个."""
    return body(item.hit.passage) if _GOES_ON.match(fold(item.text)) else item.text


def names_it(item: Evidence, subject: Subject, scorer: EvidenceScorer) -> bool:
    """Whether a sentence holds the words that are asked about, or their official ones: it tells of the thing without
    its figure."""
    held, _ = covered(subject, f"{item.text} {item.hit.passage.lead}")
    return scorer.weight(held) >= _LEAST_SHARE * scorer.weight([word for word, _ in subject])


def says_all(item: Evidence, subject: Subject) -> bool:
    """Whether a sentence holds all that is asked about: its document is not silent, whatever it states."""
    return not covered(subject, without_bases(f"{item.text} {item.hit.passage.lead}"))[1]


def says_less(doc_id: str, said: Mapping[str, frozenset[str]], scorer: EvidenceScorer) -> bool:
    """Whether a document's sentence lacks most of what those of all others that are compared say of the question."""
    others = [words for other, words in said.items() if other != doc_id]
    if not others:
        return False
    common = sorted(frozenset.intersection(*others))
    wanted = scorer.weight(common)
    return wanted > 0 and scorer.weight([w for w in common if w in said[doc_id]]) < _LEAST_SHARE * wanted


def lacks(
    document: Document,
    said: Mapping[str, frozenset[str]],
    subject: Subject,
    named: frozenset[str],
    scorer: EvidenceScorer,
) -> bool:
    """Whether a document's sentence lacks a term that is named and others have, or the whole document the words, in any
    wording, that weigh much of what others say."""
    own = document.info.id
    others = frozenset().union(*(words for other, words in said.items() if other != own))
    if named & others and not named & said[own]:
        return True
    shared = [(word, ways) for word, ways in subject if word in others]
    folded = _folded(document.text)
    absent = [word for word, ways in shared if not holds_any(ways, folded)]
    return bool(absent) and scorer.weight(absent) >= _MOST_ABSENT * scorer.weight([word for word, _ in shared])


@lru_cache(maxsize=64)
def _folded(text: str) -> str:
    return fold(text)
