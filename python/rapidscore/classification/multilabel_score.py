"""The score of a multilabel classification, and the sums that it is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rapidscore import _core
from rapidscore._public import public
from rapidscore.classification import averages
from rapidscore.classification.confusion import table_bytes
from rapidscore.classification.many_scores import AVERAGED
from rapidscore.classification.per_class import Average, ClassScores
from rapidscore.inputs import labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rapidscore.classification.multilabel import Multilabel
    from rapidscore.inputs.labels import SortedLabels

#: Columns of a total after the true positives, predicted rows and true rows of each label, which
#: `src/classification/multilabel.rs` defines.
PRECISION, RECALL, F1, JACCARD, HAS_PRECISION, HAS_RECALL, HAS_F1, EXACT, WEIGHT = range(9)
#: Number of these columns.
ROW_SUMS = 9


@dataclass(frozen=True, slots=True, eq=False)
class LabelledSums:
    """Exact sums of rows, and the sorted labels of their columns."""

    table: SortedLabels
    sums: _core.Total
    weighted: bool

    @property
    def segments(self) -> int:
        """The number of rows."""
        return self.sums.segments

    def merged(self, other: LabelledSums) -> LabelledSums:
        """Return the sums of the rows of both. Raises `ValueError` if their labels differ."""
        if not self.segments or not other.segments:
            return self if self.segments else other
        if table_bytes(self.table) != table_bytes(other.table):
            raise ValueError(other_labels(self.table, other.table))
        return LabelledSums(self.table, self.sums.merged(other.sums), self.weighted or other.weighted)

    def to_bytes(self) -> bytes:
        """Return labels and sums as bytes."""
        return table_bytes(self.table) + bytes([self.weighted]) + self.sums.to_bytes()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LabelledSums):
            return NotImplemented
        return self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]  # holds an array


def other_labels(one: SortedLabels, other: SortedLabels) -> str:
    """Return the message for rows with different labels."""
    return (
        f"rows with the labels {labels.shown(one.tolist())} cannot join rows with {labels.shown(other.tolist())}: pass "
        "all possible labels, Multilabel(labels=…)"
    )


@public
class MultilabelScore(ClassScores):
    """The scores of a multilabel classification, computed from the counts of each label and the sums of row scores.

    Methods that average take `average`: `"macro"`, `"micro"`, `"weighted"`, `"samples"` (the mean over rows), or None
    for a float64 array with the value of each label, in the order of `labels`. The default is the metric's average.
    `labels=` chooses labels, except for `"samples"`. All values are from 0 to 1, and equal the values of
    `sklearn.metrics` in scikit-learn 1.9.1.

    These methods raise `ValueError` if the average is unknown, or if `"samples"` is combined with `labels=` or with
    another `beta` than 1, because only the sums of the row scores of all labels are kept. They raise `TypeError` if
    `labels=` has strings and the labels are numbers, or the reverse.

    References
    ----------
    `sklearn.metrics` of scikit-learn 1.9.1.

    Examples
    --------
    >>> from rapidscore import Multilabel
    >>> score = Multilabel().score([{"a", "b"}, {"c"}], [{"a"}, {"b", "c"}])
    >>> score.f1("samples"), score.f1("micro"), round(score.hamming_loss, 4)
    (0.6666666666666666, 0.6666666666666666, 0.3333)
    >>> score.confusion_matrices[1]
    array([[0, 1],
           [1, 0]])

    """

    __slots__ = ("_row",)

    AVERAGES: ClassVar[tuple[str, ...]] = ("macro", "micro", "weighted", "samples")
    VALUES: ClassVar[tuple[str, ...]] = ("accuracy", "hamming_loss", "precision", "recall", "f1", "jaccard")

    def __init__(self, metric: Multilabel, total: LabelledSums) -> None:
        width = len(total.table)
        row = total.sums.row_array()
        # Without weights these are counts. Those of merged totals may be too large for float64, and then for int64.
        whole = not total.weighted and total.segments <= 2**53
        true_positives, predicted, support = (
            row[: 3 * width].reshape(3, width).astype(np.int64 if whole else np.float64)
        )
        super().__init__(metric, total, total.table, (true_positives, predicted, support), row[-1])
        self._row = row[3 * width :]

    @property
    def score(self) -> float:
        """The F1 score with the metric's average."""
        return float(self.f1())

    @property
    def accuracy(self) -> float:
        """The share of rows whose labels are all correct; NaN if the sum of weights is 0."""
        return float(averages.share(self._row[EXACT], self._weight, nan))

    @property
    def hamming_loss(self) -> float:
        """The share of indicators, of all rows and labels, that are wrong."""
        true_positives, predicted, support = self._counts
        return float(_hamming_loss(true_positives, predicted, support, self._weight))

    @property
    def confusion_matrices(self) -> NDArray[Any]:
        """The confusion matrix of each label, of shape (C, 2, 2): true by predicted, absent before present."""
        true_positives, predicted, support = self._of(self.labels)
        total = type(true_positives[0])(self._weight) if len(true_positives) else 0
        cells = [
            total - predicted - support + true_positives,
            predicted - true_positives,
            support - true_positives,
            true_positives,
        ]
        return np.stack(cells, axis=-1).reshape(-1, 2, 2)

    def jaccard(self, average: Average = ..., labels: Any = None) -> Any:
        """Return the Jaccard index: true positives divided by the rows that are true or predicted."""
        if self._is_of_rows(average, labels):
            return self._mean_of_rows("jaccard")
        return super().jaccard(average, labels)

    def __float__(self) -> float:
        return self.score

    def _averaged(self, which: str, beta: float, average: Average, classes: Any) -> Any:
        if not self._is_of_rows(average, classes):
            return super()._averaged(which, beta, average, classes)
        if beta != 1:
            raise ValueError(
                f'the sums of rows have F1 only, not F with beta={beta!r}: choose another average than "samples"'
            )
        return self._mean_of_rows("f1" if which == "f-score" else which)

    def _is_of_rows(self, average: Average, classes: Any) -> bool:
        if (self._metric.average if average is ... else average) != "samples":
            return False
        if classes is not None:
            raise ValueError('the sums of rows are of all labels: leave labels out with average="samples"')
        return True

    def _mean_of_rows(self, which: str) -> float:
        return float(_mean_of_rows(which, self._row, self._weight, self._metric.zero_division))

    def _reported(self) -> dict[str, Any]:
        sampled = [self._averaged(which, 1.0, "samples", None) for which in ("precision", "recall", "f-score")]
        return {**super()._reported(), "accuracy": False, "samples": tuple(sampled)}


class ManyMultilabelScores:
    """The values of the scores of many sets of rows with several labels. They are NaN for a set without rows."""

    def __init__(
        self,
        metric: Multilabel,
        table: SortedLabels,
        sums: NDArray[np.float64],
        copies: NDArray[np.uint64] | None = None,
    ) -> None:
        """Take a metric, the sorted labels, the sums of each set, and the number of its rows; None if all have rows."""
        self._metric = metric
        self._sets = np.arange(len(sums)) if copies is None else np.flatnonzero(copies)
        self._count = len(sums)
        filled = sums[self._sets]
        width = len(table)
        self._counts = tuple(np.ascontiguousarray(filled[:, at * width : (at + 1) * width]) for at in range(3))
        self._ordered = self._counts
        if metric.labels is not None:
            order, _ = labels.encode(metric.labels, "labels")
            self._ordered = tuple(np.take(counts, order, axis=1) for counts in self._counts)
        self._row = filled[:, 3 * width :].T
        self._weight = self._row[WEIGHT]

    def values(self, names: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Return values by name, each of shape (sets,)."""
        values = {name: np.full(self._count, nan) for name in names}
        for name in names:
            values[name][self._sets] = self._value(name)
        return values

    def _value(self, name: str) -> Any:
        if name == "accuracy":
            return averages.share(self._row[EXACT], self._weight, nan)
        if name == "hamming_loss":
            true_positives, predicted, support = self._counts
            return _hamming_loss(true_positives, predicted, support, self._weight)
        which, average = name, self._metric.average
        if MultilabelScore.is_averaged(name):
            which, _, average = name.rpartition("_")
        if average == "samples":
            return _mean_of_rows(which, self._row, self._weight, self._metric.zero_division)
        compute = getattr(averages, AVERAGED.get(which, which))
        return compute(*self._ordered, average=average, zero_division=self._metric.zero_division)


def _hamming_loss(true_positives: Any, predicted: Any, support: Any, weight: Any) -> Any:
    """Return the share of indicators that are wrong, from counts (..., C)."""
    # Floats, because the sum over labels of counts of up to 2**53 rows may exceed 64 bits.
    wrong: Any = np.sum(predicted - true_positives, axis=-1, dtype=np.float64)
    wrong = wrong + np.sum(support - true_positives, axis=-1, dtype=np.float64)
    return averages.share(wrong, weight * true_positives.shape[-1], nan)


#: For each score of a row: its column, the column that counts the rows for which it is defined, and the kind of label
#: that other rows lack.
_OF_ROWS = {
    "precision": (PRECISION, HAS_PRECISION, "predicted"),
    "recall": (RECALL, HAS_RECALL, "true"),
    "f1": (F1, HAS_F1, "true nor predicted"),
    "jaccard": (JACCARD, HAS_F1, "true or predicted"),
}


def _mean_of_rows(which: str, row: Any, weight: Any, zero_division: float | str) -> Any:
    """Return the mean over rows from their sums (9, ...); undefined values of rows are replaced by `zero_division`."""
    column, defined, lacking = _OF_ROWS[which]
    missing = weight - row[defined]
    if zero_division == "warn" and np.any(missing):
        # scikit-learn's message; a row lacks labels in its predictions, its references, or both.
        title = "F-score" if which == "f1" else which.capitalize()
        averages.warn_zero_division(title, lacking, "samples", 2)
    if zero_division in ("warn", 0):
        return averages.share(row[column], weight, nan)
    if zero_division == 1:
        return averages.share(np.where(missing, row[column] + missing, row[column]), weight, nan)
    known = averages.share(row[column], row[defined], nan)
    return np.where(missing, known, averages.share(row[column], weight, nan))
