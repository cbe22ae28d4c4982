"""What came of a named figure: the sentence that holds that very figure is the one to judge, target or result. Pure.

新增1万人就业完成了吗? → 新增城镇就业1万人以上, and not 新增养老机构2处
"""

from collections.abc import Sequence

from index.quantity import is_measure, quantities
from rag import tense
from rag.evidence import Evidence, brought_first
from rag.question import Question


def item_first(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """`evidence` with the best sentence first that holds the figure of which the outcome is asked; else as it is."""
    found = next((item for item in evidence if is_item(question, item)), None)
    if found is None or found is evidence[0]:
        return list(evidence)
    return brought_first(evidence, found)


def is_item(question: Question, evidence: Evidence) -> bool:
    """Whether the outcome of a figure is asked, and a sentence holds it, with its unit."""
    return bool(tense.outcome_asked(question)) and bool(_figures(question.text) & _figures(evidence.text))


def _figures(text: str) -> frozenset[tuple[object, str]]:
    return frozenset((q.value, q.unit) for q in quantities(text) if is_measure(q))
