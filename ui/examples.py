"""Example questions made from the documents that are loaded, each answered by the chain before it is offered.

    到2025年,…城镇化率达到83%左右  → 到2025年,甲区的…城镇化率要达到多少?
    “四新”,就是…                   → 甲区说的“四新”是什么意思?
    培育壮大高端制造业 (a heading)   → 甲区怎样培育壮大高端制造业?

The three kinds take turns, so that a visitor sees what may be asked.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from index.types import DocumentInfo, Passage
from rag.chain import AnswerChain

logger = logging.getLogger(__name__)

_TRIES = 2
_TARGET = re.compile(
    r"到(?P<year>20\d\d)年[,，](?:全[区市县省])?(?P<what>[一-鿿]{4,16})达到\d[\d.]*[万亿]*(?P<unit>[%％家人个件亩公里元]+)"
)
_SLOGAN = re.compile(r"“(?P<what>[^“”]{2,8})”[,，]?(?:就是|是指|指的是|指)")
TASK = re.compile(
    r"(?:推进|推动|加快|促进|培育|建设|打造|完善|健全|强化|优化|加强|构建|实施|扩大)[一-鿿]{4,14}(?<!提高|提升|增强)"
)

Maker = Callable[[DocumentInfo, Passage], str]


def examples(chain: AnswerChain, most: int = 4) -> list[str]:
    """Up to `most` questions, no two of one document, each answered by the chain with the passage that it came from."""
    makers: Sequence[Maker] = (_target, _task, _slogan)
    chosen: list[str] = []
    for document in chain.index.documents:
        if len(chosen) == most:
            break
        turned = [makers[(len(chosen) + i) % len(makers)] for i in range(len(makers))]  # another kind each time
        own = [p for p in chain.index.passages_in(document.info.id) if p.kind == "paragraph"]
        made = (pair for make in turned for pair in islice(_made(make, document.info, own), _TRIES))
        chosen += islice((question for question, passage in made if _answered(chain, question, passage)), 1)
    return chosen


def _made(make: Maker, info: DocumentInfo, passages: Iterable[Passage]) -> Iterator[tuple[str, Passage]]:
    return ((question, passage) for passage in passages if (question := make(info, passage)))


def _target(info: DocumentInfo, passage: Passage) -> str:
    match = _TARGET.search(passage.text)
    if not match or "分别" in match["what"]:
        return ""
    unit = "" if match["unit"] in "%％" else match["unit"]
    return f"到{match['year']}年,{info.label}的{match['what']}要达到多少{unit}?"


def _slogan(info: DocumentInfo, passage: Passage) -> str:
    match = _SLOGAN.search(passage.text)
    return f"{info.label}说的“{match['what']}”是什么意思?" if match else ""


def _task(info: DocumentInfo, passage: Passage) -> str:
    match = TASK.fullmatch(passage.lead)
    return f"{info.label}怎样{match[0]}?" if match else ""


def _answered(chain: AnswerChain, question: str, passage: Passage) -> bool:
    try:
        answer = chain.invoke(question)
    except Exception:  # an example is a courtesy: the page opens without it
        logger.exception("the example %r cannot be answered", question)
        return False
    return not answer.refused and any(
        c.doc == passage.doc_id and passage.start <= c.start < passage.end for c in answer.citations
    )
