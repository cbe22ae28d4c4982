"""The number of a document that another cites: 依据的那份文件,文号是多少 → 《…计划》(某发〔2022〕19号). Pure."""

import re
from collections.abc import Sequence

from index.lexical import bigrams
from rag.clauses import visible
from rag.evidence import Evidence
from rag.extract import Piece
from rag.question import Question

_ASKED = re.compile(r"文号|发文字号|文件号|几号文|哪一?号文|多少号文")
_CITED = re.compile(r"《[^《》]{4,60}》\s*[(（](?P<number>[㐀-鿿]{1,10}[〔\[]\d{4}[〕\]]\s*第?\d{1,4}号)[)）]")
_BASIS = re.compile(r"(?:依据|根据|按照|引用|援引|贯彻)的?")  # what it names stands behind it
_CANDIDATES = 5


def cited_number(question: Question, evidence: Sequence[Evidence]) -> Piece | None:
    """The cited title with its number that has most of the question's words; None where none is asked for or cited."""
    if not _ASKED.search(question.text):
        return None
    terms = set(bigrams(_BASIS.split(question.text)[-1]))
    found = [
        (len(terms & set(bigrams(match[0]))), -rank, match, item)
        for rank, item in enumerate(evidence[:_CANDIDATES])
        for match in _CITED.finditer(visible(item.text))
    ]
    if not found:
        return None
    _, _, match, item = max(found, key=lambda one: one[:2])
    return Piece(match[0], item, lead=match["number"])
