"""Why something is so: a sentence that gives the cause goes before a row, or one that only says that it is so. Pure."""

import re
from collections.abc import Sequence

from index.normal import fold
from rag.constraints import reason_gone
from rag.evidence import Evidence, brought_first
from rag.question import Question

_CAUSE = re.compile(  # surer than what a refusal takes for a reason: 依托 and 按照 are none
    r"由于|主要(?:是)?(?:受|系|因)|受[㐀-鿿、“”]{1,24}(?:影响|冲击|制约|拖累|挤压|限制|下行)|导致|(?<!打)造成|制约|因(?!素|地|此)[㐀-鿿、“”]{2,24}(?:影响|,)"
)
_LOOKED_AT, _ON_SUBJECT = 6, 0.5


def cause_first(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """`evidence` with the best sentence on the subject first that gives a cause, where a reason is asked for and the
    first gives none."""
    if not evidence or reason_gone(question, evidence[0].text) < 1:
        return list(evidence)
    least = _ON_SUBJECT * max(evidence[0].features["subject"], _ON_SUBJECT)
    for item in evidence[1:_LOOKED_AT]:
        told = item.hit.passage.kind != "row" and _CAUSE.search(fold(item.text))
        if told and item.features["subject"] >= least:
            return brought_first(evidence, item)
    return list(evidence)
