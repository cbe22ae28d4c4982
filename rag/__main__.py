"""`python -m rag ask "…" | explain "…" | batch QUESTIONS.jsonl --out ANSWERS.jsonl | doctor`."""

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from index.errors import PlanQAError, QuestionError
from index.outside import parsed_json
from index.settings import Settings
from rag.ask import Ask, as_ask
from rag.chain import AnswerChain
from rag.explain import explain, show
from rag.live import LiveChain
from rag.question import clean
from rag.types import Answer


def main(argv: list[str] | None = None) -> int:
    settings = Settings()
    parser = argparse.ArgumentParser(prog="python -m rag", description="向已建好的索引提问")
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="回答一个问题")
    explained = commands.add_parser("explain", help="说明一个问题是怎样读、怎样查、怎样判断的")
    for command in (ask, explained):
        command.add_argument("question", help="问题")
        command.add_argument("--json", action="store_true", help="输出 JSON")
        command.add_argument("--understood", default="", help="补全后的问题,代替按规则的理解")
    batch = commands.add_parser("batch", help="回答一个 JSONL 文件中的全部问题")
    batch.add_argument("questions", type=Path, help="每行一个 JSON 对象:id、question、history、understood")
    batch.add_argument("--out", type=Path, required=True, help="答案文件(JSONL)")
    doctor = commands.add_parser("doctor", help="说明设定了什么,并试用对话模型")
    for command in (ask, explained, batch, doctor):
        command.add_argument("--index", type=Path, default=settings.index, help="索引目录")
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        if args.command == "doctor":
            from rag.doctor import examine

            return examine(settings.model_copy(update={"index": args.index}))
        if args.command == "batch":
            _batch(args.questions, args.out, args.index, settings)
            return 0
        clean(args.question, settings.question_chars)  # told before the model is loaded
        live = LiveChain(args.index, settings)
        asked = Ask(args.question, understood=args.understood)
        result = list(live.stream(asked))[-1] if args.command == "ask" else explain(live.get(), asked)
        if args.json:
            print(json.dumps(result.as_record(), ensure_ascii=False, indent=1))
        elif isinstance(result, Answer):
            print(result.as_text())
        else:
            show(result)
    except PlanQAError as error:
        print(f"错误:{error}", file=sys.stderr)
        return 1
    return 0


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The records of a question file.

    Raises:
        QuestionError: the file is missing, or a line is not an object with id and question.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"无法读取问题文件 {path}:{error}。请检查路径,并存为 UTF-8。") from error
    records: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = parsed_json(line)
            optional = {key: record[key] for key in ("history", "understood") if key in record}
            records.append({"id": record["id"], "question": record["question"], "history": [], **optional})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise QuestionError(f"{path} 第 {number} 行不是带有 id 和 question 的 JSON 对象:{error}") from error
    if not records:
        raise QuestionError(f"{path} 中没有问题。")
    return records


def answer_record(chain: AnswerChain, record: dict[str, Any]) -> dict[str, Any]:
    """One line of the answers' file; a question that cannot be read is refused with the reason."""
    try:
        result = chain.invoke(as_ask(record)).as_record()
    except QuestionError as error:
        refusal = Answer(str(record["question"]), str(error), True, 0.0, timing_ms={"total": 0.0})
        result = refusal.as_record()
    return {"id": record["id"], **result}


def _batch(questions: Path, out: Path, index: Path, settings: Settings) -> None:
    records = read_questions(questions)
    chain = LiveChain(index, settings).get()
    aside = out.with_name(f".{out.name}.new")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("w", encoding="utf-8") as lines:
            for record in tqdm(records, desc="回答", unit="问", disable=None):
                lines.write(json.dumps(answer_record(chain, record), ensure_ascii=False) + "\n")
        aside.replace(out)
    except OSError as error:
        raise QuestionError(f"无法写入 {out}:{error.strerror}。请检查目录与权限。") from error
    print(f"已回答 {len(records)} 个问题:{out}")


if __name__ == "__main__":
    sys.exit(main())
