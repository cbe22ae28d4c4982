"""How cost and quality grow with the collection: `python -m eval scale --documents 5 100 …`, resumable.

For each size a made collection (eval/corpus.py), its index built and asked in processes of their own. Every finished
step is kept in a file; what was finished is not done again, and a build that was killed goes on where it stopped.
"""

import json
import math
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.corpus import write
from eval.dataset import SETS, load
from eval.errors import RunError
from eval.plots import esc
from eval.speed import machine
from index.settings import Settings

_WIDTH, _HEIGHT = 460, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 20, 30, 46
_STEP_HOURS = 24
_ASKED = ("questions", "first_answer_s", "any_at_5", "mixed_up", "answered", "recall_at_10")
CURVES = (
    ("build_s", "build, seconds"),
    ("first_answer_s", "start to first answer, seconds"),
    ("retrieve_ms", "retrieval within a district, median ms"),
    ("everywhere_ms", "retrieval among all, median ms"),
    ("total_ms", "question to verified answer, median ms"),
    ("ask_peak_mib", "peak memory while asking, MiB"),
    ("index_mib", "index on disk, MiB"),
)


def measure(
    sizes: Sequence[int], settings: Settings, questions: int, drawn_from: int, reader: bool, out: Path
) -> list[dict[str, Any]]:
    """A record for each size, as far as its steps are finished or can be finished now.

    `drawn_from`: so many documents or more get vectors that are drawn, not made by the model; see
    `eval.scale_worker.DrawnEmbedder`.
    """
    items = [item for path in sorted(SETS.glob("*.jsonl")) for item in load(path)]
    found = []
    for size in sizes:
        drawn = size >= drawn_from
        folder = out / f"{size:06}{'-drawn' if drawn else ''}"
        write(folder / "documents", settings.seeds, items, size)
        pool = ["--pool", str(settings.index.resolve())] if drawn else []
        built = _step(folder, "build", ["build", str(folder), *pool])
        with_reader = ["--reader"] if reader else []
        asking = ["ask", str(folder), *pool, "--questions", str(questions), *with_reader]
        asked = _step(folder, "ask-reader" if reader else "ask", asking)
        found.append(record(built, asked, drawn, reader))
    return found


def _step(folder: Path, name: str, arguments: Sequence[str]) -> dict[str, Any]:
    """What a step found, out of its file where it was done before."""
    path = folder / f"{name}.json"
    if not path.is_file():
        command = [sys.executable, "-m", "eval.scale_worker", *arguments, "--started", str(time.time())]
        done = subprocess.run(  # noqa: S603 - our own module
            command, check=False, stdout=subprocess.PIPE, text=True, timeout=_STEP_HOURS * 3600
        )
        if done.returncode:
            raise RunError(
                f"{folder.name} 的 {name} 没有做完(退出码 {done.returncode})。再运行一次同样的命令会接着做。"
            )
        told = json.loads(done.stdout.splitlines()[-1])
        path.write_text(json.dumps(told | {"machine": machine()}, ensure_ascii=False, indent=1), "utf-8")
    return dict(json.loads(path.read_text("utf-8")))


def record(built: Mapping[str, Any], asked: Mapping[str, Any], drawn: bool, reader: bool) -> dict[str, Any]:
    """What the tables and curves show of one size."""
    return {
        **{
            name: built[name]
            for name in (
                "documents",
                "passages",
                "build_s",
                "build_processor_s",
                "passages_a_second",
                "index_mib",
                "machine",
            )
        },
        "build_peak_mib": built["peak_mib"],
        **{name: asked[name] for name in _ASKED},
        "ask_peak_mib": asked["peak_mib"],
        "ms": asked["ms"],
        "retrieve_ms": asked["ms"]["retrieve"][0],
        "everywhere_ms": asked["ms"]["retrieve, no place named"][0],
        "total_ms": asked["ms"]["total"][0],
        "drawn": drawn,
        "reader": reader,
    }


def markdown(found: Sequence[Mapping[str, Any]]) -> str:
    """One table of costs and quality, one of the stages."""
    lines = [
        "| documents | passages | vectors | build, s | of the processor | passages/s | peak MiB, build | index, MiB "
        "| start to first answer, s | n | question, ms (median / p95) | peak MiB, asking | any@5 "
        "| other district cited | exact nearest ten found |",
        "| --- " * 15 + "|",
    ]
    lines += [_row(one) for one in found]
    lines += ["", "| documents | " + " | ".join(found[0]["ms"]) + " |", "| --- " * (len(found[0]["ms"]) + 1) + "|"]
    for one in found:
        cells = [f"{median:.1f} / {p95:.1f}" for median, p95 in one["ms"].values()]
        lines.append(f"| {one['documents']} | " + " | ".join(cells) + " |")
    return "\n".join(
        [*lines, "", f"Stages: ms, median / p95; processor: time of all cores. Machine: {found[0]['machine']}."]
    )


def _row(one: Mapping[str, Any]) -> str:
    median, p95 = one["ms"]["total"]
    quality = ("–", "–") if one["drawn"] else (f"{one['any_at_5']:.3f}", f"{one['mixed_up']:.1%}")
    recall = f"{one['recall_at_10']:.3f}"
    cells = (
        one["documents"],
        one["passages"],
        "drawn" if one["drawn"] else "embedded",
        f"{one['build_s']:.1f}",
        f"{one['build_processor_s']:.1f}",
        f"{one['passages_a_second']:.1f}",
        one["build_peak_mib"],
        f"{one['index_mib']:.1f}",
        f"{one['first_answer_s']:.1f}",
        one["questions"],
        f"{median:.0f} / {p95:.0f}{' with the reader' if one['reader'] else ''}",
        one["ask_peak_mib"],
        *quality,
        recall,
    )
    return f"| {' | '.join(map(str, cells))} |"


def curve(name: str, label: str, found: Sequence[Mapping[str, Any]]) -> str:
    """A cost against documents as SVG, both on logarithmic axes; a straight line of slope 1 is cost in proportion.

    Hollow points have drawn vectors; none of them stands in the curve of the build, which they spare the model.
    """
    shown = [one for one in found if name != "build_s" or not one["drawn"]] or list(found)
    points = sorted((one["documents"], max(1e-3, float(one[name]))) for one in shown)
    drawn = {one["documents"] for one in shown if one["drawn"]}
    xs, ys = ([math.log10(p[axis]) for p in points] for axis in (0, 1))
    left, right = math.floor(min(xs)), max(math.ceil(max(xs)), math.floor(min(xs)) + 1)
    low, high = math.floor(min(ys)), max(math.ceil(max(ys)), math.floor(min(ys)) + 1)

    def x(value: float) -> float:
        return round(_LEFT + (value - left) / (right - left) * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(value: float) -> float:
        return round(_HEIGHT - _BOTTOM - (value - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM), 1)

    style = 'font-family="sans-serif" font-size="12" fill="#334155"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'role="img" aria-label="{esc(label)}">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/><text x="{_LEFT}" y="18" {style}>{esc(label)}</text>',
    ]
    for step in range(left, right + 1):
        parts.append(f'<path d="M{x(step)} {y(low)}V{y(high)}" stroke="#e2e8f0"/>')
        parts.append(f'<text x="{x(step)}" y="{y(low) + 16}" text-anchor="middle" {style}>{10**step:,}</text>')
    for step in range(low, high + 1):
        parts.append(f'<path d="M{x(left)} {y(step)}H{x(right)}" stroke="#e2e8f0"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y(step) + 4}" text-anchor="end" {style}>{10.0**step:,g}</text>')
    parts.append(f'<text x="{x((left + right) / 2)}" y="{_HEIGHT - 8}" text-anchor="middle" {style}>documents</text>')
    placed = [f"{x(a)},{y(b)}" for a, b in zip(xs, ys, strict=True)]
    parts.append(f'<polyline points="{" ".join(placed)}" fill="none" stroke="#2563eb" stroke-width="2"/>')
    for (documents, value), at in zip(points, placed, strict=True):
        cx, cy = at.split(",")
        fill = "#fff" if documents in drawn else "#2563eb"
        title = f"<title>{documents}: {value:g}</title>"
        parts.append(f'<circle cx="{cx}" cy="{cy}" r="4" fill="{fill}" stroke="#2563eb">{title}</circle>')
    return "".join([*parts, "</svg>"]) + "\n"
