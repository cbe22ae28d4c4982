"""What evaluators see, as HTML in Chinese. Pure; everything that comes out of questions, answers and documents is
escaped as text."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.compare_runs import Comparison
from eval.dataset import Item
from eval.report import compared, plots, tiles
from eval.report_cases import changes
from eval.report_parts import KINDS, STYLES
from eval.run_folder import Run
from rag.explain import Explanation, Scored, Term
from ui.evaluate_job import DONE, FAILED, RUNNING, STOPPED, STOPPING, State
from ui.render import escape

_SHOWN_PASSAGES = 5
_SHOWN_CHARS = 260
_SHOWN_TERMS = 6
_PHASES = {
    RUNNING: "正在运行", STOPPING: "正在停止(做完这一题)", STOPPED: "已停止,可接着做", DONE: "已完成",
    FAILED: "没有做完",
}  # fmt: skip
_STAGES = {"dense": "语义", "bigrams": "双字", "words": "词", "sentence": "句子"}

Row = Mapping[str, Any]
ALL = "全部"
# What a list of questions may be narrowed to: in words, and by a question's row.
SHOWN: dict[str, Callable[[Row], bool]] = {
    "答错": lambda row: not row["correct"],
    ALL: lambda row: True,  # noqa: ARG005 - the filters' form
    "误拒": lambda row: row["refused"] and row["kind"] != "unanswerable",
    "该拒未拒": lambda row: not row["refused"] and row["kind"] == "unanswerable",
    "依据没找到": lambda row: row.get("any@5") is False,
    "找到却没引": lambda row: bool(row.get("any@5")) and not row["cited_evidence"],
    "数字无出处": lambda row: bool(row["unsupported_figures"]),
}


def progress_html(state: State | None) -> str:
    """A bar with what is done of how many, and how long it may take; nothing where nothing ran yet."""
    if state is None:
        return ""
    left = f",约还需 {_lasting(state.left_s)}" if state.left_s is not None and state.active else ""
    share = round(100 * state.done / max(1, state.total))
    said = f'<p class="pq-soft">{escape(state.message)}</p>' if state.message else ""
    return (
        f'<div class="pq-progress" data-phase="{state.phase}">'
        f"<p><b>{escape(state.name)}</b>:{_PHASES[state.phase]},{state.done} / {state.total} 题{left}</p>"
        f'<div class="pq-bar" role="progressbar" aria-label="评测进度" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{share}"><span style="width:{share}%"></span></div>{said}</div>'
    )


def _lasting(seconds: float) -> str:
    return f"{max(1, round(seconds))} 秒" if seconds < 90 else f"{round(seconds / 60)} 分钟"


def overview_html(run: Run, against: Run | None) -> str:
    """The figures and plots of a run, beside another run's where there is one."""
    return f'<div class="pq-eval">{_head(run)}{tiles(run, against)}{plots(run, against)}</div>'


def _head(run: Run) -> str:
    absent = sum(not item.answerable for item in run.items)
    started = run.about["started"][:16].replace("T", " ")
    sets = "、".join(run.about["question_files"])
    return (
        f'<p class="pq-soft">{escape(sets)}:{len(run.items)} 题,其中 {absent} 题文件中没有答案。'
        f"开始于 {escape(started)}(UTC)。{escape(run.about['machine'])}</p>"
    )


def comparison_html(comparison: Comparison) -> str:
    """Means, significance, and every question that changed with both answers."""
    differ = "".join(
        f"<li>{escape(name)}:{escape(str(a))} → {escape(str(b))}</li>" for name, (a, b) in comparison.settings.items()
    )
    made = f"<h3>设置与版本的不同</h3><ul>{differ}</ul>" if differ else "<p>设置、索引、问题与程序完全相同。</p>"
    gone = "".join(
        f'<p class="pq-soft">只在 {escape(name)} 中的 {len(ids)} 题没有比较。</p>'
        for ids, name in ((comparison.only_before, comparison.before), (comparison.only_after, comparison.after))
        if ids
    )
    body = f"<section>{made}{gone}</section>{changes(comparison)}{compared(comparison)}"
    return f'<div class="pq-eval">{body}</div>'


def chosen_ids(run: Run, shown: str, kind: str, words: str | None) -> list[str]:
    """Ids of the questions that a filter lets through, in the set's order; an untouched box holds None."""
    lets = SHOWN.get(shown, SHOWN[ALL])
    wanted = (words or "").strip()
    return [
        item.id
        for item, answer, row in zip(run.items, run.answers, run.rows, strict=True)
        if lets(row)
        and kind in (ALL, item.kind)
        and (not wanted or any(wanted in text for text in (item.id, item.question, answer["answer"])))
    ]


def list_html(run: Run, ids: Sequence[str], opened: str = "") -> str:
    """The questions `ids` as a list of buttons, each with `data-id`; the opened one is marked."""
    if not ids:
        return '<p class="pq-soft">没有这样的题。</p>'
    items = {item.id: item for item in run.items}
    rows = {row["id"]: row for row in run.rows}
    lines = "".join(_line(items[name], rows[name], name == opened) for name in ids)
    return f'<p class="pq-soft">{len(ids)} 题</p><ol class="pq-asked">{lines}</ol>'


def _line(item: Item, row: Row, opened: bool) -> str:
    mark, word = ("✓", "答对") if row["correct"] else ("✗", "答错")
    current = ' aria-current="true"' if opened else ""
    return (
        f'<li><button type="button" data-id="{escape(item.id)}"{current}>'
        f'<span class="pq-{"right" if row["correct"] else "wrong"}" title="{word}">{mark}</span>'
        f"<span>{escape(item.question)}</span>"
        f"<small>{escape(KINDS.get(item.kind, item.kind))}{' · 已拒答' if row['refused'] else ''}</small></button></li>"
    )


def question_html(run: Run, asked: str, titles: Mapping[str, str]) -> str:
    """A question of a run: what should have been said, what was, which gold quotes were found and cited.

    `titles`: names of the documents by id and by file name.
    """
    at = next(n for n, item in enumerate(run.items) if item.id == asked)
    item, answer, row = run.items[at], run.answers[at], run.rows[at]
    history = "".join(f"<p>{escape(turn['content'])}</p>" for turn in item.history)
    must = ";".join(" / ".join(alternatives) for alternatives in item.must)
    told = [
        ("上文", history),
        ("应答", escape(item.answer) if item.answer else "文件中没有答案,应拒答"),
        ("须含", escape(must)),
        ("实答", ("<em>拒答:</em>" if answer["refused"] else "") + _lines(answer["answer"])),
        ("判分", _verdict(item, row)),
    ]
    facts = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in told if value)
    cited = "".join(_citation(c, titles) for c in answer["citations"])
    found = "".join(_passage(n, p, titles) for n, p in enumerate(answer["retrieved"][:_SHOWN_PASSAGES], 1))
    gold = "".join(f"<li>《{escape(titles.get(doc, doc))}》{escape(quote)}</li>" for doc, quote in item.evidence)
    chips = "".join(
        f'<span class="chip">{escape(text)}</span>'
        for text in (KINDS.get(item.kind, item.kind), STYLES.get(item.style, item.style), item.id)
    )
    parts = [
        f"<h3>{escape(item.question)}</h3><p>{chips}</p><dl>{facts}</dl>",
        f"<h4>标准依据</h4><ul>{gold}</ul>" if gold else "",
        f"<h4>答案引用</h4><ol>{cited}</ol>" if cited else "<h4>答案引用</h4><p>没有引用。</p>",
        f"<h4>检索到的前 {_SHOWN_PASSAGES} 段</h4><ol>{found}</ol>" if found else "",
    ]
    return f'<div class="pq-eval pq-one">{"".join(parts)}</div>'


def _lines(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def _verdict(item: Item, row: Row) -> str:
    parts = ["答对" if row["correct"] else "答错", f"可答度 {row['answerability']:.2f}"]
    if item.answerable:
        parts.append("依据在前 5 段之中" if row["any@5"] else "依据不在前 5 段之中")
        parts.append("引到依据" if row["cited_evidence"] else "没有引到依据")
    if row["unsupported_figures"]:
        parts.append(f"无出处的数字:{'、'.join(row['unsupported_figures'])}")
    return escape(";".join(parts))


def _citation(citation: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    where = f"《{titles.get(citation['doc'], citation['doc'])}》{citation['section']}"
    return f'<li value="{int(citation["marker"])}"><small>{escape(where)}</small><br>{escape(citation["quote"])}</li>'


def _passage(rank: int, passage: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    where = f"《{titles.get(passage['doc'], passage['doc'])}》{passage['section']}"
    score = f"{passage['score']:.2f}"
    return f'<li value="{rank}"><small>{escape(where)} · {score}</small><br>{escape(_short(passage["text"]))}</li>'


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}……"


def explanation_html(explained: Explanation, since: str, titles: Mapping[str, str]) -> str:
    """Every stage's scores and weights. `since`: what is not as it was in the run, "" where everything is."""
    question, answer = explained.question, explained.answer
    note = f'<p class="pq-soft">{escape(since)}</p>' if since else ""
    read = f"<p>读作:{escape(question.text)}</p>"
    passages = "".join(_scored(n, p, titles) for n, p in enumerate(explained.passages[:_SHOWN_PASSAGES], 1))
    sentences = "".join(_scored(n, s, titles) for n, s in enumerate(explained.sentences, 1))
    verdict = (
        f"可答概率 {answer.answerability:.2f},门槛 {explained.threshold:.2f}:{'拒答' if answer.refused else '作答'}"
    )
    refusal = (*explained.refusal, Term("bias", 1.0, explained.bias))
    times = "、".join(f"{stage} {ms:.0f}" for stage, ms in answer.timing_ms.items())
    parts = [
        f"<h4>各环节得分</h4>{note}{read}",
        f"<details open><summary>段落</summary><ol>{passages}</ol></details>" if passages else "",
        f"<details><summary>句子</summary><ol>{sentences}</ol></details>" if sentences else "",
        f"<details><summary>{escape(verdict)}</summary>{_terms(refusal)}</details>",
        f'<p class="pq-soft">用时(毫秒):{escape(times)}</p>',
    ]
    return f'<div class="pq-eval pq-one">{"".join(parts)}</div>'


def _scored(rank: int, scored: Scored, titles: Mapping[str, str]) -> str:
    where = f"《{titles.get(scored.doc, scored.doc)}》{scored.section} · 合计 {scored.score:.2f}"
    text = escape(_short(scored.text))
    return f'<li value="{rank}"><small>{escape(where)}</small><br>{text}{_terms(scored.terms[:_SHOWN_TERMS])}</li>'


def _terms(terms: Sequence[Term]) -> str:
    lines = "".join(
        f"<tr><td>{escape(_STAGES.get(t.name, t.name))}</td><td>{t.value:.2f}</td><td>{t.weight:+.2f}</td>"
        f"<td>{t.share:+.2f}</td></tr>"
        for t in terms
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("特征", "值", "权重", "乘积"))
    return f'<div class="table"><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'
