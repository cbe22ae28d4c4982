"""The report of `python -m eval bench`: means with intervals, ours against each baseline; JSON and Markdown. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.bench import BASELINES, LONGEST_ANSWER_CHARS, MEASURES, OURS, Row
from eval.bootstrap import RESAMPLES, interval, paired_p

_NAMES = {
    OURS: "**ours**",
    "bigrams": "BM25, character bigrams",
    "words": "BM25, jieba words",
    "dense": "dense, passages",
    "rrf": "RRF of dense and bigrams, k = 60",
}
_ANSWERS = {
    "in_answer": f"gold wording in an answer of at most {LONGEST_ANSWER_CHARS} characters",
    "in_citation": "gold wording in a citation",
    "refused": "refused",
    "unsupported": "answers with an unsupported figure",
}


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """Every measure as {"mean", "low", "high"}; for baselines also "p", of our mean being the same."""
    search: dict[str, dict[str, Any]] = {}
    for searcher in (OURS, *BASELINES):
        search[searcher] = {}
        for measure in MEASURES:
            values = [row.value(searcher, measure) for row in rows]
            search[searcher][measure] = _mean(values)
            if searcher != OURS:
                ours = [row.value(OURS, measure) for row in rows]
                search[searcher][measure]["p"] = round(paired_p(ours, values), 4)
    return {
        "questions": len(rows),
        "search": search,
        "answers": {name: _mean([float(bool(getattr(row, name))) for row in rows]) for name in _ANSWERS},
    }


def _mean(values: Sequence[float]) -> dict[str, float]:
    low, high = interval(values)
    return {"mean": round(sum(values) / len(values), 4), "low": round(low, 4), "high": round(high, 4)}


def markdown(summary: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """Two tables. `about`: set, documents, passages, seed, empty, machine."""
    lines = [
        f"## {about['set']}: {summary['questions']} questions, {about['documents']} paragraphs",
        "",
        f"Every paragraph is a document ({about['passages']} passages); {about['empty']} empty questions left out; "
        f"questions drawn with seed {about['seed']}. [95% interval], p of ours against it: bootstrap over questions, "
        f"{RESAMPLES} draws.",
        "",
        f"Machine: {about['machine']}",
        "",
        "| searcher | " + " | ".join(MEASURES) + " |",
        "| --- " * (len(MEASURES) + 1) + "|",
    ]
    for searcher, measures in summary["search"].items():
        cells = [f"{_shown(m)}{_p(m)}" for m in measures.values()]
        lines.append(f"| {_NAMES[searcher]} | " + " | ".join(cells) + " |")
    lines += ["", "| answers | share |", "| --- | --- |"]
    lines += [f"| {_ANSWERS[name]} | {_shown(value)} |" for name, value in summary["answers"].items()]
    return "\n".join(lines) + "\n"


def _shown(measure: Mapping[str, float]) -> str:
    return f"{measure['mean']:.3f} [{measure['low']:.3f}, {measure['high']:.3f}]"


def _p(measure: Mapping[str, float]) -> str:
    return f", p {measure['p']:.3f}" if "p" in measure else ""


def save(out: Path, rows: Sequence[Row], summary: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """Write `out`/bench.json (summary and rows) and `out`/bench.md; the Markdown."""
    out.mkdir(parents=True, exist_ok=True)
    result = {"about": dict(about), **summary, "rows": [asdict(row) for row in rows]}
    (out / "bench.json").write_text(json.dumps(result, ensure_ascii=False, indent=1), "utf-8")
    text = markdown(summary, about)
    (out / "bench.md").write_text(text, "utf-8")
    return text
