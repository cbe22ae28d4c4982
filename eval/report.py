"""A run → one self-contained page in Chinese. Pure: everything it shows comes out of the runs, escaped; no network."""

from collections.abc import Sequence
from importlib import resources

from eval.compare_runs import NAMES, Comparison, compare
from eval.plots import esc
from eval.report_cases import changes, misses
from eval.report_parts import Table, by_group, calibration, latency, refusal_curve, table
from eval.run_folder import Run

_TILES = (
    ("correct", "答对(有答案的问题)"),
    ("any@5", "依据在前 5 段之中"),
    ("figures_supported", "数字有出处"),
    ("quotes_verbatim", "引文逐字相符"),
    ("cited_evidence", "引到依据"),
    ("refused_when_absent", "无答案时拒答"),
    ("refused_when_present", "有答案时误拒"),
    ("auroc", "可答度 AUROC"),
)
_LESS_IS_BETTER = ("refused_when_present",)
_SEARCH = (("任一依据", "any"), ("全部依据", "all"), ("依据召回", "recall"))
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(run: Run, against: Run | None = None) -> str:
    """The report of `run` as an HTML document; `against`: a run that it is compared with.

    Raises:
        RunError: the two have no question in common.
    """
    comparison = compare(against, run) if against else None
    body = [
        _head(run, against),
        tiles(run, against),
        *([compared(comparison)] if comparison else []),
        plots(run, against),
        *([changes(comparison)] if comparison else []),
        misses(run),
        _made_of(run, comparison),
    ]
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>评测报告:{esc(run.name)}</title>\n"
        f"<style>\n{resources.files('eval').joinpath('report.css').read_text('utf-8')}</style>\n</head>\n"
        f"<body>\n<main>\n{chr(10).join(body)}\n</main>\n</body>\n</html>\n"
    )


def plots(run: Run, against: Run | None = None) -> str:
    """Everything that is drawn of a run, and its search in figures, as HTML that the classes of report.css dress."""
    return (
        f'<div class="two">{by_group(run, against, "kind")}{by_group(run, against, "style")}</div>\n'
        f'<div class="two">{refusal_curve(run, against)}{calibration(run, against)}</div>\n'
        f'<div class="two">{_search(run)}{latency(run, against)}</div>'
    )


def _head(run: Run, against: Run | None) -> str:
    versus = f",与 {esc(against.name)} 对比" if against else ""
    absent = sum(not item.answerable for item in run.items)
    return (
        f"<header><h1>评测报告:{esc(run.name)}</h1>"
        f'<p class="soft">{len(run.items)} 个问题,其中 {absent} 个文件中没有答案{versus}。'
        f"开始于 {esc(run.about['started'][:16].replace('T', ' '))}(UTC)。"
        "不用大模型评判:答案按必含内容、篇幅和依据的位置评分。</p></header>"
    )


def tiles(run: Run, against: Run | None = None) -> str:
    """The figures that tell most about a run, with intervals; `against`: how far each is from another run's."""
    shown_tiles = []
    for name, label in _TILES:
        value = run.summary[name]
        if value is None:
            continue
        shown = f"{value:.3f}" if name == "auroc" else f"{value:.1%}"
        below = label
        if name in run.intervals and name not in ("figures_supported", "quotes_verbatim"):
            low, high = run.intervals[name]
            below += f"<br>95% 区间 {low:.1%} – {high:.1%}"
        before = against.summary[name] if against else None
        if before is not None:
            better = (value > before) != (name in _LESS_IS_BETTER)
            direction = "" if value == before else ' class="up"' if better else ' class="down"'
            below += f"</span><span{direction}>{value - before:+.3f}"
        shown_tiles.append(f'<div class="tile"><b>{shown}</b><span>{below}</span></div>')
    median = run.summary["ms_median"]
    if median is not None:
        shown_tiles.append(f'<div class="tile"><b>{median:.0f} ms</b><span>每题用时中位数</span></div>')
    return f'<div class="tiles">{"".join(shown_tiles)}</div>'


def compared(comparison: Comparison) -> str:
    """Both runs' means, their difference and whether it is more than chance."""
    rows: list[tuple[str, Sequence[str]]] = []
    for d in comparison.deltas:
        direction = {"better": "up", "worse": "down"}.get(d.verdict, "")
        rows.append((direction, (NAMES[d.measure], str(d.questions), *d.told)))
    heads = ("指标", "题数", comparison.before, comparison.after, "差", "p")
    note = (
        f"变好 {len(comparison.better)} 题,变差 {len(comparison.worse)} 题,答案不同而对错未变 "
        f"{len(comparison.reworded)} 题。p 为配对自助法,未作多重比较校正;着色的行 p < 0.05。"
    )
    title = f"<h2>与 {esc(comparison.before)} 对比</h2>"
    return f'<section>{title}<p class="soft">{note}</p>{table(Table(heads, rows))}</section>'


def _search(run: Run) -> str:
    cuts = (1, 3, 5, 10)
    rows: list[tuple[str, Sequence[str]]] = [
        ("", (label, *(_share(run.summary[f"{how}@{k}"]) for k in cuts))) for label, how in _SEARCH
    ]
    heads = ("前 k 段之中", *(f"k = {k}" for k in cuts))
    s = run.summary
    lines = [
        f"MRR {_plain(s['mrr'])},nDCG@10 {_plain(s['ndcg@10'])}。",
        f"引用精确率 {_share(s['citation_precision'])},引用召回率 {_share(s['citation_recall'])},"
        f"引全依据 {_share(s['cited_all'])}。",
    ]
    told = "".join(f"<p>{esc(line)}</p>" for line in lines)
    return f'<section><h2>检索与引用</h2>{table(Table(heads, rows))}<div class="soft below">{told}</div></section>'


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _made_of(run: Run, comparison: Comparison | None) -> str:
    about, decides = run.about, run.about["decides"]
    rows: list[tuple[str, Sequence[str]]] = [
        ("", ("问题集", "、".join(f"{n}({d[:12]})" for n, d in about["question_files"].items()))),
        ("", ("索引", f"{about['index_version']}({'、'.join(f'{n} = {v}' for n, v in decides['index'].items())})")),
        ("", ("句向量模型", decides["model"])),
        ("", ("程序与权重", decides["program"])),
        ("", ("设置", "、".join(f"{n} = {v}" for n, v in decides["settings"].items()))),
        ("", ("版本", "、".join(f"{n} {v}" for n, v in decides["versions"].items()))),
        ("", ("机器", about["machine"])),
        ("", ("作答日期", about["today"])),
    ]
    rows += [("", ("不同之处", f"{n}:{a} → {b}")) for n, (a, b) in (comparison.settings if comparison else {}).items()]
    return f"<section><h2>这次评测由什么组成</h2>{table(Table(('项', '值'), rows, numbers=False))}</section>"
