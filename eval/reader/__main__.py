"""`python -m eval.reader train | save | measure | fit`."""

import argparse
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from eval import dataset
from eval.reader.examples import Example, from_plans, from_seeds, from_squad, held_out
from index import e5
from index.embed import BUNDLED
from index.errors import PlanQAError
from index.settings import Settings
from rag.live import LiveChain
from rag.reader import FOLDER, Reader

BENCH = ("cmrc2018/cmrc2018_trial.json", "cmrc2018/cmrc2018_dev.json", "drcd/DRCD_dev.json")
FRESH = dataset.SETS / "reading" / "weigh.jsonl"
PLANS = dataset.SETS / "reading" / "plans.jsonl"
_SEED = 7
_TITLED = 0.15  # of the passages are headed by their place alone, the others by their title


def main(argv: list[str] | None = None) -> int:
    settings = Settings()
    parser = argparse.ArgumentParser(
        prog="python -m eval.reader", description="阅读模型:训练、存入程序、测量、拟合权重"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="训练(约一个半小时;中断后再运行即继续)")
    train.add_argument("--layers", type=int, help="编码器的层数")
    save = commands.add_parser("save", help="把训练好的权重压成 8 位,存入程序")
    for command in (train, save):
        command.add_argument("--out", type=Path, default=settings.home / "reader", help="检查点目录")
    save.add_argument("--to", type=Path, default=FOLDER, help="存入的目录(默认为程序自带模型所在)")
    measure = commands.add_parser("measure", help="在未参加训练的部分上测量")
    measure.add_argument("--reader", type=Path, default=FOLDER, help="所测模型的目录(默认为程序自带的)")
    measure.add_argument("--limit", type=int, help="每个文件最多的问题数")
    commands.add_parser("fit", help="拟合阅读结果在排序和拒答中的分量")
    for command in (train, measure):
        command.add_argument("--bench", type=Path, required=True, help="CMRC 2018 与 DRCD 所在目录")
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        encoder = e5.unpack(settings.home / "models" / BUNDLED)
        if args.command == "train":
            _train(args, settings, encoder)
        elif args.command == "save":
            _save(args.out, args.to, encoder)
        elif args.command == "measure":
            _measure(args, settings, encoder)
        else:
            _fit(settings)
    except PlanQAError as error:
        print(f"错误:{error}", file=sys.stderr)
        return 1
    return 0


def _paragraphs(bench: Path) -> list[Example]:
    return [e for seed, name in enumerate(BENCH, _SEED) for e in from_squad(bench / name, seed)]


def _plans(settings: Settings, seed: int, by_place: float) -> list[Example]:
    chain = LiveChain(settings.index, settings.model_copy(update={"reader": False})).get()
    return from_plans(PLANS, seed, by_place) + from_seeds(chain, dataset.load(dataset.READING))


def _train(args: argparse.Namespace, settings: Settings, encoder: Path) -> None:
    from eval.reader.train import Config, Trainer

    config = replace(Config(), layers=args.layers) if args.layers else Config()
    trainer = Trainer(encoder, args.out, config)
    sources: tuple[tuple[str, Callable[[], list[Example]]], ...] = (
        ("paragraphs", lambda: _paragraphs(args.bench)),
        ("plans", lambda: _plans(settings, 1, by_place=0.6)),
        ("plans", lambda: _plans(settings, 2, _TITLED)),
    )
    for stage, (kind, examples) in zip(config.stages, sources, strict=True):
        trainer.run(stage, [e for e in examples() if not held_out(e.group, kind)])


def _save(folder: Path, out: Path, encoder: Path) -> None:
    from eval.reader.save import save

    print(json.dumps(save(folder, encoder, out), ensure_ascii=False, indent=1))


def _measure(args: argparse.Namespace, settings: Settings, encoder: Path) -> None:
    from eval.reader.measure import answerability, spans

    reader = Reader(encoder, args.reader)
    kept = [e for e in _plans(settings, 2, _TITLED) if held_out(e.group, "plans")]
    figures: dict[str, object] = {"plans": answerability(reader, kept)}
    for name in BENCH:
        figures[Path(name).stem] = spans(reader, args.bench / name, args.limit)
    print(json.dumps(figures, ensure_ascii=False, indent=1))


def _fit(settings: Settings) -> None:
    from eval.fit_reader import fit_order, fit_refusal

    chain = LiveChain(settings.index, settings).get()
    items, fresh = dataset.load(dataset.SETS / "fit.jsonl"), dataset.load(FRESH)
    print("排序", fit_order(chain, [*items, *fresh]))
    print("拒答(交叉验证)", fit_refusal(chain, fresh, items))


if __name__ == "__main__":
    sys.exit(main())
