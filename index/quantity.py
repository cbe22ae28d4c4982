"""Figures in Chinese official text: value, unit, bound, place. One extractor for the whole house. Pure.

"高新技术企业达到110家以上"  → 110 家, bound 以上
"罚款总额997万元"            → 9970000 元
"百分之六"                   → 6 %
"二〇二五年"                 → 2025 年
"1.2万亿元" = "12000亿元"    → 1200000000000 元
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from index.normal import Normal, normalise

DATE_UNITS = frozenset(("年", "月", "日"))
_SCALE = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}
# Units as they follow a figure in plans, reports and statistics; the longer is tried first.
UNITS = tuple(
    sorted(
        (
            "平方公里 平方千米 平方米 立方米 公顷 万亩 亩 公里 千米 厘米 毫米 米 km2 km m3 m2 m 美元 欧元 "
            "元 吨标准煤 吨 公斤 千克 克 升 度 千瓦时 千瓦 兆瓦 千伏 kv 摄氏度 个百分点 百分点 % ‰ 倍 成 周年 "
            "年 个月 月 个工作日 工作日 日 天 小时 分钟 秒 周岁 岁 人次 人 名 位 户 家 个 项 处 座 所 条 场 套 件 "
            "辆 张 台 只 头 株 栋 幢 间 层 批 期 次 轮 届 种 类 款 部 本 册 篇 起 宗 支 队 班 门 床 站 路 片 村 "
            "镇 街道 区县 县 市 省 国 亩次 车次 班次 学位 床位 泊位 万人 份 块 场次 连冠 天数 级 星级 档 步 "
            "篇幅 平米 微克 "
        ).split(),
        key=lambda unit: (-len(unit), unit),
    )
)
_SAME = {
    "平方千米": "平方公里",
    "千米": "公里",
    "km": "公里",
    "m": "米",
    "km2": "平方公里",  # folding makes m2 of m² and of ㎡
    "m2": "平方米",
    "m3": "立方米",
    "平米": "平方米",
    "kv": "千伏",
    "百分点": "个百分点",
    "周年": "年",
    "个工作日": "工作日",
}
_BOUND_BEFORE = re.compile(
    r"(?:不低于|不少于|至少|超过|突破|高于|大于|多于|力争达到|不超过|不高于|不多于|低于|小于|少于|约|近|累计|年均)$"
)
_BOUND_CHARS = 4  # the longest of them
_BOUND_AFTER = re.compile(r"(?:以上|以下|以内|之内|左右|上下|以外)")
_CHINESE_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CHINESE_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_UNIT_PATTERN = "|".join(
    re.escape(unit) + ("(?![a-z0-9])" if unit[0].isalpha() and unit.isascii() else "") for unit in UNITS
)
_FIGURE = re.compile(
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<scale>万亿|千万|百万|亿|万|千(?![米克瓦伏])|百(?!分))?(?P<more>余|多)?"
    rf"(?P<unit>{_UNIT_PATTERN})?"
)
_PERCENT = re.compile(
    r"(?P<per>百|千)分之(?P<number>[零〇一二两三四五六七八九十百]+(?:点[零〇一二三四五六七八九]+)?|\d+(?:\.\d+)?)"
)
_CHINESE_FIGURE = re.compile(
    rf"(?P<number>[一二两三四五六七八九十百千]+)(?P<scale>万亿|亿|万)?(?P<more>余|多)?(?P<unit>{_UNIT_PATTERN})"
)


@dataclass(frozen=True)
class Quantity:
    """A figure. `start:end` is its place in the text it was read from, bound words not included."""

    value: Decimal
    unit: str
    bound: str
    text: str
    start: int
    end: int

    @property
    def key(self) -> tuple[Decimal, str]:
        """What two ways of writing one figure share."""
        return self.value.normalize(), self.unit


def is_measure(quantity: Quantity) -> bool:
    """Whether a figure has a unit, and is no date."""
    return quantity.unit not in ("", *DATE_UNITS)


def with_bound(text: str, quantity: Quantity) -> str:
    """A figure of `text` as it is written there, with its bound: “110家以上”, “不低于60%”."""
    before = _BOUND_BEFORE.search(text, max(0, quantity.start - _BOUND_CHARS), quantity.start)
    after = re.compile(rf"\s*{_BOUND_AFTER.pattern}").match(text, quantity.end)
    return text[before.start() if before else quantity.start : after.end() if after else quantity.end]


def quantities(text: str, chinese: bool = False) -> list[Quantity]:
    """Every figure of `text`, in order; with `chinese` also those in Chinese numerals that carry a unit (三个)."""
    return list(_quantities(text, chinese))


@lru_cache(maxsize=8192)
def _quantities(text: str, chinese: bool) -> tuple[Quantity, ...]:
    folded = normalise(text)
    found = list(_percents(folded))
    for more in (_figures, _chinese_figures) if chinese else (_figures,):
        taken = {at for q in found for at in range(q.start, q.end)}
        found += [q for q in more(folded) if taken.isdisjoint(range(q.start, q.end))]
    return tuple(sorted(found, key=lambda q: q.start))


def _figures(folded: Normal) -> Iterator[Quantity]:
    for match in _FIGURE.finditer(folded.text):
        try:
            value = Decimal(match["number"].replace(",", "")) * _SCALE[match["scale"] or ""]
        except InvalidOperation:  # pragma: no cover - the pattern admits only decimals
            continue
        yield _quantity(folded, match, value, _SAME.get(match["unit"] or "", match["unit"] or ""))


def _percents(folded: Normal) -> Iterator[Quantity]:
    for match in _PERCENT.finditer(folded.text):
        number = match["number"]
        value = Decimal(number) if number[0].isdigit() else chinese_number(number)
        if value is not None:
            yield _quantity(folded, match, value, "%" if match["per"] == "百" else "‰")


def _chinese_figures(folded: Normal) -> Iterator[Quantity]:
    for match in _CHINESE_FIGURE.finditer(folded.text):
        value = chinese_number(match["number"])
        if value is not None:
            unit = _SAME.get(match["unit"], match["unit"])
            yield _quantity(folded, match, value * _SCALE[match["scale"] or ""], unit)


def _quantity(folded: Normal, match: re.Match[str], value: Decimal, unit: str) -> Quantity:
    start, end = folded.span(match.start(), match.end())
    before = _BOUND_BEFORE.search(folded.text, max(0, match.start() - _BOUND_CHARS), match.start())
    after = _BOUND_AFTER.match(folded.text, match.end())
    bound = (before[0] if before else "") or (after[0] if after else "")
    return Quantity(value, unit, bound, match[0], start, end)


def chinese_number(text: str) -> Decimal | None:
    """A number in Chinese numerals, e.g. 三百二十 → 320, 六点五 → 6.5; None where it is none."""
    whole, _, fraction = text.partition("点")
    total = section = digit = 0
    for char in whole:
        if char in _CHINESE_DIGITS:
            digit = digit * 10 + _CHINESE_DIGITS[char] if digit and char != "两" else _CHINESE_DIGITS[char]
        elif char in _CHINESE_UNITS:
            unit = _CHINESE_UNITS[char]
            if unit >= 10**4:
                small = section + digit
                total = (total + small) * unit if total < unit else total + small * unit
                section = digit = 0
            else:
                section, digit = section + (digit or 1) * unit, 0
        else:
            return None
    value = Decimal(total + section + digit)
    if fraction:
        if any(c not in _CHINESE_DIGITS for c in fraction):
            return None
        value += Decimal("0." + "".join(str(_CHINESE_DIGITS[c]) for c in fraction))
    return value
