"""Rows drawn or exchanged at random: the values of many samples of a test set, and of the set without one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore import _core
from rapidscore.inputs.groups import positions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.resampling.draws import Draws
    from rapidscore.resampling.measure import Grouping, Measure, Values
    from rapidscore.statistics import Statistics


#: So many numbers are made at a time, 16 MB.
_MOST_NUMBERS = 2**21
#: Rows that are left out at a time.
_LEFT_OUT = 2**14


class Rows:
    """Rows of numbers to be drawn from."""

    def __init__(self, statistics: Statistics[Any], measure: Measure, grouping: Grouping | None = None) -> None:
        self.count = len(statistics)
        self._statistics = statistics
        self._rows = np.ascontiguousarray(statistics._rows, dtype=np.float64)
        self._measure = measure
        self._grouping = grouping

    def estimate(self) -> Values:
        """Return the values of the rows as they are, of shape (1, groups + 1)."""
        of_groups = [self._sum(places) for places in self._grouped()]
        sizes = np.array([[*map(len, self._grouped()), self.count]])
        return self._of_sums(np.array([[*of_groups, self._sum_of(self._rows)]]), sizes)

    def samples(self, draws: Draws) -> Values:
        """Return the values of each sample."""
        if draws.given is not None:
            return self._of_places(draws.given)
        order, ends = None, None
        if self._grouping:
            order = np.argsort(self._grouping.codes, kind="stable").astype(np.uintp)
            ends = np.cumsum(np.bincount(self._grouping.codes, minlength=self._grouping.count)).tolist()
        groups, columns = len(ends or [0]), self._rows.shape[1]
        parts = []
        for first, count in steps(draws.count, groups * columns):
            sums, counts = _core.fold_draws(self._rows, draws.seed, first, count, order, ends)
            parts.append(self._of_sums(sums, counts))
        return joined(parts)

    def left_out(self) -> Iterator[tuple[Values, NDArray[np.float64]]]:
        """Yield the values without one row each, of shape (m, groups + 1), and how many rows are like that one."""
        estimate = self.estimate()
        if self.count == 1:
            yield {name: values * nan for name, values in estimate.items()}, np.ones(1)
            return
        everything = self._sum_of(self._rows)
        of_groups = np.array([self._sum(places) for places in self._grouped()])
        groups = 0 if self._grouping is None else self._grouping.count
        step = max(1, _LEFT_OUT // (1 + groups // 4))
        for first in range(0, self.count, step):
            rows = self._rows[first : first + step]
            with np.errstate(invalid="ignore"):  # infinite ones
                rest = everything - rows
            values = {name: value[:, np.newaxis] for name, value in self._measure.of_sums(rest).items()}
            if self._grouping is not None:
                # Only the group of the row that is left out is another than before.
                codes = self._grouping.codes[first : first + step]
                with np.errstate(invalid="ignore"):
                    own = self._measure.of_sums(of_groups[codes] - rows)
                alone = np.bincount(self._grouping.codes, minlength=self._grouping.count)[codes] == 1
                for name, value in values.items():
                    of_group = np.repeat(estimate[name][:, :-1], len(rows), axis=0)
                    of_group[np.arange(len(rows)), codes] = np.where(alone, nan, own[name])
                    values[name] = np.hstack([of_group, value])
            yield values, np.ones(len(rows))

    def exchanged(self, other: Rows, draws: Draws, tell: Callable[[float], None]) -> tuple[Values, Values]:
        """Return the values of each trial in which rows of two systems are exchanged, of either.

        `tell` is told of each share of the trials that is done.
        """
        one, two = self._rows, other._rows
        ours: list[Values] = []
        theirs: list[Values] = []
        for first, count in steps(draws.count, 2 * one.shape[1]):
            if draws.given is None:
                sums = _core.fold_exchanges(one, two, draws.seed, first, count)
            else:
                chosen = [draw[:, np.newaxis] for draw in draws.given[first : first + count]]
                sums = (
                    np.array([self._sum_of(np.where(draw, two, one)) for draw in chosen]),
                    np.array([self._sum_of(np.where(draw, one, two)) for draw in chosen]),
                )
            for part, found in zip(sums, (ours, theirs), strict=True):
                found.append({k: v[:, np.newaxis] for k, v in self._measure.of_sums(part).items()})
            tell(count / draws.count)
        return joined(ours), joined(theirs)

    def same_as(self, other: Rows) -> bool:
        """Whether rows are equal, so that nothing changes when they are exchanged."""
        # A part at a time: a comparison makes arrays as large as what is compared.
        parts = [slice(first, first + _LEFT_OUT) for first in range(0, self.count, _LEFT_OUT)]
        return all(np.array_equal(self._rows[part], other._rows[part], equal_nan=True) for part in parts)

    def _grouped(self) -> list[NDArray[np.intp]]:
        """Return the places of each group's rows."""
        if self._grouping is None:
            return []
        return positions(self._grouping.codes, self._grouping.count)

    def _sum(self, places: NDArray[Any]) -> NDArray[np.float64]:
        total: Any = None
        for first in range(0, max(1, len(places)), _LEFT_OUT):
            part = self._measure.metric._fold(self._rows[places[first : first + _LEFT_OUT]], (1, 1))
            total = part if total is None else total.merged(part)
        return np.array(total.row())

    def _sum_of(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array(self._measure.metric._fold(rows, (1, 1)).row())

    def _of_places(self, places: NDArray[Any]) -> Values:
        table, counts = [], []
        for drawn in places:
            codes = self._grouping.codes[drawn] if self._grouping else drawn
            groups = [drawn[codes == group] for group in range(self._grouping.count if self._grouping else 0)]
            table.append([self._sum(chosen) for chosen in (*groups, drawn)])
            counts.append([len(chosen) for chosen in (*groups, drawn)])
        return self._of_sums(np.array(table), np.array(counts))

    def _of_sums(self, sums: NDArray[np.float64], counts: NDArray[Any]) -> Values:
        """Return the values of folded rows (samples, groups, k), NaN where no row was drawn."""
        flat = self._measure.of_sums(sums.reshape(-1, sums.shape[-1]))
        return {name: np.where(counts > 0, values.reshape(counts.shape), nan) for name, values in flat.items()}


def steps(count: int, numbers: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the number of samples that are made at a time, each of so many numbers."""
    step = max(1, _MOST_NUMBERS // max(1, numbers))
    for first in range(0, count, step):
        yield first, min(step, count - first)


def joined(parts: Sequence[Values]) -> Values:
    """Return the values of all samples, which were made in parts."""
    if len(parts) == 1:
        return parts[0]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
