"""What a chat model does to the answers: the same questions with and without it, and what the guard took out."""

import hashlib
import random
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from eval.completions import Completions
from eval.dataset import Item
from eval.metrics import score
from eval.speed import machine
from eval.summary import summarise
from rag.ask import Ask, as_ask
from rag.chain import AnswerChain
from rag.chat_settings import ChatSettings
from rag.generate import Event, Generator
from rag.guard import Checked

# Each is compared with the first; the helps one by one, without the model's own answers.
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "extractive, no model": {"answers": "off"},
    "model beside the extractive answer (default)": {"answers": "beside"},
    "model in its place": {"answers": "replace"},
    "extractive, answerability asked of the model": {"answers": "off", "judges": True},
    "extractive, questions reworded by the model": {"answers": "off", "rewords": True},
    "extractive, follow-ups completed by the model": {"answers": "off", "followups": True},
}
_PASSES = (tuple(VARIANTS)[:4], tuple(VARIANTS)[4:])
_OFF = {"followups": False, "rewords": False, "judges": False}
_VERDICT = (
    "Where a variant is no better than the extractive answers, it stays off; the default shows the extractive answer\n"
    "first and what passes the guard beside it, whatever the model."
)
_MEASURES = ("correct", "cited_evidence", "refused_when_absent", "refused_when_present", "figures_supported")

Told = dict[str, list[Event]]


def draw(items: Sequence[Item], most: int, seed: int) -> list[Item]:
    """`most` of the items, the same for the same seed."""
    return random.Random(seed).sample(list(items), min(most, len(items)))  # noqa: S311 - not for secrets


def campaign(
    chain: AnswerChain,
    items: Sequence[Item],
    completions: Completions,
    settings: ChatSettings,
    done: Callable[[Told], None],
) -> Told:
    """The last event of each variant for each of `items`, as far as it came; what needs the same prompt goes together.

    `done` is called after each question with all that is known.
    """
    told: Told = {name: [] for name in VARIANTS}
    for names in _PASSES:
        for item in tqdm(items, desc="问模型", unit="问", disable=None):
            ask: Ask = as_ask({"question": item.question, "history": list(item.history)})
            for name in names:
                generator = Generator(completions, settings.model_copy(update={**_OFF, **VARIANTS[name]}))
                told[name].append(list(generator.stream(chain, ask))[-1])
            done(told)
    return told


def table(
    chain: AnswerChain, items: Sequence[Item], told: Told, completions: Completions, about: str, source: str
) -> str:
    """The campaign in Markdown. `about`: the model in words; `source`: where the questions were drawn from."""
    documents = {d.info.file: d for d in chain.index.documents}
    reached = len(next(iter(told.values())))
    asked = items[:reached]
    ids = hashlib.sha256("\n".join(i.id for i in items).encode()).hexdigest()[:12]
    lines = [
        "# With a chat model",
        "",
        f"Made by `make campaign-llm`. Model: {about}, temperature 0, completions kept on disk.",
        f"Questions: {reached} of {len(items)} reached, {source} (ids {ids}), "
        f"{sum(not i.answerable for i in asked)} of them without an answer in the documents.",
        f"Machine: {machine()}.",
        "",
        f"| variant | n | {' | '.join(_MEASURES)} | better / worse than no model |",
        f"|{' --- |' * (len(_MEASURES) + 3)}",
    ]
    base: list[dict[str, Any]] = []
    for name, events in told.items():
        if not events:
            continue
        rows = [
            score(item, {"id": item.id, **event.answer.as_record()}, documents)
            for item, event in zip(items, events, strict=False)
        ]
        base = base or rows
        summary = summarise(rows)
        better = sum(r["correct"] and not b["correct"] for r, b in zip(rows, base, strict=False))
        worse = sum(b["correct"] and not r["correct"] for r, b in zip(rows, base, strict=False))
        cells = " | ".join("–" if summary[m] is None else f"{summary[m]:.3f}" for m in _MEASURES)
        lines.append(f"| {name} | {len(rows)} | {cells} | {better} / {worse} |")
    return "\n".join([*lines, "", _VERDICT, "", *_sentences(told), *_times(completions)]) + "\n"


def _sentences(told: Told) -> list[str]:
    """What became of the model's sentences."""
    beside = next(events for name, events in told.items() if VARIANTS[name].get("answers") == "beside")
    checked: list[Checked] = [one for event in beside for one in event.checked]
    kinds = Counter(one.kind for one in checked if one.kind)
    removed = sum(kinds.values())
    share = f"{removed / len(checked):.3f}" if checked else "–"
    asked = sum(bool(e.checked) or not e.answer.refused for e in beside)
    lines = [
        "## What the guard took out",
        "",
        f"{len(checked)} sentences for {asked} questions; removed {removed} ({share}); "
        f"no sentence left for {sum(bool(e.checked) and not any(c.passed for c in e.checked) for e in beside)}.",
        "",
        "| reason | sentences |",
        "| --- | --- |",
    ]
    return [*lines, *(f"| {kind} | {n} |" for kind, n in kinds.most_common()), ""]


def _times(completions: Completions) -> list[str]:
    seconds = sorted(completions.seconds)
    if not seconds:
        return []
    return [
        f"One completion: median {statistics.median(seconds):.1f} s, longest {seconds[-1]:.1f} s, n {len(seconds)}."
    ]


def write(path: Path, text: str) -> None:
    """Put `text` into `path` whole."""
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text, "utf-8")
    aside.replace(path)
