"""When: the year that holds for a figure, and whether it is promised or has been achieved. Reads folded text. Pure.

A figure's year is the last that its sentence names before it. What decides between promise and outcome, the first that
speaks: the year against the document's own date; the words of the clause, then of the sentence; whether the document
is reviewing or planning there (two states along its passages, the likeliest path).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.normal import fold
from index.types import DocumentInfo, Passage

PLAN_START = {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026, "十六五": 2031}
PLAN_YEARS = 5
ACHIEVED, PROMISED = "achieved", "promised"
_YEAR = re.compile(
    r"(?<![\d.〔\[])(?:(?P<from>(?:19|20)\d\d)(?:年\d{0,2}月?)?[-至到])?(?P<year>(?:19|20)\d\d)年(?!以?前|代|[^,;。]{0,3}前建成)"
)
_BEFORE_END = re.compile(r"(?<![\d.])((?:19|20)\d\d)年(?:底|末)?之?前(?!建成|建设)")
_PLAN = re.compile(r"十[一二三四五六]五(?!”?规划)")
_AGAINST = re.compile(r"(?:比|较|相比|比较|同)“?$")
_STARTS = re.compile(r"^年?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:起|开始|以来|以后|后)")
_SINCE = re.compile(r"[自从]$")
_SINCE_AFTER = re.compile(r"^年?[^,;。]{0,30}?(?:以来|起|开始|启动)|^年?(?:\d{1,2}月)?,")
_ISSUED = re.compile(
    r"^年?(?:\d{1,2}月)?(?:\d{1,2}日)?,?[^,。;]{0,40}(?:出台|印发|下发|提出|发布|发文|召开|审议|联合发)"
)
_DONE_IN = re.compile(
    r"(?:于|在)?((?:19|20)\d\d)年(?:\d{1,2}月|底|末)?(?:份|前)?(?:全部)?(?:开工|完成|建成|竣工|通车|投用|启动)"
)
_DONE = re.compile(
    r"已|截至|截止|[一二三四五六七八九十]年来|投入使用|增至|荣获|荣膺|目前|(?:印发|出台|下发)《|成功(?!率)|连续|了(?!解)|近年来|被(?:评|授|确定|列|表彰)|获评|"
    r"圆满|收官|全部(?:完成|实现|化解|改造完成)|以来|过去|成为全[省市国]首"
)
_PLANNED = re.compile(
    r"力争|计划(?!生育|投资|总投资|项目)|将(?!军|[^,;。]{1,10}(?:纳入|列为))|争取(?!到)|拟(?!态)|确保|预期|预计|到(?:20\d\d年|“十)|下一步|年内|新的一年"
    r"|至少|(?:均|都|全部|还|就|也|率)要(?!素|求|点)"
)
_REVIEW_HEAD = re.compile(r"基础|成就|回顾|成效|现状|总结|工作情况|取得")
_AIM_HEAD = re.compile(r"安排|展望|目标|打算|今后|下一步|思路|预期")
_PLAN_HEAD = re.compile(
    r"目标|任务|要求|思路|原则|举措|措施|重点工程|工程|保障|加快|推进|推动|强化|构建|打造|提升|建设|聚力|实施"
)
_REVIEW_CUES = re.compile(
    r"五年来|“十[二三]五”(?:期间|时期|末)|比20\d\d年|投入使用|增至|荣获|获评|被(?:评|授|确定|列)|成功|显著|成效|圆满|得到|取得|进一步完善|不断(?:提升|增强|加强|改善|提高|完善|健全|优化|深化)"
    r"|稳步(?:提升|提高|增长|推进)|率先|位居|居全|首个|首位|第一|完成了|实现了|收官|落地见效|全面完成|顺利|明显|累计"
)
_PLAN_CUES = re.compile(
    r"力争|到20[2-9]\d年|到“十|将(?!军)|加快|积极|坚持|加强|完善|健全|推动|推进|强化|深化|构建|打造|支持|鼓励|引导|探索|争取|实施(?!了)|建立|培育|发展|提高|提升|优化|"
    r"面临|机遇|挑战|努力|着力|大力|“十四五”时期|“十四五”期间"
)
_STAY = 2.0  # log odds against leaving a state between two passages
_MOST = 3.0


@dataclass(frozen=True)
class Date:
    """The document's own date and period: years, 0 where unknown."""

    as_of: int
    first: int
    last: int

    @property
    def single(self) -> bool:
        """Whether the document is about one year."""
        return self.first == self.last != 0


def date_of(info: DocumentInfo) -> Date:
    """The years of a document, from what is known of it."""
    period = [int(y) for y in re.findall(r"(?:19|20)\d\d", info.period)]
    stated = re.match(r"(?:19|20)\d\d", info.published)
    as_of = int(stated[0]) if stated else (period[0] if period else 0)
    return Date(as_of, period[0] if period else as_of, period[-1] if period else as_of)


def years_named(text: str) -> list[tuple[int, int, int]]:
    """(year, start, end) of the years that folded `text` names as times of something, in order.

    A span gives its last year; what is compared with (较2020年) and where something starts (2018年起) are left out.
    """
    found = [(int(m["year"]), m.start(), m.end()) for m in _YEAR.finditer(text) if not _is_start(text, m)]
    found += [(int(m[1]), m.start(), m.end()) for m in _BEFORE_END.finditer(text)]
    found += [(int(m[1]), m.start(), m.end()) for m in re.finditer(r"((?:19|20)\d\d)(?=、(?:19|20)\d\d年)", text)]
    found += [
        (PLAN_START[m[0]] + PLAN_YEARS - 1, m.start(), m.end()) for m in _PLAN.finditer(text) if m[0] in PLAN_START
    ]
    titles = [m.span() for m in re.finditer(r"《[^《》]*》", text)]
    return sorted(
        {
            (year, a, b)
            for year, a, b in found
            if not _AGAINST.search(text[:a]) and not any(x <= a < y for x, y in titles)
        },
        key=lambda item: item[1],
    )


def _is_start(text: str, match: re.Match[str]) -> bool:
    """Whether a year only says since when (自2018年起) or when a paper was issued (2017年,…出台《…》)."""
    after = text[match.end() - 1 :]
    if match["from"]:
        return False
    since = _SINCE.search(text[: match.start()]) and _SINCE_AFTER.match(after)
    return bool(since or _STARTS.match(after) or _ISSUED.match(after))


def year_at(text: str, at: int, clause: tuple[int, int]) -> int:
    """The year in force at a place of folded `text`: of 于2017年开工 behind it in its clause, else the last before it;
    0 where none is named."""
    behind = _DONE_IN.search(text, at, clause[1])
    if behind:
        return int(behind[1])
    named = [year for year, start, _ in years_named(text) if start < at]
    if named:
        return named[-1]
    titles = [m[0] for m in re.finditer(r"《[^《》]*》", text[:at])]
    spans = [int(m["year"]) for title in titles for m in _YEAR.finditer(title) if m["from"]]
    return spans[-1] if spans else 0  # of a plan named by its title: 《…实施方案(2015-2020年)》


def years_each(text: str, clause: tuple[int, int], count: int) -> list[int]:
    """“2018、2019年分别完成60%、40%” → a year for each of the clause's `count` figures, else []."""
    match = re.search(
        r"((?:(?:19|20)\d\d年?[、和与])+(?:19|20)\d\d)年(?:[^,;。\d]{0,6})分别", text[clause[0] : clause[1]]
    )
    years = [int(y) for y in re.findall(r"\d{4}", match[1])] if match else []
    return years if len(years) == count else []


def base_year_at(text: str, at: int) -> int:
    """The year that a figure is compared with (较2020年下降9%); 0 where none is."""
    clause = re.split(r"[,;。]", text[:at])[-1]
    years = re.findall(r"(?:比|较|与)“?((?:19|20)\d\d)年", clause)
    plans = re.findall(r"(?:比|较|与)“?(十[一二三四五六]五)", clause)
    return int(years[-1]) if years else PLAN_START[plans[-1]] + PLAN_YEARS - 1 if plans else 0


def zones(passages: Sequence[Passage], info: DocumentInfo) -> list[bool]:
    """For each passage of one document whether it stands where the document reviews what was done."""
    date = date_of(info)
    scores = [_odds(p, date) for p in passages]
    best: list[tuple[float, float]] = []
    came: list[tuple[int, int]] = []
    plan, review = 0.0, 0.0
    for score in scores:
        from_plan = 0 if plan >= review - _STAY else 1
        from_review = 1 if review >= plan - _STAY else 0
        plan, review = (
            max(plan, review - _STAY) - score / 2,
            max(review, plan - _STAY) + score / 2,
        )
        best.append((plan, review))
        came.append((from_plan, from_review))
    states: list[bool] = []
    state = int(bool(best) and best[-1][1] > best[-1][0])
    for step in reversed(came):
        states.append(bool(state))
        state = step[state]
    return states[::-1]


def _odds(passage: Passage, date: Date) -> float:
    """How much more a passage looks like a review than like a plan, in log odds."""
    text = fold(passage.text)
    score = 0.7 * len(_REVIEW_CUES.findall(text)) - 0.35 * len(_PLAN_CUES.findall(text))
    for year, _, _ in years_named(text):
        score += (0.8 if year < date.as_of else -0.8) if date.as_of and year != date.as_of else 0.0
    head = fold(passage.path[-1]) if passage.path else ""
    score -= 3.0 * bool(_AIM_HEAD.search(head))
    score += 4.0 * bool(_REVIEW_HEAD.search(head)) - 1.0 * bool(_PLAN_HEAD.search(head))
    return max(-_MOST, min(_MOST, score))


def status_at(text: str, clause: tuple[int, int], at: int, year: int, date: Date, review: bool) -> str:
    """Whether the figure at `at` of folded `text` is achieved or promised; `year` 0 where the sentence names none."""
    if year and date.as_of and year != date.as_of:
        return PROMISED if year > date.as_of else ACHIEVED
    near, before = text[clause[0] : clause[1]], text[:at]
    done, planned = bool(_DONE.search(near)), bool(_PLANNED.search(near))
    if done != planned:
        return ACHIEVED if done else PROMISED
    last_done = max((m.start() for m in _DONE.finditer(before)), default=-1)
    last_planned = max((m.start() for m in _PLANNED.finditer(before)), default=-1)
    if last_done != last_planned:
        return ACHIEVED if last_done > last_planned else PROMISED
    if year and date.single:
        return PROMISED
    return ACHIEVED if review else PROMISED
