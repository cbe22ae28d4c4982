"""Terms that a paragraph explains before it names them, as glossaries do whose headings were lost. Reads folded text.
Pure.

    …,即一月一调度,…;一月一督察,…;一月一通报,…。…实行“三个一”机制          as many parts, each beginning with 一
    选派退休教师到村小任教,以…。“银发导师”共3批,…                             what is counted next by its name
    指面向大众、收费合理的幼儿园。我省普惠性幼儿园包括…,普惠性幼儿园覆盖率…   the word that the rest keeps naming
"""

import re
from collections.abc import Iterator

from index.quantity import chinese_number
from index.term_lists import NUMERAL, Found

_PARTS = re.compile(r"(?:^|[,。])(?:即|分别是|主要是):?(?P<means>[^。]{8,400})")
_QUOTED_COUNT = re.compile(rf"“(?P<term>(?P<count>[{NUMERAL}]{{1,2}})个(?P<begin>[㐀-鿿]{{1,2}}))”")
_HEADLESS = re.compile(r"^指(?P<means>[^。]{6,}?的(?P<noun>(?!的)[㐀-鿿]{2,4}))。")
_COUNTED_NEXT = re.compile(r"(?P<means>[^。]{8,400})。“(?P<term>[^“”,;。:]{2,12})”共\d+(?:批|期|个|项|类|条|级|步|段),")
_LONGEST_TERM_CHARS = 10
_NAMED = 2  # how often the rest has to name a term


def from_paragraph(text: str) -> Iterator[Found]:
    """The terms that a folded paragraph explains in one sentence and names in another."""
    yield from _parts(text)
    yield from _headless(text)
    counted = _COUNTED_NEXT.match(text)
    if counted:
        yield Found(counted["term"], counted.start("means"), counted.end("means"))


def _parts(text: str) -> Iterator[Found]:
    for match in _PARTS.finditer(text):
        parts = match["means"].split(";")
        for named in _QUOTED_COUNT.finditer(text):
            begins = all(part.startswith(named["begin"]) for part in parts)
            if begins and len(parts) == chinese_number(named["count"]) and named.start() > match.end():
                yield Found(named["term"], match.start("means"), match.end("means"))
                break


def _headless(text: str) -> Iterator[Found]:
    match = _HEADLESS.match(text)
    if not match:
        return
    noun, rest = match["noun"], text[match.end() :]
    for end in (m.end() for m in re.finditer(re.escape(noun), rest)):
        sizes = range(min(end, _LONGEST_TERM_CHARS), len(noun) + 1, -1)
        words = (rest[end - size : end] for size in sizes)
        term = next((w for w in words if re.fullmatch(r"[㐀-鿿]+", w) and rest.count(w) >= _NAMED), "")
        if term:
            yield Found(term, match.start("means"), match.end("means"))
            return
