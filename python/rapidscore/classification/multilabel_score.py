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
from rapidscore.inputs import labels

if TYPE_CHECKING:
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
        return float(self._row[EXACT] / self._weight) if self._weight else nan

    @property
    def hamming_loss(self) -> float:
        """The share of labels, of all rows and columns, that are wrong."""
        found, predicted, support = self._counts
        wrong = (predicted - found).sum() + (support - found).sum()
        return float(wrong / (self._weight * len(self._table))) if self._weight and len(self._table) else nan

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
            return self._mean_of_rows("jaccard", JACCARD, HAS_F1)
        return super().jaccard(average, labels)

    def __repr__(self) -> str:
        return f"<MultilabelScore: {self.segments} rows, {len(self.labels)} labels, F1 {self.score:.4f}>"

    def __float__(self) -> float:
        return self.score

    def _averaged(self, which: str, beta: float, average: Average, classes: Any) -> Any:
        if not self._is_of_rows(average, classes):
            return super()._averaged(which, beta, average, classes)
        columns = {
            "precision": (PRECISION, HAS_PRECISION),
            "recall": (RECALL, HAS_RECALL),
            "f-score": (F1, HAS_F1),
        }
        if beta != 1:
            raise ValueError(
                f'rows keep their F1 only, not F with beta={beta!r}: choose another average than "samples"'
            )
        return self._mean_of_rows(which, *columns[which])

    def _is_of_rows(self, average: Average, classes: Any) -> bool:
        if (self._metric.average if average is ... else average) != "samples":
            return False
        if classes is not None:
            raise ValueError('rows keep the values of all labels only: leave labels out with average="samples"')
        return True

    def _mean_of_rows(self, which: str, column: int, defined: int) -> float:
        """Return the mean over rows; where it is undefined in some, by the metric's rule."""
        missing = self._weight - self._row[defined]
        if missing and self._metric.zero_division == "warn":
            # As scikit-learn's: the part that has no labels is the row's predictions, its references, or both.
            lacking = {"precision": "predicted", "recall": "true", "f-score": "true nor predicted"}
            averages.warn_of_nothing(which.capitalize(), lacking.get(which, "true or predicted"), "samples", 2)
        if self._metric.zero_division in ("warn", 0) or not missing:
            return float(self._row[column] / self._weight) if self._weight else nan
        if self._metric.zero_division == 1:
            return float((self._row[column] + missing) / self._weight) if self._weight else nan
        return float(self._row[column] / self._row[defined]) if self._row[defined] else nan

    def _reported(self) -> dict[str, Any]:
        sampled = [self._averaged(which, 1.0, "samples", None) for which in ("precision", "recall", "f-score")]
        return {**super()._reported(), "accuracy": False, "samples": tuple(sampled)}
