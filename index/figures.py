"""Which figures of a sentence state something, as pairs and ranges. Reads folded text (`index.normal.fold`). Pure.

"由43家增加到80家"                    → 80 家 with the base 43
"每万名人口拥有3-5名全科医生"          → 3 to 5 名
"年产值5000万元以上规模企业5家以上"    → 5 家; 5000万元 says which enterprises
"5G", "PM2.5", "第3批", "309国道", 《…(2015-2020年)》, “753” → none
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from index.quantity import DATE_UNITS, UNITS, Quantity, quantities

_DURATIONS = {"年", "个月", "天", "天数", "小时", "分钟", "秒", "周岁", "岁", "期", "次", "步", "米"}
_ORDERS = {
    "级",
    "届",
    "轮",
    "站",
    "路",
    "成",
    "篇",
    "星级",
    "国",
    "省",
    "市",
    "县",
    "村",
    "镇",
    "街道",
    "片",
    "号",
}
_NAME_UNITS = re.compile(r"[/每](?:立方米|平方公里|平方米|升|亩|公顷|人|户|万人|千瓦时|万元|年|天|日)")
_LEVEL_BEFORE = re.compile(
    r"(?:从|由|达到?了?|为|至|到|在|突破|超过|不低于|不少于|不高于|不超过|低于|高于|增加|减少|增长|提高|提升|下降|降低|缩短|延长|压缩|限|寿命)"
    r"(?:约|近)?$"
)
_QUOTES = (re.compile(r"“[^“”]{1,14}”"), re.compile(r"《[^《》]*》"), re.compile(r"[〔\[][^〕\]]*[〕\]]"))
_AFTER_BOUND = re.compile(r"(?:的?(?:刚性|约束性|预期|控制)?目标)?(?:以上|以下|以内|之内|左右|上下|以外)")
_RANGE = re.compile(r"[-到至](?:\|)?$")
_GROUP_OF = re.compile(r"^[^,;。、]{0,24}?(?:之一|中(?:脱颖|第|唯一|首)|以来,)")
_FRAME = re.compile(r"^(?:以上|左右)?(?:个|大)?的?(?:方面|重点(?=[,;。])|原则|阶段|步骤|环节|维度|层面|篇章|文章|方向)")
_IN_FRAME = re.compile(r"个方面的?$")
_DEFINES = re.compile(r"^为[^\d,;。]{2,}")
_ORDINAL_AFTER = re.compile(r"^(?:[a-z]|强(?!化|度)|国道|省道|线|号|版|条(?:措施|意见)|级|:\d|\.\d|%?级|[万亿]*级)")


@dataclass(frozen=True)
class Figure:
    """A figure of a folded sentence: `text[start:end]` with its unit, `stop` behind a bound that follows it."""

    value: Decimal
    unit: str
    bound: str
    start: int
    end: int
    stop: int
    upper: Decimal | None = None
    base: Decimal | None = None
    base_start: int = -1


def figures(text: str) -> list[Figure]:
    """The figures that `text` states, in order; dates, names, attributes of a noun and figures of others left out."""
    found = _ranges(text, quantities(text))
    hidden = [m.span() for pattern in _QUOTES for m in pattern.finditer(text)]
    kept = [figure for figure in found if not any(a <= figure.start < b for a, b in hidden) and _states(text, figure)]
    kept = [figure for at, figure in enumerate(kept) if not _is_attribute(text, figure, kept[at + 1 : at + 2])]
    return _pairs(text, kept)


def _ranges(text: str, found: list[Quantity]) -> list[Figure]:
    """Quantities → figures; “3-5名” and “1到1.5个百分点” become one."""
    result: list[Figure] = []
    before: Quantity | None = None
    for quantity in found:
        figure = _figure(text, quantity)
        last = result[-1] if result else None
        joined = (
            last is not None
            and _RANGE.search(text[last.end : figure.start])
            and figure.start - last.end <= 2
            and last.unit in ("", figure.unit)
            and figure.unit not in DATE_UNITS
            and not re.search(r"[从由][^,]*$", text[: last.start])
        )
        if joined and last is not None:
            plain = before is not None and last.value == quantity_value(before) and last.unit == ""
            scale = figure.value / quantity_value(quantity) if plain and quantity_value(quantity) else 1
            result[-1] = replace(
                figure, value=last.value * scale, upper=figure.value, start=last.start, bound=last.bound or figure.bound
            )
        else:
            result.append(figure)
        before = quantity
    return result


def quantity_value(quantity: Quantity) -> Decimal:
    """The number of a quantity as written, without its scale: 1.2 of 1.2万."""
    match = re.match(r"[\d.,]+", quantity.text)
    return Decimal(match[0].replace(",", "")) if match else quantity.value


def _figure(text: str, quantity: Quantity) -> Figure:
    unit, end = quantity.unit, quantity.end
    compound = _NAME_UNITS.match(text, end)
    if compound and unit:
        unit, end = unit + compound[0], compound.end()
    if not unit and re.match(r"大[㐀-鿿]", text[end : end + 2]) and end - quantity.start <= 2:  # 3大物流平台
        unit, end = "大", end + 1
    bound, stop = quantity.bound, end
    after = _AFTER_BOUND.match(text, end)
    if after:
        stop = after.end()
        word = after[0][-2:]
        bound = bound if bound and bound not in ("年均", "累计") else word
    return Figure(quantity.value, unit, "" if bound in ("年均", "累计") else bound, quantity.start, end, stop)


def _states(text: str, figure: Figure) -> bool:
    """Whether a figure with a unit counts or measures something."""
    before, after = text[: figure.start], text[figure.end :]
    if not figure.unit or figure.unit in _ORDERS or (figure.unit in ("月", "日")):
        return False
    if re.search(r"(?:[a-z.:]|第|\d-)$", before) and figure.upper is None:
        return False
    if _FRAME.match(after) or _IN_FRAME.search(before):
        return False
    if _ORDINAL_AFTER.match(after) or _GROUP_OF.match(after) or _DEFINES.match(text[figure.stop :]):
        return False
    if figure.unit in _DURATIONS:
        return bool(_LEVEL_BEFORE.search(before)) and not (figure.unit == "年" and 1900 <= figure.value <= 2100)
    return True


def _is_attribute(text: str, figure: Figure, following: list[Figure]) -> bool:
    """Whether a figure only says which things are counted: 5000万元以上规模企业5家, 110千伏变电站."""
    after = text[figure.stop :]
    if figure.unit in ("千伏", "岁", "周岁", "兆瓦", "千瓦") and re.match(r"[㐀-鿿]", after):
        return True
    if re.match(r"的[㐀-鿿]", after) and re.search(r"个(?:以上|左右)?[㐀-鿿]{4,10}$", text[: figure.start]):
        return True  # 10个主营业务收入200亿元的产业
    if not following or figure.unit == "%":
        return False
    between = text[figure.stop : following[0].start]
    measures = figure.unit in ("元", "美元", "平方米", "亩", "公里", "吨", "人", "床", "张")
    plain = bool(re.fullmatch(r"(?:以上|以下)?的?[㐀-鿿“”()]{2,16}", between)) and figure.stop > figure.end
    return measures and plain and not re.search(r"达|为|[和与及]$", between)


def _pairs(text: str, found: list[Figure]) -> list[Figure]:
    """“由43家增加到80家”, “从81.5岁提升至82.5岁” → the second figure with the first as its base."""
    result: list[Figure] = []
    for figure in found:
        last = result[-1] if result else None
        if (
            last is not None
            and last.base is None
            and re.search(r"[从由](?:\d{4}年(?:底|末)?的?)?[^,;。\d]{0,8}$", text[: last.start])
            and re.fullmatch(
                r"[^;。\d]{0,14}(?:\d{4}年(?:底|末)?的?)?[^;。\d]{0,4}[到至为](?:约|近)?",
                text[last.stop : figure.start],
            )
            and last.unit in ("", figure.unit)
        ):
            result[-1] = replace(figure, base=last.value, base_start=last.start)
        else:
            result.append(figure)
    return result


def is_counter(unit: str) -> bool:
    """Whether a unit counts things (家, 处, 个) rather than measures them (%, 亿元, 公里)."""
    return unit in _COUNTERS


_COUNTERS = frozenset(
    "人 名 位 户 家 个 项 处 座 所 条 场 套 件 辆 张 台 只 头 株 栋 幢 间 层 批 种 类 款 本 册 起 宗 支 队 班 门 床 部"
    " 学位 床位 泊位 人次 场次 车次 班次 期 对".split()
) & frozenset([*UNITS, "期", "对", "场次"])


def ratios(text: str) -> list[Figure]:
    """Proportions of several parts (0.2:21.3:78.5), with the unit 比 and the first part as value."""
    found = re.finditer(r"(?<![\d.])\d+(?:\.\d+)?(?::\d+(?:\.\d+)?){1,3}(?![\d:.])", text)
    return [
        Figure(Decimal(m[0].split(":")[0]), "比", "", m.start(), m.end(), m.end())
        for m in found
        if re.search(r"(?:比[例率重]?|结构)(?:达到|调整为|调整到|优化为|优化到|为|是|达)?$", text[: m.start()])
    ]
