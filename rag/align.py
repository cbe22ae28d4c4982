"""A claim held against the sentence that it cites: clause by clause, figure by figure. Folded text. Pure.

A clause that stands in the sentence to the letter, from one comma to the next, is proved but for what governs it (the
year, what a bare “年均增长7%” speaks of). A reworded one must keep every figure on what it counts, with its bounds, and
every word that turns the statement round.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.claims import Source
from rag.contexts import Context, alike_near, content, contexts, grams, is_empty, shared_words
from rag.marks import INTENT, NAMES, NUMBER, clauses, figures, without_marks
from rag.statement import TITLE_RUN, Reason, statement, zone

LEADING = re.compile(
    r"^(?:根据|按照|依据|据)(?:该)?(?:规划|文件|计划|报告|纲要|方案|材料|资料)(?:显示|提出|要求)?|^(?:规划|文件|计划|报告|纲要|方案)"
    r"(?:中|里)?(?:提出|写明|指出|明确|要求|显示|规定)|^(?:其中|此外|另外|同时|即|也就是说|具体为|具体是|综上|总之|而|并且|并)"
)
_DENIAL = re.compile(
    r"没有(?:写明|提到|提及|找到|说明|给出)|未(?:写明|提及|提到|说明|给出|找到)|不是|并非|而非|与.{0,12}不(?:符|同)"
)
_DATE = re.compile(r"\d{4}年[^\d,;:]{0,6}")
_MARGIN = 0.05
_NEAR_WEIGHT = 0.3
_LEAST_OF_ITEM = 0.5
_SHORT_ITEM = 3


@dataclass(frozen=True)
class Placed:
    """Where a clause of a claim stands in its source; None where it does not stand there to the letter."""

    start: int
    end: int
    at: tuple[int, int] | None


def place(claim: str, source: str) -> list[Placed]:
    """Each clause of `claim` with its place in `source`: from the beginning of a clause there to the end of one."""
    kept = [i for a, b in clauses(source) for i in range(a, b)]
    bare = "".join(source[i] for i in kept)
    begins = {a for a, _ in clauses(source)}
    ends = {b - 1 for _, b in clauses(source)}
    placed: list[Placed] = []
    after = 0
    for start, end in clauses(claim):
        opening = LEADING.match(claim[start:end])
        begin = start + (opening.end() if opening and claim[start:end] not in bare else 0)
        words = claim[begin:end]
        found = []
        at = bare.find(words) if words else -1
        while at >= 0:
            if kept[at] in begins and kept[at + len(words) - 1] in ends:
                found.append((kept[at], kept[at + len(words) - 1] + 1))
            at = bare.find(words, at + 1)
        best = next((span for span in found if span[0] >= after), found[0] if found else None)
        after = best[1] if best else after
        placed.append(Placed(begin, end, best))
    return [p for p in placed if p.end > p.start]


def told_otherwise(claim: str, source: Source, known: frozenset[str], question: str = "") -> list[Reason]:
    """What `claim` tells otherwise than its source, none if it tells the same. `known`: names of loaded districts."""
    claim = _without_lead(without_openings(claim, source.text))
    placed = place(claim, source.text)
    told, cited = contexts(claim), contexts(source.text)
    reasons: list[Reason] = []
    for number, clause in enumerate(placed):
        words = claim[clause.start : clause.end]
        own = [c for c in told if clause.start <= c.figure.start < clause.end]
        if clause.at is not None:
            pairs = _pairs(own, [c for c in cited if clause.at[0] <= c.figure.start < clause.at[1]])
            if source.row is None:  # every cell is of the same row
                reasons += _torn(words, own, placed, number, source.text, claim)
        else:
            if _denies(words, question, source.text):
                continue
            pairs, found = _reworded(claim, clause, own, told, cited, source)
            reasons += found
            if not _said_again(words, own, told, clause.end):
                reasons += statement(words, bool(own), source, known)
        for mine, theirs in pairs:
            reasons += _year(mine, theirs, source, words)
    return reasons


def _without_lead(claim: str) -> str:
    """A claim without the date or figure that is told before it and stands in it again: “2019年4月。…,2019年4月经…”."""
    lead, stop, rest = claim.partition("。")
    alone = _DATE.fullmatch(lead) or (re.search(r"\d", lead) and is_empty(content(lead)))
    return rest if stop and alone and lead in rest else claim


def _said_again(words: str, own: list[Context], told: tuple[Context, ...], end: int) -> bool:
    """Whether a clause is nothing but figures that the claim repeats after `end`, with all that belongs to them:

    “20个以上。力争每年实施20个以上重点项目”.
    """
    later = {c.figure.key for c in told if c.figure.start >= end}
    return bool(own) and is_empty(content(words)) and all(c.figure.key in later for c in own)


def _denies(words: str, question: str, text: str) -> bool:
    """Whether a clause only says that the asker's figures are not in the documents; they must not be in its source."""
    told = {f.key for f in figures(words)}
    asked, cited = ({f.key for f in figures(t)} for t in (question, text))
    return bool(told) and bool(_DENIAL.search(words)) and told <= asked and not told & cited


def without_openings(claim: str, text: str) -> str:
    """A claim without clauses such as “根据规划”, which say nothing of their own."""
    for start, end in reversed(clauses(claim)):
        opening = LEADING.fullmatch(claim, start, end)
        if opening and claim[start:end] not in text:
            claim = claim[:start] + claim[end:].lstrip(",:")
    return claim


def _pairs(own: list[Context], theirs: list[Context]) -> list[tuple[Context, Context]]:
    return list(zip(own, theirs, strict=False))


def _torn(words: str, own: list[Context], placed: list[Placed], number: int, text: str, claim: str) -> Iterator[Reason]:
    """A clause that leans on the one before it must follow the same one as in the source."""
    if number == 0 or not own or not own[0].inherited or not is_empty(content(words)):
        return
    before, here = placed[number - 1], placed[number]
    said = claim[before.start : before.end]
    _, until = before.at or zone(said, text)
    follows = here.at is not None and not re.search(r"\w", text[until : here.at[0]])
    if not follows and not is_empty(content(said)):
        yield "item", f"“{words}”在引文中并不接在“{claim[before.start : before.end]}”之后"


def _reworded(
    claim: str,
    clause: Placed,
    own: list[Context],
    told: tuple[Context, ...],
    cited: tuple[Context, ...],
    source: Source,
) -> tuple[list[tuple[Context, Context]], list[Reason]]:
    """Each figure of a reworded clause with the figure of the source that it is, and what is wrong with the others."""
    rarity = Counter(gram for context in cited for gram in grams(context.words))
    pairs: list[tuple[Context, Context]] = []
    reasons: list[Reason] = []
    words = claim[clause.start : clause.end]
    bare = not re.search(r"\w", claim[: clause.start]) and is_empty(content(words))
    for context in own:
        name = claim[context.figure.start : context.figure.end]
        candidates = [c for c in cited if c.figure.key == context.figure.key]
        if not candidates:
            if len(words) >= TITLE_RUN and words in source.around:
                continue
            same = [c for c in cited if c.figure.value == context.figure.value]
            kind = "unit" if same else "figure"
            reasons.append((kind, f"“{name}”的单位与引文不同" if same else f"引文中没有“{name}”"))
            continue
        if bare:
            faults, best = min(((_bounds(context, c, True), c) for c in candidates), key=lambda item: len(item[0]))
            repeated = any(c.figure.key == context.figure.key for c in told if c.clause > context.clause)
            if not repeated and any(c.clause > context.clause for c in told):
                faults = [*faults, ("item", f"“{name}”没有说明是哪一项")]
            reasons += faults
            pairs.append((context, best))
            continue
        others = ((_closeness(context, c, rarity), c) for c in cited if c.figure.key != context.figure.key)
        rival = max(others, key=lambda item: item[0], default=None)
        judged = [(_compared(name, context, c, _closeness(context, c, rarity), rival, source), c) for c in candidates]
        faults, best = min(judged, key=lambda item: (len(item[0]), -shared_words(context, item[1], rarity)))
        reasons += faults
        pairs.append((context, best))
    return pairs, reasons


def _closeness(told: Context, cited: Context, rarity: Counter[str]) -> float:
    """How alike the surroundings of two figures are."""
    return shared_words(told, cited, rarity) + _NEAR_WEIGHT * alike_near(told, cited)


def _compared(
    name: str, told: Context, cited: Context, close: float, rival: tuple[float, Context] | None, source: Source
) -> list[Reason]:
    """What a figure is told with that the source's does not have, or the other way round.

    `close`: how alike their surroundings are; `rival`: the most alike of the source's other figures.
    """
    reasons = _bounds(told, cited)
    if told.of > 1 and told.of == cited.of and told.nth != cited.nth:
        reasons.append(("item", f"“{name}”在引文的并列中是第{cited.nth + 1}个"))
    if told.touches is not None and told.touches != cited.touches:
        reasons.append(("item", f"“{name}”在引文中接在另一个数之后"))
    if is_empty(told.words):
        return reasons
    if rival is not None and rival[0] > close + _MARGIN:
        other = rival[1].figure
        value = source.text[other.start : other.end]
        return [*reasons, ("item", f"引文中与“{told.words}”相连的是“{value}”,不是“{name}”")]
    nearby = " ".join((cited.words, *_words_of_clauses(source.text)[max(0, cited.clause - 1) : cited.clause + 1]))
    nearby = f"{nearby} {source.around}"
    terms = grams(without_marks(told.words))
    if terms and sum(gram in nearby for gram in terms) < _least(len(terms)):
        reasons.append(("item", f"引文没有说“{told.words}”是“{name}”"))
    return reasons


@lru_cache(maxsize=64)
def _words_of_clauses(text: str) -> tuple[str, ...]:
    return tuple(content(text[a:b]) for a, b in clauses(text))


def _least(terms: int) -> float:
    """How many of so many words of an item the source must have near the figure."""
    return _LEAST_OF_ITEM * terms if terms > _SHORT_ITEM else 1


def _bounds(told: Context, cited: Context, may_drop: bool = False) -> list[Reason]:
    """Bounds, rates and directions that differ; intent is compared for the whole clause."""
    skip = INTENT | {"done", "not"}
    extra = [m for m, n in told.marks.items() if m not in skip and n > cited.marks.get(m, 0)]
    lost = [m for m, n in cited.marks.items() if m not in skip and n > told.marks.get(m, 0)]
    if may_drop:
        lost = []
    return [("bound", f"引文中没有{NAMES[m]}") for m in sorted(extra)] + [
        ("bound", f"漏了{NAMES[m]}") for m in sorted(lost)
    ]


def _year(told: Context, cited: Context, source: Source, words: str) -> Iterator[Reason]:
    """The year that governs a figure must be the one that governs it in the source."""
    if told.year is None or (cited.year is not None and told.year.key == cited.year.key):
        return
    start, end = clauses(source.text)[cited.clause]
    here = [f for f in figures(source.text) if f.kind != NUMBER and start <= f.start < end]
    heads = [f for f in figures(source.around) if f.kind != NUMBER]
    allowed = [*here, *(heads if cited.year is None else [])]
    if told.year.key not in {f.key for f in allowed}:
        yield "year", f"“{words}”在引文中不是{told.year.value}{told.year.unit}的"
