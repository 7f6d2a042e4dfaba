"""Rates of all samples, as fairlearn 0.15.0 computes them.

Parameters as in fairlearn:

- `y_true`, `y_pred`: labels of shape (n,), numbers or `str`, with at most two different values.
- `pos_label`: the positive label. Without it, labels must be from {0, 1} or {-1, 1}, and 1 is the positive label.
- `sample_weight`: numbers, of shape (n,).

A rate of no samples is 0.
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

    Parameters and result as `fairlearn.metrics.true_positive_rate` in fairlearn 0.15.0.

    >>> float(true_positive_rate(["yes", "yes", "no"], ["yes", "no", "no"], pos_label="yes"))
    0.5

    Raises `ValueError` if there are more than two labels, or if there are two and `pos_label` is not one of them.
    """
    return _share(y_true, y_pred, sample_weight, pos_label, (1, 1))


@drop_in
def true_negative_rate(y_true: Any, y_pred: Any, sample_weight: Any = None, pos_label: Any = None) -> float:
    """Return the share of negative samples that are predicted to be negative, 0 to 1: see `true_positive_rate`.

    Parameters and result as `fairlearn.metrics.true_negative_rate` in fairlearn 0.15.0.

    >>> float(true_negative_rate([0, 0, 1], [0, 1, 1], sample_weight=[3, 1, 1]))
    0.75
    """
    return _share(y_true, y_pred, sample_weight, pos_label, (0, 0))


@drop_in
def false_positive_rate(y_true: Any, y_pred: Any, sample_weight: Any = None, pos_label: Any = None) -> float:
    """Return the share of negative samples that are predicted to be positive, 0 to 1: see `true_positive_rate`.

    Parameters and result as `fairlearn.metrics.false_positive_rate` in fairlearn 0.15.0.

    >>> float(false_positive_rate([0, 0, 1], [0, 1, 1]))
    0.5
    """
    return _share(y_true, y_pred, sample_weight, pos_label, (0, 1))


@drop_in
def false_negative_rate(y_true: Any, y_pred: Any, sample_weight: Any = None, pos_label: Any = None) -> float:
    """Return the share of positive samples that are predicted to be negative, 0 to 1: see `true_positive_rate`.

    Parameters and result as `fairlearn.metrics.false_negative_rate` in fairlearn 0.15.0.

    >>> float(false_negative_rate([-1, 1, 1], [1, -1, 1]))
    0.5
    """
    return _share(y_true, y_pred, sample_weight, pos_label, (1, 0))


@drop_in
def selection_rate(y_true: Any, y_pred: Any, *, pos_label: Any = 1, sample_weight: Any = None) -> float:
    """Return the share of samples that are predicted to be `pos_label`, 0 to 1. `y_true` is ignored.

    Parameters and result as `fairlearn.metrics.selection_rate` in fairlearn 0.15.0.

    >>> float(selection_rate([0, 0, 1, 1], [0, 1, 1, 1]))
    0.75

    Raises `ValueError` if there are no samples.
    """
    selected = vector(y_pred, "y_pred", kinds="biufOU") == pos_label
    if not len(selected):
        raise ValueError("Empty y_pred passed to selection_rate function.")
    if selected.dtype != bool or selected.ndim != 1:
        raise TypeError(f"pos_label must be a single label, not {pos_label!r}")
    if sample_weight is None:
        return np.float64(np.count_nonzero(selected) / len(selected))
    return weighted_mean(selected, weights(sample_weight, len(selected)))


@drop_in
def mean_prediction(y_true: Any, y_pred: Any, sample_weight: Any = None) -> float:
    """Return the weighted mean of the predictions, or NaN if there are no predictions. `y_true` is ignored.

    Parameters and result as `fairlearn.metrics.mean_prediction` in fairlearn 0.15.0.

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

    Parameters and result as `fairlearn.metrics.count` in fairlearn 0.15.0.

    >>> count([0, 1, 1], [0, 0, 0])
    3
    """
    if len(y_true) != len(y_pred):
        raise ValueError(f"{len(y_true)} labels in y_true but {len(y_pred)} in y_pred: pass equal numbers of labels")
    return len(y_true)


def _share(y_true: Any, y_pred: Any, sample_weight: Any, pos_label: Any, cell: tuple[int, int]) -> float:
    """Return a cell of the confusion matrix divided by the sum of its row.

    Rows are true labels, columns are predicted labels; 0 stands for negative and 1 for positive.
    """
    true, pred, table = labels.encode_pair(y_true, y_pred)
    present = table.tolist()
    if pos_label is None:
        if not ({0, 1}.issuperset(present) or {-1, 1}.issuperset(present)):
            raise ValueError("If pos_label is not specified, values must be from {0, 1} or {-1, 1}")
        pos_label = 1
    if len(present) not in (1, 2):
        raise ValueError("Must have no more than two unique y values")
    if isinstance(pos_label, str) != (table.dtype.kind == "U"):
        raise TypeError(f"pos_label must be a label such as {present[0]!r}, not {pos_label!r}")
    if present[1:] and pos_label not in present:
        raise ValueError("Must have pos_label in y values")
    if sample_weight is not None and np.ndim(sample_weight) != 1:
        raise ValueError(f"sample_weight must have one dimension, not {np.ndim(sample_weight)}")
    weight = confusion_weights(sample_weight, len(true))
    positive = np.array([label == pos_label for label in present])
    counts = np.bincount(2 * positive[true] + positive[pred], weight, minlength=4)
    share: float = shares(counts.reshape(2, 2))[cell]
    return share
