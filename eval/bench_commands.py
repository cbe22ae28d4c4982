"""`python -m eval bench SET PATH`: public sets, given as files, through the same code and settings as the plans."""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from index.settings import Settings
from rag.chain import AnswerChain
from rag.reader import shipped

if TYPE_CHECKING:
    from eval.bench import Row

SQUAD = ("cmrc", "drcd")
SETS = (*SQUAD, "rgb", "dragonball")
_T = TypeVar("_T")


def bench(args: argparse.Namespace, settings: Settings) -> int:
    """Score the set that the arguments name; print its table and keep its files."""
    out = args.out or settings.home / "runs" / f"bench-{args.path.stem}"
    score = {"rgb": _rgb, "dragonball": _dragonball}.get(args.set, _squad)
    print(score(args, settings, out))
    print(f"结果已存入 {out}")
    return 0


def drawn(items: Sequence[_T], limit: int | None, seed: int) -> list[_T]:
    """`limit` of `items`, drawn without replacement, in their order; all of them where there are no more."""
    if limit is None or limit >= len(items):
        return list(items)
    places = random.Random(seed).sample(range(len(items)), limit)  # noqa: S311 - not for secrets
    return [items[place] for place in sorted(places)]


def squad_rows(
    name: str, path: Path, settings: Settings, *, limit: int | None, seed: int, held_out: bool
) -> tuple[list["Row"], dict[str, Any]]:
    """What became of the questions of a SQuAD-style file, and what they were asked of.

    `held_out`: only paragraphs that the reader was not trained on.
    """
    from eval import bench as squad
    from eval.reader.examples import held_out_paragraph
    from eval.squad import load_squad, sample
    from index.e5_embed import embedder_for

    collection = load_squad(path)
    embedder = embedder_for(settings)
    index = squad.prepare(collection, name, embedder, settings)
    chain = AnswerChain(index, embedder, settings, reader=shipped(settings))
    questions = collection.questions
    if held_out:
        unread = {name for name, text in collection.texts.items() if held_out_paragraph(path, text)}
        questions = tuple(q for q in questions if q.document in unread)
    rows = squad.run(chain, sample(questions, limit, seed))
    return rows, {
        "documents": len(index.documents),
        "passages": len(index.passages),
        "empty": collection.empty,
    }


def _squad(args: argparse.Namespace, settings: Settings, out: Path) -> str:
    from eval import bench_report

    rows, about = squad_rows(args.set, args.path, settings, limit=args.limit, seed=args.seed, held_out=args.held_out)
    return bench_report.save(out, rows, bench_report.summarise(rows), _about(args) | about)


def _rgb(args: argparse.Namespace, settings: Settings, out: Path) -> str:
    from eval import public_report, rgb
    from index.e5_embed import embedder_for

    instances = drawn(rgb.load_rgb(args.path), args.limit, args.seed)
    rows = rgb.run(instances, embedder_for(settings), settings, shipped(settings))
    summary = public_report.rgb_summary(rows)
    about = _about(args) | {"set": args.path.stem}
    text = public_report.rgb_markdown(summary, about)
    public_report.save(out, rows, summary, about, text)
    return text


def _dragonball(args: argparse.Namespace, settings: Settings, out: Path) -> str:
    from eval import dragonball, public_report
    from eval.bench import prepare
    from index.e5_embed import embedder_for

    collection, queries = dragonball.load_dragonball(args.path)
    settings = settings.model_copy(update={"passage_chars": dragonball.LONGEST_PASSAGE_CHARS})
    embedder = embedder_for(settings)
    index = prepare(collection, "dragonball", embedder, settings)
    chain = AnswerChain(index, embedder, settings, reader=shipped(settings))
    rows = dragonball.run(chain, drawn(queries, args.limit, args.seed))
    summary = public_report.dragonball_summary(rows)
    about = _about(args) | {"set": "zh", "documents": len(index.documents), "passages": len(index.passages)}
    text = public_report.dragonball_markdown(summary, about)
    public_report.save(out, rows, summary, about, text)
    return text


def _about(args: argparse.Namespace) -> dict[str, Any]:
    from eval.speed import machine

    return {"set": f"{args.set} {args.path.stem}", "limit": args.limit, "seed": args.seed, "machine": machine()}
