"""Disparities between groups, as fairlearn 0.15.0 computes them.

Parameters as in fairlearn:

- `y_true`, `y_pred`: labels of shape (n,), from {0, 1} or {-1, 1}; 1 is the positive label.
- `sensitive_features`: the groups, a sequence of n labels; or several features, whose intersections are the groups:
  a DataFrame, a dict of columns, or an array of shape (n, features).
- `method`: `"between_groups"` compares groups with each other, `"to_overall"` compares them with all samples.
- `sample_weight`: numbers, of shape (n,).
- `agg`, for equalized odds: `"worst_case"` returns the worse of both disparities, `"mean"` their mean.

Intersections without samples are ignored. A rate of no samples, such as the true positive rate of a group without
positive samples, is 0. Invalid arguments raise `ValueError` or `TypeError`.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan
from typing import Any

import numpy as np

from rapidscore.compat.fairlearn._drop_in import drop_in
from rapidscore.compat.fairlearn._inputs import confusion_weights, group_codes, vector, weights
from rapidscore.compat.fairlearn._means import shares, weighted_mean
from rapidscore.groups import disparity
from rapidscore.inputs.groups import positions


@drop_in
def demographic_parity_difference(
    y_true: Any, y_pred: Any, *, sensitive_features: Any, method: str = "between_groups", sample_weight: Any = None
) -> float:
    """Return the largest difference between selection rates, 0 to 1: 0 if the rates of all groups are equal.

    Parameters and result as `fairlearn.metrics.demographic_parity_difference` in fairlearn 0.15.0.

    >>> float(demographic_parity_difference([1, 1, 0, 0], [1, 1, 1, 0], sensitive_features=["a", "a", "b", "b"]))
    0.5
    """
    rates, overall = _selection_rates(y_true, y_pred, sensitive_features, sample_weight)
    return np.float64(disparity.difference(rates, overall, method))


@drop_in
def demographic_parity_ratio(
    y_true: Any, y_pred: Any, *, sensitive_features: Any, method: str = "between_groups", sample_weight: Any = None
) -> float:
    """Return the smallest ratio of selection rates, 0 to 1: 1 if the rates of all groups are equal.

    Parameters and result as `fairlearn.metrics.demographic_parity_ratio` in fairlearn 0.15.0.

    >>> float(demographic_parity_ratio([1, 1, 0, 0], [1, 1, 1, 0], sensitive_features=["a", "a", "b", "b"]))
    0.5
    """
    rates, overall = _selection_rates(y_true, y_pred, sensitive_features, sample_weight)
    return np.float64(disparity.ratio(rates, overall, method))


@drop_in
def equalized_odds_difference(
    y_true: Any,
    y_pred: Any,
    *,
    sensitive_features: Any,
    method: str = "between_groups",
    sample_weight: Any = None,
    agg: str = "worst_case",
) -> float:
    """Return the larger of the differences of true and of false positive rates, or with `agg="mean"` the mean of both.

    Parameters and result as `fairlearn.metrics.equalized_odds_difference` in fairlearn 0.15.0.

    >>> equalized_odds_difference([1, 1, 0, 1, 0, 0], [1, 0, 0, 1, 1, 0], sensitive_features=list("aaabbb"))
    0.5
    """
    odds = _odds(y_true, y_pred, sensitive_features, sample_weight)
    return _aggregate([disparity.difference(*rates, method) for rates in odds], agg, max)


@drop_in
def equalized_odds_ratio(
    y_true: Any,
    y_pred: Any,
    *,
    sensitive_features: Any,
    method: str = "between_groups",
    sample_weight: Any = None,
    agg: str = "worst_case",
) -> float:
    """Return the smaller of the ratios of true and of false positive rates, or with `agg="mean"` the mean of both.

    Parameters and result as `fairlearn.metrics.equalized_odds_ratio` in fairlearn 0.15.0.

    >>> equalized_odds_ratio([1, 1, 0, 1, 0, 0], [1, 0, 1, 1, 1, 0], sensitive_features=list("aaabbb"))
    0.5
    """
    odds = _odds(y_true, y_pred, sensitive_features, sample_weight)
    return _aggregate([disparity.ratio(*rates, method) for rates in odds], agg, min)


@drop_in
def equal_opportunity_difference(
    y_true: Any, y_pred: Any, *, sensitive_features: Any, method: str = "between_groups", sample_weight: Any = None
) -> float:
    """Return the largest difference between true positive rates, 0 to 1: 0 if the rates of all groups are equal.

    Parameters and result as `fairlearn.metrics.equal_opportunity_difference` in fairlearn 0.15.0.

    >>> float(equal_opportunity_difference([1, 1, 1, 0], [1, 0, 1, 0], sensitive_features=["a", "a", "b", "b"]))
    0.5
    """
    true_positive, _ = _odds(y_true, y_pred, sensitive_features, sample_weight)
    return np.float64(disparity.difference(*true_positive, method))


@drop_in
def equal_opportunity_ratio(
    y_true: Any, y_pred: Any, *, sensitive_features: Any, method: str = "between_groups", sample_weight: Any = None
) -> float:
    """Return the smallest ratio of true positive rates, 0 to 1: 1 if the rates of all groups are equal.

    Parameters and result as `fairlearn.metrics.equal_opportunity_ratio` in fairlearn 0.15.0.

    >>> float(equal_opportunity_ratio([1, 1, 1, 0], [1, 0, 1, 0], sensitive_features=["a", "a", "b", "b"]))
    0.5
    """
    true_positive, _ = _odds(y_true, y_pred, sensitive_features, sample_weight)
    return np.float64(disparity.ratio(*true_positive, method))


def _selection_rates(y_true: Any, y_pred: Any, sensitive_features: Any, sample_weight: Any) -> tuple[Any, Any]:
    """Return the selection rate of each group, and of all samples."""
    samples = len(vector(y_true, "y_true", kinds="biufU"))
    selected = vector(y_pred, "y_pred", samples) == 1
    codes, count = group_codes(sensitive_features, samples)
    if sample_weight is None:
        counts = np.bincount(codes * np.int32(2) + selected, minlength=2 * count).reshape(count, 2)
        sizes = counts.sum(axis=1)
        return counts[sizes > 0, 1] / sizes[sizes > 0], np.count_nonzero(selected) / samples
    # NumPy may sum arrays of another stride in another order.
    weight = np.ascontiguousarray(weights(sample_weight, samples))
    rates = [weighted_mean(selected[rows], weight[rows]) for rows in positions(codes, count) if len(rows)]
    return np.array(rates), weighted_mean(selected, weight)


def _odds(y_true: Any, y_pred: Any, sensitive_features: Any, sample_weight: Any) -> Iterable[tuple[Any, Any]]:
    """Return the true and the false positive rates, each as the rates of all groups and the rate of all samples."""
    true = vector(y_true, "y_true")
    pred = vector(y_pred, "y_pred", len(true))
    true_positive, pred_positive = _positives(true, pred)
    codes, count = group_codes(sensitive_features, len(true))
    weight = confusion_weights(sample_weight, len(true))
    occurs = np.bincount(codes, minlength=count) > 0
    if weight is not None and (np.bincount(codes, weight != 0, minlength=count)[occurs] == 0).any():
        raise ValueError("sample_weight is 0 for all samples of a group: leave the group out")
    cells = true_positive * np.int8(2) + pred_positive
    # `bincount` adds weights in the order of the samples, as fairlearn does.
    by_group = np.bincount(codes * np.int32(4) + cells, weight, minlength=4 * count).reshape(count, 2, 2)
    rates, overall = shares(by_group[occurs]), shares(np.bincount(cells, weight, minlength=4).reshape(2, 2))
    return [(rates[:, row, 1], overall[row, 1]) for row in (1, 0)]


def _positives(true: Any, pred: Any) -> Any:
    """Return which labels are positive, as two arrays of bool."""
    positives = [array == 1 for array in (true, pred)]
    for negative in 0, -1:
        if all((ones | (array == negative)).all() for ones, array in zip(positives, (true, pred), strict=True)):
            return positives
    raise ValueError("If pos_label is not specified, values must be from {0, 1} or {-1, 1}")


def _aggregate(values: list[float], agg: str, worst: Any) -> float:
    result = disparity.aggregate(values, agg, worst)
    # The types that pandas returns: a mean is a NumPy number, unless it is NaN because all values are missing.
    return result if agg == "worst_case" or isnan(result) else np.float64(result)
