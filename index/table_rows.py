"""A table row → the rows that it states: a level with its base and target, and its growth. Pure.

    (2)常住人口城镇化率(%) | 75.92 | 80 | [4.08] | 预期性
    → 常住人口城镇化率 75.92% in 2020, 80% in 2025; and 累计 4.08 个百分点

A row that states nothing (——) is still a row: the plan lists the indicator.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from index.columns import NATURE, column_name, inside, is_blank, row_unit
from index.figures import figures
from index.indicators import canonical
from index.normal import fold
from index.notes import row_name
from index.quantity import quantities
from index.types import Cell, Commitment, DocumentInfo, Passage, Sentence
from index.when import ACHIEVED, PLAN_START, PLAN_YEARS, PROMISED, date_of

_GROWTH_COLUMN = re.compile(r"增速|增长|累计|年均|提高|下降")
_NATURE_COLUMN = re.compile(r"属性|性质|类型")
_BODY_COLUMN = re.compile(r"责任|牵头|负责|主办")
_BASE_COLUMN = re.compile(r"基期|基准|现状|实际|完成|实绩|末")
_TARGET_COLUMN = re.compile(r"目标|规划|计划|预期值|任务")
_CHANGE_NAME = re.compile(r"增速|增长(?:速度|率)?$|降低$|下降$|提高$|增幅")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class _Level:
    value: Decimal | None
    unit: str
    bound: str
    stated: str
    cell: Cell | None


def from_row(passage: Passage, sentence: Sentence, info: DocumentInfo) -> Iterator[Commitment]:
    """The rows that a table row states; none for a row without columns of years, targets or growth."""
    date = date_of(info)
    name = row_name(passage.lead)
    unit = fold(row_unit(passage.lead, passage.cells))
    base = target = growth = None
    base_year = target_year = 0
    nature = body = ""
    for cell in passage.cells:
        column = fold(cell.column)
        year = _year_of(column)
        if _NATURE_COLUMN.search(column) and NATURE.search(cell.value):
            nature = cell.value
        elif _BODY_COLUMN.search(column):
            body = cell.value
        elif _GROWTH_COLUMN.search(column) and not re.fullmatch(r"\d{4}年", column):
            growth = cell
        elif year and ((year <= max(date.as_of, date.first) and year < date.last) or _BASE_COLUMN.search(column)):
            base, base_year = cell, year
        elif year or _TARGET_COLUMN.search(column):
            target, target_year = cell, year or date.last
        elif _BASE_COLUMN.search(column):
            base, base_year = cell, date.first - 1 if date.first else 0
        elif not nature and NATURE.fullmatch(cell.value):
            nature = cell.value
    if base is None and target is None and growth is None:
        return
    first, last = _level(base, unit), _level(target, unit)
    kept = last if target is not None else _Level(None, unit, "", "", None)
    common = _Common(passage, sentence, info, name, nature, body)
    yield common.row(
        kept, target_year or date.last, base=first, base_year=base_year, change=bool(_CHANGE_NAME.search(name))
    )
    if growth is not None and not is_blank(growth.value):
        head = column_name(growth)
        total = inside(growth.value) is not None or "累计" in head
        growth_unit = ("个百分点" if unit == "%" else unit) if total else "%"
        level = _level(growth, growth_unit)
        rate = "累计" if total else "年均" if "年均" in head else ""
        yield common.row(level, target_year or date.last, change=True, rate=rate)


@dataclass(frozen=True)
class _Common:
    passage: Passage
    sentence: Sentence
    info: DocumentInfo
    name: str
    nature: str
    body: str

    def row(
        self,
        level: _Level,
        year: int,
        *,
        base: _Level | None = None,
        base_year: int = 0,
        change: bool = False,
        rate: str = "",
    ) -> Commitment:
        known = canonical(self.name, level.unit)
        start, end = (level.cell.start, level.cell.end) if level.cell else (0, 0)
        role = f"row:{rate}:{change}"
        return Commitment(
            id=hashlib.sha256(f"{self.info.sha256}:{self.sentence.start}:{self.name}:{role}".encode()).hexdigest()[:16],
            doc_id=self.info.id,
            district=self.info.district,
            indicator=self.name,
            canonical=known.name if known else "",
            field=known.field if known else "",
            kind="指标",
            status=PROMISED if level.stated or not (base and base.stated) else ACHIEVED,
            value=level.value,
            upper=None,
            unit=level.unit,
            year=year if year else 0,
            year_from="sentence" if year else "",
            bound=level.bound,
            rate=rate,
            change=change,
            action="",
            base_value=base.value if base else None,
            base_year=base_year,
            base_bound=base.bound if base else "",
            nature=self.nature,
            body=self.body,
            stated=level.stated,
            text=self.sentence.text,
            start=self.sentence.start,
            end=self.sentence.end,
            figure_start=start,
            figure_end=end,
        )


def _year_of(column: str) -> int:
    years = re.findall(r"(?:19|20)\d\d", column)
    plans = [PLAN_START[p] + PLAN_YEARS - 1 for p in re.findall(r"十[一二三四五六]五", column) if p in PLAN_START]
    return int(years[-1]) if years else plans[-1] if plans else 0


def _level(cell: Cell | None, unit: str) -> _Level:
    """A cell with the row's unit: “48左右” in % → 48 %, 左右; “完成市分解任务” → words only."""
    if cell is None or is_blank(cell.value):
        return _Level(None, unit, "", "", None)
    written = cell.value.strip("[]［］【】〔〕")
    folded = fold(written)
    number = _NUMBER.search(folded)
    if not number or len(re.sub(r"[^㐀-鿿]", "", folded)) > 8:
        return _Level(None, unit, "", written, cell)
    own = figures(folded)
    whole = own[0] if own else None
    if whole is not None and whole.unit:
        return _Level(whole.value, whole.unit, whole.bound, written, cell)
    scaled = quantities(f"{number[0].lstrip('-')}{unit}")
    value = scaled[0].value if scaled and scaled[0].unit else Decimal(number[0].replace(",", ""))
    plain = scaled[0].unit if scaled and scaled[0].unit else unit
    bound = re.search(r"以上|以下|以内|左右|不低于|不超过|不少于|突破|超过|大于|小于|≥|≤|>|<", folded)
    return _Level(value, plain, bound[0] if bound else "", written, cell)
