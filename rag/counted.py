"""How many things a list names, told before it: “共4项:…”. Only where it cannot be counted in two ways. Pure."""

import re

from index.normal import fold
from index.quantity import chinese_number
from rag.clauses import visible
from rag.cues import asked_count
from rag.question import Question

_LEAST, _MOST = 3, 30
_MOSTLY = 0.5  # of the sentence: else it lists something beside what was asked
_MANY_CLAUSES = 4
_COUNT = re.compile(r"(?<![\d.])(\d{1,2}|[两三四五六七八九十])(?=[大个项类种家条座处片])")
_JOINED = re.compile(r"[和与及或]|以及|并")
_OPEN = re.compile(r"等|其他|及其")
_SAYS_ITSELF = re.compile(r"[一二两三四五六七八九十\d]+(?:大?[项个条类种家]|大[㐀-鿿]{2}|方面)")


def counted_clause(question: Question, text: str) -> str:
    """The clause that alone of many lists as many things as were asked for and says so, "" where there is none.

    哪三个片区 → 实施甲、乙、丙等3个片区改造.
    """
    wanted = asked_count(question)
    clauses = [clause.strip() for clause in re.split(r"[,，;；。]", visible(text)) if clause.strip()]
    if question.asks != "list" or wanted < _LEAST or len(clauses) < _MANY_CLAUSES:
        return ""
    fitting = [clause for clause in clauses if _lists(clause, wanted)]
    return fitting[0] if len(fitting) == 1 else ""


def _lists(clause: str, wanted: int) -> bool:
    """Whether a clause names `wanted` things and says how many they are."""
    folded = fold(clause)
    said = {int(m) if m.isdigit() else int(chinese_number(m) or 0) for m in _COUNT.findall(folded)}
    return wanted in said and folded.count("、") + 1 == wanted


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
    whole = (
        _LEAST <= len(items) <= _MOST
        and _MOSTLY * len(folded) <= len(runs[0])
        and all(items)
        and not any(_JOINED.search(item) for item in items)
    )
    return f"共{len(items)}项:{text}" if whole else text
