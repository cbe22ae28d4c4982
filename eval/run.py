"""Answer a question set, score it, and keep both: answers.jsonl, scores.json."""

import json
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from eval.dataset import Item
from eval.metrics import CUTS, score
from rag.ask import as_ask
from rag.chain import AnswerChain


def answer_all(chain: AnswerChain, items: Sequence[Item]) -> list[dict[str, Any]]:
    """One record of the batch contract for each question."""
    return [
        {"id": i.id, **chain.invoke(as_ask({"question": i.question, "history": list(i.history)})).as_record()}
        for i in tqdm(items, desc="回答", unit="问", disable=None)
    ]


def score_all(chain: AnswerChain, items: Sequence[Item], answers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row of measures for each question."""
    documents = {d.info.file: d for d in chain.index.documents}
    return [score(item, answer, documents) for item, answer in zip(items, answers, strict=True)]


def summarise(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Means over the questions that a measure applies to."""
    answerable = [r for r in rows if r["kind"] != "unanswerable"]
    absent = [r for r in rows if r["kind"] == "unanswerable"]
    kinds: dict[str, list[bool]] = defaultdict(list)
    styles: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        kinds[row["kind"]].append(row["correct"])
        styles[row["style"]].append(row["correct"])
    ms = sorted(r["ms"] for r in rows)
    return {
        "questions": len(rows),
        "correct": mean(r["correct"] for r in answerable),
        "cited_evidence": mean(r["cited_evidence"] for r in answerable),
        "cited_all": mean(r["cited_all"] for r in answerable),
        "refused_when_absent": mean(r["correct"] for r in absent),
        "refused_when_present": mean(r["refused"] for r in answerable),
        "markers_match": mean(r["markers_match"] for r in rows),
        "quotes_verbatim": mean(r["quotes_verbatim"] for r in rows),
        "answers_with_unsupported_figures": sum(bool(r["unsupported_figures"]) for r in rows),
        **{f"{how}@{k}": mean(r[f"{how}@{k}"] for r in answerable) for how in ("any", "all") for k in CUTS},
        "correct_by_kind": {k: [mean(v), len(v)] for k, v in sorted(kinds.items())},
        "correct_by_style": {k: [mean(v), len(v)] for k, v in sorted(styles.items())},
        "ms_median": round(statistics.median(ms), 1) if ms else None,
        "ms_p95": round(ms[int(0.95 * (len(ms) - 1))], 1) if ms else None,
    }


def mean(values: Iterable[float]) -> float | None:
    """The mean, four decimals; None of nothing."""
    numbers = [float(v) for v in values]
    return round(sum(numbers) / len(numbers), 4) if numbers else None


def save(out: Path, answers: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> None:
    """Write a run's directory."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "answers.jsonl").open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(a, ensure_ascii=False) + "\n" for a in answers)
    report = {"summary": summarise(rows), "rows": list(rows)}
    (out / "scores.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
