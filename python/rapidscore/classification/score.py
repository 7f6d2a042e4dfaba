"""The score of a classification, which holds the confusion counts."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from rapidscore._public import public
from rapidscore.classification import averages, many_scores, report
from rapidscore.classification.per_class import Average, ClassScores, Counts
from rapidscore.display.result import MOST_DRAWN
from rapidscore.inputs import labels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from rapidscore.classification.classification import Classification
    from rapidscore.classification.confusion import LabelledConfusion


@public
class ClassificationScore(ClassScores):
    """The scores of a classification, computed from its confusion counts.

    Methods that average over classes take `average`: `"macro"`, `"micro"`, `"weighted"`, `"binary"` (the value of the
    metric's `pos_label`), or None for a float64 array with the value of each class, in the order of `labels`. The
    default is the metric's average. `labels=` chooses classes, except for `"binary"`; a class that does not occur has
    the counts 0. All values are from 0 to 1, unless their method names another range, and equal the values of
    `sklearn.metrics` in scikit-learn 1.9.1.

    These methods raise `ValueError` if the average is unknown, and for `"binary"` also if there are more than two
    classes, or two classes without `pos_label`. They raise `TypeError` if `labels=` has strings and the labels are
    numbers, or the reverse. The rates of the positive class (`selection_rate`, `true_positive_rate` and so on) raise
    `ValueError` if there are two classes or more without `pos_label`, unless `allow_missing` is true: its counts are
    then 0.

    References
    ----------
    `sklearn.metrics` of scikit-learn 1.9.1; the rates of the positive class follow fairlearn 0.15.0.

    Examples
    --------
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
            # The table has a type that holds the labels of both, such as int for bool and int.
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
        """The confusion counts, with true classes as rows and predicted classes as columns.

        An array of shape (C, C), int64, or float64 if rows are weighted.
        """
        matrix: NDArray[Any] = self._total.over(self._table).matrix()
        if self.labels is self._table:
            return matrix
        at = labels.positions(self.labels, self._table)
        ordered: NDArray[Any] = matrix[np.ix_(at, at)]
        return ordered

    @property
    def accuracy(self) -> float:
        """The share of rows that are correct; NaN if the sum of weights is 0."""
        return float(self._counts[0].sum() / self._weight) if self._weight else nan

    @property
    def balanced_accuracy(self) -> float:
        """The mean recall of all classes that have rows."""
        true_positives, _, support = self._counts
        return float(averages.mean_recall(true_positives[np.newaxis], support[np.newaxis])[0])

    @property
    def matthews_correlation(self) -> float:
        """Matthews' correlation coefficient, -1 to 1; 0 if only one class is true or predicted."""
        true_positives, predicted, support = (counts.astype(np.float64)[np.newaxis] for counts in self._counts)
        return float(many_scores.matthews_correlation(true_positives, predicted, support)[0])

    @property
    def hamming_loss(self) -> float:
        """The share of rows that are wrong."""
        return float((self._weight - self._counts[0].sum()) / self._weight) if self._weight else nan

    def cohen_kappa(self, weights: Literal["linear", "quadratic"] | None = None) -> float:
        """Return Cohen's kappa, the agreement beyond chance, -1 to 1; NaN if only one class occurs.

        `weights` is how the cost of a disagreement grows with the distance of the classes: `"linear"`, `"quadratic"`,
        or None for the same cost of all disagreements. Another value raises `ValueError`.
        """
        matrix = self.confusion_matrix
        if np.count_nonzero(matrix.sum(axis=0) + matrix.sum(axis=1)) < 2:
            return nan
        return averages.cohen_kappa(matrix, weights)

    def selection_rate(self, pos_label: Any = ..., *, allow_missing: bool = False) -> float:
        """Return the share of rows that are predicted positive.

        `pos_label` is the positive class, by default the metric's. If it does not occur, its counts are 0 with
        `allow_missing`, and `ValueError` is raised without.
        """
        return self._rate("selection_rate", pos_label, allow_missing)

    def true_positive_rate(self, pos_label: Any = ..., *, allow_missing: bool = False) -> float:
        """Return the share of positive rows that are predicted positive.

        It is 0 if no row is positive, as in fairlearn 0.15.0.
        """
        return self._rate("true_positive_rate", pos_label, allow_missing)

    def false_negative_rate(self, pos_label: Any = ..., *, allow_missing: bool = False) -> float:
        """Return the share of positive rows that are not predicted positive; 0 if no row is positive."""
        return self._rate("false_negative_rate", pos_label, allow_missing)

    def false_positive_rate(self, pos_label: Any = ..., *, allow_missing: bool = False) -> float:
        """Return the share of other rows that are predicted positive; 0 if all rows are positive."""
        return self._rate("false_positive_rate", pos_label, allow_missing)

    def true_negative_rate(self, pos_label: Any = ..., *, allow_missing: bool = False) -> float:
        """Return the share of other rows that are not predicted positive; 0 if all rows are positive."""
        return self._rate("true_negative_rate", pos_label, allow_missing)

    def plot(
        self,
        ax: Axes | Figure | None = None,
        *,
        normalize: str | None = None,
        labels: Sequence[Any] | Mapping[Any, str] | None = None,
        title: str | None = None,
        include_values: bool | None = None,
        values_format: str | None = None,
        cmap: Any = None,
        colorbar: bool = True,
    ) -> Axes:
        """Draw the confusion matrix, with a row for each true class; return the matplotlib axes.

        Parameters
        ----------
        ax : matplotlib axes or figure, optional
            Where to draw; by default a new figure, whose size suits the number of classes and their names.
        normalize : {"true", "pred", "all"}, optional
            Divide each count by the sum of its row, of its column or of the matrix, as in scikit-learn.
        labels : sequence, or mapping to str, optional
            The classes to draw, in this order; a mapping gives them other names. By default all, as in `labels`.
        title : str, optional
            The title; by default the number of rows and the accuracy. An empty text is no title.
        include_values : bool, optional
            Whether the numbers are written into the cells; by default for up to 30 classes.
        values_format : str, optional
            The format of these numbers, such as `".1%"`.
        cmap : str or colormap, optional
            The colours; by default shades of blue.
        colorbar : bool, default True
            Whether a bar explains the colours.

        Raises
        ------
        ValueError
            If `normalize` or a class is unknown.
        ModuleNotFoundError
            If matplotlib is not installed, which the extra `plot` installs.

        """
        from rapidscore.plots import matrix

        if title is None:
            title = f"accuracy {self.accuracy:.4f} of {self.segments:,} rows"
            if labels is not None:
                title += f"; {len(labels)} of {len(self.labels)} classes"
        return matrix.draw(
            self.confusion_matrix,
            self.labels.tolist(),
            ax,
            normalize=normalize,
            labels=labels,
            title=title,
            include_values=include_values,
            values_format=values_format,
            cmap=cmap,
            colorbar=colorbar,
        )

    def _is_drawn(self) -> bool:
        return len(self.labels) <= MOST_DRAWN

    def to_dict(self) -> dict[str, Any]:
        """Return what `ClassScores.to_dict` returns, and the confusion matrix: its labels, and its rows of counts."""
        from rapidscore.display.data import plain

        labels = [plain(label) for label in self.labels.tolist()]
        return super().to_dict() | {"confusion_matrix": {"labels": labels, "matrix": self.confusion_matrix.tolist()}}

    def _name(self) -> str:
        return "accuracy"

    def __float__(self) -> float:
        return self.accuracy

    def _reported(self) -> dict[str, Any]:
        reported = super()._reported()
        if not self._counts[0].any():
            # If no row is correct, scikit-learn's counts are floats, and its report shows a support such as 1.0.
            true_positives, predicted, support = (counts.astype(np.float64) for counts in self._of(self.labels))
            reported["counts"] = report.Counts(true_positives, predicted, support)
        return reported

    def _rate(self, name: str, pos_label: Any, allow_missing: bool) -> float:
        return float(many_scores.rate(name, *self._positive(pos_label, allow_missing), self._weight))

    def _positive(self, pos_label: Any, allow_missing: bool = False) -> Counts:
        """Return the true positives, predicted rows and support of the positive class.

        If the class does not occur, they are 0 with `allow_missing` or with fewer than two classes, and `ValueError` is
        raised otherwise.
        """
        pos_label = self._metric.pos_label if pos_label is ... else pos_label
        at = np.flatnonzero(self._table == pos_label)
        if len(at):
            true_positives, predicted, support = (counts[at[0]] for counts in self._counts)
            return true_positives, predicted, support
        if allow_missing or len(self.labels) < 2:
            return 0, 0, 0
        raise ValueError(many_scores.no_positive(pos_label, self.labels))

    def _chosen(self, average: Average, classes: Any) -> tuple[str | None, Counts]:
        if (self._metric.average if average is ... else average) != "binary":
            return super()._chosen(average, classes)
        if len(self.labels) > 2:
            raise ValueError(
                f"average='binary' is for two classes, there are {len(self.labels)}: choose another average"
            )
        true_positives, predicted, support = (np.array([count]) for count in self._positive(...))
        return "binary", (true_positives, predicted, support)
