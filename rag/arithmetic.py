"""Differences, sums and ranks of figures that the answer has already cited: “150家-110家=40家”. Pure.

Nothing is computed of what is not shown before with its citation, and nothing of figures of different units.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from index.normal import fold
from rag.asked_figure import (
    DIFFERENCE,
    SUMMED,
    Figure,
    Part,
    figure_named,
    figure_of,
    figures_in,
    is_change,
    is_row_like,
)
from rag.cues import asked_unit, same_unit
from rag.everywhere import ALL_SEEN, ranks
from rag.evidence import EvidenceScorer
from rag.question import Question

_UP, _DOWN = "(?:上升|提高|增加|增长|放宽|升|增|涨|高)了?", "(?:下降|降低|减少|收紧|降|减|跌|低)了?"
_UP_OR_DOWN = re.compile(
    rf"{_UP}(?:还|或)是{_DOWN}|{_DOWN}(?:还|或)是{_UP}|是[升增涨]是[降减跌]|升降|增减|"
    r"[往向]上[走调]?(?:还|或)是[往向]下|[往向]下[走调]?(?:还|或)是[往向]上|[多高](?:了|些)?(?:还|或)是[少低]"
)
_ALIKE = re.compile(r"一样(?:吗|么|不|多|高|大)|相同吗|一致吗|是否(?:一样|相同|一致)|是不是一样|同样多")
_TOGETHER = re.compile(r"加起来|加一起|加在一起|相加|合起来|合计|总和|之和")
_ALTOGETHER = re.compile(r"一共|总共|共计")
_EACH = re.compile(r"各|分别")
_WHICH = (  # the surest first
    re.compile(r"[更最]([高多大长低少小]|宽松?|松|紧|充裕|充足)(?![新校])"),
    re.compile(
        r"(?:哪[个边家里儿方一]|谁)[^,?。]{0,24}?(?<!多)([高多大长低少小])(?=$|[,?。;些点的了呢吗啊呀得于]|一[些点])"
    ),
    re.compile(r"(?:哪[个边家里儿方一]|谁)[^,?。]{0,14}?(?<!多)([高多大长低少小])(?!少|[新校铁速])"),
    re.compile(r"比(?![例重率较值])[^,?。]{1,20}?(?:还|要)?(?<!多)([高多大低少小])(?![少大高小新校])"),
)
_PLUS = re.compile(r"加上?|[和与跟及、]|以及")
_AGAINST = re.compile(
    r"(?P<one>[^,?。;]{2,}?)比(?![例重率较值])(?P<other>[^,?。;]{2,}?)(?:还|要|得)?(?=[高多低少大小](?:出|了)?(?:了)?(?:多少|几))|"
    r"(?P<this>[^,?。;]{2,}?)[和与跟同](?P<that>[^,?。;]{2,}?)(?:之间)?(?=相差|差距|差额|差(?:了|出)?(?:多少|几))"
)
_LATER_BOUND = re.compile(r"以[上内下](?=$)")
_ONE_SIZE = 50
_PER_HEAD = re.compile(r"人均|户均|每[百千万]")
_LITTLE = frozenset("低少小紧")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ONE_BY_ONE = frozenset("个家处座所项")  # 300座 and 1000个 base stations may be ranked


def wants_figures(text: str) -> bool:
    """Whether a folded question can only be answered by setting figures side by side: 哪个更高, 差多少, 加起来."""
    return any(pattern.search(text) for pattern in (DIFFERENCE, _TOGETHER, *_WHICH))


def conclusion(question: Question, parts: Sequence[Part], scorer: EvidenceScorer) -> str:
    """The line that a question for a difference, a sum or the greater one wants at the end; "" where it asks none."""
    text = question.text
    difference, alike = bool(DIFFERENCE.search(text)), bool(_ALIKE.search(text))
    which = _which(text) or _which(fold(question.original))  # 谁最大 in a clause of its own
    together = bool(_TOGETHER.search(text)) or bool(_ALTOGETHER.search(text) and not _EACH.search(text))
    parts = [part for part in parts if not part.text.startswith("(注")]
    if len(parts) == 1:
        if together and not difference and not which:
            items = _of_items(question, parts[0], _added_items(text))
            return _added(items) if items else ""
        if _UP_OR_DOWN.search(text) and is_row_like(parts[0]):
            return _direction(question, parts[0])
        if not difference:
            return ""
        row = is_row_like(parts[0])
        pair = _two_years(question, parts[0]) if row else _of_items(question, parts[0], _compared_items(text))
        return _subtracted(pair) if pair else ""
    labels = {part.label for part in parts}
    if len(parts) == 2 and len(labels) == 1 and all(labels) and difference:  # one place, two years
        levels = [figure for part in parts if (figure := figure_of(question, part, scorer)) is not None]
        return _subtracted(levels) if len({f.quantity.unit for f in levels}) == 1 < len(levels) else ""
    if len(labels) != len(parts) or len(parts) < 2 or not (difference or together or which or alike):
        return ""
    figures = [figure for part in parts if (figure := figure_of(question, part, scorer)) is not None]
    if len(figures) != len(parts) and not (which and len(figures) > 1 and not difference and not together):
        return ""
    units = {f.quantity.unit for f in figures}
    if len({_of_each(f) for f in figures}) > 1 and _far_apart(figures):
        return "注意:口径不同(有的是人均或每千人的数,有的是总数),不能直接比较。"
    if len(units) > 1 and not (which and not together and units <= _ONE_BY_ONE):
        told = "、".join(dict.fromkeys(f.quantity.unit for f in figures))
        return f"注意:单位不同({told}),不能直接加减。" if difference or together else ""
    lines = []
    if alike and not which and len(figures) == 2 and len(units) == 1:
        lines.append(_same(figures))
    if which:
        told = _ranked(figures, which) if len(figures) == len(parts) else f"写了数值的中,{_ranked(figures, which)}"
        lines.append(f"所列文件中,{told}" if ranks(question) and len(scorer.index.documents) > ALL_SEEN else told)
    if together:
        lines.append(_added(figures))
    elif difference and len(figures) == 2 and len(units) == 1:
        lines.append(_subtracted(figures))
    return "\n".join([*lines, *_cautions(figures)])


def _of_each(figure: Figure) -> bool:
    """Whether a figure is one a head: its own clause says 人均, 每千人."""
    clause = re.split("[,，;；。]", figure.part.text[: figure.quantity.start])[-1]
    return bool(_PER_HEAD.search(clause))


def _far_apart(figures: Sequence[Figure]) -> bool:
    """Whether figures are of no one size: a clause may state a level a head without saying so again."""
    values = sorted(abs(f.quantity.value) for f in figures)
    return values[-1] > _ONE_SIZE * values[0]


def _which(text: str) -> str:
    """By what a folded question sets places side by side: 高, 多, 少 …; "" where it doesn't."""
    return next((match[1] for pattern in _WHICH if (match := pattern.search(text))), "")


def wants_least(text: str) -> bool:
    """Whether a folded question asks for the smallest: 哪个区最低."""
    return _which(text) in _LITTLE


def _two_years(question: Question, part: Part) -> list[Figure]:
    """The figures of the two years that are compared in one line; none unless each has exactly one."""
    return _levels(part, sorted(question.years)) if len(question.years) == 2 else []


def _direction(question: Question, part: Part) -> str:
    """Which way a row goes between the two years that are named, or its first and last; "" where that is not told."""
    years = sorted(question.years if len(question.years) == 2 else {f.year for f in figures_in(part) if f.year})
    levels = _levels(part, [years[0], years[-1]]) if len(years) > 1 else []
    if not levels:
        return ""
    later, earlier = (figure.quantity.value for figure in levels)
    way = "持平" if later == earlier else "上升" if later > earlier else "下降"
    bounded = [f"{f.written}{f.quantity.bound}" for f in levels]
    told = [own if own in part.text else f.written for own, f in zip(bounded, levels, strict=True)]
    return f"由{told[1]}到{told[0]},是{way}的{_markers(levels)}"


def _levels(part: Part, years: Sequence[int]) -> list[Figure]:
    """The figures of two years in one line, the later first; none unless each has exactly one, in the same unit."""
    by_year = [[f for f in figures_in(part) if f.year == year] for year in reversed(years)]
    later, earlier = ([f for f in own if not is_change(f)] for own in by_year)
    fits = len(later) == len(earlier) == 1 and later[0].quantity.unit == earlier[0].quantity.unit
    return [later[0], earlier[0]] if fits else []


def _of_items(question: Question, part: Part, items: Sequence[str]) -> list[Figure]:
    """In “甲15家、乙45家” the figures of the items, in one unit, the one asked for; none unless each has its own."""
    found = [figure for item in items if (figure := figure_named(item, part)) is not None]
    apart = len({figure.quantity.start for figure in found}) == len(items) > 1
    asked = asked_unit(question)
    fits = len({f.quantity.unit for f in found}) == 1 and (not asked or same_unit(asked, found[0].quantity.unit))
    return found if apart and fits else []


def _added_items(text: str) -> list[str]:
    """What a folded question adds up: 甲和乙加起来多少 → 甲, 乙."""
    asked = SUMMED.split(text)[0]
    return [item.strip("的 ,?") for item in _PLUS.split(asked) if item.strip("的 ,?")]


def _compared_items(text: str) -> list[str]:
    """What a folded question sets against each other in one document: 甲比乙多多少 → 甲, 乙."""
    match = _AGAINST.search(text)
    return [match["one"] or match["this"], match["other"] or match["that"]] if match else []


def _markers(figures: Sequence[Figure]) -> str:
    return "".join(f"[{marker}]" for marker in sorted({f.part.marker for f in figures}))


def _subtracted(figures: Sequence[Figure]) -> str:
    more, less = sorted(figures, key=lambda f: -f.quantity.value)
    if more.quantity.value == less.quantity.value:
        return f"两者相同,都是{more.written}{_markers(figures)}"
    result = _result(more.quantity.value - less.quantity.value, more)
    result = re.sub(r"%$", "个百分点", result)
    return f"相差:{more.written}-{less.written}={result}{_markers((more, less))}"


def _same(figures: Sequence[Figure]) -> str:
    """Whether two figures are the same, bounds and all."""
    first, second = (f"{f.written}{f.quantity.bound}" for f in figures)
    return f"两者{f'相同,都是{first}' if first == second else f'不同({first}、{second})'}{_markers(figures)}"


def _added(figures: Sequence[Figure]) -> str:
    if figures[0].quantity.unit == "%":
        return "注意:百分比不能相加。"
    total = sum((f.quantity.value for f in figures), Decimal(0))
    return f"合计:{'+'.join(f.written for f in figures)}={_result(total, figures[0])}{_markers(figures)}"


def _result(value: Decimal, like: Figure) -> str:
    """A value written with the scale and unit of a figure: 4亿元, not 400000000元."""
    digits = _NUMBER.match(like.written)
    number = Decimal(digits[0].replace(",", "")) if digits else Decimal(1)
    scale = like.quantity.value / number if number else Decimal(1)
    return f"{(value / scale).normalize():f}{like.written[digits.end() if digits else 0 :]}"


def _ranked(figures: Sequence[Figure], word: str) -> str:
    """Which figure is the greatest, or the least where the question's `word` is 低, 少 or 小."""
    least_first = word in _LITTLE
    ordered = sorted(figures, key=lambda f: f.quantity.value, reverse=not least_first)
    if ordered[0].quantity.value == ordered[1].quantity.value:
        same = [f for f in ordered if f.quantity.value == ordered[0].quantity.value]
        return f"{'、'.join(f.part.label for f in same)}相同,都是{ordered[0].written}{_markers(same)}"
    sign = "<" if least_first else ">"
    degree = "更" if len(figures) == 2 else "最"
    return f"{degree}{word}的是{ordered[0].part.label}({sign.join(f.written for f in ordered)}){_markers(ordered)}"


def _bound(figure: Figure) -> str:
    """What bounds a figure, right beside it or at the end of its clause: 3.5%的刚性目标以内."""
    rest = re.split("[,，;；。]", figure.part.text[figure.quantity.end :], maxsplit=1)[0]
    later = _LATER_BOUND.search(rest)
    return figure.quantity.bound or (later[0] if later else "")


def _cautions(figures: Sequence[Figure]) -> list[str]:
    """What keeps the figures from being quite comparable."""
    done = [f.part.label for f in figures if f.part.done]
    if 0 < len(done) < len(figures):
        aimed = [f.part.label for f in figures if not f.part.done]
        return [f"注意:{'、'.join(done)}是已完成的数,{'、'.join(aimed)}不是。"]
    years = {f.year for f in figures if f.year}
    if len(years) > 1:
        told = "、".join(f"{f.part.label}{f.year}年" for f in figures if f.year)
        return [f"注意:年份不同({told})。"]
    bounds = [_bound(f) for f in figures]
    if len(set(bounds)) > 1:
        told = "、".join(f"{f.part.label}“{own}”" for f, own in zip(figures, bounds, strict=True) if own)
        return [f"注意:限定不同({told})。"]
    return []
