"""A document's own main goals: the sentences with their figures, its position, the headings of its aims. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal

from index.loaded import Index
from index.normal import fold
from index.quantity import is_measure, quantities
from index.types import Block, Document
from rag.blocks import Span, blocks_of, first_sentence
from rag.clauses import visible
from rag.replies import MOST_CITATIONS, Quotes, Reply

_MOST_TARGETS = 3
_TARGET_CHARS = 72
_FEW = 3
_AIMS = re.compile(r"目标|指标|愿景")
_MAIN = re.compile(r"(?:主要|发展|总体|奋斗|预期|工作|总的)目标|发展定位|功能定位|战略定位")
_AIMED = re.compile(r"到20\d\d年|力争|目标|达到|确保|计划|将|新增|完成")
_DONE = re.compile(r"“十[二三]五”(?:期间|时期|末)|五年来|累计完成|较“十|已[经完建实]|成功|荣获|截至|20\d\d年底,")
_LOOKS_BACK = re.compile(r"回顾|成[就效绩]|发展基础|现状|存在|问题")
_REPORTED = re.compile(r"^全年|比上年|较上年|同比|现有")
_LEADS_TO_AIMS = re.compile(r"目标[^。]{0,12}[:。]?$|以下[^。]{0,8}目标")
_POSITION = re.compile(r"定位(?:为|是|于|:)(?![什啥何])[^。;]{6,}")
_OF_ALL = re.compile(r"生产总值|公共预算收入|财政收入|可支配收入|城镇化率|固定资产投资|规模以上工业|高新技术企业|研发")
_IN_GOALS, _AIM, _PLAN_END, _LATER, _MOST_OF_ALL = 7, 3, 3, 1, 3


def targets(document: Document, index: Index) -> list[Span]:
    """Sentences that state figures to be reached, in the text's order.

    Those of the section of main goals first, then those of the plan's last year and of the indicators of a whole area.
    """
    if "公报" in document.info.title:  # it tells what was reached
        return []
    goals = _goals(document)
    last_year = document.info.period[-4:]
    scored: list[tuple[float, int, int, str]] = []
    for at in index.sentences_of(document.info.id):
        sentence = index.sentences[at]
        passage = index.passages[sentence.passage]
        folded = fold(sentence.text)
        if passage.kind == "row" or not _AIMED.search(folded) or _DONE.search(folded):
            continue
        if _REPORTED.search(folded) or any(_LOOKS_BACK.search(part) for part in passage.path):
            continue
        figures = _measured(densest(sentence.text))
        in_goals = any(start <= sentence.start < end for start, end in goals)
        if len(figures) < (1 if in_goals else 2):
            continue
        aim = bool(_AIMS.search(" ".join((*passage.path, passage.lead)))) or "目标" in folded
        years = re.findall(r"到(20\d\d)年", folded)
        score = min(len(figures), 6) + _IN_GOALS * in_goals + _AIM * aim
        score += _PLAN_END if last_year in years else _LATER * bool(years)
        score += min(_MOST_OF_ALL, len(set(_OF_ALL.findall(folded))))
        scored.append((score, sentence.start, sentence.end, passage.section))
    best = sorted(scored, key=lambda item: (-item[0], item[1]))[:_MOST_TARGETS]
    return [(start, end, section) for _, start, end, section in sorted(best, key=lambda item: item[1])]


def position(document: Document, index: Index) -> Span | None:
    """The sentence that says what an area is to be: 发展定位为…; None where none does."""
    for at in index.sentences_of(document.info.id):
        sentence = index.sentences[at]
        if index.passages[sentence.passage].kind != "row" and _POSITION.search(fold(sentence.text)):
            return sentence.start, sentence.end, index.passages[sentence.passage].section
    return None


def positioned(sentence: str) -> str:
    """“…发展定位为打造甲、乙。” → “打造甲、乙”."""
    match = _POSITION.search(visible(sentence))
    return re.sub(r"^定位(?:为|是|于|:|：)", "", match[0]).strip("。;； ") if match else ""


def aims(index: Index, doc_id: str) -> Reply | None:
    """The run-in headings of the aims of a document, each cited; None where it has none."""
    document = index.document[doc_id]
    chosen = _aim_run(document)
    if not chosen:
        return None
    quotes = Quotes(index)
    shown = chosen[:MOST_CITATIONS]
    lines = [
        f"{block.lead.strip(' —-。')}{quotes.cite(doc_id, block.start, first_sentence(document.text, block))}"
        for block in shown
    ]
    count = f"共{len(chosen)}项" if len(chosen) < 40 else "很多项"
    text = f"{document.info.label}的主要目标{count}:{';'.join(lines)}{'……' if len(chosen) > len(shown) else '。'}"
    return Reply(text, citations=tuple(quotes.citations))


def densest(sentence: str, room: int = _TARGET_CHARS) -> str:
    """The clauses within `room` characters that hold the most figures; the earliest of several."""
    clauses = re.findall(r"[^,，;；]+[,，;；]?", visible(sentence))
    best, most = "", -1
    for first in range(len(clauses)):
        line = ""
        for clause in clauses[first:]:
            if line and len(line) + len(clause) > room:
                break
            line += clause
            if (count := len(_measured(line))) > most:
                best, most = line, count
    return best.strip(",，;；。 ")


def _goals(document: Document) -> list[tuple[int, int]]:
    """Where the main goals stand: what their headings are above of, and the run that an announcement leads to."""
    named = [b for b in blocks_of(document.text) if any(_MAIN.search(fold(part)) for part in (*b.path, b.lead))]
    return [(b.start, b.end) for b in (*named, *_aim_run(document)) if b.kind == "paragraph"]


def _aim_run(document: Document) -> Sequence[Block]:
    """The first run of paragraphs with run-in headings below a heading of aims or behind an announcement of them."""
    runs: list[list[Block]] = []
    before: Block | None = None
    told: list[str] = []
    for block in blocks_of(document.text):
        if block.kind != "paragraph":
            continue
        if not block.lead:
            told.append(document.text[block.start : block.end])
        elif before is not None and before.lead and before.path == block.path:
            runs[-1].append(block)
        elif _AIMS.search(block.path[-1] if block.path else "") or (told and _LEADS_TO_AIMS.search(fold(told[-1]))):
            runs.append([block])
        else:
            before = None
            continue
        before = block
    return next((run for run in runs if len(run) >= _FEW), [])


def _measured(text: str) -> set[tuple[Decimal, str]]:
    """The figures of a text that are no dates."""
    return {q.key for q in quantities(text) if is_measure(q)}
