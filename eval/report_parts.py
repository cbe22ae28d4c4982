"""The report's parts that are drawn: bars by kind, style and stage, the refusal curve, the calibration. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.bootstrap import interval
from eval.calibration import bins, risk_coverage
from eval.plots import Bar, Points, Series, bars, esc, unit_plot
from eval.run_folder import Run

KINDS = {
    "number": "数字", "fact": "事实", "list": "列举", "definition": "释义", "why_how": "缘由与做法", "table": "指标表",
    "compare": "对比", "followup": "追问", "unanswerable": "无答案(应拒答)",
}  # fmt: skip
STYLES = {"exact": "原文用语", "paraphrase": "换种说法", "colloquial": "口语", "typo_or_variant": "错字与异体"}
STAGES = {
    "understand": "理解问题", "embed": "算向量", "retrieve": "检索", "score": "给句子打分", "read": "阅读",
    "answer": "作答与核对",
}  # fmt: skip
_LEAST_MS = 0.1  # a stage that takes less did nothing
_GROUPS = {"kind": ("按问题类型", KINDS), "style": ("按问法", STYLES)}


@dataclass(frozen=True)
class Table:
    """`rows`: (CSS class, cells). `numbers`: all but the first column hold figures."""

    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    numbers: bool = True


def table(own: Table) -> str:
    """A table that scrolls by itself where the screen is narrow."""

    def cells(tag: str, values: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=n' if own.numbers and place else ''}>{esc(value)}</{tag}>"
            for place, value in enumerate(values)
        )

    body = "".join(f"<tr{f' class={style}' if style else ''}>{cells('td', values)}</tr>" for style, values in own.rows)
    return (
        f'<div class="table"><table><thead><tr>{cells("th", own.heads)}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def by_group(run: Run, against: Run | None, group: str) -> str:
    """Share of right answers by `group`, "kind" or "style", with intervals."""
    title, names = _GROUPS[group]
    found = run.summary[f"correct_by_{group}"]
    before = against.summary[f"correct_by_{group}"] if against else {}
    own = []
    for value in sorted(found, key=lambda v: (list(names).index(v) if v in names else len(names), v)):
        low, high = interval([float(r["correct"]) for r in run.rows if r[group] == value])
        mean, count = found[value]
        other = before[value][0] if value in before else None
        own.append(Bar(names.get(value, value), mean, f"{mean:.0%}({count} 题)", low, high, other))
    legend = "条:答对的比例;须:95% 区间" + (f";橙线:{against.name}" if against else "") + "。"
    return _figure(title, bars(title, own), legend)


def _figure(title: str, drawing: str, legend: str) -> str:
    return f"<section><h2>{esc(title)}</h2><figure>{drawing}<figcaption>{esc(legend)}</figcaption></figure></section>"


def refusal_curve(run: Run, against: Run | None) -> str:
    """Risk over coverage as the threshold falls, and the point at which the system stood."""
    series = []
    for one, style in ((against, "theirs"), (run, "ours")):
        if one is not None:
            series += [
                Series(one.name, curve(one), style),
                Series(f"{one.name} 的设定", [stand(one)], style, dots=True),
            ]
    drawn = unit_plot("拒答曲线", "作答比例(可答度从高到低)", "答错比例", series)
    area = run.summary["aurc"]
    legend = (
        f"先答最有把握的:横轴为已答的问题占比,纵轴为其中答错的比例(无答案而作答、误拒都算错)。"
        f"圆点为现行阈值。曲线下面积 {_shown(area)}(越小越好),AUROC {_shown(run.summary['auroc'])}"
        + (f";橙虚线:{against.name}" if against else "")
        + "。"
    )
    return _figure("拒答曲线(风险–覆盖)", drawn, legend)


def right(row: Mapping[str, Any]) -> bool:
    """Whether the question has an answer and got it."""
    return bool(row["correct"] and row["kind"] != "unanswerable")


def curve(run: Run) -> Points:
    """(coverage, risk) of the refusal curve."""
    points = risk_coverage([r["answerability"] for r in run.rows], [right(r) for r in run.rows])
    return [(p.coverage, p.risk) for p in points]


def stand(run: Run) -> tuple[float, float]:
    """(coverage, risk) of the answers that were in fact given."""
    given = [right(r) for r in run.rows if not r["refused"]]
    return len(given) / max(1, len(run.rows)), given.count(False) / max(1, len(given))


def calibration(run: Run, against: Run | None) -> str:
    """Answerability against the share of questions that have an answer, in ten bins."""
    series = []
    for one, style in ((against, "theirs"), (run, "ours")):
        if one is not None:
            truths = [r["kind"] != "unanswerable" for r in one.rows]
            found = bins([r["answerability"] for r in one.rows], truths)
            points = [(b.probability, b.share) for b in found]
            weights = [b.count for b in found]
            series += [Series(one.name, points, style), Series(one.name, points, style, dots=True, weights=weights)]
    drawn = unit_plot("可答度校准", "可答度", "确有答案的比例", series, diagonal=True)
    s = run.summary
    legend = (
        f"十等分,点越大题越多;越贴近对角线越可信。ECE {_shown(s['ece'])},Brier 分 {_shown(s['brier'])}(都是越小越好)。"
    )
    return _figure("可答度校准", drawn, legend)


def latency(run: Run, against: Run | None) -> str:
    """Median and 95th percentile of every stage."""
    found: dict[str, list[float]] = run.summary["ms_by_stage"]
    before = against.summary["ms_by_stage"] if against else {}
    found = {stage: own for stage, own in found.items() if own[1] >= _LEAST_MS}
    most = max((p95 for _, p95 in found.values()), default=1.0)
    own = [
        Bar(
            STAGES.get(stage, stage), median, f"{median:.0f} / {p95:.0f} ms", median, p95,
            before[stage][0] if stage in before else None,
        )
        for stage, (median, p95) in found.items()
    ]  # fmt: skip
    s = run.summary
    whole = f"全程中位数 {_ms(s['ms_median'])},95 百分位 {_ms(s['ms_p95'])}"
    legend = f"条:中位数;须:到 95 百分位。{whole}。{run.about['machine']}"
    return _figure("用时(分阶段)", bars("用时", own, most), legend)


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"
