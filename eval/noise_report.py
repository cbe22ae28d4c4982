"""What rewriting the questions costs: `python -m eval noise`. Only the question is rewritten, not its history."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.bootstrap import paired_p
from eval.dataset import Item
from eval.noise import rewritings
from eval.run import answer_all, score_all
from eval.summary import mean
from rag.chain import AnswerChain

UNCHANGED = "unchanged"
_SEARCH = ("any@1", "any@3", "any@5")
_LOST = 40  # examples of a rewriting that are kept

Rows = Sequence[Mapping[str, Any]]


def report(chain: AnswerChain, items: Sequence[Item], out: Path | None = None, seed: int = 0) -> str:
    """Answer `items` as they are and in every rewriting; a table in Markdown. `out`: noise.json and noise.md too."""
    ways = {UNCHANGED: lambda text: text, **rewritings(chain.index.documents, seed)}
    asked = {name: [replace(i, question=rewrite(i.question)) for i in items] for name, rewrite in ways.items()}
    rows = {name: score_all(chain, own, answer_all(chain, own)) for name, own in asked.items()}
    table = markdown(rows, {name: [q.question for q in own] for name, own in asked.items()})
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "noise.md").write_text(table + "\n", "utf-8")
        result = {name: {"rows": rows[name], "lost": lost(rows, asked, name)} for name in ways}
        (out / "noise.json").write_text(json.dumps(result, ensure_ascii=False, indent=1), "utf-8")
    return table


def markdown(rows: Mapping[str, Rows], questions: Mapping[str, Sequence[str]]) -> str:
    """One line a rewriting: how many questions it changed, then every measure with its difference to the unchanged."""
    answerable = sum(r["kind"] != "unanswerable" for r in rows[UNCHANGED])
    absent = len(rows[UNCHANGED]) - answerable
    lines = [
        f"{answerable} answerable questions; {absent} that no document answers. (difference to the unchanged; p of the "
        "paired bootstrap for `correct`)",
        "",
        f"| rewriting | changed | {' | '.join(_SEARCH)} | correct | refused | absent: refused |",
        "| --- " * (len(_SEARCH) + 5) + "|",
    ]
    base = _means(rows[UNCHANGED])
    for name, own in rows.items():
        changed = sum(a != b for a, b in zip(questions[name], questions[UNCHANGED], strict=True))
        cells = [_cell(value, base[measure], name) for measure, value in _means(own).items()]
        if name != UNCHANGED and answerable:
            at = len(_SEARCH)
            p = paired_p(_correct(own), _correct(rows[UNCHANGED]))
            cells[at] = f"{cells[at]}, p {p:.3f}"
        lines.append(f"| {name} | {changed} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _means(rows: Rows) -> dict[str, float | None]:
    answerable = [r for r in rows if r["kind"] != "unanswerable"]
    return {
        **{measure: mean(r[measure] for r in answerable) for measure in _SEARCH},
        "correct": mean(r["correct"] for r in answerable),
        "refused": mean(r["refused"] for r in answerable),
        "absent: refused": mean(r["correct"] for r in rows if r["kind"] == "unanswerable"),
    }


def _correct(rows: Rows) -> list[float]:
    return [float(r["correct"]) for r in rows if r["kind"] != "unanswerable"]


def _cell(value: float | None, base: float | None, name: str) -> str:
    if value is None or base is None:
        return "–"
    return f"{value:.3f}" if name == UNCHANGED else f"{value:.3f} ({value - base:+.3f})"


def lost(rows: Mapping[str, Rows], asked: Mapping[str, Sequence[Item]], name: str) -> list[dict[str, Any]]:
    """Questions that were answered right and, rewritten, are not."""
    both = zip(rows[UNCHANGED], rows[name], asked[UNCHANGED], asked[name], strict=True)
    examples = [
        {
            "id": was.id,
            "was": was.question,
            "now": now.question,
            "found": after.get("any@5"),
            "refused": after["refused"],
        }
        for before, after, was, now in both
        if before["correct"] and not after["correct"]
    ]
    return examples[:_LOST]
