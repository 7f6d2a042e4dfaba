"""Rows of labels drawn or exchanged at random. Equal rows are drawn together, and many samples counted in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore import _core
from rapidscore._lazy import lazy_property
from rapidscore.resampling.rows import joined, steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.classification.coded import CodedStatistics
    from rapidscore.resampling.draws import Draws
    from rapidscore.resampling.measure import Grouping, Measure, Values


class CodedRows:
    """Rows of codes, from which samples are drawn; equal rows are drawn together."""

    def __init__(
        self,
        statistics: CodedStatistics[Any],
        measure: Measure,
        grouping: Grouping | None = None,
        beside: Sequence[CodedStatistics[Any]] = (),
    ) -> None:
        """Take the rows to draw, and statistics `beside` them, whose rows at the same positions are drawn with them."""
        self.count = len(statistics)
        self._statistics = statistics._scored_by(measure.metric)
        self._measure = measure
        self._grouping = grouping
        self._groups = 0 if grouping is None else grouping.groups
        columns = [column for one in (statistics, *beside) for column in _columns(one)]
        self._positions, self._sizes = group_equal_rows([*columns, grouping.codes] if grouping else columns, self.count)

    def estimate(self) -> Values:
        """Return the values of the rows themselves, of shape (1, groups + 1)."""
        return self._of_copies(self._sizes[np.newaxis])

    def samples(self, draws: Draws) -> Values:
        """Return the values of each sample, of shape (samples, groups + 1)."""
        if draws.drawn is not None:
            return self._of_positions(self._statistics, draws.drawn, self._grouping)
        return joined([self._drawn(draws.seed, first, count) for first, count in self._steps(draws.count)])

    def left_out(self) -> Iterator[tuple[Values, NDArray[np.float64]]]:
        """Yield the values without one row each, of shape (m, groups + 1), and the number of rows equal to this row."""
        if self.count == 1:
            yield {name: values * nan for name, values in self.estimate().items()}, np.ones(1)
            return
        for first, count in self._steps(len(self._sizes)):
            yield self._left_out(first, count), self._sizes[first : first + count].astype(np.float64)

    def exchanged(self, other: CodedRows, draws: Draws, progress: Callable[[float], None]) -> tuple[Values, Values]:
        """Return the values of both systems for each trial, in which rows of the two systems are exchanged.

        `progress` is called with the share of the trials that were done since the last call.
        """
        both = self._statistics + other._statistics
        one, two = np.arange(self.count), np.arange(self.count, 2 * self.count)
        ours, theirs = [], []
        if draws.drawn is not None:
            for first, count in steps(draws.count, self.count):
                drawn = draws.drawn[first : first + count]
                ours.append(self._of_positions(both, np.where(drawn, two, one), None))
                theirs.append(self._of_positions(both, np.where(drawn, one, two), None))
                progress(count / draws.count)
            return joined(ours), joined(theirs)
        positions, sizes = group_equal_rows([*_columns(self._statistics), *_columns(other._statistics)], self.count)
        exchange = self._exchange(both[np.concatenate([one[positions], two[positions]])], sizes, draws.seed)
        for first, count in self._steps(draws.count):
            values = exchange(first, count)
            ours.append(values[0])
            theirs.append(values[1])
            progress(count / draws.count)
        return joined(ours), joined(theirs)

    def same_as(self, other: CodedRows) -> bool:
        """Return whether all rows are equal, so that an exchange changes nothing."""
        return bool(self._statistics == other._statistics)

    @lazy_property
    def _counter(self) -> _core.SampleCounter:
        """Return the counter of samples of the distinct rows."""
        return _counter(self._statistics[self._positions], self._grouping, self._positions, self.count)

    def _steps(self, count: int) -> Iterator[tuple[int, int]]:
        """Yield the first sample and the number of samples of each step."""
        return steps(count, 4 * self._counter.width)

    def _drawn(self, seed: int, first: int, count: int) -> Values:
        """Return the values of `count` samples that are drawn with a seed, from the sample `first` on."""
        return self._values(self._counter.bootstrap(self._sizes, seed, first, count), self._groups + 1)

    def _of_copies(self, copies: NDArray[np.uint64]) -> Values:
        """Return the values of samples, given the number of copies of each distinct row, (samples, rows)."""
        return self._values(self._counter.copies(copies), self._groups + 1)

    def _of_positions(
        self, statistics: CodedStatistics[Any], positions: NDArray[Any], grouping: Grouping | None
    ) -> Values:
        """Return the values of samples, given the positions of their rows, (samples, n)."""
        counter = _counter(statistics, grouping, slice(None), positions.shape[1])
        counts = counter.positions(np.ascontiguousarray(positions, np.uintp))
        return self._values(counts, 1 + (grouping.groups if grouping else 0), statistics)

    def _left_out(self, first: int, count: int) -> Values:
        """Return the values without one copy of each of `count` distinct rows, from the row `first` on."""
        counts = self._counter.left_out(self._sizes, first, count)
        if self._grouping is None:
            return self._values(counts, 1)
        # Only the group of the row that is left out changes.
        codes = self._grouping.codes[self._positions[first : first + count]]
        values = self._values(counts, 2)
        for name, value in values.items():
            of_groups = np.repeat(self._estimate[name][:, :-1], count, axis=0)
            of_groups[np.arange(count), codes] = value[:, 0]
            values[name] = np.hstack([of_groups, value[:, 1:]])
        return values

    @lazy_property
    def _estimate(self) -> Values:
        return self.estimate()

    def _exchange(
        self, pairs: CodedStatistics[Any], sizes: NDArray[np.uint64], seed: int
    ) -> Callable[[int, int], tuple[Values, Values]]:
        """Return a function from the first trial and the number of trials to the values of both systems.

        `pairs` holds distinct pairs of rows: first the rows of one system, then the rows of the other.
        """
        counter = _counter(pairs, None, slice(None), self.count)

        def exchange(first: int, count: int) -> tuple[Values, Values]:
            one, other = (self._values(counts, 1, pairs) for counts in counter.exchanges(sizes, seed, first, count))
            return one, other

        return exchange

    def _values(self, counts: tuple[Any, ...], sets: int, statistics: CodedStatistics[Any] | None = None) -> Values:
        """Return the values of counted samples, each of which has `sets` sets of rows: its groups, and all rows."""
        statistics = self._statistics if statistics is None else statistics
        values = self._measure.of_scores(statistics._scorer()._scores_of_samples(counts, statistics.labels))
        return {name: value.reshape(-1, sets) for name, value in values.items()}


class ScoredRows(CodedRows):
    """Rows of codes whose samples are scored one at a time, for functions that take a score."""

    def _steps(self, count: int) -> Iterator[tuple[int, int]]:
        return steps(count, len(self._sizes))

    def _drawn(self, seed: int, first: int, count: int) -> Values:
        return self._of_copies(_core.draw_multiplicities(self._sizes, seed, first, count))

    def _of_copies(self, copies: NDArray[np.uint64]) -> Values:
        return listed([self._of_rows(self._positions, of_sample) for of_sample in copies])

    def _of_positions(
        self, statistics: CodedStatistics[Any], positions: NDArray[Any], grouping: Grouping | None
    ) -> Values:
        if grouping is None:
            return listed([self._of(statistics, of_sample, None) for of_sample in positions])
        return listed([self._of_rows(of_sample, None) for of_sample in positions])

    def _left_out(self, first: int, count: int) -> Values:
        copies = np.repeat(self._sizes[np.newaxis], count, axis=0)
        copies[np.arange(count), np.arange(first, first + count)] -= np.uint64(1)
        return self._of_copies(copies)

    def _exchange(
        self, pairs: CodedStatistics[Any], sizes: NDArray[np.uint64], seed: int
    ) -> Callable[[int, int], tuple[Values, Values]]:
        positions = np.arange(len(pairs))

        def exchange(first: int, count: int) -> tuple[Values, Values]:
            ours, theirs = [], []
            for moved in _core.draw_exchanged(sizes, seed, first, count):
                kept = sizes - moved
                ours.append(self._of(pairs, positions, np.concatenate([kept, moved])))
                theirs.append(self._of(pairs, positions, np.concatenate([moved, kept])))
            return listed(ours), listed(theirs)

        return exchange

    def _of_rows(self, positions: NDArray[Any], copies: NDArray[Any] | None) -> list[dict[str, float]]:
        """Return the values of each group, and of all rows, for copies of the rows at some positions."""
        values = self._of(self._statistics, positions, copies)
        if self._grouping is None:
            return values
        codes = self._grouping.codes[positions]
        of_groups: list[dict[str, float]] = []
        for group in range(self._grouping.groups):
            chosen = codes == group
            of_groups += self._of(self._statistics, positions[chosen], None if copies is None else copies[chosen])
        return of_groups + values

    def _of(
        self, statistics: CodedStatistics[Any], positions: NDArray[Any], copies: NDArray[Any] | None
    ) -> list[dict[str, float]]:
        if copies is not None:
            positions, copies = positions[copies > 0], copies[copies > 0]
        chosen = statistics[positions]
        if copies is not None:
            # A row that was drawn three times is counted as one row with three times its weight.
            weights = copies.astype(np.float64) * chosen.weights
            chosen = chosen._of_codes(chosen.metric, chosen._rows, chosen.labels, weights, chosen._order)
        return [self._measure.of_total(chosen.total()._sums) if len(chosen) else {}]


def group_equal_rows(columns: Sequence[NDArray[Any]], count: int) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
    """Return the first position of each distinct row, and the number of its copies; columns have the shape (n,).

    >>> group_equal_rows([np.array([1, 1, 2, 1]), np.array([5, 6, 5, 5])], 4)
    (array([0, 1, 2]), array([2, 1, 1], dtype=uint64))
    """
    keys, kinds = np.zeros(count, np.int64), 1
    for column in columns:
        codes, size = _codes(column)
        if kinds * size >= 2**62:
            keys, kinds = _codes(np.unique(keys, return_inverse=True)[1])
        keys = keys * size + codes
        kinds *= size
    if kinds <= 16 * count:
        sizes = np.bincount(keys, minlength=kinds)
        positions = np.zeros(kinds, np.intp)
        # The last assignment to a key takes effect, which in this order is the first position.
        positions[keys[::-1]] = np.arange(count)[::-1]
        positions, sizes = positions[sizes > 0], sizes[sizes > 0]
    else:
        _, positions, sizes = np.unique(keys, return_index=True, return_counts=True)
    order = np.argsort(positions)
    return positions[order], sizes[order].astype(np.uint64)


def _codes(column: NDArray[Any]) -> tuple[NDArray[np.int64], int]:
    """Return an integer from 0 for each value, equal for equal values, and an exclusive upper bound of them."""
    if column.dtype.kind in "biu" and len(column):
        codes = column.astype(np.int64)
        codes -= codes.min()
        if codes.max() < 2**20:
            return codes, int(codes.max()) + 1
    table, inverse = np.unique(column, return_inverse=True)
    return inverse.astype(np.int64, copy=False), max(1, len(table))


def _columns(statistics: CodedStatistics[Any]) -> list[NDArray[Any]]:
    columns = list(statistics._rows.T)
    return columns if statistics._weights is None else [*columns, statistics._weights]


def _counter(
    statistics: CodedStatistics[Any], grouping: Grouping | None, positions: Any, copies: int
) -> _core.SampleCounter:
    """Return a counter of samples of up to `copies` rows; `positions` are the positions of the rows in the grouping."""
    groups = None if grouping is None else (np.ascontiguousarray(grouping.codes[positions]), grouping.groups)
    weights = None if statistics._weights is None else np.ascontiguousarray(statistics._weights)
    counter: _core.SampleCounter = statistics.metric._sample_counter(
        statistics._rows, statistics.labels, weights, groups, copies
    )
    return counter


def listed(samples: Sequence[Sequence[dict[str, float]]]) -> Values:
    """Return values by name. A value is NaN for a sample or group that lacks it, because no row of it was drawn."""
    names = dict.fromkeys(name for sample in samples for values in sample for name in values)
    return {name: np.array([[values.get(name, nan) for values in sample] for sample in samples]) for name in names}
