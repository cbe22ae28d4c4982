"""Fit how much the reader's word counts: for the order of the sentences, and for refusing.

On questions that the reader was not trained on, over weights that `eval.fit` fitted without it: those stay as they are.
For refusing, on fresh questions that the other features were never looked at with: on the fitting part they are better
than anywhere else, and the reader would count for too little.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from tqdm import tqdm

from eval.dataset import Item
from eval.fit import is_gold, read, write
from rag import refuse
from rag.ask import as_ask
from rag.chain import AnswerChain

PRIOR = {"answers": 1.0, "relevant": 0.5, "span": 2.0, "unread": -1.0}
MOST_WRONG_OF_HARD = 0.04  # wrong refusals; two thirds of the fresh questions were made hard, with no word of the text
_RIDGE = 0.5
_REFUSAL_RIDGE = 0.5
_PRIOR_READ = {"answers": 0.5, "span": 1.5}


def fit_order(chain: AnswerChain, items: Sequence[Item]) -> dict[str, float]:
    """Weights of what was read beside the score of the evidence; written to data/reading.json."""
    if chain.reader is None:
        raise ValueError("the chain has no reader")
    names = sorted(PRIOR)
    documents = {d.info.file: d for d in chain.index.documents}
    chain.reader.weights = dict.fromkeys(names, 0.0)
    lists: list[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]] = []
    for item in tqdm([i for i in items if i.answerable], desc="order", disable=None):
        question, evidence = read(chain, item)
        evidence = chain.reader.reread(question.text, evidence, chain.index, chain.settings.read_windows, math.inf)
        gold = np.asarray([is_gold(item, e, documents) for e in evidence])
        if gold.any():
            table = np.asarray([[e.features.get(n, 0.0) for n in names] for e in evidence])
            lists.append((np.asarray([e.score for e in evidence]), table, gold))
    prior = np.asarray([PRIOR[n] for n in names])

    def loss(weights: NDArray[np.float64]) -> float:
        total = 0.0
        for scores, table, gold in lists:
            added = scores + table @ weights
            exponents = np.exp(added - added.max())
            total -= float(np.log(exponents[gold].sum() / exponents.sum()))
        return total + _RIDGE * float((weights - prior) @ (weights - prior))

    result = minimize(loss, prior, method="L-BFGS-B", bounds=[(0, None), (0, None), (0, None), (None, 0)])
    weights = {n: round(float(w), 3) for n, w in zip(names, result.x, strict=True)}
    chain.reader.weights = weights
    write("reading.json", {"fitted_on": len(lists), "weights": weights})
    return weights


def fit_refusal(chain: AnswerChain, fresh: Sequence[Item], others: Sequence[Item]) -> dict[str, float]:
    """The refusal model with the reader's word; written to data/refusal_read.json. Its cross-validated figures.

    All weights are fitted on `fresh`, held by a ridge to those of the model without a reader and to a guess for the
    reader's; the threshold is found on `fresh`, cross-validated, and `others` together.
    """
    without = refuse.fitted()
    names = sorted({*without.weights, *refuse.READ})
    prior = np.asarray([*({**without.weights, **_PRIOR_READ}[n] for n in names), without.bias])
    alone = np.asarray([*(without.weights.get(n, 0.0) for n in names), without.bias])
    speaks_for = np.asarray([n in refuse.FOR | refuse.READ for n in names])
    values, answerable = _table(chain, fresh, names)
    held_out = np.zeros(len(values))
    for train, test in StratifiedKFold(10, shuffle=True, random_state=7).split(values, answerable):
        held_out[test] = _probability(values[test], _logistic(values[train], answerable[train], prior, speaks_for))
    fitted = _logistic(values, answerable, prior, speaks_for)
    known, known_answerable = _table(chain, others, names)
    right = np.concatenate([held_out[answerable], _probability(known, fitted)[known_answerable]])
    threshold = float(np.quantile(right, MOST_WRONG_OF_HARD))
    figures = {
        "auroc": round(float(roc_auc_score(answerable, held_out)), 4),
        "auroc_without": round(float(roc_auc_score(answerable, _probability(values, alone))), 4),
        "refused_when_absent": round(float((held_out[~answerable] < threshold).mean()), 4),
        "refused_when_present": round(float((held_out[answerable] < threshold).mean()), 4),
    }
    write(
        "refusal_read.json",
        {
            "fitted_on": len(values),
            "cross_validated": figures,
            "threshold": round(threshold, 4),
            "bias": round(float(fitted[-1]), 4),
            "weights": {n: round(float(w), 4) for n, w in zip(names, fitted, strict=False)},
        },
    )
    return figures


def _table(
    chain: AnswerChain, items: Sequence[Item], names: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The features of every question that was read, [questions, names]; and whether it has an answer."""
    rows, labels = [], []
    for item in tqdm(items, desc="refusal", disable=None):
        considered = chain.consider(as_ask({"question": item.question, "history": list(item.history)}))
        if considered is None or not considered.draft.pieces or considered.draft.blank:
            continue
        if considered.features.keys() >= refuse.READ:
            rows.append([considered.features.get(n, 0.0) for n in names])
            labels.append(item.answerable)
    return np.asarray(rows), np.asarray(labels)


def _probability(table: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """`weights`: the last one is the bias."""
    return np.asarray(1 / (1 + np.exp(-(table @ weights[:-1] + weights[-1]))))


def _logistic(
    table: NDArray[np.float64], labels: NDArray[np.bool_], prior: NDArray[np.float64], speaks_for: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Logistic regression near `prior`, whose last is the bias; no feature speaks in the way that it may not."""

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = table @ weights[:-1] + weights[-1]
        rest = 1 / (1 + np.exp(-logits)) - labels
        away = np.append((weights - prior)[:-1], 0.0)
        value = float(np.logaddexp(0, np.where(labels, -logits, logits)).sum() + _REFUSAL_RIDGE * away @ away)
        return value, np.append(table.T @ rest, rest.sum()) + 2 * _REFUSAL_RIDGE * away

    bounds = [(0.0, None) if positive else (None, 0.0) for positive in speaks_for] + [(None, None)]
    return np.asarray(minimize(loss, prior, jac=True, method="L-BFGS-B", bounds=bounds).x)
