"""An answer that speaks of several places, read as a table: a row a place. Pure.

甲区:150家[1]           甲区 | 150家[1]
乙区:110家[2]      →    乙区 | 110家[2]
丙区:文件中未提及        丙区 | 文件中未提及
相差40家…                (after it) 相差40家…
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from rag.talk import core
from rag.timeliness import ONLY_A_TARGET

_LABELLED = re.compile(r"([^:]{1,60}):(.+)")


@dataclass(frozen=True)
class Comparison:
    """What stands before the rows, the rows (place, lines), what stands after them."""

    before: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    after: tuple[str, ...]


def labels_in(text: str, known: Collection[str]) -> tuple[str, ...]:
    """The names of places with which lines of an answer begin, where there are at least two; else none."""
    found = dict.fromkeys(name for line in _bare(text).split("\n") for name in _names(line, known))
    return tuple(found) if len(found) > 1 else ()


def comparison(text: str, labels: Collection[str]) -> Comparison | None:
    """`text` as a table of `labels`; None where it is none."""
    if len(labels) < 2:
        return None
    bare = _bare(text)
    claims = set(core(text).split("\n"))
    rows: dict[str, list[str]] = {}
    after: list[str] = []
    last = ""
    for line in filter(str.strip, bare.split("\n")):
        names = _names(line, labels)
        if names:
            said = line.split(":", 1)[1]
            for name in names:
                rows.setdefault(name, []).append(said)
            last = names[0]
        elif last and not after and line in claims:
            rows[last].append(line)
        else:
            after.append(line)
    before = text[: len(text) - len(bare)]
    return Comparison(before, tuple((name, tuple(said)) for name, said in rows.items()), tuple(after))


def _bare(text: str) -> str:
    return text.removeprefix(ONLY_A_TARGET)


def _names(line: str, known: Collection[str]) -> list[str]:
    """The places that a line speaks of, all of them known; none for another line."""
    match = _LABELLED.fullmatch(line)
    names = [match[1]] if match and match[1] in known else match[1].split("、") if match else []
    return names if all(name in known for name in names) else []
