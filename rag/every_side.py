"""Of every place what it says of the subject, or nothing: where all are compared and none is named, a sentence of
another subject is no line, and a document is silent only if no sentence of it speaks of the subject. No I/O.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from index.normal import UNQUOTED, fold
from rag.evidence import Evidence, EvidenceScorer, at_sentence
from rag.question import Question
from rag.subject import Subject, covered, without_bases

_MOST = 0.5  # of the weight of the words that are asked about
_LEADS_TO_FIGURE = (
    r"(?:总量|总数|数量?|人数|规模|场次|\([^()]{1,8}\))?(?:力争|稳定|控制|保持|达到?|突破|超过?|[增降]至|增加到?|增长|提[高升]到?|下降|降低|"
    r"不[低少高]于|完成|实现|为|在|到|至|约|的|刚性|目标|累计|年均|每年|分别){0,5}\d"
)
_LEAST_CHARS = 8  # of a sentence; headings say nothing
_NEAR_CHARS = 8  # between two words that are one name in the question: 数字政府 is not 数字化水平 … 政府债务


def names_none(question: Question) -> bool:
    """Whether places are compared that the question does not name one by one."""
    names = question.places.names
    return len(names) > 1 and not any(name and name in question.text for name in names)


@dataclass(frozen=True)
class Wanted:
    """What a line has to be about: the words of the question, or the one indicator that it names, in any wording."""

    subject: Subject
    measure: tuple[str, ...] = ()
    figure: bool = False  # whether its figure is asked
    names: tuple[tuple[str, str], ...] = ()  # words of the subject that stand side by side in the question

    def told_in(self, text: str, scorer: EvidenceScorer) -> bool:
        """Whether `text` speaks of it."""
        if self.measure:
            return self._named(text)
        held, lacking = covered(self.subject, without_bases(text))
        if scorer.weight(held) < _MOST * scorer.weight([*held, *lacking]):
            return False
        ways = dict(self.subject)
        return all(_near(ways[a], ways[b], text) for a, b in self.names if a in held and b in held)

    def loosely(self) -> "Wanted":
        """The same in the words that plans have for the theme where they do not name it: 学校 for 教育."""
        words = [(word, (*ways, *words_of_theme(word))) for word, ways in self.subject]
        joined = words_of_theme("".join(word for word, _ in self.subject))
        return replace(self, subject=tuple((word, (*ways, *joined)) for word, ways in words), names=())

    def to_the_letter(self) -> "Wanted":
        """The same without official wordings: a sentence that has the question's own words goes before others."""
        return replace(self, subject=tuple((word, (word,)) for word, _ in self.subject))

    def stated_in(self, item: Evidence) -> bool:
        """Whether a sentence states the indicator's figure, or none is wanted."""
        if not self.measure or item.hit.passage.kind == "row":
            return True
        return self._named(item.text, _LEADS_TO_FIGURE)

    def _named(self, text: str, then: str = "") -> bool:
        """Whether a text names the indicator, and none of an industry that ends alike: 工业生产总值 is no 生产总值."""
        bare = fold(text).translate(UNQUOTED)
        return any(re.search(rf"(?<!业){re.escape(name)}{then}", bare) for name in self.measure)


@lru_cache(maxsize=1)
def _themes() -> dict[str, tuple[str, ...]]:
    rows = resources.files("rag").joinpath("data/themes.tsv").read_text("utf-8").splitlines()
    pairs = (row.split("\t") for row in rows if "\t" in row and not row.startswith("#"))
    return {fold(theme): tuple(map(fold, words.split())) for theme, words in pairs}


@lru_cache(maxsize=1024)
def words_of_theme(word: str) -> tuple[str, ...]:
    """By which a plan speaks of a folded theme that it does not name; () for what is none."""
    return tuple(w for theme, words in _themes().items() if theme in word for w in words)


def side_by_side(subject: Subject, asked: str) -> tuple[tuple[str, str], ...]:
    """The pairs of words of the subject that are one name in `asked`."""
    words = [word for word, _ in subject]
    return tuple((a, b) for a in words for b in words if a != b and (f"{a}{b}" in asked or f"{a}的{b}" in asked))


def _near(one: Sequence[str], other: Sequence[str], text: str) -> bool:
    """Whether `text` has a wording of each within a few characters of the other, in either order."""
    folded = fold(text)
    spans = [[m.span() for way in ways for m in re.finditer(re.escape(way), folded)] for ways in (one, other)]
    return any(max(a[0] - b[1], b[0] - a[1]) <= _NEAR_CHARS for a in spans[0] for b in spans[1])


def said_of(
    wanted: Wanted, evidence: Sequence[Evidence], scorer: EvidenceScorer, vector: NDArray[np.float32]
) -> list[Evidence]:
    """One document's `evidence` with a sentence of the subject first; [] where no sentence of the document is.

    `vector`: of what is asked, [dimension]. The best that was found, else the nearest in the whole document.
    """
    found = _stating(wanted, evidence, scorer, vector) if wanted.figure else None
    if found is None:
        telling = [e for e in evidence if wanted.told_in(f"{e.text} {e.hit.passage.lead}", scorer)]
        found = next((e for e in telling if wanted.stated_in(e)), telling[0] if telling else None)
    if found is None:
        found = _anywhere(wanted, evidence[0], scorer, vector)
    return [] if found is None else [found, *(e for e in evidence if e is not found)]


def _stating(
    wanted: Wanted, evidence: Sequence[Evidence], scorer: EvidenceScorer, vector: NDArray[np.float32]
) -> Evidence | None:
    """A sentence that tells of it in the question's own words, whatever its heading says, else in any."""
    for way in (wanted.to_the_letter(), wanted):
        own = [e for e in evidence if way.told_in(e.text, scorer)]
        found = next((e for e in own if way.stated_in(e)), own[0] if own else None)
        found = found or _anywhere(way, evidence[0], scorer, vector)
        if found is not None:
            return found
    return None


def _anywhere(wanted: Wanted, like: Evidence, scorer: EvidenceScorer, vector: NDArray[np.float32]) -> Evidence | None:
    index = scorer.index
    positions = [
        at
        for at in index.sentences_of(like.hit.passage.doc_id)
        if len(text := index.sentences[at].text) >= _LEAST_CHARS and wanted.told_in(text, scorer)
    ]
    if not positions:
        return None
    nearest = int(np.argmax(index.sentence_vectors[positions] @ vector))
    return at_sentence(like, index, positions[nearest])
