"""Small plots as inline SVG: nothing to load, colours by the page's CSS classes. Pure; text is escaped."""

import html
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 22, 14, 46
_BAR, _GAP, _LABEL = 22, 14, 132
# Nothing to be seen, or able to turn the order of what follows.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

Points = Sequence[tuple[float, float]]


def esc(text: object) -> str:
    """Anything → HTML text that shows it and does nothing else."""
    return html.escape(_UNSEEN.sub("", str(text)), quote=True)


@dataclass(frozen=True)
class Series:
    """A line, or with `dots` its points alone, of an area by `weights` where they are given.

    `style`: a CSS class, "ours" or "theirs". Points: (x, y), both between 0 and 1.
    """

    name: str
    points: Points
    style: str = "ours"
    dots: bool = False
    weights: Sequence[int] = ()


def _x(value: float) -> float:
    return round(_LEFT + value * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(value: float) -> float:
    return round(_HEIGHT - _BOTTOM - value * (_HEIGHT - _TOP - _BOTTOM), 1)


def _radius(series: Series, place: int) -> float:
    """Pixels: 5, or for a point that holds a share of all weights as its area says, 2.5 to 14."""
    if not series.weights:
        return 5
    return round(2.5 + 11.5 * math.sqrt(series.weights[place] / max(1, sum(series.weights))), 1)


def _count(series: Series, place: int) -> str:
    return f"({series.weights[place]} 题)" if series.weights else ""


def unit_plot(title: str, across: str, up: str, series: Sequence[Series], diagonal: bool = False) -> str:
    """Lines and dots in the unit square, axes in percent. `title` is for who cannot see it. `diagonal`: where x = y."""
    parts = [f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{esc(title)}">']
    for step in range(6):
        at = step / 5
        parts += [
            f'<line class="grid" x1="{_x(at)}" y1="{_y(0)}" x2="{_x(at)}" y2="{_y(1)}"/>',
            f'<line class="grid" x1="{_x(0)}" y1="{_y(at)}" x2="{_x(1)}" y2="{_y(at)}"/>',
            f'<text class="tick" x="{_x(at)}" y="{_y(0) + 16}" text-anchor="middle">{step * 20}%</text>',
            f'<text class="tick" x="{_x(0) - 6}" y="{_y(at) + 4}" text-anchor="end">{step * 20}%</text>',
        ]
    parts += [
        f'<text class="axis" x="{_x(0.5)}" y="{_HEIGHT - 8}" text-anchor="middle">{esc(across)}</text>',
        f'<text class="axis" transform="translate(13 {_y(0.5)}) rotate(-90)" text-anchor="middle">{esc(up)}</text>',
    ]
    if diagonal:
        parts.append(f'<line class="diagonal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>')
    for one in series:
        if not one.dots and len(one.points) > 1:
            path = " ".join(f"{_x(x)},{_y(y)}" for x, y in one.points)
            parts.append(
                f'<polyline class="line {one.style}" points="{path}"><title>{esc(one.name)}</title></polyline>'
            )
        else:
            parts += [
                f'<circle class="dot {one.style}" cx="{_x(x)}" cy="{_y(y)}" r="{_radius(one, place)}">'
                f"<title>{esc(one.name)}:{x:.0%},{y:.0%}{_count(one, place)}</title></circle>"
                for place, (x, y) in enumerate(one.points)
            ]
    return "".join([*parts, "</svg>"])


@dataclass(frozen=True)
class Bar:
    """One bar of 0 to `most`. `low`, `high`: its interval. `other`: the same in the other run. `shown`: its value."""

    label: str
    value: float
    shown: str
    low: float | None = None
    high: float | None = None
    other: float | None = None


def bars(title: str, own: Sequence[Bar], most: float = 1.0) -> str:
    """Horizontal bars under each other, a tick for the other run, a whisker for the interval."""
    row = _BAR + _GAP
    height = row * len(own) + 6
    span = _WIDTH - _LABEL - 96
    most = most or 1.0

    def x(value: float) -> float:
        return round(_LABEL + span * min(value / most, 1.0), 1)

    parts = [f'<svg class="plot" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{esc(title)}">']
    for number, bar in enumerate(own):
        top = number * row + 4
        middle = top + _BAR / 2
        parts += [
            f'<text class="label" x="{_LABEL - 8}" y="{middle + 5}" text-anchor="end">{esc(bar.label)}</text>',
            f'<rect class="rail" x="{_LABEL}" y="{top}" width="{span}" height="{_BAR}" rx="4"/>',
            f'<rect class="bar" x="{_LABEL}" y="{top}" width="{x(bar.value) - _LABEL:.1f}" height="{_BAR}" rx="4"/>',
            f'<text class="value" x="{_LABEL + span + 8}" y="{middle + 5}">{esc(bar.shown)}</text>',
        ]
        if bar.low is not None and bar.high is not None:
            parts.append(
                f'<path class="whisker" d="M{x(bar.low)} {middle}H{x(bar.high)}'
                f'M{x(bar.low)} {middle - 5}v10M{x(bar.high)} {middle - 5}v10"/>'
            )
        if bar.other is not None:
            at = x(bar.other)
            parts.append(f'<line class="tickmark" x1="{at}" y1="{top - 3}" x2="{at}" y2="{top + _BAR + 3}"/>')
    return "".join([*parts, "</svg>"])
