"""A peer's result → recall of the gold quotes, by the same rule for all, and the table. Pure."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.bootstrap import interval
from eval.dataset import Item
from eval.metrics import LONGEST_PASSAGE, Span, hits
from eval.ranking import first_ranks
from index.types import Document

ANY = (1, 3, 5)
ALL = 5


@dataclass(frozen=True)
class Measured:
    """What a peer's result comes to. `any_of`: k → a value a question; `all_of`: of all quotes in the first `ALL`;
    `uncut`: any quote in the first `ALL`, passages left as long as they are. `lost`: passages that stand nowhere."""

    name: str
    result: Mapping[str, Any]
    any_of: dict[int, list[float]]
    all_of: list[float]
    uncut: list[float]
    lost: int


def measure(name: str, result: Mapping[str, Any], items: Sequence[Item], documents: Mapping[str, Document]) -> Measured:
    """Score a result. `documents`: by file name. Passages are cut at 800 characters: a pasted document is no find."""
    answers = {answer["id"]: answer for answer in result["answers"]}
    any_of: dict[int, list[float]] = {k: [] for k in ANY}
    all_of, uncut = [], []
    lost = 0
    for item in items:
        placed = [place(passage, documents) for passage in answers[item.id]["passages"]]
        lost += placed.count(None)
        whole = [span or ("", 0, 0) for span in placed]
        short = [(doc, start, min(end, start + LONGEST_PASSAGE)) for doc, start, end in whole]
        ranks = _ranks(item, short, documents)
        for k, values in any_of.items():
            values.append(float(any(rank is not None and rank <= k for rank in ranks)))
        all_of.append(float(all(rank is not None and rank <= ALL for rank in ranks)))
        uncut.append(float(any(rank is not None and rank <= ALL for rank in _ranks(item, whole, documents))))
    return Measured(name, result, any_of, all_of, uncut, lost)


def _ranks(item: Item, spans: Sequence[Span], documents: Mapping[str, Document]) -> list[int | None]:
    return list(first_ranks([hits(item, [span], documents) for span in spans], len(item.evidence)))


def place(passage: Mapping[str, Any], documents: Mapping[str, Document]) -> Span | None:
    """Where a passage stands: (document's id, start, end); None where its words stand nowhere in the document.

    A pipeline that strips or joins white space still stands where its first and last words do.
    """
    document = documents.get(passage["file"])
    words = passage["text"].split()
    if document is None or not words:
        return None
    text, start = document.text, passage["start"]
    whole = passage["text"]
    if start is not None and text.startswith(whole, start):
        return document.info.id, start, start + len(whole)
    at = text.find(whole)
    if at >= 0:
        return document.info.id, at, at + len(whole)
    first = text.find(words[0], max(0, start or 0))
    for word in words:
        at = text.find(word, max(at, 0) if word is not words[0] else first)
        if at < 0:
            return None
        at += len(word)
    return document.info.id, first, at


def markdown(measured: Sequence[Measured], about: Mapping[str, Any]) -> str:
    """The table with what it was measured on. `about`: documents, chars, sets, left_out, machine, model."""
    count = len(measured[0].all_of) if measured else 0
    heads = [
        "system", "passages (median characters)", *(f"any@{k}" for k in ANY), f"all@{ALL}", f"any@{ALL}, uncut",
        "index, s", "question, ms (median / p95)", "peak memory, MB",
    ]  # fmt: skip
    lines = [
        f"{about['documents']} documents ({about['chars']:,} characters), n = {count} answerable questions of "
        f"{', '.join(about['sets'])} ({about['left_out']} follow-ups left out: the peers' pipelines have no memory), "
        f"the same embedding model for all ({about['model']}, its prefixes given to all). A gold quote counts as found "
        f"when half of it or more stands in one of the first k passages, passages cut at {LONGEST_PASSAGE} characters; "
        f"“uncut” leaves them as long as they are. [95% bootstrap interval]. Each system in a process of its own, one "
        "after the other, the model loaded before the clock starts. Our weights were fitted on other questions about "
        "these same documents; the peers are as they come.",
        "",
        f"Machine: {about['machine']}",
        "",
        "| " + " | ".join(heads) + " |",
        "| --- " * len(heads) + "|",
        *(_line(one) for one in measured),
        "",
        *(f"- {one.name}: {one.result['settings']}; {_versions(one.result)}{_lost(one)}." for one in measured),
    ]
    return "\n".join(lines) + "\n"


def _line(one: Measured) -> str:
    result = one.result
    ms = sorted(answer["ms"] for answer in result["answers"])
    cells = [
        one.name,
        f"{result['chunks']} ({result['chunk_chars']:.0f})",
        *(_share(values) for values in one.any_of.values()),
        _share(one.all_of),
        _share(one.uncut),
        f"{result['index_s']:.1f}",
        f"{statistics.median(ms):.0f} / {ms[int(0.95 * (len(ms) - 1))]:.0f}" if ms else "–",
        f"{result['peak_mb']:,.0f}",
    ]
    return "| " + " | ".join(cells) + " |"


def _share(values: Sequence[float]) -> str:
    if not values:
        return "–"
    low, high = interval(list(values))
    return f"{sum(values) / len(values):.3f} [{low:.2f}, {high:.2f}]"


def _versions(result: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {version}" for name, version in result["versions"].items())


def _lost(one: Measured) -> str:
    return f"; {one.lost} passages could not be placed in their document" if one.lost else ""
