"""Score the sentences of the found passages: which of them say what was asked.

Every feature can be explained; the weights are fitted on the project's own questions by `python -m eval fit` and stand
in data/evidence.json.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from index.context import body
from index.lexical import bigrams, document_frequencies
from index.normal import fold
from index.quantity import chinese_number, quantities
from index.store import Index
from index.types import Passage
from rag.question import Question
from rag.types import Hit

_COUNTERS = frozenset("个家名人位项处座所条场套件辆张台只户种类款期批次支部本间栋幢轮届")
_KINDS_OF_UNIT = (
    frozenset(("平方米", "平米", "公顷", "亩", "万亩", "平方公里")),
    frozenset(("公里", "米", "千米")),
    frozenset(("年", "个月", "月", "天", "小时", "分钟")),
)
_ASKED_UNIT = re.compile(
    r"(?:多少|几)个?(?P<unit>平方公里|平方米|平方千米|万?平米|公里|千米|公顷|米|万?亩|亿?元|万?吨(?:标准煤)?|[万亿]元|%|岁|年|天|分钟|小时|个百分点|个月|个?[名家户人个项处座所条场套件辆张台只种类期批次支部本])"
)
_PERCENT_ASKED = re.compile(r"率|比重|比例|占比|百分之|覆盖面|增速|增长(?:多少|速度)|增幅|提高几个点|几个点")
_MONEY_ASKED = re.compile(r"多少钱|投资|收入|金额|总额|资金|贷款|产值|罚款|营收|税|多少块")
_CLAUSE = re.compile(r"[^,，;；、]+")
_QUOTED = re.compile(r"“([^“”]{1,12})”")
_SAYS = re.compile(r"[”)]?[^,。;、]{0,8}?(?:是指|就是|即|指|:|包括|是[“一]|\(|,(?:是指|即|就是|一是|是))")
_LISTED_BEFORE = re.compile(r"、[^、,。;]{1,20}[等]?[”]?[“]?$")
_OPENS_DEFINITION = re.compile(r"(?:即|指|是指|取“|主要(?:包括|是)|包括|分别(?:是|为))")
_COUNT_ASKED = re.compile(r"哪([两二三四五六七八九十\d]{1,3})|“([二三四五六七八九十\d]{1,2})[^”]{1,4}”|([两二三四五六七八九十\d]{1,3})(?:个|大|项|条|方面|类|样)[^,。?]{0,6}(?:是|有|都|分别|各)")
_SIZE_ASKED = (("多大", "平方米"), ("多长", "公里"), ("多远", "公里"), ("多久", "年"), ("多高", "%"))
_DATE_FIGURE = re.compile(r"\d{4}年|\d{1,2}月|月底|年底|年末")


@dataclass(frozen=True)
class Evidence:
    """A sentence with its features; `position` is its place in `Index.sentences`."""

    position: int
    hit: Hit
    text: str
    start: int
    end: int
    score: float
    features: dict[str, float]


class EvidenceScorer:
    """Scores sentences for one index."""

    def __init__(self, index: Index, weights: Mapping[str, float] | None = None) -> None:
        self.index = index
        self.weights = weights or fitted_weights()

    @cached_property
    def _frequencies(self) -> dict[str, int]:
        return document_frequencies(body(p) for p in self.index.passages)

    def rarity(self, token: str) -> float:
        """Inverse document frequency of a bigram, over passages."""
        count = len(self.index.passages)
        return math.log(1 + (count + 0.5) / (self._frequencies.get(token, 0) + 0.5))

    def coverage(self, terms: list[str], text: str) -> float:
        """How much of the question's rare bigrams `text` holds, 0 to 1."""
        wanted = set(terms)
        total = sum(map(self.rarity, wanted))
        return sum(map(self.rarity, wanted & set(bigrams(text)))) / total if total else 0.0

    def score(self, question: Question, hits: list[Hit], vector: NDArray[np.float32]) -> list[Evidence]:
        """All sentences of `hits`, best first. `vector`: the question's, [dimension]."""
        if not hits:
            return []
        terms = bigrams(question.focus or question.text)
        best = max(hit.score for hit in hits)
        found: list[Evidence] = []
        for rank, hit in enumerate(hits):
            for position in self.index.passage_sentences[hit.position]:
                sentence = self.index.sentences[position]
                features = self._features(question, terms, hit, position, vector)
                features["passage"] = hit.score - best
                features["first"] = float(rank == 0)
                found.append(Evidence(position, hit, sentence.text, sentence.start, sentence.end, 0.0, features))
        return sorted(_with_similarity(found, self.weights), key=lambda e: -e.score)

    def _local(self, question: Question, terms: list[str], text: str) -> float:
        """The coverage of the clause that holds a figure of the kind asked for: 545座城市公厕, not 49处停车场."""
        if question.asks not in ("number", "compare", "date"):
            return 0.0
        asked = asked_unit(question)
        clauses = [c for c in _CLAUSE.findall(text) if _holds(question, asked, c)]
        return max((self.coverage(terms, clause) for clause in clauses), default=0.0)

    def _features(
        self, question: Question, terms: list[str], hit: Hit, position: int, vector: NDArray[np.float32]
    ) -> dict[str, float]:
        passage = hit.passage
        sentence = self.index.sentences[position]
        text = body(passage) if passage.kind == "row" else sentence.text
        heads = f"{passage.lead} {' '.join(passage.path[-2:])}"
        own = self.coverage(terms, text)
        whole = self.coverage(terms, f"{text} {heads}")
        headings = {fold(h) for h in (passage.lead, *passage.path[-1:])} - {""}
        is_lead = passage.kind != "row" and fold(text).rstrip("。").lstrip("-") in headings
        return {
            "coverage": own,
            "heading": whole - own,
            "cosine": float(self.index.sentence_vectors[position] @ vector),
            "run": _longest_run(fold(question.focus), fold(text)) / max(4, len(fold(question.focus))),
            "figure": _figure_match(question, text, passage),
            "year": _year_match(question, text, passage),
            "lead": float(is_lead),
            "short": float(len(text) < 12),
            "local": self._local(question, terms, text),
            "defines": _defines(question, text),
            "items": _items_match(question, text),
            "rhetoric": float(bool(re.search(r"坚持|贯彻|深入学习|指导思想|围绕|统筹|牢固树立", text[:14]))),
        }


def _defines(question: Question, text: str) -> float:
    """Whether the text says what a quoted term of the question stands for: “三医”联动即…, …、…、…“三大战略”."""
    if question.asks not in ("definition", "list", "fact"):
        return 0.0
    folded = fold(text)
    if question.asks == "definition" and _OPENS_DEFINITION.match(folded):
        return 1.0
    for term in _QUOTED.findall(question.text):
        at = folded.find(term)
        if at >= 0 and (
            _SAYS.match(folded, at + len(term)) or _LISTED_BEFORE.search(folded[:at]) or folded[max(0, at - 2) : at] in ("即“", "指“")
        ):
            return 1.0
    return 0.0


def asked_count(question: Question) -> int:
    """How many things a question asks for: 哪四个 → 4, “六个一” → 6; 0 where it does not say."""
    match = _COUNT_ASKED.search(question.text)
    value = chinese_number(match[1] or match[2] or match[3]) if match and not (match[1] or match[2] or match[3]).isdigit() else None
    if match and value is None:
        value = Decimal(match[1] or match[2] or match[3])
    return int(value) if value is not None and 2 <= value <= 30 else 0


def items_in(text: str) -> int:
    """How many parallel items the text enumerates, by its longest list."""
    folded = fold(text)
    numbered = len(set(re.findall(r"(?<![第之唯])([一二三四五六七八九])是", folded)))
    listed = max((run.count("、") + 1 for run in re.split(r"[,，;；。:]", folded)), default=1)
    return max(numbered, listed, folded.count(";") + 1)


def _items_match(question: Question, text: str) -> float:
    """1 where the text enumerates as many items as were asked for, 0.5 where it enumerates some."""
    if question.asks not in ("list", "definition"):
        return 0.0
    count, wanted = items_in(text), asked_count(question)
    if wanted and count == wanted:
        return 1.0
    return 0.5 if count >= 3 else 0.0


def _with_similarity(found: list[Evidence], weights: Mapping[str, float]) -> list[Evidence]:
    """Cosines of one model crowd together: count how far each lies below the best, in tenths; then add everything up."""
    best = max(e.features["cosine"] for e in found)
    scored = []
    for evidence in found:
        features = {**evidence.features, "similar": (evidence.features["cosine"] - best) * 10}
        total = sum(weights.get(name, 0.0) * value for name, value in features.items())
        scored.append(replace(evidence, features=features, score=total))
    return scored


def asked_unit(question: Question) -> str:
    """The unit that the question wants its figure in: "家", "%", "元"; "" where it names none."""
    match = _ASKED_UNIT.search(question.text)
    if match:
        return match["unit"].lstrip("万亿个") or match["unit"]
    for words, unit in _SIZE_ASKED:
        if words in question.text:
            return unit
    if question.asks in ("number", "compare") and _PERCENT_ASKED.search(question.text):
        return "%"
    if question.asks in ("number", "compare") and _MONEY_ASKED.search(question.text):
        return "元"
    return ""


def same_unit(asked: str, unit: str, text: str) -> bool:
    """Whether a figure's unit is of the kind that was asked for; 家 and 个 count the same things."""
    if asked == unit or (asked == "%" and unit in ("%", "‰", "个百分点")):
        return True
    for kind in _KINDS_OF_UNIT:
        if asked in kind:
            return unit in kind
    return asked in _COUNTERS and (unit in _COUNTERS or unit in ("人次",))


def _holds(question: Question, asked: str, clause: str) -> bool:
    if question.asks == "date":
        return bool(_DATE_FIGURE.search(fold(clause)))
    figures = [q for q in quantities(clause, chinese=True) if q.unit != "年" or asked == "年"]
    return any(not asked or same_unit(asked, q.unit, q.text) for q in figures)


def _figure_match(question: Question, text: str, passage: Passage) -> float:
    """1 where the text holds a figure of the kind asked for, 0.4 another figure, 0 none; 0 where none is asked."""
    if question.asks == "date":
        return float(bool(_DATE_FIGURE.search(fold(text))))
    if question.asks not in ("number", "compare"):
        return 0.0
    figures = [q for q in quantities(text, chinese=True) if q.unit != "年"]
    if not figures:
        return 0.0
    asked = asked_unit(question)
    if not asked:
        return 0.8
    named = text if passage.kind != "row" else passage.lead
    return 1.0 if any(same_unit(asked, q.unit, q.text) for q in figures) or f"({asked})" in fold(named) else 0.4


def _year_match(question: Question, text: str, passage: Passage) -> float:
    """1 where a year that was asked is named, -1 where only others are, 0 where none is asked or named."""
    if not question.years:
        return 0.0
    named = {int(q.value) for q in quantities(text) if q.unit == "年" and 1900 < q.value < 2100}
    if question.years & named:
        return 1.0
    return -1.0 if named else 0.0


def _longest_run(a: str, b: str) -> int:
    """Length of the longest common substring."""
    best = 0
    previous = [0] * (len(b) + 1)
    for char in a:
        row = [0] * (len(b) + 1)
        for j, other in enumerate(b):
            if char == other and char != " ":
                row[j + 1] = previous[j] + 1
                best = max(best, row[j + 1])
        previous = row
    return best


@lru_cache(maxsize=1)
def fitted_weights() -> dict[str, float]:
    """The weights that `python -m eval fit` wrote."""
    text = resources.files("rag").joinpath("data/evidence.json").read_text("utf-8")
    return {str(k): float(v) for k, v in json.loads(text)["weights"].items()}
