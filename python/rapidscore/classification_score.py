"""The score of a classification, which holds the confusion matrix."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from rapidscore import averages, class_report, labels
from rapidscore.class_scores import Average, ClassScores, Counts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from rapidscore.classification import Classification
    from rapidscore.confusion import LabelledConfusion


class ClassificationScore(ClassScores):
    """What follows from a confusion matrix.

    Methods that average over classes take `average`: `"macro"`, `"micro"`, `"weighted"`, `"binary"` (the metric's
    `pos_label` alone), or None for a float64 array with a value for each class, in the order of `labels`; by default
    it is the metric's. `labels=` chooses classes. All are fractions of 1, equal to those of `sklearn.metrics` in
    scikit-learn 1.9.1.

        >>> from rapidscore import Classification
        >>> score = Classification().score([0, 1, 1, 2, 2], [0, 1, 2, 2, 2])
        >>> score.confusion_matrix
        array([[1, 0, 0],
               [0, 1, 0],
               [0, 1, 2]])
        >>> score.accuracy, score.f1(), score.f1(average="micro"), score.fbeta(0.5, average=None)
        (0.8, 0.8222222222222223, 0.8, array([1.        , 0.55555556, 0.90909091]))
        >>> print(score.report())
                      precision    recall  f1-score   support
        <BLANKLINE>
                   0       1.00      1.00      1.00         1
                   1       0.50      1.00      0.67         1
                   2       1.00      0.67      0.80         3
        <BLANKLINE>
            accuracy                           0.80         5
           macro avg       0.83      0.89      0.82         5
        weighted avg       0.90      0.80      0.81         5
        <BLANKLINE>
    """

    __slots__ = ("_metric", "_total", "segments")

    AVERAGES: ClassVar[tuple[str, ...]] = ("macro", "micro", "weighted", "binary")

    segments: int
    """How many rows were counted."""

    def __init__(self, metric: Classification, total: LabelledConfusion) -> None:
        table, confusion = total.table, total.counts
        chosen = table
        if metric.labels is not None:
            codes, known = labels.encode(metric.labels, "labels")
            # Labels may be of a type that holds all of both, bool and int say.
            table = labels.joined(table, known)
            confusion = total.over(table)
            chosen = known[codes]
        counts = confusion.class_counts()
        super().__init__(metric, table, counts, counts[2].sum(), chosen)
        self._metric = metric
        self._total = total
        self.segments = total.segments

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ClassificationScore):
            return NotImplemented
        return self._metric == other._metric and self._total == other._total

    __hash__ = None  # type: ignore[assignment]  # holds arrays

    def __reduce__(self) -> tuple[Any, ...]:
        return ClassificationScore._restored, (self._metric, self._total.to_bytes())

    @staticmethod
    def _restored(metric: Classification, total: bytes) -> ClassificationScore:
        return metric._score(metric._read_sums(total))

    @property
    def score(self) -> float:
        """The accuracy."""
        return self.accuracy

    @property
    def signature(self) -> str:
        """The options in short, for papers."""
        return self._metric._signature(None)

    @property
    def confusion_matrix(self) -> NDArray[Any]:
        """How often each class (row) was taken for each (column): int64 (C, C), float64 where rows are weighted."""
        matrix: NDArray[Any] = self._total.over(self._table).matrix()
        if self.labels is self._table:
            return matrix
        at = labels.places(self.labels, self._table)
        ordered: NDArray[Any] = matrix[np.ix_(at, at)]
        return ordered

    @property
    def accuracy(self) -> float:
        """The share of rows that are right."""
        return float(self._counts[0].sum() / self._weight) if self._weight else nan

    @property
    def balanced_accuracy(self) -> float:
        """The mean recall of all classes that have rows."""
        found, _, support = self._counts
        there = support != 0
        return averages.balanced_accuracy_of_counts(found[there], support[there]) if there.any() else nan

    @property
    def matthews_correlation(self) -> float:
        """Matthews' correlation coefficient, -1 to 1."""
        found, predicted, support = (counts.astype(np.float64) for counts in self._counts)
        return averages.matthews_of_counts(found.sum(), predicted, support)

    @property
    def hamming_loss(self) -> float:
        """The share of labels that are wrong."""
        return float((self._weight - self._counts[0].sum()) / self._weight) if self._weight else nan

    @property
    def zero_one_loss(self) -> float:
        """The share of rows that are wrong, as one minus the accuracy."""
        return 1 - self.accuracy

    def cohen_kappa(self, weights: Literal["linear", "quadratic"] | None = None) -> float:
        """Return Cohen's kappa, agreement beyond chance, -1 to 1, NaN where only one class occurs.

        `weights` is None, `"linear"` or `"quadratic"`: how much worse it is to be farther off.
        """
        matrix = self.confusion_matrix
        if np.count_nonzero(matrix.sum(axis=0) + matrix.sum(axis=1)) < len(("one", "another")):
            return nan
        return averages.cohen_kappa(matrix, weights)

    def selection_rate(self, pos_label: Any = ...) -> float:
        """Return the share of rows that are predicted positive; of `pos_label`, by default the metric's."""
        _, predicted, _ = self._positive(pos_label)
        return _share(predicted, self._weight)

    def true_positive_rate(self, pos_label: Any = ...) -> float:
        """Return the share of positive rows that are predicted so; 0 where there is none, as in fairlearn 0.15."""
        found, _, support = self._positive(pos_label)
        return _share(found, support)

    def false_negative_rate(self, pos_label: Any = ...) -> float:
        """Return the share of positive rows that are not predicted so; 0 where there is none."""
        found, _, support = self._positive(pos_label)
        return _share(support - found, support)

    def false_positive_rate(self, pos_label: Any = ...) -> float:
        """Return the share of other rows that are predicted positive; 0 where there is none."""
        found, predicted, support = self._positive(pos_label)
        return _share(predicted - found, self._weight - support)

    def true_negative_rate(self, pos_label: Any = ...) -> float:
        """Return the share of other rows that are not predicted positive; 0 where there is none."""
        found, predicted, support = self._positive(pos_label)
        others = self._weight - support
        return _share(others - (predicted - found), others)

    def as_dict(self) -> dict[str, float]:
        """Return the values that are one number, by name, for a logger; precision and so on have the metric's average.

        With `average="binary"` these also are the rates of the positive class. Kappa is not among them: it takes the
        whole matrix.
        """
        values = {
            "accuracy": self.accuracy,
            "balanced_accuracy": self.balanced_accuracy,
            "precision": float(self.precision()),
            "recall": float(self.recall()),
            "f1": float(self.f1()),
            "matthews_correlation": self.matthews_correlation,
        }
        if self._metric.average == "binary":
            values |= {
                "selection_rate": self.selection_rate(),
                "true_positive_rate": self.true_positive_rate(),
                "false_positive_rate": self.false_positive_rate(),
            }
        return values

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the confusion matrix with matplotlib, through scikit-learn's display when that is installed.

        `options` go to `sklearn.metrics.ConfusionMatrixDisplay.plot`. Returns the axes.
        """
        from rapidscore.pictures import confusion_matrix

        return confusion_matrix(self.confusion_matrix, self.labels, ax, options)

    def format(self, width: int = 4, signature: bool = False) -> str:
        """Return a line with `width` decimals, on request with the signature."""
        name = f"accuracy|{self.signature}" if signature else "accuracy"
        return (
            f"{name} = {self.accuracy:.{width}f} {self._metric.average} precision = {self.precision():.{width}f} "
            f"recall = {self.recall():.{width}f} f1 = {self.f1():.{width}f} (n = {self.segments:d})"
        )

    def __str__(self) -> str:
        return self.format()

    def __repr__(self) -> str:
        return f"<ClassificationScore: {self.segments} rows, {len(self.labels)} classes, accuracy {self.accuracy:.4f}>"

    def __float__(self) -> float:
        return self.accuracy

    def _reported(self) -> dict[str, Any]:
        reported = super()._reported()
        if not self._counts[0].any():
            # Where no row is right, scikit-learn's counts are floats, and its support reads 1.0.
            found, predicted, support = (counts.astype(np.float64) for counts in self._of(self.labels))
            reported["counts"] = class_report.Counts(found, predicted, support)
        return reported

    def _positive(self, pos_label: Any) -> Counts:
        """Return the counts of the positive class, each a number; 0 where no row has it."""
        pos_label = self._metric.pos_label if pos_label is ... else pos_label
        at = np.flatnonzero(self._table == pos_label)
        if len(at):
            found, predicted, support = (counts[at[0]] for counts in self._counts)
            return found, predicted, support
        known = self._total.known if self._metric.labels is None else self.labels
        if len(known) > 1 and pos_label not in known.tolist():
            raise ValueError(f"pos_label {pos_label!r} is none of the labels {known.tolist()}: pass pos_label=")
        return 0, 0, 0

    def _chosen(self, average: Average, classes: Any) -> tuple[str | None, Counts]:
        if (self._average if average is ... else average) != "binary":
            return super()._chosen(average, classes)
        if len(self.labels) > len(("negative", "positive")):
            raise ValueError(
                f"average='binary' is for two classes, there are {len(self.labels)}: choose another average"
            )
        found, predicted, support = (np.array([count]) for count in self._positive(...))
        return "binary", (found, predicted, support)


def _share(part: Any, whole: Any) -> float:
    return float(part / whole) if whole else 0.0
