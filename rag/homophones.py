"""Slips of the ear and of the input method: 高薪技术企业 → 高新技术企业, by the documents' own vocabulary.

What the documents say stays as it is. Where two neighbouring characters never stand together in them, characters of the
same sound are tried; a reading counts if it makes the stretch one that the documents have to the letter. The longer the
stretch, the surer; what is not sure is only added to the search. After the noisy-channel view of spelling (Kernighan,
Church & Gale 1990), with the collection itself as the model of what is meant.
"""

import re
from collections.abc import Sequence

import rjieba

from index.divisions import divisions
from rag.lexicon import Lexicon
from rag.places import cuts_a_word, word_starts
from rag.sounds import alike
from rag.types import Change

_RUN = re.compile(r"[㐀-鿿]{2,}")
# Characters of grammar: never a slip for a content word, and never what a content word is a slip for.
_GRAMMAR = frozenset(
    "的地得了着过是在有和与及或要会能可被把给对到从向往为让将就也都还又很更最再这那哪个们你我他她它咱吗呢吧啊嘛么啥几"
    "多少没不无请问其之以于而并但则所该此各每某由至一二三四五六七八九十两百千万亿年月日"
)
_BREAKS = frozenset("的了着是在有和与及或吗呢吧啊要到")  # a stretch that reaches over these says little
_LOCATIVE = frozenset("里上下中内外前后搞说")  # 村里, 事上: what stands before them is whole without them
_SUFFIXES = ("区", "县", "市")
_LONGEST = 8
_TELLING = 5  # so long a stretch is no accident, were it found but once
_ENOUGH = 2  # passages with the whole stretch
_WORD_PASSAGES = 2  # passages with a word of two characters that is read for another


def slips(text: str, lexicon: Lexicon, kept: Sequence[tuple[int, int]] = ()) -> list[Change]:
    """Stretches of folded `text` that sound like the documents' words, in order. `kept`: spans that stay."""
    masked = list(text)
    for start, end in kept:
        masked[start:end] = " " * (end - start)
    found: list[Change] = []
    for match in _RUN.finditer("".join(masked)):
        run, at = match[0], 0
        words = _dictionary_words(run)
        while at < len(run) - 1:
            slip = None if lexicon.known(run[at : at + 2]) else _slip_at(run, at, lexicon, words)
            if slip:
                found.append(Change(match.start() + slip.start, slip.written, slip.meant, slip.sure))
                run = run[: slip.start] + slip.meant + run[slip.start + len(slip.meant) :]
            at = slip.start + len(slip.meant) - 1 if slip else at + 1
    return found


def unknown_characters(text: str, lexicon: Lexicon) -> list[Change]:
    """Characters that no document has, in a stretch that they have with another one: 市埸主体 → 市场主体."""
    found: list[Change] = []
    for match in _RUN.finditer(text):
        run = match[0]
        words = _dictionary_words(run)
        for at, char in enumerate(run[1:-1], 1):
            if lexicon.has(char) or char in _GRAMMAR or any(a <= at < b for a, b in words):
                continue
            meant = [c for c in lexicon.between(run[at - 1], run[at + 1]) if c not in _GRAMMAR]
            stretch = slice(at - 1, min(len(run), at + 3))
            read = {c: run[stretch.start : at] + c + run[at + 1 : stretch.stop] for c in meant}
            counts = {c: lexicon.occurs(words) for c, words in read.items()}
            best = max(counts, key=lambda c: counts[c], default="")
            if best and counts[best] >= _ENOUGH and sum(count > 0 for count in counts.values()) == 1:
                found.append(Change(match.start() + at, char, best, True))
    return found


def _slip_at(run: str, at: int, lexicon: Lexicon, words: Sequence[tuple[int, int]]) -> Change | None:
    """The best reading of the unknown bigram at `at`, if one is clearly better than what is written."""
    judged: list[tuple[tuple[int, int, int], Change]] = []
    for other in lexicon.sounding_like(run[at : at + 2]):
        new = run[:at] + other + run[at + 2 :]
        changed = [i for i in (at, at + 1) if new[i] != run[i]]
        if any({run[i], new[i]} & _GRAMMAR for i in changed) or _loses(run, new, at, lexicon):
            continue
        start, end = _grow(new, changed[0], changed[-1] + 1, lexicon)
        if end - start < 2:
            continue
        gain = sum(not lexicon.known(run[i : i + 2]) for i in range(start, end - 1))
        sure = _sure(run, new, (start, end), changed, gain, lexicon, words)
        if sure is not None:
            slip = _trimmed(run, new, changed, (start, end), sure)
            judged.append(((gain, end - start, lexicon.occurs(new[start:end])), slip))
    judged.sort(key=lambda item: item[0], reverse=True)
    if not judged or (len(judged) > 1 and judged[0][0] == judged[1][0]):
        return None
    return judged[0][1]


def _loses(run: str, new: str, at: int, lexicon: Lexicon) -> bool:
    """Whether a bigram that the documents know would be lost."""
    places = range(max(0, at - 1), min(len(run) - 1, at + 2))
    return any(lexicon.known(run[i : i + 2]) and not lexicon.known(new[i : i + 2]) for i in places)


def _grow(new: str, start: int, end: int, lexicon: Lexicon) -> tuple[int, int]:
    """The longest stretch around `start:end` that the documents have to the letter, short ones more than once."""
    first, last, grown = start, end, True
    while grown and last - first < _LONGEST:
        grown = False
        for a, b in ((first, last + 1), (first - 1, last)):
            inside = a >= 0 and b <= len(new) and not {new[a], new[b - 1]} & _BREAKS
            if inside and lexicon.known(new[a : a + 2]) and lexicon.known(new[b - 2 : b]) and lexicon.occurs(new[a:b]):
                first, last, grown = a, b, True
                break
    if last - first >= _TELLING:
        return first, last
    spans = [(a, b) for a in range(first, start + 1) for b in range(end, last + 1) if b - a > 1]
    firm = [(a, b) for a, b in spans if lexicon.occurs(new[a:b]) >= _ENOUGH]
    return max(firm, key=lambda span: span[1] - span[0], default=(start, start))


def _sure(
    run: str,
    new: str,
    span: tuple[int, int],
    changed: Sequence[int],
    gain: int,
    lexicon: Lexicon,
    words: Sequence[tuple[int, int]],
) -> bool | None:
    """True where the reading may replace what is written, False where it may be searched for as well, else None.

    `span`: the stretch that the documents have. `gain`: its bigrams that they don't have as written.
    """
    start, end = span
    size, kept = end - start, end - start - len(changed)
    if gain < 1:
        return None
    # A word of the dictionary may well be meant: it takes more to overrule it.
    overruled = any(a <= i < b for a, b in words for i in changed)
    if gain >= 2 and kept >= 2:
        return size >= 4 or not overruled
    if any(run[i] in _LOCATIVE for i in changed):
        return None
    # The change stands at the edge of what the documents have: the pair that it makes must be a word of theirs.
    whole = end == len(run) or run[end] in _BREAKS
    paired = any(start <= i < end - 1 and _is_word(new[i : i + 2], lexicon) for i in (changed[0] - 1, changed[0]))
    if not paired:
        return False if size >= 4 and whole and not overruled else None
    if overruled:
        return False if size >= 4 and kept >= 3 else None
    if size >= 4 or (size == 3 and whole):
        return True
    if not kept or set(new[start:end]) & _GRAMMAR or not (size > 2 or _dictionary_words(new[start:end])):
        return None
    cut = any(a < edge < b and lexicon.word(run[a:b]) for a, b in words for edge in span)
    return None if cut else False


def _is_word(pair: str, lexicon: Lexicon) -> bool:
    return lexicon.word(pair) >= _WORD_PASSAGES


def _trimmed(run: str, new: str, changed: Sequence[int], span: tuple[int, int], sure: bool) -> Change:
    """The change with the words that it touches, for the reader: 高薪技术 → 高新技术; whole where it is not sure."""
    if not sure:
        return Change(span[0], run[span[0] : span[1]], new[span[0] : span[1]], False)
    touched = [(a, b) for a, b in _dictionary_words(new) if any(a <= i < b for i in changed)]
    start = max(span[0], min((a for a, _ in touched), default=span[0]))
    end = min(span[1], max((b for _, b in touched), default=span[1]))
    start, end = min(start, changed[0]), max(end, changed[-1] + 1)
    return Change(start, run[start:end], new[start:end], sure)


def _dictionary_words(run: str) -> list[tuple[int, int]]:
    """Where words of several characters of the general dictionary stand."""
    found, at = [], 0
    for word in rjieba.cut(run, False):
        if len(word) > 1:
            found.append((at, at + len(word)))
        at += len(word)
    return found


def district_slips(text: str, lexicon: Lexicon) -> list[Change]:
    """Districts of the documents written by ear: 槐音区 → 槐荫区. A real place of that name is never touched."""
    starts = word_starts(text)
    found: list[Change] = []
    at = 0
    while at < len(text):
        names = lexicon.names_at(text[at])
        right = next((name for name in names if text.startswith(name, at)), "")
        name = right or next((name for name in names if _sounds_like(text, at, name, starts, lexicon)), "")
        if name and not right:
            found.append(Change(at, text[at : at + len(name)], name, True))
        at += len(name) or 1
    return found


def _sounds_like(text: str, at: int, name: str, starts: dict[int, str], lexicon: Lexicon) -> bool:
    """Whether what stands at `at` is the name as one hears it, and nothing else that makes sense."""
    written = text[at : at + len(name)]
    full = name.endswith(_SUFFIXES) and written.endswith(name[-1]) and len(name) > 2
    if written == name or not alike(written, name, blurred=full):
        return False
    if any(a in _GRAMMAR for a, b in zip(written, name, strict=True) if a != b):
        return False
    if any(real in divisions() for real in (written, *(written + s for s in _SUFFIXES))):
        return False
    if lexicon.occurs(written) or cuts_a_word(at + len(written), starts):
        return False
    if full:
        return True
    alone = re.match(r"$|[的和与跟同比、,，。?？呢到有要计打\d]", text[at + len(written) :])
    begins = re.search(r"(?:^|[那和与跟同比、,，。?？在])$", text[:at])
    return starts.get(at) != written and bool(alone) and bool(begins)
