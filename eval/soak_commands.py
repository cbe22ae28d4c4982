"""`python -m eval soak`."""

import argparse
import asyncio
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from eval import dataset
from eval.soak import append, kept, soak
from eval.soak_report import faults, markdown, minutes
from index.errors import PlanQAError
from index.settings import Settings

_END_S = 30.0


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Go on with the soak until it has lasted as long as wanted, or as one sitting may; write its table. 1 where
    something does not hold yet."""
    if bool(args.address) != bool(args.pid):
        raise PlanQAError("--address 与 --pid 应一起给出:要看的是该服务的进程。")
    state: Path = args.state or settings.home / "soak.jsonl"
    if args.fresh:
        state.unlink(missing_ok=True)
    left = args.minutes - minutes(kept(state))
    if left > 0:
        questions = [item.question for path in args.questions for item in dataset.load(path) if not item.history]
        own = [sys.executable, "-m", "ui", "--port", str(_free_port()), "--index", str(settings.index)]
        with nullcontext((args.address, args.pid)) if args.address else started(own) as (address, pid):
            asked = soak(
                address,
                pid,
                questions,
                args.rate,
                60 * min(left, args.sitting or left),
                lambda sample: append(state, sample),
                args.every,
                args.seed + len(kept(state)),
            )
            asyncio.run(asked)
    samples = kept(state)
    machine = args.about or f"{os.cpu_count()} cores, Python {platform.python_version()}"
    about = f"{args.rate:g} questions a second. Machine: {machine}."
    table = markdown(samples, args.minutes, args.warm_up, about)
    if args.out:
        args.out.write_text(table, "utf-8")
    print(table)
    return int(bool(faults(samples, args.minutes, args.warm_up)))


@contextmanager
def started(command: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Address and process of a page that `command` serves; it is ended afterwards.

    Raises:
        PlanQAError: it ended before it served.
    """
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own page
        try:
            said = next((line for line in server.stdout or () if "http://" in line), "")
            if not said:
                raise PlanQAError("网页没有启动成功,原因见上。请先运行 python -m ui 确认它可以启动。")
            yield next(word for word in said.split() if word.startswith("http://")), server.pid
        finally:
            server.terminate()
            try:
                server.wait(_END_S)
            except subprocess.TimeoutExpired:
                server.kill()


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])
