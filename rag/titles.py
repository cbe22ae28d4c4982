"""Documents that a question names by their title or number: “《甲区行动计划》里…”, “甲政办发〔2023〕14号…”. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.normal import fold
from index.types import Document, DocumentInfo

_BRACKETED = re.compile(r"《([^《》]{6,80})》")
_SPAN = re.compile(r"\([^()]*\d{4}[^()]*\)$")  # (2023-2025年)
_BRACKETS = str.maketrans("〔〕［］【】", "[][][]")  # 甲政发〔2023〕14号 is typed with any
_LEAST_TITLE, _LEAST_NUMBER = 8, 7
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
    for info in (d.info for d in documents):
        written = _written(text, info, documents)
        if not written:
            continue
        place = fold(info.district)
        before, after = text.split(written, 1)
        after = re.sub(rf"^{_POINTS}的?", "", after)
        text = f"{before}{place if place not in before + after else ''}{after}"
        found.append(info.id)
    return Titled(text, tuple(found)) if re.search(r"\w", text) else Titled(folded, ())


def _written(text: str, info: DocumentInfo, documents: Sequence[Document]) -> str:
    """The stretch of `text` that names the document, "" where none does."""
    title, number = fold(info.title), fold(info.number).translate(_BRACKETS)
    at = text.translate(_BRACKETS).find(number) if len(number) >= _LEAST_NUMBER else -1
    if at >= 0:
        return text[at : at + len(number)]
    bare = _SPAN.sub("", title)
    for name in (f"《{title}》", f"《{bare}》", title, bare):
        if len(name) >= _LEAST_TITLE and name in text:
            return name
    for match in _BRACKETED.finditer(text):
        named = [d.info.id for d in documents if match[1] in fold(d.info.title)]
        if len(match[1]) >= _LEAST_TITLE and named == [info.id]:
            return match[0]
    return ""
