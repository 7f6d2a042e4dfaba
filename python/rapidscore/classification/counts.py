"""Counts of pairs of labels: confusion matrices, and the counts of each class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidscore import _core
from rapidscore.inputs.labels import Column, Pair, columns, countable, countable_columns

if TYPE_CHECKING:
    from rapidscore.inputs.labels import Counts, SortedLabels


def class_counts(y_true: Any, y_pred: Any) -> tuple[SortedLabels, Counts, Counts, Counts]:
    """Return the sorted labels that occur, and for each its numbers of true positives, true labels and predictions.

    >>> class_counts(["cat", "dog", "cat"], ["cat", "cat", "cat"])
    (array(['cat', 'dog'], dtype='<U3'), array([2, 0]), array([2, 1]), array([3, 0]))
    """
    true, pred, restored = countable(y_true, y_pred)
    labels, (tp, predicted, true_counts) = _core.class_counts(true, pred)
    return restored(labels), tp, true_counts, predicted


def confusion(y_true: Any, y_pred: Any, names: Pair = ("y_true", "y_pred")) -> tuple[SortedLabels, _core.Confusion]:
    """Return the sorted labels that occur, and their confusion counts."""
    return confusion_of_columns(*columns(y_true, y_pred, names), names)


def confusion_of_columns(y_true: Column, y_pred: Column, names: Pair) -> tuple[SortedLabels, _core.Confusion]:
    """Return the sorted labels that occur in two columns that were read, and their confusion counts."""
    true, pred, restored = countable_columns(y_true, y_pred, names)
    labels, counts = _core.count_pairs(true, pred)
    return restored(labels), counts


def confusion_counts(y_true: Any, y_pred: Any) -> tuple[SortedLabels, Counts]:
    """Return the sorted labels that occur, and the matrix (C, C) with a row per true and a column per predicted label.

    >>> confusion_counts([0, 1, 1], [0, 0, 1])
    (array([0, 1]), array([[1, 0],
           [1, 1]]))
    """
    labels, counts = confusion(y_true, y_pred)
    return labels, counts.matrix()


def count_equal(y_true: Any, y_pred: Any) -> tuple[int, int]:
    """Return the number of positions with equal labels, and the number of all positions."""
    true, pred, _ = countable(y_true, y_pred)
    return _core.count_equal(true, pred), len(true)
