"""What the table of commitments says of an indicator that a question names: its rows, by district, status and year.
Pure.

    甲区高企到2025年要达到多少家 → the row 高新技术企业数量, promised, 2025年, 240家
    甲区高新技术企业产值是多少   → none: the name goes on, another indicator is asked

A question that names an indicator in another district's words is led to the same rows (`index.indicators`).
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.indicators import indicators
from index.loaded import Index
from index.normal import fold
from index.types import Commitment
from index.when import ACHIEVED, PROMISED
from rag.cues import asked_unit, same_unit
from rag.question import Question
from rag.subject import covered, nouns, subject_of
from rag.tense import asked_years, asks_outcome, wants_plan

_UNSAID = str.maketrans("", "", "“”\"' ")
_LEAST, _LONGEST = 2, 26  # characters of a name
_ENDS = re.compile(r"(?:的?(?:总)?数量?|总量|总数|个数)$")
# What may follow an indicator's name in a question; else the name goes on and means another indicator.
_FOLLOWS = re.compile(
    r"(?:的?(?:具体|年均|最终|实际|总)?(?:数量|数|总量|总数|个数|目标值?|指标|水平|规模|情况|比例)?)?(?:$|[,?。;:、(的是有要达到目在为由从比能会将各分多几最实还得应该定完预计只没增提降净新共至一约大低高更和与跟及哪谁])"
)
_MORE = re.compile(r"新增|净增|增加|增长|提高|下降|降低|减少|增速|增幅|多出|多几|多多少")


class RowsByDocument(Mapping[str, Sequence[Commitment]]):
    """The rows at `positions` of the table, ascending, by document, read when they are looked at."""

    def __init__(self, index: Index, positions: NDArray[np.int64]) -> None:
        self._index, self._positions = index, positions
        self._documents = index.commitment_document[positions]

    def __getitem__(self, doc_id: str) -> Sequence[Commitment]:
        at = self._index.positions[doc_id]
        first, end = np.searchsorted(self._documents, [at, at + 1])
        if first == end:
            raise KeyError(doc_id)
        return [self._index.commitments[int(position)] for position in self._positions[first:end]]

    def __iter__(self) -> Iterator[str]:
        return (self._index.documents[at].info.id for at in np.unique(self._documents).tolist())

    def __len__(self) -> int:
        return len(np.unique(self._documents))


@dataclass(frozen=True)
class Named:
    """The rows of an indicator that a question names, by document; `name`: as it stands in the question."""

    name: str
    rows: Mapping[str, Sequence[Commitment]]


class CommitmentRows:
    """The table of one index, by the names of its indicators."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._positions: dict[str, array[int]] = defaultdict(lambda: array("l"))
        bare = lru_cache(maxsize=65536)(_bare)
        wordings = {i.name: {_bare(name) for name in (i.name, *i.wordings)} for i in indicators()}
        for at, row in enumerate(index.commitments):
            for name in {bare(row.indicator)} | wordings.get(row.canonical, set()):
                if row.figure_end and len(name) >= _LEAST:
                    self._positions[name].append(at)

    def named(self, question: Question) -> Named | None:
        """The rows of the longest indicator that the question names whole, in any wording; None where it names none."""
        text = _plain(question.text)
        found: list[str] = []
        for start in range(len(text)):
            for end in range(min(len(text), start + _LONGEST), start + _LEAST - 1, -1):
                if text[start:end] in self._positions and _FOLLOWS.match(text, end):
                    found.append(text[start:end])
                    break
        name = max(found, key=len, default="")
        return Named(name, RowsByDocument(self._index, np.asarray(self._positions[name]))) if name else None

    def of(self, question: Question, named: Named, doc_id: str, strict: bool = True) -> tuple[Commitment, ...]:
        """Those of one document that state what is asked, all the same figure; () where none does or they differ.

        `strict`: of the status asked for; else where there are none of it, of the other.
        """
        asked = asked_unit(question)
        rows = [r for r in named.rows.get(doc_id, ()) if not asked or same_unit(asked, r.unit)]
        more = bool(_MORE.search(question.text))
        rows = [r for r in rows if _is_more(r) == more and _says_all(question, named, r)]
        years = asked_years(question)
        if years:
            rows = [r for r in rows if r.year in years]
        status = ACHIEVED if asks_outcome(question.text) else PROMISED if wants_plan(question) else ""
        fitting = [r for r in rows if r.status == status or not status]
        return _agreeing(fitting or ([] if strict else rows))

    def change(self, question: Question, named: Named, doc_id: str) -> tuple[Commitment, ...]:
        """The levels of the two years between which a question asks the change, the later first; () else."""
        years = sorted(asked_years(question), reverse=True)
        if len(years) != 2 or not _MORE.search(question.text):
            return ()
        levels = [r for r in named.rows.get(doc_id, ()) if not _is_more(r) and _says_all(question, named, r)]
        pair = [_agreeing([r for r in levels if r.year == year]) for year in years]
        if not all(pair) or pair[0][0].unit != pair[1][0].unit:
            return ()
        planned = any(rows[0].status == PROMISED for rows in pair)
        return () if planned and asks_outcome(question.text) else (pair[0][0], pair[1][0])


def _agreeing(rows: Sequence[Commitment]) -> tuple[Commitment, ...]:
    """Rows that state the same figure; () where they do not."""
    return tuple(rows) if len({(r.value, r.upper, r.unit, r.status) for r in rows}) == 1 else ()


def _is_more(row: Commitment) -> bool:
    return row.change or row.action in ("新增", "净增", "增加") or bool(row.rate)


def _says_all(question: Question, named: Named, row: Commitment) -> bool:
    """Whether the row's sentence holds every noun that is asked beside the indicator's name."""
    asked = nouns(question.focus)
    wanted = tuple((word, ways) for word, ways in subject_of(question) if word in asked and word not in named.name)
    return not covered(wanted, f"{row.text}{row.indicator}{row.canonical}")[1]


def _bare(wording: str) -> str:
    plain = _plain(wording)
    return _ENDS.sub("", plain) or plain


def _plain(text: str) -> str:
    """Folded, without quotation marks and spaces; 及以上 as 以上."""
    return fold(text).translate(_UNSAID).replace("及以上", "以上")
