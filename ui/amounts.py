"""A commitment's figure as people write it. Pure.

21540000000 元                → 215.4亿元
110 家, 以上                  → 110家以上
4.08 个百分点, 累计, 变动      → 累计变动4.08个百分点
"""

from decimal import Decimal

from index.export import plain
from index.types import Commitment

_BEHIND = ("以上", "以下", "以内", "之内", "左右", "上下", "以外", "余")
_SCALES = ((Decimal(10**8), "亿", Decimal(10**12)), (Decimal(10**4), "万", Decimal(10**8)))  # from, name, below
_DECIMALS = 4
AT_LEAST = ("以上", "突破", "超过", "不低于", "不少于", "至少", "高于", "大于", "超", "余", "≥", ">")
AT_MOST = ("以内", "以下", "之内", "不高于", "不超过", "低于", "小于", "控制在", "≤", "<")


def amount(row: Commitment) -> str:
    """The figure with bound, rate and unit; the words of a row without a figure, else “——”."""
    if row.value is None:
        return row.stated or "——"
    number = scaled(row.value, row.unit)
    if row.upper is not None:
        number = f"{plain(row.value)}—{scaled(row.upper, row.unit)}"
    before, behind = ("", row.bound) if row.bound in _BEHIND else (row.bound, "")
    change = "变动" if row.change and row.rate == "累计" else "新增" if row.change and row.action == "新增" else ""
    return f"{row.rate}{change}{before}{number}{behind}"


def base(row: Commitment) -> str:
    """What the figure starts from: “2020年75.92%”, "" where nothing is stated."""
    if row.base_value is None:
        return ""
    year = f"{row.base_year}年" if row.base_year else ""
    return year + scaled(row.base_value, row.unit)


def scaled(value: Decimal, unit: str) -> str:
    """A value with its unit, in 万 or 亿 where that needs no more than four decimals."""
    for size, name, below in _SCALES:
        short = value / size
        if size <= abs(value) < below and short == round(short, _DECIMALS):
            return f"{plain(short)}{name}{unit}"
    return f"{plain(value)}{unit}"


def bound_mark(bound: str) -> str:
    """≥ for bounds from below, ≤ for bounds from above, ≈ for 左右 and 近, "" for an exact figure."""
    if bound in AT_LEAST:
        return "≥"
    if bound in AT_MOST:
        return "≤"
    return "≈" if bound in ("左右", "上下", "近", "约") else ""
