"""eval/RESULTS.md made anew: every result is a piece of a few minutes that is kept, so that what is interrupted goes on
and only what changed (code, weights, files) is measured again.

<home>/results/<piece>.json   {"digest", "machine", "body"}
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval import dataset, run_folder
from eval.errors import DatasetError
from eval.speed import machine
from index.settings import Settings

SEED = 0
# Public sets: (piece's name, folder and file below the benchmarks' folder, adapter, title).
PUBLIC = (
    ("cmrc-trial", "cmrc2018/cmrc2018_trial.json", "cmrc", "CMRC 2018 trial"),
    ("cmrc-dev", "cmrc2018/cmrc2018_dev.json", "cmrc", "CMRC 2018 dev"),
    ("drcd-dev", "drcd/DRCD_dev.json", "drcd", "DRCD dev"),
)
# The questions that everyone asks, by their tags in the measuring part.
EVERYONE = {
    "no_district": "no district named", "which_all": "which / all", "about_documents": "about the documents",
    "overview": "overviews",
}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """One result. `make`: measures it. `depends`: all that it depends on."""

    name: str
    depends: tuple[str, ...]
    make: Callable[[], dict[str, Any]]

    @property
    def digest(self) -> str:
        return hashlib.sha256("\0".join(self.depends).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Wanted:
    """What RESULTS.md is made of. `bench`: folder of the public sets. `dev`: a further question set in our format,
    whose documents lie in `files` under its names."""

    settings: Settings
    bench: Path
    limit: int
    dev: Path | None = None
    files: Path | None = None


def pieces(wanted: Wanted) -> list[Piece]:
    """All of them, first what needs no reader."""
    found = []
    depends: tuple[str, ...]
    for reader in (False, True):
        settings = wanted.settings.model_copy(update={"reader": reader})
        program = run_folder.program_digest(reader)
        how = "reader" if reader else "plain"
        own = {"own": dataset.SETS / "measure.jsonl"} | ({"dev": wanted.dev} if wanted.dev else {})
        for name, path in own.items():
            depends = (program, _sha(path), _folder_sha(settings.seeds), str(settings.model))
            found.append(Piece(f"{name}-{how}", depends, _own(path, f"{name}-{how}", settings, wanted)))
        for name, file, adapter, _ in PUBLIC:
            path = wanted.bench / file
            if not path.is_file():
                raise DatasetError(f"没有评测集 {path}。请用 --bench 指定 CMRC 2018 与 DRCD 所在的目录。")
            for held_out in (False, True):
                depends = (program, path.name, _sha(path), str(wanted.limit), str(held_out), str(settings.model))
                full = f"{name}{'-held-out' if held_out else ''}-{how}"
                found.append(Piece(full, depends, _public(path, adapter, held_out, settings, wanted.limit)))
    return found


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _folder_sha(folder: Path) -> str:
    return hashlib.sha256("".join(_sha(p) for p in sorted(folder.iterdir()) if p.is_file()).encode()).hexdigest()


def _own(path: Path, name: str, settings: Settings, wanted: Wanted) -> Callable[[], dict[str, Any]]:
    def make() -> dict[str, Any]:
        from eval.run import go_on
        from eval.session import prepare, questions
        from eval.summary import mean
        from rag.live import LiveChain

        chain = LiveChain(settings.index, settings).get()
        folder = settings.home / "runs" / f"results-{name}"
        items = questions([path])
        session = prepare(chain, items, [path], folder, folder.name, afresh_when_done=True, files=wanted.files)
        go_on(session.chain, session.items, folder)
        summary = session.finish()
        run = run_folder.open_run(folder)
        tagged = {
            tag: [row for item, row in zip(run.items, run.rows, strict=True) if tag in item.tags] for tag in EVERYONE
        }
        everyone = {tag: [mean(r["correct"] for r in rows), len(rows)] for tag, rows in tagged.items() if rows}
        return {"summary": summary, "intervals": run.intervals, "everyone": everyone}

    return make


def _public(path: Path, adapter: str, held_out: bool, settings: Settings, limit: int) -> Callable[[], dict[str, Any]]:
    def make() -> dict[str, Any]:
        from eval import bench_report
        from eval.bench_commands import squad_rows

        rows, about = squad_rows(adapter, path, settings, limit=limit, seed=SEED, held_out=held_out)
        return {"about": about, **bench_report.summarise(rows)}

    return make


def kept(piece: Piece, home: Path) -> dict[str, Any] | None:
    """The piece's result where it lies there and still holds."""
    try:
        result = json.loads(_file(piece, home).read_text("utf-8"))
        return result if isinstance(result, dict) and result["digest"] == piece.digest else None
    except (OSError, ValueError, KeyError):
        return None


def make(piece: Piece, home: Path) -> dict[str, Any]:
    """The piece's result, measured if it has to be."""
    result = kept(piece, home)
    if result is None:
        result = {"digest": piece.digest, "machine": machine(), "body": piece.make()}
        path = _file(piece, home)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.new")
        aside.write_text(json.dumps(result, ensure_ascii=False, indent=1), "utf-8")
        aside.replace(path)
    return result


def _file(piece: Piece, home: Path) -> Path:
    return home / "results" / f"{piece.name}.json"


def results_of(asked: Sequence[Piece], home: Path) -> dict[str, Mapping[str, Any]]:
    """Those that are measured, by name."""
    return {piece.name: result for piece in asked if (result := kept(piece, home)) is not None}
