"""A run from its question files to its scores, step by step, so that a terminal and a page can both drive it; and what
question sets and runs there are to choose from.

    session = prepare(chain, questions([path]), [path], folder, "甲")
    for done in session.answering(): …      # may be left at any step and gone on with later
    session.finish()
"""

import copy
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval import dataset, run_folder
from eval.bench_commands import drawn
from eval.dataset import Item
from eval.errors import DatasetError
from eval.run import ANSWERS, score_all, steps
from rag.chain import AnswerChain

_SEED = 0  # of a part that is drawn from a set


@dataclass(frozen=True)
class Session:
    """A run in `folder` that is begun or gone on with."""

    chain: AnswerChain
    items: tuple[Item, ...]
    folder: Path

    def answering(self) -> Iterator[int]:
        """Answer what is not answered yet; how many are, first and after each. Raises what `eval.run.steps` raises."""
        for answers in steps(self.chain, self.items, self.folder):
            yield len(answers)

    def finish(self) -> dict[str, Any]:
        """Score the answers, write the scores, give the summary."""
        answers = read_answers(self.folder)
        return run_folder.finish(self.folder, score_all(self.chain, self.items, answers))


def questions(paths: Sequence[Path]) -> list[Item]:
    """The questions of all files.

    Raises:
        DatasetError: a file cannot be read or holds none, or an id is used twice.
    """
    items = [item for path in paths for item in dataset.load(path)]
    repeated = [name for name, times in Counter(item.id for item in items).items() if times > 1]
    if repeated:
        raise DatasetError(f"问题的 id 重复:{'、'.join(repeated[:5])}。请改为互不相同。")
    if not items:
        raise DatasetError(f"{'、'.join(path.name for path in paths)} 中没有问题。请换一个问题集。")
    return items


def prepare(
    chain: AnswerChain, items: Sequence[Item], paths: Sequence[Path], folder: Path, name: str, *,
    fresh: bool = False, afresh_when_done: bool = False, limit: int | None = None, files: Path | None = None,
) -> Session:  # fmt: skip
    """Make `folder` ready for a run of `items`, which came out of `paths`.

    `fresh`: whatever run `folder` holds is removed; with `afresh_when_done`, only a finished one or another. `limit`:
    so many questions are drawn, the same ones every time. `files`: see `dataset.under_loaded_names`.

    Raises:
        DatasetError: the questions speak of documents that the index does not hold.
        RunError: `folder` holds another run.
    """
    named = dataset.under_loaded_names(drawn(items, limit, _SEED), chain.index.documents, files)
    about = run_folder.describe(name, named, paths, chain.index, chain.settings)
    fresh = fresh or (afresh_when_done and not run_folder.unfinished(folder, about))
    about = run_folder.begin(folder, about, named, fresh)
    own = copy.copy(chain)  # a run that goes on after midnight ends as it would have before
    today = date.fromisoformat(about["today"])
    own.today = lambda: today
    return Session(own, tuple(named), folder)


def read_answers(folder: Path) -> list[dict[str, Any]]:
    """The answers that a run's directory holds."""
    return [json.loads(line) for line in (folder / ANSWERS).read_text("utf-8").split("\n") if line]


@dataclass(frozen=True)
class Listed:
    """A run that lies in a folder. `started`: ISO, UTC. `finished`: whether it is scored."""

    name: str
    folder: Path
    started: str
    questions: str
    finished: bool


def runs_in(home: Path) -> list[Listed]:
    """The runs below `home`, the latest first; what is no run is left out."""
    found = []
    for folder in sorted((home / "runs").glob("*")):
        about = run_folder.about_of(folder)
        if about is not None:
            sets = "、".join(Path(name).stem for name in about.get("question_files", {}))
            done = (folder / run_folder.SCORES).is_file()
            found.append(Listed(folder.name, folder, str(about.get("started", "")), sets, done))
    return sorted(found, key=lambda r: r.started, reverse=True)


def sets_in(home: Path) -> dict[str, Path]:
    """Question sets to choose from, by name: the committed ones, and the files in `home`/questions."""
    own = sorted((home / "questions").glob("*.jsonl"))
    return {path.stem: path for path in sorted(dataset.SETS.glob("*.jsonl"))} | {f"{p.stem}(自备)": p for p in own}
