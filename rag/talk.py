"""The questions that everyone asks, sent to where they are answered, and the last lines of an answer. No I/O."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from index.embed import Vectors
from rag import about, clarify, collection, headline, mentions, overview, said, timeliness
from rag.arithmetic import conclusion
from rag.articles import article_reply
from rag.asked_figure import Part
from rag.chapters import chapter_reply
from rag.everywhere import TIP, asked_of_all, ranks
from rag.evidence import EvidenceScorer
from rag.extract import Piece
from rag.intents import Intent, intent_of
from rag.periods import review_reply, vision_reply
from rag.question import Question
from rag.replies import Quotes, Reply
from rag.sections import section_reply
from rag.themes import theme_reply
from rag.types import Citation
from rag.whole_table import table_reply

_CLOSING = re.compile(
    r"所列文件中|相差|合计|由.{1,30}到.{1,30},是(?:上升|下降|持平)的|更.{1,2}的是|最.{1,2}的是|两.{0,4}(?:相同|一样)|\(?注意|可在问题中写明"
)


def reply_to(
    question: Question,
    chosen: Sequence[str],
    in_conversation: bool,
    scorer: EvidenceScorer,
    vector: Callable[[], Vectors],
    today: date,
) -> Reply | None:
    """The answer to a question that everyone asks; None for a content question.

    `chosen`: documents that the asker restricted it to. `vector`: the question's, computed where it is needed.
    """
    index = scorer.index
    intent: Intent = intent_of(question, index.documents, in_conversation)
    match intent.name:
        case "":
            return (
                clarify.ask_back(question, chosen, index)
                or article_reply(question, index)
                or chapter_reply(question, index)
                or section_reply(question, index)
                or review_reply(question, index)
                or vision_reply(question, index)
                or theme_reply(question, index)
                or table_reply(question, index)
            )
        case "about":
            return about.about(index, intent.documents, intent.attributes, question.text, today)
        case "list":
            return collection.listing(index, whole=intent.what == "titles")
        case "stated":
            return collection.stated(index, intent.attributes[0], intent.negated)
        case "dated":
            return collection.dated(index, intent.what)
        case "has":
            return collection.has(index, intent.what)
        case "overview":
            return overview.overview(index, intent.documents, intent.what)
        case "aims":
            return headline.aims(index, intent.documents[0])
        case "mentions":
            return mentions.mentions(question, intent.what, intent.negated, intent.documents, vector(), scorer)
        case talk:
            return said.answer(talk, index, intent.what)


def closed(
    question: Question,
    pieces: Sequence[Piece],
    text: str,
    citations: Sequence[Citation],
    scorer: EvidenceScorer,
    today: date,
) -> tuple[str, list[Citation]]:
    """An answer with what comes before and after its pieces: 文件只写明目标, differences and ranks, the plan's age."""
    index = scorer.index
    done = [timeliness.tells_result(p.evidence, index.document[p.evidence.hit.passage.doc_id].info) for p in pieces]
    parts = [
        Part(p.label, p.text, _marker(p, citations), own, p.evidence.stated)
        for p, own in zip(pieces, done, strict=True)
    ]
    quotes = Quotes(index, tuple(citations))
    cited = dict.fromkeys(c.doc for c in citations)
    before = timeliness.prefix(question, [p.evidence for p in pieces])
    after = [
        conclusion(question, parts, scorer),
        timeliness.results_note(question, [(p.label, own) for p, own in zip(pieces, done, strict=True)]),
        timeliness.note(question, [index.document[d] for d in cited], quotes, today),
    ]
    if asked_of_all(question) and not ranks(question) and len({p.label for p in pieces}) > 1:
        after.append(TIP)
    return "\n".join(filter(None, (before + text, *after))), quotes.citations


def core(text: str) -> str:
    """What an answer claims: without the lines that `closed` puts before and after it."""
    lines = [line for line in text.removeprefix(timeliness.ONLY_A_TARGET).split("\n") if not _CLOSING.match(line)]
    return "\n".join(lines)


def _marker(piece: Piece, citations: Sequence[Citation]) -> int:
    evidence = piece.evidence
    return next((c.marker for c in citations if (c.doc, c.start) == (evidence.hit.passage.doc_id, evidence.start)), 0)
