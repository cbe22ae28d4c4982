"""One figure in several ways of writing: 三四一一 and 3411, 一百一十家 and 110家, 百分之六 and 6%, 1.2万亿 and 12000亿.

A question's figure is rewritten only where the documents never have it as the question does.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from index.quantity import chinese_number
from rag.lexicon import Lexicon
from rag.types import Change

_DIGITS = "〇一二三四五六七八九"
_LONG = 4  # characters of a figure that is sure with one neighbour
_UNITS = ("", "十", "百", "千")
_SCALES = {"万": 4, "亿": 8, "万亿": 12}
_PLAN = re.compile(r"第(十[一二三四五六]?)个五年(?:规划|计划)?")
_SHORT_PLAN = re.compile(r"(十[一二三四五六]?|1[0-6])五(?=规划|计划|时期|期间|末|开局|[”\"])")
_SHORT_YEAR = re.compile(
    r"(?<![\d.])(?:(?<=[到至在从])(?:1[5-9]|2\d|3[05])(?=年)|(?:1[5-9]|2\d|3[05])(?=年(?:底|末|初|度|全年|[上下]半年)))"
)
_PERCENT = re.compile(rf"百分之([{_DIGITS}零两十百]+(?:点[{_DIGITS}零]+)?|\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)%")
_TENTHS = re.compile(r"([一二三四五六七八九])成(?![立为员果效品本])")
_SCALED = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)(万亿|亿|万)")
_FIGURE = re.compile(r"(?<![\d.a-z])(\d{1,8})(?![\d.a-z%万亿])(?!年)")
_COUNTED = re.compile(
    rf"(?<![第{_DIGITS}零两十百千万亿分点])(?:[{_DIGITS}两]?[十百千]零?)+[{_DIGITS}]?(?![{_DIGITS}零两十百千万亿分])"
)
_SPELT = re.compile(rf"(?<![第{_DIGITS}零两十百千万亿分点])[{_DIGITS}零]{{2,6}}(?![{_DIGITS}零两十百千万亿分点])(?!年)")


def with_century(text: str) -> str:
    """Folded `text` with its years in four digits: 22年底 → 2022年底, 到35年 → 到2035年; 15年 alone may be a span."""
    return _SHORT_YEAR.sub(r"20\g<0>", text)


def renumbered(text: str, lexicon: Lexicon) -> list[Change]:
    """Figures of folded `text` that the documents write otherwise, in order; sure where what stands beside fits too."""
    found: list[Change] = []
    taken = [False] * len(text)
    for start, written, others in _written(text):
        if any(taken[start : start + len(written)]):
            continue
        taken[start : start + len(written)] = [True] * len(written)
        change = _as_documents(text, start, written, others, lexicon)
        if change:
            found.append(change)
    return sorted(found, key=lambda change: change.start)


def _written(text: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Every figure with its place and the other ways of writing it; the longest form comes first."""
    for match in _PLAN.finditer(text):
        yield match.start(), match[0], (f"{match[1]}五规划", f"{match[1]}五", f"“{match[1]}五”")
    for match in _SHORT_PLAN.finditer(text):
        name = match[1] if match[1][0] == "十" else in_chinese(int(match[1]))
        yield match.start(), match[0], (f"{name}五", f"第{name}个五年规划")
    for match in _PERCENT.finditer(text):
        number = match[1] or match[2]
        value = Decimal(number) if number[0].isdigit() else chinese_number(number)
        if value is not None:
            yield match.start(), match[0], (f"{_plain(value)}%", f"百分之{_spoken(value)}")
    for match in _TENTHS.finditer(text):
        tenths = _DIGITS.index(match[1])
        yield match.start(), match[0], (f"{tenths}0%", f"百分之{_DIGITS[tenths] if tenths > 1 else ''}十")
    for match in _SCALED.finditer(text):
        yield match.start(), match[0], _rescaled(Decimal(match[1]).scaleb(_SCALES[match[2]]))
    for match in _FIGURE.finditer(text):
        digit_by_digit = "".join(_DIGITS[int(digit)] for digit in match[1])
        spoken = in_chinese(int(match[1]))
        yield match.start(), match[0], (spoken, digit_by_digit, *_rescaled(Decimal(match[1])))
    for match in _COUNTED.finditer(text):
        value = chinese_number(match[0])
        if value is not None and len(match[0]) > 1:
            yield match.start(), match[0], (_plain(value),)
    for match in _SPELT.finditer(text):
        digits = "".join(str(_DIGITS.index(char.replace("零", "〇"))) for char in match[0])
        yield match.start(), match[0], (digits,)


def _as_documents(text: str, start: int, written: str, others: tuple[str, ...], lexicon: Lexicon) -> Change | None:
    """The way of writing that the documents have beside the same words."""
    end = start + len(written)
    left, right = text[max(0, start - 1) : start], re.match(r"[㐀-鿿]{0,2}", text[end:])
    after = right[0] if right else ""
    left = left if re.match(r"[㐀-鿿]", left) else ""
    beside = [("", after[:2]), (left, after[:1]), ("", after[:1]), (left, "")]
    if len(written) == 1:  # a digit alone is too common: it takes two neighbours
        beside = [(a, b) for a, b in beside if len(a + b) == 2]
    for before, behind in dict.fromkeys(pair for pair in beside if any(pair)):
        if lexicon.occurs(before + written + behind):
            return None
        fitting = next((o for o in others if o != written and lexicon.occurs(before + o + behind)), "")
        if fitting:
            sure = len(before + behind) > 1 or len(written) >= _LONG or "%" in written + fitting
            return Change(start, written, fitting, sure)
    if len(written) == 1 or lexicon.occurs(written):
        return None
    fitting = next((o for o in others if o != written and len(o) > 1 and lexicon.occurs(o)), "")
    return Change(start, written, fitting, False) if fitting else None


def in_chinese(number: int) -> str:
    """110 → 一百一十, 12 → 十二, 20005 → 二万〇五 as 二万零五; whole numbers below 10¹²."""
    parts: list[str] = []
    for power, scale in ((8, "亿"), (4, "万"), (0, "")):
        section, number = divmod(number, 10**power)
        if section:
            gap = "零" if parts and section < 1000 else ""
            parts.append(gap + _section(section) + scale)
    spoken = "".join(parts) or "零"
    return spoken.removeprefix("一") if spoken.startswith("一十") else spoken


def _section(number: int) -> str:
    """1 to 9999."""
    spoken, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            spoken += ("零" if gap and spoken else "") + _DIGITS[digit] + _UNITS[power]
        gap = not digit
    return spoken


def _spoken(value: Decimal) -> str:
    whole, _, fraction = _plain(value).partition(".")
    return in_chinese(int(whole)) + ("点" + "".join(_DIGITS[int(d)] for d in fraction) if fraction else "")


def _plain(value: Decimal) -> str:
    """Without exponent and without zeros at the end of a fraction."""
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _rescaled(value: Decimal) -> tuple[str, ...]:
    """The same amount in other scales, with at most two decimals: 12000亿, 1.2万亿."""
    shown = [_plain(value.scaleb(-power)) + name for name, power in _SCALES.items()]
    if value < 10**8:
        shown.append(_plain(value))
    return tuple(s for s in shown if re.match(r"(?!0\.0)\d{1,8}(?:\.\d{1,2})?(?:[万亿]|$)", s))
