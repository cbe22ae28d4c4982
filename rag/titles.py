"""Documents that a question names by their title or number: “《甲区行动计划》里…”, “甲政办发〔2023〕14号…”. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.normal import fold
from index.types import Document, DocumentInfo
from rag.same import Same

_BRACKETED = re.compile(r"《([^《》]{6,80})》")
_SPAN = re.compile(r"\([^()]*\d{4}[^()]*\)$")  # (2023-2025年)
_BRACKETS = str.maketrans("〔〕［］【】", "[][][]")  # 甲政发〔2023〕14号 is typed with any
_LEAST_TITLE, _LEAST_NUMBER, _KEY_CHARS = 8, 7, 4
_POINTS = r"(?:这|该|此)?(?:一?份|个)?(?:文件|通知|规划|纲要|方案|计划|报告|意见)?(?:里面?|中|当中)?"


@dataclass(frozen=True)
class Titled:
    """`text`: the question with the district in the place of each title, nothing where the document has none.
    `documents`: ids of those that were named so."""

    text: str
    documents: tuple[str, ...]


def without_titles(folded: str, documents: Sequence[Document]) -> Titled:
    """Folded question → the same without titles and numbers of documents that are loaded."""
    text, found = folded, []
    for written, info in _written(folded, tuple(documents)):
        if written not in text:  # a part of a longer one
            continue
        place = fold(info.district)
        before, after = text.split(written, 1)
        after = re.sub(rf"^{_POINTS}的?", "", after)
        text = f"{before}{place if place not in before + after else ''}{after}"
        found.append(info.id)
    return Titled(text, tuple(found)) if re.search(r"\w", text) else Titled(folded, ())


def _written(text: str, documents: tuple[Document, ...]) -> list[tuple[str, DocumentInfo]]:
    """The stretches of `text` that name documents, the longest first."""
    names = _names(Same(documents))
    plain = text.translate(_BRACKETS)
    starts = (at for at in range(len(plain) - _KEY_CHARS + 1) if plain[at : at + _KEY_CHARS] in names)
    found = {
        text[at : at + len(name)]: info
        for at in starts
        for name, info in names[plain[at : at + _KEY_CHARS]]
        if plain.startswith(name, at)
    }
    for match in _BRACKETED.finditer(text):
        if len(match[1]) >= _LEAST_TITLE and match[0] not in found:
            held = [d.info for d in documents if match[1] in fold(d.info.title)]
            if len(held) == 1:
                found[match[0]] = held[0]
    return sorted(found.items(), key=lambda item: -len(item[0]))


@lru_cache(maxsize=2)
def _names(same: Same[tuple[Document, ...]]) -> dict[str, list[tuple[str, DocumentInfo]]]:
    """What one document alone is named by, folded, by its first characters: number, title, and that without years."""
    named: dict[str, list[DocumentInfo]] = {}
    for info in (d.info for d in same.held):
        title, number = fold(info.title), fold(info.number).translate(_BRACKETS)
        bare = _SPAN.sub("", title)
        names = [name for name in (f"《{title}》", f"《{bare}》", title, bare) if len(name) >= _LEAST_TITLE]
        for name in dict.fromkeys([*names, *([number] if len(number) >= _LEAST_NUMBER else [])]):
            named.setdefault(name, []).append(info)
    found: dict[str, list[tuple[str, DocumentInfo]]] = {}
    for name, infos in named.items():
        if len(infos) == 1:
            found.setdefault(name[:_KEY_CHARS], []).append((name, infos[0]))
    return found
