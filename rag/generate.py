"""Answers with a chat model: the extractive answer at once, then the model's sentences as each passes the guard.

Nothing of the model is shown unchecked. It is asked only where the extractive chain answers, never to soften a refusal;
it sees the question as it was understood, not the conversation. Whatever fails, the extractive answer stands.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.ask import Ask, as_ask
from rag.chain import AnswerChain, Considered
from rag.chat_errors import ChatError
from rag.chat_model import Chat, complete
from rag.chat_settings import ChatSettings
from rag.citing import quoted
from rag.claims import MARKER
from rag.extract import is_heading
from rag.guard import Checked, Guard, Sentences, is_unfinished
from rag.machine_orders import is_order
from rag.prompts import answer_prompt, judge_prompt
from rag.rewrite import completed, reworded
from rag.types import Answer, Citation

logger = logging.getLogger(__name__)

HEADING = "模型的说明(每句都与出处核对过):"
STANDS = "以上是原文中的答案"
_MATERIAL = 5  # sentences that the model sees
_MATERIAL_CHARS = 900
_LEAST_CHARS = 10
_MOST_SENTENCES = 8
_MOST_REPEATED = 2
_NO_ANSWER = re.compile(r"^(?:提供的)?材料(?:中|里)?(?:没有|未)")
_NO = re.compile(r"^\W*(?:否|不是|没有|no\b)", re.I)


@dataclass(frozen=True)
class Event:
    """The answer as it is to be shown now, whole. `kind`: "extracted", "sentence" (one more passed) or "final".

    `checked`: every sentence of the model so far with its verdict, shown or not, for those who measure.
    """

    kind: Literal["extracted", "sentence", "final"]
    answer: Answer
    checked: tuple[Checked, ...] = ()


class Generator:
    """The chat model beside a chain. Holds no state between questions."""

    def __init__(self, chat: Chat, settings: ChatSettings) -> None:
        self.chat = chat
        self.settings = settings

    def stream(self, chain: AnswerChain, asked: str | Ask) -> Iterator[Event]:
        """The extractive answer first, then the answer as it grows; the last event is "final".

        Raises:
            QuestionError: as `AnswerChain.invoke`; nothing that the model does raises.
        """
        ask, notes = self._prepared(chain, as_ask(asked))
        answer, considered = chain.answer(ask)
        answer = replace(answer, note=_joined(answer.note, *notes))
        if considered is None or answer.refused or not answer.citations:
            yield Event("final", answer)
            return
        if self.settings.judges and self._denied(chain, answer, considered):
            answer = chain.doubted(answer, considered, self.settings.judge_weight)
        if self.settings.answers == "off" or answer.refused:
            yield Event("final", answer)
            return
        yield Event("extracted", answer)
        yield from self._told(chain, answer, considered)

    def invoke(self, chain: AnswerChain, asked: str | Ask) -> Answer:
        """The final answer."""
        return list(self.stream(chain, asked))[-1].answer

    def _prepared(self, chain: AnswerChain, ask: Ask) -> tuple[Ask, list[str]]:
        """`ask` with what the model completed and reworded, where it may; what was done, for the asker."""
        notes: list[str] = []
        if self.settings.followups and not ask.understood:
            try:
                whole = completed(self.chat, chain, ask)
                ask = replace(ask, understood=whole) if whole else ask
            except ChatError as error:
                notes.append(f"模型{error},追问按规则补全。")
        if self.settings.rewords:
            try:
                other = reworded(self.chat, chain, ask)
                if other:
                    ask = replace(ask, also=(other,))
                    notes.append(f"同时按“{other}”检索。")
            except ChatError as error:
                notes.append(f"模型{error},只按原问题检索。")
        return ask, notes

    def _denied(self, chain: AnswerChain, answer: Answer, considered: Considered) -> bool:
        """Whether the model says that the documents do not hold the answer; it can only speak against one."""
        try:
            reply = complete(self.chat, judge_prompt(considered.question.text, material(chain, answer, considered)))
        except ChatError as error:
            logger.warning("answerability was not asked: %s", error)
            return False
        return bool(_NO.match(reply))

    def _told(self, chain: AnswerChain, answer: Answer, considered: Considered) -> Iterator[Event]:
        given = material(chain, answer, considered)
        guard = Guard(given, chain.index.document)
        sentences = Sentences()
        checked: list[Checked] = []
        question = answer.understood or considered.question.original
        try:
            stream = self.chat.stream(answer_prompt(question, given))
            for text in stream:
                for sentence in sentences.feed(text):
                    checked.append(guard.check(sentence, _shown(checked)))
                    if checked[-1].passed:
                        yield Event("sentence", self._with(answer, given, checked), tuple(checked))
                if len(checked) >= _MOST_SENTENCES or _repeats(checked):
                    break
            else:
                for sentence in sentences.rest():
                    unfinished = is_unfinished(sentence)
                    one = guard.check(sentence, _shown(checked))
                    checked.append(replace(one, kind="unfinished", reason="没有说完") if unfinished else one)
        except ChatError as error:
            logger.warning("the model gave no answer: %s", error)
            note = f"模型{error},{STANDS}。"
            yield Event("final", replace(answer, note=_joined(answer.note, note)), tuple(checked))
            return
        yield Event("final", self._final(answer, given, checked), tuple(checked))

    def _final(self, answer: Answer, given: Sequence[Citation], checked: Sequence[Checked]) -> Answer:
        if checked and all(_NO_ANSWER.match(c.text) for c in checked):
            return replace(answer, note=_joined(answer.note, f"模型没有补充,{STANDS}。"))
        removed = sum(not c.passed for c in checked)
        shown = _shown(checked)
        if not shown:
            return replace(answer, note=_joined(answer.note, f"模型的回答未通过核对,没有采用,{STANDS}。"))
        note = f"模型回答中有 {removed} 句未通过核对,已删去。" if removed else ""
        return replace(self._with(answer, given, checked), note=_joined(answer.note, note))

    def _with(self, answer: Answer, given: Sequence[Citation], checked: Sequence[Checked]) -> Answer:
        """The sentences that passed: in the answer's place where they rest on what it rests on, else below it."""
        text = "".join(_shown(checked))
        used = list(dict.fromkeys(int(n) for n in MARKER.findall(text)))
        own = {c.marker for c in answer.citations}
        if self.settings.answers == "replace" and own & set(used):
            return _renumbered(answer, text, used, given)
        kept = [c.marker for c in answer.citations] + [n for n in used if n not in own]
        return _renumbered(answer, f"{answer.text}\n{HEADING}{text}", kept, given)


def material(chain: AnswerChain, answer: Answer, considered: Considered) -> list[Citation]:
    """What the model may use: what the answer cites, under its own markers, then the next best sentences.

    Sentences that give a machine orders are left out: documents are data.
    """
    given = [c for c in answer.citations if not is_order(c.quote)]
    spans = {(c.doc, c.start, c.end) for c in answer.citations}
    marker = max((c.marker for c in answer.citations), default=0)
    chars = sum(len(c.quote) for c in given)
    for evidence in considered.evidence:
        citation = quoted(evidence, marker + 1, chain.index)
        if is_heading(evidence) or len(citation.quote) < _LEAST_CHARS:
            continue
        overlaps = any(d == citation.doc and a < citation.end and citation.start < b for d, a, b in spans)
        if len(given) >= _MATERIAL or chars + len(citation.quote) > _MATERIAL_CHARS:
            break
        if overlaps or is_order(citation.quote):
            continue
        marker += 1
        given.append(citation)
        spans.add((citation.doc, citation.start, citation.end))
        chars += len(citation.quote)
    return given


def _shown(checked: Sequence[Checked]) -> list[str]:
    return [c.text for c in checked if c.passed]


def _repeats(checked: Sequence[Checked]) -> bool:
    return sum(c.kind == "repeated" for c in checked) >= _MOST_REPEATED


def _renumbered(answer: Answer, text: str, kept: Sequence[int], given: Sequence[Citation]) -> Answer:
    """`answer` with `text`, and the citations `kept` of it or of what was `given`, numbered from 1."""
    by_marker = {c.marker: c for c in (*given, *answer.citations)}
    new = {old: n for n, old in enumerate(kept, 1)}
    told = MARKER.sub(lambda m: f"[{new[int(m[1])]}]" if int(m[1]) in new else m[0], text)
    citations = tuple(replace(by_marker[old], marker=n) for old, n in new.items())
    return replace(answer, text=told, citations=citations)


def _joined(*notes: str) -> str:
    return "\n".join(filter(None, notes))
