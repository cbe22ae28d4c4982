"""The chain: a question and its history in, a verified `Answer` out. A LangChain `Runnable`."""

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from langchain_core.runnables import Runnable, RunnableConfig

from index.embed import Embedder, Vectors
from index.errors import ModelMismatch, QuestionError
from index.loaded import Index
from index.normal import fold
from index.settings import Settings
from index.types import Term
from rag import apart, halves, refuse, talk
from rag.all_places import with_every_place
from rag.ask import Ask, as_ask
from rag.causes import cause_first
from rag.citing import cited, labelled, quoted
from rag.compare import Compared, Side, asked_of_each, by_turns, compare, sides_of
from rag.document_numbers import cited_number
from rag.everywhere import each_document
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import Draft, extract
from rag.from_table import Table
from rag.glossary import entry_for, explained_first
from rag.named_things import named_first, of_another, of_other_measure
from rag.newly_asked import newly_asked_first
from rag.others import with_others
from rag.outcome import item_first
from rag.question import Question, understand
from rag.reader import Reader
from rag.reasons import refusal
from rag.replies import Reply
from rag.retrieve import Reranker, Searcher
from rag.second import keeping
from rag.slogans import spelt_out
from rag.timeliness import in_tense
from rag.types import Answer, Citation, Hit, Turn
from rag.verdict import milder, with_verdict
from rag.verify import faults, misquoted, unmatched, unsupported

logger = logging.getLogger(__name__)

RETRIEVED = 10
READ = 8  # passages whose sentences are scored
_NEAREST = 3


class Stopwatch:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.started = self._last = time.perf_counter()
        self.ms: dict[str, float] = {}

    def stage(self, name: str) -> None:
        now = time.perf_counter()
        self.ms[name] = self.ms.get(name, 0.0) + (now - self._last) * 1000
        self._last = now

    def done(self) -> dict[str, float]:
        return {**self.ms, "total": (time.perf_counter() - self.started) * 1000}


@dataclass(frozen=True)
class Considered:
    """What an answer is made of. `silent`: names of the documents of a comparison that say nothing of it."""

    question: Question
    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    draft: Draft
    silent: tuple[str, ...]
    features: dict[str, float]


class AnswerChain(Runnable[str | Ask | dict[str, Any], Answer]):
    """Understand → retrieve → extract → verify → refuse, over one index. Holds no state between questions."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        settings: Settings | None = None,
        reranker: Reranker | None = None,
        reader: Reader | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        """Raises ModelMismatch where the index was built with another embedding model. `today`: the clock."""
        if index.model != embedder.name:
            raise ModelMismatch(
                f"索引是用模型 {index.model} 建立的,现在设定的模型是 {embedder.name}。"
                "请运行 make index 重建索引,或把 PLANQA_MODEL 改回原来的模型。"
            )
        self.index = index
        self.settings = settings or Settings()
        self.searcher = Searcher(index, embedder)
        self.scorer = EvidenceScorer(index)
        self.table = Table(self.scorer)
        self.reranker = reranker
        self.reader = reader
        self.today = today

    def invoke(
        self,
        input: str | Ask | dict[str, Any],
        config: RunnableConfig | None = None,  # noqa: ARG002 - the interface's
        **kwargs: Any,  # noqa: ARG002
    ) -> Answer:
        """Answer one question.

        Raises:
            QuestionError: it is empty, too long or not text, or names a document that is not loaded.
        """
        return self.answer(as_ask(input))[0]

    def answer(self, ask: Ask) -> tuple[Answer, Considered | None]:
        """The answer and what it was made of, None where it did not come out of evidence. Raises as `invoke`."""
        answer, considered = self._answered(ask)
        if considered is None:
            return answer, None
        return self._of_each(ask, answer, considered) or self._with_halves(ask, answer, considered), considered

    def _of_each(self, ask: Ask, answer: Answer, considered: Considered) -> Answer | None:
        """A line for each of the things of one document that are set side by side; None unless all of them are told."""
        ids = considered.question.places.documents
        items = apart.items_of(considered.question, self.index.document[ids[0]].text) if len(ids) == 1 else ()
        if not items or all(apart.tells_of(item, answer) for item, _ in items):
            return None
        started = time.perf_counter()
        own = [(item, self._answered(Ask(text, (), ids))[0]) for item, text in items]
        told = [(item, one) for item, one in own if apart.tells_of(item, one)]
        if len(told) < len(items):
            return None
        both = apart.side_by_side(answer, told)
        if not self._supported(both.text, both.citations, f"{ask.question} {ask.understood}"):
            return None
        took = (time.perf_counter() - started) * 1000
        return replace(both, timing_ms={**answer.timing_ms, "apart": took, "total": answer.timing_ms["total"] + took})

    def _with_halves(self, ask: Ask, answer: Answer, considered: Considered) -> Answer:
        """`answer` with what it lacks of a question that demands two things, each then asked on its own."""
        question = considered.question
        demands = halves.demands_of(question)
        by_row = any(piece.evidence.hit.passage.kind == "row" for piece in considered.draft.pieces)
        lacking = demands if answer.refused else () if by_row else halves.missing(question, demands, answer)
        if not demands or not lacking:
            return answer
        started = time.perf_counter()
        before = (Turn("user", demands[0]),)
        own = [(d, Ask(d, before if d != demands[0] else (), question.places.documents)) for d in lacking]
        found = [(demand, self._answered(asked)) for demand, asked in own]
        told = halves.joined(answer, [(demand, one[0]) for demand, one in found if halves.is_told(answer, *one)])
        if told is None or not self._supported(told.text, told.citations, f"{ask.question} {ask.understood}"):
            return answer
        took = (time.perf_counter() - started) * 1000
        timing = {**answer.timing_ms, "halves": took, "total": answer.timing_ms["total"] + took}
        return replace(
            answer,
            text=told.text,
            refused=False,
            answerability=told.answerability,
            citations=told.citations,
            nearest=(),
            timing_ms=timing,
        )

    def _answered(self, ask: Ask) -> tuple[Answer, Considered | None]:
        """The answer to a question as a whole."""
        watch = Stopwatch()
        question = self.understand(ask)
        watch.stage("understand")
        reply = self._reply(ask, question)
        if reply is not None:
            watch.stage("answer")
            shown = (ask.question, reply.text, reply.refused, reply.answerability, reply.citations)
            return Answer(*shown, hits=self._passages(reply.citations), timing_ms=watch.done()), None
        considered = self._consider(question, watch)
        question, hits, evidence = considered.question, considered.hits, considered.evidence
        draft, features = considered.draft, considered.features
        model = refuse.model_for(features)
        answerability = model.probability(features)
        text, citations = cited(labelled(question, draft, self.index), considered.silent, self.index)
        asked = f"{ask.question} {ask.understood}"
        proved = self._proved(text, citations, asked)
        while not proved and milder(draft) != draft:
            draft = milder(draft)
            text, citations = cited(labelled(question, draft, self.index), considered.silent, self.index)
            proved = self._proved(text, citations, asked)
        if draft.pieces and not draft.blank and proved:
            text, citations = talk.closed(question, draft.pieces, text, citations, self.scorer, self.today())
            proved = self._supported(text, citations, asked)
        other_year = features.get("year", 0.0) >= 1 and question.asks in ("number", "date", "fact")
        refused = not draft.pieces or draft.blank or answerability < model.threshold
        other = of_another(question, draft.pieces, self.index) or of_other_measure(question, draft.pieces)
        if not refused and (other_year or other or not proved):
            refused, answerability = True, min(answerability, model.threshold / 2)
        nearest: tuple[Citation, ...] = ()
        elsewhere = question.places.foreign and not question.places.documents
        if refused and not (draft.blank and proved and not elsewhere):
            nearest = self._nearest(evidence)
            text, citations = refusal(question, features, self.index), []
        watch.stage("answer")
        answer = Answer(
            question=ask.question,
            text=text,
            refused=refused,
            answerability=answerability,
            citations=tuple(citations),
            hits=tuple(hits),
            timing_ms=watch.done(),
            understood=question.understood or (question.text if question.corrected else ""),
            nearest=nearest,
            corrected=question.corrected,
            note=question.note,
        )
        return answer, considered

    def doubted(self, answer: Answer, considered: Considered, logits: float) -> Answer:
        """`answer` with `logits` more against it; a refusal where too little is left."""
        odds = answer.answerability * math.exp(-logits)
        answerability = odds / (1 - answer.answerability + odds)
        if answerability >= refuse.model_for(considered.features).threshold:
            return replace(answer, answerability=answerability)
        text = refusal(considered.question, considered.features, self.index)
        nearest = self._nearest(considered.evidence)
        return replace(answer, text=text, refused=True, answerability=answerability, citations=(), nearest=nearest)

    def consider(self, ask: Ask) -> Considered | None:
        """All that an answer is made of, before it is written; None for talk and questions about the documents."""
        question = self.understand(ask)
        return None if self._reply(ask, question) is not None else self._consider(question, Stopwatch())

    def _reply(self, ask: Ask, question: Question) -> Reply | None:
        def vector() -> Vectors:
            return self.searcher.embedder.query(question.text)

        return talk.reply_to(question, ask.documents, bool(ask.history), self.scorer, vector, self.today())

    def _passages(self, citations: Sequence[Citation]) -> tuple[Hit, ...]:
        """The passages that hold the citations, in their order."""
        found = [
            Hit(position, passage, 0.0)
            for c in citations
            for position in self.index.passages_of(c.doc)
            if (passage := self.index.passages[position]).start < c.end and c.start < passage.end
        ]
        return tuple({hit.position: hit for hit in found}.values())

    def _consider(self, question: Question, watch: Stopwatch) -> Considered:
        question = with_every_place(question, self.index.documents)
        asked = asked_of_each(question) if question.asks == "compare" and question.has_subject else {}
        vector, of_each = self._vectors(question, [own.wording for own in asked.values()])
        watch.stage("embed")
        sides = sides_of(asked, of_each, self.searcher, READ)
        hits = by_turns(sides, RETRIEVED) if sides else self.searcher.search(question, RETRIEVED, vector)
        if self.reranker is not None:
            hits = self.reranker.rerank(question, hits)
        watch.stage("retrieve")
        if sides:
            told = self._compared(question, sides)
            watch.stage("score")
            whole = refuse.features(question, told.evidence, told.pieces, self.scorer)
            features = max(whole, told.features, key=lambda seen: refuse.model_for(seen).probability(seen))
            return Considered(question, tuple(hits), told.evidence, Draft(told.pieces), told.silent, features)
        evidence = self.scorer.score(question, hits[:READ], vector) if question.has_subject else []
        watch.stage("score")
        entry = entry_for(question, self.index)
        evidence = self._known_first(entry, question, evidence, vector)
        if self.reader is not None and evidence:
            evidence = self.reader.reread(question.text, evidence, self.index, self.settings.read_windows)
            evidence = self._known_first(entry, question, evidence, vector)
        evidence = cause_first(question, newly_asked_first(question, in_tense(question, evidence)))
        evidence = named_first(question, evidence, self.index)
        if entry is not None and question.asks in ("fact", "list"):
            question = replace(question, asks="definition")
        watch.stage("read")
        draft = self._draft(question, vector, evidence) if evidence else Draft(())
        features = refuse.features(question, evidence, draft.pieces, self.scorer)
        evidence, draft, features = keeping(
            question, evidence, draft, features, self.scorer, lambda e: self._draft(question, vector, e)
        )
        hits = _by_evidence(hits, evidence) if self.reranker is None else hits
        return Considered(question, tuple(hits), tuple(evidence), draft, (), features)

    def _compared(self, question: Question, sides: Mapping[str, Side]) -> Compared:
        count = -(-self.settings.read_windows // len(sides))
        return compare(question, sides, self.scorer, self.index.document, self.table.first, self.reader, count)

    def _known_first(
        self, entry: Term | None, question: Question, evidence: Sequence[Evidence], vector: Vectors
    ) -> list[Evidence]:
        """`evidence` with the sentence first that the glossary, the commitments or a named figure point to."""
        explained = explained_first(entry, question, item_first(question, evidence), self.scorer, vector)
        return self.table.first(question, explained, vector)

    def understand(self, ask: Ask) -> Question:
        """How `ask` is read.

        Raises:
            QuestionError: it is empty or too long, or names a document that is not loaded.
        """
        unknown = [d for d in ask.documents if d not in self.index.document]
        if unknown:
            raise QuestionError(f"没有这份文档:{'、'.join(unknown)}。可选的有:{'、'.join(self.index.document)}。")
        question = understand(
            ask.question,
            ask.history,
            self.index.documents,
            ask.documents,
            self.settings.question_chars,
            self.searcher.lexicon,
            ask.understood,
        )
        return replace(question, also=ask.also, alternates=(*question.alternates, *map(fold, ask.also)))

    def _vectors(self, question: Question, others: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The question's vector, and those of `others`: what a comparison asks of each side.

        With other wordings, or sides, the direction that is nearest to all: a comparison is not embedded once more.
        """
        own = [question.text, *question.also] if question.also or not others else []
        vectors = self.searcher.embedder.queries([*own, *others])
        total = vectors[: len(own) or None].sum(axis=0)
        whole = total / max(float(np.linalg.norm(total)), 1e-12) if len(own) != 1 else vectors[0]
        return np.asarray(whole, np.float32), vectors[len(own) :]

    def _draft(self, question: Question, vector: Vectors, evidence: Sequence[Evidence]) -> Draft:
        members = spelt_out(question, evidence, self.scorer)
        if members:
            return Draft(tuple(members))
        number = cited_number(question, evidence)
        if number is not None:
            return Draft((number,))
        change = self.table.change(question, evidence, vector)
        if change is not None:
            return change
        several = each_document(question, evidence[0], vector, self.searcher, self.scorer)
        several = self.table.lined_up(question, several, evidence, vector)
        if several is not None:
            return several
        draft = with_verdict(question, extract(question, evidence, self.scorer), self.scorer)
        return with_others(question, draft, evidence[0], vector, self.searcher, self.scorer)

    def _proved(self, text: str, citations: Sequence[Citation], question: str) -> bool:
        found = faults(text, citations, question, self.index.document)
        if found:
            logger.warning("answer held back, unproved: %s", found)
        return not found

    def _supported(self, text: str, citations: Sequence[Citation], question: str) -> bool:
        """Whether an answer with its closing lines, which are ours and no claims of a source, holds no loose figure."""
        texts = {doc_id: document.text for doc_id, document in self.index.document.items()}
        loose = [*unsupported(text, citations, question), *misquoted(citations, texts), *unmatched(text, citations)]
        if loose:
            logger.warning("answer held back, unproved: %s", loose)
        return not loose

    def _nearest(self, evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
        """The best sentences, offered as what is nearest, not as an answer."""
        return tuple(quoted(e, n, self.index) for n, e in enumerate(evidence[:_NEAREST], 1))


def _by_evidence(hits: Sequence[Hit], evidence: Sequence[Evidence]) -> list[Hit]:
    """The passages by their best sentences, the best one's first; those that were not read keep their places behind."""
    best: dict[int, float] = {}
    for item in evidence:
        best[item.hit.position] = max(best.get(item.hit.position, item.score), item.score)
    first = [item.hit for item in evidence[:1] if all(hit.position != item.hit.position for hit in hits)]
    read = [hit for hit in (*first, *hits) if hit.position in best]
    rest = [hit for hit in hits if hit.position not in best]
    return sorted(read, key=lambda hit: -best[hit.position]) + rest
