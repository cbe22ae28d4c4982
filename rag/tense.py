"""When: the years that a text speaks of, and whether it states what is planned or what came of it. Pure."""

import re

from index.normal import fold
from index.quantity import DATE_UNITS, quantities
from index.types import DocumentInfo, Passage
from rag.question import REASON_ASKED, Question

_OUTCOME = re.compile(
    r"实际|真正|(?:拿到|拿下|获得|评上|夺得|摘得)了|最终|最后(?!一|要|会|将|得|的)|完成了|达到了(?:多少|没)|实现了吗|完成得|做到了|建成了没|建起来了|投用了|"
    r"(?:到底|究竟|真的?|实)(?:全|都|已|已经)?(?:建|修|完|引|达|通|弄|办|演|到|培?育|有没|落成|做|改|开|种|搬|装|拆|投|招|减)"
    r"[㐀-鿿]{0,3}?(?:成|了|没|过|几|多少|岗)|"
    r"(?:截至|截止|到)?(?:目前|现在|如今|眼下|今天)(?:为止)?[^,。;?]{0,16}?(?:建|修|完|引|达|通|办|种|改|落成|投)[㐀-鿿]?(?:成|了|过|好)|迄今|至今|"
    r"(?:目前|现在|如今|眼下|当前)[^,。;?]{0,14}?(?:总共|一共|共有|共)[^,。;?]{0,6}?(?:多少|几)|"
    r"(?:结束|期满|收尾|走完|收官|完)(?:之?后|时|了)|后来|眼下真|盘点|"
    r"(?:实现|完成|达成|做到|达到|办到|办成|兑现|落实|落地|完工|完结|建成|建好|到位)得?了?(?:没有?|与否)(?=[?。!,呀啊呢]*$)|"
    r"(?:实现|完成|达成|做到|达到|办到|办成|兑现|落实|落地|完工|建成|建好|到位|突破|超过)(?:\d[\d.]*[㐀-鿿%]{0,4}?)?了(?:吗|么|嘛|没)|"
    r"(?:有没有|是否|是不是)(?:已经?|如期|按期|按时|都|真的?|全部|全面)*(?:完成|达成|做到|兑现|办成|达标)|(?:是否|是不是|有没有)(?:已经?|如期|按期|按时)+(?:实现|达到|建成|落实)|"
    r"(?:目标|任务|指标)[^,。;?]{0,4}(?:实现|完成|达成|兑现)(?:情况|程度|到)?(?:如何|怎么?样|咋样|怎样|什么程度|哪一?步)"
)
_PLAN_ASKED = re.compile(
    r"目标|打算|(?<![一个项])计划|准备|规划(?=[建新增改引培打布到有占床面的])|(?<![下即])将(?![军来])|力争|想|"
    r"要(?:达到|建|新|增|降|压|提高|培育|培养|引进|发展|改造|打造)"
)
_SET = re.compile(r"定的(?!位)|要求|预期")
_PLANNED = re.compile(r"力争|计划|目标|将|争取|拟|确保|预期|到20\d\d年|20\d\d年(?:底|末)?前")
_ACHIEVED = re.compile(
    r"已|截至|五年来|累计|“十[二三]五”(?:期间|时期|末)|投入使用|增至|荣获|目前|成功|连续|达到了|新增了|实际|被评为|获评|入选|获批|获得"
)
_REVIEWS = re.compile(r"五年来|过去[一五]年|“十[二三]五”(?:期间|时期|末|以来)|[比较]“?十[一二]五”?末")
_AIM_REACHED = re.compile(
    r"(?:(?:如期|圆满|提前|超额|顺利)(?:实现|完成)了?|(?:实现|完成|达到)了)[^,。;]{0,16}?目标(?:任务)?"
)
_RESULTS_SECTION = re.compile(
    r"(?<![实牢固植])(?:发展|工作|现实|规划|现有)基础(?!设施|教育|研究|建设)|基础(?:条件|现状)|成就|回顾|成效|现状|总结(?!推广|经验)"
)
_BOUND = re.compile(r"\d[\d.,]*[万亿]?[㐀-鿿%]{1,4}(?:以上|以内|左右|以下)")
_PLAN_NAMED = re.compile(r"十[一二三四五六]五")
# The first years of the five-year plans by their short names.
_PLAN_START = {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
_PLAN_YEARS = 5
_YEAR = re.compile(r"(?<![\d.〔\[])(?:19|20)\d{2}(?![\d.]|[个家户人万亿元亩米处套])")
_YEAR_TOLD = re.compile(r"(?<![\d.〔\[])(?:19|20)\d{2}(?=年|[-—~至到、](?:19|20)\d{2})")
_REACHED = re.compile(r"完成(?:情况|值|数|量)|实际|实绩")
_REFERENCE = re.compile(
    r"(?:跟|和|与|同|比|较)20\d\d年?[底末]?(?:相?比(?:较|起来)?|[,，]|(?=[多少高低增提减降压缩]))"
)  # not the year asked
_AGAINST = re.compile(r"(?:比|较|相比|比较|继)[“”]?$")
_UPON = re.compile(r"[^,。;]{0,30}基础之?上")


def asked_years(question: Question) -> frozenset[int]:
    """Every year that the question names, also one that no 年 follows."""
    text = _REFERENCE.sub("", question.text)
    bare = text == question.text
    return (question.years if bare else frozenset()) | frozenset(int(m[0]) for m in _YEAR.finditer(text))


def names_year(text: str) -> bool:
    """Whether a text names a year in digits."""
    return bool(_YEAR_TOLD.search(fold(text)))


def stated_years(text: str) -> frozenset[int]:
    """Years that a text names, with the last years of the five-year plans that it names."""
    return frozenset(year for year, _, _ in _mentions(fold(text)))


def _mentions(folded: str) -> list[tuple[int, int, int]]:
    """Years with their places, in order: those in digits, and the last years of five-year plans."""
    found = [(int(m[0]), m.start(), m.end()) for m in _YEAR_TOLD.finditer(folded)]
    found += [
        (_PLAN_START[m[0]] + _PLAN_YEARS - 1, m.start(), m.end())
        for m in _PLAN_NAMED.finditer(folded)
        if m[0] in _PLAN_START
    ]
    found = [  # what is compared with, or built upon, is not told of
        item for item in found if not _AGAINST.search(folded[: item[1]]) and not _UPON.match(folded, item[2])
    ]
    return sorted(found, key=lambda item: item[1])


def years_in_force(sentence: str, window: str) -> frozenset[int]:
    """The years that hold for the figures of `window`, a stretch of `sentence`: the last named before each.

    2017年,…提出,到2020年,覆盖率达到80% → at 80% it is 2020. Without a figure, every year of the window.
    """
    folded, part = fold(sentence), fold(window)
    at = folded.find(part)
    mentions = _mentions(folded)
    if at < 0 or not mentions:
        return frozenset(year for year, _, _ in mentions)
    figures = [q.start for q in quantities(part) if q.unit not in DATE_UNITS]
    if not figures:
        inside = frozenset(year for year, start, _ in mentions if at <= start < at + len(part))
        return inside or _cluster([m for m in mentions if m[1] < at])
    return frozenset[int]().union(*(_cluster([m for m in mentions if m[1] < at + figure]) for figure in figures))


def _cluster(mentions: list[tuple[int, int, int]]) -> frozenset[int]:
    """The last of the mentions, with those that are joined to it: 2018、2019年."""
    if not mentions:
        return frozenset()
    years = {mentions[-1][0]}
    for (year, _, stop), (_, start, _) in zip(reversed(mentions[:-1]), reversed(mentions[1:]), strict=True):
        if start - stop > 2:
            break
        years.add(year)
    return frozenset(years)


def year_gone(question: Question, sentence: str, told: str, passage: Passage, info: DocumentInfo) -> float:
    """1 where a year is asked that is not the answer's. `told`: the stretch of `sentence` that answers.

    A sentence without a year is about a year that its passage names or its document is about; in a review of what was
    done it is about no year after the document's date.
    """
    asked = asked_years(question)
    if not asked:
        return 0.0
    sentence = _from_its_beginning(sentence, passage)
    held = years_in_force(sentence, told) if fold(told) in fold(sentence) else stated_years(sentence)
    held |= _spoken_years(sentence, info) if asked - held else frozenset()
    if held:
        by_name = not names_year(sentence)  # a plan's last year alone: the heading tells the year
        by_name = by_name or _reviews_a_year(passage)  # 推迟至2025年6月, told below 2024年工作回顾
        above = stated_years(f"{passage.lead} {' '.join(passage.path)}") if by_name else frozenset()
        return float(not asked & (held | above | _plan_range(question, sentence)))
    date = re.match(r"\d{4}", info.published or info.period)
    if date and looks_back(sentence, passage) and min(asked) > int(date[0]):
        return 1.0
    around = f"{passage.text} {passage.lead} {' '.join(passage.path)}"
    own = _own_years(info) if not _reviews_a_year(passage) else frozenset()
    return float(not asked & (stated_years(around) | own | _reviewed(sentence, passage, info)))


def _from_its_beginning(sentence: str, passage: Passage) -> str:
    """A sentence with those before it that ; joins it to: 2017年,建成…;完成…, and in the second it is 2017."""
    at = passage.text.find(sentence) if passage.kind == "paragraph" and not names_year(sentence) else -1
    before = passage.text[: max(at, 0)].rstrip()
    if not before.endswith((";", "\uff1b")):
        return sentence
    return passage.text[1 + max(before.rfind(mark) for mark in "。!?！？\n") : at + len(sentence)]


def _reviews_a_year(passage: Passage) -> bool:
    """Whether a heading says of which year what stands below is the review: 2023年工作回顾."""
    return any(_RESULTS_SECTION.search(heading) and names_year(heading) for heading in passage.path)


def _spoken_years(sentence: str, info: DocumentInfo) -> frozenset[int]:
    """The years of 今年, 去年 and 明年 in a document of which the year is known."""
    date = re.match(r"\d{4}", info.published or info.period)
    folded = fold(sentence)
    shifts = {"今年": 0, "去年": -1, "明年": 1}
    return frozenset(int(date[0]) + shift for word, shift in shifts.items() if word in folded) if date else frozenset()


def _reviewed(sentence: str, passage: Passage, info: DocumentInfo) -> frozenset[int]:
    """The years that a review of what was done may be about: those before its document's period."""
    start = re.match(r"\d{4}", info.period)
    if not start or not looks_back(sentence, passage):
        return frozenset()
    return frozenset((int(start[0]) - 1,))


def looks_back(text: str, passage: Passage) -> bool:
    """Whether a text tells what was done: by the section it stands in or its words."""
    folded = _AIM_REACHED.sub("", fold(text))
    done = _RESULTS_SECTION.search(" ".join(passage.path)) or _ACHIEVED.search(folded)
    return not _PLANNED.search(folded) and (bool(done) or _tells_results(passage))


def _tells_results(passage: Passage) -> bool:
    """Whether a whole paragraph tells of results and plans nothing: its sentences need not each say so."""
    around = fold(passage.text)
    return passage.kind == "paragraph" and bool(_REVIEWS.search(around)) and not _PLANNED.search(around)


def _plan_range(question: Question, sentence: str) -> frozenset[int]:
    """Every year of a plan that both the question and the sentence name by its short name."""
    both = set(_PLAN_NAMED.findall(question.text)) & set(_PLAN_NAMED.findall(fold(sentence)))
    return frozenset(y for p in both if p in _PLAN_START for y in range(_PLAN_START[p], _PLAN_START[p] + _PLAN_YEARS))


def _own_years(info: DocumentInfo) -> frozenset[int]:
    return frozenset(int(y) for y in re.findall(r"\d{4}", info.period or info.published))


def wants_plan(question: Question) -> bool:
    """Whether a question asks for what is aimed at, and not for a reason."""
    if re.search(REASON_ASKED, question.text):
        return False
    return bool(_PLAN_ASKED.search(question.text)) and not asks_outcome(question.text)


def asks_outcome(folded: str) -> bool:
    """Whether folded words ask what came of something."""
    return bool(_OUTCOME.search(folded))


def outcome_asked(question: Question) -> float:
    """1 where what came of something is asked, and of nothing else."""
    return float(asks_outcome(question.text) and not _both(question))


def outcome_doubted(question: Question, sentence: str, passage: Passage, info: DocumentInfo) -> float:
    """1 where what came of something is asked of a document with a date, and the sentence tells of no results."""
    if passage.kind == "row":
        told = _states_reached(passage) or _asked_before(question, info)
    else:
        told = looks_back(sentence, passage) or _of_years_past(sentence, info)
    return outcome_asked(question) if (info.published or info.period) and not told else 0.0


def _of_years_past(sentence: str, info: DocumentInfo) -> bool:
    """Whether a sentence names years, all before its document's date, and plans nothing: 2017年,完成…个."""
    date = re.match(r"\d{4}", info.published or info.period)
    years = stated_years(sentence)
    past = date is not None and bool(years) and max(years) < int(date[0])
    return past and not _PLANNED.search(fold(sentence))


def _states_reached(passage: Passage) -> bool:
    """Whether a table's row has a column of what was reached, and it is filled."""
    return any(_REACHED.search(cell.column) and re.search(r"\d", cell.value) for cell in passage.cells)


def _asked_before(question: Question, info: DocumentInfo) -> bool:
    """Whether all years asked lie before the document's date: a table's cell of such a year is a result."""
    date = re.match(r"\d{4}", info.published or info.period)
    years = asked_years(question)
    return date is not None and bool(years) and max(years) < int(date[0])


def _both(question: Question) -> bool:
    """Whether one document's target is compared with another's outcome."""
    return question.asks == "compare" and bool(_PLAN_ASKED.search(question.text) or _SET.search(question.text))


def outcome_planned(question: Question, sentence: str, window: str, passage: Passage, info: DocumentInfo) -> float:
    """1 where what came of it is asked, and the sentence states what is planned."""
    told = _states_reached(passage) or (passage.kind == "row" and _asked_before(question, info))
    return 0.0 if told or not is_planned(sentence, window, info) else outcome_asked(question)


def plan_achieved(question: Question, text: str, passage: Passage, info: DocumentInfo) -> float:
    """1 where what is planned is asked, and the text states what came of it, by its words or its section.

    Of a document without a date nobody can say what was still to come.
    """
    date = re.match(r"\d{4}", info.published or info.period)
    if date is None:
        return 0.0
    later = any(year > int(date[0]) for year in stated_years(text))
    return float(wants_plan(question) and passage.kind != "row" and looks_back(text, passage) and not later)


def is_planned(sentence: str, window: str, info: DocumentInfo) -> bool:
    """Whether a sentence states a plan and no result: by a year after its document's date, its words, or a bound."""
    date = re.match(r"\d{4}", info.published or info.period)
    held = years_in_force(sentence, window)
    if date and held:
        return max(held) > int(date[0]) or (max(held) == int(date[0]) and not _ACHIEVED.search(fold(window)))
    folded = fold(sentence)
    return states_plan(sentence) or bool(_BOUND.search(folded) and not _ACHIEVED.search(folded))


def states_plan(text: str) -> bool:
    """Whether a text has words of planning and none of a result."""
    folded = fold(text)
    return bool(_PLANNED.search(folded)) and not _ACHIEVED.search(folded)
