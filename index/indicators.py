"""The same indicator in different words gets one name, from a table that a person can edit (data/indicators.tsv). Pure.

"全区高新技术企业" 家        → 高新技术企业数量
"万人有效发明专利拥有量" 件  → 每万人有效发明专利拥有量
"高新技术企业产值" 亿元      → none: no wording ends it
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from index.errors import PlanQAError
from index.normal import fold

_COLUMNS = 4
_DROP = re.compile(r"[“”\"'、,\s]|\((?!助理)[^()]{0,12}\)")
_ENDS = re.compile(r"(?:的?(?:总)?数量?|总量|总数|个数|比例数|目标|水平)$")
_LONGEST_PREFIX = 10


@dataclass(frozen=True)
class Indicator:
    """A canonical indicator; `units` as `index.quantity` writes them, the usual one first, () where it has none."""

    name: str
    field: str
    units: tuple[str, ...]
    wordings: tuple[str, ...]


@lru_cache(maxsize=1)
def indicators() -> tuple[Indicator, ...]:
    """Every canonical indicator.

    Raises:
        PlanQAError: a line of the table has not four columns.
    """
    text = resources.files("index").joinpath("data/indicators.tsv").read_text("utf-8")
    return parse(text)


def parse(text: str) -> tuple[Indicator, ...]:
    """The table's lines; comments and empty lines are left out.

    Raises:
        PlanQAError: a line has not four columns.
    """
    found: list[Indicator] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != _COLUMNS or not columns[0] or not columns[3]:
            raise PlanQAError(f"指标表第 {number} 行应有 {_COLUMNS} 栏(名称、领域、单位、写法),现为:{line}")
        name, field, units, wordings = columns
        found.append(Indicator(name, field, tuple(units.split()), tuple(wordings.split("|"))))
    return tuple(found)


def canonical(indicator: str, unit: str) -> Indicator | None:
    """The canonical indicator that a wording with a unit stands for; None where the table knows none."""
    name = _bare(indicator)
    for start in range(min(len(name), _LONGEST_PREFIX + 1)):  # the longest ending first
        for known in _by_wording().get(name[start:], ()):
            if unit in known.units or (not unit and not known.units):
                return known
    return None


@lru_cache(maxsize=1)
def _by_wording() -> Mapping[str, tuple[Indicator, ...]]:
    found: dict[str, tuple[Indicator, ...]] = {}
    for indicator in indicators():
        for wording in (indicator.name, *indicator.wordings):
            key = _bare(wording)
            if indicator not in found.get(key, ()):
                found[key] = (*found.get(key, ()), indicator)
    return found


@lru_cache(maxsize=4096)
def _bare(wording: str) -> str:
    return _ENDS.sub("", _DROP.sub("", fold(wording)))
