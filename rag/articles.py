"""Articles of laws and rules by their number: 第九十一条怎么规定的, 第91条. Pure."""

import re
from decimal import Decimal

from index.loaded import Index
from index.normal import fold
from index.quantity import chinese_number
from index.types import Passage
from rag.clauses import visible
from rag.intents import in_title
from rag.question import Question
from rag.replies import MOST_CITATIONS, MOST_LOOKED_THROUGH, Quotes, Reply

_ARTICLE = re.compile(
    r"第([一二三四五六七八九十百零〇两]{1,7}|\d{1,4})条(?:之([一二三四五六七八九十]))?(?![路街线边船河例约])"
)
_ASKING = re.compile(
    r"请问|里面?|中|(?:具体|主要|都|分别|到底|究竟)|(?:是)?(?:怎么|怎样|如何|咋)(?:写|说|规定|表述|讲)?的?|(?:规定|写|说|讲|包括|内容|条文|原文|全文|要求)的?"
    r"|是|有|了|的|什么|啥|哪些|内容|[呢吗呀啊吧?。,《》“”]"
)
_ROOM_CHARS = 420

Number = tuple[Decimal, str]


def articles_in(text: str) -> frozenset[Number]:
    """The articles that folded `text` names, 第九十一条之一 as (91, "一")."""
    found = (
        (chinese_number(m[1]) if not m[1].isdigit() else Decimal(m[1]), m[2] or "") for m in _ARTICLE.finditer(text)
    )
    return frozenset((number, more) for number, more in found if number is not None)


def article_of(passage: Passage) -> frozenset[Number]:
    """The article that a passage belongs to, none where it stands under no such heading."""
    headings = [fold(heading) for heading in passage.path if heading.startswith("第")]
    return frozenset(n for heading in headings if _ARTICLE.match(heading) for n in articles_in(heading))


def article_reply(question: Question, index: Index) -> Reply | None:
    """The whole article that is asked for and nothing but it, each passage cited.

    None where more is asked than what it says, or not exactly one document has an article of that number.
    """
    named = _ARTICLE.search(question.text)
    wanted = articles_in(question.text)
    if named is None or len(wanted) != 1:
        return None
    rest = _ASKING.sub(" ", question.places.rest.replace(named[0], " ")).split()
    chosen = set(question.places.documents)
    if not chosen and len(index.documents) > MOST_LOOKED_THROUGH:
        return None
    documents = [
        d.info.id
        for d in index.documents
        if (not chosen or d.info.id in chosen) and all(in_title(word, d.info) for word in rest)
    ]
    found = [p for doc_id in documents for p in index.passages_in(doc_id) if wanted <= article_of(p)]
    if len({p.doc_id for p in found}) != 1:
        return None
    quotes = Quotes(index)
    told: list[str] = []
    used = 0
    for passage in found[:MOST_CITATIONS]:
        text = visible(passage.text)
        if told and used + len(text) > _ROOM_CHARS:
            break
        told.append(f"{text}{quotes.cite(passage.doc_id, passage.start, passage.end)}")
        used += len(text)
    more = f"\n(本条较长,余下{len(found) - len(told)}段见原文。)" if len(told) < len(found) else ""
    return Reply("\n".join(told) + more, citations=tuple(quotes.citations))
