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


# 甲区说到2025年要覆盖85%,别的区呢?: what was told of the one is asked of the others.
_TOLD = re.compile(
    rf"^(?P<but>[^,。;?]{{2,12}}?)(?:的?(?:文件|规划|报告))?(?:里|中)?(?:说|写|提|讲|要求|规定|承诺)(?:了|到|出|明|的是|的)?(?P<told>[^?。;]{{4,40}}?)[,;。]"
    rf"(?:那么?|除了(?:它|他们?|这个?区?|这里)之?外?)*[,]?{_OTHERS}(?:各|都|又|也|分别)*(?P<rest>[^,。;]{{0,16}})$"
)
_FIGURES = re.compile(r"[\d.]+(?:%|[万亿千百]?[㐀-鿿]{0,1}?)(?:以上|以内|左右|以下)?(?=[,]|$)")
_YEAR = re.compile(r"^(?:到|至)?(?:19|20)\d\d年(?:底|末|前)?,?")


@dataclass(frozen=True)
class Others:
    """What is asked beside the places, "" for what was asked before; `documents`: all but those that are left out."""

    text: str
    documents: tuple[str, ...]


def but_these(folded: str, documents: Sequence[Document], chosen: Sequence[str] = ()) -> Others | None:
    """A question with 除了甲区: the rest of its words, and every document (of the `chosen`) but those of that place."""
    match = _BUT_PLACE.search(folded)
    if match is None:
        return _of_the_others(folded, documents, chosen)
    named = find_places(match["but"], tuple(documents))
    if not named.documents or re.search(r"\w", named.rest):
        return None
    rest = match["before"] + folded[match.end() :]
    return Others(rest.strip(" ,"), _all_but(named.documents, match["area"] or "", documents, chosen))


def _of_the_others(folded: str, documents: Sequence[Document], chosen: Sequence[str]) -> Others | None:
    """甲区说智慧学校要覆盖85%,别的区呢? → “智慧学校要覆盖多少” of every other place."""
    match = _TOLD.search(folded.strip(" ?。!"))
    named = find_places(match["but"], tuple(documents)) if match is not None else None
    if match is None or named is None or not named.documents or re.search(r"\w", named.rest):
        return None
    told = _FIGURES.sub("多少", _YEAR.sub("", match["told"].strip(" ,")))
    return Others(told, _all_but(named.documents, match["area"] or "", documents, chosen))


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
