"""A figure asked for without naming a place: a line for each document that states it. No I/O."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.columns import is_blank
from index.context import body
from index.embed import Vectors
from index.lexical import bigrams
from index.quantity import quantities
from rag import refuse
from rag.clauses import best_window
from rag.cues import asked_unit
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import Draft, Piece, extract, is_heading
from rag.question import Question, focus_of
from rag.retrieve import Searcher
from rag.timeliness import in_tense, is_result, wants_plan

TIP = "可在问题中写明区名只看一个。"
_WHO_MOST = re.compile(
    r"(?:哪[一]?个?(?:区县?|市|县|地方|城区)|谁)[^,?。]{0,24}?[最更]?[高多大低少](?:些|一些|点)?(?=[?。]|$)"
)
_ASKED_OF_PLACES = re.compile(
    r"(?:哪[一]?个?(?:区县?|市|县|地方|城区)|谁)的?|[最更]?[高多大低少](?:些|一些|点)?(?=[?。]|$)"
)
_ONE_BY_ONE = frozenset("个家处座所项")
_EVERY_PLACE = re.compile(
    r"(?:各个?|每个|所有|全部|这?[几两三四五六七八九十\d]+个)(?:区县?|地方|城区|市|文件)(?:的|里面?|中)?|分别|各自?(?=是|有|为|多)"
)
_MOST_LINES = 5
_LONGEST_CHARS = 158 - len(TIP)  # with markers and line ends
_LINE_CHARS = 34
_PER_DOCUMENT = 4  # passages whose sentences are scored
_MOST_HITS = 48  # of large collections
ALL_SEEN = _MOST_HITS // _PER_DOCUMENT  # documents that a search over all of them looks at, each
_NEAR = 5.2  # how far below the best document's score another's may lie
_SHARE = 0.8  # of the best document's coverage, and of that of its clause with the figure
_SURE = 0.5  # how likely another document has to answer


def each_document(
    question: Question, first: Evidence, vector: Vectors, searcher: Searcher, scorer: EvidenceScorer
) -> Draft | None:
    """A short piece for each document that answers, the best one's first; None where fewer than two do.

    `first`: the evidence that the answer would rest on otherwise; its document has to be among them.
    """
    if not asked_of_all(question) or len(scorer.index.documents) < 2:
        return None
    bare = _EVERY_PLACE.sub("", question.text)
    if ranks(question):
        bare = _ASKED_OF_PLACES.sub(" ", bare)
    if bare != question.text:
        asks = question.asks if question.asks == "date" else "number"
        question = replace(question, text=bare, focus=focus_of(bare), asks=asks)
    ids = tuple(d.info.id for d in scorer.index.documents if d.info.named)
    told = of_each(question, ids, vector, searcher, scorer, lambda item: item.features["figure"] >= 1)
    found = {doc_id: in_tense(question, own) for doc_id, own in told.items()}
    terms = bigrams(question.focus or question.text)
    own = found.get(first.hit.passage.doc_id)
    if not own:
        return None
    best = own[0]
    answering = [e for e in found.values() if e is own or _as_good(e[0], best, terms, scorer)]
    answering = [e for e in answering if e is own or _answers(question, e, scorer)]
    pieces = [p for e in sorted(answering, key=lambda e: -e[0].score) if (p := _line(question, e, scorer)) is not None]
    kept: list[Piece] = []
    for piece in pieces[:_MOST_LINES]:
        if has_room(kept, piece):
            kept.append(piece)
    return Draft(tuple(kept)) if len(kept) > 1 else None


def of_each(
    question: Question,
    ids: Sequence[str],
    vector: Vectors,
    searcher: Searcher,
    scorer: EvidenceScorer,
    fits: Callable[[Evidence], bool],
) -> dict[str, list[Evidence]]:
    """The sentences of each of the documents `ids` that fit, no headings, best first."""
    among = replace(question, places=replace(question.places, documents=tuple(ids), names=("",) * len(ids)))
    found: dict[str, list[Evidence]] = {}
    hits = searcher.search(among, min(_MOST_HITS, _PER_DOCUMENT * len(ids)), vector)
    for item in scorer.score(question, hits, vector):
        if not is_heading(item) and fits(item):
            found.setdefault(item.hit.passage.doc_id, []).append(item)
    return found


def has_room(lines: Sequence[Piece], piece: Piece) -> bool:
    """Whether an answer of `lines` stays short with one more."""
    chars = sum(len(p.label) + len(p.text) + 5 for p in (*lines, piece))
    return len(lines) < _MOST_LINES and chars <= _LONGEST_CHARS


def asked_of_all(question: Question) -> bool:
    """Whether a question wants a figure or a date and leaves open of which place."""
    places = question.places
    figure = question.asks in ("number", "date") or ranks(question)
    return figure and not places.documents and not places.foreign


def ranks(question: Question) -> bool:
    """Whether a question that names no place asks which place has most of something: 哪个区的高新技术企业最多."""
    return not question.places.documents and bool(_WHO_MOST.search(question.text))


def _as_good(other: Evidence, best: Evidence, terms: Sequence[str], scorer: EvidenceScorer) -> bool:
    """Whether a document says as much of what was asked as the best one, with the same kind of figure."""
    covered, most = _covered(other, terms, scorer), _covered(best, terms, scorer)
    same = other.features["figure"] >= 1 and other.features["year"] >= min(0.0, best.features["year"])
    listed = _is_row(other) or "分别" in other.text  # the figure stands apart from its name
    same = same and (listed or other.features["local"] >= _SHARE * best.features["local"])
    return same and covered >= _SHARE * most and other.score >= best.score - _NEAR


def _covered(evidence: Evidence, terms: Sequence[str], scorer: EvidenceScorer) -> float:
    passage = evidence.hit.passage
    return scorer.coverage(terms, f"{body(passage) if _is_row(evidence) else evidence.text} {passage.lead}")


def _answers(question: Question, evidence: list[Evidence], scorer: EvidenceScorer) -> bool:
    """Whether a document surely answers, and in the unit that was asked for: 35个, not 3个片区 for 多少套."""
    asked = asked_unit(question)
    units = {q.unit for q in quantities(evidence[0].text, chinese=True)} | ({asked} if _is_row(evidence[0]) else set())
    fits = asked in units or not asked or bool(_ONE_BY_ONE & {asked} and _ONE_BY_ONE & units)
    fits = fits and not (wants_plan(question) and is_result(evidence[0]))
    pieces = extract(question, evidence, scorer).pieces
    return fits and refuse.fitted().probability(refuse.features(question, evidence, pieces, scorer)) >= _SURE


def _is_row(evidence: Evidence) -> bool:
    return evidence.hit.passage.kind == "row"


def _line(question: Question, evidence: Sequence[Evidence], scorer: EvidenceScorer) -> Piece | None:
    """What a document states, cut to its clause; None where its table leaves the cell blank."""
    if _is_row(evidence[0]) and _open_end(question, evidence[0]):
        evidence = [e for e in evidence if not _is_row(e) and e.features["figure"] >= 1]
    draft = extract(question, evidence, scorer) if evidence else Draft(())
    if draft.blank or not draft.pieces:
        return None
    piece = draft.pieces[0]
    label = scorer.index.document[piece.evidence.hit.passage.doc_id].info.label
    if _is_row(piece.evidence):
        return replace(piece, label=label)
    return replace(piece, label=label, lead="", text=best_window(question, piece.text, _LINE_CHARS, scorer))


def _open_end(question: Question, row: Evidence) -> bool:
    """Whether a row has no value for its last year: it then says what was, not what is aimed at."""
    years = [cell for cell in row.hit.passage.cells if re.search(r"20\d\d", cell.column)]
    return bool(years) and is_blank(years[-1].value) and not question.years
