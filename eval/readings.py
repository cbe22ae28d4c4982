"""rag/data/readings.tsv anew: which syllables each Chinese character is usually read as. `python -m eval.readings`

Out of pypinyin (MIT): how often its dictionary of phrases reads a character how, else its dictionary of characters.
"""

import sys
from collections import Counter
from functools import lru_cache

from pypinyin import lazy_pinyin
from pypinyin.contrib.tone_convert import to_normal
from pypinyin.phrases_dict import phrases_dict

from rag.sounds import FILE

_USUAL = 0.1  # share of a reading among those of its character
_HEAD = (
    "# Usual syllables of Chinese characters, without tones: written by `python -m eval.readings` out of pypinyin "
    "(MIT), its phrases and, for characters in none of them, its characters.\n"
)


def table() -> dict[str, tuple[str, ...]]:
    """The usual syllables of every character from U+3400 to U+9FFF that has one."""
    said: dict[str, Counter[str]] = {}
    plain = lru_cache(maxsize=None)(to_normal)
    for phrase, readings in phrases_dict.items():
        for char, reading in zip(phrase, readings, strict=False):
            said.setdefault(char, Counter())[plain(reading[0])] += 1
    found = {}
    for char in map(chr, range(0x3400, 0xA000)):
        counts = said.get(char) or Counter(lazy_pinyin(char))
        usual = sorted(sound for sound, count in counts.items() if count >= _USUAL * counts.total())
        if usual != [char]:
            found[char] = tuple(usual)
    return found


def text() -> str:
    """The file's: a line for each set of syllables, with its characters."""
    alike: dict[tuple[str, ...], str] = {}
    for char, sounds in table().items():
        alike[sounds] = alike.get(sounds, "") + char
    return _HEAD + "".join(f"{' '.join(sounds)}\t{chars}\n" for sounds, chars in sorted(alike.items()))


def main() -> int:
    FILE.write_text(text(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
