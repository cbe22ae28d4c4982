"""How many things a list names, told before it: “共4项:…”. Only where it cannot be counted in two ways. Pure."""

import re

from index.normal import fold
from rag.question import Question

_LEAST, _MOST = 3, 30
_JOINED = re.compile(r"[和与及或]|以及|并")
_OPEN = re.compile(r"等|其他|及其")
_SAYS_ITSELF = re.compile(r"[一二两三四五六七八九十\d]+(?:大?[项个条类种家]|大[㐀-鿿]{2}|方面)")


def with_count(question: Question, text: str) -> str:
    """`text`, a sentence that lists what was asked for, with the number of its items before it.

    Unchanged where the sentence says the number itself, where the list is open (等), where an item may be two (甲和乙),
    or where there is more than one list.
    """
    folded = fold(text).strip("。;")
    if question.asks != "list" or _SAYS_ITSELF.search(folded) or _OPEN.search(folded):
        return text
    runs = [run for run in re.split(r"[,:。;]", folded) if "、" in run]
    if len(runs) != 1 or ";" in folded:
        return text
    items = runs[0].split("、")
    whole = _LEAST <= len(items) <= _MOST and all(items) and not any(_JOINED.search(item) for item in items)
    return f"共{len(items)}项:{text}" if whole else text
