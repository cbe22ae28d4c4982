"""Text that was broken into lines of one width, as it is copied out of a printed page. Pure.

“　　截至2020年底,全县共有养老机构46家,其中公办敬老院”   full: it goes on in the next line
“31家、民办养老机构15家。”                               short, or the next begins with an indent: it ends
“— 3 —”                                                  a page number: the paragraph goes on behind it
"""

import re
import unicodedata
from collections.abc import Sequence

from index.table_parts import Line

_FULL = 0.78  # of the usual width
_LEAST_WIDTH, _MOST_WIDTH = 40, 130  # in halves of a Chinese character
_LEAST_LINES = 8
_BROKEN = 0.5  # of the full lines end within a sentence
_INDENT = re.compile(r"(?:\u3000| {2})")
_PAGE_NUMBER = re.compile(r"[-—–·]+\s*\d{1,4}\s*[-—–·]+|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?")
_ENDS = re.compile(r"[。！？!?;；:：…][”’」』）)》】\"']*$")


def width_of(text: str, lines: Sequence[Line]) -> int:
    """The width to which `text` was broken, in halves of a Chinese character; 0 where it was not."""
    long = [(_width(_raw(text, line)), line.text) for line in lines if "|" not in line.text]
    long = [(width, words) for width, words in long if width >= _LEAST_WIDTH]
    if len(long) < _LEAST_LINES:
        return 0
    usual = sorted(width for width, _ in long)[int(0.9 * len(long))]
    full = [words for width, words in long if width >= _FULL * usual]
    wider = max(width for width, _ in long) > usual / _FULL
    broken = sum(not _ENDS.search(words) for words in full)
    fits = not wider and usual <= _MOST_WIDTH and len(full) >= _LEAST_LINES
    return usual if fits and broken >= _BROKEN * len(full) else 0


def goes_on(text: str, before: Line, line: Line, width: int) -> bool:
    """Whether a full line that ends within a sentence is followed by the rest of it."""
    full = _width(_raw(text, before)) >= _FULL * width
    return full and not _ENDS.search(before.text) and not is_indented(text, line)


def is_indented(text: str, line: Line) -> bool:
    """Whether a line begins with the blanks of a new paragraph."""
    return bool(_INDENT.match(_raw(text, line)))


def is_page_number(line: Line) -> bool:
    """Whether a line is a page's number and nothing else."""
    return bool(_PAGE_NUMBER.fullmatch(line.text))


def _raw(text: str, line: Line) -> str:
    """A line with its indent."""
    return text[text.rfind("\n", 0, line.start) + 1 : line.end]


def _width(raw: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "FWA" else 1 for char in raw)
