"""The slogans and terms that a document explains, each with its own words for them. Pure.

    “四新”,就是数字技术、信息技术…等新技术,…          a definition
    “753”现代产业体系。其中,“7”是指…,“5”是指…,“3”是指…  its digits told one by one
    …增加城市公厕和城市公共停车场建设两项工作,简称“三改三建”   an abbreviation
    “八纵”(西外环、东门路、…)                         brackets
    森林防火、防汛、防震“三防”防线                      a list of as many members as the number says
    “众创空间+孵化器+加速器+产业园区”四位一体            the same, list first

Only what the document itself says; the same slogan in another document is another entry.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.normal import as_written, normalise
from index.phrases import action_of
from index.quantity import chinese_number
from index.types import Chunks, Document, DocumentInfo, Passage, Term

_QUOTED = r"“(?P<term>[^“”,;。:]{1,16})”"
_SAYS = r"(?:通常|主要)?(?:是指|就是|指的是|即是|即为|即|指(?!标|导|数|引|挥|南|向|示)|意为|是为|特指)"
_DEFINED = re.compile(rf"{_QUOTED}(?P<head>[㐀-鿿]{{0,8}}?),?{_SAYS}[,:]?(?P<means>(?!将)[^。]{{2,}})")
_PLAIN = re.compile(r"(?:^|[。;])(?P<term>[㐀-鿿a-z\d]{2,12}?)(?:是指|指的是)[,:]?(?P<means>[^。]{4,})")
_ENUMERATED = re.compile(rf"{_QUOTED}(?P<head>[㐀-鿿]{{0,8}}),(?P<means>一是[^。]{{6,}})")
_INCLUDES = re.compile(
    rf"{_QUOTED}(?P<head>[㐀-鿿]{{0,8}})(?:[^。]{{0,60}}?,)?(?:主要)?(?:包括|分别是|分别为|分为)[:]?(?P<means>[^。]{{6,}})"
)
_SHAPE = re.compile(rf"{_QUOTED}(?P<head>[㐀-鿿]{{0,8}}),[^。]{{0,60}}?(?:为|是):(?P<means>[^。]{{6,}})")
_SHORT_FOR = re.compile(rf"(?P<means>[^。;]{{6,}}?),?[(]?(?:以下)?(?:简称|统称|合称|称为|称之为){_QUOTED}")
_BRACKETS = re.compile(rf"{_QUOTED}(?P<head>[㐀-鿿]{{0,6}})\((?P<means>[^()]{{4,}})\)")
_OPENS = re.compile(rf"(?:^|[。])指(?P<means>[^。,]{{4,}},?[^。]{{0,80}}?)的{_QUOTED}")
_NUMERAL = "一二两三四五六七八九十"
_COUNTED = re.compile(
    rf"“(?P<term>(?P<count>[{_NUMERAL}]{{1,2}})[^“”,;。:、]{{1,12}}(?:、[^“”,;。:]{{1,8}})?)”"
    rf"|(?<=[㐀-鿿])(?P<plain>(?P<number>[三四五六七八九十])(?:大|条|类|项)[㐀-鿿]{{2,6}}?)(?=[,;。]|以|的|为|和|建设|优势|$)"
)
_ACRONYM = re.compile(r"(?<![a-z])(?P<term>[a-z]{2,8})\((?P<means>[㐀-鿿]{4,20})\)")
_SLOGAN = re.compile(rf"“(?P<term>[{_NUMERAL}百千万]{{2,5}})”")
_LIST_FIRST = re.compile(
    rf"“(?P<means>[^“”]{{3,60}})”(?P<term>(?P<count>[{_NUMERAL}]{{1,2}})(?:大|位一体|篇文章|个|项|化|类)[㐀-鿿]{{0,10}})"
)
_DIGITS = re.compile(r"“(?P<term>\d{2,4})(?P<rest>[㐀-鿿]{0,4})”")
_DIGIT_SAYS = re.compile(rf"“(?P<digit>\d)”,?{_SAYS}")
_LISTED = re.compile(r"[、+]|和(?!谐|平|美)|与(?!会)|以及|及(?!以|时)|[”][“]")
_NEXT_TERM = re.compile(rf"[,;]“[^“”]{{1,16}}”[㐀-鿿]{{0,8}},?(?:{_SAYS}|一是)")
_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]?")
_NOT_A_TERM = re.compile(r"^(?:十[一二三四五六]五|一带一路|两会|[a-z\d.])$")
_LONGEST_CHARS = 400


@dataclass(frozen=True)
class _Found:
    term: str
    start: int
    end: int


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
        raw = passage.text[start:end]
        normal = normalise(raw)
        text = normal.text
        for item in sorted(_in_sentence(text, previous), key=lambda i: i.start):
            a, b = normal.span(item.start, item.end)
            lead = len(raw) - len(raw.lstrip())
            yield Term(
                id=hashlib.sha256(f"{info.sha256}:{passage.start + start + a}:{item.term}".encode()).hexdigest()[:16],
                doc_id=info.id,
                district=info.district,
                term=as_written(normal, raw, item.term),
                meaning=raw[a:b],
                text=raw.strip(),
                start=passage.start + start + lead,
                end=passage.start + start + lead + len(raw.strip()),
                meaning_start=passage.start + start + a,
                meaning_end=passage.start + start + b,
            )
        previous = text


def _in_sentence(text: str, previous: str) -> Iterator[_Found]:
    """The terms that folded `text` explains; a place for each meaning."""
    told: set[str] = set()
    for found in _candidates(text, previous):
        size = found.end - found.start
        if found.term not in told and size >= 2 and not _NOT_A_TERM.match(found.term):
            told.add(found.term)
            yield found


def _candidates(text: str, previous: str) -> Iterator[_Found]:
    digits = _spelt_digits(text, previous)
    if digits:
        yield digits
    for pattern in (_OPENS, _SHORT_FOR):
        for match in pattern.finditer(text):
            yield _Found(match["term"], match.start("means"), match.end("means"))
    at = 0
    while (defined := _DEFINED.search(text, at)) is not None:
        if not defined["head"].startswith("的") and (not defined["term"].isdigit() or len(defined["term"]) > 1):
            yield _cut(text, defined)
        at = defined.end("head")
    for pattern in (_PLAIN, _ENUMERATED, _BRACKETS, _INCLUDES, _SHAPE):
        for match in pattern.finditer(text):
            yield _cut(text, match)
    for match in _ACRONYM.finditer(text):
        yield _Found(match["term"], match.start("means"), match.end("means"))
    yield from _counted(text)
    yield from _initials(text)
    yield from _list_first(text)
    yield from _digits_of_lists(text)


def _cut(text: str, match: re.Match[str]) -> _Found:
    """A meaning up to the next term that the sentence explains, without the stop at its end."""
    start = match.start("means")
    end = min(match.end("means"), start + _LONGEST_CHARS)
    following = _NEXT_TERM.search(text, start, end)
    end = following.start() if following else end
    while end > start and text[end - 1] in ",;。、":
        end -= 1
    return _Found(match["term"], start, end)


def _spelt_digits(text: str, previous: str) -> _Found | None:
    """“753”, when this sentence or the one before writes it and this one says what 7, 5 and 3 are."""
    members = list(_DIGIT_SAYS.finditer(text))
    if len(members) < 2:
        return None
    said = "".join(m["digit"] for m in members)
    slogan = next((m for m in _DIGITS.finditer(previous + text) if m["term"] == said), None)
    end = len(text.rstrip("。;"))
    return _Found(slogan["term"], members[0].start(), end) if slogan else None


def _counted(text: str) -> Iterator[_Found]:
    """A、B、C“三防”防线 → 三防: the list before it has as many members as it says."""
    for match in _COUNTED.finditer(text):
        count = chinese_number(match["count"] or match["number"])
        term = match["term"] or match["plain"]
        listed = _list_before(text, match.start())
        if text[match.start() - 1 : match.start()] in ("、", "和", "与", "及"):  # itself a member of the list
            continue
        if count is not None and listed and listed[2] == count >= 2:
            yield _Found(term, listed[0], listed[1])


def _initials(text: str) -> Iterator[_Found]:
    """“十百千”工程,…“十大品牌”“百强企业”“千优产品” → the quoted words that its characters begin."""
    for match in _SLOGAN.finditer(text):
        members = re.search("[、和]?".join(rf"“{char}[^“”]{{2,10}}”" for char in match["term"]), text[match.end() :])
        if members:
            yield _Found(match["term"], match.end() + members.start(), match.end() + members.end())


def _list_before(text: str, at: int) -> tuple[int, int, int] | None:
    """Where the list that ends at `at` begins and ends, and how many members it has."""
    start = max(text.rfind(mark, 0, at) for mark in ",;。:") + 1
    clause = text[start:at].rstrip("等的")
    marked = re.search(
        r"(?:统筹布局|加固|完善|强化|以|把|将|对|围绕|聚焦|推进|包括|按照|坚持|突出|涵盖|深化|筑牢|加固筑牢|精准补齐|放大|构建|形成|抢抓|加强|支持|实施|建设|优化|推动)(?=[^、]{1,20}[、和])",
        clause,
    )
    begin = start + (marked.end() if marked else 0)
    listed = text[begin : start + len(clause)]
    noun = action_of(listed)[1]
    begin += max(0, listed.find(noun[:4])) if noun else 0
    listed = text[begin : start + len(clause)]
    members = _members(listed)
    told = not re.search(r"\d[^、]*[^\d、]|“", re.sub(r"“[^“”、]*”(?=、|和|$)", "", listed)) or listed.startswith("“")
    return (begin, begin + len(listed), len(members)) if listed and told else None


def _members(listed: str) -> list[str]:
    """The members of a list, brackets' contents not split."""
    bare = re.sub(r"\([^()]*\)", "", listed)
    return [part for part in _LISTED.split(bare) if part.strip("“”")]


def _list_first(text: str) -> Iterator[_Found]:
    """“A+B+C+D”四位一体 → 四位一体."""
    for match in _LIST_FIRST.finditer(text):
        count = chinese_number(match["count"])
        if count is not None and len(_members(match["means"])) == count:
            yield _Found(match["term"], match.start("means"), match.end("means"))


def _digits_of_lists(text: str) -> Iterator[_Found]:
    """…三大优势传统产业,…三大战略性新兴产业,…三大现代服务业,着力构建“333”现代产业体系 → 333."""
    for match in _DIGITS.finditer(text):
        before = text[: match.start()]
        counts = list(re.finditer(rf"([{_NUMERAL}]|\d)(?:大|个|项|条)", before))
        said = "".join(str(chinese_number(m[1])) if not m[1].isdigit() else m[1] for m in counts)
        if said == match["term"]:
            end = before.rfind(",")
            yield _Found(match["term"], 0, end if end > 0 else len(before))
