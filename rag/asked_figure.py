"""The one figure of a shown line that was asked for. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.lexical import bigrams
from index.quantity import Quantity, is_measure, quantities
from rag.cues import asked_unit, same_unit
from rag.evidence import EvidenceScorer
from rag.question import Question

_LITTLE_SAID = 0.02  # of the question's rare bigrams
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|$|[^\d家个项%])")
DIFFERENCE = re.compile(
    r"差(?:了|出)?(?:多少|几|多大)|相差|差距|差额|(?:高|多|少|低|大|小|净增|增加|增长|提高|下降|降低|减少)(?:出|了)?(?:多少|几[^乎])"
)
SUMMED = re.compile(r"加起来|加一起|加在一起|相加|合起来|合计|总和|之和|一共|总共|共计|共")
_IN_TURN = re.compile(r"分别|依次")
_AND = re.compile(r"[、和与及]")
_CLAUSE = re.compile(r"[^,，;；。]+")
_MARKS = re.compile(r"[,，、;；:：。]")
_CHANGE = re.compile(r"累计|年均|增(?!加值)")


@dataclass(frozen=True)
class Part:
    """A shown line of an answer: whose, what it says, its marker, and whether it states a result and no aim.

    `stated`: the figure that the table of commitments takes out of it, folded, "" where it knows none.
    """

    label: str
    text: str
    marker: int
    done: bool = False
    stated: str = ""


@dataclass(frozen=True)
class Figure:
    """The one figure of a part that was asked for; `year` 0 where none is named."""

    part: Part
    quantity: Quantity
    year: int

    @property
    def written(self) -> str:
        """As it is told: digits, scale and unit without “余”."""
        return re.sub(r"[余多]", "", self.quantity.text)


def figure_of(question: Question, part: Part, scorer: EvidenceScorer) -> Figure | None:
    """The figure of the kind and year asked for in the clause that says most of what was asked; None if unclear."""
    named = named_figure(question, part)
    if named is not None:
        return named
    said = {q.key for q in quantities(question.text, chinese=True)}
    candidates = [f for f in figures_in(part) if f.quantity.key not in said] or figures_in(part)
    given = [f for f in candidates if part.stated.startswith(f.quantity.text)]
    if len(given) == 1:
        return given[0]
    asked = asked_unit(question)
    fitting = [f for f in candidates if asked and same_unit(asked, f.quantity.unit)]
    if asked and not fitting:
        return None
    terms = bigrams(question.focus or question.text)
    official = (gram for word in question.official for gram in bigrams(word))
    if scorer.coverage([*terms, *official], part.text) <= _LITTLE_SAID:  # a figure of something else
        return None
    chosen = _respective(part.text, fitting or candidates, terms, scorer)
    of_year = [f for f in chosen if f.year in question.years]
    later = max((f.year for f in chosen), default=0)
    chosen = of_year or ([f for f in chosen if f.year == later] if is_row_like(part) else chosen)
    if is_row_like(part) and not _CHANGE.search(question.text):
        chosen = [f for f in chosen if not is_change(f)] or chosen
    scored = sorted(
        ((scorer.coverage(terms, clause_of(part.text, f.quantity)), f) for f in chosen), key=lambda s: -s[0]
    )
    if not scored or (
        len(scored) > 1 and scored[0][0] == scored[1][0] and scored[0][1].quantity.key != scored[1][1].quantity.key
    ):
        return None
    return scored[0][1]


def reckons(text: str) -> bool:
    """Whether a folded question may want figures added up or set against each other: 一共, 加起来, 差多少."""
    return bool(DIFFERENCE.search(text) or SUMMED.search(text))


def named_figure(question: Question, part: Part) -> Figure | None:
    """The figure that the question itself names: of what follows 其中, or by the whole name that it has in
    “甲、乙分别达到110家、150家”; None where it names none so.
    """
    _, among, item = question.text.partition("其中")
    if among:
        return figure_named(item, part)
    told = [f for pairs in _in_turn(part.text, figures_in(part)) for name, f in pairs if name in question.text]
    return told[0] if len(told) == 1 else None


def _respective(text: str, figures: list[Figure], terms: Sequence[str], scorer: EvidenceScorer) -> list[Figure]:
    """Of “甲、乙分别达到110家、150家” the figure of the one that was asked for; every figure of other clauses."""
    kept = list(figures)
    for pairs in _in_turn(text, figures):
        _, best = max(pairs, key=lambda pair: scorer.coverage(terms, pair[0]))
        kept = [f for f in kept if f is best or all(f is not other for _, other in pairs)]
    return kept


def _in_turn(text: str, figures: Sequence[Figure]) -> list[list[tuple[str, Figure]]]:
    """Names and figures that a clause tells one after the other: “甲、乙分别达到110家、150家”."""
    found = []
    for clause in _CLAUSE.finditer(text):
        match = _IN_TURN.search(clause[0])
        if match is None:
            continue
        names = _AND.split(clause[0][: match.start()])
        own = [f for f in figures if clause.start() + match.end() <= f.quantity.start < clause.end()]
        if len(names) == len(own) > 1:
            found.append(list(zip(names, own, strict=True)))
    return found


def figure_named(item: str, part: Part, head: str = "") -> Figure | None:
    """The figure whose name has most in common with `item`: 城镇居民 in “城镇、农村居民收入分别达到4万元、2万元”.

    `head`: the noun that is counted; where names have it, the others are out.

    None where two have as much, or none has any two characters.
    """
    figures = figures_in(part)
    told = {id(figure): name for pairs in _in_turn(part.text, figures) for name, figure in pairs}
    names = [told.get(id(f)) or _name_of(f) for f in figures]
    wanted = set(bigrams(item))
    shared = [len(wanted & set(bigrams(name))) for name in names]
    if head and not told and any(head in name for name in names):  # names told in turn share their end
        shared = [count if head in name else 0 for count, name in zip(shared, names, strict=True)]
    most = max(shared, default=0)
    return figures[shared.index(most)] if most and shared.count(most) == 1 else None


def _name_of(figure: Figure) -> str:
    """What stands around a figure between two marks: 城市公厕 in “停车场49处、545座城市公厕。”."""
    text = figure.part.text
    before = _MARKS.split(text[: figure.quantity.start])[-1]
    return before + _MARKS.split(text[figure.quantity.end :])[0]


def is_row_like(part: Part) -> bool:
    """Whether a part tells the cells of a table row: “指标:2020年75.92%,2025年80%,…”."""
    return bool(re.search(r":(?:19|20)\d\d年", part.text))


def figures_in(part: Part) -> list[Figure]:
    """All figures of a part that are no dates, each with the last year named before it."""
    found = []
    for quantity in quantities(part.text):
        if is_measure(quantity):
            years = _YEAR.findall(part.text[: quantity.start])
            found.append(Figure(part, quantity, int(years[-1]) if years else 0))
    return found


def clause_of(text: str, quantity: Quantity) -> str:
    """The clause of `text` that `quantity` stands in."""
    return next((m[0] for m in _CLAUSE.finditer(text) if m.start() <= quantity.start < m.end()), text)


def is_change(figure: Figure) -> bool:
    """Whether a figure of a table row is what is added to another: 累计1.5个, 年均增长7%."""
    return bool(_CHANGE.search(clause_of(figure.part.text, figure.quantity)))
