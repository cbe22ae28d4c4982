"""Answer a question set, one line a question, so that an interrupted run goes on where it stopped; then score it."""

import fcntl
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path
from typing import Any

from tqdm import tqdm

from eval.dataset import Item
from eval.errors import RunError
from eval.metrics import score
from rag.__main__ import answer_record
from rag.chain import AnswerChain

ANSWERS = "answers.jsonl"


def answer_all(chain: AnswerChain, items: Sequence[Item]) -> list[dict[str, Any]]:
    """One record of the batch contract for each question."""
    return [_answer(chain, item) for item in tqdm(items, desc="回答", unit="问", disable=None)]


def _answer(chain: AnswerChain, item: Item) -> dict[str, Any]:
    return answer_record(chain, {"id": item.id, "question": item.question, "history": list(item.history)})


def score_all(chain: AnswerChain, items: Sequence[Item], answers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row of measures for each question."""
    documents = {d.info.file: d for d in chain.index.documents}
    return [score(item, answer, documents) for item, answer in zip(items, answers, strict=True)]


def go_on(chain: AnswerChain, items: Sequence[Item], folder: Path) -> list[dict[str, Any]]:
    """`steps` to the end, with a bar on the terminal; the answers to all of `items`."""
    answering = steps(chain, items, folder)
    records = next(answering)
    for _ in tqdm(answering, initial=len(records), total=len(items), desc="回答", unit="问", disable=None):
        pass
    return records


def steps(chain: AnswerChain, items: Sequence[Item], folder: Path) -> Iterator[list[dict[str, Any]]]:
    """Answer those of `items` that `folder`/answers.jsonl lacks, and append them; the answers so far, before the first
    and after each question, in one list that grows.

    Every answer is written when it is known, so that whatever ends the process costs one question.

    Raises:
        RunError: the file holds other answers than these questions', or another process is writing it.
    """
    with _locked(folder / ANSWERS) as file:
        records = _whole_lines(file, items)
        yield records
        for item in items[len(records) :]:
            line = json.dumps(_answer(chain, item), ensure_ascii=False)
            file.write(line.encode("utf-8") + b"\n")
            file.flush()
            records.append(json.loads(line))
            yield records


@contextmanager
def _locked(path: Path) -> Iterator[BufferedRandom]:
    with path.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(f"另一个进程正在写 {path}。请等它结束,或换一个名称(--name)。") from None
        yield file


def _whole_lines(file: BufferedRandom, items: Sequence[Item]) -> list[dict[str, Any]]:
    """The answers in the file, which have to be those to the first of `items`; half a line at the end is cut off."""
    file.seek(0)
    lines = file.read().split(b"\n")
    lines.pop()  # what follows the last line's end: nothing, or half a line
    records: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            known = number <= len(items) and record["id"] == items[number - 1].id
        except (ValueError, KeyError, TypeError):
            if number == len(lines):  # a crash of the machine may leave a line of nothing
                break
            known = False
        if not known:
            raise RunError(
                f"{file.name} 第 {number} 行不是问题集中第 {number} 个问题的答案,不能接着做。"
                "请换一个名称(--name),或从头重做(--fresh)。"
            )
        records.append(record)
    file.truncate(sum(len(line) + 1 for line in lines[: len(records)]))
    file.seek(0, 2)
    return records
