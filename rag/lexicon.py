"""What an index's documents say and how it sounds: which stretches occur, which characters sound alike.

Nothing is counted anew: the lexical index knows in how many passages each bigram and word stands. So the cost grows
with the vocabulary and not with the collection.
"""

import re
from functools import cached_property, lru_cache, reduce
from itertools import product

import numpy as np

from index.context import searched
from index.lexical import bigrams
from index.loaded import Index
from index.normal import fold
from rag.places import names_of
from rag.sounds import sounds_of

_LEAST = 2  # passages that a bigram stands in before anything is read as it
_LARGE = 10_000  # passages; for every so many a bigram must stand in one more
_FEW = 24  # passages that are looked through for a stretch


class Lexicon:
    """The vocabulary of one index. Read-only; the part by sound is made at its first use."""

    def __init__(self, index: Index) -> None:
        self.documents = index.documents
        self._index = index
        self._lexical = index.lexical
        self._counts = dict(self._lexical.tokens("bigrams"))
        self._words = dict(self._lexical.tokens("words"))
        self.passages = len(index.passages)
        self.rare = len(index.passages) // _LARGE
        self._occurs = lru_cache(maxsize=8192)(self._count)

    def warm(self) -> None:
        """Make the part by sound now, so that no question waits for it."""
        _ = self._by_sound

    def frequency(self, bigram: str) -> int:
        """In how many passages a bigram of Chinese characters, a Latin word or a figure stands."""
        return self._counts.get(bigram, 0)

    def known(self, bigram: str) -> bool:
        """Whether the documents use it, by more than an accident of large collections."""
        return self.frequency(bigram) > self.rare

    def has(self, char: str) -> bool:
        """Whether any document has a Chinese character beside another one."""
        return char in self._neighbours

    def between(self, before: str, after: str) -> list[str]:
        """The characters that stand in the documents behind `before` and, there or elsewhere, in front of `after`."""
        known = self._neighbours.get(before, frozenset())
        return sorted(char for char in known if self.frequency(char + after))

    @cached_property
    def _neighbours(self) -> dict[str, frozenset[str]]:
        """Of every Chinese character those that stand behind it."""
        table: dict[str, set[str]] = {}
        for bigram in self._counts:
            if len(bigram) == 2 and all("㐀" <= c <= "鿿" for c in bigram):
                table.setdefault(bigram[0], set()).add(bigram[1])
                table.setdefault(bigram[1], set())
        return {char: frozenset(behind) for char, behind in table.items()}

    def word(self, word: str) -> int:
        """In how many passages `word` stands as a word."""
        return self._words.get(word, 0)

    def documents_with(self, word: str) -> frozenset[str]:
        """The ids of the documents in which `word` stands as a word."""
        passages = self._index.passages
        return frozenset(passages[int(at)].doc_id for at in self._lexical.holders(word, "words"))

    def occurs(self, stretch: str) -> int:
        """In how many passages folded `stretch` stands to the letter; of many passages only the first are read."""
        return self._occurs(stretch)

    def _count(self, stretch: str) -> int:
        if len(stretch) == 2 and stretch in self._counts:
            return self.frequency(stretch)
        # A single Chinese character is a token only where it stands alone.
        tokens = {token for token in bigrams(stretch) if len(token) > 1 or not "㐀" <= token <= "鿿"}
        held = sorted((self._lexical.holders(token, "bigrams") for token in tokens), key=len)
        if not held or not len(held[0]):
            return 0
        common = reduce(lambda a, b: np.intersect1d(a, b, assume_unique=True), held)
        whole = re.compile(rf"(?<![\d.]){re.escape(stretch)}" if stretch[0].isdigit() else re.escape(stretch))
        return sum(bool(whole.search(self._folded(int(at)))) for at in common[:_FEW])

    def _folded(self, position: int) -> str:
        passage = self._index.passages[position]
        return fold(searched(self._index.document[passage.doc_id].info, passage))

    def sounding_like(self, bigram: str) -> list[str]:
        """The documents' frequent bigrams that sound like this one, the most frequent first."""
        found = {other for key in _keys(bigram) for other in self._by_sound.get(key, ())} - {bigram}
        return sorted(found, key=lambda other: (-self.frequency(other), other))

    @cached_property
    def _by_sound(self) -> dict[tuple[str, ...], list[str]]:
        table: dict[tuple[str, ...], list[str]] = {}
        for bigram, count in self._counts.items():
            if count >= _LEAST + self.rare and len(bigram) == 2 and all("㐀" <= c <= "鿿" for c in bigram):
                for key in _keys(bigram):
                    table.setdefault(key, []).append(bigram)
        return table

    def names_at(self, char: str) -> list[str]:
        """The documents' districts that may begin with the sound of `char`, the longest first."""
        found = {name for sound in sounds_of(char, True) for name in self._districts.get(sound, ())}
        return sorted(found, key=lambda name: (-len(name), name))

    @cached_property
    def _districts(self) -> dict[str, list[str]]:
        table: dict[str, list[str]] = {}
        for name in sorted({n for d in self.documents for n in names_of(d.info) if len(n) > 1}):
            for sound in sounds_of(name[0], True):
                table.setdefault(sound, []).append(name)
        return table


def _keys(stretch: str) -> set[tuple[str, ...]]:
    return set(product(*(sounds_of(char) for char in stretch)))
