"""Answers with no LLM: the documents' own sentences, cut to what was asked. No I/O."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.lexical import bigrams
from index.normal import fold
from index.quantity import is_measure, quantities
from rag.below import after_items, below, under_claim
from rag.cells import answer_from_rows
from rag.clauses import best_window, is_figure_asked, parts_of, visible, window_score
from rag.counted import counted_clause, with_count
from rag.cues import asked_count, asked_unit, items_in, same_unit, slogan_items
from rag.defined import entry_opening, explained_behind
from rag.evidence import Evidence, EvidenceScorer, at_sentence
from rag.lead import lead_of
from rag.ordinals import enumerated
from rag.question import Question, years_in
from rag.together import announces, together

_SOME = re.compile(r"哪几个?方面|哪些方面|哪几[点条项]")
_LEAST_ITEMS, _MOST_ITEMS = 3, 12
_WORD_CHARS = 2
_TWO = 2
_LEAST_COVERED = 0.35  # of the question's rare bigrams, by every heading of an outline whose length is not asked for
# Characters that an answer of each kind may take.
SHORT_CHARS = 92
ROOM_CHARS = {"list": 240, "definition": 200, "how": 320}
LONG_LIST_CHARS = 480  # of items that a sentence announces
_SEVERAL_CHARS = 125
_PART_CHARS = 60
_CANDIDATES = 20
_EACH_COUNTED = re.compile(r"各(?:自|是|有|为|占)*(?:多少|几)|分别(?:是|有|为|占)*(?:多少|几)")
_COUNTS_OF_EACH = re.compile(r"[,，](?:分别|依次)(?:为|是|有|达到?)[^。;；]*")
_HARDLY = 1.0  # how much lower, in units of the evidence score
_AS_MUCH = 0.6
_TAKEN = 0.3


@dataclass(frozen=True)
class Piece:
    """A stretch of the answer and what it is cut from.

    `text` is shown; `evidence` is cited. `label` precedes it (a district's name), and `lead`, the figure or date out of
    it that was asked for. `heads` join the citation's section. `remark` stands behind the marker.
    """

    text: str
    evidence: Evidence
    label: str = ""
    heads: tuple[str, ...] = ()
    remark: str = ""
    lead: str = ""


@dataclass(frozen=True)
class Draft:
    """An answer before markers. `blank`: the source has the field but leaves it empty."""

    pieces: tuple[Piece, ...]
    blank: bool = False


def extract(question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer) -> Draft:
    """The shortest stretches of the best evidence that say what was asked."""
    if not evidence:
        return Draft(())
    evidence = _told_before_row(question, _row_before_note(evidence))
    if evidence[0].hit.passage.kind == "row":
        cells, blank = answer_from_rows(question, evidence, scorer.index)
        said = said_in_text(evidence) if blank else None
        if said is None:
            return Draft(tuple(Piece(text, e, heads=heads) for text, e, heads in cells), blank)
        evidence = [said]
    usable = [e for e in evidence if e.hit.passage.kind != "row" and not is_heading(e)] or list(evidence)
    best = usable[0]
    if question.asks in ("list", "definition"):
        outline = _outline(question, evidence, scorer)
        if outline:
            return Draft(tuple(outline))
        usable = [e for e in scorer.merged(question, usable) if not is_heading(e)] or usable
        best = usable[0]
    items = enumerated(question, best, scorer.index) if question.asks in ("list", "how", "fact", "definition") else []
    if items:
        among = any(item.position == best.position for _, item in items)
        opening = [] if among else [Piece(visible(best.text), best)]
        return Draft((*opening, *(Piece(text, e) for text, e in items)))
    if question.asks in ("list", "definition", "how"):
        room = ROOM_CHARS[question.asks]
        short = _as_many(question, best, scorer) or counted_clause(question, best.text)
        short = short or _condensed(question, visible(best.text), room)
        if short:
            return Draft((Piece(_with_counts(question, best.text, short), best),))
        if _is_long_list(question, best.text):
            return Draft((Piece(visible(best.text), best),))
        if len(visible(best.text)) > room or question.asks == "definition":
            window = Piece(best_window(question, best.text, room, scorer, best.span), best)
            if question.asks != "definition":
                return Draft((window,))
            around = (entry_opening(best, scorer.index, room), explained_behind(best, scorer.index, room))
            first, last = (() if own is None else (Piece(visible(own.text), own),) for own in around)
            return Draft((*first, window, *last))
        items = below(best, scorer.index, room)
        if items:
            return Draft((Piece(visible(best.text), best), *(Piece(text, e) for text, e in items)))
        announced = question.asks == "list" and announces(best.text)
        if question.asks == "how" and (claim := under_claim(best, scorer.index, room)):
            return Draft((Piece(visible(best.text), best), *(Piece(text, e) for text, e in claim)))
        run = together(question, usable, best, LONG_LIST_CHARS if announced else room, scorer)
        rest = after_items(run, scorer.index, LONG_LIST_CHARS) if announced else []
        if len(run) == 1 and not rest:
            return Draft((Piece(with_count(question, visible(best.text)), best),))
        return Draft((*(Piece(visible(e.text), e) for e in run), *(Piece(text, e) for text, e in rest)))
    parts = parts_of(question)
    if len(parts) > 1:
        return Draft(tuple(_answer_parts(parts, usable[:_CANDIDATES], scorer)))
    text = best_window(question, best.text, SHORT_CHARS, scorer, best.span)
    return Draft((Piece(text, best, lead=lead_of(question, text, best, scorer)),))


def _is_long_list(question: Question, text: str) -> bool:
    """Whether a list is asked for, and a sentence is one with numbered items that is not too long to be told whole."""
    numbered = len(re.findall(r"[(（][一二三四五六七八九十]{1,2}[)）]", text))
    return question.asks == "list" and numbered > _LEAST_ITEMS and len(visible(text)) <= LONG_LIST_CHARS


def _with_counts(question: Question, sentence: str, short: str) -> str:
    """A clause that names kinds with the next that counts each, where that is asked: …五种类型,分别为136个、27个、…."""
    text = visible(sentence)
    at = text.find(short)
    after = _COUNTS_OF_EACH.match(text, at + len(short)) if at >= 0 and _EACH_COUNTED.search(question.text) else None
    return short if after is None else f"{short}{after[0]}"


def _as_many(question: Question, best: Evidence, scorer: EvidenceScorer) -> str:
    """Of a long sentence the clause where the reader found just as many things as were asked for; "" elsewhere."""
    wanted = asked_count(question)
    if question.asks != "list" or wanted < _TWO or items_in(best.span) != wanted or "," in best.span:
        return ""
    text = visible(best.text)
    return best_window(question, text, SHORT_CHARS, scorer, best.span) if len(text) > ROOM_CHARS["list"] / 2 else ""


def _condensed(question: Question, text: str, room: int) -> str:
    """A list of items with semicolons that is too long, each item down to its first clause: all of them are told.

    "" where the text is no such list, or none of as many items as are asked for.
    """
    head, colon, rest = text.partition(":" if ":" in text else "：")
    items = [item.strip() for item in re.split("[;；]", rest) if item.strip()]
    wanted = asked_count(question)
    if len(text) <= room or not colon or len(items) < _LEAST_ITEMS or wanted not in (0, len(items)):
        return ""
    if question.asks != "list" and not wanted:
        return ""
    short = f"{head}{colon}{';'.join(re.split('[,，。]', item, maxsplit=1)[0] for item in items)}。"
    return short if len(short) <= room else ""


def _row_before_note(evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """Where a table's note comes first, the row that it speaks of goes before it: a row tells its notes itself."""
    note = evidence[0].hit.passage
    if note.kind != "note":
        return evidence
    rows = [e for e in evidence if e.hit.passage.doc_id == note.doc_id]
    row = next((e for e in rows if any(note.start <= at < note.end for at, _ in e.hit.passage.notes)), None)
    return evidence if row is None else [row, *(e for e in evidence if e is not row)]


def _told_before_row(question: Question, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """Where how or why is asked, a sentence that is hardly worse goes before a table's row, which only names tasks."""
    best = evidence[0]
    if question.asks != "how" or best.hit.passage.kind != "row":
        return evidence
    fitting = (
        e
        for e in evidence[1:_CANDIDATES]
        if e.hit.passage.kind == "paragraph"
        and best.score - e.score <= _HARDLY
        and e.features["subject"] >= best.features["subject"]
    )
    told = next(fitting, None)
    return evidence if told is None else [told, *(e for e in evidence if e is not told)]


def said_in_text(evidence: Sequence[Evidence]) -> Evidence | None:
    """A sentence that states what the best row leaves blank: as much of the question, a figure, the year."""
    row = evidence[0].features
    fitting = [
        item
        for item in evidence[1:_CANDIDATES]
        if item.hit.passage.kind not in ("row", "note")
        and item.features["figure"] >= 1
        and item.features["year"] >= 0
        and item.features["local"] >= _AS_MUCH * row["coverage"]
    ]
    return max(fitting, key=lambda item: item.features["year"], default=None)


def is_heading(evidence: Evidence) -> bool:
    """Whether the sentence is only the run-in heading of its paragraph."""
    return bool(evidence.features.get("lead"))


def _answer_parts(parts: Sequence[Question], usable: Sequence[Evidence], scorer: EvidenceScorer) -> list[Piece]:
    """Each part of a question that asks several things gets its own clause; clauses of one sentence stay together.

    A part whose best clause is of another year than its own is left out, unless nothing else is left.
    """
    chosen: list[tuple[Evidence, list[str]]] = []
    best = usable[0].score
    for part in parts:
        taken = [text for _, texts in chosen for text in texts]
        scored = [
            (window_score(part, (text := best_window(part, e.text, _PART_CHARS, scorer)), e.text, scorer)
             + 0.15 * max(-3.0, e.score - best) - _TAKEN * _is_spent(part, text, taken), e, text)
            for e in usable
        ]  # fmt: skip
        _, evidence, text = max(scored, key=lambda item: item[0])
        named = years_in(text) or years_in(evidence.text)
        if part.years and named and not part.years & named and (chosen or part is not parts[-1]):
            continue
        for other, texts in chosen:
            if other.position == evidence.position:
                texts.append(text)
                break
        else:
            chosen.append((evidence, [text]))
    return [Piece(_join(e.text, texts), e) for e, texts in chosen]


def _is_spent(part: Question, text: str, taken: Sequence[str]) -> bool:
    """Whether a clause that answers another part has no figure left for this one."""
    unit = asked_unit(part)
    figures = [q for q in quantities(text) if is_measure(q) and (not unit or same_unit(unit, q.unit))]
    return is_figure_asked(part) and taken.count(text) >= max(1, len(figures))


def _join(sentence: str, texts: Sequence[str]) -> str:
    """Clauses of one sentence: the stretch from the first to the last if it is short, else one after the other."""
    whole = visible(sentence)
    places = sorted((whole.find(t), whole.find(t) + len(t)) for t in set(texts))
    if places[-1][1] - places[0][0] <= _SEVERAL_CHARS:
        return whole[places[0][0] : max(end for _, end in places)]
    kept = [t for t in dict.fromkeys(texts) if not any(t != other and t in other for other in texts)]
    return ";".join(kept)


def _outline(question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer) -> list[Piece]:
    """The run-in headings of neighbouring paragraphs, where there are exactly as many as were asked for.

    “在哪七个方面取得新的更大突破?” → the seven paragraphs that begin “综合实力取得新的更大突破。” and so on.
    """
    wanted = asked_count(question)
    open_count = bool(_SOME.search(question.text))
    if wanted < 2 and not open_count:
        return []
    if items_in(evidence[0].text) == wanted or slogan_items(question, fold(evidence[0].text)):
        return []
    terms = bigrams(question.focus)
    index = scorer.index
    for hit in dict.fromkeys(e.hit.position for e in evidence[:_CANDIDATES]):
        run = _lead_run(scorer, hit)
        if wanted and len(run) > wanted:
            run = _named_alike(question, [(at, index.passages[at].lead) for at in run])
        fits = len(run) == wanted if wanted else _LEAST_ITEMS <= len(run) <= _MOST_ITEMS
        least = _LEAST_COVERED if open_count else 0.0
        if not fits or not all(scorer.coverage(terms, index.passages[at].lead) > least for at in run):
            continue
        example = next(e for e in evidence if e.hit.position == hit)
        heads = [at_sentence(example, index, index.passage_sentences[position].start) for position in run]
        return [Piece(visible(head.text), head) for head in heads]
    return []


def _named_alike(question: Question, headings: Sequence[tuple[int, str]]) -> list[int]:
    """Those of the headings that begin with one and the same word of the question: 智慧政务, 智慧城市, ….

    `headings`: positions of passages with their headings."""
    groups: dict[str, list[int]] = {}
    for position, heading in headings:
        begins = fold(heading)[:_WORD_CHARS]
        if begins in question.text:
            groups.setdefault(begins, []).append(position)
    return max(groups.values(), key=len, default=[])


def _lead_run(scorer: EvidenceScorer, position: int) -> list[int]:
    """The passages around `position` that stand under the same headings and begin with run-in headings of their own."""
    passages = scorer.index.passages

    def alike(at: int) -> bool:
        here, there = passages[position], passages[at]
        return bool(there.lead) and there.doc_id == here.doc_id and there.path == here.path and there.kind == here.kind

    if not alike(position):
        return []
    first = last = position
    while first > 0 and alike(first - 1):
        first -= 1
    while last + 1 < len(passages) and alike(last + 1):
        last += 1
    return [
        at
        for at in range(first, last + 1)
        if fold(visible(passages[at].text)).startswith(fold(visible(passages[at].lead)))
    ]
