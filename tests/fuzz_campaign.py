"""Many inputs for every parser, with a time limit each: `python tests/fuzz_campaign.py --inputs 200000 --out TABLE`.

Goes on where it was (`.planqa/fuzz.json`) with other inputs; a failure is kept with its input and the campaign goes on.
"""

import argparse
import json
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fuzz import LIMIT_S, TARGETS, Target, tried
from hypothesis import HealthCheck, Phase, given, seed, settings

BATCH = 250
FOUND = """
Found by it and mended, each with its test in `tests/test_fuzz.py`:

- half a character of a surrogate pair in a question stopped the answer
  (`test_half_a_character_in_a_question_is_shown_as_a_question_mark`);
- a clause of some thousand figures kept the verifier busy for longer than the limit, its time growing with the square
  of their number and more (`test_a_clause_of_a_thousand_figures_is_verified_in_time`);
- an answer of two thousand markers wrote its source's title out for each anew
  (`test_an_answer_of_two_thousand_markers_is_shown_in_time`).

`verify` and `render` were run anew after they were mended.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--state", type=Path, default=Path(".planqa/fuzz.json"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--most-s", type=float, default=float("inf"), help="stop after so many seconds")
    args = parser.parse_args()
    state: dict[str, Any] = json.loads(args.state.read_text("utf-8")) if args.state.is_file() else {}
    began = time.monotonic()
    while time.monotonic() - began < args.most_s:
        done = {name: 100 * _of(state, name)["inputs"] / target.share for name, target in TARGETS.items()}
        name = min(done, key=done.__getitem__)
        if sum(known["inputs"] for known in state.values()) >= args.inputs:
            break
        _batch(_of(state, name), TARGETS[name])
        args.state.parent.mkdir(parents=True, exist_ok=True)
        args.state.write_text(json.dumps(state, ensure_ascii=False, indent=1), "utf-8")
        args.out.write_text(_table(state, args.inputs), "utf-8")
    print(_table(state, args.inputs))
    return int(any(known["failures"] for known in state.values()))


def _of(state: dict[str, Any], name: str) -> dict[str, Any]:
    known: dict[str, Any] = state.setdefault(name, {"inputs": 0, "seconds": 0.0, "slowest_s": 0.0, "failures": []})
    return known


def _batch(known: dict[str, Any], target: Target) -> None:
    """`BATCH` more inputs, not those of the batches before."""

    @seed(known["inputs"])
    @settings(
        max_examples=BATCH, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
    )
    @given(target.inputs)
    def one(given_input: Any) -> None:
        began = time.process_time()
        try:
            tried(target, given_input)
        except Exception as error:  # kept, and on with the next
            if len(known["failures"]) < 50:
                told = traceback.format_exc(limit=-3)
                known["failures"].append({"error": type(error).__name__, "input": repr(given_input)[:2000], "at": told})
        took_s = time.process_time() - began
        known["inputs"] += 1
        known["seconds"] += took_s
        known["slowest_s"] = max(known["slowest_s"], took_s)

    one()


def _table(state: dict[str, Any], wanted: int) -> str:
    total = sum(known["inputs"] for known in state.values())
    rows = "".join(
        f"| {name} | {known['inputs']:,} | {1000 * known['seconds'] / max(1, known['inputs']):.1f} "
        f"| {known['slowest_s']:.2f} | {len(known['failures'])} |\n"
        for name, known in state.items()
    )
    return (
        f"# Fuzzing\n\n`make campaign-fuzz`, {datetime.now(UTC):%Y-%m-%d}: {total:,} of {wanted:,} inputs, each within "
        f"{LIMIT_S:g} s of the processor's time, of which the times are.\n\n"
        "| parser | inputs | mean ms | slowest s | failures |\n| --- | ---: | ---: | ---: | ---: |\n" + rows
    )


if __name__ == "__main__":
    raise SystemExit(main())
