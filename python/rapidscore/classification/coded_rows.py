"""Rows of labels drawn or exchanged at random: rows that are equal are drawn together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore import _core
from rapidscore.resampling.rows import joined, steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.classification.coded import CodedStatistics
    from rapidscore.resampling.draws import Draws
    from rapidscore.resampling.measure import Grouping, Measure, Values


class CodedRows:
    """Rows of codes to be drawn from. Rows that are alike are drawn together."""

    def __init__(
        self,
        statistics: CodedStatistics[Any],
        measure: Measure,
        grouping: Grouping | None = None,
        beside: Sequence[CodedStatistics[Any]] = (),
    ) -> None:
        """Take rows; those of the same places `beside` them are drawn at the same time."""
        self.count = len(statistics)
        self._statistics = type(statistics)(measure.metric, statistics._rows, statistics.labels, statistics._weights)
        self._measure = measure
        self._grouping = grouping
        columns = [column for one in (statistics, *beside) for column in _columns(one)]
        self._places, self._sizes = group_equal_rows([*columns, grouping.codes] if grouping else columns, self.count)

    def estimate(self) -> Values:
        """Return the values of the rows as they are, of shape (1, groups + 1)."""
        return self._of_counts(self._sizes[np.newaxis])

    def samples(self, draws: Draws) -> Values:
        """Return the values of each sample."""
        if draws.given is not None:
            return _listed([self._of_rows(places, None) for places in draws.given])
        return joined(
            [
                self._of_counts(_core.draw_multiplicities(self._sizes, draws.seed, first, count))
                for first, count in steps(draws.count, len(self._sizes))
            ]
        )

    def left_out(self) -> Iterator[tuple[Values, NDArray[np.float64]]]:
        """Yield the values without one row each, of shape (m, groups + 1), and how many rows are like that one."""
        for at, size in enumerate(self._sizes.tolist()):
            sizes = self._sizes.copy()
            sizes[at] -= 1
            if self.count > 1:
                yield self._of_counts(sizes[np.newaxis]), np.array([float(size)])
            else:
                yield {name: values * nan for name, values in self.estimate().items()}, np.ones(1)

    def exchanged(self, other: CodedRows, draws: Draws, tell: Callable[[float], None]) -> tuple[Values, Values]:
        """Return the values of each trial in which rows of two systems are exchanged, of either.

        `tell` is told of each share of the trials that is done.
        """
        both = self._statistics + other._statistics
        one, two = np.arange(self.count), np.arange(self.count, 2 * self.count)
        ours, theirs = [], []
        if draws.given is not None:
            for draw in draws.given:
                ours.append(self._of(both, np.where(draw, two, one), None))
                theirs.append(self._of(both, np.where(draw, one, two), None))
            tell(1)
            return _listed(ours), _listed(theirs)
        places, sizes = group_equal_rows([*_columns(self._statistics), *_columns(other._statistics)], self.count)
        pairs = np.concatenate([one[places], two[places]])
        for first, count in steps(draws.count, len(sizes)):
            for moved in _core.draw_exchanged(sizes, draws.seed, first, count):
                kept = sizes - moved
                ours.append(self._of(both, pairs, np.concatenate([kept, moved])))
                theirs.append(self._of(both, pairs, np.concatenate([moved, kept])))
            tell(count / draws.count)
        return _listed(ours), _listed(theirs)

    def same_as(self, other: CodedRows) -> bool:
        """Whether rows are equal, so that nothing changes when they are exchanged."""
        return bool(self._statistics == other._statistics)

    def _of_counts(self, counts: NDArray[np.uint64]) -> Values:
        return _listed([self._of_rows(self._places, times) for times in counts])

    def _of_rows(self, places: NDArray[Any], times: NDArray[Any] | None) -> list[dict[str, float]]:
        """Return the values of rows at some places, each so many times: of each group, and of all."""
        values = self._of(self._statistics, places, times)
        if self._grouping is None:
            return values
        codes = self._grouping.codes[places]
        of_groups: list[dict[str, float]] = []
        for group in range(self._grouping.count):
            chosen = codes == group
            of_groups += self._of(self._statistics, places[chosen], None if times is None else times[chosen])
        return of_groups + values

    def _of(
        self, statistics: CodedStatistics[Any], places: NDArray[Any], times: NDArray[Any] | None
    ) -> list[dict[str, float]]:
        if times is not None:
            places, times = places[times > 0], times[times > 0]
        chosen = statistics[places]
        if times is not None:
            # A row that was drawn three times counts as one of three times the weight.
            weights = times.astype(np.float64) * chosen.weights
            chosen = type(chosen)(chosen.metric, chosen._rows, chosen.labels, weights)
        return [self._measure.of_total(chosen.total()._sums) if len(chosen) else {}]


def group_equal_rows(columns: Sequence[NDArray[Any]], count: int) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
    """Return the first place of each distinct row of some columns, all (n,), and how many rows are like it.

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
    if kinds <= 4 * count:
        sizes = np.bincount(keys, minlength=kinds)
        places = np.zeros(kinds, np.intp)
        # Of several assignments to one key the last holds, which here is that of the first place.
        places[keys[::-1]] = np.arange(count)[::-1]
        places, sizes = places[sizes > 0], sizes[sizes > 0]
    else:
        _, places, sizes = np.unique(keys, return_index=True, return_counts=True)
    order = np.argsort(places)
    return places[order], sizes[order].astype(np.uint64)


def _codes(column: NDArray[Any]) -> tuple[NDArray[np.int64], int]:
    """Return whole numbers from 0 that are equal where values are, and how many there are."""
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


def _listed(samples: Sequence[Sequence[dict[str, float]]]) -> Values:
    """Return values by name; a sample or group that lacks one, since nothing of it was drawn, has NaN."""
    names = dict.fromkeys(name for sample in samples for values in sample for name in values)
    return {name: np.array([[values.get(name, nan) for values in sample] for sample in samples]) for name in names}
