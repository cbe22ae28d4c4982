"""Run each system on the same task in a process of its own, one after the other; what is done already is kept.

<folder>/task.json      documents, questions, model
<folder>/<name>.json    a system's result, with the digest of what it was made from
<folder>/table.md
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.dataset import Item
from eval.errors import RunError
from eval.peers.table import Measured, markdown, measure
from index.types import Document

ROOT = Path(__file__).parents[2]
TOP = 10
TASK, TABLE = "task.json", "table.md"
_THEIRS = {"langchain": "LangChain, tutorial", "llamaindex": "LlamaIndex, defaults", "haystack": "Haystack, hybrid"}
_LAST_WORDS_CHARS = 600
# No system sends or fetches anything.
_QUIET = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "HAYSTACK_TELEMETRY_ENABLED": "False"}


@dataclass(frozen=True)
class Peer:
    """A system to be measured. `command`: what is run, followed by the task's and the result's paths and `arguments`.

    `decides`: files that its result depends on.
    """

    name: str
    label: str
    command: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    decides: tuple[Path, ...] = ()


def peers(python: Path) -> tuple[Peer, ...]:
    """All of them. `python`: the interpreter of the peers' environment."""
    here = Path(__file__).parent
    ours = (sys.executable, "-m", "eval.peers.ours")
    own = (here / "ours.py", *(p for room in ("index", "rag") for p in sorted((ROOT / room).rglob("*")) if _counts(p)))
    found = [
        Peer("planqa-search", "**PlanQA**, searcher alone", ours, (), own),
        Peer("planqa", "**PlanQA**, answer and all", ours, ("answer",), own),
    ]
    for name, label in _THEIRS.items():
        command = (str(python), "-m", f"eval.peers.with_{name}")
        found.append(Peer(name, label, command, (), (here / f"with_{name}.py", here / "requirements.txt")))
    return tuple(found)


def _counts(path: Path) -> bool:
    return path.is_file() and path.suffix not in (".pyc", ".md")


def task(documents: Sequence[Document], seeds: Path, items: Sequence[Item], model: Path) -> dict[str, Any]:
    """What every system is given."""
    return {
        "model": str(model.resolve()),
        "top": TOP,
        "documents": [{"file": d.info.file, "path": str((seeds / d.info.file).resolve())} for d in documents],
        "questions": [{"id": i.id, "question": i.question} for i in items],
    }


def run(given: Mapping[str, Any], asked: Sequence[Peer], folder: Path) -> dict[str, dict[str, Any]]:
    """Results by name; those that lie in `folder` and were made of the same things are taken as they are.

    Raises:
        RunError: a process failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TASK).write_text(json.dumps(given, ensure_ascii=False), "utf-8")
    return {peer.name: _result(peer, given, folder) for peer in asked}


def _result(peer: Peer, given: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    kept = folder / f"{peer.name}.json"
    digest = _digest(peer, given)
    result = _read(kept)
    if result is not None and result.get("digest") == digest:
        print(f"{peer.name}:已有结果")
        return result
    print(f"{peer.name}:运行中……", flush=True)
    made = folder / f".{peer.name}.made.json"
    made.unlink(missing_ok=True)
    command = [*peer.command, str((folder / TASK).resolve()), str(made.resolve()), *peer.arguments]
    environment = {**os.environ, **_QUIET}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    result = _read(made)
    if done.returncode or result is None:
        told = done.stderr.strip()[-_LAST_WORDS_CHARS:]
        raise RunError(
            f"{peer.name} 没有得出结果(退出码 {done.returncode})。请检查 make peers 的安装。它最后说:\n{told}"
        )
    result["digest"] = digest
    aside = folder / f".{peer.name}.new"
    aside.write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    aside.replace(kept)
    made.unlink()
    return result


def _digest(peer: Peer, given: Mapping[str, Any]) -> str:
    """Of the task, the documents' bytes and what the peer depends on."""
    found = hashlib.sha256(json.dumps([given["top"], given["questions"], peer.command[1:], peer.arguments]).encode())
    files = [Path(d["path"]) for d in given["documents"]]
    for path in (*files, Path(__file__).with_name("exchange.py"), *peer.decides):
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


def _read(path: Path) -> dict[str, Any] | None:
    try:
        result = json.loads(path.read_text("utf-8"))
        return result if isinstance(result, dict) and isinstance(result["answers"], list) else None
    except (OSError, ValueError, KeyError):
        return None


def table(
    results: Mapping[str, Mapping[str, Any]], asked: Sequence[Peer], items: Sequence[Item],
    documents: Mapping[str, Document], about: Mapping[str, Any],
) -> str:  # fmt: skip
    """The results of all of `asked` that there are, as Markdown."""
    measured: list[Measured] = [
        measure(peer.label, results[peer.name], items, documents) for peer in asked if peer.name in results
    ]
    return markdown(measured, about)
