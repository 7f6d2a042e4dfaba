"""What follows from the counts of each class: found, predicted, and true."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from types import EllipsisType
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np

from rapidscore.classification import averages, report
from rapidscore.classification.many_scores import AVERAGED
from rapidscore.inputs import labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.inputs.labels import Table

#: How classes become one number: None for one number for each, `...` for what the metric says.
Average: TypeAlias = str | EllipsisType | None

#: Found (true positives), predicted, and support, of shape (C,) each.
Counts: TypeAlias = tuple[Any, Any, Any]


class ClassScores:
    """Scores of classes and their averages.

    Methods that average over classes take `average`: `"macro"`, `"micro"`, `"weighted"` or what else the metric
    knows, or None for a float64 array with a value for each class, in the order of `labels`; by default it is the
    metric's. `labels=` chooses classes; one that does not occur counts as 0. All are fractions of 1. An unknown average
    raises `ValueError`, strings where labels are numbers (or the other way) `TypeError`.
    """

    __slots__ = ("_counts", "_metric", "_table", "_total", "_weight", "labels")

    AVERAGES: ClassVar[tuple[str, ...]]
    VALUES: ClassVar[tuple[str, ...]]

    labels: Table
    """The classes, shape (C,): the metric's `labels`, or those that occur, sorted. Not writable, as all arrays here."""

    def __init__(self, metric: Any, total: Any, table: Table, counts: Counts, weight: Any) -> None:
        """Take a total, and its counts over a sorted table of labels."""
        self._metric = metric
        self._total = total
        self._table = table
        self._counts = counts
        self._weight = weight
        self.labels = table
        if metric.labels is not None:
            codes, known = labels.encode(metric.labels, "labels")
            self.labels = known[codes]
        for array in (self.labels, table, *counts):
            array.flags.writeable = False

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return bool(self._metric == other._metric and self._total == other._total)

    __hash__ = None  # type: ignore[assignment]  # holds arrays

    def __getstate__(self) -> tuple[Any, bytes]:
        return self._metric, self._total.to_bytes()

    def __setstate__(self, state: tuple[Any, bytes]) -> None:
        metric, total = state
        # A subclass takes the metric and its total.
        type(self).__init__(self, metric, metric._read_sums(total))  # type: ignore[call-arg]

    @property
    def segments(self) -> int:
        """How many rows were counted."""
        return int(self._total.segments)

    @property
    def signature(self) -> str:
        """The options in short, for papers."""
        return str(self._metric._signature(None))

    @property
    def accuracy(self) -> float:
        """The share of rows that are right."""
        raise TypeError(f"{type(self).__name__} does not say what accuracy is: define it")

    @property
    def zero_one_loss(self) -> float:
        """The share of rows that are wrong, as one minus the accuracy."""
        return 1 - self.accuracy

    @property
    def support(self) -> NDArray[Any]:
        """How many rows, or how much weight, each class has: shape (C,)."""
        support: NDArray[Any] = self._of(self.labels)[2]
        return support

    def precision(self, average: Average = ..., labels: Any = None) -> Any:
        """Return the share of predictions of a class that are right."""
        return self._averaged("precision", 1.0, average, labels)

    def recall(self, average: Average = ..., labels: Any = None) -> Any:
        """Return the share of rows of a class that were found."""
        return self._averaged("recall", 1.0, average, labels)

    def f1(self, average: Average = ..., labels: Any = None) -> Any:
        """Return the harmonic mean of precision and recall."""
        return self._averaged("f-score", 1.0, average, labels)

    def fbeta(self, beta: float, average: Average = ..., labels: Any = None) -> Any:
        """Return the F-score in which recall counts `beta` times as much as precision, 0 or more, or infinity."""
        if not isinstance(beta, Real):
            raise TypeError(f"beta must be a number, not {beta!r} ({type(beta).__name__})")
        return self._averaged("f-score", beta, average, labels)

    def jaccard(self, average: Average = ..., labels: Any = None) -> Any:
        """Return true positives by all that are true or predicted."""
        average, counts = self._chosen(average, labels)
        return averages.jaccard(*counts, average=average, zero_division=self._metric.zero_division)

    def specificity(self, average: Average = ..., labels: Any = None) -> Any:
        """Return the share of rows of other classes that were not taken for this one."""
        average, counts = self._chosen(average, labels)
        return averages.specificity(*counts, self._weight, average=average, zero_division=self._metric.zero_division)

    def per_class(self) -> dict[str, NDArray[Any]]:
        """Return a table by class: columns of shape (C,), as `pandas.DataFrame` takes them."""
        return {
            "label": self.labels,
            "precision": self.precision(average=None),
            "recall": self.recall(average=None),
            "f1": self.f1(average=None),
            "specificity": self.specificity(average=None),
            "jaccard": self.jaccard(average=None),
            "support": self.support,
        }

    def value_names(self) -> tuple[str, ...]:
        """Return the names of the values that are one number."""
        names: tuple[str, ...] = self._metric._value_names()
        return names

    @classmethod
    def names_by_average(cls) -> list[str]:
        """Return the names of precision, recall and F1 with each average of classes or rows."""
        averages = [average for average in cls.AVERAGES if average != "binary"]
        return [f"{which}_{average}" for which in AVERAGED for average in averages]

    @classmethod
    def is_averaged(cls, name: str) -> bool:
        """Return whether this is the name of precision, recall or F1 with an average: `f1_micro`, say."""
        which, _, average = name.rpartition("_")
        return which in AVERAGED and average in cls.AVERAGES

    def value(self, name: str) -> float:
        """Return one of these values; precision and so on have the metric's average, `f1_micro` and so on their own."""
        if self.is_averaged(name):
            which, _, average = name.rpartition("_")
            return float(getattr(self, which)(average))
        self._metric._check_value_names([name])
        found = getattr(self, name)
        return float(found() if callable(found) else found)

    def as_dict(self) -> dict[str, float]:
        """Return all of these values by name, for a logger."""
        return {name: self.value(name) for name in self.value_names()}

    def values_by_average(self) -> dict[str, float]:
        """Return precision, recall and F1 with each average by name: `f1_micro` and so on."""
        return {name: self.value(name) for name in self.names_by_average()}

    def format(self, width: int = 4, signature: bool = False) -> str:
        """Return a line with `width` decimals, on request with the signature."""
        name = f"accuracy|{self.signature}" if signature else "accuracy"
        line = f"{name} = {self.accuracy:.{width}f}"
        if self._metric.average != "binary" or len(self.labels) <= 2:
            values = [f"{name} = {self.value(name):.{width}f}" for name in ("precision", "recall", "f1")]
            line += f" {self._metric.average} {' '.join(values)}"
        return f"{line} (n = {self.segments:d})"

    def __str__(self) -> str:
        return self.format()

    def report(self, digits: int = 2, target_names: Sequence[str] | None = None) -> str:
        """Return the text of `sklearn.metrics.classification_report`; `target_names` are shown for the labels.

        Raises `ValueError` when there are not as many names as labels.
        """
        return report.as_text(self._names(target_names), **self._reported(), digits=digits)

    def report_dict(self, target_names: Sequence[str] | None = None) -> dict[str, Any]:
        """Return the same as a dict, as scikit-learn's with `output_dict=True`."""
        return report.as_dict(self._names(target_names), **self._reported())

    def _names(self, target_names: Sequence[str] | None) -> Sequence[str]:
        if target_names is None:
            return [str(label) for label in self.labels]
        if len(target_names) != len(self.labels):
            raise ValueError(f"{len(target_names)} target_names but {len(self.labels)} labels: pass one for each")
        return target_names

    def _reported(self) -> dict[str, Any]:
        return {"counts": report.Counts(*self._of(self.labels)), "zero_division": self._metric.zero_division}

    def _of(self, classes: Table) -> Counts:
        """Return the counts of some classes; 0 where one does not occur."""
        if classes is self._table or not len(self._table):
            return self._counts
        at = np.minimum(labels.places(classes, self._table), len(self._table) - 1)
        known = self._table[at] == classes
        found, predicted, support = (np.where(known, counts[at], 0).astype(counts.dtype) for counts in self._counts)
        return found, predicted, support

    def _chosen(self, average: Average, classes: Any) -> tuple[str | None, Counts]:
        """Return the average that is meant, and the counts that it is of."""
        average = self._metric.average if average is ... else average
        if average is not None and average not in self.AVERAGES:
            raise ValueError(f"unknown average {average!r}: choose None or one of {', '.join(self.AVERAGES)}")
        if classes is None:
            return average, self._of(self.labels)
        codes, table = labels.encode(classes, "labels")
        if not len(codes):
            raise ValueError("labels is empty: name at least one, or pass None for all")
        labels.check_kinds(self._table, table)
        return average, self._of(table[codes])

    def _averaged(self, which: str, beta: float, average: Average, classes: Any) -> Any:
        average, counts = self._chosen(average, classes)
        options: dict[str, Any] = {"average": average, "zero_division": self._metric.zero_division}
        if which == "f-score":
            return averages.fscore(*counts, beta=beta, **options)
        return getattr(averages, which)(*counts, **options)
