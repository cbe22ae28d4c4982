"""Fit which sentences of a passage tell how or why together, on the fitting side of the own questions alone."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from eval.dataset import Item
from eval.fit import is_gold, read, write
from rag import together
from rag.chain import AnswerChain

KEPT = 1.0  # of the sentences that belong to the answer, in cross-validation: a lost measure is worse than one too many
_SHRINK = 0.5


def fit_together(chain: AnswerChain, items: Sequence[Item]) -> dict[str, float]:
    """The model of `rag.together`; written to data/together.json. Returns its cross-validated figures."""
    names, table, gold, groups = _table(chain, items)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=_SHRINK, class_weight="balanced"))
    held_out = np.zeros(len(table))
    for train, test in LeaveOneGroupOut().split(table, gold, groups):
        held_out[test] = model.fit(table[train], gold[train]).decision_function(table[test])
    least = float(np.quantile(held_out[gold], 1 - KEPT))
    scale, logistic = model.fit(table, gold).steps[0][1], model.steps[1][1]
    weights = logistic.coef_[0] / scale.scale_
    figures = {
        "auroc": round(float(roc_auc_score(gold, held_out)), 3),
        "kept_of_the_answer": round(float((held_out[gold] >= least).mean()), 3),
        "kept_of_the_rest": round(float((held_out[~gold] >= least).mean()), 3),
    }
    write(
        "together.json",
        {
            "fitted_on": len(table),
            "cross_validated": figures,
            "least": round(least - float(logistic.intercept_[0] - weights @ scale.mean_), 3),
            "weights": {name: round(float(w), 3) for name, w in zip(names, weights, strict=True)},
        },
    )
    return figures


def _table(
    chain: AnswerChain, items: Sequence[Item]
) -> tuple[list[str], NDArray[np.float64], NDArray[np.bool_], NDArray[np.int_]]:
    """Names of the features, their values [sentences, features], which belong to the answer, and of which question.

    Sentences of the best one's passage, where the best one belongs to the answer.
    """
    documents = {d.info.file: d for d in chain.index.documents}
    rows: list[dict[str, float]] = []
    gold: list[bool] = []
    groups: list[int] = []
    for number, item in enumerate(items):
        question, evidence = read(chain, item)
        if not item.answerable or question.asks != "how" or not evidence or not is_gold(item, evidence[0], documents):
            continue
        best = evidence[0]
        for other in evidence[1:]:
            if other.hit.position == best.hit.position:
                rows.append(together.features(best, other, chain.scorer))
                gold.append(is_gold(item, other, documents))
                groups.append(number)
    names = sorted(rows[0])
    table = np.asarray([[row[name] for name in names] for row in rows])
    return names, table, np.asarray(gold), np.asarray(groups)
