"""`python -m eval scale` and `python -m eval load`."""

import argparse
import statistics
from pathlib import Path

from index.settings import Settings


def scale(args: argparse.Namespace, settings: Settings) -> int:
    """Measure the sizes that the arguments name; print the tables and write the curves."""
    from eval.scale import CURVES, curve, markdown, measure

    out: Path = args.out or settings.home / "scale"
    found = measure(args.documents, settings, args.questions, args.drawn_from, args.reader, out)
    print(markdown(found))
    if args.curves is not None:
        args.curves.mkdir(parents=True, exist_ok=True)
        for name, label in CURVES:
            (args.curves / f"{name}.svg").write_text(curve(name, label, found), "utf-8")
    return 0


def start(args: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001 - the commands' interface
    """Start the page again and again; print how long it took to its first answer."""
    from eval.speed import machine
    from eval.startup import first_answer_s

    taken = sorted(first_answer_s(args.question) for _ in range(args.times))
    print(f"Machine: {machine()}\n\nFrom `make run` to the first answer, n = {len(taken)}: ", end="")
    print(f"{statistics.median(taken):.1f} s (slowest {taken[-1]:.1f} s)")
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
