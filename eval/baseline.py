"""The floor under the answers: measures of a small fixed set of questions, committed, each with its tolerance. Pure but
for reading and writing the file.

    {"set": "measure.jsonl", "questions": [ids], "measures": {"correct": {"value": 0.7, "tolerance": 0.02}, …}}

`python -m eval baseline --update` is the one command that changes it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.dataset import Item
from eval.errors import DatasetError

FILE = Path(__file__).parent / "baseline.json"
# How far a measure may fall before `make test` fails; proofs may not fall at all.
TOLERANCES = {
    "correct": 0.02, "cited_evidence": 0.02, "any@5": 0.02, "figures_supported": 0.0, "quotes_verbatim": 0.0,
    "markers_match": 0.0, "refused_when_absent": 0.03, "refused_when_present": 0.02, "auroc": 0.02,
}  # fmt: skip
_LESS_IS_BETTER = frozenset(("refused_when_present",))
_OF_KIND, _ABSENT = 12, 40
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Floor:
    """What a measure was, and by how much it may be worse."""

    value: float
    tolerance: float


@dataclass(frozen=True)
class Baseline:
    """`set`: the question file's name; `questions`: ids of the questions in it that are asked; `floors`: by measure."""

    set: str
    questions: tuple[str, ...]
    floors: dict[str, Floor]

    def asked(self, items: Sequence[Item]) -> list[Item]:
        """The questions of the baseline among `items`.

        Raises:
            DatasetError: one of them is not there any more.
        """
        by_id = {item.id: item for item in items}
        gone = [name for name in self.questions if name not in by_id]
        if gone:
            raise DatasetError(
                f"基线中的问题已不在 {self.set} 中:{'、'.join(gone[:5])}。"
                "请运行 python -m eval baseline --update --choose。"
            )
        return [by_id[name] for name in self.questions]


def choose(items: Sequence[Item], name: str) -> Baseline:
    """A new baseline: 12 questions of each kind that has an answer, 40 that have none; the same ones every time."""
    order = sorted(items, key=lambda item: hashlib.sha256(item.id.encode()).digest())
    chosen: set[str] = set()
    for kind in {item.kind for item in items}:
        own = [item.id for item in order if item.kind == kind]
        chosen.update(own[: _ABSENT if kind == "unanswerable" else _OF_KIND])
    floors = {measure: Floor(0.0, tolerance) for measure, tolerance in TOLERANCES.items()}
    return Baseline(name, tuple(item.id for item in items if item.id in chosen), floors)


def failures(summary: Mapping[str, Any], baseline: Baseline) -> list[str]:
    """The measures that fell by more than their tolerance, a line each; none if all is well."""
    found = []
    for measure, floor in baseline.floors.items():
        value = summary[measure]
        worse = None if value is None else value - floor.value if measure in _LESS_IS_BETTER else floor.value - value
        if worse is None or worse > floor.tolerance + _ROUNDING:
            told = "无值" if value is None else f"{value:.4f}"
            found.append(f"{measure}:{told},基线 {floor.value:.4f},容许变差 {floor.tolerance:.4f}")
    return found


def updated(baseline: Baseline, summary: Mapping[str, Any]) -> Baseline:
    """`baseline` with the values of `summary`; questions and tolerances stay."""
    floors = {m: Floor(float(summary[m] or 0.0), floor.tolerance) for m, floor in baseline.floors.items()}
    return replace(baseline, floors=floors)


def read(path: Path = FILE) -> Baseline:
    """The committed baseline.

    Raises:
        DatasetError: the file is missing or is no baseline.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
        floors = {m: Floor(float(f["value"]), float(f["tolerance"])) for m, f in data["measures"].items()}
        return Baseline(str(data["set"]), tuple(map(str, data["questions"])), floors)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(
            f"无法读取基线 {path}({type(error).__name__} {error})。请运行 python -m eval baseline --update --choose。"
        ) from error


def write(baseline: Baseline, path: Path = FILE) -> None:
    """Keep `baseline`, one measure a line, so that a change can be read in a diff."""
    measures = ",\n  ".join(
        f'"{m}": {json.dumps({"value": f.value, "tolerance": f.tolerance})}' for m, f in baseline.floors.items()
    )
    ids = json.dumps(baseline.questions, ensure_ascii=False)
    path.write_text(
        f'{{\n "set": {json.dumps(baseline.set)},\n "measures": {{\n  {measures}\n }},\n "questions": {ids}\n}}\n',
        "utf-8",
    )
