"""A large collection made by program from the documents at hand: as many districts as are wanted, with known answers.

Each made document is one of the originals under another district's name, with other figures and, in places, other
words: near twins of each other, which is what makes large collections of plans hard. Where a question's evidence stands
in it is known by construction. The same seed makes the same collection; what is there already is not made again.
"""

import json
import random
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path

from eval.dataset import Item
from index.divisions import divisions
from index.load import MANIFEST, load_folder
from index.types import Document
from rag.places import word_starts

QUESTIONS = "questions.jsonl"
_FIGURE = re.compile(
    r"(?<![\d.〔\[第—-])\d+(?:\.\d+)?(?=\s?(?:家|个|处|座|所|项|亿元|万元|亩|万亩|公里|人|万人|张|套|名|件|户|吨|%|％))"
)
_PERCENT = re.compile(r"\s?[%％]")
WORDS = (
    ("加快", "加速"), ("推进", "推动"), ("提升", "提高"), ("完善", "健全"), ("打造", "建设"), ("强化", "加强"),
    ("深化", "深入"), ("积极", "大力"), ("全面", "全方位"), ("力争", "争取"), ("培育", "培植"), ("优化", "改善"),
    ("重点", "着重"), ("促进", "助推"), ("充分", "切实"), ("显著", "明显"), ("不断", "持续"), ("大幅", "较快"),
)  # fmt: skip
_REPLACED = 0.4  # share of the words that are said in the other way
_LEAST, _MOST = 0.55, 1.8  # what figures are multiplied by


@dataclass(frozen=True)
class Made:
    """A made document: its text, and for `edits` (start, end, new text) of the original where everything went."""

    name: str
    base: str
    text: str
    edits: tuple[tuple[int, int, str], ...]

    def moved(self, at: int) -> int:
        """The place in `text` of place `at` of the original, which lies in no edit."""
        before = bisect_right(self._ends, at)
        return at + (self._gains[before - 1] if before else 0)

    def inside(self, at: int) -> bool:
        """Whether place `at` of the original lies in an edit."""
        before = bisect_right(self._ends, at)
        return before < len(self.edits) and self.edits[before][0] < at

    @cached_property
    def _ends(self) -> list[int]:
        return [end for _, end, _ in self.edits]

    @cached_property
    def _gains(self) -> list[int]:
        """By how much the text has grown after each edit."""
        return list(accumulate(len(new) - (end - start) for start, end, new in self.edits))


@dataclass(frozen=True)
class Known:
    """A question about one made document; its evidence is `start:end` of that document's text."""

    id: str
    question: str
    doc: str
    start: int
    end: int
    figures: tuple[str, ...]


def names(count: int, seed: int, taken: Sequence[str]) -> list[str]:
    """`count` names of districts and counties, none of `taken`; beyond what there is in China, with a number.

    In the order of a seeded draw.
    """
    held = [n for n in sorted(divisions()) if re.fullmatch(r"[一-鿿]{2,5}[区县旗]", n) and n not in taken]
    random.Random(seed).shuffle(held)  # noqa: S311 - not for secrets
    return [held[n % len(held)] + (f"{n // len(held) + 1}" if n >= len(held) else "") for n in range(count)]


def made(document: Document, name: str, draw: random.Random) -> Made:
    """`document` as that of the district `name`."""
    text, info = document.text, document.info
    edits: list[tuple[int, int, str]] = []
    free = bytearray(len(text))  # 1 where an edit stands

    def replace(start: int, end: int, new: str) -> None:
        if not any(free[start:end]):
            free[start:end] = b"\1" * (end - start)
            edits.append((start, end, new))

    starts = _starts_of(text)
    stem = name.rstrip("0123456789")[:-1]
    for alias in sorted({info.district, *info.aliases}, key=len, reverse=True):
        whole = alias.endswith(("区", "县", "市"))
        for match in re.finditer(re.escape(alias), text) if alias else ():
            word = starts.get(match.start(), "")
            if whole or (word and (alias == word or len(word) <= len(alias) + 1)):
                replace(*match.span(), name if whole else stem)
    for match in _FIGURE.finditer(text):
        replace(*match.span(), _other(match[0], bool(_PERCENT.match(text, match.end())), draw))
    for pair in WORDS:
        for match in re.finditer(pair[0], text):
            if draw.random() < _REPLACED:
                replace(*match.span(), pair[1])
    edits.sort()
    parts, at = [], 0
    for start, end, new in edits:
        parts += [text[at:start], new]
        at = end
    return Made(name, info.id, "".join([*parts, text[at:]]), tuple(edits))


@lru_cache(maxsize=16)
def _starts_of(text: str) -> dict[int, str]:
    return word_starts(text)


def _other(figure: str, percent: bool, draw: random.Random) -> str:
    """Another figure of as many decimals: never 0, no percentage that was below 100 above it."""
    decimals = len(figure.partition(".")[2])
    value = float(figure) * draw.uniform(_LEAST, _MOST)
    if percent and float(figure) <= 100:
        value = min(value, 99.0 + float(figure) // 100)
    least = 10.0**-decimals
    return f"{max(least, value):.{decimals}f}"


def write(folder: Path, seeds: Path, items: Sequence[Item], count: int, seed: int = 0) -> list[Known]:
    """Make `count` documents of those in `seeds` below `folder`, with their manifest and questions; the questions.

    `items`: questions of one original each, with evidence to the letter; every made document gets those of its
    original.
    """
    folder.mkdir(parents=True, exist_ok=True)
    originals = load_folder(seeds)
    taken = [alias for d in originals for alias in (d.info.district, *d.info.aliases)]
    tables, known = [], []
    for number, name in enumerate(names(count, seed, taken)):
        original = originals[number % len(originals)]
        one = made(original, name, random.Random(f"{seed}:{number}"))  # noqa: S311 - not for secrets
        path = folder / f"{number:05}.txt"
        if not path.is_file() or path.read_text("utf-8") != one.text:
            path.write_text(one.text, "utf-8")
        tables.append(_table(path.name, original, name))
        known += _asked(one, original, path.stem, [i for i in items if _about(i, original)])
    (folder / MANIFEST).write_text("\n".join(tables), "utf-8")
    lines = [json.dumps(vars(one), ensure_ascii=False) for one in known]
    (folder / QUESTIONS).write_text("\n".join(lines) + "\n", "utf-8")
    return known


def read(folder: Path) -> list[Known]:
    """The questions that `write` wrote."""
    lines = (folder / QUESTIONS).read_text("utf-8").splitlines()
    return [Known(**{**(record := json.loads(line)), "figures": tuple(record["figures"])}) for line in lines]


def _table(file: str, original: Document, name: str) -> str:
    info = original.info
    title = info.title
    for alias in sorted({info.district, *info.aliases} - {""}, key=len, reverse=True):
        title = title.replace(alias, name) if alias.endswith(("区", "县", "市")) else title
    fields = {"file": file, "title": title, "district": name, "aliases": [name], "kind": info.kind}
    fields |= {"published": info.published, "period": info.period}
    return "[[document]]\n" + "\n".join(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in fields.items()) + "\n"


def _about(item: Item, original: Document) -> bool:
    """Whether a question is of this document alone, states its evidence to the letter and leans on no other turn."""
    own = {file for file, _ in item.evidence} == {original.info.file}
    return own and not item.history and len(item.evidence) == 1 and original.text.count(item.evidence[0][1]) == 1


def _asked(one: Made, original: Document, doc: str, items: Sequence[Item]) -> list[Known]:
    info = original.info
    known = []
    for item in items:
        named = next((a for a in sorted({info.district, *info.aliases}, key=len)[::-1] if a in item.question), "")
        if not named:
            continue
        quote = item.evidence[0][1]
        at = original.text.index(quote)
        if one.inside(at) or one.inside(at + len(quote)):
            continue
        start, end = one.moved(at), one.moved(at + len(quote))
        figures = tuple(_FIGURE.findall(one.text[start:end]))
        question = item.question.replace(named, one.name)
        known.append(Known(f"{doc}-{item.id}", question, doc, start, end, figures))
    return known
