"""Which documents mention a term: every document is searched for it to the letter, one line each. No I/O."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.context import body
from index.embed import Vectors
from index.lexical import words
from index.normal import fold
from index.quantity import quantities
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

_CLAUSE = re.compile(r"[^,;。]+")
_FILES = re.compile(r"文件|文档|规划|报告|[份部篇]")
_FIGURE = 1.5  # what a figure beside the term is worth
_SLACK = 3
_LINE_CHARS = 64
_MOST_LINES = 10
_MOST_PASSAGES = 40  # whose sentences are scored, of one document


def mentions(
    question: Question, what: str, negated: bool, doc_ids: Sequence[str], vector: Vectors, scorer: EvidenceScorer
) -> Reply:
    """A line for each document that mentions `what`, with its best sentence; and the names of those that don't.

    Looked for in turn, until any document has it: the term as it stands; the documents' words for it; a sentence with
    all of its words. `doc_ids`: the documents to be searched, all if empty.
    """
    index = scorer.index
    documents = [d for d in index.documents if not doc_ids or d.info.id in doc_ids]
    term = fold(what)
    asked = replace(question, text=term, focus=term, asks="fact", official=(), places=Places((), (), (), term))
    ways = _ways(term)
    found: dict[str, Evidence] = {}
    said: tuple[str, ...] = ()
    for said in ways:
        found = {d.info.id: e for d in documents if (e := _best(asked, said, d, vector, scorer)) is not None}
        if found:
            break
    if not found:
        return Reply(f"已查全部文件,都没有提到“{what}”。", True, 0.1)
    return _written(asked, what, negated, documents, found, said, scorer, bool(_FILES.search(question.text)))


def _ways(term: str) -> list[tuple[str, ...]]:
    """Sets of words, each of which may stand for the term; a word in parts “甲 乙” needs all of its parts."""
    parts = tuple(dict.fromkeys(words(term)))
    official = everyday_words().get(term, ())
    ways = [(term,), (term, *official) if official else (), (" ".join(parts),) if len(parts) > 1 else ()]
    return list(filter(None, ways))


def holds(text: str, said: Sequence[str]) -> bool:
    """Whether a text holds one of the words, or all parts of one that is in parts close together; both folded."""
    return any(word in text or (" " in word and _close(text, word.split(" "))) for word in said)


def _close(text: str, parts: Sequence[str]) -> bool:
    """Whether all parts stand within a stretch hardly longer than they are: 电商直播基地 for 直播 电商."""
    longest = sum(map(len, parts)) + _SLACK * len(parts)
    places = [m.start() for m in re.finditer(re.escape(parts[0]), text)]
    return any(all(part in text[max(0, at - longest) : at + longest] for part in parts) for at in places)


def _best(
    asked: Question, said: Sequence[str], document: Document, vector: Vectors, scorer: EvidenceScorer
) -> Evidence | None:
    """The sentence of a document that says most about the term; its run-in headings only where nothing else does."""
    index = scorer.index
    positions = [
        n for n, p in enumerate(index.passages) if p.doc_id == document.info.id and holds(fold(body(p)), said)
    ][:_MOST_PASSAGES]
    hits = [Hit(n, index.passages[n], 0.0) for n in positions]
    held = [e for e in scorer.score(asked, hits, vector) if holds(fold(_text(e)), said)]
    held.sort(key=lambda e: (is_heading(e), -e.score - _FIGURE * _measured(e, said)))
    return held[0] if held else None


def _measured(evidence: Evidence, said: Sequence[str]) -> bool:
    """Whether a clause of the sentence that holds the term holds a figure too: it says most."""
    clauses = _CLAUSE.findall(fold(evidence.text)) if evidence.hit.passage.kind != "row" else []
    return any(holds(c, said) and any(q.unit and q.unit not in "年月日" for q in quantities(c)) for c in clauses)


def _text(evidence: Evidence) -> str:
    passage = evidence.hit.passage
    return body(passage) if passage.kind == "row" else evidence.text


def _written(
    asked: Question,
    what: str,
    negated: bool,
    documents: Sequence[Document],
    found: dict[str, Evidence],
    said: Sequence[str],
    scorer: EvidenceScorer,
    by_file: bool,
) -> Reply:
    quotes = Quotes(scorer.index)
    lines = []
    for document in [d for d in documents if d.info.id in found][:_MOST_LINES]:
        evidence = found[document.info.id]
        shown, heads = _shown(asked, said, evidence, scorer)
        section = " › ".join(filter(None, (evidence.hit.passage.section, *heads)))
        marker = quotes.cite(document.info.id, evidence.start, evidence.end, section)
        lines.append(f"{_label(document, documents)}:{shown}{marker}")
    silent = [_label(d, documents) for d in documents if d.info.id not in found]
    also = [word for word in said if word != fold(what) and " " not in word]
    known_as = f"(文件中作{'、'.join(f'“{word}”' for word in also)})" if also else ""
    places = all(d.info.label.endswith("区") for d in documents if d.info.id in found)
    unit = "区" if places and not by_file else "文件"
    exact = not any(" " in word for word in said)
    named = what if "“" in what else f"“{what}”"
    count = f"共{len(found)}个" if len(found) < 40 else "很多"
    head = f"{count}{unit}提到{named}{known_as}:" if exact else f"没有逐字提到{named}的,意思相近的{count}{unit}:"
    none = f"未提到:{'、'.join(silent)}" if silent else "没有哪个文件未提到。" if negated else ""
    ordered = [none, head, *lines] if negated else [head, *lines, none]
    return Reply("\n".join(filter(None, ordered)), citations=tuple(quotes.citations))


def _label(document: Document, documents: Sequence[Document]) -> str:
    """A document's district; its title where several share it."""
    info = document.info
    return info.label if sum(d.info.label == info.label for d in documents) == 1 else f"《{info.title or info.file}》"


def _shown(
    asked: Question, said: Sequence[str], evidence: Evidence, scorer: EvidenceScorer
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
    window = best_window(asked, text, _LINE_CHARS, scorer)
    return (window if len(window) <= _LINE_CHARS * 2 else _around(window, parts[0])).strip(",，;；。:： "), ()


def _around(text: str, word: str) -> str:
    """A stretch of a list that is too long for a line, around the word; from 、 to 、."""
    at = max(0, fold(text).find(word))
    start = text.rfind("、", 0, max(0, at - _LINE_CHARS // 3)) + 1
    end = text.find("、", min(len(text), at + _LINE_CHARS // 2))
    return text[start : end if end > 0 else start + _LINE_CHARS * 2]
