"""Train the reader: first on encyclopaedic paragraphs, then on plans. Seeded, resumable.

    python -m eval.reader train --bench DIR --out DIR

Batches hold pairs of about one length; AdamW (Loshchilov & Hutter 2019), a short warm-up and a linear way down. The
loss is the span's cross entropy (start and end, the first token where there is no answer) and the binary cross entropy
of the two decisions.
"""

import json
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from eval.reader.examples import Example
from eval.reader.network import LAYERS, TrainedNetwork
from index.embed import use_threads
from rag.reader_model import Batch, Output, Pair, PairTokenizer, ReaderNetwork

logger = logging.getLogger(__name__)
_LOG_EVERY = 25
_SAVE_EVERY = 200


@dataclass(frozen=True)
class Stage:
    """`epochs` over a stage's examples at `rate`, falling to `rate` × `left` at its end."""

    name: str
    epochs: int
    rate: float
    left: float


@dataclass(frozen=True)
class Config:
    """What decides the result, beside the data."""

    layers: int = LAYERS
    pairs: int = 16
    warm_up: float = 0.06
    decay: float = 0.01
    seed: int = 7
    relevance: float = 0.5  # how much the decision about relevance counts beside the others
    stages: tuple[Stage, ...] = (
        Stage("paragraphs", 1, 1.5e-4, 0.5),
        Stage("plans", 1, 1.2e-4, 0.0),
        Stage("titled plans", 1, 8e-5, 0.0),
    )


def batches(examples: Sequence[Example], size: int, draw: random.Random) -> list[list[Example]]:
    """Every example once, in batches of about one length, in an order drawn anew."""
    order = sorted(examples, key=lambda e: len(e.pair.text) + len(e.pair.question) + draw.random() * 20)
    cut = [order[i : i + size] for i in range(0, len(order), size)]
    draw.shuffle(cut)
    return cut


def targets(examples: Sequence[Example], batch: Batch) -> tuple[Tensor, Tensor]:
    """First and last token of every answer; 0, the first token, for none; -100 where its place is not known."""
    starts, ends = [], []
    for example, offsets in zip(examples, batch.offsets, strict=True):
        inside: list[int] = []
        if example.span is not None:
            a, b = example.span
            inside = [i for i, o in enumerate(offsets) if o is not None and o[0] < b and o[1] > a]
        known = bool(inside) or not example.answers
        starts.append(inside[0] if inside else 0 if known else -100)
        ends.append(inside[-1] if inside else 0 if known else -100)
    return torch.tensor(starts), torch.tensor(ends)


def loss_of(output: Output, examples: Sequence[Example], batch: Batch, relevance: float) -> Tensor:
    """Mean over the batch."""
    start, end = targets(examples, batch)
    known = (start >= 0).any()
    total = torch.zeros(())
    if known:
        total = total + functional.cross_entropy(output.start, start) + functional.cross_entropy(output.end, end)
    answers = torch.tensor([float(e.answers) for e in examples])
    total = total / 2 + functional.binary_cross_entropy_with_logits(output.answers, answers)
    judged = torch.tensor([e.relevant is not None for e in examples])
    if judged.any():
        relevant = torch.tensor([float(bool(e.relevant)) for e in examples])
        total = total + relevance * functional.binary_cross_entropy_with_logits(
            output.relevant[judged], relevant[judged]
        )
    return total


class Trainer:
    """Trains one network; `folder` holds its checkpoint, so that a run that was cut off goes on."""

    def __init__(self, model: Path, folder: Path, config: Config) -> None:
        torch.manual_seed(config.seed)
        self.config, self.folder = config, folder
        self.tokenizer = PairTokenizer(model)
        self.network = TrainedNetwork.of(model, config.layers)
        folder.mkdir(parents=True, exist_ok=True)
        self.optimizer = torch.optim.AdamW(self._groups(), lr=0.0)
        self.stop_after: int | None = None  # steps of a run; None: to its end
        self.done = self._resume()

    def _groups(self) -> list[dict[str, object]]:
        named = [(n, p) for n, p in self.network.named_parameters() if p.requires_grad]
        plain = [p for n, p in named if p.dim() < 2]
        return [
            {"params": [p for _, p in named if p.dim() >= 2], "weight_decay": self.config.decay},
            {"params": plain, "weight_decay": 0.0},
        ]

    def run(self, stage: Stage, examples: Sequence[Example]) -> None:
        """Train on one stage's examples, from where the checkpoint stopped."""
        use_threads(0)  # the encoder that found the examples leaves one
        torch.set_flush_denormal(True)
        try:
            self._run(stage, examples)
        finally:
            torch.set_flush_denormal(False)

    def _run(self, stage: Stage, examples: Sequence[Example]) -> None:
        plan = list(self._plan(stage, examples))
        begun, recent = time.monotonic(), [0.0, 0]
        first = self.done.get(stage.name, 0)
        self.network.train()
        for step in range(first, len(plan)):
            chosen = plan[step]
            torch.manual_seed(self.config.seed * 1_000_003 + step)
            for group in self.optimizer.param_groups:
                group["lr"] = stage.rate * self._schedule(step / len(plan), stage.left)
            batch = self.tokenizer.batch([e.pair for e in chosen])
            loss = loss_of(self.network(batch), chosen, batch, self.config.relevance)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimizer.step()
            recent[0] += float(loss.detach())
            recent[1] += 1
            self.done[stage.name] = step + 1
            if (step + 1) % _LOG_EVERY == 0 or step + 1 == len(plan):
                self._log(stage, step + 1, len(plan), recent[0] / recent[1], time.monotonic() - begun)
                recent = [0.0, 0]
            stopped = self.stop_after is not None and step + 1 - first >= self.stop_after
            if (step + 1) % _SAVE_EVERY == 0 or step + 1 == len(plan) or stopped:
                self._save()
            if stopped:
                return

    def _plan(self, stage: Stage, examples: Sequence[Example]) -> Iterator[list[Example]]:
        for epoch in range(stage.epochs):
            yield from batches(examples, self.config.pairs, random.Random(self.config.seed + epoch))  # noqa: S311

    def _schedule(self, at: float, left: float) -> float:
        warm = self.config.warm_up
        return max(at, 1e-3) / warm if at < warm else 1 - (1 - left) * (at - warm) / (1 - warm)

    def _log(self, stage: Stage, step: int, steps: int, loss: float, seconds: float) -> None:
        line = f"{stage.name} {step}/{steps} loss {loss:.4f} {seconds:.0f} s"
        logger.info(line)
        with (self.folder / "log.txt").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def _save(self) -> None:
        state = {
            "network": {k: v for k, v in self.network.state_dict().items() if "word_embeddings" not in k},
            "optimizer": self.optimizer.state_dict(),
            "done": self.done,
            "config": json.dumps(asdict(self.config)),
        }
        torch.save(state, self.folder / "checkpoint.tmp")
        (self.folder / "checkpoint.tmp").replace(self.folder / "checkpoint.pt")

    def _resume(self) -> dict[str, int]:
        path = self.folder / "checkpoint.pt"
        if not path.is_file():
            return {}
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"], strict=False)
        self.optimizer.load_state_dict(state["optimizer"])
        return dict(state["done"])


def outputs(
    network: ReaderNetwork, tokenizer: PairTokenizer, pairs: Sequence[Pair], size: int = 16
) -> Iterator[tuple[list[int], Batch, Output]]:
    """The network's outputs, batch by batch, with the places of the pairs in `pairs`."""
    network.eval()
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].text))
    for at in range(0, len(order), size):
        places = order[at : at + size]
        batch = tokenizer.batch([pairs[i] for i in places])
        with torch.inference_mode():
            yield places, batch, network(batch)
