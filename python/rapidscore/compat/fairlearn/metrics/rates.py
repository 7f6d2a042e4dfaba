"""Rates of all samples, as fairlearn 0.15.0 computes them. A rate of no samples is 0.

Labels are sequences of shape (n,) of numbers or of `str`, and have at most two values. `pos_label` is the positive one;
without it, labels must be from {0, 1} or {-1, 1}, and it is 1. Weights are numbers, an array of shape (n,).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rapidscore.compat.fairlearn._drop_in import drop_in
from rapidscore.compat.fairlearn._inputs import confusion_weights, vector, weights
from rapidscore.compat.fairlearn._means import shares, weighted_mean
from rapidscore.inputs import labels


@drop_in
def true_positive_rate(y_true: Any, y_pred: Any, sample_weight: Any = None, pos_label: Any = None) -> float:
    """Return the share of positive samples that are predicted to be positive, 0 to 1.

    >>> float(true_positive_rate(["yes", "yes", "no"], ["yes", "no", "no"], pos_label="yes"))
    0.5

    Raises `ValueError` when there are more than two labels or `pos_label` is none of two.
    """
    return _share(y_true, y_pred, sample_weight, pos_label, (1, 1))


@drop_in
def true_negative_rate(y_true: Any, y_pred: Any, sample_weight: Any = None, pos_label: Any = None) -> float:
    """Return the share of negative samples that are predicted to be negative, 0 to 1: see `true_positive_rate`.

    >>> float(true_negative_rate([0, 0, 1], [0, 1, 1], sample_weight=[3, 1, 1]))
    0.75
    """
    return _share(y_true, y_pred, sample_weight, pos_label, (0, 0))


@drop_in
def false_positive_rate(y_true: Any, y_pred: Any, sample_weight: Any = None, pos_label: Any = None) -> float:
    """Return the share of negative samples that are predicted to be positive, 0 to 1: see `true_positive_rate`.

    >>> float(false_positive_rate([0, 0, 1], [0, 1, 1]))
    0.5
    """
    return _share(y_true, y_pred, sample_weight, pos_label, (0, 1))


@drop_in
def false_negative_rate(y_true: Any, y_pred: Any, sample_weight: Any = None, pos_label: Any = None) -> float:
    """Return the share of positive samples that are predicted to be negative, 0 to 1: see `true_positive_rate`.

    >>> float(false_negative_rate([-1, 1, 1], [1, -1, 1]))
    0.5
    """
    return _share(y_true, y_pred, sample_weight, pos_label, (1, 0))


@drop_in
def selection_rate(y_true: Any, y_pred: Any, *, pos_label: Any = 1, sample_weight: Any = None) -> float:
    """Return the share of samples that are predicted to be `pos_label`, 0 to 1; `y_true` does not matter.

    >>> float(selection_rate([0, 0, 1, 1], [0, 1, 1, 1]))
    0.75

    Raises `ValueError` when there is no sample.
    """
    selected = vector(y_pred, "y_pred", kinds="biufOU") == pos_label
    if not len(selected):
        raise ValueError("Empty y_pred passed to selection_rate function.")
    if selected.dtype != bool or selected.ndim != 1:
        raise TypeError(f"pos_label must be one label, not {pos_label!r}")
    if sample_weight is None:
        return np.float64(np.count_nonzero(selected) / len(selected))
    return weighted_mean(selected, weights(sample_weight, len(selected)))


@drop_in
def mean_prediction(y_true: Any, y_pred: Any, sample_weight: Any = None) -> float:
    """Return the weighted mean of the predictions; `y_true` does not matter. NaN when there are none.

    >>> float(mean_prediction([0, 0], [0.5, 2.0], sample_weight=[2, 1]))
    1.0
    """
    predictions = vector(y_pred, "y_pred")
    if sample_weight is None:
        return weighted_mean(predictions, np.ones(len(predictions)))
    return weighted_mean(predictions, weights(sample_weight, len(predictions)))


@drop_in
def count(y_true: Any, y_pred: Any) -> int:
    """Return the number of samples. Raises `ValueError` for unequal lengths.

    >>> count([0, 1, 1], [0, 0, 0])
    3
    """
    if len(y_true) != len(y_pred):
        raise ValueError(f"{len(y_true)} y_true but {len(y_pred)} y_pred: pass as many of each")
    return len(y_true)


def _share(y_true: Any, y_pred: Any, sample_weight: Any, pos_label: Any, cell: tuple[int, int]) -> float:
    """Return which share of its row a cell of the confusion matrix has.

    Rows are what is true, columns what is predicted; 0 is negative and 1 positive.
    """
    true, pred, table = labels.encode_pair(y_true, y_pred)
    found = table.tolist()
    if pos_label is None:
        if not ({0, 1}.issuperset(found) or {-1, 1}.issuperset(found)):
            raise ValueError("If pos_label is not specified, values must be from {0, 1} or {-1, 1}")
        pos_label = 1
    if len(found) not in (1, 2):
        raise ValueError("Must have no more than two unique y values")
    if isinstance(pos_label, str) != (table.dtype.kind == "U"):
        raise TypeError(f"pos_label must be a label such as {found[0]!r}, not {pos_label!r}")
    if found[1:] and pos_label not in found:
        raise ValueError("Must have pos_label in y values")
    if sample_weight is not None and np.ndim(sample_weight) != 1:
        raise ValueError("sample_weight must have one dimension")
    weight = confusion_weights(sample_weight, len(true))
    positive = np.array([label == pos_label for label in found])
    counts = np.bincount(2 * positive[true] + positive[pred], weight, minlength=4)
    share: float = shares(counts.reshape(2, 2))[cell]
    return share
