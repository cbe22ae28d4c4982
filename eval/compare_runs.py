"""Two runs side by side: which questions got better or worse, and which means differ by more than chance. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.bootstrap import RESAMPLES, paired_p
from eval.dataset import Item
from eval.errors import RunError
from eval.run_folder import Run, differences
from eval.summary import per_question

# Measures as people call them, in the order in which they are told; those of which less is better.
NAMES = {
    "correct": "答对", "cited_evidence": "引到依据", "cited_all": "引全依据", "citation_precision": "引用精确率",
    "citation_recall": "引用召回率", "figures_supported": "数字有据", "quotes_verbatim": "引文逐字",
    "any@5": "依据在前 5 段", "recall@1": "召回@1", "recall@5": "召回@5", "recall@10": "召回@10",
    "mrr": "MRR", "ndcg@10": "nDCG@10",
    "refused_when_absent": "无答案时拒答", "refused_when_present": "有答案时误拒", "brier": "Brier 分",
    "ms": "用时(毫秒)",
}  # fmt: skip
LESS_IS_BETTER = frozenset(("refused_when_present", "brier", "ms"))
UNTOLD = frozenset(("ms",))  # times depend on what else the machine did
SIGNIFICANT = 0.05
_VERDICTS = {"better": " 显著变好", "worse": " 显著变差"}
_SHOWN_ANSWER_CHARS = 300


@dataclass(frozen=True)
class Change:
    """A question whose answer is not the same in both runs. `why`: what changed, in words."""

    item: Item
    before: dict[str, Any]
    after: dict[str, Any]
    why: str


@dataclass(frozen=True)
class Delta:
    """A measure over the questions that it applies to in both runs: how many, both means, p of no difference."""

    measure: str
    questions: int
    before: float
    after: float
    p: float

    @property
    def better(self) -> bool | None:
        """Whether the second run is better; None where the means are equal."""
        if self.before == self.after:
            return None
        return (self.after > self.before) != (self.measure in LESS_IS_BETTER)

    @property
    def told(self) -> tuple[str, str, str, str]:
        """Both means, their difference and p, for people; p of what is not to be judged by it as a dash."""
        form = ".0f" if self.measure in UNTOLD else ".3f"
        means = f"{self.before:{form}}", f"{self.after:{form}}", f"{self.after - self.before:+{form}}"
        return *means, "–" if self.measure in UNTOLD else f"{self.p:.3f}"

    @property
    def verdict(self) -> str:
        """ "better" or "worse" where the difference is more than chance, "" else."""
        if self.measure in UNTOLD or self.p >= SIGNIFICANT or self.better is None:
            return ""
        return "better" if self.better else "worse"


@dataclass(frozen=True)
class Comparison:
    """`better`, `worse`: wrong in one run and right in the other. `reworded`: as right as before, in another answer.

    `unseen`: ids of questions of which only what was found or the answerability changed. `settings`: what decides
    answers and differs. `only_before`, `only_after`: ids of questions that only one run holds.
    """

    before: str
    after: str
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    reworded: tuple[Change, ...]
    unseen: tuple[str, ...]
    deltas: tuple[Delta, ...]
    settings: dict[str, tuple[Any, Any]]
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()


def compare(before: Run, after: Run) -> Comparison:
    """Compare two runs by the questions that both were asked in the same words.

    Raises:
        RunError: there is no such question.
    """
    asked = {(i.id, i.question, _told(i.history)) for i in before.items}
    common = [i for i in after.items if (i.id, i.question, _told(i.history)) in asked]
    ids = {i.id for i in common}
    if not ids:
        raise RunError(f"{before.name} 与 {after.name} 没有共同的问题,无法比较。请选用同一问题集的两次评测。")
    answers = [{a["id"]: a for a in run.answers} for run in (before, after)]
    rows = [{r["id"]: r for r in run.rows} for run in (before, after)]
    better: list[Change] = []
    worse: list[Change] = []
    reworded: list[Change] = []
    unseen: list[str] = []
    for item in common:
        was, now = answers[0][item.id], answers[1][item.id]
        right_before, right_after = rows[0][item.id]["correct"], rows[1][item.id]["correct"]
        change = Change(item, was, now, _why(was, now))
        if right_before != right_after:
            (better if right_after else worse).append(change)
        elif change.why:
            reworded.append(change)
        elif _timeless(was) != _timeless(now):
            unseen.append(item.id)
    return Comparison(
        before=before.name,
        after=after.name,
        better=tuple(better),
        worse=tuple(worse),
        reworded=tuple(reworded),
        unseen=tuple(unseen),
        deltas=tuple(deltas([r for r in before.rows if r["id"] in ids], [r for r in after.rows if r["id"] in ids])),
        settings=differences(before.about, after.about),
        only_before=tuple(i.id for i in before.items if i.id not in ids),
        only_after=tuple(i.id for i in after.items if i.id not in ids),
    )


def _told(history: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((turn["role"], turn["content"]) for turn in history)


def _why(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    told = []
    if was["refused"] != now["refused"]:
        told.append("不再拒答" if was["refused"] else "改为拒答")
    if was["answer"] != now["answer"]:
        told.append("答案不同")
    if _spans(was) != _spans(now):
        told.append("引用不同")
    return "、".join(told)


def _spans(answer: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    return [(c["doc"], c["start"], c["end"]) for c in answer["citations"]]


def _timeless(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "timing_ms"}


def deltas(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Delta]:
    """Every measure on the questions where both runs have a value of it; p by the paired bootstrap."""
    ours, theirs = per_question(before), per_question(after)
    found = []
    for measure in NAMES:
        ids = [i for i in ours[measure] if i in theirs[measure]]
        if ids:
            a, b = [ours[measure][i] for i in ids], [theirs[measure][i] for i in ids]
            found.append(Delta(measure, len(ids), sum(a) / len(a), sum(b) / len(b), paired_p(a, b)))
    return found


def as_text(comparison: Comparison) -> str:
    """The comparison for the terminal."""
    c = comparison
    lines = [f"A = {c.before},B = {c.after}"]
    settings = [f"  {name}:{a} → {b}" for name, (a, b) in c.settings.items()]
    lines += ["设置与版本的不同:", *settings] if settings else ["设置、索引、问题与程序完全相同。"]
    for ids, name in ((c.only_before, c.before), (c.only_after, c.after)):
        if ids:
            lines.append(f"只在 {name} 中的问题({len(ids)} 个,不比较):{'、'.join(ids[:20])}{'……' * (len(ids) > 20)}")
    lines += ["", f"{'指标':<10} {'题数':>4} {'A':>8} {'B':>8} {'差':>8}   p"]
    for d in c.deltas:
        before, after, difference, p = d.told
        name = _wide(NAMES[d.measure], 14)
        lines.append(
            f"{name} {d.questions:>4} {before:>8} {after:>8} {difference:>8}   {p}{_VERDICTS.get(d.verdict, '')}"
        )
    lines.append(f"(p:配对自助法,{RESAMPLES} 次重抽,未作多重比较校正)")
    for title, changes in (("变好", c.better), ("变差", c.worse), ("对错未变,答案或引用不同", c.reworded)):
        lines += ["", f"{title}:{len(changes)} 题"]
        for change in changes:
            lines += [
                f"  {change.item.id} [{change.item.kind}] {change.item.question}({change.why})",
                f"    应答:{_short(change.item.answer) or '(拒答)'}",
                f"    A:{_short(change.before['answer'])}",
                f"    B:{_short(change.after['answer'])}",
            ]
    if c.unseen:
        lines += ["", f"答案未变,仅检索结果或可答度不同:{len(c.unseen)} 题:{'、'.join(c.unseen)}"]
    return "\n".join(lines)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN_ANSWER_CHARS else f"{flat[:_SHOWN_ANSWER_CHARS]}……"


def _wide(text: str, cells: int) -> str:
    """`text` filled up to `cells` of a terminal, in which a Chinese character takes two."""
    return text + " " * (cells - sum(1 + (ord(character) > 0x2E7F) for character in text))
