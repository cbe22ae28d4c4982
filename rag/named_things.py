"""Places and waters that a question names within a document's own place: 新晃县 in a plan of 怀化. What is told of
another of them, or of the whole, is no answer. Pure.
"""

import re
from collections.abc import Sequence

from index.context import body
from index.loaded import Index
from index.normal import fold
from rag.evidence import Evidence, brought_first
from rag.extract import Piece
from rag.measured import tells_another
from rag.question import Question

_KINDS = re.compile(r"自治县|县(?!级|域|城|委|乡|区)|(?<!城)镇(?!村|区|街|化)|(?<!城)乡(?!镇|村|土|贤)|街道|水库")
_NO_NAME = re.compile(r"[区县市城省各全本我该每个几两多少些哪什么所有一二三四五六七八九十\d的和与及、在由对到为给把让]")
_STEM_CHARS = (4, 3, 2)
_LOOKED_AT = 10  # pieces of evidence, for one that tells of what is named
_OF_ONE = ("number", "date", "fact")


def names_in(question: Question, text: str) -> tuple[str, ...]:
    """What the `text` of a document names as the question does, without 县, 镇 and the like: 新晃, 凉伞水库."""
    asked = question.text
    places = [name for name in question.places.names if name]
    found: list[str] = []
    for match in _KINDS.finditer(asked):
        stems = (asked[max(0, match.start() - chars) : match.start()] for chars in _STEM_CHARS)
        own = [stem for stem in stems if len(stem) > 1 and not _NO_NAME.search(stem) and f"{stem}{match[0]}" in text]
        if own and not any(own[0] in place or place in own[0] for place in places):
            found.append(own[0] if match[0] != "水库" else f"{own[0]}{match[0]}")
    return tuple(dict.fromkeys(found))


def named_first(question: Question, evidence: Sequence[Evidence], index: Index) -> list[Evidence]:
    """`evidence` with the best sentence first that tells of the one thing the question names within a document."""
    if not evidence or question.asks not in _OF_ONE:
        return list(evidence)
    names = _names(question, evidence[0], index)
    if len(names) != 1 or _tells(evidence[0], names):
        return list(evidence)
    figure = evidence[0].features["figure"]
    own = next((e for e in evidence[:_LOOKED_AT] if e.features["figure"] >= figure and _tells(e, names)), None)
    return list(evidence) if own is None else brought_first(evidence, own)


def of_another(question: Question, pieces: Sequence[Piece], index: Index) -> bool:
    """Whether a figure, a date or a fact is asked of something named, and a piece tells it of nothing of that name."""
    if question.asks not in _OF_ONE or not pieces:
        return False
    names = _names(question, pieces[0].evidence, index)
    return len(names) == 1 and not all(_tells(piece.evidence, names) for piece in pieces)


def of_other_measure(question: Question, pieces: Sequence[Piece]) -> bool:
    """Whether the figure of an indicator is asked, and no piece stands in a passage that names it."""
    if question.asks != "number" or not pieces:
        return False
    around = " ".join(f"{body(p.evidence.hit.passage)} {p.evidence.hit.passage.lead}" for p in pieces)
    return tells_another(question.focus, question.official, fold(around))


def _names(question: Question, evidence: Evidence, index: Index) -> tuple[str, ...]:
    if not _KINDS.search(question.text):
        return ()
    return names_in(question, index.document[evidence.hit.passage.doc_id].text)


def _tells(evidence: Evidence, names: Sequence[str]) -> bool:
    passage = evidence.hit.passage
    text = fold(f"{body(passage)} {passage.lead} {' '.join(passage.path)}")
    return all(name in text for name in names)
