"""A reworded clause held against its source as a whole: years, places, numerals, and the words that turn it round.
Reads folded text (`index.normal.fold`). Pure.
"""

import re
from collections import Counter
from collections.abc import Iterator

from rag.claims import Source
from rag.contexts import content, grams, year_at
from rag.marks import INTENT, NAMES, NUMBER, Figure, clauses, figures, marks
from rag.places import named_in

_YEAR_BEFORE = re.compile(r"(?<!\d)((?:19|20)\d\d)年?([㐀-鿿]{2,4})")
_LATIN = re.compile(r"[a-z]+[0-9.]*")
_NUMERAL = re.compile(r"[〇零一二三四五六七八九十百千]+")
_LEAST_OF_CLAUSE = 0.4
_ZONE_CLAUSES = 4
TITLE_RUN = 8  # characters of a title or heading that a clause must repeat to be its quotation

Reason = tuple[str, str]  # kind of fault and its Chinese reason


def statement(words: str, counts: bool, source: Source, known: frozenset[str]) -> Iterator[Reason]:
    """Faults of a reworded clause as a whole: its years, places, numerals, wording and the words that turn it round."""
    text = source.text
    years = [f for f in figures(words) if f.kind != NUMBER]
    cited = {f.key for f in figures(text) if f.kind != NUMBER}
    heads = {f.key for f in figures("|".join(source.heads)) if f.kind != NUMBER}
    whole = len(words) >= TITLE_RUN and words in source.around
    for year in years:
        same_kind = any(f.kind == year.kind for f in figures(text))
        if year.key not in cited and not (year.key in heads and not same_kind) and not whole:
            yield "year", f"引文中没有“{words[year.start : year.end]}”"
    yield from _years_moved(words, text)
    yield from _foreign(words, source, known)
    terms = grams(content(words))
    start, end = zone(words, text)
    if not counts and len(terms) >= 3:
        found = sum(gram in text or gram in source.around for gram in terms)
        if found < _LEAST_OF_CLAUSE * len(terms):
            yield "wording", f"引文中没有“{words}”"
            return
    if terms or years:
        yield from _turned(words, text, start, end, source, counts)
    in_zone = Counter(f.key for f in figures(text[start:end]) if f.kind != NUMBER)
    if in_zone and years and Counter(f.key for f in years) - in_zone:
        yield "year", f"“{words}”在引文中是别的年份"
    if not counts and years:
        at = year_at(text, end, figures(text))
        if at is not None and all(year.key != at.key and year.kind == at.kind for year in years) and terms:
            yield "year", f"“{words}”在引文中是{at.value}{at.unit}的"


def _years_moved(words: str, text: str) -> Iterator[Reason]:
    """Years of a clause before what the source has after another year: 2018年治理2000年以前建成的."""
    told, cited = ({(m[1], m[2]) for m in _YEAR_BEFORE.finditer(folded)} for folded in (words, text))
    if len({year for year, _ in told}) < 2:
        return
    for year, after in sorted(told - cited):
        if any(after == other for _, other in cited):
            yield "year", f"引文中“{after}”前不是{year}年"


def _foreign(words: str, source: Source, known: frozenset[str]) -> Iterator[Reason]:
    """Places, letters and Chinese numerals that the source does not have."""
    everything = f"{source.text}|{source.around}"
    title = "" if source.names - {source.title} else source.title
    for name in named_in(words, known | source.names):
        if name not in source.names and not any(name in part for part in (source.text, *source.heads, title)):
            yield "place", f"引文不是“{name}”的"
    for match in _LATIN.finditer(words):
        if match[0] not in everything:
            yield "figure", f"引文中没有“{match[0]}”"
    spans = [(f.start, f.end) for f in figures(words)]
    for match in _NUMERAL.finditer(words):
        if any(a < match.end() and match.start() < b for a, b in spans):
            continue
        before, after = words[: match.start()][-1:], words[match.end() : match.end() + 1]
        if (before and f"{before}{match[0]}" in everything) or (after and f"{match[0]}{after}" in everything):
            continue
        slot = re.compile(f"{re.escape(before)}[〇零一二三四五六七八九十百千]+{re.escape(after)}")
        if match[0] != "一" or slot.search(everything):
            yield "figure", f"引文中没有“{before}{match[0]}{after}”"


def _turned(words: str, text: str, start: int, end: int, source: Source, counts: bool) -> Iterator[Reason]:
    """Negations, intent and outcome that a reworded clause adds or drops."""
    told, cited = marks(words), marks(text[start:end])
    if told["not"] != cited["not"]:
        yield "negation", f"“{words}”与引文的否定不同"
    if told["done"] > cited["done"]:
        yield "aspect", f"引文没有说“{words}”已经实现"
    year = year_at(text, end, figures(text))
    future = year is not None and _after(year, source)
    before = marks(text[:end])
    for mark in ("plan", "strive"):
        if told[mark] > cited[mark] and not (future or before["plan"] or before["strive"]):
            yield "aspect", f"引文没有说“{words}”是{NAMES[mark]}"
        if told[mark] < cited[mark]:
            yield "aspect", f"“{words}”漏了{NAMES[mark]}"
    if not counts:
        for mark in sorted((told | cited).keys() - INTENT - {"done", "not"}):
            if told[mark] != cited[mark]:
                yield "bound", f"“{words}”{'多' if told[mark] > cited[mark] else '漏'}了{NAMES[mark]}"


def _after(year: Figure, source: Source) -> bool:
    return not isinstance(year.value, str) and int(year.value) > source.year


def zone(words: str, text: str) -> tuple[int, int]:
    """The run of the source's clauses that a reworded clause tells: most alike by bigrams of all characters."""
    own = {words[i : i + 2] for i in range(len(words) - 1)}
    spans = clauses(text)
    best, best_score = (0, 0), 0.0
    for first in range(len(spans)):
        for last in range(first, min(len(spans), first + _ZONE_CLAUSES)):
            a, b = spans[first][0], spans[last][1]
            theirs = {text[i : i + 2] for i in range(a, b - 1)}
            score = 2 * len(own & theirs) / max(1, len(own) + len(theirs))
            if score > best_score:
                best, best_score = (a, b), score
    return best
