"""Cut a sentence to the clauses that were asked for, and a question to its parts. No I/O."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from index.lexical import bigrams
from index.normal import fold
from rag.cues import defines, holds_figure, items_match
from rag.evidence import EvidenceScorer
from rag.question import Question, focus_of, kind_of, years_in
from rag.subject import content_words

_CLAUSE = re.compile(r"[^,，;；]+[,，;；]?")
_EDGE = ",，;；、:： |。"
_NUMBERING = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百零〇\d]{1,7}条(?:之[一二三四五六七八九十])?\s+|[-*+>](?:\s+|(?=\*\*))|\d{1,3}[.．、](?!\d)|[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|[—–-]{2,})\s*"
)
# Markdown's
_FIRST_ITEM, _NEXT_ITEM = re.compile(r"(?<=[:：])\s*\n\s*[-*+]\s+"), re.compile(r"[;；。]?\s*\n\s*[-*+]\s+")
_LINE_NUMBER = re.compile(r"\n\s*\d{1,2}[.．、](?!\d)\s*")  # of the items after the first
_PAGE_NUMBER = re.compile(r"\n\s*[—–-]+\s*\d{1,4}\s*[—–-]+\s*(?=\n)")  # a sentence goes on over the page
_FENCE = re.compile(r"^\s*`{3,}.*$", re.M)
_FROM = re.compile(r"[由从](?:20\d\d年)?的?\d[^,，;；]{0,12}[,，]$")
_TO = re.compile(r"(?:20\d\d年)?(?:提[高升]|增[加长至]|上升|扩[大至]|下?降低?|减少?|压减|调整|达)")
_OPENED, _CLOSED = re.compile("[(（]"), re.compile("[)）]")
_NOTE_MARK = re.compile(r"(?:(?<=[㐀-鿿”）)])|^)\[\d{1,2}\]")  # of a footnote: 常住人口[3]
_EMPHASIS = re.compile(r"\*\*|^\s*(?:>\s*)+")
_ASKING = re.compile(r"多少|几|哪|什么|啥|何时|谁")
_SPLIT = re.compile(r"[?,;。:]|以及|还要|还有")
_RESPECTIVELY = re.compile(r"^(?P<items>.+?)(?:分别|各自?(?=是|有|为|要|达))(?P<rest>.*)$")
_ITEMS = re.compile(r"[、和与及跟]")
_YEARS = re.compile(r"((?:19|20)\d\d)年?[底末]?(?:[、和与及跟,]|以及)((?:19|20)\d\d)年?")
_FIGURE_BONUS, _YEAR_BONUS, _DEFINES_BONUS, _ITEMS_BONUS = 0.35, 0.3, 0.4, 0.3
_OFFICIAL_BONUS = 0.3  # for the official words of everyday ones: 公厕 for 公共厕所
_UNCUT_CHARS = 150
_PER_CHAR = 0.0015
_SPAN_BONUS = 0.5
_SPAN_SAYS = 0.25  # of what the best window says: below it the reader's words are not believed


def visible(text: str) -> str:
    """A quote as it is shown: on one line, without the numbering of its paragraph, marks of
    footnotes and the bars of a table."""
    items = _LINE_NUMBER.sub("\n", _NEXT_ITEM.sub(";", _FIRST_ITEM.sub("", _PAGE_NUMBER.sub("", text.strip()))))
    line = re.sub(r"\s*\n\s*", "", re.sub(r"(?<=[!-~])\s*\n\s*(?=[!-~])", " ", _FENCE.sub("", items)))
    return _NUMBERING.sub("", _EMPHASIS.sub("", re.sub(r"\s*\|\s*", " ", _NOTE_MARK.sub("", line))).strip())


def is_figure_asked(question: Question) -> bool:
    """Whether the answer is a figure or a date."""
    return question.asks in ("number", "date", "compare")


def best_window(question: Question, text: str, room: int, scorer: EvidenceScorer, span: str = "") -> str:
    """The run of clauses within `room` characters that says most of what was asked; the whole text if it fits.

    `span`: the folded words that the reader took for the answer, "" if it took none.
    """
    whole = visible(text)
    if len(whole) <= room:
        return whole
    clauses = joined(whole)
    ends = list(accumulate(len(c) for c in clauses))
    starts = [0, *ends[:-1]]
    windows: list[tuple[float, str]] = []
    for first in range(len(clauses)):
        for last in range(first, len(clauses)):
            window = whole[starts[first] : ends[last]]
            if len(window.strip(_EDGE)) > room and last > first:
                break
            windows.append((window_score(question, window, whole, scorer), window))
    most = max(said for said, _ in windows)
    if most <= 0 and not span and len(whole) <= _UNCUT_CHARS:  # nothing tells which clause is meant
        return whole
    least = _SPAN_SAYS * most

    def worth(item: tuple[float, str]) -> float:
        said, window = item
        held = bool(span) and span in fold(window) and said >= least
        return said - _PER_CHAR * len(window) + _SPAN_BONUS * held

    return max(windows, key=worth)[1].strip(_EDGE)


def joined(text: str) -> list[str]:
    """Clauses, “由12万吨,” joined to the “提高至24万吨” that it begins, and those in one pair of brackets."""
    clauses: list[str] = []
    for clause in _CLAUSE.findall(text):
        opened = bool(clauses) and len(_OPENED.findall(clauses[-1])) > len(_CLOSED.findall(clauses[-1]))
        if opened or (clauses and _FROM.search(clauses[-1]) and _TO.match(clause)):
            clauses[-1] += clause
        else:
            clauses.append(clause)
    return clauses


def window_score(question: Question, window: str, sentence: str, scorer: EvidenceScorer) -> float:
    """How much of the question a window answers: its rare terms, in everyday words or official ones, a figure of its
    kind, its year, its definition."""
    score = scorer.coverage(bigrams(question.focus or question.text), window)
    if question.official and is_figure_asked(question):
        folded = fold(window)
        said = [word for word in question.official if word in folded]
        score += _OFFICIAL_BONUS * scorer.weight(said) / (scorer.weight(question.official) or 1.0)
    if is_figure_asked(question):
        score += _FIGURE_BONUS * holds_figure(question, window)
    if question.years:
        named = years_in(window) or years_in(sentence)
        score += _YEAR_BONUS * (bool(named & question.years) - bool(named and not named & question.years))
    if question.asks in ("list", "definition"):
        score += _DEFINES_BONUS * defines(question, window) + _ITEMS_BONUS * items_match(question, window)
    return score


def parts_of(question: Question) -> list[Question]:
    """The things that a question asks one by one; the question itself if it asks one.

    “准备投多少钱?能多出多少个学位?” → two; “GDP和财政收入分别是多少?” → two; “2020年和2025年各多少?” → one a year.
    A part that names no subject has the first one's.
    """
    years = _YEARS.search(question.text) if question.asks in ("number", "fact") else None
    if years:
        begin, end = question.text[: years.start()], question.text[years.end() :]
        return [_part(question, f"{begin}{year}年{end}") for year in years.groups()]
    segments = [s for s in _SPLIT.split(question.text) if _ASKING.search(s)]
    parts: list[str] = []
    for segment in segments:
        match = _RESPECTIVELY.match(segment)
        items = [i for i in _ITEMS.split(match["items"]) if len(i.strip()) >= 2] if match else []
        parts.extend([f"{item}{match['rest']}" for item in items] if match and len(items) > 1 else [segment])
    if len(parts) < 2:
        return [question]
    first, *others = (_part(question, part) for part in parts)
    return [
        first,
        *(p if content_words(p.focus) else replace(p, focus=f"{first.focus} {p.focus}".strip()) for p in others),
    ]


def _part(question: Question, text: str) -> Question:
    names: Sequence[str] = question.places.names
    bare = text
    for name in names:
        bare = bare.replace(name, " ") if name else bare
    return replace(question, text=text, focus=focus_of(bare), years=years_in(text), asks=kind_of(text))
