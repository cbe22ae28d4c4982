"""The chain: a question and its history in, a verified `Answer` out. A LangChain `Runnable`."""

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from index.embed import Embedder, Vectors
from index.errors import ModelMismatch, PlanQAError, QuestionError
from index.settings import Settings
from index.store import Index, current_version, open_index
from rag import refuse
from rag.compare import compare
from rag.evidence import Evidence, EvidenceScorer
from rag.extract import Draft, Piece, extract
from rag.question import Question, understand
from rag.retrieve import Reranker, Searcher
from rag.types import Answer, Citation, Hit, Turn
from rag.verify import faults

logger = logging.getLogger(__name__)

_RETRIEVED = 10
_READ = 8  # passages whose sentences are scored
_NEAREST = 3
_QUOTE_CHARS = 400


@dataclass(frozen=True)
class Ask:
    """A question with its conversation; `documents` restricts it to some of them (ids, none for all)."""

    question: str
    history: tuple[Turn, ...] = ()
    documents: tuple[str, ...] = ()


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


class AnswerChain(Runnable[str | Ask | dict[str, Any], Answer]):
    """Understand → retrieve → extract → verify → refuse, over one index. Holds no state between questions."""

    def __init__(
        self, index: Index, embedder: Embedder, settings: Settings | None = None, reranker: Reranker | None = None
    ) -> None:
        """Raises ModelMismatch where the index was built with another embedding model."""
        if index.model != embedder.name:
            raise ModelMismatch(
                f"索引是用模型 {index.model} 建立的,现在设定的模型是 {embedder.name}。"
                "请运行 make index 重建索引,或把 PLANQA_MODEL 改回原来的模型。"
            )
        self.index = index
        self.settings = settings or Settings()
        self.searcher = Searcher(index, embedder)
        self.scorer = EvidenceScorer(index)
        self.reranker = reranker

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
        ask = as_ask(input)
        unknown = [d for d in ask.documents if d not in self.index.document]
        if unknown:
            raise QuestionError(f"没有这份文档:{'、'.join(unknown)}。可选的有:{'、'.join(self.index.document)}。")
        watch = Stopwatch()
        question = understand(
            ask.question, ask.history, self.index.documents, ask.documents, self.settings.question_chars
        )
        watch.stage("understand")
        vector = self.searcher.embedder.query(question.text)
        watch.stage("embed")
        hits = self.searcher.search(question, _RETRIEVED, vector)
        if self.reranker is not None:
            hits = self.reranker.rerank(question, hits)
        watch.stage("retrieve")
        evidence = self.scorer.score(question, hits[:_READ], vector) if question.has_subject else []
        watch.stage("read")
        answerability = refuse.fitted().probability(refuse.features(question, evidence, self.scorer))
        draft, silent = self._draft(question, hits, vector, evidence) if evidence else (Draft(()), [])
        text, citations = self._render(self._labelled(question, draft), silent)
        refused = not draft.pieces or draft.blank or answerability < refuse.fitted().threshold
        if not refused and not self._proved(text, citations, ask.question):
            refused, answerability = True, min(answerability, refuse.fitted().threshold / 2)
        nearest: tuple[Citation, ...] = ()
        if refused and not (draft.blank and self._proved(text, citations, ask.question)):
            nearest = self._nearest(evidence)
            text, citations = self._refusal(question), []
        watch.stage("answer")
        return Answer(
            question=ask.question,
            text=text,
            refused=refused,
            answerability=answerability,
            citations=tuple(citations),
            hits=tuple(hits),
            timing_ms=watch.done(),
            understood=question.understood,
            nearest=nearest,
        )

    def _draft(
        self, question: Question, hits: Sequence[Hit], vector: Vectors, evidence: Sequence[Evidence]
    ) -> tuple[Draft, list[str]]:
        if question.asks == "compare":
            pieces, silent = compare(question, hits, vector, self.scorer, self.index.document)
            return Draft(tuple(pieces)), silent
        return extract(question, evidence, self.scorer), []

    def _render(self, draft: Draft, silent: Sequence[str]) -> tuple[str, list[Citation]]:
        """Pieces → text with markers, and the citations; one marker for each quote."""
        citations: list[Citation] = []
        shown: list[str] = []
        for piece in draft.pieces:
            citation = self._cite(piece, len(citations) + 1)
            known = next(
                (c for c in citations if (c.doc, c.start, c.end) == (citation.doc, citation.start, citation.end)), None
            )
            if known is None:
                citations.append(citation)
            label = f"{piece.label}:" if piece.label else ""
            shown.append(f"{label}{piece.text}[{(known or citation).marker}]")
        labelled = any(piece.label for piece in draft.pieces)
        lines = shown + ([f"{'、'.join(silent)}:文件中未提及"] if silent else [])
        return ("\n" if labelled else "").join(lines), citations

    def _labelled(self, question: Question, draft: Draft) -> Draft:
        """The district named before each document's first piece, where the question left open which one it meant."""
        if question.places.documents or len(self.index.documents) < 2 or any(p.label for p in draft.pieces):
            return draft
        named: set[str] = set()
        pieces = []
        for piece in draft.pieces:
            info = self.index.document[piece.evidence.hit.passage.doc_id].info
            pieces.append(piece if info.id in named else replace(piece, label=info.district))
            named.add(info.id)
        return replace(draft, pieces=tuple(pieces))

    def _cite(self, piece: Piece, marker: int) -> Citation:
        evidence = piece.evidence
        passage = evidence.hit.passage
        document = self.index.document[passage.doc_id]
        end = min(evidence.end, evidence.start + _QUOTE_CHARS)
        return Citation(
            marker=marker,
            doc=passage.doc_id,
            title=document.info.title,
            section=" › ".join(filter(None, (passage.section, *piece.heads))),
            quote=document.text[evidence.start : end],
            start=evidence.start,
            end=end,
        )

    def _proved(self, text: str, citations: Sequence[Citation], question: str) -> bool:
        found = faults(text, citations, question, self.index.document)
        if found:
            logger.warning("answer held back, unproved: %s", found)
        return not found

    def _nearest(self, evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
        """The best sentences, offered as what is nearest, not as an answer."""
        return tuple(self._cite(Piece(e.text, e), n) for n, e in enumerate(evidence[:_NEAREST], 1))

    def _refusal(self, question: Question) -> str:
        if not question.has_subject:
            return "请说明想了解什么,例如某项目标、措施或数量。"
        searched = [self.index.document[d].info.label for d in question.places.documents]
        if question.places.foreign and not searched:
            loaded = "、".join(dict.fromkeys(d.info.label for d in self.index.documents))
            return f"文件中没有:没有收录关于{'、'.join(question.places.foreign)}的文件。已收录:{loaded}。"
        where = f"已查{'、'.join(searched)}的文件" if searched else "已查全部文件"
        return f"文件中没有找到这个问题的答案({where})。"


def as_ask(value: str | Ask | dict[str, Any]) -> Ask:
    """A question as text, as `Ask`, or as {"question", "history", "documents"}.

    Raises:
        QuestionError: it is none of these.
    """
    if isinstance(value, Ask):
        history = tuple(Turn(turn.role, _encodable(turn.content)) for turn in value.history)
        return Ask(_encodable(value.question), history, value.documents)
    if isinstance(value, str):
        return Ask(_encodable(value))
    if isinstance(value, dict) and isinstance(value.get("question"), str):
        try:
            history = tuple(Turn(str(t["role"]), _encodable(str(t["content"]))) for t in value.get("history") or ())
        except (TypeError, KeyError):
            raise QuestionError('history 应为 [{"role": …, "content": …}] 的列表。') from None
        documents = value.get("documents") or ()
        if not isinstance(documents, list | tuple) or not all(isinstance(d, str) for d in documents):
            raise QuestionError("documents 应为文档 id 的列表。")
        return Ask(_encodable(value["question"]), history, tuple(documents))
    raise QuestionError("问题应为文字,或带有 question 的 JSON 对象。")


def _encodable(text: str) -> str:
    """`text` with ? for the half characters (lone surrogates) that JSON may carry and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


class LiveChain:
    """The chain over an index directory, reopened when the index is rebuilt; the old one answers until then."""

    def __init__(self, root: Path, settings: Settings | None = None, embedder: Embedder | None = None) -> None:
        """Raises IndexMissing, IndexDamaged, ModelMismatch or ModelError."""
        from index.embed import SentenceTransformerEmbedder

        self._root = root
        self._settings = settings or Settings()
        index = open_index(root)
        self._embedder = embedder or SentenceTransformerEmbedder(self._settings)
        self._chain = AnswerChain(index, self._embedder, self._settings)
        self._tried = index.version
        self._lock = threading.Lock()

    def get(self) -> AnswerChain:
        """The chain over the index as it is now."""
        try:
            version = current_version(self._root)
        except PlanQAError:
            return self._chain
        if version != self._tried:
            with self._lock:
                if version != self._tried:
                    self._tried = version
                    try:
                        self._chain = AnswerChain(open_index(self._root), self._embedder, self._settings)
                    except PlanQAError as error:
                        logger.error("the new index cannot be used, the old one stays: %s", error)
        return self._chain
