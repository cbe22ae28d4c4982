"""What a question's wording says of its answer, and whether a text keeps to it. Pure.

Units, counts, definitions, years.
"""

import re
from decimal import Decimal
from functools import lru_cache

from index.columns import is_unit_column, unit_in
from index.normal import fold
from index.quantity import chinese_number, quantities
from index.types import Passage
from rag.question import Question
from rag.tense import names_year, stated_years

_COUNTERS = frozenset("个家名人位项处座所条场套件辆张台只户种类款期批次支部本间栋幢轮届块")
_KINDS_OF_UNIT = (
    frozenset(("平方米", "平米", "公顷", "亩", "万亩", "平方公里")),
    frozenset(("公里", "米", "千米")),
    frozenset(("年", "个月", "月", "天", "小时", "分钟", "日", "工作日", "秒")),
    frozenset(("%", "‰", "个百分点")),
    frozenset(("块", "元")),
    frozenset(("岁", "周岁")),
)
_ASKED_UNIT = re.compile(
    r"(?:多少|(?<![哪这那近前好])几)个?(?P<unit>平方公里|平方米|平方千米|万?平米|公里|千米|公顷|米|万?亩|亿?元|万?吨(?:标准煤)?|[万亿]元|%|岁|年|天|工作日|秒|"
    r"分钟|小时|个?百分点|个?月|[名家户人个项处座所条场套件辆张台只种类期批次支部本]|块(?!钱))"
)
AGE_ASKED = re.compile(
    r"多大(?:的)?(?:岁数|年纪|年龄|岁)|(?:岁数|寿命|年龄|年纪)[^,。;?]{0,6}(?:多[少大长高]|几)|"
    r"(?<!生)活(?:到|得|过|个)[^,。;?]{0,3}(?:多[大久长少]|几)|能活(?:多|几)"
)
_PERCENT_ASKED = re.compile(
    r"率|比重|比例|占比|份额|几成|百分之|覆盖面|增速|同比|增长(?:多少|速度|目标)|增幅|几个?点|个点"
)
_MONEY_ASKED = re.compile(
    r"多少块?钱|投资|收入|金额|总额|资金|贷款|产值|罚款|营收|税|多少块|补贴|奖金|奖励多少|补助|资助|票价|门票|保费|领多少|交多少|补多少"
)
# Units by the name that the figures bear.
SAME_UNIT = {
    "平米": "平方米", "千米": "公里", "平方千米": "平方公里",
    "块钱": "元", "亿": "元", "月": "个月", "百分点": "个百分点",
}  # fmt: skip
_SIZE_ASKED = (("多长时间", "年"), ("多久", "年"), ("多长", "公里"), ("多远", "公里"))
_AREA_ASKED = re.compile(r"(?:面积|占地|规模|园|院|馆|楼|房|地块?|广场).{0,6}多大")
PART = re.compile(
    r"[一二三四五六七八九十百千万\d]分之|[一二三四五六七八九]成(?![立为员果])|\d:\d|一半|半数"
)  # a share in words
_SPANS = frozenset(("年", "月", "个月", "天", "小时", "分钟", "工作日"))
_EVERY = re.compile(r"每(?:年|月|日|天|周|季|半年)")
_DATE_FIGURE = re.compile(r"\d{3,4}年|\d{1,2}月|月底|年底|年末|世纪|年代")
_QUOTED = re.compile(r"“([^“”]{1,12})”")
_TERM_ASKED = re.compile(
    r"(?:请问)?(?:什么是|何[为谓]|啥[是叫]|什么叫)([^,。?的]{2,14})[?。]*|([^,。?的是]{2,14})(?:是|指)(?:指|的是)?(?:什么|啥)(?:意思|东西|概念)?[?。]*"
)
_SAYS = re.compile(r"[”)]?[^,。;、]{0,8}?(?:是指|就是|即|指|:|包括|是[“一]|\(|,(?:是指|即|就是|一是|是))")
_LISTED_BEFORE = re.compile(r"、[^、。;]{1,24}等?”?“?$")
_OPENS_DEFINITION = re.compile(r"(?:即|指|是指|取“|主要(?:包括|是)|包括|分别(?:是|为))")
_LIST_OF = re.compile(r"([㐀-鿿]{4,}?)(?:主要|都|分别|具体)*(?:是|有|包括|包含|为)?(?:哪些|哪几|什么|啥)")
_OPENS_LIST = re.compile(r"(?:^|[,;。:]|[的年])([㐀-鿿]{4,12}?)(?:主要)?(?:是|为|包括|有)[:,]?(?!效|力|序)")
_ITEM_FIGURE = re.compile(r"[㐀-鿿]{4,16}\d[\d.]*[㐀-鿿%]{1,6}$")  # 固定资产投资增长5.5%左右
_NUMERALS = "两二三四五六七八九十"
_COUNT_ASKED = re.compile(
    rf"哪([{_NUMERALS}\d]{{1,3}})|“([{_NUMERALS[1:]}\d]{{1,2}})[^”]{{1,4}}”|"
    rf"([{_NUMERALS}\d]{{1,3}})(?:个|大|项|条|方面|类|样)"
    r"(?:[^,。?]{0,6}(?:是|有|都|分别|各)|[^。?]{1,12}(?:挨个|逐[一个]|一一|分别|都[是有叫]))"
)
_SLOGAN = re.compile(rf"“?([{_NUMERALS}])(?:大|个|项|类)?([㐀-鿿]{{1,3}})(?:”|$|都|是|分别|各|指|里)")


def asked_unit(question: Question) -> str:
    """The unit that the question wants its figure in: "家", "%", "元"; "" where it names none."""
    return _asked_unit(question.text, question.asks in ("number", "compare"))


@lru_cache(maxsize=256)
def _asked_unit(text: str, counted: bool) -> str:
    match = _ASKED_UNIT.search(text)
    if match and not text.startswith("点", match.end()):  # 几个点 are per cent
        unit = match["unit"].lstrip("万亿个") or match["unit"]
        return SAME_UNIT.get(unit, unit)
    if AGE_ASKED.search(text):
        return "岁"
    if counted and _PERCENT_ASKED.search(text):
        return "%"
    for words, unit in _SIZE_ASKED:
        if words in text:
            return unit
    if _AREA_ASKED.search(text):
        return "平方米"
    return "元" if counted and _MONEY_ASKED.search(text) else ""


def same_unit(asked: str, unit: str) -> bool:
    """Whether a figure's unit is of the kind that was asked for; 家 and 个 count the same things."""
    if unit in (asked, f"{asked}次"):  # 场次, 人次
        return True
    if any(asked in kind and unit in kind for kind in _KINDS_OF_UNIT):
        return True
    return asked in _COUNTERS and (unit in _COUNTERS or unit == "人次")


def holds_figure(question: Question, text: str) -> float:
    """1 where the text holds a figure in digits of the kind asked for, 0.6 in Chinese numerals, else 0."""
    if question.asks == "date":
        return float(bool(_DATE_FIGURE.search(fold(text))))
    asked = asked_unit(question)
    found = [
        q for q in quantities(text, chinese=True) if q.unit not in ("月", "日") and (q.unit != "年" or asked == "年")
    ]
    fitting = [q for q in found if not asked or same_unit(asked, q.unit)]
    if any(q.text[0].isdigit() for q in fitting) or (asked in _SPANS and _EVERY.search(text)):
        return 1.0
    return 0.6 if fitting or (asked == "%" and PART.search(fold(text))) else 0.0


def figure_match(question: Question, text: str, passage: Passage) -> float:
    """`holds_figure`, with 0.4 for a figure of another kind; 0 where none is asked. A row's unit is in its head."""
    if question.asks not in ("number", "compare", "date"):
        return 0.0
    asked = asked_unit(question)
    if passage.kind == "row" and asked and _row_unit_fits(asked, passage):
        return 1.0
    held = holds_figure(question, text)
    if held or question.asks == "date":
        return held
    return 0.4 if any(q.unit != "年" for q in quantities(text)) else 0.0


def _row_unit_fits(asked: str, passage: Passage) -> bool:
    """Whether a unit of a row is the one that was asked: 吨 for (万吨标准煤), of its head, a column's or a column."""
    units = [unit_in(head) for head in (passage.lead, *(cell.column for cell in passage.cells if cell.value))]
    units += [cell.value for cell in passage.cells if is_unit_column(cell.column)]
    return any(unit_fits(asked, fold(unit)) for unit in units if unit)


def unit_fits(asked: str, named: str) -> bool:
    """Whether the unit that a table names is the one that was asked: 元 of 亿元."""
    return asked in named or same_unit(asked, named)


def year_match(question: Question, text: str, before: str, above: str = "") -> float:
    """1 where a year that was asked is named, -1 where only others are, 0 where none is asked or named.

    A year holds on until the next: where `text` names none, the last one in `before` counts. A year of the headings
    `above` holds for every text below that names no other in digits: “十五五”起步之年 under 2026年主要工作.
    """
    if not question.years:
        return 0.0
    if not names_year(text) and question.years & stated_years(above):
        return 1.0
    named = stated_years(text) or frozenset(sorted(stated_years(before))[-1:])
    if question.years & named:
        return 1.0
    return -1.0 if named else 0.0


def asked_count(question: Question) -> int:
    """How many things a question asks for: 哪四个 → 4, “六个一” → 6; 0 where it does not say."""
    match = _COUNT_ASKED.search(question.text)
    if match is None:
        return 0
    digits = next(group for group in match.groups() if group)
    value = Decimal(digits) if digits.isdigit() else chinese_number(digits)
    return int(value) if value is not None and 2 <= value <= 30 else 0


def items_in(text: str) -> int:
    """How many parallel items the text enumerates, by its longest list."""
    folded = fold(text)
    numbered = len(set(re.findall(r"(?<![第之唯])([一二三四五六七八九])是", folded)))
    listed = max((run.count("、") + 1 for run in re.split(r"[,;。:]", folded)), default=1)
    figured = len([clause for clause in re.split(r"[,;。:]", folded) if _ITEM_FIGURE.match(clause)])
    return max(numbered, listed, folded.rstrip(";。").count(";") + 1, figured)


def items_match(question: Question, text: str) -> float:
    """1 where the text enumerates as many items as were asked for; 0.5 for some, where no number was named."""
    if question.asks not in ("list", "definition"):
        return 0.0
    count, wanted = items_in(text), asked_count(question)
    if wanted:
        return float(count == wanted)
    return 0.5 if count >= 3 else 0.0


def defines(question: Question, text: str, before: str = "") -> float:
    """1 where the text says what a slogan of the question stands for. `before`: the sentence before it.

    “三医”联动即…;  …、…、…“三大战略”;  资源变资产、资金变股金、农民变股东 for “三变”.
    """
    if question.asks not in ("definition", "list", "fact"):
        return 0.0
    folded = fold(text)
    if slogan_items(question, folded) or _opens_the_list(question, folded):
        return 1.0
    term = term_asked(question)
    if term and re.match(rf"[“《]?{re.escape(term)}[”》]?(?:\([^)]*\))?[^。;]{{0,12}}?(?:是|指|为|[又也]?称)", folded):
        return 1.0
    terms = quoted(question)
    if any(_defined_at(term, folded, at) for term in terms if (at := folded.find(term)) >= 0):
        return 1.0
    opens = bool(_OPENS_DEFINITION.match(folded)) or "是指" in folded
    named_before = any(term in fold(before) for term in terms)
    return 1.0 if opens and (question.asks == "definition" or named_before) else 0.0


def _opens_the_list(question: Question, folded: str) -> bool:
    """Whether the text says “X是:” or “X包括” of the X of which it is asked: 主要预期目标有哪些."""
    asked = _LIST_OF.search(question.text)
    said = _OPENS_LIST.search(folded)
    return asked is not None and said is not None and (asked[1].endswith(said[1]) or said[1].endswith(asked[1]))


def quoted(question: Question) -> list[str]:
    """What the question puts between quotation marks, up to twelve characters each."""
    return _QUOTED.findall(question.text)


def says_what_it_is(question: Question, text: str) -> bool:
    """Whether the text begins with the term that the question asks the meaning of, and says what it is: “X 是…”."""
    term = term_asked(question)
    opens = rf"[“《]?{re.escape(term)}[”》]?(?:\([^)]*\))?(?:,?(?:是指|是(?![否非不])|指的?是?)|,?即)" if term else ""
    return bool(term) and bool(re.match(opens, fold(text)))


def term_asked(question: Question) -> str:
    """The term of which nothing but its meaning is asked: 什么是海绵城市, 海绵城市是什么; "" for other questions."""
    match = _TERM_ASKED.fullmatch(question.text)
    return (match[1] or match[2]).strip("“”《》") if match else ""


def _defined_at(term: str, folded: str, at: int) -> bool:
    after = _SAYS.match(folded, at + len(term))
    return bool(after or _LISTED_BEFORE.search(folded[:at]) or folded[max(0, at - 2) : at] in ("即“", "指“"))


def slogan_items(question: Question, folded: str) -> bool:
    """Whether the text has as many items with the slogan's word as its numeral says: 四化 → four items with 化."""
    for match in _SLOGAN.finditer(question.text):
        wanted = chinese_number(match[1])
        word = match[2]
        if match[0].startswith("“") or len(word) > 1:
            items = [i for i in re.split(r"[、,;和与及]", folded) if word in i and f"{match[1]}{word}" not in i]
            if wanted is not None and len(items) == wanted:
                return True
    return False
