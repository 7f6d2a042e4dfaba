"""Check that labels, weights and options are covered, and count labels.

All functions raise `NotCovered`, or the errors of `rapidscore.inputs.labels`, for arguments that scikit-learn might
treat differently.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from rapidscore.classification.averages import AVERAGES, Array
from rapidscore.classification.counts import class_counts, confusion_counts
from rapidscore.compat.sklearn.metrics._drop_in import NotCovered
from rapidscore.inputs import labels as label_inputs
from rapidscore.inputs.arrays import as_bools


class Counts(NamedTuple):
    """Counts for each of C labels, or for each sample. With weights, counts are sums of weights."""

    tp: Array
    """True positives."""
    predicted: Array
    """Predicted positives."""
    true: Array
    """Actual positives."""
    weights: Array | None
    """The weights of the samples, if there are any."""
    total: Any
    """The number of samples, or their weight; for counts of each sample, the number of labels times its weight."""
    labels: Array
    """The C labels, in the order of the option `labels`."""
    complete: bool
    """Whether each sample has one label, and no label that occurs is left out."""


def count(
    y_true: Any, y_pred: Any, labels: Any = None, sample_weight: Any = None, *, samplewise: bool = False
) -> Counts:
    """Count the given labels, or all labels that occur."""
    if indicators := as_indicators(y_true, y_pred):
        return _count_indicators(*indicators, labels, sample_weight, samplewise=samplewise)
    if samplewise:
        raise NotCovered("counts of each sample if samples have one label each")
    check_labels(y_true, y_pred)
    weights = None
    if sample_weight is None:
        present, tp, true, predicted = class_counts(y_true, y_pred)
        total: Any = len(y_true)
        if not np.count_nonzero(tp):
            # scikit-learn then counts in floats, which shows in the support.
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
    selected = as_selected(labels, present)
    positions = find(selected, present)
    # Labels that do not occur have the position -1, to which 0 is appended.
    tp, predicted, true = (np.append(counts, 0)[positions] for counts in (tp, predicted, true))
    return Counts(tp, predicted, true, weights, total, selected, len({*positions} - {-1}) == len(present))


def count_for(  # noqa: PLR0917  # scikit-learn's order
    y_true: Any, y_pred: Any, labels: Any, pos_label: Any, average: Any, sample_weight: Any
) -> Counts:
    """Count what `average` needs: the given labels, the positive label, or each sample."""
    if average != "binary":
        if average not in AVERAGES or not (pos_label is None or (type(pos_label) is int and pos_label == 1)):
            raise NotCovered(f"average={average!r} with pos_label={pos_label!r}")
        return count(y_true, y_pred, labels, sample_weight, samplewise=average == "samples")
    counts = count(y_true, y_pred, sample_weight=sample_weight)
    if not counts.complete or len(counts.labels) > 2:  # binary
        raise NotCovered("average='binary' of more than two labels")
    if not (labels is None or type(labels) in _PLAIN):
        raise NotCovered(f"labels in a {type(labels).__name__}")
    if not isinstance(pos_label, int | str | np.integer | np.bool_):
        raise NotCovered(f"pos_label={pos_label!r}")
    names = counts.labels.tolist()
    if pos_label in names:
        position = names.index(pos_label)
        positive = slice(position, position + 1)
        return counts._replace(tp=counts.tp[positive], predicted=counts.predicted[positive], true=counts.true[positive])
    if len(names) > 1 or isinstance(pos_label, str) != isinstance(names[0], str):
        raise NotCovered(f"pos_label={pos_label!r}, which is not one of the labels {names}")
    zero = counts.tp[:1] * 0
    return counts._replace(tp=zero, predicted=zero, true=zero)


def confusion(y_true: Any, y_pred: Any, labels: Any, sample_weight: Any) -> tuple[Array, int]:
    """Return the confusion matrix of the given labels, or of all that occur, and the number of labels that occur."""
    check_labels(y_true, y_pred)
    if sample_weight is None:
        present, matrix = confusion_counts(y_true, y_pred)
    else:
        true_codes, pred_codes, present = label_inputs.encode_pair(y_true, y_pred)
        weights = check_weights(sample_weight, len(true_codes))
        size = len(present)
        # Integer weights are summed as integers.
        matrix = np.zeros(size * size, np.float64 if weights.dtype.kind == "f" else np.int64)
        np.add.at(matrix, true_codes.astype(np.intp) * size + pred_codes, weights.astype(matrix.dtype))
        matrix = matrix.reshape(size, size)
    check_present(present)
    if labels is None:
        return matrix, len(present)
    selected = as_selected(labels, present)
    positions = find(selected, present)
    if len({*selected.tolist()}) < len(selected) or not matrix[[at for at in positions if at >= 0]].any():
        raise NotCovered("labels with duplicates, or without one that occurs in y_true")
    # Labels that do not occur have the position -1, at which zeros are appended.
    return np.pad(matrix, (0, 1))[np.ix_(positions, positions)], len(present)


_PLAIN = frozenset({list, tuple, np.ndarray})


def check_column(values: Any) -> None:
    """Refuse types of sequences that scikit-learn refuses, or reads differently."""
    kind = type(values)
    if kind not in _PLAIN and not (
        kind.__name__ in ("Series", "Categorical") and kind.__module__.partition(".")[0] in ("pandas", "polars")
    ):
        raise NotCovered(f"a {kind.__name__} of values")


def check_labels(*columns: Any) -> None:
    """Refuse what `check_column` refuses, and types that scikit-learn takes only sometimes, or with warnings."""
    for column in columns:
        check_column(column)
        if type(column) is np.ndarray:
            name = _CHECKED_DTYPES.get(column.dtype.char)
        else:
            name = str(getattr(column, "dtype", "")).lower()
        # scikit-learn takes objects for labels if the first is a str. Its checks of float16 overflow.
        if name == "float16" or (name == "object" and not isinstance(next(iter(column), None), str)):
            raise NotCovered(f"{name} labels")


#: The names of dtypes that need a check, by their characters.
_CHECKED_DTYPES = {"O": "object", "e": "float16"}


def check_present(present: Array) -> None:
    """Refuse an empty set of labels, and strings that end in NUL characters, which NumPy drops."""
    if not len(present) or present.dtype.kind == "O":
        raise NotCovered(f"the labels {present.tolist()}")


def check_weights(sample_weight: Any, size: int) -> Array:
    """Return weights as an array of shape (n,). They must be finite, from 0, and not all 0."""
    check_column(sample_weight)
    weights = np.asarray(sample_weight)
    if weights.shape != (size,) or weights.dtype.kind not in "iuf" or not weights.flags.c_contiguous or not size:
        raise NotCovered(f"weights of shape {weights.shape} and type {weights.dtype} for {size} samples")
    if not (weights.min() >= 0 and 0 < weights.max() < math.inf):
        raise NotCovered("weights that are negative, infinite or all 0")
    return weights


def check_zero_division(zero_division: Any) -> None:
    """Refuse values, and types of numbers, that scikit-learn refuses or treats as other values."""
    kind = type(zero_division)
    if kind is str:
        is_covered = zero_division == "warn"
    else:
        is_covered = (kind in (int, float, bool) and zero_division in (0, 1)) or is_nan(zero_division)
    if not is_covered:
        raise NotCovered(f"zero_division={zero_division!r}")


def is_nan(value: Any) -> bool:
    """Return whether a value is a NaN of type `float`."""
    return type(value) is float and math.isnan(value)


def as_selected(labels: Any, present: Array) -> Array:
    """Return the option `labels` as an array of the same kind as the labels that occur."""
    selected = np.asarray(labels)
    if selected.dtype == object and all(isinstance(label, str) for label in selected.flat):
        selected = selected.astype(str)
    kinds = "U" if present.dtype.kind == "U" else "biu"
    # scikit-learn uses floats as indices in some places.
    if selected.ndim != 1 or not len(selected) or selected.dtype.kind not in kinds or present.dtype.kind == "f":
        raise NotCovered(f"labels={labels!r} of samples with {present.dtype} labels")
    return selected


def find(selected: Array, present: Array) -> list[int]:
    """Return the position of each selected label among the labels that occur, or -1."""
    positions = {label: position for position, label in enumerate(present.tolist())}
    return [positions.get(label, -1) for label in selected.tolist()]


def as_indicators(y_true: Any, y_pred: Any) -> tuple[Array, Array] | None:
    """Return indicators as bool arrays of equal shape (n, C), with C from 2; None if the labels are not indicators."""
    if not (type(y_true) is type(y_pred) is np.ndarray and y_true.ndim == 2):  # dimensions
        return None
    if y_true.shape != y_pred.shape or y_true.shape[1] < 2 or not len(y_true):  # fewer columns hold 1-D labels
        raise NotCovered(f"labels of shapes {y_true.shape} and {y_pred.shape}")
    y_true, y_pred = (as_bools(array) if array.dtype == np.bool_ else array for array in (y_true, y_pred))
    for array in (y_true, y_pred):
        if array.dtype.char not in "?bBhHiIlLqQfd" or not ((array == 0) | (array == 1)).all():
            raise NotCovered("a matrix with values other than 0 and 1")
    return y_true.astype(bool, copy=False), y_pred.astype(bool, copy=False)


def _count_indicators(y_true: Array, y_pred: Array, labels: Any, sample_weight: Any, *, samplewise: bool) -> Counts:
    weights = None if sample_weight is None else check_weights(sample_weight, len(y_true))
    selected = np.arange(y_true.shape[1])
    if labels is not None:
        selected = as_selected(labels, selected)
        if selected.dtype.kind == "b" or selected.min() < 0 or selected.max() >= y_true.shape[1]:
            raise NotCovered(f"labels={labels!r} of {y_true.shape[1]} columns")
        y_true, y_pred = y_true[:, selected], y_pred[:, selected]
    total: Any = len(selected) if samplewise else len(y_true)
    counts = [np.count_nonzero(array, axis=int(samplewise)) for array in (y_true & y_pred, y_pred, y_true)]
    if weights is not None:
        if not samplewise:
            total = np.sum(weights)
            counts = [_column_sums(array, weights) for array in (y_true & y_pred, y_pred, y_true)]
            # `bincount` returns integers for an array without any 1: convert all to one type.
            counts = [array.astype(np.result_type(total, *counts)) for array in counts]
        elif weights.dtype in (np.float64, np.int64):
            counts = [array * weights for array in counts]
            total = weights * len(selected)
        else:
            raise NotCovered(f"weights of type {weights.dtype}")
    tp, predicted, true = counts
    return Counts(tp, predicted, true, weights, total, selected, False)


def _sums(codes: Array, weights: Array, size: int) -> Array:
    return np.bincount(codes, weights=weights, minlength=size)


def _column_sums(array: Array, weights: Array) -> Array:
    rows, columns = np.nonzero(array)
    return _sums(columns, weights[rows], array.shape[1])
