"""The score of a classification, which holds the confusion matrix."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from rapidscore._public import public
from rapidscore.classification import averages, many_scores, report
from rapidscore.classification.class_scores import Average, ClassScores, Counts
from rapidscore.inputs import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from rapidscore.classification.classification import Classification
    from rapidscore.classification.confusion import LabelledConfusion


@public
class ClassificationScore(ClassScores):
    """What follows from a confusion matrix.

    Methods that average over classes take `average`: `"macro"`, `"micro"`, `"weighted"`, `"binary"` (the metric's
    `pos_label` alone), or None for a float64 array with a value for each class, in the order of `labels`; by default
    it is the metric's. `labels=` chooses classes, except for `"binary"`; one that does not occur counts as 0. All are
    fractions of 1, equal to those of `sklearn.metrics` in scikit-learn 1.9.1.

    An unknown average raises `ValueError`, as does `"binary"` of more than two classes and a `pos_label` that does not
    occur, unless there is only one class (or `may_lack` is set): then there is 0 of it. Strings where labels are
    numbers, or the other way, raise `TypeError`.

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

    __slots__ = ()

    AVERAGES: ClassVar[tuple[str, ...]] = ("macro", "micro", "weighted", "binary")
    VALUES: ClassVar[tuple[str, ...]] = (
        "accuracy",
        "balanced_accuracy",
        "precision",
        "recall",
        "f1",
        "matthews_correlation",
    )

    def __init__(self, metric: Classification, total: LabelledConfusion) -> None:
        table, confusion = total.table, total.counts
        if metric.labels is not None:
            # Labels may be of a type that holds all of both, bool and int say.
            table = labels.joined(table, labels.encode(metric.labels, "labels")[1])
            confusion = total.over(table)
        counts = confusion.class_counts()
        super().__init__(metric, total, table, counts, counts[2].sum())

    @property
    def score(self) -> float:
        """The accuracy."""
        return self.accuracy

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
        return float(averages.mean_recall(found[np.newaxis], support[np.newaxis])[0])

    @property
    def matthews_correlation(self) -> float:
        """Matthews' correlation coefficient, -1 to 1; 0 where only one class is true, or predicted."""
        found, predicted, support = (counts.astype(np.float64)[np.newaxis] for counts in self._counts)
        return float(many_scores.matthews_correlation(found, predicted, support)[0])

    @property
    def hamming_loss(self) -> float:
        """The share of labels that are wrong."""
        return float((self._weight - self._counts[0].sum()) / self._weight) if self._weight else nan

    def cohen_kappa(self, weights: Literal["linear", "quadratic"] | None = None) -> float:
        """Return Cohen's kappa, agreement beyond chance, -1 to 1, NaN where only one class occurs.

        `weights` is None, `"linear"` or `"quadratic"`: how much worse it is to be farther off.
        """
        matrix = self.confusion_matrix
        if np.count_nonzero(matrix.sum(axis=0) + matrix.sum(axis=1)) < 2:
            return nan
        return averages.cohen_kappa(matrix, weights)

    def selection_rate(self, pos_label: Any = ..., *, may_lack: bool = False) -> float:
        """Return the share of rows that are predicted positive; of `pos_label`, by default the metric's."""
        return self._rate("selection_rate", pos_label, may_lack)

    def true_positive_rate(self, pos_label: Any = ..., *, may_lack: bool = False) -> float:
        """Return the share of positive rows that are predicted positive; 0 if there are none, as in fairlearn 0.15."""
        return self._rate("true_positive_rate", pos_label, may_lack)

    def false_negative_rate(self, pos_label: Any = ..., *, may_lack: bool = False) -> float:
        """Return the share of positive rows that are not predicted positive; 0 if there are none."""
        return self._rate("false_negative_rate", pos_label, may_lack)

    def false_positive_rate(self, pos_label: Any = ..., *, may_lack: bool = False) -> float:
        """Return the share of other rows that are predicted positive; 0 if there are none."""
        return self._rate("false_positive_rate", pos_label, may_lack)

    def true_negative_rate(self, pos_label: Any = ..., *, may_lack: bool = False) -> float:
        """Return the share of other rows that are not predicted positive; 0 if there are none."""
        return self._rate("true_negative_rate", pos_label, may_lack)

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the confusion matrix with matplotlib, through scikit-learn's display when that is installed.

        `options` go to `sklearn.metrics.ConfusionMatrixDisplay.plot`. Returns the axes.
        """
        from rapidscore.plots import confusion_matrix

        return confusion_matrix(self.confusion_matrix, self.labels, ax, options)

    def __repr__(self) -> str:
        return f"<ClassificationScore: {self.segments} rows, {len(self.labels)} classes, accuracy {self.accuracy:.4f}>"

    def __float__(self) -> float:
        return self.accuracy

    def _reported(self) -> dict[str, Any]:
        reported = super()._reported()
        if not self._counts[0].any():
            # Where no row is right, scikit-learn's counts are floats, and its support reads 1.0.
            found, predicted, support = (counts.astype(np.float64) for counts in self._of(self.labels))
            reported["counts"] = report.Counts(found, predicted, support)
        return reported

    def _rate(self, name: str, pos_label: Any, may_lack: bool) -> float:
        return float(many_scores.rate(name, *self._positive(pos_label, may_lack), self._weight))

    def _positive(self, pos_label: Any, may_lack: bool = False) -> Counts:
        """Return the counts of the positive class, each a number; 0 where no row has it."""
        pos_label = self._metric.pos_label if pos_label is ... else pos_label
        at = np.flatnonzero(self._table == pos_label)
        if len(at):
            found, predicted, support = (counts[at[0]] for counts in self._counts)
            return found, predicted, support
        if may_lack or len(self.labels) < 2:
            return 0, 0, 0
        raise ValueError(many_scores.no_positive(pos_label, self.labels))

    def _chosen(self, average: Average, classes: Any) -> tuple[str | None, Counts]:
        if (self._metric.average if average is ... else average) != "binary":
            return super()._chosen(average, classes)
        if len(self.labels) > 2:
            raise ValueError(
                f"average='binary' is for two classes, there are {len(self.labels)}: choose another average"
            )
        found, predicted, support = (np.array([count]) for count in self._positive(...))
        return "binary", (found, predicted, support)
