"""A follow-up's own words: a sentence that says them goes before one that only says what was asked before. Pure.

节会有哪些? → 啤酒节、糖酒会.   体育那边,要办啥比赛? → 举办马拉松, and not the same sentence once more
"""

from collections.abc import Sequence
from dataclasses import replace

from index.normal import fold, simplify
from rag.evidence import Evidence, brought_first
from rag.question import Question, focus_of
from rag.subject import covered, subject_of

_CANDIDATES = 8
_NEAR = 5.0  # in units of the evidence's score: how far below the best it may lie


def newly_asked_first(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """`evidence` with the best sentence first that holds a content word of the follow-up, if the first holds none."""
    if not question.understood or len(evidence) < 2:
        return list(evidence)
    text = fold(simplify(question.original))
    subject = subject_of(replace(question, text=text, focus=focus_of(text)))
    if not subject or covered(subject, _words(evidence[0]))[0]:
        return list(evidence)
    near = (e for e in evidence[1:_CANDIDATES] if evidence[0].score - e.score <= _NEAR)
    found = next((e for e in near if covered(subject, _words(e))[0]), None)
    return list(evidence) if found is None else brought_first(evidence, found)


def _words(evidence: Evidence) -> str:
    return f"{evidence.text} {evidence.hit.passage.lead}"
