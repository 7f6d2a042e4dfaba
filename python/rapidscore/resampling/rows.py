"""Rows of numbers drawn or exchanged at random: the values of many samples of a test set, and without each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.resampling.draws import Draws
    from rapidscore.resampling.measure import Grouping, Measure, Values
    from rapidscore.statistics import Statistics


#: Number of float64 values in the memory of one step, 16 MB.
_VALUES_PER_STEP = 2**21
#: Number of rows that are left out, each by itself, in one step.
_LEFT_OUT_PER_STEP = 2**14


class Rows:
    """Rows of numbers, from which samples are drawn."""

    def __init__(self, statistics: Statistics[Any], measure: Measure, grouping: Grouping | None = None) -> None:
        self.count = len(statistics)
        self._statistics = statistics
        self._rows = np.ascontiguousarray(statistics._rows, dtype=np.float64)
        self._measure = measure
        self._grouping = grouping

    def estimate(self) -> Values:
        """Return the values of the rows themselves, of shape (1, groups + 1)."""
        return self._values(*self._folded(slice(None)))

    def samples(self, draws: Draws) -> Values:
        """Return the values of each sample, of shape (samples, groups + 1)."""
        if draws.drawn is not None:
            folded = [self._folded(positions) for positions in draws.drawn]
            return self._values(*map(np.concatenate, zip(*folded, strict=True)))
        order, ends = None, None
        if self._grouping:
            order = np.argsort(self._grouping.codes, kind="stable").astype(np.uintp)
            ends = np.cumsum(np.bincount(self._grouping.codes, minlength=self._grouping.groups)).tolist()
        groups, columns = len(ends or [0]), self._rows.shape[1]
        parts = []
        for first, count in steps(draws.count, groups * columns):
            sums, counts = _core.fold_draws(self._rows, draws.seed, first, count, order, ends)
            parts.append(self._values(sums, counts))
        return joined(parts)

    def left_out(self) -> Iterator[tuple[Values, NDArray[np.float64]]]:
        """Yield the values without one row each, of shape (m, groups + 1), and the number of rows equal to that row."""
        sums, sizes = self._folded(slice(None))
        estimate = self._values(sums, sizes)
        if self.count == 1:
            yield {name: values * nan for name, values in estimate.items()}, np.ones(1)
            return
        *of_groups, everything = sums[0]
        groups = len(of_groups)
        step = max(1, _LEFT_OUT_PER_STEP // (1 + groups // 4))
        for first in range(0, self.count, step):
            rows = self._rows[first : first + step]
            with np.errstate(invalid="ignore"):  # infinite values
                rest = everything - rows
            values = {name: value[:, np.newaxis] for name, value in self._measure.of_sums(rest).items()}
            if self._grouping is not None:
                # Of the groups, only the one of the row that is left out changes.
                codes = self._grouping.codes[first : first + step]
                with np.errstate(invalid="ignore"):
                    own = self._measure.of_sums(np.array(of_groups)[codes] - rows)
                alone = sizes[0, codes] == 1
                for name, value in values.items():
                    of_group = np.repeat(estimate[name][:, :-1], len(rows), axis=0)
                    of_group[np.arange(len(rows)), codes] = np.where(alone, nan, own[name])
                    values[name] = np.hstack([of_group, value])
            yield values, np.ones(len(rows))

    def exchanged(self, other: Rows, draws: Draws, progress: Callable[[float], None]) -> tuple[Values, Values]:
        """Return for both systems the values of each trial, in which rows of the two systems are exchanged.

        `progress` is called with the share of the trials that was done since the last call.
        """
        one, two = self._rows, other._rows
        ours: list[Values] = []
        theirs: list[Values] = []
        for first, count in steps(draws.count, 2 * one.shape[1]):
            if draws.drawn is None:
                sums = _core.fold_exchanges(one, two, draws.seed, first, count)
            else:
                drawn = [draw[:, np.newaxis] for draw in draws.drawn[first : first + count]]
                sums = (
                    np.array([self._sum(np.where(draw, two, one)) for draw in drawn]),
                    np.array([self._sum(np.where(draw, one, two)) for draw in drawn]),
                )
            for part, found in zip(sums, (ours, theirs), strict=True):
                found.append({name: value[:, np.newaxis] for name, value in self._measure.of_sums(part).items()})
            progress(count / draws.count)
        return joined(ours), joined(theirs)

    def same_as(self, other: Rows) -> bool:
        """Return whether all rows are equal, so that an exchange changes nothing."""
        # In parts, because a comparison makes arrays as large as what it compares.
        parts = [slice(first, first + _LEFT_OUT_PER_STEP) for first in range(0, self.count, _LEFT_OUT_PER_STEP)]
        return all(np.array_equal(self._rows[part], other._rows[part], equal_nan=True) for part in parts)

    def _sum(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array(self._measure.metric._fold(rows, (1, 1)).row())

    def _folded(self, positions: Any) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Fold the rows at some positions: of each group, then all, (1, groups + 1, k), and their numbers."""
        rows = self._rows[positions]
        if self._grouping is None:
            return self._sum(rows)[np.newaxis, np.newaxis], np.array([[len(rows)]])
        codes, count = self._grouping.codes[positions], self._grouping.groups
        folded = self._measure.metric._fold_groups(rows, codes, count, (1, 1))
        sums = np.vstack([folded.rows(), folded.overall().row()])
        return sums[np.newaxis], np.append(folded.segments(), len(rows))[np.newaxis]

    def _values(self, sums: NDArray[np.float64], counts: NDArray[Any]) -> Values:
        """Return the values of folded rows (samples, groups, k), NaN where no row was drawn."""
        flat = self._measure.of_sums(sums.reshape(-1, sums.shape[-1]))
        return {name: np.where(counts > 0, values.reshape(counts.shape), nan) for name, values in flat.items()}


def steps(count: int, values: int) -> Iterator[tuple[int, int]]:
    """Yield the first sample and the number of samples of each step, where a sample takes the memory of `values`."""
    step = max(1, _VALUES_PER_STEP // max(1, values))
    for first in range(0, count, step):
        yield first, min(step, count - first)


def joined(parts: Sequence[Values]) -> Values:
    """Return the values of all samples from those of the steps; a value that a step lacks is NaN there."""
    if len(parts) == 1:
        return parts[0]
    names = dict.fromkeys(name for part in parts for name in part)
    shapes = [next(iter(part.values())).shape for part in parts if part]
    return {
        name: np.concatenate([part.get(name, np.full(shape, nan)) for part, shape in zip(parts, shapes, strict=True)])
        for name in names
    }
