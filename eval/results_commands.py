"""`python -m eval results`: eval/RESULTS.md, measured where something changed."""

import argparse
import time
from pathlib import Path

from eval import results
from eval.errors import RunError
from eval.peers.run import TABLE
from eval.results_report import markdown
from index.settings import Settings


def write_results(args: argparse.Namespace, settings: Settings) -> int:
    """Measure what is wanted and not measured yet, one piece after the other; write the page after each."""
    wanted = results.Wanted(settings, args.bench, args.limit, args.dev, args.files)
    every = results.pieces(wanted)
    names = [piece.name for piece in every]
    unknown = [name for name in args.only or () if name not in names]
    if unknown:
        raise RunError(f"没有这一项:{'、'.join(unknown)}。可选的有:{'、'.join(names)}。")
    for piece in every if not args.write_only else ():
        if args.only and piece.name not in args.only:
            continue
        if results.kept(piece, settings.home) is not None:
            print(f"{piece.name}:已有结果")
            continue
        started = time.monotonic()
        results.make(piece, settings.home)
        print(f"{piece.name}:{time.monotonic() - started:.0f} 秒", flush=True)
        _write(every, settings, args.out)
    _write(every, settings, args.out)
    print(f"已写入 {args.out}")
    return 0


def _write(every: list[results.Piece], settings: Settings, out: Path) -> None:
    table = settings.home / "runs" / "peers" / TABLE
    peers = table.read_text("utf-8") if table.is_file() else ""
    found = results.results_of(every, settings.home)
    try:
        out.write_text(markdown(found, [piece.name for piece in every], peers), "utf-8")
    except OSError as error:
        raise RunError(f"无法写入 {out}:{error.strerror}。请检查目录与权限。") from error
