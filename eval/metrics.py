"""One value per question for every measure; averaging and comparing are done elsewhere. Pure, no judge.

Spans, not chunk ids, decide what was found, so that re-chunking keeps the measures valid.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from eval.dataset import Item
from eval.ranking import first_ranks, ndcg, recall, reciprocal_rank
from index.types import Document

# An answer is not a pasted passage: longest in characters by kind, and in proportion to the gold answer (times, plus).
LONGEST = {
    "number": 160, "fact": 160, "table": 160, "definition": 400,
    "compare": 400, "followup": 400, "list": 600, "why_how": 600,
}  # fmt: skip
PROPORTION = {"compare": (10, 200), "definition": (6, 150), "list": (5, 120), "why_how": (5, 120)}
_USUAL_PROPORTION = (4, 80)
LONGEST_QUOTE, LONGEST_PASSAGE, MOST_CITATIONS, EXACT_CLAUSE = 400, 800, 12, 8
CUTS = (1, 3, 5, 10)
_MARKER = re.compile(r"\[\d+(?:[,，、]\s*\d+)*\]|【\d+】")
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?")
_COUNT = re.compile(r"共[1-3]?\d(?!\d)[项条个家处所种类]")
_ORDINAL = re.compile(r"^\s*(?:\d{1,2}[.、)）](?!\d)\s*|[(（]\d{1,2}[)）])|[①-⑳]", re.M)
_CHINESE_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")

Span = tuple[str, int, int]


def squash(text: str) -> str:
    """How two wordings of a value are compared: NFKC, years in digits, no white space, no Markdown emphasis."""
    text = unicodedata.normalize("NFKC", text).replace("○", "〇")
    text = re.sub(
        r"[〇一二三四五六七八九]{4}(?=年)", lambda m: m[0].translate(_CHINESE_DIGITS), text.replace(" 〇 ", "〇")
    )
    text = re.sub(r"(?<=\d)\s+(?=\d)", "|", text)
    return re.sub(r"[\s*_`]+", "", text).lower()


def contains(text: str, wanted: str) -> bool:
    """Whether squashed `text` holds `wanted`, not as a part of a longer figure (5个 is not in 15个)."""
    wanted = squash(wanted)
    for match in re.finditer(re.escape(wanted), text):
        before, after = text[: match.start()][-1:], text[match.end() : match.end() + 2]
        cut_before = wanted[:1].isdigit() and (before.isdigit() or before == ".")
        cut_after = wanted[-1:].isdigit() and (after[:1].isdigit() or bool(re.match(r"\.\d", after)))
        if not cut_before and not cut_after:
            return True
    return False


def correct(item: Item, answer: str) -> bool:
    """Every `must` and `pairs` is there, and the answer is no longer than an answer may be."""
    body = squash(_MARKER.sub("", answer))
    times, plus = PROPORTION.get(item.kind, _USUAL_PROPORTION)
    if len(body) > min(LONGEST[item.kind], times * len(squash(item.answer)) + plus):
        return False
    names = [squash(name) for name, _ in item.pairs]
    for name, value in item.pairs:
        places = [m.start() for m in re.finditer(re.escape(squash(value)), body)]
        if not any(_nearest_name(names, body, at) == squash(name) for at in places):
            return False
    return all(any(contains(body, a) for a in alternatives) for alternatives in item.must)


def _nearest_name(names: Sequence[str], body: str, at: int) -> str:
    """The district named last before position `at`."""
    name = max(names, key=lambda n: body.rfind(n, 0, at))
    return name if body.rfind(name, 0, at) >= 0 else ""


def hits(item: Item, spans: Sequence[Span], documents: Mapping[str, Document], clauses: bool = False) -> list[bool]:
    """For every gold quote: does a span cover half of it, or, with `clauses`, lie inside it as an exact clause?"""
    found = []
    for doc, quote in item.evidence:
        text = documents[doc].text
        own = [(a, b) for d, a, b in spans if d == documents[doc].info.id]
        places = [m.start() for m in re.finditer(re.escape(quote), text)]
        found.append(any(_covers(at, at + len(quote), a, b, clauses) for at in places for a, b in own))
    return found


def _covers(start: int, end: int, a: int, b: int, clauses: bool) -> bool:
    inside = clauses and b - a >= EXACT_CLAUSE and start <= a and b <= end
    return inside or min(b, end) - max(a, start) >= (end - start) / 2


def figures(text: str) -> list[str]:
    """Every figure of a text, without thousands separators, list numbers and counts of items."""
    text = _COUNT.sub("", squash(_ORDINAL.sub("·", text).replace("，", "、")))
    return [figure.replace(",", "") for figure in _FIGURE.findall(text)]


def score(item: Item, answer: Mapping[str, Any], documents: Mapping[str, Document]) -> dict[str, Any]:
    """All measures of one answer, a record of the batch contract. `documents`: by file name.

    Of every question: id, kind, style, refused, answerability (0 to 1), correct, markers_match, chars (of the answer,
    markers aside), citations and verbatim (how many, and how many of them give their quote), quotes_verbatim, figures
    (how many are told), unsupported_figures, figures_supported (their share, None where no figure is told), ms (in
    total, None where it was not measured) and stages (ms by stage). Of answerable ones also, by `_support` and
    `_search`, what was cited and what was found.
    """
    by_id = {d.info.id: d for d in documents.values()}
    citations = answer["citations"]
    short = [c for c in citations if c["end"] - c["start"] <= LONGEST_QUOTE]
    sound = [c for c in short if c["doc"] in by_id and by_id[c["doc"]].text[c["start"] : c["end"]] == c["quote"]]
    markers = {int(n) for m in _MARKER.findall(answer["answer"]) for n in re.findall(r"\d+", m)}
    body = _MARKER.sub("", answer["answer"])
    told = figures(body)
    sources = _sources(item, sound[:MOST_CITATIONS], citations, by_id)
    loose = [f for f in told if f not in sources]
    row: dict[str, Any] = {
        "id": item.id,
        "kind": item.kind,
        "style": item.style,
        "refused": answer["refused"],
        "answerability": answer["answerability"],
        "markers_match": markers == {c["marker"] for c in citations},
        "chars": len(squash(body)),
        "citations": len(citations),
        "verbatim": len(sound),
        "quotes_verbatim": len(sound) == len(citations),
        "figures": len(told),
        "unsupported_figures": loose,
        "figures_supported": 1 - len(loose) / len(told) if told else None,
        "ms": answer["timing_ms"].get("total"),
        "stages": {stage: ms for stage, ms in answer["timing_ms"].items() if stage != "total"},
    }
    if not item.answerable:
        return {**row, "correct": answer["refused"]}
    row["correct"] = not answer["refused"] and correct(item, answer["answer"])
    cited = [_as_span(c) for c in short[:MOST_CITATIONS]]
    return row | _support(item, cited, len(citations), answer["refused"], documents) | _search(item, answer, documents)


def _as_span(record: Mapping[str, Any]) -> Span:
    return record["doc"], record["start"], record["end"]


def _support(
    item: Item, cited: Sequence[Span], citations: int, refused: bool, documents: Mapping[str, Document]
) -> dict[str, Any]:
    """What the answer's citations cover; nothing where it refuses.

    cited_evidence, cited_all: one, every gold quote. citation_recall: the share of the gold quotes. citation_precision:
    the share of all `citations` that cover a gold quote or are an exact clause of one, None where nothing is cited.
    """
    covered = [hit and not refused for hit in hits(item, cited, documents, clauses=True)]
    useful = 0 if refused else sum(any(hits(item, [span], documents, clauses=True)) for span in cited)
    return {
        "cited_evidence": any(covered),
        "cited_all": all(covered) and not refused,
        "citation_recall": sum(covered) / len(covered) if covered else 0.0,
        "citation_precision": useful / citations if citations else None,
    }


def _search(item: Item, answer: Mapping[str, Any], documents: Mapping[str, Document]) -> dict[str, Any]:
    """any@k, all@k, recall@k: one, all, what share of the gold quotes the first k passages hold; mrr, ndcg@10."""
    found = [(r["doc"], r["start"], r["end"]) for r in answer["retrieved"]]
    spans = [(doc, a, b if b - a <= LONGEST_PASSAGE else a) for doc, a, b in found]  # a longer one keeps its rank
    ranks = first_ranks([hits(item, [span], documents) for span in spans[: max(CUTS)]], len(item.evidence))
    row: dict[str, Any] = {}
    for k in CUTS:
        within = [rank is not None and rank <= k for rank in ranks]
        row |= {f"any@{k}": any(within), f"all@{k}": all(within), f"recall@{k}": recall(ranks, k)}
    return row | {"mrr": reciprocal_rank(ranks), "ndcg@10": ndcg(ranks, 10)}


def _sources(
    item: Item, quotable: Sequence[Mapping[str, Any]], cited: Sequence[Mapping[str, Any]], by_id: Mapping[str, Document]
) -> set[str]:
    """Figures that an answer may tell: those of its quotes, of headings that stand in the document, of the asker."""
    texts = [item.question, *(t["content"] for t in item.history if t["role"] == "user")]
    texts += [by_id[c["doc"]].info.title for c in cited if c["doc"] in by_id]
    for citation in quotable:
        whole = squash(by_id[citation["doc"]].text)
        texts.append(citation["quote"])
        texts += [part for part in re.split("[›>]", citation["section"]) if squash(part) in whole]
    return {figure for text in texts for figure in figures(text)}
