"""Rows of codes: statistics of labels, which point into a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

import numpy as np

from rapidscore._public import public
from rapidscore.classification.coded_rows import CodedRows
from rapidscore.inputs import labels
from rapidscore.statistics import Statistics, Total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from rapidscore.inputs.labels import Codes, Table
    from rapidscore.resampling.measure import Grouping, Measure

ScoreT_co = TypeVar("ScoreT_co", covariant=True)


class Coding(Protocol):
    """What a metric of labels knows of its rows of codes."""

    def _code_columns(self, table: Table) -> tuple[str, ...]:
        """Name the columns, the weight not among them."""

    def _recoded(self, rows: NDArray[Any], table: Table, joined: Table) -> NDArray[Any]:
        """Return rows over a table as rows over one that has all its labels and others."""

    def _fold_codes(
        self,
        rows: NDArray[Any],
        table: Table,
        weights: NDArray[np.float64] | None,
        groups: Codes | None,
        count: int,
    ) -> list[Any]:
        """Fold the rows of each group."""

    def _finalise_codes(self, rows: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
        """Score each row for itself."""


@public
class CodedStatistics(Statistics[ScoreT_co]):
    """One row of codes, and a weight, for each of n rows of labels.

    `labels` is the sorted table of labels to which codes point; where statistics with other labels are joined, so
    are the tables. `np.asarray` makes a float64 array of shape (n, k), in which the weight is the last column; the code
    of a reference that is ignored is -1. No array here is writable.
    """

    __slots__ = ("_weights", "labels")

    metric: Any

    def __init__(self, metric: Any, rows: NDArray[Any], table: Table, weights: NDArray[np.float64] | None) -> None:
        super().__init__(metric, rows, 0)
        self.labels = table
        self._weights = weights
        for array in (table, weights):
            if array is not None:
                array.flags.writeable = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the k columns."""
        return (*self.metric._code_columns(self.labels), "weight")

    @property
    def shape(self) -> tuple[int, int]:
        """The number of rows and of columns."""
        return len(self), len(self.columns)

    @property
    def weights(self) -> NDArray[np.float64]:
        """The weight of each row, float64 of shape (n,): 1 where none was given."""
        return np.ones(len(self)) if self._weights is None else self._weights

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("rows of codes are made into an array by copying: leave copy=False out")
        array = np.column_stack([self._rows, self.weights]).astype(dtype or np.float64, copy=False)
        array.flags.writeable = bool(copy)
        return array

    def _selected(self, index: slice | NDArray[Any]) -> Self:
        weights = None if self._weights is None else self._weights[index]
        return type(self)(self.metric, self._rows[index], self.labels, weights)

    def _over(self, table: Table) -> NDArray[Any]:
        """Return the rows over a table that has all labels."""
        if len(table) == len(self.labels):
            return self._rows
        rows: NDArray[Any] = self.metric._recoded(self._rows, self.labels, table)
        return rows

    def _followed_by(self, other: Any) -> Self:
        table = labels.joined(self.labels, other.labels)
        weights = None
        if self._weights is not None or other._weights is not None:
            weights = np.concatenate([self.weights, other.weights])
        return type(self)(self.metric, np.concatenate([self._over(table), other._over(table)]), table, weights)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CodedStatistics):
            return NotImplemented
        if self.metric != other.metric or (self._weights is None) != (other._weights is None):
            return False
        try:
            table = labels.joined(self.labels, other.labels)
            rows = self._over(table), other._over(table)
        except (TypeError, ValueError):
            # Labels that cannot be joined are not the same.
            return False
        return np.array_equal(*rows) and np.array_equal(self.weights, other.weights)

    __hash__ = None  # holds arrays

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.metric, np.array(self._rows), self.labels, self._weights)

    def total(self) -> Total[ScoreT_co]:
        """Fold all rows."""
        return self._totals_by(None, 1)[0]

    def _totals_by(self, codes: Codes | None, count: int) -> list[Total[ScoreT_co]]:
        """Fold the rows of each group, or all without codes."""
        sums = self.metric._fold_codes(self._rows, self.labels, self._weights, codes, count)
        return [Total(self.metric, part) for part in sums]

    def _rows_to_draw(
        self, measure: Measure, grouping: Grouping | None = None, beside: Sequence[Statistics[Any]] = ()
    ) -> CodedRows:
        return CodedRows(self, measure, grouping, beside)  # type: ignore[arg-type]  # statistics of the same metric

    def segment_scores(self) -> dict[str, NDArray[np.float64]]:
        """Score each row for itself: a dict from the name of each score to a float64 array of shape (n,)."""
        scores: dict[str, NDArray[np.float64]] = self.metric._finalise_codes(self._rows)
        return scores


def as_weights(values: ArrayLike | None, rows: int) -> NDArray[np.float64] | None:
    """Return weights of rows as float64 (n,). Raises `ValueError` or `TypeError` when they are none."""
    if values is None:
        return None
    weights = np.asarray(values)
    if weights.dtype.kind not in "biuf":
        raise TypeError(f"sample_weight has the type {weights.dtype}: weights are numbers")
    if weights.shape != (rows,):
        raise ValueError(f"sample_weight has the shape {weights.shape}: pass one weight for each of {rows} rows")
    weights = np.array(weights, np.float64)
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(wrong):
        raise ValueError(f"sample_weight[{wrong[0]}] is {weights[wrong[0]]}: weights are finite numbers from 0")
    return weights
