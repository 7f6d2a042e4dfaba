"""Counts of pairs of labels: confusion matrices, and what each class has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidscore import _core
from rapidscore.inputs.labels import Pair, countable

if TYPE_CHECKING:
    from rapidscore.inputs.labels import Counts, Table


def class_counts(y_true: Any, y_pred: Any) -> tuple[Table, Counts, Counts, Counts]:
    """Return the sorted labels that occur, and for each how often it was found, is true, and was predicted.

    >>> class_counts(["cat", "dog", "cat"], ["cat", "cat", "cat"])
    (array(['cat', 'dog'], dtype='<U3'), array([2, 0]), array([2, 1]), array([3, 0]))
    """
    true, pred, restored = countable(y_true, y_pred)
    labels, (found, predicted, support) = _core.class_counts(true, pred)
    return restored(labels), found, support, predicted


def confusion(y_true: Any, y_pred: Any, names: Pair = ("y_true", "y_pred")) -> tuple[Table, _core.Confusion]:
    """Return the sorted labels that occur, and how often each was taken for each."""
    true, pred, restored = countable(y_true, y_pred, names)
    labels, counted = _core.count_pairs(true, pred)
    return restored(labels), counted


def confusion_counts(y_true: Any, y_pred: Any) -> tuple[Table, Counts]:
    """Return the sorted labels that occur, and the matrix (C, C) of true labels by predicted labels.

    >>> confusion_counts([0, 1, 1], [0, 0, 1])
    (array([0, 1]), array([[1, 0],
           [1, 1]]))
    """
    labels, counted = confusion(y_true, y_pred)
    return labels, counted.matrix()


def count_equal(y_true: Any, y_pred: Any) -> tuple[int, int]:
    """Return how many labels are the same in both, and how many there are."""
    true, pred, _ = countable(y_true, y_pred)
    return _core.count_equal(true, pred), len(true)
