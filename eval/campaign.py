"""How much the verifier catches: wrong answers made of right ones, and right ones in other words. Pure but for time."""

import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from eval.mutate import ABSENT_KINDS, Mutant, Told, mutants
from eval.reword import paraphrases
from eval.speed import machine
from index.types import Document
from rag.claims import MARKER
from rag.talk import core
from rag.types import Citation
from rag.verify import faults

Caught = dict[str, list[bool]]


def given(records: Sequence[Mapping[str, Any]], documents: Mapping[str, Document]) -> list[Told]:
    """What answers claim, among records of the batch contract; refusals are left out, but not “表中未填”.

    Left out as well: our own closing lines, and replies about the documents themselves, whose passages have no score.
    """
    told = []
    for r in records:
        text = core(r["answer"])
        markers = {int(m) for m in MARKER.findall(text)}
        citations = tuple(_citation(c, documents) for c in r["citations"] if c["marker"] in markers)
        if citations and any(hit["score"] for hit in r["retrieved"]):
            told.append(Told(r["id"], r["question"], text, citations))
    return told


def _citation(record: Mapping[str, Any], documents: Mapping[str, Document]) -> Citation:
    return Citation(title=documents[record["doc"]].info.title, **record)


def rejected(answer: Told | Mutant, documents: Mapping[str, Document]) -> bool:
    """Whether the verifier holds an answer back."""
    return bool(faults(answer.text, answer.citations, answer.question, documents))


def caught(wrong: Sequence[Mutant], documents: Mapping[str, Document]) -> Caught:
    """For every mutant of a kind whether it was caught."""
    found: Caught = defaultdict(list)
    for mutant in wrong:
        found[mutant.kind].append(rejected(mutant, documents))
    return dict(found)


def of_group(found: Caught, absent: bool) -> list[bool]:
    """The verdicts on the kinds of fault whose words the citation lacks (`absent`), or on the others."""
    return [hit for kind, hits in found.items() if (kind in ABSENT_KINDS) == absent for hit in hits]


def report(answers: Sequence[Told], documents: Mapping[str, Document], most: int, seed: int) -> str:
    """The campaign's table in Markdown: `most` mutants of the answers, and as many of their accepted rewordings."""
    ms: list[float] = []
    refused: list[str] = []
    for answer in answers:
        started = time.perf_counter()
        if rejected(answer, documents):
            refused.append(answer.id)
        ms.append((time.perf_counter() - started) * 1000)
    reworded = paraphrases(answers, seed)
    verdicts = {kind: [(t, rejected(t, documents)) for t in told] for kind, told in reworded.items()}
    accepted = [t for pairs in verdicts.values() for t, held_back in pairs if not held_back]
    first = caught(mutants(answers, documents, most, seed), documents)
    second = caught(mutants(accepted, documents, most, seed), documents)
    lines = [
        "# What the verifier catches",
        "",
        "Made by `make campaign-mutations` from the chain's own answers to `eval/questions/*.jsonl`; what counts as a",
        f"fault stands in `eval/mutate.py`, what as the same in other words in `eval/reword.py`. Seed {seed}.",
        f"Machine: {machine()}. Verifying one answer: median {statistics.median(ms):.1f} ms, most {max(ms):.0f} ms.",
        "",
        f"Right answers held back: {len(refused)} of {len(answers)}{': ' + ', '.join(refused) if refused else ''}.",
        "",
        "## Wrong answers",
        "",
        "| fault | of the answers: caught / made | share | of reworded answers: caught / made | share |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind in sorted(first | second, key=lambda k: (k not in ABSENT_KINDS, k)):
        lines.append(f"| {kind} | {_cells(first.get(kind, []))} | {_cells(second.get(kind, []))} |")
    for absent, name in ((True, "**not in the citation**"), (False, "**in the citation, moved or turned round**")):
        lines.append(f"| {name} | {_cells(of_group(first, absent))} | {_cells(of_group(second, absent))} |")
    lines += ["", "## Right answers in other words", "", "| rewording | held back / made |", "| --- | --- |"]
    lines += [f"| {kind} | {sum(held for _, held in pairs)} / {len(pairs)} |" for kind, pairs in verdicts.items()]
    return "\n".join(lines) + "\n"


def _cells(hits: Sequence[bool]) -> str:
    return f"{sum(hits)} / {len(hits)} | {sum(hits) / len(hits):.4f}" if hits else "0 / 0 | –"
