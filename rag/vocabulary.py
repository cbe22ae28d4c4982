"""The official words for everyday ones, from data/everyday.tsv."""

from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from index.normal import fold
from rag.places import cuts_a_word, word_starts


@lru_cache(maxsize=1)
def everyday_words() -> dict[str, tuple[str, ...]]:
    """Everyday word → official words, both folded."""
    text = resources.files("rag").joinpath("data/everyday.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if "\t" in line and not line.startswith("#"))
    return {fold(row[0]): tuple(map(fold, row[1].split())) for row in rows}


def official_words(text: str) -> tuple[str, ...]:
    """Official words for the everyday ones in folded `text`, without those that it uses already.

    An everyday word counts where it is no part of a longer one (烧煤 in 不让烧煤) and cuts no other (村医 in 村医疗).
    """
    words = (word for everyday in dict.fromkeys(everyday_in(text)) for word in everyday_words()[everyday])
    return tuple(dict.fromkeys(word for word in words if word not in text))


@lru_cache(maxsize=1024)
def everyday_in(text: str) -> tuple[str, ...]:
    """The everyday words of folded `text`, in order; none that is a part of a longer one or cuts another word."""
    starts = word_starts(text)
    found = [
        (at, at + len(everyday), everyday)
        for everyday in everyday_words()
        for at in _places(everyday, text)
        if not cuts_a_word(at, starts) and not cuts_a_word(at + len(everyday), starts)
    ]
    return tuple(
        everyday
        for start, end, everyday in sorted(found)
        if not any(a <= start and end <= b and b - a > end - start for a, b, _ in found)
    )


def _places(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)
