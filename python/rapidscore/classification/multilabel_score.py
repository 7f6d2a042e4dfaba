"""The score of a multilabel classification, and the sums that it is made from."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rapidscore import _core
from rapidscore._public import public
from rapidscore.classification import averages
from rapidscore.classification.class_scores import Average, ClassScores
from rapidscore.classification.confusion import table_bytes
from rapidscore.classification.many_scores import AVERAGED
from rapidscore.inputs import labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rapidscore.classification.multilabel import Multilabel
    from rapidscore.inputs.labels import Table

#: Columns of a total after true positives, predicted and support of each label: see `src/classification/multilabel.rs`.
PRECISION, RECALL, F1, JACCARD, HAS_PRECISION, HAS_RECALL, HAS_F1, EXACT, WEIGHT = range(9)


ROW_SUMS = 9


@dataclass(frozen=True, slots=True, eq=False)
class LabelledSums:
    """Exact sums of rows, and the sorted labels of their columns."""

    table: Table
    sums: _core.Total
    weighted: bool

    @property
    def segments(self) -> int:
        """How many rows there are."""
        return self.sums.segments

    def merged(self, other: LabelledSums) -> LabelledSums:
        """Return the sums of the rows of both. Raises `ValueError` when they are of other labels."""
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


def other_labels(one: Table, other: Table) -> str:
    """Return the message for rows of other labels."""
    return (
        f"rows with the labels {labels.shown(one.tolist())} cannot join rows with {labels.shown(other.tolist())}: name "
        "all labels there may be, Multilabel(labels=…)"
    )


@public
class MultilabelScore(ClassScores):
    """What follows from the counts of each label, and from each row's own precision and recall.

    Methods that average take `average`: `"macro"`, `"micro"`, `"weighted"`, `"samples"` (the mean over rows), or None
    for a float64 array with a value for each label, in the order of `labels`; by default it is the metric's.
    `labels=` chooses labels, but not for `"samples"`. All are fractions of 1, equal to those of `sklearn.metrics` in
    scikit-learn 1.9.1.
    """

    __slots__ = ("_row",)

    AVERAGES: ClassVar[tuple[str, ...]] = ("macro", "micro", "weighted", "samples")
    VALUES: ClassVar[tuple[str, ...]] = ("accuracy", "hamming_loss", "precision", "recall", "f1", "jaccard")

    def __init__(self, metric: Multilabel, total: LabelledSums) -> None:
        width = len(total.table)
        row = np.array(total.sums.row())
        # Without weights these are counts.
        found, predicted, support = (
            row[: 3 * width].reshape(3, width).astype(np.float64 if total.weighted else np.int64)
        )
        super().__init__(metric, total, total.table, (found, predicted, support), row[-1])
        self._row = row[3 * width :]

    @property
    def score(self) -> float:
        """The F1 score with the metric's average."""
        return float(self.f1())

    @property
    def accuracy(self) -> float:
        """The share of rows all of whose labels are right."""
        return float(averages.share(self._row[EXACT], self._weight, nan))

    @property
    def hamming_loss(self) -> float:
        """The share of labels, of all rows and columns, that are wrong."""
        found, predicted, support = self._counts
        return float(_hamming_loss(found, predicted, support, self._weight))

    @property
    def confusion_matrices(self) -> NDArray[Any]:
        """For each label the matrix of absent and present, true by predicted: shape (C, 2, 2)."""
        found, predicted, support = self._of(self.labels)
        total = type(found[0])(self._weight) if len(found) else 0
        cells = [total - predicted - support + found, predicted - found, support - found, found]
        return np.stack(cells, axis=-1).reshape(-1, 2, 2)

    def jaccard(self, average: Average = ..., labels: Any = None) -> Any:
        """Return true positives by all that are true or predicted."""
        if self._is_of_rows(average, labels):
            return self._mean_of_rows("jaccard")
        return super().jaccard(average, labels)

    def __repr__(self) -> str:
        return f"<MultilabelScore: {self.segments} rows, {len(self.labels)} labels, F1 {self.score:.4f}>"

    def __float__(self) -> float:
        return self.score

    def _averaged(self, which: str, beta: float, average: Average, classes: Any) -> Any:
        if not self._is_of_rows(average, classes):
            return super()._averaged(which, beta, average, classes)
        if beta != 1:
            raise ValueError(
                f'rows keep their F1 only, not F with beta={beta!r}: choose another average than "samples"'
            )
        return self._mean_of_rows("f1" if which == "f-score" else which)

    def _is_of_rows(self, average: Average, classes: Any) -> bool:
        if (self._metric.average if average is ... else average) != "samples":
            return False
        if classes is not None:
            raise ValueError('rows keep the values of all labels only: leave labels out with average="samples"')
        return True

    def _mean_of_rows(self, which: str) -> float:
        return float(_mean_of_rows(which, self._row, self._weight, self._metric.zero_division))

    def _reported(self) -> dict[str, Any]:
        sampled = [self._averaged(which, 1.0, "samples", None) for which in ("precision", "recall", "f-score")]
        return {**super()._reported(), "accuracy": False, "samples": tuple(sampled)}


class ManyMultilabelScores:
    """The values of the scores of sets of rows of several labels. A set without rows has NaN."""

    def __init__(
        self, metric: Multilabel, table: Table, sums: NDArray[np.float64], copies: NDArray[np.uint64] | None = None
    ) -> None:
        """Take a metric, the sorted labels, the summed row of each set, and the number of rows of each."""
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
            found, predicted, support = self._counts
            return _hamming_loss(found, predicted, support, self._weight)
        which, average = name, self._metric.average
        if MultilabelScore.is_averaged(name):
            which, _, average = name.rpartition("_")
        if average == "samples":
            return _mean_of_rows(which, self._row, self._weight, self._metric.zero_division)
        compute = getattr(averages, AVERAGED.get(which, which))
        return compute(*self._ordered, average=average, zero_division=self._metric.zero_division)


def _hamming_loss(found: Any, predicted: Any, support: Any, weight: Any) -> Any:
    """Return the share of labels that are wrong, of counts (..., C)."""
    wrong = (predicted - found).sum(axis=-1) + (support - found).sum(axis=-1)
    return averages.share(wrong, weight * found.shape[-1], nan)


#: Of what a row keeps itself: its column, the column that counts where it is defined, and what a row lacks elsewhere.
_OF_ROWS = {
    "precision": (PRECISION, HAS_PRECISION, "predicted"),
    "recall": (RECALL, HAS_RECALL, "true"),
    "f1": (F1, HAS_F1, "true nor predicted"),
    "jaccard": (JACCARD, HAS_F1, "true or predicted"),
}


def _mean_of_rows(which: str, row: Any, weight: Any, zero_division: float | str) -> Any:
    """Return the mean over rows, from their sums (9, ...); where it is undefined in some, by the metric's rule."""
    column, defined, lacking = _OF_ROWS[which]
    missing = weight - row[defined]
    if zero_division == "warn" and np.any(missing):
        # As scikit-learn's: the part that has no labels is the row's predictions, its references, or both.
        title = "F-score" if which == "f1" else which.capitalize()
        averages.warn_of_nothing(title, lacking, "samples", 2)
    if zero_division in ("warn", 0):
        return averages.share(row[column], weight, nan)
    if zero_division == 1:
        return averages.share(np.where(missing, row[column] + missing, row[column]), weight, nan)
    known = averages.share(row[column], row[defined], nan)
    return np.where(missing, known, averages.share(row[column], weight, nan))
