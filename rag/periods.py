"""What a period brought and what a far year is to bring, each asked for as a whole. Pure.

甲区“十三五”干得怎么样 → the achievements by their headings; 到2035年想建成啥样 → the paragraph of that year's vision.
"""

import re

from index.loaded import Index
from index.normal import fold, simplify
from index.types import Block, Document
from rag.blocks import blocks_of
from rag.clauses import visible
from rag.intents import only_names
from rag.names import prefix
from rag.overview_cues import OVERVIEW
from rag.places import find_places
from rag.question import Question
from rag.replies import Quotes, Reply
from rag.sections import below, sentences_within, told_section
from rag.themes import runs_of, told_run

_PLAN = re.compile(r"“?(十[一二三四五六]?五)”?(?:规划|计划)?")
_SPAN = re.compile(
    r"(?:期间|时期|时候|末|以来|收官|[这那]?个?(?:五年|几年|些年))+|过去(?:的)?(?:五年|几年)|上个五年|五年来"
)
_REVIEWED = re.compile(
    r"(?:整体|总体|到底|发展|工作|任务|计划|各项|经济社会)*(?:干|做|搞|完成|发展|执行|落实|办)得?(?:的)?(?:到底)?(?:怎么样|怎样|如何|咋样|好不好|得好吗)|"
    r"(?:都|主要|一共)*(?:取得|有|收获|实现)(?:了|过)?(?:哪些|什么|啥|多大)(?:主要|重大|重要|明显|新)?的?(?:发展|建设|工作)?(?:成就|成绩|成效|成果|进展|进步|变化)|"
    r"(?:发展|工作|建设|主要)*(?:成就|成绩单?|成效|成果)(?:有哪些|是什么|如何|怎么样)?|回顾"
)
_REVIEWS = (re.compile(r"成[就效绩]|回顾"), re.compile(r"发展基础|完成情况|发展现状"))
"""Headings of what was reached, the plainer ones first."""
_VISION = re.compile(
    r"(?:要|想|将|会|打算|计划|准备|希望|能|最终)*(?:把自己|自己)?(?:建设?成?|变成?|成为|发展成?|打造成?|是|达到)(?:一个|个)?(?:什么|啥|怎么|怎|哪)(?:么)?(?:样|样子|样儿|城市|模样|地步|程度|水平)(?:的)?(?:城市|地方|区|县|市|城区)?|"
    r"(?:的)?(?:远景|长远|长期)的?(?:目标|规划|蓝图)(?:纲要)?(?:是|有|包括)?(?:什么|哪些|啥)(?:样)?|(?:的)?愿景(?:是|有)?(?:什么|啥|哪些)"
)
_WORDS = re.compile(r"到|展望|年|远景|子|城区|什么样|想|要|将")
_LEAST_POINTS = 3
_OPENING_CHARS = 1500


def review_reply(question: Question, index: Index) -> Reply | None:
    """The achievements of a five-year plan that is over, by their headings; None where more or less is asked."""
    rest = find_places(fold(simplify(question.original)), tuple(index.documents)).rest
    plan = _PLAN.search(rest)
    document = _only_document(question, index)
    if document is None or plan is None or not _REVIEWED.search(rest):
        return None
    if not only_names(rest, (document,), _PLAN, _SPAN, _REVIEWED, OVERVIEW):
        return None
    heading = _review(document, plan[1])
    if heading is not None:
        return told_section(document, heading, index)
    runs = [r for r in runs_of(document) if len(r.points) >= _LEAST_POINTS and _opens(document, r.opening, plan[1])]
    return told_run(document, runs[0], index, opened=False) if runs else None


def vision_reply(question: Question, index: Index) -> Reply | None:
    """What an area is to be by a far year, as the paragraph of that vision begins; None for any other question."""
    rest = find_places(fold(simplify(question.original)), tuple(index.documents)).rest
    document = _only_document(question, index)
    if document is None or len(question.years) != 1 or not _VISION.search(rest):
        return None
    year = str(next(iter(question.years)))
    if not only_names(rest.replace(year, " "), (document,), _VISION, _WORDS, OVERVIEW):
        return None
    paragraphs = [b for b in blocks_of(document.text) if b.kind == "paragraph"]
    named = [b for b in paragraphs if any(_is_vision(part, year) for part in (*b.path[-1:], b.lead))]
    opened = [b for b in paragraphs if re.match(rf"(?:展望|到){year}年", _dated(document.text[b.start : b.end]))]
    if not (named or opened):
        return None
    block = (named or opened)[0]
    end = sentences_within(document.text, block)
    quotes = Quotes(index)
    text = visible(document.text[block.start : end])
    return Reply(
        f"{prefix(document.info)}{text}{quotes.cite(document.info.id, block.start, end)}",
        citations=tuple(quotes.citations),
    )


def _only_document(question: Question, index: Index) -> Document | None:
    ids = question.places.documents or tuple(d.info.id for d in index.documents)
    return index.document[ids[0]] if len(ids) == 1 and not question.places.foreign else None


def _review(document: Document, plan: str) -> Block | None:
    """The heading of a document's look back at a plan, None where it has none."""
    blocks = blocks_of(document.text)
    for pattern in _REVIEWS:
        for heading in blocks:
            if heading.kind == "heading" and heading.path and pattern.search(heading.path[-1]):
                end = max([heading.end, *(b.end for b in below(blocks, heading))])
                if plan in fold(document.text[heading.start : end])[:_OPENING_CHARS]:
                    return heading
    return None


def _opens(document: Document, opening: Block, plan: str) -> bool:
    """Whether a paragraph begins by looking back at a plan: “十三五”时期是…的五年."""
    return bool(
        re.match(rf"[^。]{{0,12}}“?{plan}”?(?:时期|期间|以来|五年)", fold(document.text[opening.start : opening.end]))
    )


def _is_vision(heading: str, year: str) -> bool:
    return bool(re.search(rf"{year}年?的?远景(?!目标纲要|目标的建议)", _dated(heading)))


def _dated(text: str) -> str:
    """Folded text with its years in digits and no blanks: 二 〇 三五年 → 2035年."""
    bare = re.sub(r"\s+", "", fold(text))
    digits = str.maketrans("〇零○一二三四五六七八九", "000123456789")
    return re.sub(r"[〇零○一二三四五六七八九]{4}(?=年)", lambda m: m[0].translate(digits), bare)
