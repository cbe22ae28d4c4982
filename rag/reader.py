"""The reader: a small learnt model that reads the question with the likeliest windows, and says which sentence
answers, with which words, and whether any does. Optional: everything works without it.
"""

import hashlib
import json
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index import e5
from index.embed import BUNDLED, use_threads
from index.errors import ModelError
from index.loaded import Index
from index.normal import fold
from index.settings import Settings
from rag.evidence import Evidence
from rag.windows import Window, windows

if TYPE_CHECKING:
    from rag.reader_model import Batch, Output, Pair

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "data" / "reader"
WEIGHTS, CARD = "model.safetensors", "model.json"
_SPAN_TOKENS = 100
_BOUND = 12.0  # logits beyond it say no more
LEAD = 5.0  # no further window made up for so much (195 questions of fit.jsonl)


@dataclass(frozen=True)
class Reading:
    """What was read out of one window.

    `span`: characters of `window.text` that answer best. `margin`: log odds of that span against none.
    `sentences[i]`: the same for the best span that begins in the window's i-th sentence. `relevant`, `answers`: logits.
    """

    window: Window
    span: tuple[int, int]
    margin: float
    sentences: tuple[float, ...]
    relevant: float
    answers: float


class Reader:
    """Reads pairs with the network that `folder` holds, over the sentence encoder's own token embeddings."""

    def __init__(self, encoder: Path, folder: Path = FOLDER, threads: int = 0) -> None:
        """`encoder`: the folder of the unpacked multilingual-e5-small; `threads`: 0 is one for each core.

        Raises:
            ModelError: the weights are missing or are not those that the card describes.
        """
        from rag.reader_model import PairTokenizer
        from rag.reader_weights import load_network

        self.network = load_network(encoder, checked(folder))
        self.tokenizer = PairTokenizer(encoder)
        self.weights = fitted_weights()
        self._threads = threads

    def read(self, question: str, found: Sequence[Window]) -> list[Reading]:
        """Every window read with the question, in one batch."""
        import torch

        if not found:
            return []
        folded = fold(question)
        batch = self.tokenizer.batch([window.pair(folded) for window in found])
        use_threads(self._threads)
        with torch.inference_mode():
            output = self.network(batch)
        return [decode(window, batch, output, row) for row, window in enumerate(found)]

    def logits(self, pairs: "Sequence[Pair]") -> list[float]:
        """The answer logit of every pair, read in one batch."""
        import torch

        with torch.inference_mode():
            found: list[float] = self.network(self.tokenizer.batch(pairs)).answers.tolist()
        return found

    def reread(
        self, question: str, evidence: Sequence[Evidence], index: Index, count: int, lead: float = LEAD
    ) -> list[Evidence]:
        """`evidence` scored anew, best first, after at most `count` windows around its best sentences have been read.

        One after the other, until the best sentence that was read is `lead` above all that were not, in units of the
        evidence's score: for most questions after the first.
        """
        told: list[Reading] = []
        scored = list(evidence)
        for window in windows(evidence, index, count):
            told += self.read(question, [window])
            scored = joined(evidence, told, self.weights)
            if _lead(scored) >= lead:
                break
        return scored


def shipped(settings: Settings) -> Reader | None:
    """The reader that comes with the project; None where it is switched off.

    Raises:
        ModelError: its weights, or those of the encoder it builds on, are missing or damaged.
    """
    if not settings.reader:
        return None
    return Reader(e5.unpack(settings.home / "models" / BUNDLED), threads=settings.threads)


@lru_cache(maxsize=1)
def fitted_weights() -> dict[str, float]:
    """What was read, in units of the evidence's score: the weights that `python -m eval fit` wrote."""
    text = resources.files("rag").joinpath("data/reading.json").read_text("utf-8")
    return {str(k): float(v) for k, v in json.loads(text)["weights"].items()}


def checked(folder: Path) -> Path:
    """The weights in `folder`, if they are those that its card describes.

    Raises:
        ModelError: they are missing or damaged.
    """
    path = folder / WEIGHTS
    try:
        wanted = json.loads((folder / CARD).read_text("utf-8"))["sha256"]
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"缺少阅读模型 {folder}:{error}。请重新取得程序文件,或设 PLANQA_READER=false 不用它。"
        ) from error
    if found != wanted:
        raise ModelError(f"阅读模型 {path} 已损坏(校验和不符)。请重新取得程序文件,或设 PLANQA_READER=false 不用它。")
    return path


def joined(evidence: Sequence[Evidence], readings: Sequence[Reading], weights: Mapping[str, float]) -> list[Evidence]:
    """What was read added to the features and the score of every sentence, best first.

    A sentence that was not read has the feature `unread` alone.
    """
    told: dict[int, tuple[Reading, int]] = {}
    for reading in readings:
        for at, position in enumerate(reading.window.sentences):
            told.setdefault(position, (reading, at))
    scored = []
    for item in evidence:
        known = told.get(item.position)
        features = _read_features(*known) if known else {"unread": 1.0}
        gain = sum(weights.get(name, 0.0) * value for name, value in features.items())
        span = _span_in(*known) if known else ""
        scored.append(replace(item, features={**item.features, **features}, score=item.score + gain, span=span))
    return sorted(scored, key=lambda e: -e.score)


def _lead(scored: Sequence[Evidence]) -> float:
    """How far the best sentence that was read is above the best one that was not; infinite where all were read."""
    read = max((e.score for e in scored if "unread" not in e.features), default=-math.inf)
    return read - max((e.score for e in scored if "unread" in e.features), default=-math.inf)


def _read_features(reading: Reading, at: int) -> dict[str, float]:
    return {
        "span": reading.sentences[at] / _BOUND,
        "answers": reading.answers / _BOUND,
        "relevant": reading.relevant / _BOUND,
    }


def _span_in(reading: Reading, at: int) -> str:
    """The words of the answer that stand in the window's `at`-th sentence, folded; "" where there are none."""
    first, last = reading.window.spans[at]
    start, end = max(first, reading.span[0]), min(last, reading.span[1])
    return reading.window.text[start:end] if start < end else ""


def decode(window: Window, batch: "Batch", output: "Output", row: int) -> Reading:
    """One row of the network's output as characters of its window."""
    start, end = output.start[row].float().numpy(), output.end[row].float().numpy()
    none = float(start[0] + end[0])
    own = [(token, place) for token, place in enumerate(batch.offsets[row]) if place is not None]
    if not own:
        return Reading(window, (0, 0), -_BOUND, (-_BOUND,) * len(window.spans), -_BOUND, -_BOUND)
    tokens = np.asarray([token for token, _ in own])
    best_end = _best_ends(end[tokens])
    totals = start[tokens] + end[tokens][best_end] - none
    chosen = int(totals.argmax())
    begins = np.asarray([place[0] for _, place in own])
    sentences = tuple(
        _bounded(float(totals[inside].max())) if (inside := (begins >= a) & (begins < b)).any() else -_BOUND
        for a, b in window.spans
    )
    return Reading(
        window,
        (own[chosen][1][0], own[int(best_end[chosen])][1][1]),
        _bounded(float(totals[chosen])),
        sentences,
        _bounded(float(output.relevant[row])),
        _bounded(float(output.answers[row])),
    )


def _best_ends(end: NDArray[np.float32]) -> NDArray[np.int64]:
    """For every first token the best last one, itself or one of the `_SPAN_TOKENS` after it."""
    places = np.arange(len(end))
    reach = (places[None, :] >= places[:, None]) & (places[None, :] < places[:, None] + _SPAN_TOKENS)
    return np.asarray(np.where(reach, end[None, :], -np.inf).argmax(axis=1))


def _bounded(value: float) -> float:
    return max(-_BOUND, min(_BOUND, value))
