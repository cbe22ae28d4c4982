"""A run's rows, a value per question, → one value a measure. Pure.

Figures and quotes are counted over all answers, everything else over the questions that a measure applies to.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.bootstrap import interval
from eval.calibration import auroc, brier, calibration_error, mean_risk, risk_coverage
from eval.metrics import CUTS

Row = Mapping[str, Any]
# Measures of which a mean over answerable questions is told; the first ones are compared between runs.
OF_ANSWERS = ("correct", "cited_evidence", "cited_all", "citation_precision", "citation_recall")
OF_SEARCH = ("any@5", "recall@1", "recall@5", "recall@10", "mrr", "ndcg@10")


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """All measures of a set: means (four decimals, None of nothing), lists by kind and style, times in ms."""
    answerable = [r for r in rows if r["kind"] != "unanswerable"]
    absent = [r for r in rows if r["kind"] == "unanswerable"]
    told = sum(r["figures"] for r in rows)
    loose = sum(len(r["unsupported_figures"]) for r in rows)
    ms = sorted(r["ms"] for r in rows if r["ms"] is not None)
    return {
        "questions": len(rows),
        **{name: mean(known(answerable, name)) for name in OF_ANSWERS},
        "refused_when_absent": mean(r["correct"] for r in absent),
        "refused_when_present": mean(r["refused"] for r in answerable),
        "markers_match": mean(r["markers_match"] for r in rows),
        "quotes_verbatim": ratio(sum(r["verbatim"] for r in rows), sum(r["citations"] for r in rows)),
        "figures_supported": ratio(told - loose, told),
        "answers_with_unsupported_figures": sum(bool(r["unsupported_figures"]) for r in rows),
        "median_answer_chars": statistics.median([r["chars"] for r in rows if not r["refused"]] or [0]),
        **{f"{how}@{k}": mean(r[f"{how}@{k}"] for r in answerable) for how in ("any", "all", "recall") for k in CUTS},
        **{name: mean(r[name] for r in answerable) for name in ("mrr", "ndcg@10")},
        **refusal(rows),
        "correct_by_kind": by(rows, "kind", "correct"),
        "correct_by_style": by(rows, "style", "correct"),
        "any@5_by_kind": by(answerable, "kind", "any@5"),
        "any@5_by_style": by(answerable, "style", "any@5"),
        "ms_median": round(statistics.median(ms), 1) if ms else None,
        "ms_p95": round(percentile(ms, 0.95), 1) if ms else None,
        "ms_by_stage": by_stage(rows),
    }


def refusal(rows: Sequence[Row]) -> dict[str, float | None]:
    """How well answerability tells answerable questions from the others, and what refusing by it buys.

    auroc, ece (ten bins), brier: of answerability as the probability that a question has an answer. aurc: the area
    under the refusal curve.
    """
    probabilities = [r["answerability"] for r in rows]
    truths = [r["kind"] != "unanswerable" for r in rows]
    right = [r["kind"] != "unanswerable" and r["correct"] for r in rows]
    values = {
        "auroc": auroc(probabilities, truths),
        "ece": calibration_error(probabilities, truths),
        "brier": brier(probabilities, truths),
        "aurc": mean_risk(risk_coverage(probabilities, right)),
    }
    return {name: None if value is None else round(value, 4) for name, value in values.items()}


def intervals(rows: Sequence[Row]) -> dict[str, tuple[float, float]]:
    """95% bootstrap intervals of the means over questions, four decimals; measures that apply to none are left out."""
    found: dict[str, tuple[float, float]] = {}
    for name, values in per_question(rows).items():
        if values:
            low, high = interval(list(values.values()))
            found[name] = round(low, 4), round(high, 4)
    return found


def per_question(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Each measure that has a value for a single question: question id → value, where it applies.

    figures_supported is the mean share here, of answers that tell a figure; ms is the time in total.
    """
    answerable = [r for r in rows if r["kind"] != "unanswerable"]
    absent = [r for r in rows if r["kind"] == "unanswerable"]
    table = {name: _values(answerable, name) for name in (*OF_ANSWERS, *OF_SEARCH)}
    table["refused_when_absent"] = _values(absent, "correct")
    table["refused_when_present"] = _values(answerable, "refused")
    table["figures_supported"] = _values(rows, "figures_supported")
    table["quotes_verbatim"] = _values(rows, "quotes_verbatim")
    table["brier"] = {r["id"]: (r["answerability"] - (r["kind"] != "unanswerable")) ** 2 for r in rows}
    table["ms"] = _values(rows, "ms")
    return table


def _values(rows: Sequence[Row], name: str) -> dict[str, float]:
    return {r["id"]: float(r[name]) for r in rows if r.get(name) is not None}


def by(rows: Sequence[Row], group: str, name: str) -> dict[str, list[float | int | None]]:
    """Value of `group` → [mean of `name`, how many questions], in order of the values."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        found[row[group]].append(float(row[name]))
    return {value: [mean(own), len(own)] for value, own in sorted(found.items())}


def by_stage(rows: Sequence[Row]) -> dict[str, list[float]]:
    """Stage → [median, 95th percentile] in ms over the questions that went through it, in the order of going."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for stage, ms in row["stages"].items():
            found[stage].append(ms)
    return {
        stage: [round(statistics.median(own), 1), round(percentile(sorted(own), 0.95), 1)]
        for stage, own in found.items()
    }


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the ascending values lie, rounded down to one that was measured."""
    return ordered[int(share * (len(ordered) - 1))]


def known(rows: Sequence[Row], name: str) -> list[float]:
    """The values of `name` where it applies."""
    return [r[name] for r in rows if r[name] is not None]


def mean(values: Iterable[float]) -> float | None:
    """The mean, four decimals; None of nothing."""
    numbers = [float(v) for v in values]
    return round(sum(numbers) / len(numbers), 4) if numbers else None


def ratio(part: int, whole: int) -> float | None:
    """part / whole, four decimals; None of nothing."""
    return round(part / whole, 4) if whole else None
