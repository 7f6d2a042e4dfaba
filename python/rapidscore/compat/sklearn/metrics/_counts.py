"""Which labels, weights and options are covered, and what is counted of them.

All raise `NotCovered`, or what `rapidscore.inputs.labels` raises, for anything that scikit-learn might treat
differently.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from rapidscore.classification.averages import AVERAGES, Array
from rapidscore.classification.counts import class_counts, confusion_counts
from rapidscore.compat.sklearn.metrics._drop_in import NotCovered
from rapidscore.inputs import labels as label_inputs


class Counts(NamedTuple):
    """Counts of each of C classes, or of each sample; those of weighted samples are sums of weights."""

    tp: Array
    predicted: Array
    true: Array
    weights: Array | None
    """Of the samples, if any."""
    total: Any
    """Samples, or their weights; of each sample how many labels there are, or the weight of that many."""
    labels: Array
    """One for each class, in the order asked for."""
    complete: bool
    """Whether each sample has one label, and none that occurs is left out."""


def count(
    y_true: Any, y_pred: Any, labels: Any = None, sample_weight: Any = None, *, samplewise: bool = False
) -> Counts:
    """Count the labels asked for, or all that occur."""
    if indicators := as_indicators(y_true, y_pred):
        return _count_indicators(*indicators, labels, sample_weight, samplewise=samplewise)
    if samplewise:
        raise NotCovered("samples have one label each")
    check_labels(y_true, y_pred)
    weights = None
    if sample_weight is None:
        present, tp, true, predicted = class_counts(y_true, y_pred)
        total: Any = len(y_true)
        if not np.count_nonzero(tp):
            # scikit-learn then starts from zeros that are floats, which shows in the support.
            tp, true, predicted = (counts.astype(np.float64) for counts in (tp, true, predicted))
    else:
        true_codes, pred_codes, present = label_inputs.encode_pair(y_true, y_pred)
        weights = check_weights(sample_weight, len(true_codes))
        right = true_codes == pred_codes
        tp = _sums(true_codes[right], weights[right], len(present))
        predicted, true = (_sums(codes, weights, len(present)) for codes in (pred_codes, true_codes))
        total = np.sum(weights)
    check_present(present)
    if labels is None:
        return Counts(tp, predicted, true, weights, total, present, True)
    wanted = as_wanted(labels, present)
    places = find(wanted, present)
    # The place -1 is that of labels that do not occur.
    tp, predicted, true = (np.append(counts, 0)[places] for counts in (tp, predicted, true))
    return Counts(tp, predicted, true, weights, total, wanted, len({*places} - {-1}) == len(present))


def count_for(  # noqa: PLR0917  # scikit-learn's order
    y_true: Any, y_pred: Any, labels: Any, pos_label: Any, average: Any, sample_weight: Any
) -> Counts:
    """Count what is averaged: all labels asked for, the positive label, or each sample."""
    if average != "binary":
        if average not in AVERAGES or not (pos_label is None or (type(pos_label) is int and pos_label == 1)):
            raise NotCovered(f"average={average!r} with pos_label={pos_label!r}")
        return count(y_true, y_pred, labels, sample_weight, samplewise=average == "samples")
    counts = count(y_true, y_pred, sample_weight=sample_weight)
    if not counts.complete or len(counts.labels) > 2:  # binary
        raise NotCovered("average='binary' of more than two labels")
    if not (labels is None or type(labels) in _PLAIN):
        raise NotCovered("labels that are no list")
    if not isinstance(pos_label, int | str | np.integer | np.bool_):
        raise NotCovered(f"pos_label={pos_label!r}")
    names = counts.labels.tolist()
    if pos_label in names:
        place = names.index(pos_label)
        only = slice(place, place + 1)
        return counts._replace(tp=counts.tp[only], predicted=counts.predicted[only], true=counts.true[only])
    if len(names) > 1 or isinstance(pos_label, str) != isinstance(names[0], str):
        raise NotCovered(f"pos_label={pos_label!r}, which is no label")
    nothing = counts.tp[:1] * 0
    return counts._replace(tp=nothing, predicted=nothing, true=nothing)


def confusion(y_true: Any, y_pred: Any, labels: Any, sample_weight: Any) -> tuple[Array, int]:
    """Return the confusion matrix of the labels asked for, or of all that occur, and how many occur."""
    check_labels(y_true, y_pred)
    if sample_weight is None:
        present, matrix = confusion_counts(y_true, y_pred)
    else:
        true_codes, pred_codes, present = label_inputs.encode_pair(y_true, y_pred)
        weights = check_weights(sample_weight, len(true_codes))
        size = len(present)
        # Whole numbers are added as such.
        matrix = np.zeros(size * size, np.float64 if weights.dtype.kind == "f" else np.int64)
        np.add.at(matrix, true_codes.astype(np.intp) * size + pred_codes, weights.astype(matrix.dtype))
        matrix = matrix.reshape(size, size)
    check_present(present)
    if labels is None:
        return matrix, len(present)
    wanted = as_wanted(labels, present)
    places = find(wanted, present)
    if len({*wanted.tolist()}) < len(wanted) or not matrix[[place for place in places if place >= 0]].any():
        raise NotCovered("labels that stand twice, or do not occur")
    # As above, -1 is the place of labels that do not occur.
    return np.pad(matrix, (0, 1))[np.ix_(places, places)], len(present)


_PLAIN = frozenset({list, tuple, np.ndarray})


def check_column(values: Any) -> None:
    """Refuse types of sequences that scikit-learn refuses, or reads in another way than we do."""
    kind = type(values)
    if kind not in _PLAIN and not (
        kind.__name__ in ("Series", "Categorical") and kind.__module__.partition(".")[0] in ("pandas", "polars")
    ):
        raise NotCovered(f"a {kind.__name__} of values")


def check_labels(*columns: Any) -> None:
    """Refuse what `check_column` does, and what scikit-learn takes for labels only sometimes, or warns of."""
    for column in columns:
        check_column(column)
        if type(column) is np.ndarray:
            name = _ODD_TYPES.get(column.dtype.char)
        else:
            name = str(getattr(column, "dtype", "")).lower()
        # Objects are labels when the first of them is a str. Half floats overflow where it looks at them.
        if name == "float16" or (name == "object" and not isinstance(next(iter(column), None), str)):
            raise NotCovered(f"{name} labels")


_ODD_TYPES = {"O": "object", "e": "float16"}


def check_present(present: Array) -> None:
    """Refuse no labels, and strings that end in zeros, which are padding to NumPy."""
    if not len(present) or present.dtype.kind == "O":
        raise NotCovered(f"the labels {present.tolist()}")


def check_weights(sample_weight: Any, size: int) -> Array:
    """Return weights as an array of shape (n,), finite, from 0, not all 0."""
    check_column(sample_weight)
    weights = np.asarray(sample_weight)
    if weights.shape != (size,) or weights.dtype.kind not in "iuf" or not weights.flags.c_contiguous or not size:
        raise NotCovered(f"weights of shape {weights.shape} and type {weights.dtype} for {size} samples")
    if not (weights.min() >= 0 and 0 < weights.max() < math.inf):
        raise NotCovered("weights that are negative, infinite or all 0")
    return weights


def check_zero_division(zero_division: Any) -> None:
    """Refuse values, and types of numbers, that scikit-learn refuses or takes for others."""
    kind = type(zero_division)
    if kind is str:
        known = zero_division == "warn"
    else:
        known = (kind in (int, float, bool) and zero_division in (0, 1)) or is_nan(zero_division)
    if not known:
        raise NotCovered(f"zero_division={zero_division!r}")


def is_nan(value: Any) -> bool:
    """Tell whether this is a NaN that is a `float`."""
    return type(value) is float and math.isnan(value)


def as_wanted(labels: Any, present: Array) -> Array:
    """Return the labels asked for, of the kind that is there, as an array."""
    wanted = np.asarray(labels)
    if wanted.dtype == object and all(isinstance(label, str) for label in wanted.flat):
        wanted = wanted.astype(str)
    kinds = "U" if present.dtype.kind == "U" else "biu"
    # Floats scikit-learn would take for indices in places.
    if wanted.ndim != 1 or not len(wanted) or wanted.dtype.kind not in kinds or present.dtype.kind == "f":
        raise NotCovered(f"labels={labels!r} among {present.dtype}")
    return wanted


def find(wanted: Array, present: Array) -> list[int]:
    """Return the place of each label among those that occur, or -1."""
    places = {label: place for place, label in enumerate(present.tolist())}
    return [places.get(label, -1) for label in wanted.tolist()]


def as_indicators(y_true: Any, y_pred: Any) -> tuple[Array, Array] | None:
    """Return bool arrays of equal shape (n, C), with C from 2, where these say which labels each sample has."""
    if not (type(y_true) is type(y_pred) is np.ndarray and y_true.ndim == 2):  # dimensions
        return None
    if y_true.shape != y_pred.shape or y_true.shape[1] < 2 or not len(y_true):  # else a column
        raise NotCovered(f"labels of shapes {y_true.shape} and {y_pred.shape}")
    for array in (y_true, y_pred):
        if array.dtype.char not in "?bBhHiIlLqQfd" or not ((array == 0) | (array == 1)).all():
            raise NotCovered("a matrix of other values than 0 and 1")
    return y_true.astype(bool, copy=False), y_pred.astype(bool, copy=False)


def _count_indicators(y_true: Array, y_pred: Array, labels: Any, sample_weight: Any, *, samplewise: bool) -> Counts:
    weights = None if sample_weight is None else check_weights(sample_weight, len(y_true))
    wanted = np.arange(y_true.shape[1])
    if labels is not None:
        wanted = as_wanted(labels, wanted)
        if wanted.dtype.kind == "b" or wanted.min() < 0 or wanted.max() >= y_true.shape[1]:
            raise NotCovered(f"labels={labels!r} of {y_true.shape[1]} columns")
        y_true, y_pred = y_true[:, wanted], y_pred[:, wanted]
    total: Any = len(wanted) if samplewise else len(y_true)
    counts = [np.count_nonzero(array, axis=int(samplewise)) for array in (y_true & y_pred, y_pred, y_true)]
    if weights is not None:
        if not samplewise:
            total = np.sum(weights)
            counts = [_column_sums(array, weights) for array in (y_true & y_pred, y_pred, y_true)]
            # Where there is no 1 at all, the sums are whole numbers.
            counts = [array.astype(np.result_type(total, *counts)) for array in counts]
        elif weights.dtype in (np.float64, np.int64):
            counts = [array * weights for array in counts]
            total = weights * len(wanted)
        else:
            raise NotCovered(f"weights of type {weights.dtype}")
    tp, predicted, true = counts
    return Counts(tp, predicted, true, weights, total, wanted, False)


def _sums(codes: Array, weights: Array, size: int) -> Array:
    return np.bincount(codes, weights=weights, minlength=size)


def _column_sums(array: Array, weights: Array) -> Array:
    rows, columns = np.nonzero(array)
    return _sums(columns, weights[rows], array.shape[1])
