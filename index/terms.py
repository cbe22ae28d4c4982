"""The slogans and terms that a document explains, each with its own words for them. Pure.

    “四新”,就是数字技术、信息技术…等新技术,…          a definition
    “753”现代产业体系。其中,“7”是指…,“5”是指…,“3”是指…  its digits told one by one
    …增加城市公厕和城市公共停车场建设两项工作,简称“三改三建”   an abbreviation
    “八纵”(西外环、东门路、…)                         brackets
    1.“四好”公路:指建好、管好…的公路                    a glossary's entry
    “铸链工程”,以打造创新链…为目标,构建…               what a scheme is for
    班额超过66人为超大班额                             a limit

Those that lists explain are in `index.term_lists`, those that a paragraph names later in `index.term_paragraphs`.
Only what the document itself says; the same slogan in another document is another entry.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from index.normal import as_written, fold, normalise
from index.term_lists import DIGITS, Found, from_lists
from index.term_paragraphs import from_paragraph
from index.types import Chunks, Document, DocumentInfo, Passage, Term

_QUOTED = r"“(?P<term>[^“”,;。:]{1,16})”"
_SAYS = r"(?:通常|主要)?(?:是指|就是|指的是|即是|即为|即|指(?!标|导|数|引|挥|南|向|示)|意为|是为|特指)"
_DEFINED = re.compile(rf"{_QUOTED}(?P<head>[㐀-鿿]{{0,8}}?),?{_SAYS}[,:]?(?P<means>(?!将)[^。]{{2,}})")
_PLAIN = re.compile(r"(?:^|[。;])(?P<term>[㐀-鿿a-z\d]{2,12}?)(?:是指|指的是)[,:]?(?P<means>[^。]{4,})")
_ENTRY = re.compile(
    r"(?:^|[。;])(?:\d{1,3}[.、])?“?(?P<term>[^,;。:()“”\d][^,;。:()“”]{1,23})”?(?:\([a-z\d.]{2,12}\))?:(?:是指|指|即|就是)(?P<means>[^。]{4,})"
)
_MADE_OF = re.compile(r"(?:^|[。;])(?P<term>[㐀-鿿a-z\d]{2,10}?)(?:通常|一般)(?P<means>由[^。]{4,})")
_PURPOSE = re.compile(
    r"“(?P<term>[^“”,;。:]{2,12}(?:工程|行动|计划|机制|制度))”,(?P<means>(?:以[^。,]{2,60}?为(?:目标|目的|宗旨)|旨在|目的是)[^。]*)"
)
_MEANS_OF = re.compile(rf"{_QUOTED}(?P<head>[㐀-鿿]{{0,8}}),是(?P<means>(?:依托|通过|由|以|一种)[^。]{{6,}})")
_LIMIT = re.compile(
    r"(?P<means>[㐀-鿿]{0,8}(?:超过|低于|不足|高于|达到|不超过|不低于)\d[\d.]*[^,;。\d]{1,6})的?(?:即为|称为|属于|为)(?P<term>[㐀-鿿]{3,8})(?=[,;。])"
)
_ENUMERATED = re.compile(rf"{_QUOTED}(?P<head>[㐀-鿿]{{0,8}}),(?P<means>一是[^。]{{6,}})")
_INCLUDES = re.compile(
    rf"{_QUOTED}(?P<head>[㐀-鿿]{{0,8}})(?:[^。]{{0,60}}?,)?(?:主要)?(?:包括|分别是|分别为|分为)[:]?(?P<means>[^。]{{6,}})"
)
_SHAPE = re.compile(rf"{_QUOTED}(?P<head>[㐀-鿿]{{0,8}}),[^。]{{0,60}}?(?:为|是):(?P<means>[^。]{{6,}})")
_SHORT_FOR = re.compile(rf"(?P<means>[^。;]{{6,}}?),?[(]?(?:以下)?(?:简称|统称|合称|称为|称之为){_QUOTED}")
_BRACKETS = re.compile(rf"{_QUOTED}(?P<head>[㐀-鿿]{{0,6}})\((?P<means>[^()]{{4,}})\)")
_OPENS = re.compile(rf"(?:^|[。])指(?P<means>[^。,]{{4,}},?[^。]{{0,80}}?)的{_QUOTED}")
_PATTERNS = (
    _PLAIN, _ENTRY, _ENUMERATED, _BRACKETS, _MADE_OF, _PURPOSE, _MEANS_OF, _LIMIT, _INCLUDES, _SHAPE,
)  # fmt: skip
_ACRONYM = re.compile(r"(?<![a-z])(?P<term>[a-z]{2,8})\((?P<means>[㐀-鿿]{4,20})\)")
_DIGIT_SAYS = re.compile(rf"“(?P<digit>\d)”,?{_SAYS}")
_NEXT_TERM = re.compile(rf"[,;]“[^“”]{{1,16}}”[㐀-鿿]{{0,8}},?(?:{_SAYS}|一是)")
_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]?")
_NOT_A_TERM = re.compile(r"^(?:十[一二三四五六]五|一带一路|两会|[a-z\d.])$")
_LONGEST_CHARS = 400


def terms(documents: Sequence[Document], chunks: Chunks) -> tuple[Term, ...]:
    """Every term that a document explains, in the order of the documents; one entry for each term of a document."""
    infos = {document.info.id: document.info for document in documents}
    found: list[Term] = []
    for doc_id, passages in groupby(chunks.passages, key=lambda p: p.doc_id):
        own: dict[str, Term] = {}
        for passage in passages:
            if passage.kind in ("paragraph", "note"):
                for term in _from_passage(passage, infos[doc_id]):
                    own.setdefault(term.term, term)
        found.extend(own.values())
    return tuple(found)


def _from_passage(passage: Passage, info: DocumentInfo) -> Iterator[Term]:
    sentences = [m.span() for m in _SENTENCE.finditer(passage.text) if m[0].strip()]
    previous = ""
    for start, end in sentences:
        normal = normalise(passage.text[start:end])
        for found in sorted(_in_sentence(normal.text, previous), key=lambda f: f.start):
            a, b = normal.span(found.start, found.end)
            written = as_written(normal, passage.text[start:end], found.term)
            yield _term(passage, info, (start, end), (start + a, start + b), written)
        previous = normal.text
    normal = normalise(passage.text)
    for found in from_paragraph(normal.text):
        means = normal.span(found.start, found.end)
        sentence = next(span for span in sentences if span[0] <= means[0] < span[1])
        yield _term(passage, info, sentence, means, as_written(normal, passage.text, found.term))


def _term(passage: Passage, info: DocumentInfo, sentence: tuple[int, int], means: tuple[int, int], term: str) -> Term:
    """An entry; `sentence` and `means` are places in the passage."""
    raw = passage.text[slice(*sentence)]
    start = passage.start + sentence[0] + len(raw) - len(raw.lstrip())
    first, last = passage.start + means[0], passage.start + means[1]
    return Term(
        id=hashlib.sha256(f"{info.sha256}:{first}:{fold(term)}".encode()).hexdigest()[:16],
        doc_id=info.id,
        district=info.district,
        term=term,
        meaning=passage.text[slice(*means)],
        text=raw.strip(),
        start=start,
        end=start + len(raw.strip()),
        meaning_start=first,
        meaning_end=last,
    )


def _in_sentence(text: str, previous: str) -> Iterator[Found]:
    """The terms that folded `text` explains; a place for each meaning."""
    told: set[str] = set()
    for found in _candidates(text, previous):
        size = found.end - found.start
        if found.term not in told and size >= 2 and not _NOT_A_TERM.match(found.term):
            told.add(found.term)
            yield found


def _candidates(text: str, previous: str) -> Iterator[Found]:
    digits = _spelt_digits(text, previous)
    if digits:
        yield digits
    for pattern in (_OPENS, _SHORT_FOR):
        for match in pattern.finditer(text):
            yield Found(match["term"], match.start("means"), match.end("means"))
    at = 0
    while (defined := _DEFINED.search(text, at)) is not None:
        if not defined["head"].startswith("的") and (not defined["term"].isdigit() or len(defined["term"]) > 1):
            yield _cut(text, defined)
        at = defined.end("head")
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield _cut(text, match)
    for match in _ACRONYM.finditer(text):
        yield Found(match["term"], match.start("means"), match.end("means"))
    yield from from_lists(text)


def _cut(text: str, match: re.Match[str]) -> Found:
    """A meaning up to the next term that the sentence explains, without the stop at its end."""
    start = match.start("means")
    end = min(match.end("means"), start + _LONGEST_CHARS)
    following = _NEXT_TERM.search(text, start, end)
    end = following.start() if following else end
    while end > start and text[end - 1] in ",;。、":
        end -= 1
    return Found(match["term"], start, end)


def _spelt_digits(text: str, previous: str) -> Found | None:
    """“753”, when this sentence or the one before writes it and this one says what 7, 5 and 3 are."""
    members = list(_DIGIT_SAYS.finditer(text))
    if len(members) < 2:
        return None
    said = "".join(m["digit"] for m in members)
    slogan = next((m for m in DIGITS.finditer(previous + text) if m["term"] == said), None)
    end = len(text.rstrip("。;"))
    return Found(slogan["term"], members[0].start(), end) if slogan else None
