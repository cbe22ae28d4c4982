"""Documents side by side: one line each, every one cited, 未提及 where a document is silent."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from index.types import Document
from rag import refuse
from rag.arithmetic import wants_figures
from rag.cells import answer_from_rows
from rag.claims import NO_FIGURE
from rag.clauses import best_window
from rag.every_side import Wanted, names_none, said_of, side_by_side
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import Piece, is_heading, said_in_text
from rag.measured import measure_in, names_measure
from rag.question import Question, focus_of, kind_of, years_in
from rag.reader import Reader
from rag.retrieve import Searcher
from rag.side_by_side import unranked
from rag.silence import beside, held, lacks, names_it, says_all, says_less
from rag.subject import Subject, covered, named_terms, nouns, subject_of
from rag.theme_lines import told_of_theme
from rag.timeliness import in_tense
from rag.types import Hit

_LINE_CHARS, _SHORT_CHARS, _MANY = 84, 34, 4
_NUMERAL = re.compile(r"\d|[二两三四五六七八九十百千万半]|(?<![进统第唯专同])一(?![体批些流定步致])")
_SURE = 0.5  # how likely a document answers that speaks without the words of the others
_GENERAL = frozenset(  # words of how it is told or counted
    "对比 比较 方面 安排 思路 办法 表述 部署 做法 举措 措施 不同 区别 差别 特点 重点 方向 着力点 要求 说法 "
    "数量 总量 总数 任务量 工作量 家数 个数 户数 指标 累计 比例 比重 占比 人均 每万人 每千人 每百人 覆盖率 规模 水平 "
    "目标值 增速 增幅".split()
)
_BETWEEN = re.compile(r"(?:^|\s)(?:和|与|跟|及|同|比|、)+\s")  # what stood between the names
_TIME = r"(?:“?十[一二三四五]五”?(?:期间|时期|规划|末|以来)?|(?:到|至)?20\d\d年?(?:底|末)?前?)"
_SEGMENT = re.compile(r"[^,?;。:]+[,?;。:]?")


@dataclass(frozen=True)
class Compared:
    """`pieces`: those of the documents that speak, in the order of the question; `silent`: the names of the others;
    `features`: what speaks for and against an answer, of the document that surest gives one; `evidence`: the sentences
    of all documents, each one's best first."""

    pieces: tuple[Piece, ...]
    silent: tuple[str, ...]
    features: dict[str, float]
    evidence: tuple[Evidence, ...]


Stated = Callable[[Question, Sequence[Evidence], NDArray[np.float32]], list[Evidence]]


@dataclass(frozen=True)
class AskedOf:
    """What is asked of one document: `wording` is embedded; `read_as`, a question of its own, is read by the reader."""

    question: Question
    wording: str
    read_as: str


@dataclass(frozen=True)
class Side:
    """What is asked of one document, its vector [dimension], and the passages found for it, best first."""

    asked: AskedOf
    vector: NDArray[np.float32]
    hits: tuple[Hit, ...]

    @property
    def question(self) -> Question:
        return self.asked.question


def asked_of_each(question: Question) -> dict[str, AskedOf]:
    """Of every named document its own part of the question."""
    asked = {}
    for doc_id, name in zip(question.places.documents, question.places.names, strict=True):
        own = side_of(question, doc_id)
        own = replace(own, places=replace(own.places, documents=(doc_id,), names=(name,)))
        wording = f"{name}{own.focus}" if own.has_subject else own.text
        asked[doc_id] = AskedOf(own, wording, f"{name}{_without(question.places.names, own.text).replace(' ', '')}")
    return asked


def sides_of(
    asked: Mapping[str, AskedOf], vectors: NDArray[np.float32], searcher: Searcher, each: int
) -> dict[str, Side]:
    """Every named document searched for its part, `each` passages. `vectors`: of the wordings, [asked, dimension]."""
    return {
        doc_id: Side(own, vector, tuple(searcher.search(own.question, each, vector)))
        for (doc_id, own), vector in zip(asked.items(), vectors, strict=True)
    }


def _without(names: Sequence[str], text: str) -> str:
    """`text` without the names that are compared and what joined them."""
    for name in names:
        text = text.replace(name, " ") if name else text
    return _BETWEEN.sub(" ", text)


def by_turns(sides: Mapping[str, Side], most: int) -> list[Hit]:
    """The passages of all sides, each side's best first."""
    longest = max((len(side.hits) for side in sides.values()), default=0)
    return [side.hits[at] for at in range(longest) for side in sides.values() if at < len(side.hits)][:most]


def compare(
    question: Question,
    sides: Mapping[str, Side],
    scorer: EvidenceScorer,
    documents: Mapping[str, Document],
    stated: Stated,
    reader: Reader | None = None,
    count: int = 2,
) -> Compared:
    """The best piece of every named document, in the order of the question; and the names of the silent ones.

    `stated` puts the sentence first that the table of commitments points to; `reader` looks at `count` windows a
    document.
    """
    found: dict[str, list[Evidence]] = {}
    for doc_id, side in sides.items():
        scored = stated(side.question, scorer.score(side.question, side.hits, side.vector), side.vector)
        if reader is not None:
            scored = reader.reread(side.asked.read_as, scored, scorer.index, count)
            scored = stated(side.question, scored, side.vector)
        evidence = in_tense(side.question, [e for e in scored if not is_heading(e) and e.hit.passage.kind != "note"])
        if evidence:
            found[doc_id] = evidence
    subject, named = _things(subject_of(question)), named_terms(question)
    every = names_none(question) and bool(subject)
    lines: dict[str, list[Piece]] = {}
    if every:
        figures = all(side.question.asks == "number" for side in sides.values())
        asked = question.focus or question.text
        wanted = Wanted(subject, measure_in(question.focus), figures, side_by_side(subject, asked))
        if wanted.measure or figures:
            told_of = {d: said_of(wanted, evidence, scorer, sides[d].vector) for d, evidence in found.items()}
        else:
            of_theme = {
                d: told_of_theme(wanted, evidence, scorer, sides[d].vector, documents[d].info.label, _LINE_CHARS)
                for d, evidence in found.items()
            }
            told_of = {d: said for d, (said, _) in of_theme.items()}
            lines = {d: pieces for d, (_, pieces) in of_theme.items()}
        every = any(told_of.values())  # else the words of the question are none of any document's
        found = {doc_id: evidence for doc_id, evidence in told_of.items() if evidence} if every else found
    told = {
        doc_id: _told(sides[doc_id].question, evidence, documents[doc_id].info.label, scorer, _room(sides))
        for doc_id, evidence in found.items()
    }
    told |= {doc_id: pieces for doc_id, pieces in lines.items() if pieces and every}
    seen = {doc_id: _features(sides[doc_id].question, found[doc_id], pieces, scorer) for doc_id, pieces in told.items()}
    sure = {doc_id: refuse.model_for(features).probability(features) for doc_id, features in seen.items()}
    said = {doc_id: held(evidence[0], subject, named) for doc_id, evidence in found.items()}
    most = max(said, key=lambda doc_id: (scorer.weight(sorted(said[doc_id])), sure[doc_id]), default="")

    def speaks(doc_id: str) -> bool:
        if doc_id not in told or doc_id == most:
            return doc_id in told
        if beside(sides[doc_id].question, found[doc_id][0], found[most][0], subject):
            return False
        if seen[doc_id].get("unit") and not seen[most].get("unit"):  # no figure of the kind that another states
            return names_it(found[doc_id][0], subject, scorer)
        if every:
            return True
        if _asked_apart(doc_id, sides):  # the words of the others say nothing of it
            return sure[doc_id] >= _SURE
        doubtful = sure[doc_id] < _SURE and says_less(doc_id, said, scorer)
        if not (doubtful or lacks(documents[doc_id], said, subject, named, scorer)):
            return True
        return not named and bool(subject) and says_all(found[doc_id][0], subject)

    speaking = [doc_id for doc_id in sides if speaks(doc_id)]
    return Compared(
        tuple(piece for doc_id in speaking for piece in told[doc_id]),
        tuple(documents[doc_id].info.label for doc_id in sides if doc_id not in speaking),
        seen[max(speaking, key=lambda doc_id: sure[doc_id])] if speaking else refuse.features(question, (), (), scorer),
        tuple(e for turn in zip_longest(*found.values()) for e in turn if e is not None),
    )


def _room(sides: Mapping[str, Side]) -> int:
    """How many characters of each document are shown: of many that state figures little more than these."""
    figures = all(side.question.asks == "number" for side in sides.values())
    return _SHORT_CHARS if figures and len(sides) >= _MANY else _LINE_CHARS


def _told(
    asked: Question, evidence: Sequence[Evidence], label: str, scorer: EvidenceScorer, room: int = _LINE_CHARS
) -> list[Piece]:
    """What is shown of one document, the best of its `evidence`."""
    best = evidence[0]
    if best.hit.passage.kind != "row":
        window = best_window(asked, best.text, room, scorer, best.span)
        if room < _LINE_CHARS and not covered(subject_of(asked), window)[0]:  # its name stands farther off
            window = best_window(asked, best.text, _LINE_CHARS, scorer, best.span)
        remark = NO_FIGURE if asked.asks == "number" and not _NUMERAL.search(window) else ""
        return [Piece(window, best, label, remark=remark)]
    parts, blank = answer_from_rows(asked, [best], scorer.index)
    told = said_in_text(evidence) if blank else None
    if told is not None:
        return [Piece(best_window(asked, told.text, _LINE_CHARS, scorer, told.span), told, label)]
    if blank:  # what its other cells state
        parts = answer_from_rows(replace(asked, years=frozenset()), [best], scorer.index)[0]
    return [Piece(text, e, label, heads) for text, e, heads in parts]


def _features(
    asked: Question, evidence: Sequence[Evidence], pieces: Sequence[Piece], scorer: EvidenceScorer
) -> dict[str, float]:
    """What speaks for and against that a document answers its part."""
    if asked.asks == "compare":
        asked = replace(asked, asks="number" if wants_figures(asked.text) else "fact")
    return refuse.features(asked, evidence, pieces, scorer)


def _things(subject: Subject) -> Subject:
    """The content words without those that say how it is counted or told; all where that leaves none."""
    return tuple((word, ways) for word, ways in subject if word not in _GENERAL) or subject


def _asked_apart(doc_id: str, sides: Mapping[str, Side]) -> bool:
    """Whether of this document something is asked that is asked of no other: “甲的品牌是什么?乙有哪两个计划?”."""
    words = {other: nouns(side.question.focus) for other, side in sides.items()}
    others = frozenset[str]().union(*(own for other, own in words.items() if other != doc_id))
    return bool(words[doc_id]) and bool(others) and not words[doc_id] & others


def side_of(question: Question, doc_id: str) -> Question:
    """What is asked of one document: the question without the clauses that name only others.

    “甲镇每个乡镇建几处?乙区建了多少处?” → for 甲镇 “甲镇每个乡镇建几处?”;
    “甲区2023年、乙区到2025年的目标” → “甲区2023年的目标”.
    """
    names = dict(zip(question.places.documents, question.places.names, strict=True))
    others = [name for other, name in names.items() if other != doc_id and name]
    own = names[doc_id]
    asked, years = question.text, question.years
    timed = [name for name in names.values() if name and re.search(f"{re.escape(name)}的?{_TIME}", asked)]
    if own in timed and len(timed) > 1:
        for name in others:
            asked = re.sub(f"(?:[、和与跟及]|以及)?{re.escape(name)}的?{_TIME}?", "", asked)
        years = years_in(asked)
    kept = [
        segment
        for segment in _SEGMENT.findall(asked)
        if (own and own in segment) or not any(name in segment for name in others)
    ]
    text = "".join(kept) or asked
    bare = _without(tuple(names.values()), text)
    kind = kind_of(text)
    if kind == "fact" and names_measure(focus_of(bare)):
        kind = "number"
    if kind == "yesno" or (kind == "fact" and wants_figures(text)):
        kind = "compare"
    return replace(question, text=text, focus=focus_of(unranked(bare)), asks=kind, years=years)
