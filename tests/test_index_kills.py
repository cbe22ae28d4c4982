"""A builder killed at random moments leaves an index that answers. `make campaign-kills` kills more often."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from conftest import ROOT, BigramEmbedder
from stores import SETTINGS, ZHANGDIAN, assert_same, assert_whole, small_seeds

from index.build import build_index
from index.loaded import Index
from index.store import CURRENT, open_index, verify

BUILDER = """
import os, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
from conftest import BigramEmbedder
from index.build import build_index
from index.settings import Settings
for _ in sys.stdin:  # for each line a child that builds until it is killed
    child = os.fork()
    if not child:
        print(os.getpid(), flush=True)
        for turn in range(10**6):
            build_index(Path(sys.argv[3 + turn % 2]), Path(sys.argv[5]), BigramEmbedder(), Settings())
            print("built", flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""
KILLS = int(os.environ.get("PLANQA_KILLS", "6"))  # the campaign sets more
TABLE = Path(os.environ["PLANQA_KILLS_TABLE"]) if "PLANQA_KILLS_TABLE" in os.environ else None


def kills_done() -> int:
    """How many kills the campaign's table holds already; 0 outside the campaign."""
    if TABLE is None or not TABLE.is_file():
        return 0
    return sum(line.startswith("| ") and line[2].isdigit() for line in TABLE.read_text("utf-8").splitlines())


def note_kill(row: str) -> None:
    """Add a row to the campaign's table, if one is being made."""
    if TABLE is None:
        return
    head = ""
    if not TABLE.is_file():
        TABLE.parent.mkdir(parents=True, exist_ok=True)
        head = (
            "# kill -9 while the index is rebuilt\n\nMade by `make campaign-kills`. Each time the index that was found "
            "opened, verified and held every passage\nof one of the two versions whole, and no stray directory survived "  # noqa: E501
            "the next build.\n\n| kill | builds done before | ms into the next | version found | embedded again |\n"
            "| --- | --- | --- | --- | --- |\n"
        )
    with TABLE.open("a", encoding="utf-8") as lines:
        lines.write(head + row + "\n")


def test_kill_9_at_any_moment_leaves_an_index_that_answers(tmp_path: Path) -> None:
    """A builder that goes back and forth between two folders is killed at random moments of its work."""
    one, two = small_seeds(tmp_path / "one"), small_seeds(tmp_path / "two")
    text = (two / ZHANGDIAN).read_text("utf-8")
    assert text.count("112家") == 1
    (two / ZHANGDIAN).write_text(text.replace("112家", "113家"), "utf-8")
    expected: list[Index] = []
    for number, seeds in enumerate((one, two)):
        build_index(seeds, tmp_path / f"expected{number}", BigramEmbedder(), SETTINGS)
        expected.append(open_index(tmp_path / f"expected{number}"))
    out = tmp_path / "index"
    build_index(one, out, BigramEmbedder(), SETTINGS)
    done = kills_done()
    draw = random.Random(9 + done)
    command = [sys.executable, "-c", BUILDER, str(ROOT), str(ROOT / "tests"), str(one), str(two), str(out)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as builder:
        assert builder.stdin is not None
        assert builder.stdout is not None
        for number in range(done, KILLS):
            builder.stdin.write("build\n")
            builder.stdin.flush()
            child = int(builder.stdout.readline())
            builds = draw.randint(0, 1)
            for _ in range(builds):
                assert builder.stdout.readline() == "built\n"
            wait_s = draw.uniform(0, 0.3)
            time.sleep(wait_s)
            os.kill(child, signal.SIGKILL)
            while builder.stdout.readline() != "gone\n":
                pass
            index = open_index(out)
            verify(out / index.version)
            assert_whole(index)
            which = int(any("113家" in p.text for p in index.passages))
            assert_same(index, expected[which])
            report = build_index((two, one)[which], out, BigramEmbedder(), SETTINGS)
            assert report.embedded <= 1  # nothing that was embedded is lost
            assert sorted(p.name for p in out.iterdir()) == sorted([".lock", CURRENT, report.version])
            note_kill(
                f"| {number + 1} | {builds} | {wait_s * 1000:.0f} | {('first', 'second')[which]} | {report.embedded} |"
            )
        builder.stdin.close()
