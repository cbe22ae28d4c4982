"""What each figure of a text is a figure of: the words it counts, its bounds, its year, its place in a list.
Reads folded text (`index.normal.fold`). Pure.

"高新技术企业、众创空间分别达到110家、150家" → 110 家 of 高新技术企业, 150 家 of 众创空间
"到2025年,道路达到48.5公里,年均增长7%"      → 48.5 公里 of 道路 in 2025; 7 % yearly, up, of what precedes
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from rag.marks import NUMBER, OF_A_FIGURE, Figure, clauses, figures, marks, without_marks

_GENERIC = re.compile(r"达到了?|完成|实现|建成|其中|分别|各自|以及|同时|另外|此外")
_GENERIC_EDGE = re.compile(
    r"(?<!\w)[到至达为是有共各的了等和与及由从比占末底]+|[到至达为是有共各的了等和与及由从比占末底]+(?!\w)"
)
_COMPARED = re.compile(r"(?:比|较|与|自|从|由|相比|同)[“\"]?$")
_RESPECTIVELY = re.compile(r"分别|各自?(?=[是有为达要])")
_AND = re.compile(r"[、和与及]")
_NOT_WORDS = re.compile(r"[\W_]+")
_NEAR_LEFT, _NEAR_RIGHT = 4, 3
_REACH = 100  # characters before a figure that may say what it is


@dataclass(frozen=True)
class Context:
    """A figure with what it stands for. `words` may come from an earlier clause (`inherited`) or list head.

    `nth` of `of`: its place among figures that share one head (达到110家、150家). `year`: the year or period that
    governs it, None where none is named before it. `clause` counts from 0. `touches`: the number just before
    it (1月7日, 0.2:21.3).
    """

    figure: Figure
    words: str
    near: tuple[str, str]
    marks: Mapping[str, int]
    year: Figure | None
    clause: int
    nth: int = 0
    of: int = 1
    inherited: bool = False
    touches: tuple[Decimal | str, str] | None = None


def content(text: str, found: Sequence[Figure] = (), at: int = 0) -> str:
    """What is left of folded `text` without figures and words that fit everywhere; `found`: its figures, `at` off."""
    chars = list(text)
    for figure in found or figures(text):
        for position in range(max(0, figure.start - at), min(len(chars), figure.end - at)):
            chars[position] = " "
    return _NOT_WORDS.sub(" ", _GENERIC_EDGE.sub(" ", _GENERIC.sub(" ", "".join(chars)))).strip()


def is_empty(text: str) -> bool:
    """Whether `content` names nothing once bounds and directions are taken away."""
    return len(_NOT_WORDS.sub("", without_marks(text))) < 2


@lru_cache(maxsize=4096)
def grams(text: str) -> frozenset[str]:
    """Bigrams within the words of `content`; a word of one character counts as itself."""
    return frozenset(w[i : i + 2] for w in text.split() for i in range(max(1, len(w) - 1)))


@lru_cache(maxsize=512)
def contexts(text: str) -> tuple[Context, ...]:
    """Every number of folded `text`, years and periods left out, in order."""
    found = figures(text)
    result: list[Context] = []
    before, items = "", [""]
    for number, (start, end) in enumerate(clauses(text)):
        own = [f for f in found if start <= f.start < end]
        counted = [f for f in own if f.kind == NUMBER]
        here, items = _clause(text, (start, end), counted, own, number, before, items)
        result.extend(_governed(here, found, text))
        said = content(text[start:end], own, start)
        before = before if is_empty(said) else said
    return tuple(result)


def _clause(
    text: str,
    span: tuple[int, int],
    counted: Sequence[Figure],
    own: Sequence[Figure],
    number: int,
    before: str,
    items: list[str],
) -> tuple[list[Context], list[str]]:
    """The contexts of one clause, and the list of things that a following 分别 may speak of."""
    start, end = span
    cut = _RESPECTIVELY.search(text, start, end)
    told = [f for f in counted if cut and f.start > cut.start()]
    if cut:
        head = content(text[start : cut.start()], own, start)
        if not is_empty(head):
            items = _items(text[start : cut.start()])
    shared = len(told) > 1 and len(items) == len(told)
    lead = text[start : counted[0].start] if counted else ""
    scope = Counter({m: 1 for m in marks(lead) if m not in OF_A_FIGURE})
    made: list[Context] = []
    group: list[int] = []
    for at, figure in enumerate(counted):
        opening = max(_after(text, start, figure.start), figure.start - _REACH)
        left = max(opening, counted[at - 1].end if at else start)
        stop = min([end, *(f.start for f in counted[at + 1 : at + 2]), _until(text, figure.end, end)])
        words = content(f"{text[opening : figure.start]} {text[figure.end : stop]}")
        near = text[left : figure.start], text[figure.end : stop]
        whole = Counter({m: 1 for m in marks(text[opening : figure.start]) if m not in OF_A_FIGURE})
        own_marks = Counter({m: n if m in OF_A_FIGURE else 1 for m, n in marks(" ".join(near)).items()}) | whole
        more = Counter({"about": int(figure.more)})
        inherited = False
        if shared and figure in told:
            words = items[told.index(figure)]
            group = [len(made)]
        elif is_empty(words) and at > 0 and opening >= counted[at - 1].end:
            group.append(len(made))
            words = made[group[0]].words if group[0] < len(made) else words
        else:
            group = [len(made)]
            if is_empty(words):
                words, inherited = f"{before} {words}".strip(), True
        made.append(
            Context(
                figure,
                words,
                (near[0][-_NEAR_LEFT:], near[1][:_NEAR_RIGHT]),
                +(scope | own_marks | more),
                None,
                number,
                inherited=inherited,
                touches=_touched(text, counted, at),
            )
        )
        if not shared and len(group) > 1:
            for nth, position in enumerate(group):
                made[position] = _listed(made[position], nth, len(group))
    return made, items


def _touched(text: str, counted: Sequence[Figure], at: int) -> tuple[Decimal | str, str] | None:
    """The number that ends just before the one at `at`, with no more than a sign between them."""
    between = text[counted[at - 1].end : counted[at].start] if at else "…"
    return counted[at - 1].key if len(between) <= 1 and not re.search(r"\w", between) and between != "…" else None


def _listed(context: Context, nth: int, of: int) -> Context:
    return replace(context, nth=nth, of=of)


def _governed(made: Sequence[Context], found: Sequence[Figure], text: str) -> list[Context]:
    return [replace(c, year=year_at(text, c.figure.start, found)) for c in made]


def year_at(text: str, position: int, found: Sequence[Figure]) -> Figure | None:
    """The year or period named last before `position`, but for one that is only compared with."""
    named = [f for f in found if f.kind != NUMBER and f.start < position]
    return next((f for f in reversed(named) if not _COMPARED.search(text, 0, f.start)), None)


def _after(text: str, start: int, end: int) -> int:
    """Where the item of a list begins in which `end` lies."""
    return max(start, text.rfind("、", start, end) + 1)


def _until(text: str, start: int, end: int) -> int:
    at = text.find("、", start, end)
    return end if at < 0 else at


def _items(text: str) -> list[str]:
    """“城镇居民和农村居民人均可支配收入” → 城镇居民 人均可支配收入, 农村居民 人均可支配收入."""
    parts = [content(part) for part in _AND.split(text)]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return parts
    first, last = parts[0], parts[-1]
    for size in range(min(len(first), len(last)), 1, -1):
        at = last.find(first[-size:])
        if at >= 0 and at + size < len(last):
            tail = last[at + size :]
            return [*(f"{part} {tail}" for part in parts[:-1]), f"{last[: at + size]} {tail}"]
    return parts


def shared_words(told: Context, cited: Context, rarity: Counter[str]) -> float:
    """How much of what `told` counts is what `cited` counts, 0 to 1; rare words weigh more."""
    own = grams(told.words)
    if not own:
        return 0.0
    weight = {gram: 1 / max(1, rarity[gram]) for gram in own}
    return sum(weight[g] for g in own & grams(cited.words)) / sum(weight.values())


def alike_near(told: Context, cited: Context) -> float:
    """How many of the characters next to both figures are the same, 0 to 1."""
    left = _run(told.near[0][::-1], cited.near[0][::-1])
    return (left + _run(told.near[1], cited.near[1])) / (_NEAR_LEFT + _NEAR_RIGHT)


def _run(a: str, b: str) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
