"""How many things a list names, told before it: “共4项:…”. Only where it cannot be counted in two ways. Pure."""

import re

from index.lexical import bigrams
from index.normal import fold
from index.quantity import chinese_number
from rag.clauses import visible
from rag.cues import asked_count
from rag.question import Question

_LEAST, _MOST = 3, 30
_SOME = re.compile(r"哪几?[个片处条家所座项]|哪些(?:片区|地方|项目)")
_MOSTLY = 0.5  # of the sentence: else it lists something beside what was asked
_MANY_CLAUSES = 4
_MORE = 2  # bigrams of the question than any other clause that lists
_COUNT = re.compile(r"(?<![\d.])(\d{1,2}|[两三四五六七八九十])(?=[大个项类种家条座处片])")
_JOINED = re.compile(r"[和与及或]|以及|并")
_OPEN = re.compile(r"等|其他|及其")
_SAYS_ITSELF = re.compile(r"[一二两三四五六七八九十\d]+(?:大?[项个条类种家]|大[㐀-鿿]{2}|方面)")


def counted_clause(question: Question, text: str) -> str:
    """The clause of many that lists as many things as it says, and as were asked for; "" where there is none.

    哪三个片区 → 实施甲、乙、丙等3个片区改造. Of several the one with most of the question's words, if one has.
    """
    wanted = asked_count(question)
    clauses = [clause.strip() for clause in re.split(r"[,，;；。]", visible(text)) if clause.strip()]
    counted = wanted >= _LEAST or (not wanted and _SOME.search(question.text))
    if question.asks != "list" or not counted or len(clauses) < _MANY_CLAUSES:
        return ""
    fitting = [clause for clause in clauses if _lists(clause, wanted)]
    terms = set(bigrams(question.focus))
    held = [len(terms & set(bigrams(clause))) for clause in clauses if clause in fitting]
    if len(fitting) == 1 and wanted:
        return fitting[0]
    best = max(range(len(fitting)), key=lambda i: held[i], default=None)
    others = [count for i, count in enumerate(held) if i != best]
    return fitting[best] if best is not None and held[best] >= max(others, default=0) + _MORE else ""


def _lists(clause: str, wanted: int) -> bool:
    """Whether a clause names `wanted` things, any number where it is 0, and says how many they are."""
    folded = fold(clause)
    said = {int(m) if m.isdigit() else int(chinese_number(m) or 0) for m in _COUNT.findall(folded)}
    listed = folded.count("、") + 1
    return listed in said and wanted in (0, listed) and listed >= _LEAST


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
