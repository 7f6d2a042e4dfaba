"""Precision, recall and other scores of counts, computed in the order of operations of scikit-learn 1.9.1.

Floating-point sums depend on the order of additions. These functions add, divide and average in the order of
scikit-learn, so results are equal to the bit.

    >>> import numpy as np
    >>> tp, predicted, true = np.array([2, 0, 1]), np.array([2, 1, 2]), np.array([3, 1, 1])
    >>> fscore(tp, predicted, true, average=None).round(2)
    array([0.8 , 0.  , 0.67])
    >>> round(fscore(tp, predicted, true, average="macro"), 4)
    0.4889

Parameters of these functions:

- `tp`, `predicted` and `true` are arrays of shape (C,), int64 or float64: for each of C classes the number of true
  positives, of samples predicted as this class, and of samples that have this class. Sums of sample weights are
  float64. Arrays of shape (m, C) compute m scores in one call, each with the same bits as in a call for this score
  alone.
- `average` is `None` (no average: an array of the same shape is returned), `"micro"` (the score of the sums over all
  classes), `"macro"` (the mean over the classes), `"weighted"` (the mean weighted by `true`), `"samples"` (counts of
  each sample instead of each class; the mean weighted by `weights`, if given) or `"binary"` (C is 1). An average is a
  `float`, or an array of shape (m,).
- `zero_division` is the value of a score whose denominator is 0: 0, 1, NaN (left out of averages) or `"warn"`, which is
  0 with an `UndefinedMetricWarning`; see `rapidscore.warning`.

Any other value of `average` or `zero_division` raises `ValueError`.

Source: `sklearn.metrics.precision_recall_fscore_support`, `jaccard_score`, `balanced_accuracy_score`,
`matthews_corrcoef` and `cohen_kappa_score`.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rapidscore.warning import warn, warn_undefined

Array: TypeAlias = NDArray[Any]
#: A float64 array of shape (C,) for `average=None`, otherwise a `float`.
Scores: TypeAlias = Any
ZeroDivision: TypeAlias = float | Literal["warn"]

AVERAGES = frozenset({None, "micro", "macro", "weighted", "samples", "binary"})


def precision_recall_fscore(
    tp: Array,
    predicted: Array,
    true: Array,
    *,
    beta: float = 1.0,
    average: str | None,
    zero_division: ZeroDivision = "warn",
    warn_for: Container[str] = ("precision", "recall", "f-score"),
    weights: Array | None = None,
) -> tuple[Scores, Scores, Scores]:
    """Return precision, recall and F-score; those named in `warn_for` warn if they are undefined."""
    options: dict[str, Any] = {"average": average, "zero_division": zero_division, "weights": weights}
    return (
        precision(tp, predicted, true, **options, warned="precision" in warn_for),
        recall(tp, predicted, true, **options, warned="recall" in warn_for),
        fscore(tp, predicted, true, **options, beta=beta, warned="f-score" in warn_for),
    )


def precision(
    tp: Array,
    predicted: Array,
    true: Array,
    *,
    average: str | None,
    zero_division: ZeroDivision = "warn",
    weights: Array | None = None,
    warned: bool = True,
) -> Scores:
    """Return the share of predictions that are correct, 0 to 1."""
    weights = summed(tp, true) if average == "weighted" else weights
    missing = ("Precision", "predicted") if warned else None
    predicted = summed(tp, predicted)
    return _divide(tp, predicted, missing, average=average, zero_division=zero_division, weights=weights)


def recall(
    tp: Array,
    predicted: Array,
    true: Array,
    *,
    average: str | None,
    zero_division: ZeroDivision = "warn",
    weights: Array | None = None,
    warned: bool = True,
) -> Scores:
    """Return the share of the samples of a class that were predicted as this class, 0 to 1."""
    true = summed(tp, true)
    weights = true if average == "weighted" else weights
    missing = ("Recall", "true") if warned else None
    return _divide(tp, true, missing, average=average, zero_division=zero_division, weights=weights)


def fscore(
    tp: Array,
    predicted: Array,
    true: Array,
    *,
    beta: float = 1.0,
    average: str | None,
    zero_division: ZeroDivision = "warn",
    weights: Array | None = None,
    warned: bool = True,
) -> Scores:
    """Return the harmonic mean of precision and recall, 0 to 1, in which recall has `beta` squared times the weight.

    `beta` is 0 or more. With 0 the result is precision, with infinity recall; neither warns.
    """
    if not beta >= 0:
        raise ValueError(f"beta must be 0 or more, got {beta!r}")
    if beta in (0, math.inf):
        alone = recall if beta else precision
        options: dict[str, Any] = {"average": average, "zero_division": zero_division, "weights": weights}
        return alone(tp, predicted, true, **options, warned=False)
    predicted, true = summed(tp, predicted), summed(tp, true)
    weights = true if average == "weighted" else weights
    if average == "micro":
        tp, predicted, true = (
            np.add.reduce(counts, axis=-1, dtype=np.float64, keepdims=True) for counts in (tp, predicted, true)
        )
    # Floats, because integers would overflow if beta is large.
    beta2 = beta**2
    numerator, denominator = float(1 + beta2) * tp, float(beta2) * true + predicted
    missing = ("F-score", "true nor predicted") if warned else None
    return _divide(numerator, denominator, missing, average=average, zero_division=zero_division, weights=weights)


def jaccard(
    tp: Array,
    predicted: Array,
    true: Array,
    *,
    average: str | None,
    zero_division: ZeroDivision = "warn",
    weights: Array | None = None,
) -> Scores:
    """Return the Jaccard index, 0 to 1: true positives divided by the samples that are true or predicted."""
    weights = summed(tp, true) if average == "weighted" else weights
    either = summed(tp, predicted) + (true - tp)
    missing = "Jaccard", "true or predicted"
    return _divide(tp, either, missing, average=average, zero_division=zero_division, weights=weights)


def specificity(
    tp: Array,
    predicted: Array,
    true: Array,
    total: Any,
    *,
    average: str | None,
    zero_division: ZeroDivision = "warn",
    weights: Array | None = None,
) -> Scores:
    """Return the share of samples of other classes that were not predicted, 0 to 1.

    `total` is the number of samples (of labels, for `average="samples"`), or the sum of their weights. scikit-learn
    has no specificity; averages are computed as for recall, and `"weighted"` has the weights `true`, too.
    """
    weights = summed(tp, true) if average == "weighted" else weights
    # Floats, because the sum over many classes could overflow integers.
    tp, predicted, true = (counts.astype(np.float64, copy=False) for counts in (tp, predicted, true))
    fp = predicted - tp
    tn = total - tp - fp - (true - tp)
    missing = "Specificity", "negative"
    return _divide(tn, tn + fp, missing, average=average, zero_division=zero_division, weights=weights)


def summed(tp: Array, counts: Array) -> Array:
    """Return counts as scikit-learn has them: it subtracts `tp` and adds it again, which rounds sums of weights."""
    return counts if counts.dtype.kind != "f" else tp + (counts - tp)


def balanced_accuracy(matrix: Array, adjusted: bool = False) -> float:
    """Return the mean recall of the classes that have samples, 0 to 1.

    `matrix` has the shape (C, C), with a row for each true and a column for each predicted class. With `adjusted` the
    score is rescaled so that chance is 0 and a perfect score stays 1. Warns with a `UserWarning` if a predicted class
    has no samples.

    >>> balanced_accuracy(np.array([[3, 1], [1, 1]]))
    0.625
    """
    return balanced_accuracy_of_counts(np.diagonal(matrix), matrix.sum(axis=1), adjusted)


def balanced_accuracy_of_counts(tp: Array, true: Array, adjusted: bool = False) -> float:
    """Return the balanced accuracy of counts: see `balanced_accuracy`."""
    occurs = true != 0
    if not occurs.all():
        warn("y_pred contains classes not in y_true")
    recalls = tp[occurs] / true[occurs]
    score = recalls.mean()
    if adjusted:
        chance = 1 / len(recalls)
        # `score` is a NumPy number: with one class the division by 0 gives NaN and a warning.
        score = (score - chance) / (1 - chance)
    return float(score)


def mean_recall(tp: Array, true: Array) -> Array:
    """Return the mean recall of the classes that have samples, for counts (m, C); NaN if no class has any."""
    means = np.full(len(tp), np.nan)
    for rows, (true_positives, support) in kept(true != 0, tp, true):
        if size := support.shape[-1]:
            means[rows] = np.add.reduce(true_positives / support, axis=-1) / size
    return means


def matthews(matrix: Array) -> float:
    """Return Matthews' correlation coefficient, -1 to 1; 0 if it is undefined.

    `matrix` has the shape (C, C), with a row for each true and a column for each predicted class.

    >>> round(matthews(np.array([[3, 1], [1, 2]])), 4)
    0.4167
    """
    correct = np.trace(matrix, dtype=np.float64)
    predicted, true = (matrix.sum(axis=axis, dtype=np.float64) for axis in (0, 1))
    return matthews_of_counts(correct, predicted, true)


def matthews_of_counts(correct: Any, predicted: Array, true: Array) -> float:
    """Return Matthews' correlation coefficient of the number of correct predictions and float64 counts (C,)."""
    n = np.add.reduce(predicted)
    covariance = correct * n - np.dot(true, predicted)
    # Squared twice, as in scikit-learn, whose warnings of an overflow are then repeated too.
    product = (n**2 - np.dot(predicted, predicted)) * (n**2 - np.dot(true, true))
    return float(covariance / np.sqrt(product)) if product else 0.0


def matthews_of_samples(correct: Array, predicted: Array, true: Array) -> Array:
    """Return `matthews_of_counts` of each of m samples, float64 (m,), from `correct` (m,) and counts (m, C)."""
    n = np.add.reduce(predicted, axis=-1)
    # Of huge weights, the result is NaN, as in scikit-learn.
    with np.errstate(over="ignore", invalid="ignore"):
        covariance = correct * n - _dot(true, predicted)
        # One number at a time, by C's pow(), which rounds differently from a multiplication.
        squared = np.array([total**2 for total in n])
        product = (squared - _dot(predicted, predicted)) * (squared - _dot(true, true))
        correlations: Array = np.divide(covariance, np.sqrt(product), out=np.zeros(len(n)), where=product != 0)
    return correlations


def _dot(one: Array, other: Array) -> Any:
    """Return the dot products of the rows (m, C) of two arrays.

    Each is a separate BLAS call, because BLAS decides the order of additions.
    """
    return (one[:, np.newaxis, :] @ other[:, :, np.newaxis])[:, 0, 0]


def cohen_kappa(
    matrix: Array, weights: Literal["linear", "quadratic"] | None = None, replace_undefined_by: float = math.nan
) -> float:
    """Return Cohen's kappa, -1 to 1: agreement beyond chance.

    `matrix` has the shape (C, C), with a row for each true and a column for each predicted class. `weights` is how the
    cost of a disagreement grows with the distance of the classes; None gives all disagreements the same cost. If only
    one class occurs, return `replace_undefined_by` with an `UndefinedMetricWarning`.

    >>> round(cohen_kappa(np.array([[3, 1], [1, 2]])), 4)
    0.4167
    """
    if weights not in (None, "linear", "quadratic"):
        raise ValueError(f'weights must be None, "linear" or "quadratic", got {weights!r}')
    set_to = f"`replace_undefined_by` param, which is set to {replace_undefined_by}."
    matrix = matrix.astype(np.float64, copy=False)
    predicted, true = matrix.sum(axis=0), matrix.sum(axis=1)
    total = predicted.sum()
    if total == 0:
        warn_undefined(
            "`y2` contains no labels that are present in both `y1` and `labels`."
            f"`cohen_kappa_score` is undefined and set to the value defined by the {set_to}"
        )
        return replace_undefined_by
    classes = np.arange(len(matrix), dtype=np.float64)
    distance = np.subtract.outer(classes, classes)
    cost = {None: distance != 0, "linear": np.abs(distance), "quadratic": distance**2}[weights]
    expected = (cost * (np.outer(predicted, true) / total)).sum()
    if expected == 0:
        warn_undefined(
            "`y1`, `y2` and `labels` have only one label in common. "
            f"`cohen_kappa_score` is undefined and set to the value defined by the the {set_to}"
        )
        return replace_undefined_by
    return float(1 - (cost * matrix).sum() / expected)


def _divide(
    numerator: Array,
    denominator: Array,
    missing: tuple[str, str] | None,
    *,
    average: str | None,
    zero_division: ZeroDivision,
    weights: Array | None,
) -> Scores:
    """Divide and average. `missing` is the score and the kind of sample that is missing, for a warning, or None."""
    if average not in AVERAGES:
        raise ValueError(f"average must be None, micro, macro, weighted, samples or binary, got {average!r}")
    if average == "binary" and denominator.shape[-1] != 1:
        raise ValueError(
            f'average="binary" takes the counts of one class, got {denominator.shape[-1]}: choose another average'
        )
    if not (zero_division in ("warn", 0, 1) or (isinstance(zero_division, float) and math.isnan(zero_division))):
        raise ValueError(f'zero_division must be "warn", 0, 1 or NaN, got {zero_division!r}')
    if average == "micro":
        # As floats, which do not overflow, and are exact up to 2^53 as integers are.
        numerator, denominator = (
            np.add.reduce(counts, axis=-1, keepdims=True, dtype=np.float64) for counts in (numerator, denominator)
        )
    if np.count_nonzero(denominator) == denominator.size:
        quotients = numerator / denominator
    else:
        undefined = denominator == 0
        quotients = numerator / np.where(undefined, 1, denominator)
        quotients[undefined] = 0 if zero_division == "warn" else zero_division
        if zero_division == "warn" and missing:
            warn_zero_division(*missing, average, quotients.shape[-1])
    if average is None:
        return quotients
    mean = _mean if quotients.ndim == 1 else _means
    return mean(quotients, weights if average in ("weighted", "samples") else None)


def _mean(values: Array, weights: Array | None) -> float:
    """Return the mean of the values that are not NaN, or NaN if all are. Weights that are all 0 are ignored."""
    total = np.add.reduce(values)
    if not len(values) or math.isnan(total):
        known = ~np.isnan(values)
        if not known.any():
            return math.nan
        if weights is None:
            # NaN values stay in the array, because positions decide the order of additions.
            return float(np.nanmean(values))
        values, weights = values[known], weights[known]
        total = np.add.reduce(values)
    scale = 0.0 if weights is None else np.add.reduce(weights, dtype=np.float64)
    return float(np.add.reduce(values * weights) / scale) if scale else float(total / len(values))


def _means(values: Array, weights: Array | None) -> Array:
    """Return the mean of each row of values (m, C): see `_mean`."""
    totals = np.add.reduce(values, axis=-1)
    means = np.full(len(values), math.nan)
    if not values.shape[-1]:
        return means
    np.divide(totals, values.shape[-1], out=means)
    if weights is not None:
        scales = np.add.reduce(weights, axis=-1, dtype=np.float64)
        np.divide(np.add.reduce(values * weights, axis=-1), scales, out=means, where=scales != 0)
    unknown = np.flatnonzero(np.isnan(totals))
    if not len(unknown):
        return means
    values = values[unknown]
    known = ~np.isnan(values)
    if weights is None:
        sums = np.add.reduce(np.where(known, values, 0), axis=-1)
        means[unknown] = share(sums, np.count_nonzero(known, axis=-1), math.nan)
        return means
    for rows, (known_values, known_weights) in kept(known, values, weights[unknown]):
        means[unknown[rows]] = _means(known_values, known_weights)
    return means


def share(part: Any, whole: Any, empty: float) -> Array:
    """Divide elementwise; a quotient whose denominator is 0 is `empty`."""
    quotients: Array = np.divide(part, whole, out=np.full(np.shape(whole), empty), where=np.not_equal(whole, 0))
    return quotients


def kept(mask: Array, *arrays: Array) -> Iterator[tuple[Array, list[Array]]]:
    """Yield rows of arrays (m, C) for which `mask` keeps the same number of entries: their indices, and these entries.

    >>> mask = np.array([[True, False, True], [False, True, False], [True, True, False]])
    >>> for rows, (entries,) in kept(mask, np.arange(9).reshape(3, 3)):
    ...     print(rows, entries.tolist())
    [1] [[4]]
    [0 2] [[0, 2], [6, 7]]
    """
    counts = np.count_nonzero(mask, axis=-1)
    for count in np.flatnonzero(np.bincount(counts)).tolist():
        rows = np.flatnonzero(counts == count)
        yield rows, [array[rows][mask[rows]].reshape(len(rows), count) for array in arrays]


def warn_zero_division(score: str, missing: str, average: str | None, size: int) -> None:
    """Warn that a score is undefined for some of `size` classes or samples, because its denominator is 0."""
    one, many = ("sample", "labels") if average != "samples" else ("label", "samples")
    where = "due to" if size == 1 else f"in {many} with"
    warn_undefined(
        f"{score} is ill-defined and being set to 0.0 {where} no {missing} {one}s. "
        "Use `zero_division` parameter to control this behavior."
    )
