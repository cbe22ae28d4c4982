"""The official words for everyday ones, from data/everyday.tsv."""

from functools import lru_cache
from importlib import resources

from index.normal import fold


@lru_cache(maxsize=1)
def everyday_words() -> dict[str, tuple[str, ...]]:
    """Everyday word → official words, both folded."""
    text = resources.files("rag").joinpath("data/everyday.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if "\t" in line and not line.startswith("#"))
    return {fold(row[0]): tuple(map(fold, row[1].split())) for row in rows}


def official_words(text: str) -> tuple[str, ...]:
    """Official words for the everyday ones in folded `text`, without those that it uses already."""
    found = (word for everyday, official in everyday_words().items() if everyday in text for word in official)
    return tuple(dict.fromkeys(word for word in found if word not in text))
