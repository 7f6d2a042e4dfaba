"""stand-in until the real one comes."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np


def _divide(numerator, denominator, which, modifier, average, warn_for, zero_division):
    denominator = np.asarray(denominator, float)
    mask = denominator == 0
    result = np.asarray(numerator, float) / np.where(mask, 1, denominator)
    if not mask.any():
        return result
    result[mask] = 0.0 if zero_division == "warn" else zero_division
    if zero_division == "warn" and which in warn_for:
        where = "due to" if len(result) == 1 else "in labels with"
        warnings.warn(
            f"{which.capitalize()} is ill-defined and being set to 0.0 {where} no {modifier} samples. Use `zero_division` parameter to control this behavior.",
            UserWarning,
            stacklevel=4,
        )
    return result


def _mean(a, weights=None):
    if len(a) == 0 or np.isnan(a).all():
        return float("nan")
    keep = ~np.isnan(a)
    if weights is None:
        return float(np.nanmean(a))
    try:
        return float(np.average(a[keep], weights=weights[keep]))
    except ZeroDivisionError:
        return float(np.average(a[keep]))


def precision_recall_fscore(
    tp,
    predicted,
    true,
    *,
    beta=1.0,
    average,
    zero_division="warn",
    warn_for=("precision", "recall", "f-score"),
    weights=None,
):
    if average == "micro":
        tp, predicted, true = (np.array([part.sum()]) for part in (tp, predicted, true))
    p = _divide(tp, predicted, "precision", "predicted", average, warn_for, zero_division)
    r = _divide(tp, true, "recall", "true", average, warn_for, zero_division)
    b2 = beta**2
    if np.isposinf(beta):
        f = r
    elif beta == 0:
        f = p
    else:
        f = _divide(
            (1 + b2) * tp.astype(float),
            b2 * true.astype(float) + predicted.astype(float),
            "f-score",
            "true nor predicted",
            average,
            warn_for,
            zero_division,
        )
    if average is None:
        return p, r, f
    w = true if average == "weighted" else weights
    return _mean(p, w), _mean(r, w), _mean(f, w)


def jaccard(tp, predicted, true, *, average, zero_division="warn", weights=None):
    if average == "micro":
        tp, predicted, true = (np.array([part.sum()]) for part in (tp, predicted, true))
    j = _divide(
        tp, tp + (predicted - tp) + (true - tp), "jaccard", "true or predicted", average, ("jaccard",), zero_division
    )
    if average is None:
        return j
    w = true if average == "weighted" and true.any() else weights
    return float(np.average(j, weights=w))


def specificity(tp, predicted, true, total, *, average, zero_division="warn"):
    if average == "micro":
        tp, predicted, true, total = (
            np.array([tp.sum()]),
            np.array([predicted.sum()]),
            np.array([true.sum()]),
            total * len(tp),
        )
    tn = total - predicted - true + tp
    s = _divide(tn, total - true, "specificity", "negative", average, ("specificity",), zero_division)
    if average is None:
        return s
    return _mean(s, true if average == "weighted" else None)


def balanced_accuracy(matrix, adjusted=False):
    with np.errstate(all="ignore"):
        per_class = np.diag(matrix) / matrix.sum(axis=1)
    return float(np.mean(per_class[~np.isnan(per_class)]))


def matthews(matrix):
    t, p = matrix.sum(axis=1, dtype=float), matrix.sum(axis=0, dtype=float)
    c, s = np.trace(matrix, dtype=float), p.sum()
    d = (s**2 - np.dot(p, p)) * (s**2 - np.dot(t, t))
    return 0.0 if d == 0 else float((c * s - np.dot(t, p)) / np.sqrt(d))


def cohen_kappa(matrix, weights=None, replace_undefined_by=np.nan):
    m = matrix.astype(float)
    n = len(m)
    s0, s1 = m.sum(axis=0), m.sum(axis=1)
    if s0.sum() == 0:
        return replace_undefined_by
    expected = np.outer(s0, s1) / s0.sum()
    if weights is None:
        w = np.ones((n, n))
        np.fill_diagonal(w, 0)
    else:
        w = np.zeros((n, n)) + np.arange(n)
        w = np.abs(w - w.T) if weights == "linear" else (w - w.T) ** 2
    d = (w * expected).sum()
    return replace_undefined_by if d == 0 else float(1 - (w * m).sum() / d)


def warn_undefined(which, average):
    warnings.warn(
        f"{which.capitalize()} is ill-defined and being set to 0.0 in samples with no labels", UserWarning, stacklevel=3
    )
