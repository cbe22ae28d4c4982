"""`python -m eval scale` and `python -m eval load`."""

import argparse
from pathlib import Path

from index.settings import Settings


def scale(args: argparse.Namespace, settings: Settings) -> int:
    """Measure the sizes that the arguments name; print the tables and write the curves."""
    from eval.scale import CURVES, curve, markdown, measure

    out: Path = args.out or settings.home / "scale"
    found = measure(args.documents, settings, args.questions, args.drawn, args.reader, out)
    print(markdown(found))
    if args.curves is not None:
        args.curves.mkdir(parents=True, exist_ok=True)
        for name, label in CURVES:
            (args.curves / f"{name}.svg").write_text(curve(name, label, found), "utf-8")
    return 0


def load(args: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001 - the commands' interface
    """Let visitors ask a running server; print what they saw. 1 where something went wrong."""
    from eval import dataset
    from eval.load import markdown, run

    questions = [item.question for item in dataset.load(args.questions) if not item.history]
    seen = run(
        args.address,
        questions,
        args.visitors,
        args.seconds,
        (args.pause[0], args.pause[1]),
        args.way,
        args.seed,
        args.pid,
    )
    print(markdown(seen))
    return 1 if seen.errors else 0
