"""How long things take, by stage. Reported, never asserted; states machine, versions, date and n."""

import os
import platform
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from eval.dataset import Item
from index.build import build_index
from index.e5_embed import embedder_for
from index.settings import Settings
from index.store import open_index
from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.warm import warm


def machine() -> str:
    """Processor, cores, versions and date, on one line."""
    names = [line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")]
    versions = ", ".join(f"{n} {metadata.version(n)}" for n in ("torch", "sentence-transformers", "faiss-cpu"))
    return (
        f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{versions}, {datetime.now(UTC):%Y-%m-%d}"
    )


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text("utf-8", "replace").splitlines() if path.is_file() else []


def measure(items: Sequence[Item], settings: Settings, build: bool) -> str:
    """A report in Markdown: index build (from nothing, model warm), then the questions by stage."""
    embedder = embedder_for(settings)
    embedder.query("预热")
    lines = [f"Machine: {machine()}", ""]
    if build:
        folder = Path(tempfile.mkdtemp(prefix="planqa-speed-"))
        try:
            started = time.perf_counter()
            report = build_index(settings.seeds, folder / "index", embedder, settings)
            lines.append(
                f"Index of {report.documents} documents, {report.passages} passages, from nothing, model warm: "
                f"{time.perf_counter() - started:.1f} s"
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    chain = AnswerChain(open_index(settings.index), embedder, settings)
    warm(chain)
    stages: dict[str, list[float]] = defaultdict(list)
    for item in items:
        answer = chain.invoke(as_ask({"question": item.question, "history": list(item.history)}))
        for stage, ms in answer.timing_ms.items():
            stages[stage].append(ms)
    lines += [
        "",
        f"Question to verified answer, n = {len(items)}, ms:",
        "",
        "| stage | median | 95th percentile |",
        "| --- | --- | --- |",
    ]
    for stage, values in stages.items():
        lines.append(
            f"| {stage} | {statistics.median(values):.1f} | {sorted(values)[int(0.95 * (len(values) - 1))]:.1f} |"
        )
    return "\n".join(lines)
