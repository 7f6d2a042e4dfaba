"""Scores of the agreement of predicted and true labels, and confusion matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from rapidscore.classification import averages
from rapidscore.classification.averages import Array
from rapidscore.classification.counts import class_counts, count_equal
from rapidscore.compat.sklearn.metrics._counts import (
    as_indicators,
    check_labels,
    check_present,
    check_weights,
    confusion,
    count,
    is_nan,
)
from rapidscore.compat.sklearn.metrics._drop_in import NotCovered, drop_in
from rapidscore.inputs import labels as label_inputs
from rapidscore.warning import warn


@drop_in
def accuracy_score(y_true: Any, y_pred: Any, *, normalize: bool = True, sample_weight: Any = None) -> float:
    """Return the share of samples with the right label, 0 to 1, or with `normalize=False` their number or weight.

    Parameters and result as `sklearn.metrics.accuracy_score` in scikit-learn 1.9.1.

    >>> accuracy_score(["a", "b", "b", "c"], ["a", "b", "c", "c"])
    0.75
    """
    return _accuracy(y_true, y_pred, normalize, sample_weight)


@drop_in
def zero_one_loss(y_true: Any, y_pred: Any, *, normalize: bool = True, sample_weight: Any = None) -> Any:
    """Return the share of samples with a wrong label, 0 to 1, or with `normalize=False` their number or weight.

    Parameters and result as `sklearn.metrics.zero_one_loss` in scikit-learn 1.9.1.

    The result is a `float`, or a NumPy number for a sum of weights.

    >>> zero_one_loss(["a", "b", "b", "c"], ["a", "b", "c", "c"], normalize=False)
    1.0
    """
    right = _accuracy(y_true, y_pred, normalize, sample_weight)
    if normalize:
        return 1 - right
    return (len(y_true) if sample_weight is None else np.sum(sample_weight)) - right


@drop_in
def hamming_loss(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> Any:
    """Return the share of labels that are wrong, 0 to 1.

    Parameters and result as `sklearn.metrics.hamming_loss` in scikit-learn 1.9.1.

    >>> hamming_loss(np.array([[0, 1], [1, 1]]), np.zeros((2, 2), int))
    0.75
    """
    if indicators := as_indicators(y_true, y_pred):
        wrong = np.count_nonzero(np.not_equal(*indicators), axis=1)
        if sample_weight is None:
            return float(wrong.sum()) / y_true.size
        weights = check_weights(sample_weight, len(y_true))
        return float(np.dot(wrong, weights)) / (y_true.size * np.average(weights))
    if sample_weight is None:
        equal, n = _count_equal(y_true, y_pred)
        return (n - equal) / n
    right, weights = _weighted(y_true, y_pred, sample_weight)
    return float(np.average(~right, weights=weights))


@drop_in
def confusion_matrix(
    y_true: Any, y_pred: Any, *, labels: Any = None, sample_weight: Any = None, normalize: Any = None
) -> Array:
    """Count the samples with each pair of true label (row) and predicted label (column), as an array of shape (C, C).

    Parameters and result as `sklearn.metrics.confusion_matrix` in scikit-learn 1.9.1.

    The dtype is int64, or float64 for weights that are floats. `normalize="true"`, `"pred"` or `"all"` divides by the
    sums of rows, of columns or of all.

    >>> confusion_matrix(["a", "b", "b", "c"], ["a", "b", "c", "c"])
    array([[1, 0, 0],
           [0, 1, 1],
           [0, 0, 1]])
    """
    if normalize not in (None, "true", "pred", "all"):
        raise NotCovered(f"normalize={normalize!r}")
    matrix = _confusion(y_true, y_pred, labels, sample_weight)
    if normalize:
        sums = {"true": matrix.sum(axis=1, keepdims=True), "pred": matrix.sum(axis=0, keepdims=True)}
        with np.errstate(all="ignore"):
            matrix = np.nan_to_num(matrix / sums.get(normalize, matrix.sum()))
    return matrix


@drop_in
def multilabel_confusion_matrix(
    y_true: Any, y_pred: Any, *, sample_weight: Any = None, labels: Any = None, samplewise: bool = False
) -> Array:
    """Count true and false negatives and positives, [[tn, fp], [fn, tp]], of each label, or of each sample.

    Parameters and result as `sklearn.metrics.multilabel_confusion_matrix` in scikit-learn 1.9.1.

    The result is an array of shape (C, 2, 2), or (n, 2, 2) with `samplewise`. The dtype is int64, or float64 with
    weights or if no label is right.

    >>> multilabel_confusion_matrix(["a", "b", "b"], ["a", "b", "a"])[0]
    array([[1, 1],
           [0, 1]])
    """
    if type(samplewise) is not bool:
        raise NotCovered(f"samplewise={samplewise!r}")
    counts = count(y_true, y_pred, labels, sample_weight, samplewise=samplewise)
    fp, fn = counts.predicted - counts.tp, counts.true - counts.tp
    tn = counts.total - counts.tp - fp - fn
    return np.stack([tn, fp, fn, counts.tp]).T.reshape(-1, 2, 2)


@drop_in
def balanced_accuracy_score(y_true: Any, y_pred: Any, *, sample_weight: Any = None, adjusted: bool = False) -> float:
    """Return the mean recall of the labels that occur in `y_true`, 0 to 1. With `adjusted`, chance level is 0.

    Parameters and result as `sklearn.metrics.balanced_accuracy_score` in scikit-learn 1.9.1.

    >>> balanced_accuracy_score([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    if type(adjusted) is not bool:
        raise NotCovered(f"adjusted={adjusted!r}")
    if sample_weight is not None:
        return averages.balanced_accuracy(_confusion(y_true, y_pred, None, sample_weight), adjusted)
    labels, tp, true, _ = _class_counts(y_true, y_pred)
    _warn_if_single(len(labels))
    return averages.balanced_accuracy_of_counts(tp, true, adjusted)


@drop_in
def matthews_corrcoef(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """Return the Matthews correlation coefficient of two or more labels, -1 to 1, or 0 if it is undefined.

    Parameters and result as `sklearn.metrics.matthews_corrcoef` in scikit-learn 1.9.1.

    >>> round(matthews_corrcoef([0, 1, 1, 0], [0, 1, 1, 1]), 4)
    0.5774
    """
    if sample_weight is not None:
        return averages.matthews(_confusion(y_true, y_pred, None, sample_weight))
    labels, tp, true, predicted = _class_counts(y_true, y_pred)
    _warn_if_single(len(labels))
    correct = np.float64(np.add.reduce(tp))
    return averages.matthews_of_counts(correct, predicted.astype(np.float64), true.astype(np.float64))


@drop_in
def cohen_kappa_score(
    y1: Any,
    y2: Any,
    *,
    labels: Any = None,
    weights: Any = None,
    sample_weight: Any = None,
    replace_undefined_by: float = np.nan,
) -> float:
    """Return Cohen's kappa, the agreement of two annotators beyond chance, -1 to 1.

    Parameters and result as `sklearn.metrics.cohen_kappa_score` in scikit-learn 1.9.1.

    With `weights="linear"` or `"quadratic"`, a disagreement counts more the larger the distance of both labels is. If
    both annotators use a single label, the result is `replace_undefined_by`.

    >>> cohen_kappa_score([0, 1, 1, 0], [0, 1, 1, 1])
    0.5
    """
    if weights not in (None, "linear", "quadratic"):
        raise NotCovered(f"weights={weights!r}")
    undefined = replace_undefined_by
    if type(undefined) not in (int, float) or not (is_nan(undefined) or -1 <= undefined <= 1):
        raise NotCovered(f"replace_undefined_by={undefined!r}")
    matrix = _confusion(y1, y2, labels, sample_weight)
    return averages.cohen_kappa(matrix, weights, undefined)


def _accuracy(y_true: Any, y_pred: Any, normalize: bool, sample_weight: Any) -> float:
    if type(normalize) is not bool:
        raise NotCovered(f"normalize={normalize!r}")
    if sample_weight is None:
        equal, n = _count_equal(y_true, y_pred)
        return equal / n if normalize else float(equal)
    right, weights = _weighted(y_true, y_pred, sample_weight)
    return float(np.average(right, weights=weights) if normalize else np.dot(right, weights))


def _count_equal(y_true: Any, y_pred: Any) -> tuple[int, int]:
    """Return the number of samples with the right label, and the number of samples."""
    if indicators := as_indicators(y_true, y_pred):
        return int(np.count_nonzero(np.all(np.equal(*indicators), axis=1))), len(y_true)
    if isinstance(next(iter(y_true), None), str):
        return int(_class_counts(y_true, y_pred)[1].sum()), len(y_true)
    check_labels(y_true, y_pred)
    equal, n = count_equal(y_true, y_pred)
    if not n:
        raise NotCovered("y_true and y_pred without labels")
    return equal, n


def _weighted(y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[Array, Array]:
    """Return whether each sample has the right label, and its weight."""
    if indicators := as_indicators(y_true, y_pred):
        right = np.all(np.equal(*indicators), axis=1)
    else:
        check_labels(y_true, y_pred)
        true_codes, pred_codes, present = label_inputs.encode_pair(y_true, y_pred)
        check_present(present)
        right = true_codes == pred_codes
    return right, check_weights(sample_weight, len(right))


def _class_counts(y_true: Any, y_pred: Any) -> tuple[Array, Array, Array, Array]:
    """Return the labels, and for each label the number of right predictions, of true labels and of predictions."""
    check_labels(y_true, y_pred)
    counts = class_counts(y_true, y_pred)
    check_present(counts[0])
    return counts


def _confusion(y_true: Any, y_pred: Any, labels: Any, sample_weight: Any) -> Array:
    matrix, _ = confusion(y_true, y_pred, labels, sample_weight)
    _warn_if_single(len(matrix))
    return matrix


def _warn_if_single(labels: int) -> None:
    if labels == 1:
        warn(
            "A single label was found in 'y_true' and 'y_pred'. For the confusion matrix to have the correct shape, "
            "use the 'labels' parameter to pass all known labels."
        )
