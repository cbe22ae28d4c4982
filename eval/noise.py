"""Questions as people mistype and vary them, made by program: five ways of rewriting. Pure and deterministic.

潍城区2025年养老床位达到多少张？
traditional   濰城區2025年養老牀位達到多少張？
full width    潍城区２０２５年养老床位达到多少张？
unpunctuated  潍城区2025年养老床位达到多少张
homophone     潍城区2025年养老创位达到多少张？
alias         潍坊市潍城区2025年养老床位达到多少张？
"""

import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import rjieba
from opencc import OpenCC
from pypinyin import lazy_pinyin

from index.normal import fold, normalise
from index.types import Document
from rag.places import find_places
from rag.question import focus_of

Rewriting = Callable[[str], str]
_to_traditional = OpenCC("s2t")
_HAN = re.compile(r"[㐀-鿿]+")
_LEAST_CHAR, _LEAST_WORD = 10, 3  # how often the documents have what counts as common
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_KEPT = "%‰％"  # a part of the figure before it


def traditional(text: str) -> str:
    """In Traditional characters, by OpenCC's phrases."""
    return str(_to_traditional.convert(text))


def full_width(text: str) -> str:
    """Figures, Latin letters and ASCII punctuation in full width: "5G达到80%" → "５Ｇ达到８０％"."""
    return text.translate(_FULL_WIDTH)


def unpunctuated(text: str) -> str:
    """Without punctuation, but for what belongs to a figure or Latin word: "到底，4.6%？" → "到底4.6%"."""
    return "".join(
        c for i, c in enumerate(text) if not unicodedata.category(c).startswith("P") or c in _KEPT or _inside(text, i)
    )


def _inside(text: str, at: int) -> bool:
    """Whether the mark at `at` stands between two figures or Latin letters."""
    around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return len(around) == 2 and all(unicodedata.normalize("NFKC", c).isascii() and c.isalnum() for c in around)


@dataclass(frozen=True)
class Homophones:
    """What sounds alike among common characters and words, tones aside: pinyin → [(text, times)], commonest first."""

    characters: Mapping[str, Sequence[tuple[str, int]]]
    words: Mapping[str, Sequence[tuple[str, int]]]

    @classmethod
    def of(cls, texts: Iterable[str], least_char: int = _LEAST_CHAR, least_word: int = _LEAST_WORD) -> "Homophones":
        """Those of `texts` that occur at least so often; a character counts by its usual reading."""
        runs = [run for text in texts for run in _HAN.findall(fold(text))]
        characters = Counter(c for run in runs for c in run)
        words = Counter(w for run in runs for w in rjieba.cut(run, False) if len(w) > 1)
        return cls(_by_sound(characters, least_char), _by_sound(words, least_word))


def _by_sound(times: Counter[str], least: int) -> dict[str, list[tuple[str, int]]]:
    sounds: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for text, count in sorted(times.items(), key=lambda item: (-item[1], item[0])):
        if count >= least:
            sounds[_sound(text)].append((text, count))
    return dict(sounds)


@lru_cache(maxsize=16384)
def _sound(text: str) -> str:
    return " ".join(lazy_pinyin(text))


def homophone(text: str, names: Sequence[str], sounds: Homophones, seed: int = 0) -> str:
    """With one word of its content misspelt by sound, as a pinyin keyboard does.

    A whole word gives way to another word where there is one that sounds alike, else one of its characters to another,
    by how common they are. `names` (districts) and words of asking are left alone. Unchanged where nothing sounds
    alike.
    """
    chance = random.Random(f"{seed}:{text}")  # noqa: S311 - not for secrets
    places = _content(text, names)
    chance.shuffle(places)
    for start, end in places:
        options = [(start, end, other) for other in _alike(text[start:end], sounds.words)]
        if not options:
            readings = lazy_pinyin(text[start:end])
            options = [
                (start + i, start + i + 1, other)
                for i, reading in enumerate(readings)
                for other in _alike(text[start + i], sounds.characters, reading)
            ]
        if options:
            a, b, (other, _) = chance.choices(options, [times for _, _, (_, times) in options])[0]
            return text[:a] + other + text[b:]
    return text


def _alike(text: str, sounds: Mapping[str, Sequence[tuple[str, int]]], sound: str = "") -> list[tuple[str, int]]:
    return [(o, n) for o, n in sounds.get(sound or _sound(text), ()) if o != text and len(o) == len(text)]


def _content(text: str, names: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words of two Chinese characters or more stand that say what is asked."""
    taken = {i for name in names if name for m in re.finditer(re.escape(name), text) for i in range(*m.span())}
    spans: list[tuple[int, int]] = []
    at = 0
    for word in rjieba.cut(text, False):
        start, at = at, at + len(word)
        if len(word) > 1 and _HAN.fullmatch(word) and focus_of(word) == word and not taken & set(range(start, at)):
            spans.append((start, at))
    return spans


def alias(text: str, documents: tuple[Document, ...], seed: int = 0) -> str:
    """With every district called by another of its names in the manifest; unchanged where there is none."""
    folded = normalise(text)
    places = find_places(folded.text, documents)
    infos = {d.info.id: d.info for d in documents}
    others = {
        name: [n for n in dict.fromkeys((infos[i].district, *infos[i].aliases)) if n and fold(n) != name]
        for i, name in zip(places.documents, places.names, strict=True)
    }
    chance = random.Random(f"{seed}:{text}")  # noqa: S311 - not for secrets
    chosen = {name: chance.choice(options) for name, options in others.items() if options}
    pieces: list[str] = []
    done = 0
    for start, end in _blanked(folded.text, places.rest, list(chosen)):
        a, b = folded.span(start, end)
        pieces += [text[done:a], chosen[folded.text[start:end]]]
        done = b
    return "".join([*pieces, text[done:]])


def _blanked(text: str, rest: str, names: Sequence[str]) -> list[tuple[int, int]]:
    """Where in `text` the `names` stand that `rest` has blanks for."""
    spans: list[tuple[int, int]] = []
    for gone, group in groupby(range(len(text)), key=lambda i: text[i] != rest[i]):
        run = list(group)
        at, end = run[0], run[-1] + 1
        while gone and at < end:
            name = next((n for n in sorted(names, key=len, reverse=True) if text[at:end].startswith(n)), "")
            if name:
                spans.append((at, at + len(name)))
            at += max(1, len(name))
    return spans


def rewritings(documents: tuple[Document, ...], seed: int = 0) -> dict[str, Rewriting]:
    """The five ways by name, for questions about `documents`."""
    sounds = Homophones.of(d.text for d in documents)
    names = sorted({n for d in documents for n in (d.info.district, *d.info.aliases) if n}, key=lambda n: (-len(n), n))
    return {
        "traditional": traditional,
        "full width": full_width,
        "unpunctuated": unpunctuated,
        "homophone": lambda text: homophone(text, names, sounds, seed),
        "alias": lambda text: alias(text, documents, seed),
    }
