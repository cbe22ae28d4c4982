"""The reader's network by several engines side by side: time a question of four windows, and how far outputs differ.

`python -m eval.reader.backends [--threads N] [--questions N]`. onnxruntime, onnxscript, openvino are tried where they
are installed; none of them is needed by the product. Beside the clock's time stands the processor's, which with one
thread is what a quiet machine would take, however busy this one is.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from eval.dataset import SETS, load
from eval.reader.network import TrainedNetwork
from eval.speed import machine
from index import e5
from index.build import build_index
from index.e5_embed import embedder_for
from index.embed import BUNDLED, use_threads
from index.settings import Settings
from index.store import open_index
from rag.ask import as_ask
from rag.chain import READ, RETRIEVED, AnswerChain
from rag.reader import FOLDER, WEIGHTS, Reader, shipped
from rag.reader_model import Batch, ReaderNetwork
from rag.windows import windows

_WINDOWS = 4
Run = Callable[[Batch], np.ndarray]


class _Plain(nn.Module):
    """Token tensors in, one tensor of all outputs out; without the masking by -inf, which changes no finite value."""

    def __init__(self, network: ReaderNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> Tensor:
        states = self.network.states(ids, mask, kinds)
        decisions = self.network.decide(states[:, 0])
        return torch.cat([self.network.span(states), decisions[:, None, :]], dim=1)


def batches(settings: Settings, reader: Reader, count: int) -> list[Batch]:
    """What the reader is given for the first `count` questions of measure.jsonl with so many windows."""
    embedder = embedder_for(settings)
    (settings.home / "bench-backends").mkdir(parents=True, exist_ok=True)
    build_index(settings.seeds, settings.index, embedder, settings)
    chain = AnswerChain(open_index(settings.index), embedder, settings)
    found: list[Batch] = []
    for item in load(SETS / "measure.jsonl")[: count * 3]:
        question = chain.understand(as_ask({"question": item.question, "history": list(item.history)}))
        vector = embedder.query(question.text)
        hits = chain.searcher.search(question, RETRIEVED, vector)[:READ]
        shown = windows(chain.scorer.score(question, hits, vector), chain.index, _WINDOWS)
        if len(shown) == _WINDOWS and len(found) < count:
            found.append(reader.tokenizer.batch([window.pair(question.text) for window in shown]))
    return found


def engines(plain: _Plain, packed: _Plain, example: Batch, threads: int) -> dict[str, Run]:
    """What can be tried here, by name."""
    arguments = (example.ids, example.mask, example.kinds)

    def torch_run(model: nn.Module) -> Run:
        def run(batch: Batch) -> np.ndarray:
            with torch.inference_mode():
                return np.asarray(model(batch.ids, batch.mask, batch.kinds).float().numpy())

        return run

    def one_by_one(batch: Batch) -> np.ndarray:
        outputs = np.zeros((*batch.ids.shape, 2), np.float32)
        decisions = np.zeros((len(batch.ids), 1, 2), np.float32)
        with torch.inference_mode():
            for row, length in enumerate(batch.mask.sum(1).tolist()):
                part = slice(row, row + 1), slice(length)
                told = plain(batch.ids[part], batch.mask[part], batch.kinds[part]).numpy()[0]
                outputs[row, :length], decisions[row] = told[:-1], told[-1:]
        return np.concatenate([outputs, decisions], axis=1)

    found: dict[str, Run] = {
        "torch float32": torch_run(plain),
        "torch float32, packed layers (as shipped)": torch_run(packed),
        "torch float32, windows one by one": one_by_one,
    }
    quantize: Any = torch.ao.quantization.quantize_dynamic
    small = quantize(plain, {nn.Linear}, dtype=torch.qint8)
    found["torch int8, dynamic"] = torch_run(small)

    def bfloat(batch: Batch) -> np.ndarray:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            return np.asarray(plain(batch.ids, batch.mask, batch.kinds).float().numpy())

    found["torch bfloat16"] = bfloat
    for name, made in (("onnxruntime", _onnx), ("openvino", _openvino)):
        try:
            found |= made(plain, arguments, threads)
        except Exception as error:  # whatever an engine that is not there, or cannot, may raise
            print(f"{name}: not tried ({type(error).__name__}: {str(error)[:160]})", file=sys.stderr)
    return found


def _onnx(plain: _Plain, arguments: tuple[Tensor, ...], threads: int) -> dict[str, Run]:
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder = Settings().home / "bench-backends"
    path, small = folder / "reader.onnx", folder / "reader-int8.onnx"
    rows, tokens = torch.export.Dim("rows", max=64), torch.export.Dim("tokens", max=256)
    shape = {0: rows, 1: tokens}
    torch.onnx.export(
        plain,
        arguments,
        str(path),
        dynamo=True,
        dynamic_shapes=(shape, shape, shape),
        external_data=False,
        verbose=False,
    )
    quantize_dynamic(str(path), str(small), weight_type=QuantType.QInt8)

    def session(model: str) -> Run:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        held = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        names = [one.name for one in held.get_inputs()]

        def run(batch: Batch) -> np.ndarray:
            given = [t.numpy() for t in (batch.ids, batch.mask, batch.kinds)]
            return np.asarray(held.run(None, dict(zip(names, given, strict=True)))[0])

        return run

    return {"onnxruntime float32": session(str(path)), "onnxruntime int8, dynamic": session(str(small))}


def _openvino(plain: _Plain, arguments: tuple[Tensor, ...], threads: int) -> dict[str, Run]:
    import openvino

    model = openvino.convert_model(plain, example_input=arguments)
    held = openvino.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"})

    def run(batch: Batch) -> np.ndarray:
        return np.asarray(held([t.numpy() for t in (batch.ids, batch.mask, batch.kinds)])[0])

    return {"openvino float32": run}


def gemm_gflops() -> float:
    """What this processor reaches in float32, 10⁹ operations a second: 512 x 384 by 384 x 1536, best of 30."""
    a, b = torch.randn(512, 384), torch.randn(384, 1536)
    best = float("inf")
    for _ in range(30):
        started = time.process_time()
        for _ in range(5):
            torch.mm(a, b)
        best = min(best, (time.process_time() - started) / 5)
    return torch.get_num_threads() * 2 * 512 * 384 * 1536 / best / 1e9


def operations(batch: Batch, layers: int, hidden: int, inner: int) -> float:
    """Multiplications and additions of the network for one batch, padding included."""
    rows, tokens = batch.ids.shape
    linear = 2 * rows * tokens * (4 * hidden * hidden + 2 * hidden * inner)
    attention = 2 * 2 * rows * tokens * tokens * hidden
    return float(layers * (linear + attention))


def report(given: Sequence[Batch], found: dict[str, Run], plain: _Plain) -> str:
    """Medians of each question's best of three; rounds take turns, so that a busy machine is unkind to all alike."""
    config: Any = plain.network.encoder.config
    times: dict[str, list[list[float]]] = {name: [[] for _ in given] for name in found}
    worked: dict[str, list[list[float]]] = {name: [[] for _ in given] for name in found}
    apart: dict[str, float] = dict.fromkeys(found, 0.0)
    for turn in range(3):
        for at, batch in enumerate(given):
            expected: np.ndarray | None = None
            for name, run in found.items():
                if turn == 0 and at == 0:
                    run(batch)
                started, processor = time.perf_counter(), time.process_time()
                told = run(batch)
                worked[name][at].append((time.process_time() - processor) * 1000)
                times[name][at].append((time.perf_counter() - started) * 1000)
                expected = told if expected is None else expected
                real = np.concatenate([batch.mask.numpy().astype(bool), np.ones((len(told), 1), bool)], axis=1)
                apart[name] = max(apart[name], float(np.abs(told - expected)[real].max()))
    rate = gemm_gflops()
    work = statistics.median(
        operations(b, config.num_hidden_layers, config.hidden_size, config.intermediate_size) for b in given
    )
    lines = [
        f"Machine: {machine()}; {torch.get_num_threads()} thread(s), n = {len(given)} questions of {_WINDOWS} windows, "
        "best of 3 each.",
        "",
        f"float32 GEMM here: {rate:.0f} GFLOP/s. A question: {work / 1e9:.1f} GFLOP, so no less than "
        f"{work / rate / 1e6:.0f} ms in float32.",
        "",
        "| engine | median, ms | median of the processor's time, ms | largest difference of a logit |",
        "| --- | --- | --- | --- |",
    ]
    for name in found:
        clock, processor = (statistics.median(min(own) for own in held[name]) for held in (times, worked))
        lines.append(f"| {name} | {clock:.0f} | {processor:.0f} | {apart[name]:.4f} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.reader.backends", description="并列比较阅读模型的推理方式")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="线程数")
    parser.add_argument("--questions", type=int, default=24, help="问题数")
    args = parser.parse_args()
    settings = Settings()
    reader = shipped(settings.model_copy(update={"reader": True}))
    assert reader is not None
    given = batches(settings, reader, args.questions)
    use_threads(args.threads)
    plain = _Plain(TrainedNetwork.shipped(e5.unpack(settings.home / "models" / BUNDLED), FOLDER / WEIGHTS)).eval()
    print(report(given, engines(plain, _Plain(reader.network), given[0], args.threads), plain))
    return 0


if __name__ == "__main__":
    sys.exit(main())
