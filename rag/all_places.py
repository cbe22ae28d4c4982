"""Every place at once: 各区, 五个区, 这几份文件. Such a question is a comparison of all that are loaded. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.types import Document
from rag.other_places import MOST, alike
from rag.question import Question, focus_of, kind_of
from rag.side_by_side import every_match, of_one, unranked

_COUNTED = {word: number for number, word in enumerate("三四五六", 3)}


def with_every_place(question: Question, documents: Sequence[Document]) -> Question:
    """A question that speaks of every place and names none, as a comparison of them; any other as it is.

    “各区绿色建筑目标对比一下” → asks "compare" of all documents, text “绿色建筑目标”.
    """
    places = question.places
    match = every_match(question.text)
    if match is None or any(places.names) or places.foreign:
        return question
    infos = {d.info.id: d.info for d in documents if d.info.named and d.info.id in (places.documents or {d.info.id})}
    area, count = match["area"], match["count"]
    wanted = _COUNTED.get(count) or int(count) if count else 0
    chosen = [d for d in documents if d.info.id in infos]
    ids = alike(area, chosen, wanted)
    bare = of_one(question.text)
    if not 1 < len(ids) <= MOST or not re.search(r"\w", focus_of(bare)):
        return question
    if question.asks == "number" and kind_of(bare) != "number":
        bare = f"{bare}是多少"
    named = replace(places, documents=tuple(ids), names=tuple(infos[i].label for i in ids))
    return replace(question, text=bare, focus=focus_of(unranked(bare)), places=named, asks="compare")
