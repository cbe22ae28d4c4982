"""The report's lists of questions: what was answered wrongly, and what changed between two runs. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from eval.compare_runs import Change, Comparison
from eval.dataset import Item
from eval.plots import esc
from eval.report_parts import KINDS, STYLES
from eval.run_folder import Run

_LONGEST_SHOWN_CHARS = 700


def misses(run: Run) -> str:
    """Every question answered wrongly or with an unsupported figure, by kind, with what should have been said."""
    groups: dict[str, list[str]] = {}
    for item, answer, row in zip(run.items, run.answers, run.rows, strict=True):
        if not row["correct"] or row["unsupported_figures"]:
            groups.setdefault(item.kind, []).append(_miss(item, answer, row))
    total = sum(len(own) for own in groups.values())
    if not total:
        return "<section><h2>答错的问题</h2><p>没有。</p></section>"
    parts = []
    for kind in sorted(groups, key=lambda k: (list(KINDS).index(k) if k in KINDS else len(KINDS), k)):
        heading = f"{esc(KINDS.get(kind, kind))}:{len(groups[kind])} 题"
        parts.append(f"<details><summary>{heading}</summary>{''.join(groups[kind])}</details>")
    return f"<section><h2>答错的问题({total})</h2>{''.join(parts)}</section>"


def _miss(item: Item, answer: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    lines = [*_asked(item), ("应答", item.answer or "(文件中没有答案,应拒答)"), ("实答", _answered(answer))]
    lines += [("出处", f"[{c['marker']}] {c['section']}:{c['quote']}") for c in answer["citations"][:3]]
    if row["unsupported_figures"]:
        lines.append(("无出处的数字", "、".join(row["unsupported_figures"])))
    found = "" if not item.answerable else ";依据在前 5 段之中" if row["any@5"] else ";依据不在前 5 段之中"
    lines.append(("可答度", f"{answer['answerability']:.2f}{found}"))
    return _case(item, lines)


def changes(comparison: Comparison) -> str:
    """What got better, what got worse, what is only told otherwise."""
    parts = []
    groups = (("变差", comparison.worse), ("变好", comparison.better), ("对错未变,答案或引用不同", comparison.reworded))
    for title, own in groups:
        cases = "".join(_changed(change, comparison) for change in own)
        opened = " open" if title == "变差" and own else ""
        parts.append(f"<details{opened}><summary>{title}:{len(own)} 题</summary>{cases}</details>")
    if comparison.unseen:
        ids = "、".join(comparison.unseen)
        parts.append(f'<p class="soft">答案未变,仅检索结果或可答度不同:{len(comparison.unseen)} 题({esc(ids)})。</p>')
    return f"<section><h2>逐题变化</h2>{''.join(parts)}</section>"


def _changed(change: Change, comparison: Comparison) -> str:
    item = change.item
    lines = [
        *_asked(item),
        ("应答", item.answer or "(文件中没有答案,应拒答)"),
        (comparison.before, _answered(change.before)),
        (comparison.after, _answered(change.after)),
        ("变化", change.why or "得分"),
    ]
    return _case(item, lines)


def _asked(item: Item) -> list[tuple[str, str]]:
    return [("上文", "\n".join(str(turn["content"]) for turn in item.history))] if item.history else []


def _answered(answer: Mapping[str, Any]) -> str:
    text = str(answer["answer"])
    cut = text if len(text) <= _LONGEST_SHOWN_CHARS else f"{text[:_LONGEST_SHOWN_CHARS]}……"
    return f"(拒答){cut}" if answer["refused"] else cut


def _case(item: Item, lines: Sequence[tuple[str, str]]) -> str:
    told = "".join(f"<dt>{esc(name)}</dt><dd>{esc(text)}</dd>" for name, text in lines)
    chips = (
        f'<span class="chip">{esc(STYLES.get(item.style, item.style))}</span><span class="chip">{esc(item.id)}</span>'
    )
    return f'<article class="case"><h3>{esc(item.question)}{chips}</h3><dl>{told}</dl></article>'
