"""Classification with one label for each row, with the results of scikit-learn 1.9.1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np

from rapidscore import _core
from rapidscore._public import public
from rapidscore.classification.base import SKLEARN_VERSION, ClassMetric, no_label, unknown_codes
from rapidscore.classification.coded import CodedStatistics, as_weights
from rapidscore.classification.confusion import LabelledConfusion
from rapidscore.classification.counts import confusion_of_columns
from rapidscore.classification.many_scores import ClassRows, ManyClassScores
from rapidscore.classification.score import ClassificationScore
from rapidscore.inputs import batches, labels
from rapidscore.inputs import order as orders
from rapidscore.warning import warn

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.classification.fairness import ClassificationGroups
    from rapidscore.inputs.labels import Codes, Column, SortedLabels
    from rapidscore.inputs.order import Order

_NAMES = ("references", "predictions")
_IGNORED = -1


@public
class ClassificationStatistics(CodedStatistics[ClassificationScore]):
    """Rows of codes (reference, prediction, weight), whose scores by group also have measures of fairness."""

    __slots__ = ()

    def _group_scores(self) -> type[ClassificationGroups[ClassificationScore]]:
        from rapidscore.classification.fairness import ClassificationGroups

        return ClassificationGroups

    def by(self, groups: Any) -> ClassificationGroups[ClassificationScore]:
        """Score each group of rows separately.

        Parameters
        ----------
        groups : sequence of labels, or mapping or table of several features
            The group of each row, or several features: see `Statistics.by`.

        Returns
        -------
        ClassificationGroups
            The scores of the groups, with measures of fairness: see `rapidscore.ClassificationGroups`.

        Raises
        ------
        ValueError
            If there is not one group for each row, or a group is missing (None or NaN).
        TypeError
            If groups are labels of other types than `Statistics.by` accepts, or of different types.

        Examples
        --------
        >>> from rapidscore import Classification
        >>> stats = Classification(pos_label="yes").statistics(["yes", "no", "no", "yes"], ["yes", "no", "yes", "yes"])
        >>> groups = stats.by(["F", "F", "M", "M"])
        >>> groups["M"].accuracy, groups.equal_opportunity_difference()
        (0.5, 0.5)

        """
        return cast("ClassificationGroups[ClassificationScore]", super().by(groups))


@public
@dataclass(frozen=True, eq=False)
class Classification(ClassMetric[ClassificationScore]):
    """Compute accuracy, precision, recall, F-scores and more for one label per row, as scikit-learn 1.9.1 does.

    Labels are integers, bools or strings, all of one kind, in a list, a NumPy array, a tensor, or a column of pandas,
    polars or pyarrow, which may be categorical. Lists of lists, such as the tags of the tokens of each text, are
    flattened. A score holds the confusion counts, and computes its values from them when they are requested.

    Parameters
    ----------
    labels : sequence of labels, optional
        All possible labels, in the order of reports and arrays. Another label in the data raises `ValueError`. The
        default is the sorted labels that occur, or for ordered categories all categories in their order; see Notes.
    average : {"macro", "micro", "weighted", "binary"}, default "macro"
        How the values of classes are averaged, unless a method of the score is called with another average.
        `"binary"` is the value of the class `pos_label`.
    zero_division : {"warn", 0, 1, NaN}, default "warn"
        The value of 0/0. `"warn"` is 0 with scikit-learn's `UndefinedMetricWarning`.
    pos_label : label, default 1
        The positive class of two.
    ignore_index : int, optional
        Rows with this reference are not counted; -100 is usual for token classification. With this option, predictions
        and references may also be arrays or tensors of shape (batch, time).

    Raises
    ------
    ValueError
        If the average or `zero_division` is unknown, or if `labels` is empty or has a label more than once.
    TypeError
        If an option has a wrong type.

    Notes
    -----
    Sums of weights are exact and rounded once, so values may differ from scikit-learn's in the last digit.

    Ordered categories are the columns `Categorical(ordered=True)` of pandas, `Enum` of polars, and ordered dictionaries
    of pyarrow. Their categories are used as if they had been passed as `labels`, so they also count if they do not
    occur. One of predictions and references may be without an order; labels that are not among the categories follow
    them. If predictions and references, or totals that are merged, have different orders, the labels are sorted; for
    predictions and references this warns.

    References
    ----------
    `sklearn.metrics` of scikit-learn 1.9.1.

    Examples
    --------
    >>> from rapidscore import Classification
    >>> score = Classification().score(["pos", "neg", "pos", "pos"], ["pos", "neg", "neg", "pos"])
    >>> print(score)
    accuracy = 0.7500 macro precision = 0.8333 recall = 0.7500 f1 = 0.7333 (n = 4)
    >>> score.recall(average=None), score.labels
    (array([0.5, 1. ]), array(['neg', 'pos'], dtype='<U3'))

    """

    _score_type: ClassVar[type[ClassificationScore]] = ClassificationScore

    labels: Sequence[Any] | None = None
    average: str = "macro"
    zero_division: float | str = "warn"
    pos_label: int | str = 1
    ignore_index: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_class_options()
        if isinstance(self.pos_label, np.generic):
            object.__setattr__(self, "pos_label", self.pos_label.item())
        if not isinstance(self.pos_label, int | str | float):
            raise TypeError(f"pos_label must be a label, not {self.pos_label!r} ({type(self.pos_label).__name__})")

    def score(self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None) -> ClassificationScore:
        """Score n predicted labels against n true labels.

        Parameters
        ----------
        predictions : sequence of labels
            The predicted label of each row, of shape (n,), or lists of them, n labels in all.
        references : sequence of labels
            The true label of each row, in the same shape.
        sample_weight : array of float, optional
            The weight of each row, a finite number from 0, in the same shape or (n,). The default is 1 for each row.

        Returns
        -------
        ClassificationScore
            The confusion counts, and all scores of them.

        Raises
        ------
        ValueError
            If there are no rows, if lengths differ, if a label is missing or is not one of the metric's labels, or if a
            weight is negative or not finite. The message names the position.
        TypeError
            If labels have another type, or different types. The message names the position.

        """
        return self._score(self._total(predictions, references, sample_weight))

    def segment_scores(self, predictions: Any, references: Any) -> dict[str, NDArray[np.float64]]:
        """Return for each row whether it is correct: `{"accuracy": float64 array of shape (n,)}`, 1.0 or 0.0.

        The value of a row that `ignore_index` leaves out is NaN.
        """
        return self.statistics(predictions, references).segment_scores()

    def statistics(
        self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None
    ) -> ClassificationStatistics:
        """Encode labels: return rows (reference, prediction, weight) that can be sliced, joined, grouped and scored.

        Parameters and errors are those of `score`, but there may be no rows.
        """
        true, predicted, table, order, weights = self._codes(predictions, references, sample_weight)
        # Each column is contiguous, as the core counts it.
        return ClassificationStatistics._of_codes(self, np.stack([true, predicted]).T, table, weights, order)

    def _total(self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None) -> LabelledConfusion:
        if sample_weight is None and self.labels is None and self.ignore_index is None:
            if batches.are_nested(predictions) or batches.are_nested(references):
                predictions, references = batches.flat_pair(predictions, references, arrays_too=False)
            columns = labels.columns(references, predictions, _NAMES)
            return LabelledConfusion(*confusion_of_columns(*columns, _NAMES), _order_of(*columns))
        true, predicted, table, order, weights = self._codes(predictions, references, sample_weight)
        counts = self._sums_of_group(_core.count_codes(true, predicted, len(table), weights), 0, table)
        return counts.in_order(order)

    def _codes(
        self, predictions: Any, references: Any, sample_weight: ArrayLike | None
    ) -> tuple[Codes, Codes, SortedLabels, Order, NDArray[np.float64] | None]:
        if batches.are_nested(predictions) or batches.are_nested(references):
            sample_weight = batches.flat_weights(sample_weight, references)
            ignores = self.ignore_index is not None
            predictions, references = batches.flat_pair(predictions, references, arrays_too=ignores)
        columns = labels.columns(references, predictions, _NAMES)
        true, predicted, table = labels.encode_columns(*columns, _NAMES)
        order = None if self.labels is not None else _order_of(*columns)
        if self.ignore_index is not None and table.dtype.kind in "biuf":
            for code in np.flatnonzero(table == self.ignore_index):
                true[true == code] = _IGNORED
        if self.labels is not None:
            self._check_known(table, true, predicted)
        return true, predicted, table, order, as_weights(sample_weight, len(true))

    def _check_known(self, table: SortedLabels, true: Codes, predicted: Codes) -> None:
        unknown = unknown_codes(table, self.labels)
        for name, codes in ("references", true), ("predictions", np.where(true == _IGNORED, _IGNORED, predicted)):
            rows = np.flatnonzero(np.isin(codes, unknown))
            if len(rows):
                raise ValueError(no_label(f"{name}[{rows[0]}]", table.tolist()[codes[rows[0]]], self.labels))

    def _code_columns(self, table: SortedLabels) -> tuple[str, ...]:
        return _NAMES

    def _check_codes(self, rows: NDArray[Any], table: SortedLabels) -> None:
        lowest = 0 if self.ignore_index is None else _IGNORED
        if rows.ndim != 2 or rows.shape[1] != len(_NAMES) or rows.dtype != np.int32:
            raise ValueError(
                f"rows have the shape {rows.shape} and type {rows.dtype}: pass int32 codes of shape (n, 2)"
            )
        true, predicted = rows.T
        unknown = (predicted < 0) | (predicted >= len(table))
        wrong = np.flatnonzero((true < lowest) | (true >= len(table)) | unknown)
        if len(wrong):
            raise ValueError(
                f"rows[{wrong[0]}] has the codes {rows[wrong[0]].tolist()}, but there are {len(table)} labels: pass "
                "rows that statistics() returned"
            )

    def _recoded(self, rows: NDArray[Any], table: SortedLabels, joined: SortedLabels) -> NDArray[Any]:
        # The code of ignored references is -1, which indexes the last entry.
        codes: NDArray[Any] = np.append(labels.positions(table, joined), _IGNORED).astype(np.int32)[rows]
        return codes

    def _fold_codes(
        self, rows: NDArray[Any], table: SortedLabels, weights: NDArray[np.float64] | None
    ) -> LabelledConfusion:
        return self._sums_of_group(self._fold_code_groups(rows, table, weights, None, 1), 0, table)

    def _fold_code_groups(
        self,
        rows: NDArray[Any],
        table: SortedLabels,
        weights: NDArray[np.float64] | None,
        codes: Codes | None,
        count: int,
    ) -> _core.GroupConfusions:
        true, predicted = np.ascontiguousarray(rows.T)
        weights = None if weights is None else np.ascontiguousarray(weights)
        return _core.count_codes(true, predicted, len(table), weights, codes, count)

    def _sums_of_group(
        self, groups: _core.GroupConfusions, code: int, table: SortedLabels, weighted: bool = False
    ) -> LabelledConfusion:
        occurring, counts = groups.confusion(code)
        return LabelledConfusion(table[occurring], counts)

    def _scores_of_groups(
        self, groups: _core.GroupConfusions, codes: NDArray[np.intp], table: SortedLabels
    ) -> ManyClassScores:
        return ManyClassScores(self, table, ClassRows(*groups.class_rows()).chosen(codes))

    def _sample_counter(
        self,
        rows: NDArray[Any],
        table: SortedLabels,
        weights: NDArray[np.float64] | None,
        groups: tuple[Codes, int] | None,
        copies: int,
    ) -> _core.SampleCounter:
        true, predicted = np.ascontiguousarray(rows.T)
        return _core.SampleCounter.of_labels(true, predicted, len(table), weights, groups, copies)

    def _scores_of_samples(self, counts: tuple[Any, ...], table: SortedLabels) -> ManyClassScores:
        return ManyClassScores(self, table, ClassRows(*counts))

    def _finalise_codes(self, rows: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
        correct = (rows[:, 0] == rows[:, 1]).astype(np.float64)
        correct[rows[:, 0] == _IGNORED] = nan
        return {"accuracy": correct}

    def _merge_cost(self, total: LabelledConfusion) -> int:
        return total.segments

    def _check_merge(self, total: LabelledConfusion, other: LabelledConfusion) -> None:
        labels.check_joinable(total.table, other.table)

    def _read_sums(self, data: bytes) -> LabelledConfusion:
        return LabelledConfusion.from_bytes(data)

    def _value_names(self) -> tuple[str, ...]:
        # Without Cohen's kappa, which needs the whole matrix.
        rates = ("selection_rate", "true_positive_rate", "false_positive_rate")
        return (*super()._value_names(), *(rates if self.average == "binary" else ()))

    def _score_of(self, total: LabelledConfusion) -> ClassificationScore:
        return ClassificationScore(self._in_order(total.order, total.table), total)

    def _signature_items(self) -> dict[str, str]:
        return {
            "avg": f"{self.average}({self.pos_label})" if self.average == "binary" else self.average,
            "zero": str(self.zero_division),
            "labels": "seen" if self.labels is None else str(len(self.labels)),
            "ignore": "no" if self.ignore_index is None else str(self.ignore_index),
            "version": f"sklearn-{SKLEARN_VERSION}",
        }


def _order_of(true: Column, predicted: Column) -> Order:
    """Return the order of the labels of two columns, which have one order, or two different ones."""
    if not isinstance(true, labels.Coded) and not isinstance(predicted, labels.Coded):
        return None
    order, other = orders.of_column(true), orders.of_column(predicted)
    if order is not None and other is not None and order != other:
        warn(
            f"the categories of references are ordered {labels.shown(order)}, those of predictions "
            f"{labels.shown(other)}, so labels are sorted: give both columns the same categories, or pass labels="
        )
    return orders.joined(order, other)
