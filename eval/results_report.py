"""What `eval.results` measured, as Markdown. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from eval.bench import BASELINES, OURS
from eval.results import EVERYONE, PUBLIC

Results = Mapping[str, Mapping[str, Any]]

_SEARCHERS = {
    OURS: "**ours**", "bigrams": "BM25, bigrams", "words": "BM25, words", "dense": "dense",
    "rrf": "RRF of dense and bigrams",
}  # fmt: skip
_OWN = {
    "any@1": "evidence in the first passage", "any@5": "evidence among the first 5 passages",
    "all@5": "all evidence among the first 5", "recall@5": "recall@5", "mrr": "MRR", "ndcg@10": "nDCG@10",
    "correct": "answers right", "cited_evidence": "evidence cited", "citation_precision": "citation precision",
    "citation_recall": "citation recall", "figures_supported": "figures supported",
    "quotes_verbatim": "quotes to the letter", "markers_match": "markers match",
    "refused_when_absent": "refused where the documents are silent",
    "refused_when_present": "refused where they are not", "auroc": "AUROC of answerability", "ece": "calibration error",
    "ms_median": "ms a question, median", "ms_p95": "ms a question, 95th percentile",
}  # fmt: skip
_SETS = {"own": "the project's own measuring part", "dev": "a development set of the same form"}
_HEAD = """# Results

Made by `make results BENCH=FOLDER` (`python -m eval results`), which measures anew only what changed and goes on where
it was interrupted. Question samples are drawn with seed 0. [95% bootstrap interval over questions]. Weights are fitted
on none of these sets. The reader was trained on three of four paragraphs of the public ones: with it, only the rows
“held out” are of paragraphs that it has not seen.
"""
_NOT_HAD = """
## Not measured
RGB (Chinese) and RAGEval's DRAGONBall (Chinese): their files were not to be had where this was written, and nothing
is said about them here. `python -m eval bench rgb FILE` and `python -m eval bench dragonball FOLDER` score them by
their own rules; `tests/test_eval_public.py` holds the adapters to invented files of their form.
"""


def markdown(results: Results, wanted: Sequence[str], peers: str) -> str:
    """The whole page. `wanted`: names of all pieces, of which the missing are named. `peers`: their table or ""."""
    parts = [_HEAD, "## Question sets of our own form", *(_own(results, name) for name in _SETS), _everyone(results)]
    parts += ["## Public sets: the right paragraph", _search(results), "## Public sets: answers", _answers(results)]
    parts += ["## Other systems, side by side", peers or "Not measured yet: `make peers`.\n"]
    parts += [_NOT_HAD.strip() + "\n", "## Measured on", _machines(results)]
    missing = [name for name in wanted if name not in results]
    if missing:
        parts.append(f"Not measured with today's code yet: {', '.join(missing)}.\n")
    return "\n".join(parts)


def _own(results: Results, name: str) -> str:
    both = [results.get(f"{name}-{how}", {}).get("body") for how in ("plain", "reader")]
    if not any(both):
        return ""
    questions = next(body["summary"]["questions"] for body in both if body)
    lines = [
        f"{_SETS[name].capitalize()}, n = {questions}:",
        "",
        "| measure | without the reader | with the reader |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {label} | {' | '.join(_value(body, measure) for body in both)} |" for measure, label in _OWN.items()]
    kinds = sorted({kind for body in both if body for kind in body["summary"]["correct_by_kind"]})
    for kind in kinds:
        cells = [_kind(body, kind) for body in both]
        lines.append(f"| right: {kind} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _value(body: Mapping[str, Any] | None, measure: str) -> str:
    value = body["summary"].get(measure) if body else None
    if body is None or value is None:
        return "–"
    if measure.startswith("ms"):
        return f"{value:.0f}"
    bounds = body["intervals"].get(measure)
    return f"{value:.3f}" + (f" [{bounds[0]:.2f}, {bounds[1]:.2f}]" if bounds else "")


def _kind(body: Mapping[str, Any] | None, kind: str) -> str:
    if body is None or kind not in body["summary"]["correct_by_kind"]:
        return "–"
    share, count = body["summary"]["correct_by_kind"][kind]
    return f"{share:.2f} (n = {count})"


def _everyone(results: Results) -> str:
    both = [results.get(f"own-{how}", {}).get("body") for how in ("plain", "reader")]
    if not any(both):
        return ""
    lines = [
        "The questions that everyone asks, in that set:",
        "",
        "| questions | n | right, without the reader | with the reader |",
        "| --- | --- | --- | --- |",
    ]
    for tag, label in EVERYONE.items():
        found = [body["everyone"].get(tag) if body else None for body in both]
        count = next((own[1] for own in found if own), 0)
        lines.append(f"| {label} | {count} | {' | '.join(f'{own[0]:.2f}' if own else '–' for own in found)} |")
    return "\n".join(lines) + "\n"


def _rows(results: Results, how: str) -> list[tuple[str, Mapping[str, Any]]]:
    found = []
    for name, _, _, title in PUBLIC:
        for held_out in ("", "-held-out"):
            result = results.get(f"{name}{held_out}-{how}")
            if result:
                found.append((f"{title}{', held out' if held_out else ''}", result["body"]))
    return found


def _search(results: Results) -> str:
    """Search does not depend on the reader; it is told as measured without it."""
    heads = ["set", "n", "paragraphs", *(_SEARCHERS[s] for s in (OURS, *BASELINES))]
    lines = [
        "Every paragraph is a document of its own, without a manifest. hit@1 / hit@5 / MRR@10; searchers alone see the "
        "plain question; k = 60 in RRF. * differs from ours at hit@1 by more than chance (paired bootstrap, p < 0.05).",
        "",
        "| " + " | ".join(heads) + " |",
        "| --- " * len(heads) + "|",
    ]
    for title, body in _rows(results, "plain"):
        cells = [_found(body["search"][searcher]) for searcher in (OURS, *BASELINES)]
        lines.append(f"| {title} | {body['questions']} | {body['about']['documents']} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _found(measures: Mapping[str, Mapping[str, float]]) -> str:
    one = measures["hit@1"]
    star = "*" if one.get("p", 1.0) < 0.05 else ""
    return f"{one['mean']:.3f}{star} / {measures['hit@5']['mean']:.3f} / {measures['mrr@10']['mean']:.3f}"


def _answers(results: Results) -> str:
    lines = [
        "A gold wording in an answer of at most 160 characters; in a citation; refused; answers with a figure that no "
        "quote of theirs holds.",
        "",
        "| set | n | reader | in the answer | in a citation | refused | unsupported figure |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for how, label in (("plain", "no"), ("reader", "yes")):
        for title, body in _rows(results, how):
            answers = body["answers"]
            cells = [_share(answers[name]) for name in ("in_answer", "in_citation", "refused")]
            loose = f"{answers['unsupported']['mean']:.4f}"
            lines.append(f"| {title} | {body['questions']} | {label} | {' | '.join(cells)} | {loose} |")
    return "\n".join(lines) + "\n"


def _share(value: Mapping[str, float]) -> str:
    return f"{value['mean']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"


def _machines(results: Results) -> str:
    """Each machine and day with what was measured there."""
    by_machine: dict[str, list[str]] = {}
    for name, result in results.items():
        by_machine.setdefault(str(result["machine"]), []).append(name)
    return "\n".join(f"- {told}: {', '.join(names)}" for told, names in by_machine.items()) + "\n"
