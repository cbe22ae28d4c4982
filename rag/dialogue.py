"""Follow-ups: what a question leaves out is taken from the question before it. Pure.

周村区到2025年高新技术企业达到多少家? + 那潍城区呢?          → 潍城区到2025年高新技术企业达到多少家?
张店区改造多少个老旧小区?          + 由谁牵头?            → 张店区改造老旧小区,由谁牵头?
周村区建多少个口袋公园?            + 养老床位有多少张?     → 周村区养老床位有多少张?
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources

import rjieba

from rag.lexicon import Lexicon
from rag.places import Places

# It cannot be understood alone: a pronoun, an ordinal, a part of what was named.
_POINTS = re.compile(
    r"它们?|其中|上述|前者|后者|你(?:刚才?)?说|刚才|[这那](?:[个些项里儿]|一[个项块点]|方面|几|[两三四五六七八九十])(?!区|县|市|份)|"
    r"这[里儿]头|里头的|^(?:其|该|此|上面|前面|最后|第[一二三四五六七八九十\d]+[个项])(?!区|县|市)|^[这该](?!区|县|市|份)"
)
# It goes on from the question before.
_GOES_ON = re.compile(r"^(?:那么?|还有|另外?|再|具体|为什么|怎么|呢|分别|各|都|由谁|谁)|呢[?。!]?$|呢[,]")
_LEAD = re.compile(r"^(?:那么?(?![个些里儿边时])|还有|另外|然后|再问一?下|请问|呢)[,、]?\s*")
_TAIL = re.compile(r"\s*呢?[?。!呢]*$")
_HERE = re.compile(r"(?:我们?|咱们?|本|这个)(?:区|县|市)(?!中心)|(?:我们|咱们?)这(?:里|儿|边|块儿?)")
_YEAR = re.compile(r"(?:到|至|截至)?(?:19|20)\d\d(?:-(?:19|20)?\d\d)?年?(?:年?[底末]|之前|以前|前)?")
_ASKS_ALONE = re.compile(r"多少|哪|什么|啥|几|如何|怎么|怎样|咋|吗|是否|有没有|是不是|多[大长高远久]|谁|为何")
_COMMON = 0.06  # share of the passages: a word of more is a word of all plans
_TERM_WORDS = 2  # words that make a term of its own: 森林|覆盖率


@dataclass(frozen=True)
class Completed:
    """A follow-up with what it left out. `elliptic`: it changes one thing and asks the same of it."""

    text: str
    places: Places
    elliptic: bool


def completed(
    text: str, own: Places, text_before: str, focus_before: str, before: Places, lexicon: Lexicon | None
) -> Completed | None:
    """`text` completed from the question before it; None where it stands on its own. All folded."""
    points, goes_on = bool(_POINTS.search(text)), bool(_GOES_ON.search(text))
    placed = bool(own.documents or own.foreign)
    if placed and not points and not goes_on:
        return None
    residue = _residue(own.rest)
    subject_words = own_words(own.rest, lexicon)
    places = own if placed else replace(own, documents=before.documents, names=before.names)
    names = "" if placed else "和".join(name for name in before.names[:2] if name and name not in text)
    if placed and not subject_words:
        return Completed(_switched(own, residue, text_before, before), places, True)
    alone = not points and len(subject_words) >= (_TERM_WORDS if goes_on else 1) and not _ASKS_ALONE.match(residue)
    if alone and (goes_on or placed or _ASKS_ALONE.search(residue) or len(residue) >= 2 * _TERM_WORDS):
        elliptic = goes_on and not _ASKS_ALONE.search(residue)
        own_text = _TAIL.sub("", _LEAD.sub("", text)) if placed else residue
        return Completed(names + own_text, places, elliptic)
    subject = _subject(focus_before, residue, own_years=bool(_YEAR.search(residue)))
    shown = _TAIL.sub("", _LEAD.sub("", text)) if placed else residue
    return Completed(names + " ".join(filter(None, (subject, shown))), places, goes_on)


@lru_cache(maxsize=1)
def attributes() -> frozenset[str]:
    """Words that ask something of a subject and are none, from data/attributes.txt."""
    lines = resources.files("rag").joinpath("data/attributes.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def own_words(rest: str, lexicon: Lexicon | None) -> list[str]:
    """The words of a question that name a subject: known to the documents, and not such as every plan has."""
    found = []
    for word in rjieba.cut(without_here(_YEAR.sub(" ", rest)), True):
        if len(word) < 2 or word in attributes() or not re.fullmatch(r"[㐀-鿿]+|[a-z][a-z\d&]+", word):
            continue
        if re.fullmatch(r"十[一二三四五六]五", word):
            continue
        if lexicon is None or 0 < lexicon.word(word) <= max(2, _COMMON * lexicon.passages):
            found.append(word)
    return found


def here_in(text: str) -> str:
    """我区, 咱们市, 我们这儿: the asker's own place as it is called, "" where it is not."""
    match = _HERE.search(text)
    return match[0] if match and not re.match(r"中[小区心学]", text[match.end() :]) else ""


def without_here(text: str) -> str:
    """`text` without the asker's own place: it says nothing of the subject."""
    here = here_in(text)
    return text.replace(here, " ") if here else text


def _residue(rest: str) -> str:
    """What a follow-up says beside the place, without the words that lead in."""
    text = re.sub(r"\s+", "", rest)
    text = _TAIL.sub("", _LEAD.sub("", text))
    return re.sub(r"^(?:呢)?[,、?。]+|呢(?=[,?])", "", text)


def _switched(own: Places, residue: str, text_before: str, before: Places) -> str:
    """The question before, asked of another place: its own words, and what the new question adds."""
    name = "和".join(dict.fromkeys((*(n for n in own.names if n), *own.foreign)))
    base = before.rest if before.rest.strip() else text_before
    for_years = _YEAR.sub("", base) if _YEAR.search(residue) else base
    base = re.sub(r"\s+", "", for_years)
    base = re.sub(r"^[和与跟及、,的]+", "", _TAIL.sub("", _LEAD.sub("", base)))
    added = residue.strip("的,") if _adds(residue) else ""
    return f"{name}{base}" + (f",{added}" if added else "")


def _adds(residue: str) -> bool:
    """Whether what is left beside a new place says something: a year, or what is asked."""
    return bool(re.search(r"\d", residue) or (_ASKS_ALONE.search(residue) and len(residue) > 3))


def _subject(focus_before: str, residue: str, own_years: bool) -> str:
    """What the question before was about, without what the new one says anew."""
    kept = _YEAR.sub("", focus_before) if own_years else focus_before
    parts = [part for part in _LEAD.sub("", kept).split() if part not in residue]
    return " ".join(dict.fromkeys(parts))
