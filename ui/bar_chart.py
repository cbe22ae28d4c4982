"""Bars of one indicator across districts, as SVG that needs nothing else. Pure.

The width is the container's: lengths are percentages, letters keep their size. A bar that is a bound from below ends in
an arrow, one from above in a line, one that is only about right in a dashed end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ui.render import escape

_ROW_PX = 46
_LABEL_PX = 16
_BAR_PX = 16
_LONGEST_PERCENT = 96.0


@dataclass(frozen=True)
class Bar:
    """`mark`: ≥, ≤, ≈ or "". `upper`: the other end of a range. `achieved`: an outcome, not a promise."""

    label: str
    shown: str
    value: Decimal
    mark: str = ""
    upper: Decimal | None = None
    achieved: bool = False


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """The chart, "" without bars; a screen reader hears the title and every bar's label."""
    if not bars:
        return ""
    longest = max(max(abs(b.value), abs(b.upper or b.value)) for b in bars) or Decimal(1)
    rows = "".join(_bar(bar, at, longest) for at, bar in enumerate(bars))
    said = ";".join(f"{bar.label} {bar.shown}" for bar in bars)
    return (
        f'<svg class="pq-chart" role="img" width="100%" height="{len(bars) * _ROW_PX}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(f"{title}:{said}")}</title>{rows}</svg>'
    )


def _bar(bar: Bar, at: int, longest: Decimal) -> str:
    top = at * _ROW_PX
    width = _percent(bar.value, longest)
    bar_top = top + _LABEL_PX + 5
    middle = bar_top + _BAR_PX // 2
    kind = "pq-achieved" if bar.achieved else "pq-promised"
    parts = [
        f'<text x="0" y="{top + _LABEL_PX}" class="pq-bar-label">{escape(bar.label)}'
        f'<tspan class="pq-bar-value" dx="8">{escape(bar.shown)}</tspan></text>',
        f'<rect x="0" y="{bar_top}" width="{width:.2f}%" height="{_BAR_PX}" rx="2" class="{kind}"/>',
    ]
    if bar.upper is not None:
        more = _percent(bar.upper, longest) - width
        parts.append(
            f'<rect x="{width:.2f}%" y="{bar_top}" width="{more:.2f}%" height="{_BAR_PX}" class="{kind} pq-range"/>'
        )
    end = {
        "≥": f'<path d="M0 -8 L11 0 L0 8 Z" class="{kind}"/>',
        "≤": '<line x1="0" y1="-12" x2="0" y2="12" class="pq-limit"/>',
        "≈": '<line x1="0" y1="-12" x2="0" y2="12" class="pq-limit pq-about"/>',
    }.get(bar.mark, "")
    if end:
        parts.append(f'<svg x="{width:.2f}%" y="{middle}" overflow="visible">{end}</svg>')
    return f'<g data-mark="{escape(bar.mark)}">{"".join(parts)}</g>'


def _percent(value: Decimal, longest: Decimal) -> float:
    return float(abs(value) / longest) * _LONGEST_PERCENT
