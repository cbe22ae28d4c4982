"""Which documents a question names by their district, and which places that no document is about."""

import re
from dataclasses import dataclass
from functools import lru_cache

import rjieba

from index.divisions import divisions
from index.normal import fold
from index.types import Document, DocumentInfo
from rag.same import Same

_LONGEST_NAME = 15
_COMMON = frozenset(
    (
        "大城 新城 新建 平原 江南 中原 古城 商城 朝阳 太平 青山 海港 河口 河西 江北 东海 东山 和平 郊区 城区 新区 开发"
    ).split()
)
_GENERIC = frozenset("城区 郊区 矿区 市区".split())  # names only behind that of a city: 晋城市城区
_OF_NAMES = tuple("路街道山河湖江海村镇乡站桥门寺塔园厂校院杯奖")  # 南山路, 长安杯: a name that holds another
_SHORT = 3  # an alias of no more characters may be a part of other words
_THERE = re.compile(r"那边|这边|那儿|那里|当地|[一那]带")
_UNKNOWN = re.compile(r"[㐀-鿿]{2,3}县(?=(?:到|在)?(?:20\d\d|“?十[一二三四五]五)|的)")
_POINTING = "本我全该各此这"  # 本市中…, 全市中…: the 市 is no part of a name


@dataclass(frozen=True)
class Places:
    """`documents`: ids of the documents whose district is named, in the order of the question.

    `names`: the district as the question wrote it, parallel to `documents`. `foreign`: other places that it names.
    """

    documents: tuple[str, ...]
    names: tuple[str, ...]
    foreign: tuple[str, ...]
    rest: str  # the question without the names


def find_places(question: str, documents: tuple[Document, ...]) -> Places:
    """Read the districts out of `question` (folded and simplified).

    The longest alias wins; “江北” is not found in “长江北岸”, “城中区” not in “全城中区域”, nor where a longer
    place name goes on.
    """
    aliases = _aliases(Same(documents))
    starts = word_starts(question)
    found: list[tuple[int, str, str]] = []
    foreign: list[tuple[int, str]] = []
    taken = [False] * len(question)
    for at in range(len(question)):
        if taken[at]:
            continue
        name = _division_at(question, at, starts)
        here = aliases.get(question[at], [])
        alias = next((a for a, _ in here if question.startswith(a, at) and _stands_alone(question, a, at, starts)), "")
        if alias and len(alias) >= len(name):
            found.extend((at, alias, doc_id) for a, doc_id in here if a == alias)
            taken[at : at + len(alias)] = [True] * len(alias)
        elif name:
            foreign.append((at, name))
            taken[at : at + len(name)] = [True] * len(name)
    unknown = "" if found or foreign else _unknown_at_first(question, starts)
    if unknown:
        foreign.append((0, unknown))
        taken[: len(unknown)] = [True] * len(unknown)
    ids = tuple(dict.fromkeys(doc_id for _, _, doc_id in sorted(found)))
    names = {doc_id: alias for _, alias, doc_id in sorted(found, reverse=True)}
    rest = "".join(" " if taken[i] else c for i, c in enumerate(question))
    return Places(ids, tuple(names[i] for i in ids), tuple(n for _, n in foreign), rest)


def _unknown_at_first(question: str, starts: dict[int, str]) -> str:
    """A county that opens the question and is in no list (a new one, or invented): “凤鸣县到2025年…”; "" if none is."""
    match = _UNKNOWN.match(question)
    name = match[0] if match else ""
    return name if name and name[0] not in f"{_POINTING}每某哪外郊区市" and not cuts_a_word(len(name), starts) else ""


@lru_cache(maxsize=2)
def _aliases(same: Same[tuple[Document, ...]]) -> dict[str, list[tuple[str, str]]]:
    """The districts' names with their documents, by their first character, the longest first."""
    named = {(alias, d.info.id) for d in same.held for alias in names_of(d.info) if alias}
    aliases: dict[str, list[tuple[str, str]]] = {}
    for alias, doc_id in sorted(named, key=lambda item: -len(item[0])):
        aliases.setdefault(alias[0], []).append((alias, doc_id))
    return aliases


def names_of(info: DocumentInfo) -> tuple[str, ...]:
    """What a question may call a document's district; where no manifest says, the places that its title, its issuer
    or its file's name names."""
    if info.district or info.aliases:
        return info.district, *info.aliases
    return _places_in(fold(f"{info.title} {info.issuer} {info.file}"))


@lru_cache(maxsize=4096)
def _places_in(title: str) -> tuple[str, ...]:
    starts = word_starts(title)
    return tuple(dict.fromkeys(filter(None, (_division_at(title, at, starts) for at in range(len(title))))))


def word_starts(text: str) -> dict[int, str]:
    """The words of `text` by the character at which each starts."""
    starts: dict[int, str] = {}
    at = 0
    for word in rjieba.cut(text, False):
        starts[at] = word
        at += len(word)
    return starts


def cuts_a_word(at: int, starts: dict[int, str]) -> bool:
    """Whether position `at` lies inside a word."""
    return at not in starts and any(start < at < start + len(word) for start, word in starts.items())


def _stands_alone(question: str, alias: str, at: int, starts: dict[int, str]) -> bool:
    """A short alias must begin a word and not be a part of longer ones: not “城中区” in “全城|中|区域”."""
    if len(alias) > _SHORT:
        return True
    if _pointed_at(question, at):
        return False
    word = starts.get(at)
    if word is None:
        return bool(at) and question[at - 1] in "市省" and len(alias) > 2 and not cuts_a_word(at + len(alias), starts)
    return not cuts_a_word(at + len(alias), starts) and (len(word) <= len(alias) or not word.startswith(alias))


def _pointed_at(text: str, at: int) -> bool:
    """Whether the 市 at `at` ends 本市, 我市, 全市 and begins no name."""
    return text[at] in "市县区" and at > 0 and text[at - 1] in _POINTING


def _division_at(text: str, at: int, starts: dict[int, str]) -> str:
    """The longest place name that begins at `at`, "" if none does."""
    there = next((text[at : at + size] for size in (4, 3, 2) if text[at : at + size] in _stems()), "")
    if there and _THERE.match(text, at + len(there)):
        return there
    if _pointed_at(text, at) or (at not in starts and not (at and text[at - 1] in "市省区县")):
        return ""
    names = divisions()
    found = next(
        (
            text[at : at + size]
            for size in range(min(_LONGEST_NAME, len(text) - at), 1, -1)
            if text[at : at + size] in names
            and (text[at : at + size] not in _GENERIC or (at and text[at - 1] == "市"))
            and not (size <= _SHORT and text[at + size - 1] == "区" and cuts_a_word(at + size, starts))
        ),
        "",
    )
    return found or _bare_division(text, at, starts)


@lru_cache(maxsize=1)
def _stems() -> frozenset[str]:
    """Names of districts, counties and cities without 区, 县, 市."""
    return frozenset(name[:-1] for name in divisions() if len(name) > _SHORT - 1 and name[-1] in "区县市")


def _bare_division(text: str, at: int, starts: dict[int, str]) -> str:
    """A division without its last character (博山), or with another since it was renamed (邹平县, now 邹平市)."""
    word = starts.get(at, "")
    stem = word if word in _stems() else word[:-1]
    if len(stem) < 2 or stem not in _stems():
        return ""
    end = at + len(stem)
    if text[end : end + 1] in ("区", "县", "市"):
        renamed = stem not in _COMMON and any(tag in ("ns", "nr", "nz") for _, tag in rjieba.tag(stem, True))
        return text[at : end + 1] if renamed and not cuts_a_word(end + 1, starts) else ""
    if stem != word or text[end : end + 1] in _OF_NAMES:
        return ""
    return stem if stem not in _COMMON and any(tag == "ns" for _, tag in rjieba.tag(stem, True)) else ""


def named_in(text: str, names: frozenset[str]) -> list[str]:
    """Every place in folded `text`: those of `names` and China's divisions, the longest at each character."""
    aliases = sorted(names, key=len, reverse=True)
    starts = word_starts(text)
    found: list[str] = []
    at = 0
    while at < len(text):
        alias = next((a for a in aliases if text.startswith(a, at) and _stands_alone(text, a, at, starts)), "")
        name = max(alias, _division_at(text, at, starts), key=len)
        found.extend([name] if name else [])
        at += max(1, len(name))
    return found
