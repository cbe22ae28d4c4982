"""The service over an index, each answer taking a second, for tests of what a signal does.

Run as `slow_server.py INDEX HOME`.
"""

import sys
import time
from pathlib import Path
from typing import cast

from conftest import Fixed, OverlapChain

from index.settings import Settings
from index.store import open_index
from rag.ask import Ask
from rag.live import LiveChain
from rag.types import Answer
from ui.__main__ import address, listen
from ui.app import create_app
from ui.server import serve


class Slow(OverlapChain):
    def invoke(self, asked: str | Ask) -> Answer:
        print("ANSWERING", flush=True)
        time.sleep(1)
        return super().invoke(asked)


if __name__ == "__main__":
    index, home = map(Path, sys.argv[1:])
    bound = listen("127.0.0.1", 0)
    where = address(*bound.getsockname()[:2])
    settings = Settings(index=index, home=home, feedback=home / "f.sqlite3", audit=home / "audit.jsonl")
    with bound:
        live = cast(LiveChain, Fixed(Slow(open_index(index))))
        serve(create_app(live, settings), bound, where)
