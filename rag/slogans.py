"""Slogans that count their members: “753” is spelt out as “7”是指…,“5”是指…; “一埠一圈一广场” as “一埠”,即…. Pure."""

import re
from collections.abc import Sequence

from index.normal import fold
from rag.clauses import visible
from rag.evidence import Evidence, EvidenceScorer, at_sentence
from rag.extract import Piece
from rag.question import Question

_NUMERAL = "一二两三四五六七八九十"
_QUOTED = re.compile(r"“([^“”]{2,14})”|(?<![\d.])(\d{3})(?=[㐀-鿿]{0,4}(?:体系|工程|机制|目标|行动))")
_MEMBERS = re.compile(rf"[{_NUMERAL}\d]")
_SAYS = re.compile(r"^[”]?[^,。;“]{0,6},?(?:是指|就是|即|指|为|:)")
_LONGEST_CHARS = 90
_FEWEST = 2


def members_of(question: Question) -> list[str]:
    """The parts of a slogan that the question quotes: 753 → 7, 5, 3; 一埠一圈一广场 → 一埠, 一圈, 一广场."""
    for match in _QUOTED.finditer(question.text):
        slogan = match[1] or match[2]
        if re.fullmatch(r"\d{2,4}|\d(?:\+\d){1,3}", slogan):
            return re.findall(r"\d", slogan)
        starts = [m.start() for m in _MEMBERS.finditer(slogan)]
        if len(starts) >= _FEWEST and starts[0] == 0:
            ends = [*starts[1:], len(slogan)]
            parts = [slogan[a:b] for a, b in zip(starts, ends, strict=True)]
            if all(len(part) > 1 for part in parts):
                return parts
    return []


def spelt_out(question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer) -> list[Piece]:
    """The sentences that say what each member stands for, nearest to the best sentence; [] where not all are found."""
    members = members_of(question)
    if len(members) < _FEWEST or not evidence:
        return []
    best = evidence[0]
    index = scorer.index
    found: dict[str, int] = {}
    for at in index.sentences_of(best.hit.passage.doc_id):
        folded = fold(index.sentences[at].text)
        for member in members:
            if _told(folded, member) < 0:
                continue
            if member not in found or abs(at - best.position) < abs(found[member] - best.position):
                found[member] = at
    if len(found) < len(set(members)):
        return []
    pieces = []
    for at in sorted(set(found.values())):
        item = at_sentence(best, index, at)
        pieces.append(Piece(_cut(visible(item.text), [m for m, where in found.items() if where == at]), item))
    return pieces


def _told(folded: str, member: str) -> int:
    """Where a text says what `member` stands for, -1 where it does not."""
    quoted = f"“{member}”"
    at = folded.find(quoted)
    return at if at >= 0 and _SAYS.match(folded[at + len(quoted) :]) else -1


def _cut(text: str, members: Sequence[str]) -> str:
    """A sentence from the first of its members on; a long one that tells of one member up to its first stop."""
    start = max(0, min((text.find(f"“{m}”") for m in members), default=0))
    told = text[start:]
    if len(members) == 1 and len(told) > _LONGEST_CHARS:
        told = re.split(r"[。;;]", told)[0]
    return told
