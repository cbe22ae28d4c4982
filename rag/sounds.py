"""How Chinese characters sound, for words that were typed by their sound."""

from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "readings.tsv"
_BLURRED = (("zh", "z"), ("ch", "c"), ("sh", "s"))


def alike(a: str, b: str, blurred: bool = False) -> bool:
    """Whether two stretches of equal length may sound the same; `blurred`: zh as z, -ng as -n, as many speak."""
    return len(a) == len(b) and all(
        x == y or not sounds_of(x, blurred).isdisjoint(sounds_of(y, blurred)) for x, y in zip(a, b, strict=True)
    )


def sounds_of(char: str, blurred: bool = False) -> frozenset[str]:
    """The usual syllables of a Chinese character, without tones: 率 → {lv, shuai}; none of other characters."""
    return _sounds(blurred).get(char, frozenset())


@lru_cache(maxsize=2)
def _sounds(blurred: bool) -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for line in FILE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            sounds, chars = line.split("\t")
            own = frozenset(map(_blur, sounds.split()) if blurred else sounds.split())
            table |= dict.fromkeys(chars, own)
    return table


def _blur(syllable: str) -> str:
    for full, short in _BLURRED:
        if syllable.startswith(full):
            syllable = short + syllable[len(full) :]
    return syllable.removesuffix("g") if syllable.endswith("ng") and not syllable.endswith("ong") else syllable
