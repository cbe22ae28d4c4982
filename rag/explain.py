"""Why a question is answered as it is: every stage's scores with their weights, for people and as JSON.

The stages are run as the chain runs them; nothing here decides anything.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from rag import refuse
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.question import Question
from rag.retrieve import standardise
from rag.types import Answer

_SENTENCES = 5
_SHOWN_CHARS = 46
_ASKS = {
    "number": "数量", "date": "时间", "list": "列举", "definition": "名词解释", "how": "措施或原因", "compare": "比较",
    "yesno": "是否", "fact": "事实",
}  # fmt: skip
_STAGES = {"dense": "语义", "bigrams": "双字", "words": "词", "sentence": "句子"}


@dataclass(frozen=True)
class Term:
    """One summand of a score: `weight` times `value`. `raw`: what a standardised value was made of."""

    name: str
    value: float
    weight: float
    raw: float | None = None

    @property
    def share(self) -> float:
        return self.weight * self.value


@dataclass(frozen=True)
class Scored:
    """A passage or sentence with what made its score, in the order of the stages or by the size of the share."""

    doc: str
    section: str
    text: str
    score: float
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Explanation:
    """`refusal`: the terms of the logistic score, to which `bias` is added; `answer.answerability` is its sigmoid."""

    question: Question
    passages: tuple[Scored, ...]
    sentences: tuple[Scored, ...]
    refusal: tuple[Term, ...]
    bias: float
    threshold: float
    answer: Answer

    def as_record(self) -> dict[str, Any]:
        """The JSON object of `python -m rag explain --json`."""
        return {
            "understanding": {
                "original": self.question.original,
                "text": self.question.text,
                "focus": self.question.focus,
                "understood": self.question.understood,
                "documents": list(self.question.places.documents),
                "foreign": list(self.question.places.foreign),
                "years": sorted(self.question.years),
                "asks": self.question.asks,
                "official": list(self.question.official),
                "alternates": list(self.question.alternates),
                "corrected": [list(pair) for pair in self.question.corrected],
                "note": self.question.note,
            },
            "passages": [_record(p) for p in self.passages],
            "sentences": [_record(s) for s in self.sentences],
            "refusal": {
                "terms": [_term(t) for t in self.refusal],
                "bias": self.bias,
                "probability": round(self.answer.answerability, 4),
                "threshold": self.threshold,
                "refused": self.answer.refused,
            },
            "answer": self.answer.text,
            "timing_ms": {stage: round(ms, 2) for stage, ms in self.answer.timing_ms.items()},
        }


def _record(scored: Scored) -> dict[str, Any]:
    return {**asdict(scored), "score": round(scored.score, 4), "terms": [_term(t) for t in scored.terms]}


def _term(term: Term) -> dict[str, Any]:
    raw = {} if term.raw is None else {"raw": round(term.raw, 4)}
    return {
        "name": term.name,
        **raw,
        "value": round(term.value, 4),
        "weight": term.weight,
        "share": round(term.share, 4),
    }


def explain(chain: AnswerChain, ask: Ask) -> Explanation:
    """Answer `ask` and keep what every stage saw.

    Raises:
        QuestionError: see `AnswerChain.invoke`.
    """
    answer = chain.invoke(ask)
    question = chain.understand(ask)
    considered = chain.consider(ask)
    hits = considered.hits if considered else ()
    vector = chain.searcher.embedder.query(question.text)
    allowed = chain.searcher.allowed(question)
    parts = chain.searcher.scores(question, vector, allowed) if len(allowed) else {}
    standard = {name: standardise(scores) for name, scores in parts.items()}
    passages = []
    for hit in hits:
        at = int(np.searchsorted(allowed, hit.position))
        terms = tuple(
            Term(name, float(standard[name][at]), chain.searcher.weights[name], float(scores[at]))
            for name, scores in parts.items()
        )
        passages.append(Scored(hit.passage.doc_id, hit.passage.section, hit.passage.text, hit.score, terms))
    model = refuse.model_for(considered.features if considered else {})
    weights = {**chain.scorer.weights, **(chain.reader.weights if chain.reader else {})}
    return Explanation(
        question=question,
        passages=tuple(passages),
        sentences=tuple(
            Scored(e.hit.passage.doc_id, e.hit.passage.section, e.text, e.score, _terms(e.features, weights))
            for e in (considered.evidence if considered else ())[:_SENTENCES]
        ),
        refusal=_terms(considered.features if considered else {}, model.weights),
        bias=model.bias,
        threshold=model.threshold,
        answer=replace(answer, hits=()),
    )


def _terms(features: Mapping[str, float], weights: Mapping[str, float]) -> tuple[Term, ...]:
    """What counts of the features, the largest share first."""
    terms = [Term(name, value, weights.get(name, 0.0)) for name, value in features.items()]
    return tuple(sorted((t for t in terms if t.share), key=lambda t: -abs(t.share)))


def show(explanation: Explanation, console: Console | None = None) -> None:
    """Print an explanation as tables."""
    console = console or Console(highlight=False)
    console.print(_understanding(explanation.question))
    if explanation.passages:
        console.print(_passages(explanation))
        for number, passage in enumerate(explanation.passages, 1):
            console.print(_listed(number, passage), markup=False, soft_wrap=True)
    for number, sentence in enumerate(explanation.sentences, 1):
        console.print(f"\n句子{_listed(number, sentence)}", markup=False, soft_wrap=True)
        console.print(_summed("", sentence.terms))
    answer = explanation.answer
    verdict = "拒答" if answer.refused else "作答"
    title = f"可答概率 {answer.answerability:.2f},门槛 {explanation.threshold:.2f}:{verdict}"
    console.print(_summed(f"\n{title}", (*explanation.refusal, Term("bias", 1.0, explanation.bias))))
    console.print(_times(answer.timing_ms))
    console.print(answer.text, markup=False)


def _understanding(question: Question) -> Table:
    table = Table(title="理解", show_header=False, title_justify="left")
    places = [*question.places.documents, *(f"{place}(未收录)" for place in question.places.foreign)]
    rows = (
        ("问题", question.text),
        ("主题", question.focus),
        ("补全为", question.understood),
        ("文件", "、".join(places) or "全部"),
        ("年份", "、".join(map(str, sorted(question.years)))),
        ("问的是", _ASKS.get(question.asks, question.asks)),
        ("规范说法", "、".join(question.official)),
        ("改正", "、".join(f"{written}→{meant}" for written, meant in question.corrected)),
        ("另查", "、".join(question.alternates)),
        ("说明", question.note),
    )
    for name, value in rows:
        if value:
            table.add_row(name, _plain(value))
    return table


def _passages(explanation: Explanation) -> Table:
    """One line a passage: each stage as raw and as standardised score; the weights stand in the head."""
    table = Table(title="段落:原始分 标准分", title_justify="left")
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("总分", justify="right", no_wrap=True)
    for term in explanation.passages[0].terms:
        table.add_column(f"{_STAGES.get(term.name, term.name)} × {term.weight:g}", justify="right", no_wrap=True)
    for number, passage in enumerate(explanation.passages, 1):
        cells = [f"{term.raw:5.2f} {term.value:+6.2f}" for term in passage.terms]
        table.add_row(str(number), f"{passage.score:.2f}", *cells)
    return table


def _listed(number: int, scored: Scored) -> str:
    """Where a passage or sentence stands and how it begins, on one line."""
    where = scored.section.split(" › ")[-1]
    return f"{number:>2} {scored.doc}{where and ' › ' + where}:{_short(scored.text)}"


def _summed(title: str, terms: tuple[Term, ...]) -> Table:
    table = Table(title=_plain(title) or None, title_justify="left")
    for head in ("特征", "值", "权重", "值 × 权重"):
        table.add_column(head, justify="left" if head == "特征" else "right", min_width=8)
    for term in terms:
        table.add_row(term.name, f"{term.value:.3f}", f"{term.weight:+.3f}", f"{term.share:+.3f}")
    table.add_row("合计", "", "", f"{sum(t.share for t in terms):+.3f}")
    return table


def _times(timing_ms: Mapping[str, float]) -> Table:
    table = Table(title="用时(毫秒)", title_justify="left")
    for stage in timing_ms:
        table.add_column(stage, justify="right")
    table.add_row(*(f"{ms:.1f}" for ms in timing_ms.values()))
    return table


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_CHARS else f"{line[: _SHOWN_CHARS - 1]}…"


def _plain(text: str) -> str:
    """`text` that rich takes for text: a document's [1] is no markup."""
    return text.replace("[", r"\[")
