"""How well extracted rows and terms agree with hand labels: precision, recall, status accuracy. Pure.

Labels: data/commitments/ (GUIDE.md says how they were made). A row agrees where value, unit, year and bound are the
label's and the indicator is nearly: one contains the other, or they share at least half of the longer's characters.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from index.normal import fold
from index.quantity import quantities
from index.types import Commitment, Document, Term
from index.when import date_of

_STATED = ("sentence",)


@dataclass
class Score:
    """Counts over labelled sentences; `wrong` and `missed` say what to look at."""

    predicted: int = 0
    labelled: int = 0
    agreed: int = 0
    status_right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    status_wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.agreed / max(1, self.predicted)

    @property
    def recall(self) -> float:
        return self.agreed / max(1, self.labelled)

    @property
    def status_accuracy(self) -> float:
        return self.status_right / max(1, self.agreed)

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f} ({self.agreed}/{self.predicted}), "
            f"recall {self.recall:.3f} ({self.agreed}/{self.labelled}), "
            f"status {self.status_accuracy:.3f} ({self.status_right}/{self.agreed})"
        )


def score_rows(
    rows: Sequence[Commitment],
    labels: Iterable[dict[str, Any]],
    documents: Sequence[Document],
    ignore: frozenset[str] = frozenset(),
) -> Score:
    """Rows against labels, sentence by sentence; `ignore` names fields ("year", "bound") that need not agree."""
    score = Score()
    single = {d.info.id: date_of(d.info).single for d in documents}
    for label in labels:
        own = [r for r in rows if r.doc_id == label["doc"] and r.start < label["end"] and label["start"] < r.end]
        found = [told for row in own for told in _told(row, single[row.doc_id])]
        wanted = [w for w in label["rows"] if w["status"] != "other"]
        score.predicted += len(found)
        score.labelled += len(wanted)
        left = list(wanted)
        for got in found:
            match = next((w for w in left if _agrees(got, w, ignore)), None)
            if match is None:
                score.wrong.append(f"{_short(got)}   in: {got['text'][:120]}")
                continue
            left.remove(match)
            score.agreed += 1
            if got["status"] == match["status"]:
                score.status_right += 1
            else:
                score.status_wrong.append(f"{_short(got)} should be {match['status']}   in: {got['text'][:120]}")
        score.missed += [_short(w) for w in left]
    return score


def score_terms(terms: Sequence[Term], labels: Sequence[dict[str, Any]], documents: Sequence[Document]) -> Score:
    """Glossary entries against labels: the same term and at least half of its meaning's characters.

    The labels are of all terms that a reader found, so an entry beyond them counts as wrong.
    """
    score = Score(predicted=len(terms), labelled=len(labels))
    left = list(labels)
    for term in terms:
        match = next((w for w in left if w["doc"] == term.doc_id and _same_term(term, w)), None)
        if match is None:
            score.wrong.append(f"{term.doc_id[:8]} {term.term}: {term.meaning[:80]}")
            continue
        left.remove(match)
        score.agreed += 1
    score.missed = [f"{w['doc'][:8]} {w['term']}: {w['means'][:80]}" for w in left]
    return score


def _told(row: Commitment, single: bool) -> list[dict[str, Any]]:
    """A row as the labels write it; its base too where the sentence states one."""
    stated = row.year_from in _STATED or (single and row.status == "promised")
    common = {"indicator": row.indicator, "status": row.status, "text": row.text, "change": row.change}
    value = row.stated if row.value is None else f"{row.value.normalize():f}"
    value = value if row.upper is None else f"{value}-{row.upper.normalize():f}"
    told = [
        common
        | {"value": value, "unit": row.unit, "year": row.year if stated else None, "bound": (row.bound, row.rate)}
    ]
    if row.base_value is not None:
        base = {"value": f"{row.base_value.normalize():f}", "unit": row.unit, "year": row.base_year or None}
        told.append(common | base | {"bound": (row.base_bound, ""), "status": "achieved"})
    return told


def _agrees(got: dict[str, Any], wanted: dict[str, Any], ignore: frozenset[str]) -> bool:
    value, unit = _value(wanted["value"], wanted["unit"])
    if (got["value"], got["unit"]) != (value, unit):
        return False
    if "year" not in ignore and got["year"] != wanted["year"]:
        return False
    bound, rate = got["bound"]
    if "bound" not in ignore and wanted["bound"] != bound and not (wanted["bound"] == rate and not bound):
        return False
    return alike(got["indicator"], wanted["indicator"])


def _value(value: str, unit: str) -> tuple[str, str]:
    """“10.1”, “万份” → “101000”, “份”, as the extractor writes it; ratios and unknown units stay."""
    scale = re.match(r"(万亿|亿|千万|百万|万)(?=.)", unit)
    plain = unit[scale.end() :] if scale else unit
    factor = {"": 1, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}[scale[0] if scale else ""]
    if ":" in value:
        return value, ""
    ends = [f"{(Decimal(part) * factor).normalize():f}" for part in value.split("-")]
    found = quantities(f"1{plain}")
    same = found[0].unit if found and found[0].end == len(f"1{plain}") else plain
    return "-".join(ends), same


def alike(one: str, other: str) -> bool:
    """Whether two indicators are nearly the same words."""
    a, b = (re.sub(r"[“”\"、,\s|]", "", fold(text)) for text in (one, other))
    if not a or not b:
        return False
    shared = sum((Counter(a) & Counter(b)).values())
    return a in b or b in a or shared * 2 >= max(len(a), len(b))


def _same_term(term: Term, label: dict[str, Any]) -> bool:
    a, b = (re.sub(r"[“”\"]", "", fold(text)) for text in (term.term, label["term"]))
    if not (a == b or (len(min(a, b, key=len)) >= 2 and (a in b or b in a))):
        return False
    overlap = min(term.end, label["end"]) - max(term.start, label["start"])
    if overlap > 0:
        return True
    mine, theirs = fold(term.meaning), fold(label["means"])
    return sum((Counter(mine) & Counter(theirs)).values()) * 2 >= min(len(mine), len(theirs))


def _short(row: dict[str, Any]) -> str:
    bound = row["bound"] if isinstance(row["bound"], str) else "/".join(row["bound"])
    return f"{row['status'][:3]} {row['indicator']} | {row['value']} {row['unit']} | {row['year']} | {bound}"
