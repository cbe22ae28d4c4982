"""The other places: 除了甲区,别的区…; 那别的区呢? All that are loaded but those that are named. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Document
from rag.places import find_places
from rag.side_by_side import AREA

MOST = 6  # documents that are lined up in full; of more, those that answer best are told
_OTHERS = (
    rf"(?:别的|其他|其它|其余|另外|剩下|余下)的?(?:这|那)?(?:几|[一两二三四五])?个?(?P<area>{AREA})(?:里面?|中)?的?"
)
_BUT = r"除(?:了|开|去)?(?P<but>[^,。;?]{2,16}?)(?:之外|以外|外)?[,]?(?:还有)?"
_BUT_PLACE = re.compile(rf"^(?P<before>.{{0,10}}?){_BUT}(?:{_OTHERS}|(?=(?:有|哪|谁)))")
_ONLY_OTHERS = re.compile(
    rf"^(?:那么?)?{_OTHERS}(?:各|都|又|分别)*(?:呢|怎么?样|如何|是?多少|咋样|是什么|怎么说)?[?。!呢]*$"
)


@dataclass(frozen=True)
class Others:
    """What is asked beside the places, "" for what was asked before; `documents`: all but those that are left out."""

    text: str
    documents: tuple[str, ...]


def but_these(folded: str, documents: Sequence[Document], chosen: Sequence[str] = ()) -> Others | None:
    """A question with 除了甲区: the rest of its words, and every document (of the `chosen`) but those of that place."""
    match = _BUT_PLACE.search(folded)
    if match is None:
        return None
    named = find_places(match["but"], tuple(documents))
    if not named.documents or re.search(r"\w", named.rest):
        return None
    rest = match["before"] + folded[match.end() :]
    return Others(rest.strip(" ,"), _all_but(named.documents, match["area"] or "", documents, chosen))


def only_others(
    folded: str, before: Sequence[str], documents: Sequence[Document], chosen: Sequence[str] = ()
) -> Others | None:
    """那别的区呢? after a question about `before`, among the `chosen` documents if some are."""
    match = _ONLY_OTHERS.search(folded)
    if match is None or not before:
        return None
    others = _all_but(before, match["area"], documents, chosen)
    return Others("", others) if 0 < len(others) <= MOST else None


def _all_but(
    left_out: Sequence[str], area: str, documents: Sequence[Document], chosen: Sequence[str]
) -> tuple[str, ...]:
    among = [d for d in documents if not chosen or d.info.id in chosen]
    return tuple(i for i in alike(area, among) if i not in left_out)


def alike(area: str, documents: Sequence[Document], wanted: int = 0) -> list[str]:
    """Ids of the documents of places of a kind (区, 县, 市), of all where those are fewer than two or than `wanted`."""
    infos = [d.info for d in documents if d.info.named]
    kind = [info.id for info in infos if area in ("区", "县", "市") and info.district.endswith(area)]
    return kind if len(kind) > 1 and wanted <= len(kind) else [info.id for info in infos]
