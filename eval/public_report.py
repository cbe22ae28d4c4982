"""Tables of what RGB and DRAGONBall came to, and the files that keep them. Pure but for `save`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval import dragonball, rgb
from eval.bootstrap import interval

Share = dict[str, float]


def share(values: Sequence[float]) -> Share:
    """{"mean", "low", "high", "questions"}: the mean with its 95% bootstrap interval; empty of nothing."""
    if not values:
        return {}
    low, high = interval(values)
    return {
        "mean": round(sum(values) / len(values), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "questions": len(values),
    }


def rgb_summary(rows: Sequence[rgb.Row]) -> dict[str, dict[str, Any]]:
    """By noise rate: right (at 1.0 refusals), refused, and how many answers hold an unsupported figure."""
    table = {}
    for rate in rgb.RATES:
        own = [row for row in rows if row.rate == rate]
        table[f"{rate:.1f}"] = {
            "right": share([float(row.right) for row in own]),
            "refused": share([float(row.refused) for row in own]),
            "unsupported": sum(bool(row.unsupported) for row in own),
        }
    return table


def rgb_markdown(summary: Mapping[str, Mapping[str, Any]], about: Mapping[str, Any]) -> str:
    """One line a noise rate. `about`: set, machine."""
    lines = [
        f"## RGB {about['set']}",
        "",
        f"每题只凭自己的 {rgb.PASSAGES} 段作答,答案取前 {rgb.LONGEST_ANSWER_CHARS} 字;[95% 自助法区间]。"
        "噪声 1.0 时没有一段含答案,拒答为对。",
        "",
        f"机器:{about['machine']}",
        "",
        "| 噪声比例 | 题数 | 对 | 拒答 | 含无出处数字的答案 |",
        "| --- " * 5 + "|",
    ]
    for rate, own in summary.items():
        count = own["right"].get("questions", 0)
        lines.append(f"| {rate} | {count} | {shown(own['right'])} | {shown(own['refused'])} | {own['unsupported']} |")
    return "\n".join(lines) + "\n"


def dragonball_summary(rows: Sequence[dragonball.Row]) -> dict[str, Any]:
    """Recall of the references, refusals of questions that have some and of questions that have none; by kind too."""
    return {
        **_dragonball(rows),
        "by_kind": {kind: _dragonball([r for r in rows if r.kind == kind]) for kind in sorted({r.kind for r in rows})},
    }


def _dragonball(rows: Sequence[dragonball.Row]) -> dict[str, Share]:
    return {
        "recall": share([r.recall for r in rows if r.recall is not None]),
        "refused_when_present": share([float(r.refused) for r in rows if r.found]),
        "refused_when_absent": share([float(r.refused) for r in rows if not r.found]),
    }


def dragonball_markdown(summary: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """One line a kind of question. `about`: set, documents, passages, machine."""
    lines = [
        f"## DRAGONBall {about['set']}:{about['documents']} 份文档,{about['passages']} 段",
        "",
        f"依据句须逐字在前 {dragonball.PASSAGES} 段之中,每段至多 {dragonball.LONGEST_PASSAGE_CHARS} 字;"
        "[95% 自助法区间]。要点需人或模型评判,未评。",
        "",
        f"机器:{about['machine']}",
        "",
        "| 问题类型 | 依据召回 | 题数 | 有依据时误拒 | 无依据时拒答 |",
        "| --- " * 5 + "|",
    ]
    for kind, own in (("全部", summary), *summary["by_kind"].items()):
        cells = [shown(own[name]) for name in ("recall", "refused_when_present", "refused_when_absent")]
        count = sum(own[name].get("questions", 0) for name in ("refused_when_present", "refused_when_absent"))
        lines.append(f"| {kind.replace('|', '/')} | {cells[0]} | {count} | {cells[1]} | {cells[2]} |")
    return "\n".join(lines) + "\n"


def shown(value: Share) -> str:
    """A share with its interval."""
    return f"{value['mean']:.3f} [{value['low']:.3f}, {value['high']:.3f}]" if value else "–"


def save(
    out: Path, rows: Sequence[rgb.Row] | Sequence[dragonball.Row], summary: Mapping[str, Any],
    about: Mapping[str, Any], text: str,
) -> None:  # fmt: skip
    """Write `out`/bench.json (about, summary and rows) and `out`/bench.md."""
    out.mkdir(parents=True, exist_ok=True)
    result = {"about": dict(about), "summary": dict(summary), "rows": [asdict(row) for row in rows]}
    (out / "bench.json").write_text(json.dumps(result, ensure_ascii=False, indent=1), "utf-8")
    (out / "bench.md").write_text(text, "utf-8")
