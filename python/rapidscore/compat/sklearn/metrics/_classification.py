"""Scores of predicted labels, as scikit-learn 1.9.1's `sklearn.metrics` has them.

Wherever these are asked for:

- `y_true`, `y_pred`: n labels each, in any form that scikit-learn takes. Counted here are 1-D labels (`int`, `bool`,
  `str`, whole `float`) in lists, tuples, NumPy arrays and columns of pandas and polars; and, but for those functions
  that take one label a sample, NumPy arrays of 0 and 1 of shape (n, C), of several labels a sample.
- `labels`: which labels to score, in this order; by default all that occur, sorted.
- `sample_weight`: n numbers. Counted here are finite ones from 0.
- `average`, `zero_division`: see `rapidscore.averages`. `pos_label` is the label that `average="binary"` is about.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rapidscore import averages, class_report
from rapidscore import labels as door
from rapidscore.averages import Array
from rapidscore.compat.sklearn.metrics._counts import (
    check_column,
    check_labels,
    check_weights,
    check_zero_division,
    confusion,
    count,
    count_for,
    is_indicator,
)
from rapidscore.compat.sklearn.metrics._drop_in import NotCovered, drop_in
from rapidscore.warning import warn


@drop_in
def accuracy_score(y_true: Any, y_pred: Any, *, normalize: bool = True, sample_weight: Any = None) -> float:
    """Return how much of the samples is labelled right, 0 to 1; not normalized, how many (or their weight).

    >>> accuracy_score(["a", "b", "b", "c"], ["a", "b", "c", "c"])
    0.75
    """
    return _accuracy(y_true, y_pred, normalize, sample_weight)


@drop_in
def zero_one_loss(y_true: Any, y_pred: Any, *, normalize: bool = True, sample_weight: Any = None) -> Any:
    """Return how much of the samples is labelled wrong, 0 to 1; not normalized, how many (or their weight).

    A `float`, but a NumPy number for a sum of weights.

    >>> zero_one_loss(["a", "b", "b", "c"], ["a", "b", "c", "c"], normalize=False)
    1.0
    """
    right = _accuracy(y_true, y_pred, normalize, sample_weight)
    if normalize:
        return 1 - right
    return (len(y_true) if sample_weight is None else np.sum(sample_weight)) - right


@drop_in
def hamming_loss(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> Any:
    """Return how much of the labels is wrong, 0 to 1.

    A `float`, but a NumPy number for several labels a sample with weights.

    >>> hamming_loss(np.array([[0, 1], [1, 1]]), np.zeros((2, 2), int))
    0.75
    """
    if not is_indicator(y_true, y_pred):
        if sample_weight is None:
            equal, n = _count_equal(y_true, y_pred)
            return (n - equal) / n
        right, weights = _weighted(y_true, y_pred, sample_weight)
        return float(np.average(~right, weights=weights))
    wrong = np.count_nonzero(y_true != y_pred, axis=1)
    if sample_weight is None:
        return float(wrong.sum()) / y_true.size
    weights = check_weights(sample_weight, len(y_true))
    return float(np.dot(wrong, weights)) / (y_true.size * np.average(weights))


@drop_in
def confusion_matrix(
    y_true: Any, y_pred: Any, *, labels: Any = None, sample_weight: Any = None, normalize: Any = None
) -> Array:
    """Return an array of shape (C, C): how many samples of each true label, a row, have which predicted label.

    int64, or float64 for weights that are floats; `normalize="true"`, `"pred"` or `"all"` divides by the sums of rows,
    of columns or of all.

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
    """Return for each label, or for each sample, true and false negatives and positives: [[tn, fp], [fn, tp]].

    An array of shape (C, 2, 2), or (n, 2, 2); int64, or float64 for weights and where no label is right.

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
def precision_recall_fscore_support(
    y_true: Any,
    y_pred: Any,
    *,
    beta: float = 1.0,
    labels: Any = None,
    pos_label: Any = 1,
    average: Any = None,
    warn_for: Any = ("precision", "recall", "f-score"),
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> tuple[Any, Any, Any, Any]:
    """Return precision, recall, F-score, and how often each label is there (None for averages).

    >>> precision_recall_fscore_support([0, 1, 1, 0], [0, 1, 0, 0])[3]
    array([2, 2])
    >>> precision_recall_fscore_support([0, 1, 1, 0], [0, 1, 0, 0], average="binary")[:2]
    (1.0, 0.5)
    """
    _check_beta(beta)
    check_zero_division(zero_division)
    if type(warn_for) not in (list, tuple, set):
        raise NotCovered(f"warn_for={warn_for!r}")
    counts = count_for(y_true, y_pred, labels, pos_label, average, sample_weight)
    scores = averages.precision_recall_fscore(
        *counts[:3],
        beta=beta,
        average=average,
        zero_division=zero_division,
        warn_for=warn_for,
        weights=counts.weights,
    )
    return *scores, averages.summed(counts.tp, counts.true) if average is None else None


@drop_in
def precision_score(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: Any = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    """Return how much of what was predicted is right, 0 to 1: a `float`, or an array of shape (C,) for no average.

    >>> precision_score(["a", "b", "b"], ["a", "b", "a"], average="macro")
    0.75
    """
    check_zero_division(zero_division)
    counts = count_for(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averages.precision(*counts[:3], average=average, zero_division=zero_division, weights=counts.weights)


@drop_in
def recall_score(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: Any = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    """Return how much of what is there was predicted, 0 to 1: a `float`, or an array of shape (C,) for no average.

    >>> recall_score(["a", "b", "b"], ["a", "b", "a"], average="macro")
    0.75
    """
    check_zero_division(zero_division)
    counts = count_for(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averages.recall(*counts[:3], average=average, zero_division=zero_division, weights=counts.weights)


@drop_in
def f1_score(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: Any = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    """Return the harmonic mean of precision and recall, 0 to 1: a `float`, or an array of shape (C,) for no average.

    >>> f1_score([0, 1, 1, 0], [0, 1, 1, 1])
    0.8
    """
    check_zero_division(zero_division)
    counts = count_for(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averages.fscore(*counts[:3], average=average, zero_division=zero_division, weights=counts.weights)


@drop_in
def fbeta_score(
    y_true: Any,
    y_pred: Any,
    *,
    beta: float,
    labels: Any = None,
    pos_label: Any = 1,
    average: Any = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    """Return the F-score in which recall weighs `beta` squared times as much as precision; see `f1_score`.

    >>> round(fbeta_score([0, 1, 1, 0], [0, 1, 1, 1], beta=0.5), 4)
    0.7143
    """
    _check_beta(beta)
    check_zero_division(zero_division)
    counts = count_for(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averages.fscore(*counts[:3], beta=beta, average=average, zero_division=zero_division, weights=counts.weights)


@drop_in
def jaccard_score(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: Any = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    """Return what is both predicted and there by what is either, 0 to 1: a `float`, or an array of shape (C,).

    `zero_division` cannot be NaN.

    >>> round(jaccard_score([0, 1, 1, 0], [0, 1, 1, 1]), 4)
    0.6667
    """
    check_zero_division(zero_division)
    if zero_division not in ("warn", 0, 1):
        raise NotCovered("zero_division=nan")
    counts = count_for(y_true, y_pred, labels, pos_label, average, sample_weight)
    return averages.jaccard(*counts[:3], average=average, zero_division=zero_division, weights=counts.weights)


@drop_in
def classification_report(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    target_names: Any = None,
    sample_weight: Any = None,
    digits: int = 2,
    output_dict: bool = False,
    zero_division: Any = "warn",
) -> Any:
    """Return precision, recall, F1 and support of each label and on average: a `str`, or a dict.

    `target_names` are shown in place of the labels.

    >>> print(classification_report([0, 1, 1, 0], [0, 1, 1, 1], target_names=["ham", "spam"], digits=3))
                  precision    recall  f1-score   support
    <BLANKLINE>
             ham      1.000     0.500     0.667         2
            spam      0.667     1.000     0.800         2
    <BLANKLINE>
        accuracy                          0.750         4
       macro avg      0.833     0.750     0.733         4
    weighted avg      0.833     0.750     0.733         4
    <BLANKLINE>
    """
    check_zero_division(zero_division)
    if type(digits) is not int or digits < 0 or type(output_dict) is not bool:
        raise NotCovered(f"digits={digits!r} or output_dict={output_dict!r}")
    counts = count(y_true, y_pred, labels, sample_weight)
    if target_names is not None:
        check_column(target_names)
        names = [*target_names]
    else:
        names = _names(y_true, y_pred, counts.labels) if labels is None else [*map(str, counts.labels.tolist())]
    if len(names) != len(counts.labels) or not all(isinstance(name, str) for name in names):
        raise NotCovered(f"target_names={target_names!r}")
    options: dict[str, Any] = {"accuracy": counts.complete, "zero_division": zero_division}
    if is_indicator(y_true, y_pred):
        each = count(y_true, y_pred, labels, sample_weight, samplewise=True)
        options["samples"] = class_report.Counts(*each[:4])
    lines = class_report.Counts(*counts[:3])
    if output_dict:
        return class_report.as_dict(names, lines, **options)
    return class_report.as_text(names, lines, digits=digits, **options)


@drop_in
def balanced_accuracy_score(y_true: Any, y_pred: Any, *, sample_weight: Any = None, adjusted: bool = False) -> float:
    """Return the mean recall of the labels that are there, 0 to 1; `adjusted`, chance is 0.

    >>> balanced_accuracy_score([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    if type(adjusted) is not bool:
        raise NotCovered(f"adjusted={adjusted!r}")
    if sample_weight is not None:
        return averages.balanced_accuracy(_confusion(y_true, y_pred, None, sample_weight), adjusted)
    labels, tp, true, _ = _class_counts(y_true, y_pred)
    _warn_of_one(len(labels))
    return averages.balanced_accuracy_of_counts(tp, true, adjusted)


@drop_in
def matthews_corrcoef(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """Return Matthews' correlation coefficient of two or more labels, -1 to 1; 0 where it is undefined.

    >>> round(matthews_corrcoef([0, 1, 1, 0], [0, 1, 1, 1]), 4)
    0.5774
    """
    if sample_weight is not None:
        return averages.matthews(_confusion(y_true, y_pred, None, sample_weight))
    labels, tp, true, predicted = _class_counts(y_true, y_pred)
    _warn_of_one(len(labels))
    return averages.matthews_of_counts(
        np.float64(np.add.reduce(tp)), predicted.astype(np.float64), true.astype(np.float64)
    )


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
    """Return how much two annotators agree beyond chance, -1 to 1; `replace_undefined_by` where both use one label.

    `weights="linear"` or `"quadratic"`: the farther apart two labels are, the worse.

    >>> cohen_kappa_score([0, 1, 1, 0], [0, 1, 1, 1])
    0.5
    """
    if weights not in (None, "linear", "quadratic"):
        raise NotCovered(f"weights={weights!r}")
    undefined = replace_undefined_by
    if type(undefined) not in (int, float) or not (math.isnan(undefined) or -1 <= undefined <= 1):
        raise NotCovered(f"replace_undefined_by={undefined!r}")
    matrix = _confusion(y1, y2, labels, sample_weight)
    return averages.cohen_kappa(matrix, weights, undefined)


@drop_in
def class_likelihood_ratios(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    sample_weight: Any = None,
    replace_undefined_by: Any = np.nan,
) -> tuple[float, float]:
    """Return how much likelier a positive, and a negative, prediction is for what is positive: two floats from 0.

    Of two labels the second is the positive one.

    >>> class_likelihood_ratios([0, 1, 1, 0, 0], [1, 1, 0, 0, 0])
    (1.5, 0.75)
    """
    if type(replace_undefined_by) is not float or not math.isnan(replace_undefined_by):
        raise NotCovered(f"replace_undefined_by={replace_undefined_by!r}")
    matrix, occurring = confusion(y_true, y_pred, labels, sample_weight)
    if len(matrix) != 2 or occurring != 2:  # noqa: PLR2004  # binary
        raise NotCovered("other than two labels")
    tn, fp, fn, tp = matrix.ravel().tolist()
    positive, negative = tp + fn, tn + fp
    if not (positive and fp and tn):
        raise NotCovered("undefined ratios")
    return float(tp * negative) / float(fp * positive), float(fn * negative) / float(tn * positive)


def _accuracy(y_true: Any, y_pred: Any, normalize: bool, sample_weight: Any) -> float:
    if type(normalize) is not bool:
        raise NotCovered(f"normalize={normalize!r}")
    if sample_weight is None:
        equal, n = _count_equal(y_true, y_pred)
        return equal / n if normalize else float(equal)
    right, weights = _weighted(y_true, y_pred, sample_weight)
    return float(np.average(right, weights=weights) if normalize else np.dot(right, weights))


def _count_equal(y_true: Any, y_pred: Any) -> tuple[int, int]:
    """Return how many samples are labelled right, of how many."""
    if is_indicator(y_true, y_pred):
        return int(np.count_nonzero((y_true == y_pred).all(axis=1))), len(y_true)
    check_labels(y_true, y_pred)
    equal, n = door.count_equal(y_true, y_pred)
    if not n:
        raise NotCovered("there are no labels")
    return equal, n


def _weighted(y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[Array, Array]:
    """Return whether each sample is labelled right, and its weight."""
    if is_indicator(y_true, y_pred):
        right = (y_true == y_pred).all(axis=1)
    else:
        check_labels(y_true, y_pred)
        true_codes, pred_codes, _ = door.encode_pair(y_true, y_pred)
        right = true_codes == pred_codes
    return right, check_weights(sample_weight, len(right))


def _class_counts(y_true: Any, y_pred: Any) -> tuple[Array, Array, Array, Array]:
    """Return the labels, and how often each is right, there and predicted."""
    check_labels(y_true, y_pred)
    counts = door.class_counts(y_true, y_pred)
    if not len(counts[0]):
        raise NotCovered("there are no labels")
    return counts


def _confusion(y_true: Any, y_pred: Any, labels: Any, sample_weight: Any) -> Array:
    matrix, _ = confusion(y_true, y_pred, labels, sample_weight)
    _warn_of_one(len(matrix))
    return matrix


def _warn_of_one(labels: int) -> None:
    if labels == 1:
        warn(
            "A single label was found in 'y_true' and 'y_pred'. For the confusion matrix to have the correct shape, "
            "use the 'labels' parameter to pass all known labels."
        )


def _check_beta(beta: Any) -> None:
    # Whatever is larger might overflow.
    if type(beta) not in (int, float) or not (0 <= beta < 1e100 or beta == math.inf):  # noqa: PLR2004
        raise NotCovered(f"beta={beta!r}")


def _names(y_true: Any, y_pred: Any, labels: Array) -> list[str]:
    """Return labels as scikit-learn shows them, in whose eyes 1, 1.0 and True may all be one."""
    if labels.dtype.kind != "U":
        for column in (y_true, y_pred):
            dtype = getattr(column, "dtype", None)
            numbers = getattr(getattr(dtype, "categories", None), "dtype", None)
            # Nullable columns of pandas, and categories of bool, are floats to it.
            nullable = type(column).__module__.startswith("pandas") and (
                not isinstance(numbers or dtype, np.dtype) or numbers == bool
            )
            boolean = isinstance(next(iter(column)), bool | np.bool_)
            if labels.dtype.kind == "f" or nullable or boolean != (labels.dtype.kind == "b"):
                raise NotCovered(f"labels of mixed types, to be shown as {labels.dtype}")
    return [str(label) for label in labels.tolist()]
