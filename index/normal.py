"""How two ways of writing the same thing become one, with a map back to the original characters.

    "１２００ 亿元"  → "1200亿元"        full width, stray spaces inside
    "二 〇 三五年"   → "2035年"          years in Chinese numerals
    "廣陵區"         → "广陵区"          Traditional characters

Character by character, so that every character of the result knows where it came from.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

GAP = "|"
UNQUOTED = str.maketrans("", "", "“”")  # “瞪羚”企业 is 瞪羚企业
_LATIN = re.compile(r"[a-z][a-z0-9.]*")
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CHINESE_YEAR = re.compile(r"[一二][〇零一二三四五六七八九]{3}(?=年)")
_DASHES = str.maketrans(
    {
        "–": "-",
        "—": "-",
        "―": "-",
        "−": "-",
        "~": "-",
        "～": "-",
        "○": "〇",
        "•": "·",
        "・": "·",
        "‧": "·",
        "「": "“",
        "」": "”",
        "『": "“",
        "』": "”",
        "〝": "“",
        "〞": "”",
    }
)
_to_simplified = OpenCC("t2s")
_PLAIN = r"\x00-\x7f·‐-‧　-〿㐀-鿿！-｠"  # of these only digits are folded to digits; ² and ㎡ are not among them
_GAPS = re.compile(rf"\d\W*\s\W*\d|[^{_PLAIN}]")  # where two figures may lie side by side


@lru_cache(maxsize=65536)
def _fold(char: str) -> str:
    """One character → its folded form, possibly none or several characters."""
    if char.isspace():
        return ""
    folded = unicodedata.normalize("NFKC", char).translate(_DASHES).lower()
    if len(folded) == 1 and "㐀" <= folded <= "鿿":
        simple = _to_simplified.convert(folded)
        return simple if len(simple) == 1 else folded
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c)[0] != "C")


@dataclass(frozen=True)
class Normal:
    """Folded text; character i of `text` stands for `original[starts[i]:ends[i]]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of the folded text → the span of the original that it was made of."""
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> Normal:
    """Fold `text`, keeping the way back."""
    alone = list(map(_fold, text))
    if not _GAPS.search(text) and set(map(len, alone)) <= {1}:
        return Normal(_with_years("".join(alone)), tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, parts in enumerate(alone):
        for folded in parts:
            if starts and folded.isdigit() and chars[-1].isdigit() and _apart(text, ends[-1], at):
                chars.append(GAP)
                starts.append(ends[-1])
                ends.append(at)
            chars.append(folded)
            starts.append(at)
            ends.append(at + 1)
    return Normal(_with_years("".join(chars)), tuple(starts), tuple(ends))


def _with_years(folded: str) -> str:
    """Years in Chinese numerals as figures."""
    return _CHINESE_YEAR.sub(lambda m: m[0].translate(_DIGITS), folded)


def _apart(text: str, end: int, at: int) -> bool:
    """Whether the digit that ends at `end` and the one at `at` are of two figures: “12 34”, “①2025年”."""
    between = any(char.isspace() for char in text[end:at])
    return between or (end <= at and "No" in (unicodedata.category(text[end - 1]), unicodedata.category(text[at])))


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """`normalise` for those who need no way back."""
    return normalise(text).text if _GAPS.search(text) else _with_years("".join(map(_fold, text)))


def as_written(normal: Normal, original: str, words: str) -> str:
    """`words` of the folded text as `original` writes them, without white space; `words` where it has them not."""
    at = normal.text.find(words)
    if at < 0:  # made of several parts: at least its letters as they were
        return _LATIN.sub(lambda m: as_written(normal, original, m[0]) if m[0] in normal.text else m[0], words)
    start, end = normal.span(at, at + len(words))
    return "".join(original[start:end].split())


def simplify_in_place(text: str) -> str:
    """Traditional → Simplified, every character where it was: by phrases if that keeps the length, else one by one."""
    whole = simplify(text)
    if len(whole) == len(text):
        return whole
    return "".join(one if len(one := simplify(char)) == 1 else char for char in text)


def simplify(text: str) -> str:
    """Traditional → Simplified by phrases, for text that is read and not located."""
    return str(_to_simplified.convert(text))
