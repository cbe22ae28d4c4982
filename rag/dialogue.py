"""Follow-ups: what a question leaves out is taken from the question before it. Pure.

甲区到2025年高新技术企业达到多少家? + 那乙区呢?          → 乙区到2025年高新技术企业达到多少家?
甲区改造多少个老旧小区?          + 由谁牵头?            → 甲区改造老旧小区,由谁牵头?
甲区建多少个口袋公园?            + 养老床位有多少张?     → 甲区养老床位有多少张?
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from itertools import takewhile

import rjieba

from rag.lexicon import Lexicon
from rag.places import Places
from rag.side_by_side import every_place, of_one, without_every

# It cannot be understood alone: a pronoun, an ordinal, a part of what was named.
_POINTS = re.compile(
    r"它们?|其中|上述|前者|后者|你(?:刚才?)?说|刚才|[这那](?:[个些项里儿]|一[个项块点]|方面|几|[两三四五六七八九十])(?!区|县|市|份)|"
    r"^(?:要是|如果|假如|若)[^,]{0,14},(?:那么?)?(?:每多|再|还|又)|这[里儿]头|里头的|^(?:其|该|此|上面|前面|最后|第[一二三四五六七八九十\d]+[个项])(?!区|县|市)|^[这该](?!区|县|市|份)"
)
# It goes on from the question before.
_GOES_ON = re.compile(r"^(?:那么?|还有|另外?|再|具体|为什么|怎么|呢|分别|各|都|由谁|谁)|呢[?。!]?$|呢[,]")
_FRESH = re.compile(r"^(?:另外|还有|再问)")  # a lead to another topic
_LEAD = re.compile(r"^(?:那么?(?![个些里儿边时])|还有|另外|然后|再问一?下|请问|呢)[,、]?\s*")
_TAIL = re.compile(r"\s*呢?[?。!呢]*$")
_HERE = re.compile(r"(?:我们?|咱们?|本|这个)(?:区|县|市)(?!中心)|(?:我们|咱们?)这(?:里|儿|边|块儿?)")
_YEAR = re.compile(r"(?:到|至|截至)?(?:19|20)\d\d(?:-(?:19|20)?\d\d)?年?(?:年?[底末]|之前|以前|前)?")
_OWN_TIME = re.compile(rf"{_YEAR.pattern}|“?十[一二三四五六]五”?")
_AMONG = re.compile(
    r"^那?(?:里[头面边]|其中|这[里些]?[面头]?[里边]?|当中)(?:都|也)?(?:有没有|有|包括|包含|含)(?![多几什啥哪])"
)
_COUNTS = re.compile(r"(?:多少|几)[个家条项名座所处张台户件辆套只场人米元万亿吨亩%]{0,2}$")
_LATIN = re.compile(r"[a-z]{2,}")
_ASKS_ALONE = re.compile(r"多少|哪|什么|啥|几|如何|怎么|怎样|咋|吗|是否|有没有|是不是|多[大长高远久]|谁|为何")
_ASKED = re.compile(
    r"(?:分别|各|都|大概|总共|一共)?(?:是|有|为|达到?|要)?(?:多少|(?<![哪这那])几|哪些|哪几|哪一?|什么|啥|多[大长高远久])"
    r"(?:样的?|方面|时候|年)?(?:平方公里|平方米|公里|公顷|万?亩|[万亿]?[元吨人]|[个家条项名座所处张台种户位件辆套只场米%])?|"
    r"(?:如何|怎么样?|怎样|咋)|吗|呢|请问"
)
_DANGLING = re.compile(r"(?:达到?|提高到|要|是|有|为|的|都|分别|讲了些|了|得)+$")
_CLAUSE_CHARS, _LITTLE_CHARS = 4, 3
_COMMON = 0.06  # share of the passages: a word of more is a word of all plans
_TERM_WORDS = 2  # words that make a term of its own: 森林|覆盖率


@dataclass(frozen=True)
class Completed:
    """A follow-up with what it left out. `elliptic`: it changes one thing and asks the same of it."""

    text: str
    places: Places
    elliptic: bool


def completed(text: str, own: Places, text_before: str, before: Places, lexicon: Lexicon | None) -> Completed | None:
    """`text` completed from the question before it; None where it stands on its own. All folded."""
    among = bool(before.documents) and bool(_AMONG.match(text))
    points, goes_on = among or bool(_POINTS.search(text)), bool(_GOES_ON.search(text))
    if every_place(text) and not own.documents:  # 几个区的…哪个最高: of all, whatever was asked before
        return None
    if among:  # 里头有甲区的吗: a place to look for among what was told
        own = replace(before, rest=text)
    placed = not among and bool(own.documents or own.foreign)
    counted = placed and not points and not goes_on and _counts_alone(own.rest, lexicon)
    if placed and not points and not goes_on and not counted:
        return None
    if not placed and not points and _named_elsewhere(text, before, lexicon):
        return None
    places = own if placed else replace(own, documents=before.documents, names=before.names)
    names = (*(n for n in places.names if n), *(own.foreign if placed else ()))
    name = "和".join(dict.fromkeys(n for n in names if placed or n not in text)) or every_place(text_before)
    residue, base = _residue(own.rest), _base(text_before, before, several=len(places.documents) != 1)
    words = own_words(residue, lexicon)
    year = _YEAR.fullmatch(residue)
    if (placed and not words and not counted) or (year and _YEAR.search(base)):  # 那甲区呢? 那2035年呢?
        return Completed(name + _asked_again(base, residue), places, True)
    asks = bool(_ASKS_ALONE.search(residue))
    kin = "" if asks or placed or not goes_on else _with_kin(base, residue, lexicon)
    if kin:
        return Completed(name + kin, places, True)
    needed = _TERM_WORDS if goes_on and not placed and not (asks and _FRESH.search(text)) else 1
    alone = not points and len(words) >= needed
    if alone and (goes_on or asks or len(residue) >= _CLAUSE_CHARS):
        elliptic = goes_on and not asks
        years = dict.fromkeys(_YEAR.findall(base)) if elliptic and not _YEAR.search(residue) else {}
        return Completed(name + (next(iter(years)) if len(years) == 1 else "") + residue, places, elliptic)
    subject = _subject(_at_no_time(base) if tells_time(residue) else base)
    return Completed(name + ",".join(filter(None, (subject, _new(residue, subject)))), places, goes_on)


def _counts_alone(rest: str, lexicon: Lexicon | None) -> bool:
    """Whether a question with a place only counts, and does not say what: 甲区2023年要新增几家?"""
    residue = _residue(rest)
    return bool(_COUNTS.search(residue)) and not own_words(residue, lexicon)


def _named_elsewhere(text: str, before: Places, lexicon: Lexicon | None) -> bool:
    """Whether a question uses a Latin name that other documents have and those asked before do not."""
    if lexicon is None or not before.documents:
        return False
    held = [lexicon.documents_with(name) for name in _LATIN.findall(text)]
    return any(own and not own & set(before.documents) for own in held)


def _at_no_time(base: str) -> str:
    """The question before without its year and the aim that it set for it."""
    return re.sub(r"的?(?:目标值?|计划)(?=是|为|达|$|多少|几)", "", _YEAR.sub("", base))


@lru_cache(maxsize=1)
def attributes() -> frozenset[str]:
    """Words that ask something of a subject and are none, from data/attributes.txt."""
    lines = resources.files("rag").joinpath("data/attributes.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def own_words(rest: str, lexicon: Lexicon | None) -> list[str]:
    """The words of a question that name a subject: known to the documents, and not such as every plan has."""
    found = []
    for word in rjieba.cut(without_here(_YEAR.sub(" ", rest)), True):
        if len(word) < 2 or word in attributes() or not re.fullmatch(r"[㐀-鿿]+|\d?[a-z][a-z\d&]*", word):
            continue
        if re.fullmatch(r"[一二三四五六七八九十百千万两]+五?", word):
            continue
        if lexicon is None or 0 < lexicon.word(word) <= max(2, _COMMON * lexicon.passages):
            found.append(word)
    return found


def tells_time(text: str) -> bool:
    """Whether a question has a time of its own: a year, or a five-year plan."""
    return bool(_OWN_TIME.search(text))


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
    text = _TAIL.sub("", _LEAD.sub("", re.sub(r"\s+", "", rest)))
    return re.sub(r"^[,、?。的和与跟呢]+|呢(?=[,?])", "", text)


def before_alone(text_before: str, before: Places) -> str:
    """The question before without its places."""
    return _base(text_before, before, several=True)


def _base(text_before: str, before: Places, several: bool) -> str:
    """The question before without its places; without 分别 where one place is asked now."""
    rest = before.rest if before.rest.strip() else text_before
    text = re.sub(r"^(?:\s*[和与跟及、同比]?\s+)+|^\s*", "", rest)
    text = _TAIL.sub("", _LEAD.sub("", re.sub(r"\s+[和与跟及、]\s+|\s+", "", text)))
    alone = without_every(text) if several else of_one(re.sub(r"分别(?=是|为|有|达|要)", "", text))
    return re.sub(r"^[和与跟及、,的]+", "", alone)


def _asked_again(base: str, residue: str) -> str:
    """The question before, with the year and what else the new one adds."""
    year = _YEAR.search(residue)
    if year and _YEAR.search(base):
        again = _YEAR.sub(year[0], base, count=1)
        return again if len(set(residue) - set(again)) <= 1 else f"{again},{residue}"
    says = re.search(r"\d", residue) or (_ASKS_ALONE.search(residue) and len(residue) > _LITTLE_CHARS)
    return f"{base},{residue}" if says else base


def _with_kin(base: str, term: str, lexicon: Lexicon | None) -> str:
    """The question before with `term` for the thing of its kind: 房产税 for 企业所得税; "" where it names none.

    Of one kind are names that end alike and begin otherwise. A word before it goes with it where no document says
    that of the new one: 托位 for 养老床位.
    """
    if not re.fullmatch(r"[㐀-鿿]{2,8}", term):
        return ""
    cut = list(rjieba.cut(base, False))
    words = [w for w in cut if re.fullmatch(r"[㐀-鿿]{2,}", w) and w not in attributes()]
    kin = {w: _common_end(w, term) for w in words if w not in term and term not in w}
    best = max(kin, key=lambda w: kin[w], default="")
    if not best or not kin[best] or base.count(best) > 1:
        return ""
    prior = cut[cut.index(best) - 1] if cut.index(best) else ""
    if prior in words and lexicon is not None and not lexicon.occurs(prior + term):
        best = prior + best
    return base.replace(best, term, 1)


def _common_end(one: str, other: str) -> int:
    """How many last characters two words share."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one[::-1], other[::-1], strict=False)))


def _subject(base: str) -> str:
    """What the question before was about: without what it asked, 改造多少个老旧小区 → 改造老旧小区."""
    clauses = [_DANGLING.sub("", _ASKED.sub("", clause)) for clause in re.split(r"[,?;。]", base)]
    return ",".join(dict.fromkeys(clause for clause in clauses if clause))


def _new(residue: str, subject: str) -> str:
    """`residue` without the clauses that the subject says already."""
    return ",".join(clause for clause in residue.split(",") if clause not in subject.split(","))
