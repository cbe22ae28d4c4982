"""What a passage is embedded and searched as: its own words with the names that stand above it. Pure."""

from index.normal import simplify_in_place
from index.types import DocumentInfo, Passage, Sentence

_TITLE_CHARS = 40
_HEADINGS = 2


def render_row(passage: Passage) -> str:
    """A table row as a sentence: “常住人口城镇化率(%):2020年 75.92;2025年 80;…”."""
    cells = ";".join(f"{cell.column} {cell.value}" for cell in passage.cells if cell.value)
    return f"{passage.lead}:{cells}"


def body(passage: Passage) -> str:
    """The passage's words as they are searched."""
    return render_row(passage) if passage.kind == "row" else passage.text


def context(info: DocumentInfo, passage: Passage) -> str:
    """The document's short name and the nearest headings, outermost first; "" where there are none."""
    name = info.district or ("" if passage.text.startswith(info.title[:20]) else info.title[:_TITLE_CHARS])
    headings = passage.path[-_HEADINGS:]
    return " ".join(filter(None, (name, *headings)))


def embedded(info: DocumentInfo, passage: Passage, sentences: list[Sentence]) -> tuple[str, list[tuple[int, int]]]:
    """The text that is embedded, Simplified as questions are, and where in it each of its sentences stands."""
    head = context(info, passage)
    prefix = f"{head}\n" if head else ""
    text = simplify_in_place(prefix + body(passage))
    if passage.kind == "row":
        return text, [(len(prefix), len(text))] * len(sentences)
    shift = len(prefix) - passage.start
    return text, [(s.start + shift, s.end + shift) for s in sentences]


def searched(info: DocumentInfo, passage: Passage) -> str:
    """The text of the lexical index: title, all headings, words."""
    title = "" if passage.text.startswith(info.title[:20]) else info.title
    return "\n".join(filter(None, (title, " ".join(passage.path), body(passage))))
