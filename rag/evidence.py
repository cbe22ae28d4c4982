"""Score the sentences of the found passages: which of them say what was asked.

Every feature can be explained; the weights are fitted on the project's own questions by `python -m eval fit` and stand
in data/evidence.json.
"""

import json
import math
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from index.context import body
from index.lexical import bigrams, words
from index.loaded import Index
from index.normal import fold
from rag.cues import defines, figure_match, holds_figure, items_in, items_match, year_match
from rag.question import Question
from rag.subject import Subject, asks_share, covered, subject_of, without_bases
from rag.types import Hit

_CLAUSE = re.compile(r"[^,，;；、]+")
_CAPTION = re.compile(r"(?:附?表|图|专栏)\s*[\d一二三四五六七八九十]{1,3}[^,。;:]{2,40}")
_RHETORIC = re.compile(r"坚持|贯彻|深入学习|指导思想|围绕|统筹|牢固树立")
_RHETORIC_CHARS = 14
_OPEN_END = (";", "；", ":", "：")
_MERGED_CHARS = 400


@dataclass(frozen=True)
class Evidence:
    """A sentence with its features; `position` is its (first) place in `Index.sentences`.

    `span`: the folded words of it that the reader took for the answer, "" where it took none or there is no reader.
    `stated`: the figure that the table of commitments takes out of it for the question, folded, "" where it knows none.
    """

    position: int
    hit: Hit
    text: str
    start: int
    end: int
    score: float
    features: dict[str, float]
    span: str = ""
    stated: str = ""


def brought_first(evidence: Sequence[Evidence], item: Evidence) -> list[Evidence]:
    """`evidence` with `item`, one of it, first and worth no less than the one that was."""
    return [replace(item, score=max(item.score, evidence[0].score)), *(e for e in evidence if e is not item)]


def at_sentence(evidence: Evidence, index: Index, position: int) -> Evidence:
    """`evidence` as if it were the sentence at `position` of `Index.sentences`."""
    sentence = index.sentences[position]
    hit = replace(evidence.hit, position=sentence.passage, passage=index.passages[sentence.passage])
    return replace(evidence, position=position, hit=hit, text=sentence.text, start=sentence.start, end=sentence.end)


class _Asked:
    """What every sentence is held against, read out of the question once."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.terms = bigrams(question.focus or question.text)
        self.words = frozenset(words(question.focus or question.text))
        self.subject = subject_of(question)
        self.share = asks_share(question.text)


class EvidenceScorer:
    """Scores sentences for one index."""

    def __init__(self, index: Index, weights: Mapping[str, float] | None = None) -> None:
        self.index = index
        self.weights = weights or fitted_weights()
        self.rarity = lru_cache(maxsize=65536)(self._rarity)

    def _rarity(self, token: str) -> float:
        """Inverse document frequency of a bigram, over passages."""
        count = len(self.index.passages)
        return math.log(1 + (count + 0.5) / (self.index.frequencies.get(token, 0) + 0.5))

    def knows(self, word: str) -> bool:
        """Whether every bigram of `word` stands in some document."""
        return all(token in self.index.frequencies for token in bigrams(word))

    def weight(self, words: Sequence[str]) -> float:
        """What words are worth by their rarest bigrams, added up."""
        return sum(max(map(self.rarity, bigrams(word)), default=0.0) for word in words)

    def coverage(self, terms: Sequence[str], *texts: str) -> float:
        """How much of the question's rare bigrams `texts` hold together, 0 to 1."""
        wanted = set(terms)
        held = frozenset().union(*map(_bigrams, texts))
        total = sum(map(self.rarity, wanted))
        return sum(map(self.rarity, wanted & held)) / total if total else 0.0

    def score(self, question: Question, hits: Sequence[Hit], vector: NDArray[np.float32]) -> list[Evidence]:
        """All sentences of `hits`, best first. `vector`: the question's, [dimension]."""
        if not hits:
            return []
        asked = _Asked(question)
        best = max(hit.score for hit in hits)
        found: list[Evidence] = []
        for hit in hits:
            for position in self.index.passage_sentences[hit.position]:
                sentence = self.index.sentences[position]
                features = self._features(asked, hit, position, vector)
                features["passage"] = hit.score - best
                found.append(Evidence(position, hit, sentence.text, sentence.start, sentence.end, 0.0, features))
        nearest = max(e.features["cosine"] for e in found)
        return sorted((self._total(e, nearest) for e in found), key=lambda e: -e.score)

    def merged(self, question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
        """Sentences that ; and : hold together as one, scored as their best member; best first.

        Lists and definitions run over several of them: “即一月一调度,…;一月一督察,…;…”.
        """
        by_passage: dict[int, list[Evidence]] = {}
        for item in evidence:
            by_passage.setdefault(item.hit.position, []).append(item)
        whole: list[Evidence] = []
        for members in by_passage.values():
            members.sort(key=lambda e: e.start)
            run: list[Evidence] = []
            for member in members:
                fits = run and run[-1].text.rstrip().endswith(_OPEN_END) and member.end - run[0].start <= _MERGED_CHARS
                if not fits and run:
                    whole.append(self._merge(question, run))
                    run = []
                run.append(member)
            whole.append(self._merge(question, run))
        return sorted(whole, key=lambda e: -e.score)

    def _merge(self, question: Question, run: Sequence[Evidence]) -> Evidence:
        if len(run) == 1:
            return run[0]
        best = max(run, key=lambda e: e.score)
        document = self.index.document[best.hit.passage.doc_id]
        text = document.text[run[0].start : run[-1].end]
        features = {
            **best.features,
            "defines": defines(question, text, self._before(run[0].position)),
            "items": items_match(question, text),
        }
        gain = sum(self.weights.get(n, 0.0) * (features[n] - best.features[n]) for n in ("defines", "items"))
        return replace(
            best,
            position=run[0].position,
            text=text,
            start=run[0].start,
            end=run[-1].end,
            features=features,
            score=best.score + gain,
        )

    def _before(self, position: int) -> str:
        """The sentence before, if it belongs to the same passage."""
        sentences = self.index.sentences
        if position and sentences[position - 1].passage == sentences[position].passage:
            return sentences[position - 1].text
        return ""

    def _total(self, evidence: Evidence, nearest: float) -> Evidence:
        """Cosines of one model crowd together: count how far each lies below the best, in tenths; then add all up."""
        features = {**evidence.features, "similar": (evidence.features["cosine"] - nearest) * 10}
        return replace(evidence, features=features, score=self._weighed(features))

    def worth(self, evidence: Evidence) -> float:
        """What a sentence scored before a reader had its word."""
        return self._weighed(evidence.features)

    def _weighed(self, features: Mapping[str, float]) -> float:
        return sum(self.weights.get(name, 0.0) * value for name, value in features.items())

    def _features(self, asked: _Asked, hit: Hit, position: int, vector: NDArray[np.float32]) -> dict[str, float]:
        question, terms = asked.question, asked.terms
        passage = hit.passage
        sentence = self.index.sentences[position]
        text = body(passage) if passage.kind == "row" else sentence.text
        topic = self.index.document[passage.doc_id].info.topic  # need not be said again by each sentence
        lead = passage.lead
        if not asked.share:  # what something is a share of is not what is told
            text, lead = without_bases(text), without_bases(lead)
        above = " ".join((lead, *passage.path[-2:]))
        own = self.coverage(terms, text, topic)
        whole = self.coverage(terms, text, topic, above)
        headings = {fold(heading) for heading in (passage.lead, *passage.path[-1:])} - {""}
        folded = fold(text)
        focus = fold(question.focus)
        defined = defines(question, text, self._before(position))
        said = _words(text) | _words(topic)
        words_here = self._share(asked.words, said)
        subject_here = self._subject(asked.subject, text, topic, lead)
        return {
            "coverage": own,
            "heading": whole - own,
            "words": words_here,
            "words_heading": self._share(asked.words, said | _words(above)) - words_here,
            "subject": subject_here,
            "subject_heading": self._subject(asked.subject, text, topic, above) - subject_here,
            "cosine": float(self.index.sentence_vectors[position] @ vector),
            "run": _longest_run(focus, folded) / max(4, len(focus)),
            "figure": figure_match(question, text, passage) if passage.kind != "note" else 0.0,
            "local": self._local(question, terms, text),
            "year": year_match(question, text, passage.text[: max(0, sentence.start - passage.start)], above),
            "lead": float(passage.kind != "row" and not defined and _is_heading(folded, headings)),
            "short": float(len(text) < 12),
            "defines": defined,
            "items": items_match(question, text),
            "unlisted": float(question.asks in ("list", "definition") and items_in(text) < 2),
            "rhetoric": float(bool(_RHETORIC.search(text[:_RHETORIC_CHARS]))),
        }

    def _share(self, wanted: frozenset[str], held: frozenset[str]) -> float:
        total = self.weight(sorted(wanted))
        return self.weight(sorted(wanted & held)) / total if total else 0.0

    def _subject(self, subject: Subject, *texts: str) -> float:
        """How much of the question's content words the texts hold together, in any wording, 0 to 1."""
        held, lacking = covered(subject, *texts)
        total = self.weight((*held, *lacking))
        return self.weight(held) / total if total else 0.0

    def _local(self, question: Question, terms: list[str], text: str) -> float:
        """The coverage of the clause that holds a figure of the kind asked for: 545座城市公厕, not 49处停车场."""
        if question.asks not in ("number", "compare", "date"):
            return 0.0
        return max(
            (holds_figure(question, c) * self.coverage(terms, c) for c in _CLAUSE.findall(text)),
            default=0.0,
        )


@lru_cache(maxsize=8192)
def _words(text: str) -> frozenset[str]:
    return frozenset(words(text))


@lru_cache(maxsize=8192)
def _bigrams(text: str) -> frozenset[str]:
    return frozenset(bigrams(text))


def _is_heading(folded: str, headings: Container[str]) -> bool:
    """Whether a sentence is a heading of its passage, the caption of a table, or itself a question."""
    asks = folded.endswith("?") and not folded.endswith("”?")
    return asks or folded.rstrip("。").lstrip("-") in headings or bool(_CAPTION.fullmatch(folded))


def _longest_run(a: str, b: str) -> int:
    """Length of the longest common substring."""
    best = 0
    for start in range(len(a)):
        while start + best < len(a) and a[start : start + best + 1] in b:
            best += 1
    return best


@lru_cache(maxsize=1)
def fitted_weights() -> dict[str, float]:
    """The weights that `python -m eval fit` wrote."""
    text = resources.files("rag").joinpath("data/evidence.json").read_text("utf-8")
    return {str(k): float(v) for k, v in json.loads(text)["weights"].items()}
