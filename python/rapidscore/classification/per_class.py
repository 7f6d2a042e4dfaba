"""Scores computed from the counts of each class: true positives, predicted rows and true rows."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from types import EllipsisType
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np

from rapidscore._public import unchangeable
from rapidscore.classification import averages, report
from rapidscore.classification.many_scores import AVERAGED
from rapidscore.display.result import Score
from rapidscore.display.text import MOST_DECIMALS, fixed, printable
from rapidscore.inputs import labels
from rapidscore.inputs.options import as_int, as_sequence, as_str

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.inputs.labels import SortedLabels

#: How the values of classes are averaged: None for a value of each class, `...` for the average of the metric.
Average: TypeAlias = str | EllipsisType | None

#: True positives, predicted rows and true rows (the support) of C classes, each of shape (C,).
Counts: TypeAlias = tuple[Any, Any, Any]


@unchangeable
class ClassScores(Score):
    """Scores of classes and their averages.

    Methods that average over classes take `average`: `"macro"`, `"micro"`, `"weighted"` or another average of the
    metric, or None for a float64 array with the value of each class, in the order of `labels`. The default is the
    metric's average. `labels=` chooses classes; a class that does not occur has the counts 0. All values are from 0 to
    1. An unknown average raises `ValueError`; strings if the labels are numbers, or the reverse, raise `TypeError`.
    """

    __slots__ = ("_counts", "_metric", "_table", "_total", "_weight", "labels")

    AVERAGES: ClassVar[tuple[str, ...]]
    VALUES: ClassVar[tuple[str, ...]]
    _decimals: ClassVar[int] = 4

    labels: SortedLabels
    """The classes, of shape (C,): the metric's `labels`, or the sorted labels that occur. No array here is writable."""

    def __init__(self, metric: Any, total: Any, table: SortedLabels, counts: Counts, weight: Any) -> None:
        """Take a total, its counts by class over a sorted table of labels, and the weight of all its rows."""
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
        # The constructors of subclasses take the metric and the total.
        type(self).__init__(self, metric, metric._read_sums(total))  # type: ignore[call-arg]

    @property
    def segments(self) -> int:
        """The number of rows that were counted."""
        return int(self._total.segments)

    @property
    def signature(self) -> str:  # type: ignore[override]  # nobody sets it
        """The metric's options in one line, to be quoted with the score."""
        return str(self._metric._signature(None))

    @property
    def accuracy(self) -> float:
        """The share of rows that are correct."""
        raise TypeError(f"{type(self).__name__} has no accuracy: define the property")

    @property
    def zero_one_loss(self) -> float:
        """The share of rows that are wrong: one minus the accuracy."""
        return 1 - self.accuracy

    @property
    def support(self) -> NDArray[Any]:
        """The number of rows of each class, or the sum of their weights, of shape (C,)."""
        support: NDArray[Any] = self._of(self.labels)[2]
        return support

    def precision(self, average: Average = ..., labels: Any = None) -> Any:
        """Return the share of predictions of a class that are correct."""
        return self._averaged("precision", 1.0, average, labels)

    def recall(self, average: Average = ..., labels: Any = None) -> Any:
        """Return the share of rows of a class that were predicted as this class."""
        return self._averaged("recall", 1.0, average, labels)

    def f1(self, average: Average = ..., labels: Any = None) -> Any:
        """Return the harmonic mean of precision and recall."""
        return self._averaged("f-score", 1.0, average, labels)

    def fbeta(self, beta: float, average: Average = ..., labels: Any = None) -> Any:
        """Return the F-score, in which recall has `beta` times the importance of precision.

        Parameters
        ----------
        beta : float
            The importance of recall, 0 or more. With 0 the result is precision, with infinity recall.
        average : str, optional
            How classes are averaged; the default is the metric's average. None returns a value for each class.
        labels : sequence of labels, optional
            The classes to score; the default is all classes.

        Returns
        -------
        float or array
            The score, 0 to 1; with `average=None` a float64 array of shape (C,).

        Raises
        ------
        TypeError
            If `beta` is not a number, or if `labels` are strings and the metric's labels numbers, or the reverse.
        ValueError
            If `beta` is negative or NaN, if the average is unknown, or if `labels` is empty.

        """
        if not isinstance(beta, Real):
            raise TypeError(f"beta must be a number, not {beta!r} ({type(beta).__name__})")
        return self._averaged("f-score", beta, average, labels)

    def jaccard(self, average: Average = ..., labels: Any = None) -> Any:
        """Return the Jaccard index: true positives divided by the rows that are true or predicted."""
        average, counts = self._chosen(average, labels)
        return averages.jaccard(*counts, average=average, zero_division=self._metric.zero_division)

    def specificity(self, average: Average = ..., labels: Any = None) -> Any:
        """Return the share of rows of other classes that were not predicted as this class."""
        average, counts = self._chosen(average, labels)
        return averages.specificity(*counts, self._weight, average=average, zero_division=self._metric.zero_division)

    def per_class(self) -> dict[str, NDArray[Any]]:
        """Return a table with a row for each class: columns of shape (C,) by name, which `pandas.DataFrame` accepts."""
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
        """Return the names of the values that are single numbers."""
        names: tuple[str, ...] = self._metric._value_names()
        return names

    @classmethod
    def names_by_average(cls) -> list[str]:
        """Return the names of precision, recall and F1 with each average of classes or rows, such as `f1_micro`."""
        averages = [average for average in cls.AVERAGES if average != "binary"]
        return [f"{which}_{average}" for which in AVERAGED for average in averages]

    @classmethod
    def is_averaged(cls, name: str) -> bool:
        """Return whether this is the name of precision, recall or F1 with an average, such as `f1_micro`."""
        which, _, average = name.rpartition("_")
        return which in AVERAGED and average in cls.AVERAGES

    def value(self, name: str) -> float:
        """Return a value by name; `f1` has the metric's average, and `f1_micro` the average in its name."""
        if not isinstance(name, str):
            raise TypeError(f"the name of a value must be a str, not {name!r} ({type(name).__name__})")
        if self.is_averaged(name):
            which, _, average = name.rpartition("_")
            return float(getattr(self, which)(average))
        self._metric._check_value_names([name])
        value = getattr(self, name)
        return float(value() if callable(value) else value)

    def as_dict(self) -> dict[str, float]:
        """Return all values of `value_names()` by name, as a flat dict for loggers."""
        return {name: self.value(name) for name in self.value_names()}

    def values_by_average(self) -> dict[str, float]:
        """Return precision, recall and F1 with each average, by names such as `f1_micro`."""
        return {name: self.value(name) for name in self.names_by_average()}

    def to_dict(self) -> dict[str, Any]:
        """Return all values by name, the values of each class, the number of rows and the signature, for JSON."""
        from rapidscore.display.data import json_safe, plain

        columns = self.per_class()
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        classes = [{name: plain(value) for name, value in zip(columns, row, strict=True)} for row in rows]
        return super().to_dict() | json_safe({"segments": self.segments, "classes": classes})

    def _name(self) -> str:
        return "f1"

    def _headline(self) -> str:
        # A `repr` has no warnings. The constructors of subclasses take the metric and the total.
        quiet = type(self)(self._metric._quiet(), self._total)  # type: ignore[call-arg]
        return f"{quiet._line(self._decimals, False)}, {len(self.labels)} labels"

    def _main_names(self) -> list[str]:
        main = ("f1", "accuracy", "precision", "recall")
        return [name for name in main if name in self.value_names()]

    def _line(self, width: int, signature: bool) -> str:
        name = f"accuracy|{self.signature}" if signature else "accuracy"
        line = f"{name} = {fixed(self.accuracy, width)}"
        if self._metric.average != "binary" or len(self.labels) <= 2:
            values = [f"{name} = {fixed(self.value(name), width)}" for name in ("precision", "recall", "f1")]
            line += f" {self._metric.average} {' '.join(values)}"
        return f"{line} (n = {self.segments:d})"

    def report(self, digits: int = 2, target_names: Sequence[str] | None = None) -> str:
        """Return the text of `sklearn.metrics.classification_report`, with `digits` decimals.

        `target_names` are shown in place of the labels. Control characters in names are shown as escapes. Raises
        `ValueError` if there is not one name for each label.
        """
        digits = as_int("digits", digits)
        if not 0 <= digits <= MOST_DECIMALS:
            raise ValueError(f"digits must be from 0 to {MOST_DECIMALS}, got {digits}")
        names = [*map(printable, self._names(target_names))]
        return report.as_text(names, **self._reported(), digits=digits)

    def report_dict(self, target_names: Sequence[str] | None = None) -> dict[str, Any]:
        """Return the report as the dict that scikit-learn returns with `output_dict=True`.

        Raises `ValueError` if there is not one name for each label, or if a name has two values: two classes have it,
        or a class is called like an average, such as `accuracy`.
        """
        classes, averages = self._report_parts(target_names)
        for name in classes:
            if name in averages:
                raise ValueError(
                    f"a class and an average of the report are both called {name!r}: pass target_names with another "
                    "name, or use per_class()"
                )
        return classes | averages

    def _report_parts(
        self, target_names: Sequence[str] | None = None
    ) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Return the classes and the averages of the report."""
        names = self._names(target_names)
        if len({*names}) < len(names):
            repeated = next(name for at, name in enumerate(names) if name in names[:at])
            raise ValueError(f"two classes are called {repeated!r}: pass target_names that differ")
        return report.as_parts(names, **self._reported())

    def _names(self, target_names: Sequence[str] | None) -> Sequence[str]:
        if target_names is None:
            return [str(label) for label in self.labels]
        target_names = as_sequence("target_names", target_names)
        for at, name in enumerate(target_names):
            as_str(f"target_names[{at}]", name)
        if len(target_names) != len(self.labels):
            raise ValueError(
                f"{len(target_names)} target_names but {len(self.labels)} labels: pass one name for each label"
            )
        return target_names

    def _reported(self) -> dict[str, Any]:
        return {"counts": report.Counts(*self._of(self.labels)), "zero_division": self._metric.zero_division}

    def _of(self, classes: SortedLabels) -> Counts:
        """Return the counts of some classes; a class that does not occur has the counts 0."""
        if classes is self._table or not len(self._table):
            return self._counts
        at = np.minimum(labels.positions(classes, self._table), len(self._table) - 1)
        known = self._table[at] == classes
        true_positives, predicted, support = (
            np.where(known, counts[at], 0).astype(counts.dtype) for counts in self._counts
        )
        return true_positives, predicted, support

    def _chosen(self, average: Average, classes: Any) -> tuple[str | None, Counts]:
        """Return the average to compute, by default the metric's, and the counts to average."""
        average = self._metric.average if average is ... else average
        if average is not None and average not in self.AVERAGES:
            raise ValueError(f"unknown average {average!r}: choose None or one of {', '.join(self.AVERAGES)}")
        if classes is None:
            return average, self._of(self.labels)
        codes, table = labels.encode(classes, "labels")
        if not len(codes):
            raise ValueError("labels is empty: pass at least one label, or None for all")
        labels.check_kinds(self._table, table)
        return average, self._of(table[codes])

    def _averaged(self, which: str, beta: float, average: Average, classes: Any) -> Any:
        average, counts = self._chosen(average, classes)
        options: dict[str, Any] = {"average": average, "zero_division": self._metric.zero_division}
        if which == "f-score":
            return averages.fscore(*counts, beta=beta, **options)
        return getattr(averages, which)(*counts, **options)
