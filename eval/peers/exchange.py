"""What a peer's process does around its pipeline: read the task, take the times, write the result. Standard library
alone.

    python -m eval.peers.with_langchain TASK.json RESULT.json

task    {"model": folder, "top": 10, "documents": [{"file", "path"}], "questions": [{"id", "question"}]}
result  {"versions", "settings", "chunks", "chunk_chars", "load_s", "index_s", "peak_mb",
         "answers": [{"id", "ms", "passages": [{"file", "start", "text"}]}]}
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

_WARMING = "预热用的问题"


@dataclass(frozen=True)
class Source:
    """A document: its file name and its text."""

    file: str
    text: str


@dataclass(frozen=True)
class Passage:
    """A piece of a document. `start`: where the pipeline says that it stands, None where it does not say."""

    file: str
    start: int | None
    text: str


@dataclass(frozen=True)
class Pipeline:
    """What a peer gives to be measured. `load`: the model; `index`: documents → passages made, which are then searched;
    `search`: (question, how many) → passages, best first. `settings`: what it was set to, in words."""

    packages: Sequence[str]
    settings: str
    load: Callable[[str], None]
    index: Callable[[Sequence[Source]], Sequence[Passage]]
    search: Callable[[str, int], Sequence[Passage]]


def main(pipeline: Pipeline) -> None:
    """Run `pipeline` on the task that the command line names."""
    task = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    result = measure(pipeline, task)
    out = Path(sys.argv[2])
    aside = out.with_name(f".{out.name}.new")
    aside.write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    aside.replace(out)


def measure(pipeline: Pipeline, task: dict[str, Any]) -> dict[str, Any]:
    """The result of a task. Seconds; ms a question, the model warm; MB of the process at its largest."""
    started = time.perf_counter()
    pipeline.load(task["model"])
    loaded = time.perf_counter()
    sources = [Source(d["file"], Path(d["path"]).read_text("utf-8")) for d in task["documents"]]
    chunks = pipeline.index(sources)
    indexed = time.perf_counter()
    pipeline.search(_WARMING, task["top"])
    answers = []
    for question in task["questions"]:
        asked = time.perf_counter()
        found = pipeline.search(question["question"], task["top"])
        ms = (time.perf_counter() - asked) * 1000
        answers.append({"id": question["id"], "ms": ms, "passages": [asdict(passage) for passage in found]})
    return {
        "versions": {name: metadata.version(name) for name in pipeline.packages},
        "settings": pipeline.settings,
        "chunks": len(chunks),
        "chunk_chars": statistics.median([len(c.text) for c in chunks]) if chunks else 0,
        "load_s": loaded - started,
        "index_s": indexed - loaded,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "answers": answers,
    }
