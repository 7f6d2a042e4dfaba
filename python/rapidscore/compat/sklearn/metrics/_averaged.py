"""Scores that are computed for each label and averaged, and the classification report."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rapidscore.classification import averages, report
from rapidscore.classification.averages import Array
from rapidscore.compat.sklearn.metrics._counts import as_indicators, check_column, check_zero_division, count, count_for
from rapidscore.compat.sklearn.metrics._drop_in import NotCovered, drop_in


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
    """Return precision, recall, F-score and support of each label, or their averages (with None as the support).

    Parameters and result as `sklearn.metrics.precision_recall_fscore_support` in scikit-learn 1.9.1.

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
    """Return the precision, 0 to 1: true positives / predicted positives.

    Parameters and result as `sklearn.metrics.precision_score` in scikit-learn 1.9.1.

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
    """Return the recall, 0 to 1: true positives / actual positives.

    Parameters and result as `sklearn.metrics.recall_score` in scikit-learn 1.9.1.

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
    """Return the F1 score, 0 to 1: the harmonic mean of precision and recall.

    Parameters and result as `sklearn.metrics.f1_score` in scikit-learn 1.9.1.

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
    """Return the F-beta score, 0 to 1: the harmonic mean of precision and recall with weights 1 and `beta` squared.

    Parameters and result as `sklearn.metrics.fbeta_score` in scikit-learn 1.9.1.

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
    """Return the Jaccard index, 0 to 1: true positives / (true positives + false positives + false negatives).

    Parameters and result as `sklearn.metrics.jaccard_score` in scikit-learn 1.9.1.

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
    """Return precision, recall, F1 and support of each label, and their averages, as a text or as a dict.

    Parameters and result as `sklearn.metrics.classification_report` in scikit-learn 1.9.1.

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
    if as_indicators(y_true, y_pred):
        by_sample = count(y_true, y_pred, labels, sample_weight, samplewise=True)
        options["samples"] = report.Counts(*by_sample[:4])
    by_label = report.Counts(*counts[:3])
    if output_dict:
        return report.as_dict(names, by_label, **options)
    return report.as_text(names, by_label, digits=digits, **options)


def _check_beta(beta: Any) -> None:
    # The square of a larger number might overflow.
    if type(beta) not in (int, float) or not (0 <= beta < 1e100 or beta == math.inf):
        raise NotCovered(f"beta={beta!r}")


def _names(y_true: Any, y_pred: Any, labels: Array) -> list[str]:
    """Return labels as scikit-learn shows them.

    Raises `NotCovered` if that depends on the types of the columns: scikit-learn treats 1, 1.0 and True as equal.
    """
    if labels.dtype.kind != "U":
        for column in (y_true, y_pred):
            dtype = getattr(column, "dtype", None)
            numbers = getattr(getattr(dtype, "categories", None), "dtype", None)
            # scikit-learn converts nullable columns of pandas, and categories of bool, to floats.
            nullable = type(column).__module__.startswith("pandas") and (
                not isinstance(numbers or dtype, np.dtype) or numbers == np.bool_
            )
            boolean = isinstance(next(iter(column)), bool | np.bool_)
            if labels.dtype.kind == "f" or nullable or boolean != (labels.dtype.kind == "b"):
                raise NotCovered(f"a report of labels of mixed types, as {labels.dtype}")
    return [str(label) for label in labels.tolist()]
