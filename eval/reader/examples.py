"""What the reader learns from: pairs of a question and a passage, with the answer's place or the fact that it has none.

Everything is folded before it is read, as the reader does it at run time.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.dataset import Item
from eval.errors import DatasetError
from eval.fit import is_gold, read
from index.lexical import bigrams
from index.normal import fold
from rag.chain import AnswerChain
from rag.reader_model import Pair
from rag.windows import WINDOW_CHARS, headed, windows

HELD_OUT = {"paragraphs": 4, "plans": 8}  # one group in so many is never trained on
_READ = 2  # windows of a question about the seeds
_SENTENCE = re.compile(r"[^。!?;]+[。!?;]*[”)]*")
_YEAR = re.compile(r"20[0-4]\d(?=年)")
_PLACE = re.compile(r"(?:关于)?(.{1,7}?(?:州市|[县区市旗省]|州(?!市)))(?!域)")
_LEAST = 15
_OTHERS = 0.25  # how often a question is also put to another passage
_TWINS = 0.5  # how often an answered question gets a twin without an answer


@dataclass(frozen=True)
class Example:
    """`span`: the answer's characters in `pair.text`, None where the passage does not answer or its place is unknown.

    `relevant`: None where nothing follows for ranking, as with a near miss: on the topic, and no answer.
    `group`: what must not be split between training and measuring. `why`: the sort of example, for the tables.
    """

    pair: Pair
    answers: bool
    span: tuple[int, int] | None
    relevant: bool | None
    group: str
    why: str


def held_out(group: str, stage: str) -> bool:
    """Whether a group is kept for measuring: by its digest, so that it stays what it is as sets grow."""
    return hashlib.sha256(group.encode()).digest()[0] % HELD_OUT[stage] == 0


def held_out_paragraph(path: Path, text: str) -> bool:
    """Whether a paragraph of a SQuAD-style file is kept for measuring."""
    return held_out(_paragraph_group(path, text), "paragraphs")


def _paragraph_group(path: Path, text: str) -> str:
    return f"{path.stem} {text[:60]}"


def from_squad(path: Path, seed: int) -> list[Example]:
    """A question with a window around its answer, one with a window of the paragraph that lacks the answer, or with
    the likest other paragraph.

    Raises:
        DatasetError: the file is missing or of another form.
    """
    try:
        data = json.loads(path.read_text("utf-8"))["data"]
        paragraphs = [p for article in data for p in article["paragraphs"]]
        contexts = [str(p["context"]) for p in paragraphs]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"无法读取评测集 {path}:{error}。应为 SQuAD 格式的 JSON 文件。") from error
    folded = [fold(c) for c in contexts]
    grams = [frozenset(bigrams(text)) for text in folded]
    draw = random.Random(seed)  # noqa: S311 - not for secrets
    found: list[Example] = []
    for number, paragraph in enumerate(paragraphs):
        group = _paragraph_group(path, contexts[number])
        for qa in paragraph["qas"]:
            question, answer = fold(str(qa["question"])), fold(str(qa["answers"][0]["text"]))
            at = _place(contexts[number], qa["answers"][0], folded[number], answer)
            if at is None or not re.search(r"\w", question):
                continue
            start, text = _window(folded[number], at, at + len(answer), draw)
            span = (at - start, at - start + len(answer))
            found.append(Example(Pair(question, "", text), True, span, True, group, "answer"))
            if draw.random() < 0.5:
                rest = folded[number][:start] + folded[number][start + len(text) :]
                other = _window(rest, 0, 0, draw)[1] if len(rest) > _LEAST and answer not in rest else ""
                if other:
                    found.append(Example(Pair(question, "", other), False, None, None, group, "beside"))
                    continue
            asked = frozenset(bigrams(question))
            order = sorted(range(len(grams)), key=lambda i: -len(asked & grams[i]))
            likest = next(i for i in order if i != number and answer not in folded[i])
            spot = _likest_spot(folded[likest], asked)
            text = _window(folded[likest], spot, spot, draw)[1]
            found.append(Example(Pair(question, "", text), False, None, False, group, "other"))
    return found


def _place(context: str, answer: dict[str, Any], folded: str, wanted: str) -> int | None:
    """Where the answer stands in the folded text: its first occurrence from about its place on."""
    start = answer.get("answer_start", -1)
    about = len(fold(context[: max(0, int(start))]))
    at = folded.find(wanted, max(0, about - 2)) if wanted else -1
    at = at if at >= 0 or not wanted else folded.find(wanted)
    return at if at >= 0 else None


def _likest_spot(text: str, asked: frozenset[str]) -> int:
    """The sentence that shares most with what is asked: where it begins."""
    spans = [m.span() for m in _SENTENCE.finditer(text)]
    return max(spans, key=lambda s: len(asked & frozenset(bigrams(text[s[0] : s[1]]))), default=(0, 0))[0]


def _window(text: str, start: int, end: int, draw: random.Random) -> tuple[int, str]:
    """Whole sentences around `start:end`, of a length drawn anew each time, and where they begin."""
    spans = [m.span() for m in _SENTENCE.finditer(text)] or [(0, len(text))]
    inside = [i for i, (a, b) in enumerate(spans) if a < max(end, start + 1) and b > start]
    first, last = (inside[0], inside[-1]) if inside else (0, 0)
    room = draw.randint(0, WINDOW_CHARS) - (spans[last][1] - spans[first][0])
    before = draw.random() < 0.5
    stuck = 0
    while stuck < 2:
        at = first - 1 if before else last + 1
        if 0 <= at < len(spans) and spans[at][1] - spans[at][0] <= room:
            room -= spans[at][1] - spans[at][0]
            first, last, stuck = min(first, at), max(last, at), 0
        else:
            stuck += 1
        before = not before
    return spans[first][0], text[spans[first][0] : spans[last][1]]


def from_plans(path: Path, seed: int, by_place: float = 0.6) -> list[Example]:
    """Passages of invented plans with questions, answered and near misses, and what follows by program: the answer's
    sentence cut out, another year, another place, another passage. `by_place`: how often a passage is headed by its
    place alone and not by the title.

    One passage a line: {"title", "path", "passage", "questions": [{"question", "span"} or {"question", "near_miss"}]}.

    Raises:
        DatasetError: the file is missing or a line breaks the format.
    """
    try:
        records = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        draw = random.Random(seed)  # noqa: S311 - not for secrets
        plans = [Plan(str(r["title"]), str(r["path"]), fold(r["passage"])) for r in records]
        grams = [frozenset(bigrams(plan.text)) for plan in plans]
        return [
            example
            for plan, record in zip(plans, records, strict=True)
            for asked in record["questions"]
            for example in _of_plan(plan, asked, plans, grams, draw, by_place)
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"无法读取 {path}:{type(error).__name__} {error}") from error


@dataclass(frozen=True)
class Plan:
    """A passage of an invented plan, its `text` folded."""

    title: str
    path: str
    text: str


def _of_plan(
    plan: Plan,
    asked: dict[str, str],
    plans: Sequence[Plan],
    grams: Sequence[frozenset[str]],
    draw: random.Random,
    by_place: float,
) -> Iterator[Example]:
    question, span = fold(asked["question"]), fold(asked.get("span", ""))
    terms = frozenset(bigrams(question))
    group = f"plans {plan.text[:60]}"
    heading = _heading(plan, draw, by_place)
    if not span:
        spot = _likest_spot(plan.text, terms)
        window = plan.text if len(plan.text) <= WINDOW_CHARS else _window(plan.text, spot, spot, draw)[1]
        yield Example(Pair(question, heading, window), False, None, None, group, asked["near_miss"])
        return
    at = plan.text.find(span)
    if at < 0:
        raise ValueError(f"span not in the passage: {question}")
    start, window = _window(plan.text, at, at + len(span), draw)
    place = (at - start, at - start + len(span))
    answer = Example(Pair(question, heading, window), True, place, True, group, "answer")
    yield answer
    made = (_without(answer, plan.text, span, draw), _other_year(answer, draw), _other_place(answer, draw))
    twins = [twin for twin in made if twin is not None]
    if twins and draw.random() < _TWINS:
        yield draw.choice(twins)
    if draw.random() < _OTHERS:
        order = sorted(range(len(grams)), key=lambda i: -len(terms & grams[i]))
        other = plans[next(i for i in order if span not in plans[i].text)]
        spot = _likest_spot(other.text, terms)
        pair = Pair(question, _heading(other, draw, by_place), _window(other.text, spot, spot, draw)[1])
        yield Example(pair, False, None, False, group, "other")


def _heading(plan: Plan, draw: random.Random, by_place: float) -> str:
    place = _PLACE.match(plan.title)
    name = place[1] if place and draw.random() < by_place else plan.title
    return headed(name, [heading.strip() for heading in plan.path.split("›")])


def _without(answer: Example, text: str, span: str, draw: random.Random) -> Example | None:
    """The passage without the sentence that answers."""
    at = text.find(span)
    kept = [(a, b) for a, b in (m.span() for m in _SENTENCE.finditer(text)) if b <= at or a >= at + len(span)]
    rest = "".join(text[a:b] for a, b in kept)
    if len(rest) < _LEAST or span in rest:
        return None
    spot = _likest_spot(rest, frozenset(bigrams(answer.pair.question)))
    pair = replace(answer.pair, text=_window(rest, spot, spot, draw)[1])
    return replace(answer, pair=pair, answers=False, span=None, relevant=None, why="cut out")


def _other_year(answer: Example, draw: random.Random) -> Example | None:
    """The question with a year that the passage does not know."""
    year = _YEAR.search(answer.pair.question)
    known = answer.pair.heading + answer.pair.text
    other = str(int(year[0]) + draw.choice((-5, -3, -2, -1, 1, 2, 3, 5))) if year else ""
    if not year or other in known:
        return None
    pair = replace(answer.pair, question=answer.pair.question.replace(year[0], other))
    return replace(answer, pair=pair, answers=False, span=None, relevant=None, why="year by program")


_FOREIGN = (
    "临河区 清江县 安平市 永丰县 海晏市 东湖区 长乐县 平阴县 桐柏县 渭城区 新野县 凤台县 石门县 通海县 嘉祥县".split()
)


def _other_place(answer: Example, draw: random.Random) -> Example | None:
    """The question asked of a place that the passage is not about."""
    place = _PLACE.match(answer.pair.heading)
    other = draw.choice(_FOREIGN)
    if not place or other in answer.pair.text:
        return None
    question = answer.pair.question
    question = question.replace(place[1], other) if place[1] in question else f"{other}{question}"
    pair = replace(answer.pair, question=question)
    return replace(answer, pair=pair, answers=False, span=None, relevant=None, why="place by program")


def from_seeds(chain: AnswerChain, items: Sequence[Item]) -> list[Example]:
    """Questions about the loaded documents with the windows that the chain would have read."""
    documents = {d.info.file: d for d in chain.index.documents}
    found: list[Example] = []
    for item in items:
        question, evidence = read(chain, item)
        folded = fold(question.text)
        gold = {e.position for e in evidence if item.answerable and is_gold(item, e, documents)}
        must = [[fold(m) for m in alternatives] for alternatives in item.must]
        for window in windows(evidence, chain.index, _READ):
            group = f"seeds {window.text[:60]}"
            pair = window.pair(folded)
            if not item.answerable:
                why = item.tags[-1] if item.tags else "near miss"
                found.append(Example(pair, False, None, None, group, why))
            elif gold & set(window.sentences):
                found.append(Example(pair, True, _spread(must, window.text), True, group, "answer"))
            elif not any(m in window.text for alternatives in must for m in alternatives):
                found.append(Example(pair, False, None, False, group, "other"))
    return found


def _spread(must: Sequence[Sequence[str]], text: str) -> tuple[int, int] | None:
    """From the first required value to the last, where all of them stand in the text, each but once."""
    places = []
    for alternatives in must:
        known = next((m for m in alternatives if text.count(m) == 1), None)
        if known is None:
            return None
        places.append((text.find(known), text.find(known) + len(known)))
    return (min(a for a, _ in places), max(b for _, b in places)) if places else None
