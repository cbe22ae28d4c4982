"""How good the reader is by itself: spans given the paragraph, and whether a passage answers. Pure but for reading."""

import json
import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from eval.bootstrap import interval
from eval.reader.examples import Example, held_out_paragraph
from index.normal import fold
from rag.reader import Reader
from rag.windows import WINDOW_CHARS, Window

_TOKEN = re.compile(r"[㐀-鿿]|[a-z0-9.%]+")
_SENTENCE = re.compile(r"[^。!?;]+[。!?;]*[”)]*")
_BATCH = 16


def tokens_of(text: str) -> list[str]:
    """Chinese characters one by one, other words and figures whole, no punctuation: CMRC 2018's way."""
    return _TOKEN.findall(fold(text))


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1 where an answer is one of the gold ones but for punctuation."""
    return float(any(tokens_of(answer) == tokens_of(g) for g in gold))


def f1(answer: str, gold: Sequence[str]) -> float:
    """Best harmonic mean of precision and recall over the longest common stretch (Cui et al. 2019, CMRC 2018)."""
    return max((_f1(tokens_of(answer), tokens_of(g)) for g in gold), default=0.0)


def _f1(answer: Sequence[str], gold: Sequence[str]) -> float:
    shared = _longest_common(answer, gold)
    if not shared:
        return 0.0
    precision, recall = shared / len(answer), shared / len(gold)
    return 2 * precision * recall / (precision + recall)


def _longest_common(a: Sequence[str], b: Sequence[str]) -> int:
    """Length of the longest common run."""
    best, previous = 0, [0] * (len(b) + 1)
    for left in a:
        row = [0] * (len(b) + 1)
        for at, right in enumerate(b):
            if left == right:
                row[at + 1] = previous[at] + 1
                best = max(best, row[at + 1])
        previous = row
    return best


def cut(text: str, chars: int = WINDOW_CHARS) -> list[str]:
    """A folded paragraph in windows of whole sentences, each beginning with the last sentence of the one before."""
    pieces = [m[0] for m in _SENTENCE.finditer(text)] or [text]
    found: list[str] = []
    run: list[str] = []
    for piece in pieces:
        if run and sum(map(len, run)) + len(piece) > chars:
            found.append("".join(run))
            run = run[-1:] if len(run[-1]) + len(piece) <= chars else []
        run.append(piece)
    return [*found, "".join(run)]


def spans(reader: Reader, path: Path, limit: int | None = None) -> dict[str, object]:
    """EM and F1 on a SQuAD-style file's held-out paragraphs, with 95 % intervals."""
    data = json.loads(path.read_text("utf-8"))["data"]
    paragraphs = [p for article in data for p in article["paragraphs"] if held_out_paragraph(path, str(p["context"]))]
    scores: list[tuple[float, float]] = []
    for context, qa in islice(((str(p["context"]), qa) for p in paragraphs for qa in p["qas"]), limit):
        windows = [Window(0, "", text, (0,), ((0, len(text)),)) for text in cut(fold(context))]
        readings = reader.read(str(qa["question"]), windows)
        best = max(readings, key=lambda r: r.margin)
        answer = best.window.text[best.span[0] : best.span[1]]
        gold = [str(a["text"]) for a in qa["answers"]]
        scores.append((exact_match(answer, gold), f1(answer, gold)))
    table = np.asarray(scores)
    return {
        "questions": len(scores),
        "exact_match": [round(100 * float(v), 1) for v in (table[:, 0].mean(), *interval(table[:, 0].tolist()))],
        "f1": [round(100 * float(v), 1) for v in (table[:, 1].mean(), *interval(table[:, 1].tolist()))],
    }


def answerability(reader: Reader, examples: Sequence[Example]) -> dict[str, float]:
    """AUROC of the answer logit, all in all and for every sort of example without an answer."""
    logits = np.zeros(len(examples))
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].pair.text))
    for at in range(0, len(order), _BATCH):
        places = order[at : at + _BATCH]
        for place, logit in zip(places, reader.logits([examples[i].pair for i in places]), strict=True):
            logits[place] = logit
    answers = np.asarray([e.answers for e in examples])
    figures = {"all": float(roc_auc_score(answers, logits))}
    for why in sorted({e.why for e in examples if not e.answers}):
        chosen = answers | np.asarray([e.why == why for e in examples])
        figures[why] = float(roc_auc_score(answers[chosen], logits[chosen]))
    return {why: round(value, 3) for why, value in figures.items()}
