"""Slogans that a list explains: it stands before or behind them and has as many members as they say. Reads folded text.
Pure.

    森林防火、防汛、防震“三防”防线                    as many members as the number says
    整合公安、交警、城管资源,建立“三位一体”的队伍     the same, before a comma and a verb
    “众创空间+孵化器+加速器+产业园区”四位一体        the list first
    “选种一批、育苗一批、移栽一批”接续模式           the list first, no number
    绿色、智慧“双轮驱动”                              two members
    旱地变水田、荒坡变果园、闲房变民宿                as many as share a verb: 三变, though nobody writes it
    粮食、能源、金融安全等“底线”                     examples
    “十百千”工程,…“十大品牌”“百强企业”“千优产品”    members that begin with its characters
    …三大优势产业,…三大新兴产业,…三大服务业,构建“333”体系
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.phrases import action_of, begins_with_action
from index.quantity import chinese_number

NUMERAL = "一二两三四五六七八九十"
_TWO = "双"
DIGITS = re.compile(r"“(?P<term>\d{2,4})(?P<rest>[㐀-鿿]{0,4})”")
_COUNTED = re.compile(
    rf"“(?P<term>(?P<count>{_TWO}|[{NUMERAL}]{{1,2}})[^“”,;。:、]{{1,12}}(?:、[^“”,;。:]{{1,8}})?)”"
    rf"|(?<=[㐀-鿿])(?P<plain>(?P<number>[三四五六七八九十])(?:大|条|类|项)[㐀-鿿]{{2,6}}?)(?=[,;。]|以|的|为|和|建设|优势|$)"
)
_SLOGAN = re.compile(rf"“(?P<term>[{NUMERAL}百千万]{{2,5}})”")
_LIST_FIRST = re.compile(
    rf"“(?P<means>[^“”]{{3,60}})”(?P<term>(?P<count>[{NUMERAL}]{{1,2}})(?:大|位一体|篇文章|个|项|化|类|库|方)[㐀-鿿]{{0,10}})"
)
_FORM = re.compile(
    r"“(?P<means>[^“”,;。a-z\d]{3,60})”(?P<term>(?!的)[㐀-鿿]{3,8}?(?:模式|机制|体系|格局|体制|架构|链条))"
)
_EXAMPLES = re.compile(r"(?P<means>[^,;。:“”]{5,60})等(?:n个)?“(?P<term>[^“”,;。:\d]{2,10})”")
_LISTED = re.compile(r"[、+]|和(?!谐|平|美)|与(?!会)|以及|及(?!以|时)|[”][“]")
_DASHED = re.compile(r"[-—]+|[、+]|→")
_VERBS = re.compile(
    r"(?:统筹布局|统筹(?!城乡|区域|发展)|加固|完善|强化|以|把|将|对|围绕|聚焦|聚力|推进|包括|按照|坚持|坚决|突出|涵盖|深化|筑牢|加固筑牢|精准补齐"
    r"|放大|构建|形成|抢抓|加强|支持|实施|建设|优化|推动|守牢|严守|整合|严格落实|落实|织密|抓好|做好|健全|发挥)(?=[^、]{1,20}[、和])"
)
# What may stand between a list and its slogan.
_BETWEEN = re.compile(rf"(?:治理|建设|发展)?为(?:重点|核心|主体|主)$|全[国省市县区]$|[{NUMERAL}]年$")
_FEWEST_EXAMPLES = 3
_TURNS = re.compile(
    r"(?P<means>[㐀-鿿]{2,8}(?P<verb>[变改转])[㐀-鿿]{2,4}(?:、[㐀-鿿]{2,4}(?P=verb)[㐀-鿿]{2,4}){2,8})(?=[,;。”])"
)


@dataclass(frozen=True)
class Found:
    """A term and where folded text says what it stands for."""

    term: str
    start: int
    end: int


def from_lists(text: str) -> Iterator[Found]:
    """The slogans of folded `text` that a list in it explains."""
    yield from _counted(text)
    yield from _initials(text)
    yield from _list_first(text)
    yield from _digits_of_lists(text)
    yield from _examples(text)
    yield from _turns(text)


def _counted(text: str) -> Iterator[Found]:
    """A、B、C“三防”防线 → 三防: the list before it has as many members as it says."""
    for match in _COUNTED.finditer(text):
        told = match["count"] or match["number"]
        count = 2 if told == _TWO else chinese_number(told)
        if text[match.start() - 1 : match.start()] in ("、", "和", "与", "及"):  # itself a member of the list
            continue
        if count is None or count < 2:
            continue
        ends = [match.start()]
        comma = text.rfind(",", 0, match.start())
        between = text[comma + 1 : match.start()]
        if match["term"] and comma > 0 and between and begins_with_action(between) == between:
            ends.append(comma)
        for end in ends:
            listed = next((found for found in _lists_before(text, end) if found[2] == count), None)
            if listed:
                yield Found(match["term"] or match["plain"], listed[0], listed[1])
                break


def _lists_before(text: str, at: int) -> Iterator[tuple[int, int, int]]:
    """Where a list that ends at `at` may begin, where it ends, and how many members it has."""
    start = max(text.rfind(mark, 0, at) for mark in ",;。:") + 1
    clause = _BETWEEN.sub("", text[start:at].rstrip("等的"))
    behind = max((m.end() for m in re.finditer(r"”[㐀-鿿]{0,6}(?:和|与|以及)", clause)), default=0)
    for opening in dict.fromkeys((0, behind)):
        begin = start + opening + _verbs_end(clause[opening:])
        listed = text[begin : start + len(clause)]
        noun = action_of(listed)[1]
        begin += max(0, listed.find(noun[:4])) if noun else 0
        listed = text[begin : start + len(clause)]
        bare = re.sub(r"“[^“”、]*”(?=、|和|$)", "", listed)
        told = listed.startswith("“") or not re.search(r"\d[^、]*[^\d、]|“", bare)
        if listed and told:
            yield begin, begin + len(listed), len(_members(listed))


def _verbs_end(clause: str) -> int:
    """Where the verbs before a list's first member end: 科学划定并严守|生态保护红线、…."""
    first = clause.split("、", 1)[0]
    marked = _VERBS.search(clause)
    while marked and (following := _VERBS.match(clause, marked.end())):
        marked = following
    joined = re.search(r"[㐀-鿿]{2,6}并[㐀-鿿]{2}(?=[㐀-鿿]{4})", first)
    return max(marked.end() if marked else 0, joined.end() if joined else 0)


def _members(listed: str) -> list[str]:
    """The members of a list, brackets' contents not split."""
    bare = re.sub(r"\([^()]*\)", "", listed)
    return [part for part in _LISTED.split(bare) if part.strip("“”")]


def _initials(text: str) -> Iterator[Found]:
    """“十百千”工程,…“十大品牌”“百强企业”“千优产品” → the quoted words that its characters begin."""
    for match in _SLOGAN.finditer(text):
        members = re.search("[、和]?".join(rf"“{char}[^“”]{{2,10}}”" for char in match["term"]), text[match.end() :])
        if members:
            yield Found(match["term"], match.end() + members.start(), match.end() + members.end())


def _list_first(text: str) -> Iterator[Found]:
    """“A+B+C+D”四位一体 → 四位一体; “A-B-C”三库联建; “A、B、C”接续模式."""
    for match in _LIST_FIRST.finditer(text):
        count = chinese_number(match["count"])
        if count in (len(_members(match["means"])), len(_DASHED.split(match["means"]))):
            yield Found(match["term"], match.start("means"), match.end("means"))
    for match in _FORM.finditer(text):
        if len(_members(match["means"])) >= _FEWEST_EXAMPLES and match["term"][0] not in NUMERAL:
            yield Found(match["term"], match.start("means"), match.end("means"))


def _digits_of_lists(text: str) -> Iterator[Found]:
    """…三大优势传统产业,…三大战略性新兴产业,…三大现代服务业,着力构建“333”现代产业体系 → 333."""
    for match in DIGITS.finditer(text):
        before = text[: match.start()]
        counts = list(re.finditer(rf"([{NUMERAL}]|\d)(?:大|个|项|条)", before))
        said = "".join(str(chinese_number(m[1])) if not m[1].isdigit() else m[1] for m in counts)
        if said == match["term"]:
            end = before.rfind(",")
            yield Found(match["term"], 0, end if end > 0 else len(before))


def _examples(text: str) -> Iterator[Found]:
    """A、B、C等“T” → T by its examples."""
    for match in _EXAMPLES.finditer(text):
        begin = match.start("means") + _verbs_end(match["means"])
        noun = action_of(text[begin : match.end("means")])[1]
        begin += max(0, text[begin : match.end("means")].find(noun[:4])) if noun else 0
        members = _members(text[begin : match.end("means")])
        counted = re.match(rf"[{NUMERAL}]{{1,2}}", match["term"])
        told = chinese_number(counted[0]) if counted else None
        if len(members) >= _FEWEST_EXAMPLES and told in (None, 1, len(members)):
            yield Found(match["term"], begin, match.end("means"))


def _turns(text: str) -> Iterator[Found]:
    """推动A变B、C变D、E变F → 三变, as such lists are called."""
    for match in _TURNS.finditer(text):
        count = match["means"].count("、") + 1
        begin = match.start("means") + _verbs_end(match["means"])
        yield Found(f"{NUMERAL.replace('两', '')[count - 1]}{match['verb']}", begin, match.end("means"))
