"""What the index's glossary says of a term that a question asks about: the sentence that explains it goes first."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.loaded import Index
from index.normal import UNQUOTED, fold
from index.types import Term
from rag.cues import says_what_it_is
from rag.evidence import Evidence, EvidenceScorer
from rag.located import put_first, sentence_at
from rag.question import Question
from rag.unexplained import contents_asked, of_same

_LEAST_CHARS, _MOST_CHARS = 2, 60
_AFTER_CHARS = 16
_LOOKED_AT = 12
_OF_IT = re.compile(
    r"[^,。;?]*的(?:(?:牵头|责任|配合|主管|承办|负责)(?:单位|部门|人)|(?:完成)?(?:时限|期限|时间|进度)|目标|总?投资|资金|金额|地点|位置)"
    r"(?:[和与、及][㐀-鿿]{2,6})?(?:分别|各|都)?(?:是|有|为)(?:什么|啥|哪|谁|多少)"
)


def entry_for(question: Question, index: Index) -> Term | None:
    """The entry whose term the question asks the meaning of: the longest that it names, among the documents asked.

    None where two documents explain the same term, so that each can have its say.
    """
    if question.asks == "compare" or not (question.asks == "definition" or contents_asked(question)):
        return None
    asked = question.places.documents
    text = question.text.translate(UNQUOTED)  # “甲”乙 asks for “甲乙”
    known = index.terms_by_name
    text = _OF_IT.sub("", text)  # 甲的牵头单位是什么 asks nothing of what 甲 is
    sizes = range(_LEAST_CHARS, min(_MOST_CHARS, len(text)) + 1)
    names = {text[at : at + size] for size in sizes for at in range(len(text) - size + 1)} & known.keys()
    named = [
        term
        for name in names
        for term in known[name]
        if (not asked or term.doc_id in asked) and of_same(question.text, _around(term, index), fold(term.term))
    ]
    named.sort(key=lambda term: (index.positions[term.doc_id], term.meaning_start))
    longest = max((len(term.term) for term in named), default=0)
    best = [term for term in named if len(term.term) == longest]
    return best[0] if len({term.doc_id for term in best}) == 1 else None


def _around(term: Term, index: Index) -> str:
    """The explanation with the words after it, folded: they may say of what the term is."""
    text = index.document[term.doc_id].text
    return fold(text[term.meaning_start : term.meaning_end + len(term.term) + _AFTER_CHARS])


def explained_first(
    entry: Term | None,
    question: Question,
    evidence: Sequence[Evidence],
    scorer: EvidenceScorer,
    vector: NDArray[np.float32],
) -> list[Evidence]:
    """`evidence` with the sentence that explains the term first, found or not; without an entry one that says “X 是…”.

    `vector`: the question's, [dimension].
    """
    if not evidence:
        return []
    if entry is None:
        saying = next((e for e in evidence[:_LOOKED_AT] if says_what_it_is(question, e.text)), None)
        return list(evidence) if saying is None else put_first(saying, evidence)
    found = sentence_at(entry.doc_id, entry.meaning_start, question, evidence, scorer, vector)
    if found is None:
        return list(evidence)
    meaning = fold(entry.meaning)
    span = meaning if meaning in fold(found.text) else found.span
    return put_first(replace(found, features={**found.features, "glossary": 1.0}, span=span), evidence)
