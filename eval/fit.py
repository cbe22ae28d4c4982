"""Fit the weights that answering uses, on the fitting part of the project's own questions alone.

Evidence: a listwise softmax over each question's sentences (Cao et al. 2007, ListNet), held near sensible weights by a
ridge. Refusal: logistic regression on features of the evidence; the threshold is the largest that refuses at most
`MOST_WRONG_REFUSALS` of the answerable questions in cross-validation.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from tqdm import tqdm

from eval.dataset import Item
from index.types import Document
from rag import refuse
from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.evidence import Evidence
from rag.question import Question, understand

DATA = Path(__file__).parent.parent / "rag" / "data"
# Where the fit starts from and is held to: what a person would guess.
PRIOR = {
    "coverage": 2.0, "heading": 0.9, "figure": 1.2, "local": 1.5, "run": 1.2, "similar": 1.5, "year": 0.4, "lead": -2.0,
    "short": -0.6, "defines": 1.5, "items": 0.8, "passage": 0.5, "rhetoric": -0.45, "words": 1.0, "words_heading": 0.5,
    "subject": 1.0, "subject_heading": 0.5, "unlisted": -0.5,
}  # fmt: skip
RIDGE = 1.0
REFUSAL_RIDGE = 2.0
MOST_WRONG_REFUSALS = 0.025
EXPECTED = -2.5  # log odds that a broken constraint is worth before any is seen
_READ = 8


def read(chain: AnswerChain, item: Item) -> tuple[Question, list[Evidence]]:
    """What the chain sees of a question before it answers."""
    ask = as_ask({"question": item.question, "history": list(item.history)})
    question = understand(ask.question, ask.history, chain.index.documents, lexicon=chain.searcher.lexicon)
    vector = chain.searcher.embedder.query(question.text)
    return question, chain.scorer.score(question, chain.searcher.search(question, 10, vector)[:_READ], vector)


def is_gold(item: Item, evidence: Evidence, documents: Mapping[str, Document]) -> bool:
    """Whether a sentence covers half of a gold quote, or lies in it by half."""
    for doc, quote in item.evidence:
        document = documents[doc]
        if document.info.id != evidence.hit.passage.doc_id:
            continue
        at = document.text.find(quote)
        while at >= 0:
            shared = min(evidence.end, at + len(quote)) - max(evidence.start, at)
            if shared > 0 and shared >= min(len(quote), evidence.end - evidence.start) / 2:
                return True
            at = document.text.find(quote, at + 1)
    return False


def gold_among(item: Item, evidence: Sequence[Evidence], documents: Mapping[str, Document]) -> int | None:
    """The place of the first gold sentence, None if there is none."""
    return next((place for place, e in enumerate(evidence) if is_gold(item, e, documents)), None)


def fit_evidence(chain: AnswerChain, items: Sequence[Item]) -> dict[str, float]:
    """Weights of the evidence features; written to data/evidence.json."""
    names = sorted(PRIOR)
    documents = {d.info.file: d for d in chain.index.documents}
    lists: list[tuple[NDArray[np.float64], NDArray[np.bool_]]] = []
    for item in items:
        if not item.answerable:
            continue
        _, evidence = read(chain, item)
        gold = np.asarray([is_gold(item, e, documents) for e in evidence])
        if gold.any():
            lists.append((np.asarray([[e.features[n] for n in names] for e in evidence]), gold))
    prior = np.asarray([PRIOR[n] for n in names])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, gradient = 0.0, np.zeros_like(weights)
        for features, gold in lists:
            scores = features @ weights
            exponents = np.exp(scores - scores.max())
            chosen, every = exponents[gold].sum(), exponents.sum()
            total -= float(np.log(chosen / every))
            gradient += features.T @ exponents / every - features[gold].T @ exponents[gold] / chosen
        ridge = weights - prior
        return total + RIDGE * float(ridge @ ridge), gradient + 2 * RIDGE * ridge

    result = minimize(loss, prior, jac=True, method="L-BFGS-B")
    weights = {n: round(float(w), 3) for n, w in zip(names, result.x, strict=True)}
    write("evidence.json", {"fitted_on": len(lists), "weights": weights})
    return weights


def refusal_table(
    chain: AnswerChain, items: Sequence[Item]
) -> tuple[list[str], NDArray[np.float64], NDArray[np.bool_]]:
    """Names of the refusal features, their values [questions, features], and which questions are answerable.

    Questions that the refusal score does not decide are left out: blank cells, talk, questions about the documents.
    """
    rows: list[dict[str, float]] = []
    labels: list[bool] = []
    for item in tqdm(items, desc="refusal", disable=None):
        considered = chain.consider(as_ask({"question": item.question, "history": list(item.history)}))
        if considered is not None and considered.draft.pieces and not considered.draft.blank:
            rows.append(considered.features)
            labels.append(item.answerable)
    names = sorted(refuse.FOR | refuse.AGAINST)
    return names, np.asarray([[row.get(n, 0.0) for n in names] for row in rows]), np.asarray(labels)


def fit_refusal(chain: AnswerChain, items: Sequence[Item]) -> dict[str, float]:
    """The refusal model; written to data/refusal.json. Returns its cross-validated figures."""
    names, table, answerable = refusal_table(chain, items)
    held_out = np.zeros(len(table))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=7).split(table, answerable):
        weights, bias = signed_logistic(table[train], answerable[train], names)
        held_out[test] = 1 / (1 + np.exp(-(table[test] @ weights + bias)))
    threshold = float(np.quantile(held_out[answerable], MOST_WRONG_REFUSALS))
    weights, bias = signed_logistic(table, answerable, names)
    figures = {
        "auroc": round(float(roc_auc_score(answerable, held_out)), 4),
        "refused_when_absent": round(float((held_out[~answerable] < threshold).mean()), 4),
        "refused_when_present": round(float((held_out[answerable] < threshold).mean()), 4),
    }
    write(
        "refusal.json",
        {
            "fitted_on": len(table),
            "cross_validated": figures,
            "threshold": round(threshold, 4),
            "bias": round(bias, 4),
            "weights": {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)},
        },
    )
    return figures


def signed_logistic(
    table: NDArray[np.float64], labels: NDArray[np.bool_], names: Sequence[str]
) -> tuple[NDArray[np.float64], float]:
    """Logistic regression in which a feature may only speak the way it was made to: weights and bias.

    Near misses share long stretches of wording with the documents, so a free fit learns that close wording speaks
    against an answer: true of the near misses that were written, false of the questions that people ask. A broken
    constraint that was seen too seldom to be weighed keeps the weight `EXPECTED` of it.
    """
    deviation = np.maximum(table.std(axis=0), 1e-6)
    scaled = (table - table.mean(axis=0)) / deviation
    bounds = [(None, 0.0) if n in refuse.AGAINST else (0.0, None) for n in names]
    prior = np.asarray([EXPECTED if n in refuse.AGAINST else 0.0 for n in names]) * deviation

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = scaled @ weights[:-1] + weights[-1]
        gradient = 1 / (1 + np.exp(-logits)) - labels
        value = float(
            np.logaddexp(0, np.where(labels, -logits, logits)).sum()
            + REFUSAL_RIDGE * (weights[:-1] - prior) @ (weights[:-1] - prior)
        )
        return value, np.append(scaled.T @ gradient + 2 * REFUSAL_RIDGE * (weights[:-1] - prior), gradient.sum())

    result = minimize(loss, np.append(prior, 0.0), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)])
    weights = result.x[:-1] / deviation
    return weights, float(result.x[-1] - weights @ table.mean(axis=0))


def write(name: str, value: object) -> None:
    """Keep fitted weights among the data of `rag`."""
    (DATA / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
