"""What the sittings of a soak say together: a table and a verdict.

Every server process is judged by itself, over all sittings that asked it: a process that was started anew has forgotten
what the one before may have leaked. Its first minutes, in which models and caches are filled, are left out.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from eval.soak import Sample

MOST_GROWTH = 0.02
_PARTS = 10
_ROW_S = 600.0


@dataclass(frozen=True)
class Steadiness:
    """How one process was after its warm-up: the mean memory, MiB, and the fewest descriptors of the first and the last
    tenth of its time. The fewest are those that it holds while nobody asks."""

    server: str
    minutes: float
    rss_mib: tuple[float, float]
    descriptors: tuple[int, int]
    threads: int

    @property
    def growth(self) -> float:
        """Of the memory, as a share."""
        return self.rss_mib[1] / self.rss_mib[0] - 1

    @property
    def steady(self) -> bool:
        return self.growth <= MOST_GROWTH and self.descriptors[1] <= self.descriptors[0]


def minutes(samples: Sequence[Sample]) -> float:
    return sum(sample.seconds for sample in samples) / 60


def steadiness(samples: Sequence[Sample], warm_up_s: float) -> list[Steadiness]:
    """Of every process that was looked at often enough after its warm-up: ten times or more."""
    found = []
    for server in dict.fromkeys(sample.server for sample in samples):
        passed, warm = 0.0, []
        for sample in samples:
            if sample.server == server:
                if passed >= warm_up_s:
                    warm.append(sample)
                passed += sample.seconds
        part = len(warm) // _PARTS
        if part:
            first, last = warm[:part], warm[-part:]
            found.append(
                Steadiness(
                    server,
                    minutes(warm),
                    (_mean_rss(first), _mean_rss(last)),
                    (min(s.descriptors for s in first), min(s.descriptors for s in last)),
                    max(s.threads for s in warm),
                )
            )
    return found


def _mean_rss(samples: Sequence[Sample]) -> float:
    return statistics.fmean(sample.rss_mib for sample in samples)


def faults(samples: Sequence[Sample], wanted_minutes: float, warm_up_s: float) -> list[str]:
    """What does not hold; empty where all does."""
    judged = steadiness(samples, warm_up_s)
    found = [f"{len(errors)} errors"] if (errors := _errors(samples)) else []
    found += [f"memory of process {n} grew by {s.growth:.1%}" for n, s in _numbered(judged) if s.growth > MOST_GROWTH]
    found += [
        f"descriptors of process {n} grew from {s.descriptors[0]} to {s.descriptors[1]}"
        for n, s in _numbered(judged)
        if s.descriptors[1] > s.descriptors[0]
    ]
    if not judged:
        found.append("no process was looked at for long enough")
    if (reached := minutes(samples)) < wanted_minutes:
        found.append(f"{reached:.0f} of {wanted_minutes:g} minutes")
    return found


def _numbered(judged: Sequence[Steadiness]) -> list[tuple[int, Steadiness]]:
    return list(enumerate(judged, 1))


def _errors(samples: Sequence[Sample]) -> list[str]:
    return [error for sample in samples for error in sample.errors]


def markdown(samples: Sequence[Sample], wanted_minutes: float, warm_up_s: float, about: str) -> str:
    """Verdict, sittings, processes, and the course in steps of ten minutes. `about`: the machine and the setting."""
    wrong = faults(samples, wanted_minutes, warm_up_s)
    verdict = "holds" if not wrong else "does not hold: " + "; ".join(wrong)
    lines = [
        "# Soak",
        "",
        f"`make campaign-soak`: {minutes(samples):.0f} of {wanted_minutes:g} minutes, half of the questions by the "
        f"page's interface, half by /api/ask. {about}",
        "",
        f"No errors, memory growing by at most {MOST_GROWTH:.0%} between the first and the last tenth after "
        f"{warm_up_s / 60:g} minutes of warm-up, descriptors not growing: **{verdict}**.",
        "",
        "| sitting, UTC | minutes | asked | a second | answered | turned away | errors | p95, s |",
        "| --- " + "| ---: " * 7 + "|",
        *(_row(name, list(own)) for name, own in groupby(samples, lambda sample: sample.sitting)),
        *([_row("all", samples)] if len({s.sitting for s in samples}) > 1 else []),
        "",
        "| process | minutes after warm-up | MiB, first tenth | last tenth | growth | descriptors, first tenth | "
        "last tenth | threads, most | steady |",
        "| ---: " * 8 + "| --- |",
        *(_process(number, one) for number, one in _numbered(steadiness(samples, warm_up_s))),
        "",
        "| from minute | MiB | descriptors, fewest | most | threads | asked | p95, s |",
        "| ---: " * 7 + "|",
        *_course(samples),
    ]
    return "\n".join([*lines, *([""] if _errors(samples) else []), *_told(_errors(samples))]) + "\n"


def _asked(samples: Sequence[Sample]) -> int:
    return sum(len(s.took_s) + s.turned_away + len(s.errors) for s in samples)


def _p95(samples: Sequence[Sample]) -> str:
    took = sorted(seconds for sample in samples for seconds in sample.took_s)
    return f"{took[int(0.95 * (len(took) - 1))]:.2f}" if took else "–"


def _row(name: str, samples: Sequence[Sample]) -> str:
    asked, spent = _asked(samples), minutes(samples)
    return (
        f"| {name} | {spent:.1f} | {asked} | {asked / max(spent * 60, 1e-9):.2f} | "
        f"{sum(len(s.took_s) for s in samples)} | {sum(s.turned_away for s in samples)} | "
        f"{len(_errors(samples))} | {_p95(samples)} |"
    )


def _process(number: int, one: Steadiness) -> str:
    return (
        f"| {number} | {one.minutes:.1f} | {one.rss_mib[0]:.1f} | {one.rss_mib[1]:.1f} | {one.growth:+.2%} | "
        f"{one.descriptors[0]} | {one.descriptors[1]} | {one.threads} | {'yes' if one.steady else 'no'} |"
    )


def _course(samples: Sequence[Sample]) -> list[str]:
    """A row for every ten minutes."""
    rows: dict[int, list[Sample]] = {}
    passed = 0.0
    for sample in samples:
        rows.setdefault(int(passed // _ROW_S), []).append(sample)
        passed += sample.seconds
    return [
        f"| {int(number * _ROW_S / 60)} | {_mean_rss(own):.1f} | {min(s.descriptors for s in own)} | "
        f"{max(s.descriptors for s in own)} | {max(s.threads for s in own)} | {_asked(own)} | {_p95(own)} |"
        for number, own in rows.items()
    ]


def _told(errors: Sequence[str]) -> list[str]:
    return [f"- {errors.count(error)} × {error}" for error in sorted(set(errors))]
