"""A run's directory: what was run on what, the questions, the answers, the scores; told apart by what decides answers.

run.json        what was run: see `describe`; written first
questions.jsonl the questions as they were asked
answers.jsonl   one answer a line, appended by `eval.run.go_on`
scores.json     {"summary", "intervals", "rows"}; written last
report.html     made by `python -m eval report`
"""

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from eval.dataset import Item, load
from eval.errors import RunError
from eval.run import ANSWERS
from eval.speed import machine
from eval.summary import intervals, summarise
from index.loaded import Index
from index.settings import Settings

RUN, QUESTIONS, SCORES, REPORT = "run.json", "questions.jsonl", "scores.json", "report.html"
FORMAT = 1
_FILES = (REPORT, SCORES, ANSWERS, QUESTIONS, RUN)
_ROOT = Path(__file__).parents[1]
_LIBRARIES = ("torch", "transformers", "sentence-transformers", "faiss-cpu", "bm25s", "rjieba", "numpy")
_READERS = {"reading.json", "refusal_read.json"}  # beside its folder
# Settings that say where things are, or that have done their work when an index stands.
_NOT_ANSWERING = {"seeds", "index", "home", "passage_chars", "short_chars", "batch_size"}


@dataclass(frozen=True)
class Run:
    """A finished run. `items`, `answers`, `rows`: parallel. `about`: what `describe` made."""

    folder: Path
    about: dict[str, Any]
    items: tuple[Item, ...]
    answers: tuple[dict[str, Any], ...]
    rows: tuple[dict[str, Any], ...]
    summary: dict[str, Any]
    intervals: dict[str, tuple[float, float]]

    @property
    def name(self) -> str:
        return str(self.about["name"])


def describe(
    name: str, items: Sequence[Item], files: Sequence[Path], index: Index, settings: Settings
) -> dict[str, Any]:
    """What a run is made of; "decides" holds all that answers depend on, "today" the day that they are given on."""
    asked = "".join(json.dumps(item.as_record(), ensure_ascii=False) + "\n" for item in items)
    return {
        "format": FORMAT,
        "name": name,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "today": date.today().isoformat(),
        "machine": machine(),
        "question_files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        "index_version": index.version,
        "decides": {
            "questions": _digest([asked.encode("utf-8")]),
            "index": {"content": str(index.meta["fingerprint"])[:16], **index.meta["settings"]},
            "model": index.model,
            "settings": settings.model_dump(mode="json", exclude=_NOT_ANSWERING),
            "program": program_digest(settings.reader),
            "versions": {"python": platform.python_version()} | {n: metadata.version(n) for n in _LIBRARIES},
        },
    }


def program_digest(reader: bool) -> str:
    """Of the code and the weights that answer; without the reader, none of what belongs to it."""
    return _digest(_program(reader))


def _program(reader: bool) -> Iterator[bytes]:
    for room in ("index", "rag"):
        for path in sorted((_ROOT / room).rglob("*")):
            of_reader = path.parent.name == "reader" or path.name in _READERS
            if path.is_file() and path.suffix not in (".pyc", ".md") and (reader or not of_reader):
                yield path.relative_to(_ROOT).as_posix().encode()
                yield path.read_bytes()


def _digest(parts: Iterator[bytes] | Sequence[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What decides answers and is not the same in two runs: dotted name → (ours, theirs)."""
    a, b = dict(_flat(ours["decides"])), dict(_flat(theirs["decides"]))
    return {name: (a.get(name), b.get(name)) for name in sorted(a.keys() | b.keys()) if a.get(name) != b.get(name)}


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def unfinished(folder: Path, about: Mapping[str, Any]) -> bool:
    """Whether `folder` holds just this run, and not all of it."""
    kept = about_of(folder)
    return kept is not None and not differences(kept, about) and not (folder / SCORES).is_file()


def begin(folder: Path, about: Mapping[str, Any], items: Sequence[Item], fresh: bool = False) -> dict[str, Any]:
    """Make `folder` ready for the run that `about` describes; what describes it from now on: a run gone on with keeps
    its own description.

    `fresh`: whatever run `folder` holds is removed.

    Raises:
        RunError: it holds another run, or something else.
    """
    if fresh:
        for name in _FILES:
            (folder / name).unlink(missing_ok=True)
    kept = about_of(folder)
    if kept is not None:
        other = differences(kept, about)
        if other:
            raise RunError(
                f"{folder} 中是另一次评测的结果,不能接着做:{told_apart(other)}。"
                "请换一个名称(--name),或从头重做(--fresh,原有结果会被删除)。"
            )
        return kept
    if any((folder / name).exists() for name in (ANSWERS, SCORES)):
        raise RunError(f"{folder} 中有结果,却没有完好的 {RUN}。请换一个名称(--name),或从头重做(--fresh)。")
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / QUESTIONS, "".join(json.dumps(i.as_record(), ensure_ascii=False) + "\n" for i in items))
    _write(folder / RUN, json.dumps(about, ensure_ascii=False, indent=1))
    return dict(about)


_NAMES = {
    "questions": "问题集", "index": "索引", "model": "句向量模型", "program": "程序或权重", "settings": "设置",
    "versions": "版本",
}  # fmt: skip


def told_apart(found: Mapping[str, tuple[Any, Any]]) -> str:
    """The differences between two runs in words."""
    told = []
    for name, (a, b) in found.items():
        group, _, own = name.partition(".")
        told.append(f"{_NAMES.get(group, group)}{f' {own}' if own else ''}({a} → {b})")
    return "、".join(told)


def finish(folder: Path, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Write `folder`/scores.json; the summary."""
    summary = summarise(rows)
    scores = {"summary": summary, "intervals": intervals(rows), "rows": list(rows)}
    _write(folder / SCORES, json.dumps(scores, ensure_ascii=False, indent=1))
    return summary


def open_run(folder: Path) -> Run:
    """A finished run.

    Raises:
        RunError: there is none, or it is not finished or not whole.
    """
    about = about_of(folder)
    if about is None:
        raise RunError(f"{folder} 不是评测结果目录(没有完好的 {RUN})。请先运行 python -m eval run --name 名称。")
    if not (folder / SCORES).is_file():
        raise RunError(f"{folder} 中的评测没有做完。请再运行一次同样的 python -m eval run,会从断处接着做。")
    try:
        scores = json.loads((folder / SCORES).read_text("utf-8"))
        answers = [json.loads(line) for line in (folder / ANSWERS).read_text("utf-8").split("\n") if line]
        items = load(folder / QUESTIONS)
        if not [i.id for i in items] == [a["id"] for a in answers] == [r["id"] for r in scores["rows"]]:
            raise ValueError("questions, answers and scores are not of the same questions")
        bounds = {name: (float(low), float(high)) for name, (low, high) in scores["intervals"].items()}
        return Run(folder, about, tuple(items), tuple(answers), tuple(scores["rows"]), scores["summary"], bounds)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{folder} 中的结果不完整({type(error).__name__} {error})。请从头重做(--fresh)。") from error


def about_of(folder: Path) -> dict[str, Any] | None:
    """What describes the run in `folder`; None where there is none that can be used."""
    try:
        about = json.loads((folder / RUN).read_text("utf-8"))
        return about if about["format"] == FORMAT and isinstance(about["decides"], dict) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text, "utf-8")
    aside.replace(path)
