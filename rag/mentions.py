"""Which documents mention a term: every document is searched for it to the letter, one line each. No I/O."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

import numpy as np
import rjieba
from numpy.typing import NDArray

from index.context import body
from index.embed import Vectors
from index.lexical import bigrams, words
from index.loaded import Index
from index.normal import UNQUOTED, fold
from index.quantity import is_measure, quantities
from index.types import Document
from rag.cells import answer_from_rows
from rag.clauses import best_window, visible
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import is_heading
from rag.places import Places
from rag.question import Question
from rag.replies import Quotes, Reply
from rag.types import Hit
from rag.vocabulary import everyday_words
from rag.which import alternatives

_CLAUSE = re.compile(r"[^,;。]+")
_CLAUSES = re.compile(r"[^,，;；。]+")
_FILES = re.compile(r"文件|文档|规划|报告|[份部篇]")
_FIGURE = 1.5  # what a figure beside the term is worth
_SLACK = 3
_RUN_CHARS = 3
_LINE_CHARS = 64
_SHORTEST_LINE = 30
_ALL_CHARS = 170  # of all lines together, where there are several
_SUFFIX = re.compile(r"(?:服务业?|产业|行业|应用|企业|项目|工程|工作|建设|设施|问题|事业|技术|政策)+$")
_MOST_LINES = 10
_MOST_SCORED = 40  # documents; of further ones it is only said that they have it
_MOST_NAMED = 30  # documents that have it not
_MOST_PASSAGES = 40  # whose sentences are scored, of one document


@dataclass(frozen=True)
class Searched:
    """What was looked for as `said`, and what was found by document; `wider`: those with no more than its `core`."""

    what: str
    negated: bool
    said: Sequence[str]
    found: dict[str, Evidence | None]
    core: str
    wider: dict[str, Evidence | None]


def mentions(
    question: Question, what: str, negated: bool, doc_ids: Sequence[str], vector: Vectors, scorer: EvidenceScorer
) -> Reply | None:
    """A line for each document that mentions `what`, with its best sentence; and the names of those that don't.

    None where no document does and `what` is a description rather than a term.

    Looked for in turn, until any document has it: the term as it stands; the documents' words for it; a sentence with
    all of its words. `doc_ids`: the documents to be searched, all if empty.
    """
    index = scorer.index
    documents = [d for d in index.documents if not doc_ids or d.info.id in doc_ids]
    term = fold(what)
    asked = replace(question, text=term, focus=term, asks="fact", official=(), places=Places((), (), (), term))
    ways = _ways(term)
    found: dict[str, Evidence | None] = {}
    said: tuple[str, ...] = ()

    def having(said: tuple[str, ...], among: Sequence[Document]) -> dict[str, Evidence | None]:
        found: dict[str, Evidence | None] = {}
        for doc_id, own in _holding(said, [d.info.id for d in among], index):
            scored = len(found) < _MOST_SCORED
            best = _best(asked, said, own, vector, scorer) if scored else None
            if best is not None or not scored:
                found[doc_id] = best
        return found

    for said in ways:
        found = having(said, documents)
        if found:
            break
    core = _SUFFIX.sub("", term)
    rest = [d for d in documents if d.info.id not in found]
    wider = having((core,), rest) if 2 <= len(core) < len(term) else {}
    if found and not wider and not any(" " in word for word in said):
        parts = tuple(dict.fromkeys(words(said[0])))
        core = " ".join(parts) if len(parts) > 1 else ""
        wider = having((core,), rest) if core else {}
    if not found and not wider and "的" in term and "“" not in question.text:
        return None  # no term but a description: 加氢的站点
    if not found and not wider:
        return Reply(f"已查全部文件,都没有提到“{what}”。", True, 0.1)
    searched = Searched(what, negated, said, found, core, wider)
    return _written(asked, searched, documents, scorer, bool(_FILES.search(question.text)))


def _ways(term: str) -> list[tuple[str, ...]]:
    """Sets of words, each of which may stand for the term; a word in parts “甲 乙” needs all of its parts."""
    parts = tuple(dict.fromkeys(words(term)))
    official = everyday_words().get(term, ())
    ways = [alternatives(term), (term, *official) if official else (), (" ".join(parts),) if len(parts) > 1 else ()]
    return [*filter(None, ways), *((run,) for run in _runs(term))]


def _runs(term: str) -> list[str]:
    """Neighbouring words of a term that may be its heart, the longest first: 长期护理 for 老人长期护理."""
    cut = [word for word in rjieba.cut(term, False) if re.search(r"\w", word)]
    runs = {"".join(cut[a:b]) for a in range(len(cut)) for b in range(a + 1, len(cut) + 1) if b - a < len(cut)}
    least = max(_RUN_CHARS, -(-len(term) // 2))
    return sorted((r for r in runs if len(r) >= least), key=lambda r: (-len(r), r))


def holds(text: str, said: Sequence[str]) -> bool:
    """Whether a text holds one of the words, or all parts of one that is in parts close together; both folded."""
    bare = text.translate(UNQUOTED)  # “瞪羚”企业 is 瞪羚企业
    return any(
        word.translate(UNQUOTED) in bare or (" " in word and _close(bare, word.translate(UNQUOTED).split(" ")))
        for word in said
    )


def _close(text: str, parts: Sequence[str]) -> bool:
    """Whether all parts stand within a stretch hardly longer than they are: 电商直播基地 for 直播 电商."""
    longest = sum(map(len, parts)) + _SLACK * len(parts)
    places = [m.start() for m in re.finditer(re.escape(parts[0]), text)]
    return any(all(part in text[max(0, at - longest) : at + longest] for part in parts) for at in places)


def _holding(said: Sequence[str], doc_ids: Sequence[str], index: Index) -> Iterator[tuple[str, Iterator[int]]]:
    """Each of the documents that holds one of the words, with the passages that do."""
    likely = _likely(said, index)
    for doc_id in doc_ids:
        span = index.passages_of(doc_id)
        own = likely[slice(*np.searchsorted(likely, [span.start, span.stop]))].tolist()
        held = (n for n in own if holds(fold(body(index.passages[n])), said))
        first = next(held, None)
        if first is not None:
            yield doc_id, chain([first], held)


def _likely(said: Sequence[str], index: Index) -> NDArray[np.int64]:
    """The passages that may hold one of the words, by the bigrams of the lexical index, ascending.

    Quotation marks may stand between any two characters of a word, so half of its bigrams are enough.
    """
    found = [np.zeros(0, np.int64)]
    for word in said:
        tokens = {t for part in word.split(" ") for t in bigrams(part.translate(UNQUOTED)) if len(t) > 1 or t.isascii()}
        held = [index.lexical.holders(token, "bigrams") for token in tokens]
        if not held:
            return np.arange(len(index.passages), dtype=np.int64)
        rows, counts = np.unique(np.concatenate(held), return_counts=True)
        found.append(rows[counts >= -(-len(tokens) // 2)])
    return np.unique(np.concatenate(found))


def _best(
    asked: Question, said: Sequence[str], positions: Iterable[int], vector: Vectors, scorer: EvidenceScorer
) -> Evidence | None:
    """The sentence of a document that says most about the term; its run-in headings only where nothing else does.

    `positions`: of the document's passages that hold the term.
    """
    index = scorer.index
    hits = [Hit(n, index.passages[n], 0.0) for n in islice(positions, _MOST_PASSAGES)]
    held = [e for e in scorer.score(asked, hits, vector) if holds(fold(_text(e)), said)]
    held.sort(key=lambda e: (is_heading(e), -e.score - _FIGURE * _measured(e, said)))
    return held[0] if held else None


def _measured(evidence: Evidence, said: Sequence[str]) -> bool:
    """Whether a clause of the sentence that holds the term holds a figure too: it says most."""
    clauses = _CLAUSE.findall(fold(evidence.text)) if evidence.hit.passage.kind != "row" else []
    return any(holds(c, said) and any(map(is_measure, quantities(c))) for c in clauses)


def _text(evidence: Evidence) -> str:
    passage = evidence.hit.passage
    return body(passage) if passage.kind == "row" else evidence.text


def _written(
    asked: Question, searched: Searched, documents: Sequence[Document], scorer: EvidenceScorer, by_file: bool
) -> Reply:
    quotes = Quotes(scorer.index)
    found, wider, said, what = searched.found, searched.wider, searched.said, searched.what
    room = max(_SHORTEST_LINE, min(_LINE_CHARS, _ALL_CHARS // (len(found) + len(wider))))

    def lines_of(evidences: dict[str, Evidence | None], words_said: Sequence[str]) -> list[str]:
        lines = []
        for document in [d for d in documents if d.info.id in evidences][:_MOST_LINES]:
            evidence = evidences[document.info.id]
            if evidence is None:
                continue
            shown, heads = _shown(asked, words_said, evidence, scorer, room)
            section = " › ".join(filter(None, (evidence.hit.passage.section, *heads)))
            marker = quotes.cite(document.info.id, evidence.start, evidence.end, section)
            lines.append(f"{_label(document, documents)}:{shown}{marker}")
        return lines

    silent = [_label(d, documents) for d in documents if d.info.id not in found and d.info.id not in wider]
    also = [word for word in said if word not in alternatives(fold(what)) and " " not in word]
    known_as = f"(文件中作{'、'.join(f'“{word}”' for word in also)})" if also else ""
    places = all(d.info.label.endswith("区") for d in documents if d.info.id in found or d.info.id in wider)
    unit = "区" if places and not by_file else "文件"
    exact = not any(" " in word for word in said) and any(w in said for w in (*alternatives(fold(what)), fold(what)))
    named = what if "“" in what else f"“{what}”"
    count = f"共{len(found)}个{unit}" if len(found) < 40 else f"很多{unit}"
    head = f"{count}提到{named}{known_as}:" if exact else f"没有逐字提到{named}的,意思相近的{count}:"
    lines = [head, *lines_of(found, said)] if found else []
    if wider:
        count = f"共{len(wider)}个{unit}" if len(wider) < 40 else f"很多{unit}"
        rest = "另外" if found else f"没有逐字提到{named}的,"
        close = " " in searched.core
        says = "意思相近:" if close else f"{'只' if found else ''}提到“{searched.core}”:"
        lines += [f"{rest}{count}{says}", *lines_of(wider, (searched.core,))]
    none = f"未提到:{_few(silent)}" if silent else "没有哪个文件未提到。" if searched.negated else ""
    ordered = [none, *lines] if searched.negated else [*lines, none]
    return Reply("\n".join(filter(None, ordered)), citations=tuple(quotes.citations))


def _few(names: Sequence[str]) -> str:
    rest = f"等共{len(names)}个" if len(names) > _MOST_NAMED else ""
    return "、".join(names[:_MOST_NAMED]) + rest


def _label(document: Document, documents: Sequence[Document]) -> str:
    """A document's district; its title where several share it."""
    info = document.info
    return info.label if sum(d.info.label == info.label for d in documents) == 1 else f"《{info.title or info.file}》"


def _shown(
    asked: Question, said: Sequence[str], evidence: Evidence, scorer: EvidenceScorer, room: int
) -> tuple[str, tuple[str, ...]]:
    """The clauses of a sentence that hold the term, as many as a line takes; of a table row its cells and heads."""
    if evidence.hit.passage.kind == "row":
        text, _, heads = answer_from_rows(asked, [evidence], scorer.index)[0][0]
        return text, heads
    text = visible(evidence.text)
    for word in said:
        parts = word.split(" ")
        if all(part in fold(text) for part in parts):
            asked = replace(asked, text=word, focus=word)
            break
    window = best_window(asked, text, room, scorer)
    if not all(part in fold(window) for part in parts):  # a clause without the term: another says more of the rest
        window = next((c for c in _CLAUSES.findall(text) if all(part in fold(c) for part in parts)), window)
    return (window if len(window) <= room * 1.5 else _around(window, parts[0], room)).strip(",，;；。:： "), ()


def _around(text: str, word: str, room: int) -> str:
    """A stretch of a list that is too long for a line, around the word; from 、 to 、."""
    at = max(0, fold(text).find(word))
    start = text.rfind("、", 0, max(0, at - room // 3)) + 1
    end = text.find("、", min(len(text), at + room // 2))
    return text[start : end if end > 0 else start + room * 2]
