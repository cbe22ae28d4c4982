"""What must not change between a source and what is told of it: figures, and the words that turn a statement round.
Reads folded text (`index.normal.fold`). Pure.

"力争每年实施20个以上" → the figure 20 个; the marks strive, yearly, at_least
"不超过4.5%"           → the figure 4.5 %; the mark at_most
"“十四五”末达到110家"   → the period 十四五 and the figure 110 家
"""

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from index.quantity import quantities

YEAR, PERIOD, NUMBER = "year", "period", "number"
_PERIOD = re.compile(r"十[一二三四五六七八九]五|[一二]五(?=[”\"]?(?:规划|期间|时期|计划))")
_ENUMERATED = re.compile(r"(?:\d{1,2}[.、](?=[^\d.、])|\(\d{1,2}\))")
_YEARS = range(1900, 2101)
_SPLIT = re.compile(r"[;。!?\n]|(?<!\d)[,:]|[,:](?!\d)")

# A word is read by the first pattern that fits, so the longer and more particular come first.
_WORDS = {
    "": r"不断|不仅|不但|不管|不论|无论|非常|未来|不久|增加值|节约|集约|约束|条约|公约|预约|制约|签约|违约|约谈|约定"
    r"|行动计划|(?:规模|限额|级)以上|计划生育|将军|将近(?!\d)|即将|拟态|已知",
    "at_least": r"不低于|不少于|不小于|不下于|至少|最少|超过|突破|高于|大于|多于"
    r"|以上|超出|超(?=\d)",
    "at_most": r"不超过|不高于|不大于|不多于|低于|小于|少于|至多|最多|以内|之内|以下",
    "about": r"大约|约|左右|上下|接近|将近|近(?=\d)",
    "beyond": r"以外|之外",
    "held": r"控制在",
    "yearly": r"年均|年平均|每年|逐年|历年",
    "in_all": r"累计|总计|合计",
    "on_year": r"同比",
    "on_month": r"环比",
    "per_head": r"人均|户均",
    "mean": r"平均",
    "times": r"翻(?=[一两二三四\d])",
    "down_to": r"(?:下降|降低|减少|压减|下滑|缩减|降|减)[到至]",
    "up_to": r"(?:增长|增加|提高|上升|提升|扩大|增|升)[到至]",
    "down": r"下降|降低|减少|压减|下滑|缩减|负增长",
    "up": r"增长|增加|提高|上升|提升|新增|扩大",
    "strive": r"力争|争取",
    "plan": r"计划|预计|打算|目标|拟|将|有望",
    "done": r"已经|已|完成了|成功",
    "not": r"没有|禁止|严禁|杜绝|停止|取消|避免|拒绝|不|未|无|非|勿|否",
}  # fmt: skip
_WORD = re.compile("|".join(f"(?P<{name}>{p})" if name else f"(?:{p})" for name, p in _WORDS.items()))
# Marks of one figure; the others hold for the whole statement that it stands in.
OF_A_FIGURE = frozenset({"at_least", "at_most", "about", "beyond"})
INTENT = frozenset({"plan", "strive"})
NAMES = {
    "at_least": "下限(以上、不低于、超过、突破)",
    "at_most": "上限(以内、以下、不超过)",
    "about": "约数(约、左右、近)",
    "beyond": "以外",
    "held": "控制在",
    "yearly": "年均、每年",
    "in_all": "累计",
    "on_year": "同比",
    "on_month": "环比",
    "per_head": "人均",
    "mean": "平均",
    "times": "翻番",
    "down_to": "降到",
    "up_to": "增到",
    "down": "下降、减少",
    "up": "增长、增加",
    "strive": "力争",
    "plan": "计划、将、目标",
    "done": "已、完成了",
    "not": "否定",
}


@dataclass(frozen=True)
class Figure:
    """A figure, year or period in folded text: `text[start:end]`. `more`: 余 or 多 stands inside (2700余个)."""

    kind: str
    value: Decimal | str
    unit: str
    start: int
    end: int
    more: bool = False

    @property
    def key(self) -> tuple[Decimal | str, str]:
        return self.value, self.unit


def figures(text: str) -> list[Figure]:
    """Every figure of folded `text`, in order; 一个 and the like, which count nothing, are left out."""
    found = [Figure(PERIOD, m[0], "", m.start(), m.end()) for m in _PERIOD.finditer(text)]
    taken = [(f.start, f.end) for f in found]
    for quantity in quantities(text, chinese=True):
        start, end = quantity.start, quantity.end
        if any(a < end and start < b for a, b in taken) or (text[start] == "一" and quantity.value == 1):
            continue
        value = quantity.value.normalize()
        whole = value == value.to_integral_value()
        bare_year = quantity.unit == "" and end - start == 4 and text[start:end].isdigit()
        is_year = whole and int(value) in _YEARS and (quantity.unit == "年" or bare_year)
        unit = "年" if is_year else quantity.unit
        more = "余" in quantity.text or "多" in quantity.text
        found.append(Figure(YEAR if is_year else NUMBER, value, unit, start, end, more))
    return sorted(found, key=lambda f: f.start)


def marks(text: str) -> Counter[str]:
    """How often each mark stands in folded `text`."""
    return Counter(m.lastgroup for m in _WORD.finditer(text) if m.lastgroup)


@lru_cache(maxsize=1024)
def without_marks(text: str) -> str:
    """Folded `text` with a space for every mark."""
    return _WORD.sub(lambda m: " " if m.lastgroup else m[0], text)


def clauses(text: str) -> list[tuple[int, int]]:
    """The places of the clauses of folded `text`, without punctuation and numbering; empty ones left out."""
    spans: list[tuple[int, int]] = []
    at = 0
    for match in [*_SPLIT.finditer(text), None]:
        start, end = at, match.start() if match else len(text)
        at = match.end() if match else end
        while start < end and text[start] in " 、|":
            start += 1
        numbering = _ENUMERATED.match(text, start, end)
        start = numbering.end() if numbering else start
        while end > start and text[end - 1] in " 、|":
            end -= 1
        if end > start:
            spans.append((start, end))
    return spans
