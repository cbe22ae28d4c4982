"""What a document plans on one theme: the points of the section or of the run of paragraphs that is about it. Pure.

甲区在养老这块准备干些什么 → the paragraph that opens the theme, and the run-in headings of those that follow it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.loaded import Index
from index.normal import fold, simplify
from index.structure import heading_name
from index.types import Block, Document
from rag.blocks import blocks_of, first_sentence, is_point
from rag.clauses import visible
from rag.headline import densest
from rag.names import prefix
from rag.overview_cues import SUMMARY
from rag.places import find_places
from rag.question import Question
from rag.replies import MOST_CITATIONS, Quotes, Reply
from rag.sections import below, told_section
from rag.subject import content_words, holds_any, wordings_of

_WORDS_OF_SUMMARIES = frozenset(
    (
        "概括 概述 归纳 梳理 总结 简述 综述 简要 主要 安排 内容 方面 部署 措施 工作 要点 重点 思路 事情 举措 打算 任务"
    ).split()
)
_WILL = (
    r"(?:都|又|主要|具体|一共|总共|分别|今后|未来|接下来|将来|准备|打算|计划|要|想|会|将|有|"
    r"[做作]出?了?|干|搞|办|采取了?|部署了?|出台了?|提出了?|安排了?)*"
)
_PLANS = r"(?:安排|部署|举措|措施|打算|动作|工作|计划|做法|事情?|任务|内容|思路|规划|大事|考虑|谋划)"
_ASPECT = re.compile(
    r"^[,\s]*(?:的?(?:规划纲要|行动计划|工作报告|规划|计划|纲要|报告)(?:里|中)?)?(?:到?20\d\d年)?"
    r"(?:在|对于?|关于|就|围绕)?(?P<theme>[^,。?]{2,16}?)"
    r"(?:这?方面|这?一?块儿?|领域|这件事儿?)(?:的?工作)?(?:上|里)?,?"
    rf"{_WILL}(?:些|一些|点|了)?(?:哪些|什么|啥|哪几[个项条])(?:样的?)?(?:具体|主要|重点|重要|新)?的?"
    rf"{_PLANS}?(?:要[做干办])?[呢啊呀?。]*$"
)
"""在…方面有哪些安排, …这块准备干些什么: all of a theme, not one thing of it."""
_LEAST_RUN, _GISTS, _GIST_CHARS = 2, 8, 40


@dataclass(frozen=True)
class Run:
    """Neighbouring paragraphs with run-in headings, and the paragraph that opens them."""

    opening: Block
    points: tuple[Block, ...]


def theme_reply(question: Question, index: Index) -> Reply | None:
    """What a document plans on a theme: 概括甲区在绿色低碳方面的安排, 甲区在养老这块准备干些什么.

    None where no whole theme of one document is asked, or neither a heading nor a run of paragraphs names half of it.
    """
    ids = question.places.documents or tuple(d.info.id for d in index.documents)
    rest = find_places(fold(simplify(question.original)), tuple(index.documents)).rest
    aspect = _ASPECT.search(rest.strip())
    if len(ids) != 1 or not (aspect or SUMMARY.search(question.text)):
        return None
    document = index.document[ids[0]]
    about = aspect["theme"] if aspect else question.focus
    words = [w for w in content_words(about) if w not in _WORDS_OF_SUMMARIES and not re.search(r"\d", w)]
    heading = _heading(document, words)
    if heading is not None:
        within = _about(document, heading, words) if aspect else None
        return told_section(document, heading, index, within)
    run = _run(document, words)
    return told_run(document, run, index) if run is not None else None


def runs_of(document: Document) -> list[Run]:
    """The runs of paragraphs with run-in headings, each with the paragraph without one that stands before it."""
    found: list[Run] = []
    opening: Block | None = None
    points: list[Block] = []
    for block in (*blocks_of(document.text), None):
        if block is not None and opening is not None and is_point(block):
            points.append(block)
            continue
        if opening is not None and len(points) >= _LEAST_RUN:
            found.append(Run(opening, tuple(points)))
        opening = block if block is not None and block.kind == "paragraph" and not block.lead else None
        points = []
    return found


def told_run(document: Document, run: Run, index: Index, opened: bool = True) -> Reply:
    """A run's points, each with its first statement where they are few; `opened`: its opening sentence goes before."""
    quotes = Quotes(index)
    before = ""
    if opened:
        start, end = run.opening.start, first_sentence(document.text, run.opening)
        before = f"{visible(document.text[start:end])}{quotes.cite(document.info.id, start, end)}\n"
    shown = run.points[: MOST_CITATIONS - len(quotes.citations)]
    lines = [_point(document, block, quotes, gist=len(run.points) <= _GISTS) for block in shown]
    more = "……" if len(run.points) > len(shown) else "。"
    return Reply(
        f"{prefix(document.info)}{before}共{len(run.points)}项:{';'.join(lines)}{more}",
        citations=tuple(quotes.citations),
    )


def _point(document: Document, block: Block, quotes: Quotes, gist: bool) -> str:
    """“保障养老公共服务(加大政府投入)[1]”: a run-in heading with the clauses that say most behind it."""
    name = block.lead.strip(" —-。")
    end = first_sentence(document.text, block)
    after = re.compile(r"[^。;；!！]+[。;；!！]").match(document.text, end, block.end)
    if not gist or after is None:
        return f"{name}{quotes.cite(document.info.id, block.start, end)}"
    return f"{name}({_gist(after[0])}){quotes.cite(document.info.id, block.start, after.end())}"


def _gist(sentence: str) -> str:
    """The clauses of a sentence with most figures; without any the first that fit."""
    dense = densest(sentence, _GIST_CHARS)
    if re.search(r"\d", dense):
        return dense
    clauses = re.findall(r"[^,，;；]+[,，;；]?", visible(sentence))
    told: str = clauses[0]
    for clause in clauses[1:]:
        if len(told) + len(clause) > _GIST_CHARS:
            break
        told += clause
    return told.strip(",，;；。 ")


def _heading(document: Document, words: Sequence[str]) -> Block | None:
    """The uppermost heading that names most of `words`, at least half of them."""
    headings = [b for b in blocks_of(document.text) if b.kind == "heading" and b.path]
    held = {b.start: [w for w in words if holds_any(wordings_of(w), fold(b.path[-1]))] for b in headings}
    best = max(headings, key=lambda b: (len(held[b.start]), -len(b.path)), default=None)
    if best is None or 2 * len(held[best.start]) < len(words) or not held[best.start]:
        return None
    return next((b for b in headings if b.path == best.path[:-1] and words[0] in held[b.start]), best)


def _about(document: Document, heading: Block, words: Sequence[str]) -> list[Block] | None:
    """What stands below a heading of several subjects and speaks of `words`; None where all of it counts."""
    within = below(blocks_of(document.text), heading)
    points = [b for b in within if is_point(b)]
    others = [w for w in content_words(fold(heading_name(heading.path[-1]))) if w not in words]
    own = [b for b in points if any(w in fold(document.text[b.start : b.end]) for w in words)]
    return own if others and own and not any(b.kind == "heading" for b in within) else None


def _run(document: Document, words: Sequence[str]) -> Run | None:
    """The only run whose opening paragraph names all of `words`, and whose points name half of them."""
    if not words:
        return None
    text = document.text
    found = []
    for run in runs_of(document):
        opening = fold(text[run.opening.start : run.opening.end])
        named = [w for w in words if any(w in fold(b.lead) for b in run.points)]
        if all(w in opening for w in words) and 2 * len(named) >= len(words):
            found.append(run)
    return found[0] if len(found) == 1 else None
