"""Questions to go on with: made from what stands near the sources of the last answer, each answered by the chain first.

甲区到2025年高新技术企业达到多少家? → 到2025年,甲区的发明专利拥有量是多少?   (another figure near it)
                                   → 乙区到2025年高新技术企业达到多少家?   (the same of another place)
                                   → 甲区怎样推进科技创新?                (a heading near it)
"""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain as joined
from itertools import islice, zip_longest

from index.loaded import Index
from index.types import DocumentInfo, Passage
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.types import Citation, Turn
from ui.examples import TASK
from ui.records import Record

logger = logging.getLogger(__name__)

MOST = 3
_EACH = 4
_NEAR_CHARS = 3000
_INDICATOR_CHARS = range(4, 21)
_TASK = re.compile(rf"(?:^|[^一-鿿]|[章节])({TASK.pattern})")  # from the first word on: no 建设 of 城乡建设步伐加快


def candidates(index: Index, records: Sequence[Record]) -> list[str]:
    """Questions worth trying, the kinds by turns, none that was asked before."""
    last = records[-1]
    around = last.answer.citations or last.answer.nearest
    cited = [c for c in around if c.doc in index.document][:2]
    kinds: list[Iterable[str]] = [
        joined.from_iterable(_figures(index, c) for c in cited),
        _elsewhere(index, last),
        joined.from_iterable(_headings(index, c) for c in cited),
    ]
    made = [q for turn in zip_longest(*(islice(kind, _EACH) for kind in kinds)) for q in turn if q]
    asked = {r.question for r in records} | {r.answer.understood for r in records}
    return [question for question in dict.fromkeys(made) if question not in asked]


def answered(chain: AnswerChain, question: str, history: tuple[Turn, ...], documents: tuple[str, ...]) -> bool:
    """Whether the chain, asked just as it would be, answers with a source."""
    try:
        answer = chain.invoke(Ask(question, history, documents))
    except Exception:  # a follow-up is a courtesy: the conversation goes on without it
        logger.exception("the follow-up %r cannot be answered", question)
        return False
    return not answer.refused and bool(answer.citations)


def _figures(index: Index, citation: Citation) -> Iterator[str]:
    """Other indicators that the document gives near the quote, the nearest first."""
    label = index.document[citation.doc].info.label
    near = [
        row
        for row in index.commitments_of(citation.doc)
        if row.value is not None
        and row.year
        and row.status == "promised"
        and abs(row.start - citation.start) <= _NEAR_CHARS
        and not (row.start < citation.end and citation.start < row.end)
        and len(row.indicator) in _INDICATOR_CHARS
    ]
    for row in sorted(near, key=lambda row: abs(row.start - citation.start)):
        yield f"到{row.year}年,{label}的{row.indicator}是多少?"


def _elsewhere(index: Index, record: Record) -> Iterator[str]:
    """The same question of other places, where it names one."""
    asked = record.answer.understood or record.question
    infos = [document.info for document in index.documents]
    named = max(
        ((name, i) for i in infos for name in _names(i) if name in asked), key=lambda n: len(n[0]), default=None
    )
    if named is None or record.documents:
        return
    name, own = named
    for info in infos:
        if info.district and info.label != own.label and not any(other in asked for other in _names(info)):
            yield asked.replace(name, info.label)


def _headings(index: Index, citation: Citation) -> Iterator[str]:
    """What the document's headings near the quote say is to be done."""
    label = index.document[citation.doc].info.label
    own = (p for p in index.passages_in(citation.doc) if p.start > citation.end)
    titles = (title for passage in own for title in _titles(passage))
    yield from (f"{label}怎样{match[1]}?" for title in dict.fromkeys(titles) if (match := _TASK.search(title)))


def _titles(passage: Passage) -> tuple[str, ...]:
    return (passage.lead, *reversed(passage.path)) if passage.lead else tuple(reversed(passage.path))


def _names(info: DocumentInfo) -> tuple[str, ...]:
    return tuple(name for name in (info.district, *info.aliases) if name)
