"""Rows of codes: statistics of labels, in which each code is an index into a table of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

import numpy as np

from rapidscore._public import public
from rapidscore.inputs import arrays, labels
from rapidscore.inputs import order as orders
from rapidscore.inputs.arrays import as_bools
from rapidscore.statistics import Statistics, Total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from rapidscore._core import SampleCounter
    from rapidscore.classification.coded_rows import CodedRows
    from rapidscore.inputs.labels import Codes, SortedLabels
    from rapidscore.inputs.order import Order
    from rapidscore.resampling.measure import Grouping, Measure

ScoreT_co = TypeVar("ScoreT_co", covariant=True)


class ManyScores(Protocol):
    """The scores of many sets of rows."""

    def values(self, names: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Return values by name, each of shape (sets,); NaN for a set without rows."""


class Coding(Protocol):
    """The methods of a metric of labels that handle its rows of codes."""

    def _code_columns(self, table: SortedLabels) -> tuple[str, ...]:
        """Return the names of the columns, without the weight."""

    def _check_codes(self, rows: NDArray[Any], table: SortedLabels) -> None:
        """Raise `ValueError` for rows that the metric cannot have."""

    def _recoded(self, rows: NDArray[Any], table: SortedLabels, joined: SortedLabels) -> NDArray[Any]:
        """Convert rows of codes into a table to rows of codes into another table that has all its labels."""

    def _fold_codes(self, rows: NDArray[Any], table: SortedLabels, weights: NDArray[np.float64] | None) -> Any:
        """Fold all rows."""

    def _fold_code_groups(
        self, rows: NDArray[Any], table: SortedLabels, weights: NDArray[np.float64] | None, codes: Codes, count: int
    ) -> Any:
        """Fold the rows of each of `count` groups in the core; `codes` holds the group of each row."""

    def _sums_of_group(self, groups: Any, code: int, table: SortedLabels, weighted: bool) -> Any:
        """Return the sums of one of these groups."""

    def _scores_of_groups(self, groups: Any, codes: NDArray[np.intp], table: SortedLabels) -> ManyScores:
        """Score some of these groups."""

    def _sample_counter(
        self,
        rows: NDArray[Any],
        table: SortedLabels,
        weights: NDArray[np.float64] | None,
        groups: tuple[Codes, int] | None,
        copies: int,
    ) -> SampleCounter:
        """Return a counter of samples of rows; a sample has at most `copies` rows."""

    def _scores_of_samples(self, counts: tuple[Any, ...], table: SortedLabels) -> ManyScores:
        """Score samples from the counts of a `SampleCounter`."""

    def _finalise_codes(self, rows: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
        """Score each row separately: return float64 arrays of shape (n,) by name."""


@public
class CodedStatistics(Statistics[ScoreT_co]):
    """Statistics of n rows of labels: a row of codes and a weight for each.

    `labels` is the sorted table of labels that codes index. Joining statistics with different labels joins their
    tables. Ordered categories keep their order beside it; joining different orders sorts the labels. `np.asarray`
    returns a float64 array of shape (n, k), whose last column is the weight; the code of an ignored reference is -1. No
    array here is writable.
    """

    __slots__ = ("_order", "_weights", "labels")

    metric: Any

    def __init__(
        self,
        metric: Any,
        rows: ArrayLike,
        table: ArrayLike,
        weights: ArrayLike | None = None,
        order: Order = None,
    ) -> None:
        names, codes = np.array(table), np.array(rows)
        encoded, _ = labels.encode(names, "labels")
        if not np.array_equal(encoded, np.arange(len(names))):
            raise ValueError(f"the labels {labels.shown(names.tolist())} are not sorted, or not distinct")
        metric._check_codes(codes, names)
        orders.over(order, names)  # raises for labels of another kind, or twice the same label
        self._hold_codes(metric, codes, names, as_weights(weights, len(codes)), order)

    @classmethod
    def _of_codes(
        cls,
        metric: Any,
        rows: NDArray[Any],
        table: SortedLabels,
        weights: NDArray[np.float64] | None,
        order: Order = None,
    ) -> Self:
        """Return statistics of rows that the metric has encoded, which need no check."""
        statistics = cls.__new__(cls)
        statistics._hold_codes(metric, rows, table, weights, order)
        return statistics

    def _hold_codes(
        self,
        metric: Any,
        rows: NDArray[Any],
        table: SortedLabels,
        weights: NDArray[np.float64] | None,
        order: Order,
    ) -> None:
        self._hold(metric, rows, 0)
        self.labels = table
        self._weights = weights
        self._order = order
        for array in (table, weights):
            if array is not None:
                array.flags.writeable = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the k columns."""
        return (*self.metric._code_columns(self.labels), "weight")

    @property
    def shape(self) -> tuple[int, int]:
        """The number of rows and the number of columns."""
        return len(self), len(self.columns)

    @property
    def weights(self) -> NDArray[np.float64]:
        """The weight of each row, float64 of shape (n,); all 1 if no weights were passed."""
        return np.ones(len(self)) if self._weights is None else self._weights

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("rows of codes become an array only by copying: leave copy=False out")
        array = np.column_stack([self._rows, self.weights]).astype(dtype or np.float64, copy=False)
        array.flags.writeable = bool(copy)
        return array

    def _selected(self, index: slice | NDArray[Any]) -> Self:
        weights = None if self._weights is None else self._weights[index]
        return self._of_codes(self.metric, self._rows[index], self.labels, weights, self._order)

    def _scorer(self) -> Any:
        """Return the metric that scores the rows, which has the order of categories as its labels."""
        return self.metric._in_order(self._order, self.labels)

    def _scored_by(self, metric: Any) -> Self:
        # All samples have the same labels, also those that are not among ordered categories.
        order = orders.over(self._order, self.labels)
        return self._of_codes(metric, self._rows, self.labels, self._weights, order)

    def _over(self, table: SortedLabels) -> NDArray[Any]:
        """Return the rows with codes into another table, which has all labels of this one."""
        if len(table) == len(self.labels):
            return self._rows
        rows: NDArray[Any] = self.metric._recoded(self._rows, self.labels, table)
        return rows

    def _followed_by(self, other: Any) -> Self:
        table = labels.joined(self.labels, other.labels)
        weights = None
        if self._weights is not None or other._weights is not None:
            weights = np.concatenate([self.weights, other.weights])
        order = orders.joined(self._order, other._order)
        rows = np.concatenate([self._over(table), other._over(table)])
        return self._of_codes(self.metric, rows, table, weights, order)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CodedStatistics):
            return NotImplemented
        if self.metric != other.metric or (self._weights is None) != (other._weights is None):
            return False
        if self._order != other._order:
            return False
        try:
            table = labels.joined(self.labels, other.labels)
            rows = self._over(table), other._over(table)
        except (TypeError, ValueError):
            # Labels that cannot be joined are not equal.
            return False
        return np.array_equal(*rows) and np.array_equal(self.weights, other.weights)

    __hash__ = None  # holds arrays

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.metric, np.array(self._rows), self.labels, self._weights, self._order)

    def total(self) -> Total[ScoreT_co]:
        """Fold all rows."""
        sums = self.metric._fold_codes(self._rows, self.labels, self._weights)
        return Total(self.metric, sums if self._order is None else sums.in_order(self._order))

    def _totals_by(self, codes: Codes, count: int) -> CodedGroups:
        """Fold the rows of each of `count` groups, each of which has rows; `codes` holds the group of each row."""
        return CodedGroups(self, codes, count)

    def _rows_to_draw(
        self, measure: Measure, grouping: Grouping | None = None, beside: Sequence[Statistics[Any]] = ()
    ) -> CodedRows:
        # A function of the user needs the score of each sample.
        from rapidscore.classification.coded_rows import CodedRows, ScoredRows

        kind = ScoredRows if measure.takes_scores else CodedRows
        return kind(self, measure, grouping, beside)  # type: ignore[arg-type]  # statistics of the same metric

    def segment_scores(self) -> dict[str, NDArray[np.float64]]:
        """Score each row separately: return a dict from score names to float64 arrays of shape (n,)."""
        scores: dict[str, NDArray[np.float64]] = self.metric._finalise_codes(self._rows)
        return scores


class CodedGroups:
    """The totals of groups of rows of codes. Each is made when it is requested."""

    leaves_out_unknown = False

    def __init__(self, statistics: CodedStatistics[Any], codes: Codes, count: int) -> None:
        self._statistics = statistics
        self._metric: Coding = statistics.metric
        self._groups = self._metric._fold_code_groups(
            statistics._rows, statistics.labels, statistics._weights, codes, count
        )

    def __len__(self) -> int:
        return len(self._groups)

    def __getitem__(self, code: int) -> Total[Any]:
        statistics = self._statistics
        weighted = statistics._weights is not None
        sums = self._metric._sums_of_group(self._groups, code, statistics.labels, weighted)
        if statistics._order is not None:
            # All groups have the same labels, also those that are not among the categories.
            sums = sums.in_order(orders.over(statistics._order, statistics.labels))
        return Total(statistics.metric, sums)

    def overall(self) -> Total[Any]:
        """Return the total of all rows."""
        return self._statistics.total()

    def sizes(self) -> NDArray[np.int64]:
        """Return the number of rows of each group, without ignored rows."""
        sizes: NDArray[np.int64] = self._groups.segments()
        return sizes

    def is_scored(self) -> NDArray[np.bool_]:
        """Return for each group whether it has rows that are not ignored."""
        return self.sizes() > 0

    def scores(self, codes: NDArray[np.intp]) -> ManyScores:
        """Score some of the groups."""
        scores: ManyScores = self._statistics._scorer()._scores_of_groups(self._groups, codes, self._statistics.labels)
        return scores

    def values(self, codes: NDArray[np.intp], names: Sequence[str] | None) -> dict[str, NDArray[np.float64]]:
        """Return values of groups by name, each of shape (len(codes),); without names, all values of `as_dict()`."""
        return self.scores(codes).values(self._statistics.metric._value_names() if names is None else names)

    def measured(self, measure: Measure) -> dict[str, NDArray[np.float64]]:
        """Return the values that a measure wants of all groups, each of shape (groups,)."""
        if not measure.takes_scores:
            return measure.of_scores(self.scores(np.arange(len(self))))
        from rapidscore.classification.coded_rows import listed

        values = listed([[measure.of_total(self[code]._sums) for code in range(len(self))]])
        return {name: value[0] for name, value in values.items()}


def as_weights(values: ArrayLike | None, rows: int) -> NDArray[np.float64] | None:
    """Return weights of rows as float64 (n,). Raises `ValueError` or `TypeError` if they are invalid."""
    if values is None:
        return None
    weights = arrays.as_array(values, "sample_weight")
    if weights.dtype.kind not in "biuf":
        raise TypeError(f"sample_weight has the type {weights.dtype}: pass numbers")
    if weights.shape != (rows,):
        raise ValueError(f"sample_weight has the shape {weights.shape}: pass one weight for each of {rows} rows")
    weights = np.array(as_bools(weights) if weights.dtype.kind == "b" else weights, np.float64)
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(wrong):
        raise ValueError(f"sample_weight[{wrong[0]}] is {weights[wrong[0]]}: pass finite numbers from 0")
    return weights
