"""Rows drawn or exchanged at random: the values of many samples of a test set, and of the set without one row each."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any, SupportsFloat, TypeAlias

import numpy as np

from rapidscore import _core
from rapidscore.coded import CodedStatistics
from rapidscore.metric import as_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.labels import Codes
    from rapidscore.statistics import Statistics

#: Values by name, float64 of shape (samples, groups + 1): of each group, and last of all rows.
Values: TypeAlias = dict[str, "NDArray[np.float64]"]
#: Which values: names, functions of a score, such functions by name, or all of a score's `as_dict()`.
Chosen: TypeAlias = Sequence[str | Callable[[Any], float]] | Mapping[str, Callable[[Any], float]] | None

#: The seed that sacrebleu takes unless it is told otherwise.
SEED = 12345

#: More would take hours, and say no more.
MOST_SAMPLES = 10_000_000

#: So many numbers are made at a time, 16 MB.
_MOST_NUMBERS = 2**21
#: Rows that are left out at a time.
_LEFT_OUT = 2**14


@dataclass(frozen=True)
class Draws:
    """How many samples are drawn, and how: by a seed, or as the caller has drawn them."""

    count: int
    seed: int
    given: NDArray[Any] | None = None

    @staticmethod
    def of(  # what callers pass on
        count: int,
        seed: int | None,
        given: ArrayLike | None,
        rows: int,
        name: str = "resamples",
        *,
        exchanges: bool = False,
    ) -> Draws:
        """Check what the caller asks for; `given` are places (samples, rows), or else what is exchanged (bool)."""
        if not rows:
            raise ValueError("no segments to score: pass at least one prediction with its references")
        if given is not None:
            if isinstance(given, np.ma.MaskedArray):
                raise TypeError("draws is a masked array: a sample draws a place for each segment, none left out")
            array = np.asarray(given)
            if array.ndim != 2 or array.shape[1] != rows or not len(array):
                raise ValueError(f"draws have the shape {array.shape}: pass (samples, {rows}), one for each segment")
            if not exchanges and array.dtype.kind not in "iu":
                raise TypeError(f"draws are {array.dtype}: a bootstrap draws places, whole numbers")
            if exchanges and array.dtype.kind != "b":
                raise TypeError(f"draws are {array.dtype}: approximate randomization draws bool, true to exchange")
            if not exchanges and (array.min() < 0 or array.max() >= rows):
                sample, at = np.argwhere((array < 0) | (array >= rows))[0]
                raise ValueError(f"draws[{sample}, {at}] is {array[sample, at]}: places are 0 to {rows - 1}")
            return Draws(len(array), 0, array)
        count = as_int(name, count)
        if not 1 <= count <= MOST_SAMPLES:
            raise ValueError(f"{name} must be from 1 to {MOST_SAMPLES:,}, got {count}")
        if seed is None:
            return Draws(count, secrets.randbits(64))
        seed = as_int("seed", seed)
        if not 0 <= seed < 2**64:
            raise ValueError(f"seed must be from 0 to 2**64 - 1, or None for another at each call, got {seed}")
        return Draws(count, seed)


class Measure:
    """Which values are wanted of a metric's scores."""

    def __init__(self, metric: Any, chosen: Chosen) -> None:
        # What is undefined in a sample is no news.
        self.metric = metric._quiet()
        self._names: Sequence[str] | None = None
        self._functions: dict[str, Callable[[Any], float]] | None = None
        if chosen is not None and not len(chosen):
            raise ValueError("values is empty: name at least one value, or pass None for all")
        if isinstance(chosen, str):
            raise TypeError(f"values must be a sequence of names or functions, not {chosen!r}: pass [{chosen!r}]")
        if isinstance(chosen, Mapping):
            self._functions = dict(chosen)
        elif chosen is not None and all(isinstance(name, str) for name in chosen):
            self._names = [str(name) for name in chosen]
        elif chosen is not None:
            self._functions = {}
            for value in chosen:
                name = value if isinstance(value, str) else getattr(value, "__name__", str(value))
                if name in self._functions:
                    raise ValueError(f"values has {name!r} twice: pass functions by name, {{name: function}}")
                self._functions[name] = _value_of(value) if isinstance(value, str) else value
        for name, function in (self._functions or {}).items():
            if not callable(function):
                raise TypeError(f"values[{name!r}] is {function!r}: pass a function from a score to a number")

    def of_sums(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Return the values of m folded rows (m, k), each of shape (m,)."""
        if self._functions is None:
            return self._selected(self.metric._values(np.ascontiguousarray(sums)))
        found = [self.of_total(self.metric._fold(row[np.newaxis], (1, 1))) for row in np.ascontiguousarray(sums)]
        return {name: np.array([values[name] for values in found]) for name in self._functions}

    def of_total(self, sums: Any) -> dict[str, float]:
        """Return the values of a total's sums, without any where there is nothing to score."""
        if self.metric._is_empty(sums):
            return dict.fromkeys(self._functions or self._names or (), nan)
        score = self.metric._score(sums)
        if self._functions is not None:
            return {name: _as_number(name, function(score)) for name, function in self._functions.items()}
        return self._selected(self.metric._measured(score, self._names))

    def _selected(self, values: dict[str, Any]) -> dict[str, Any]:
        if self._names is None:
            return values
        for name in self._names:
            if name not in values:
                raise ValueError(f"unknown value {name!r}: choose from {', '.join(values)}, or pass a function")
        return {name: values[name] for name in self._names}


def _value_of(name: str) -> Callable[[Any], float]:
    def value(score: Any) -> float:
        values = score.as_dict()
        if name not in values:
            raise ValueError(f"unknown value {name!r}: choose from {', '.join(values)}, or pass a function")
        return float(values[name])

    return value


def _as_number(name: str, value: Any) -> float:
    if not isinstance(value, SupportsFloat):
        raise TypeError(f"values[{name!r}] returned {value!r} ({type(value).__name__}): return a number")
    return float(value)


@dataclass(frozen=True)
class Grouping:
    """Which rows belong together: the code of each row's group, and how many groups there are."""

    codes: Codes
    count: int


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
        for first, count in _steps(draws.count, groups * columns):
            sums, counts = _core.fold_draws(self._rows, draws.seed, first, count, order, ends)
            parts.append(self._of_sums(sums, counts))
        return _joined(parts)

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
        for first, count in _steps(draws.count, 2 * one.shape[1]):
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
        return _joined(ours), _joined(theirs)

    def same_as(self, other: Rows) -> bool:
        """Whether rows are equal, so that nothing changes when they are exchanged."""
        # A part at a time: a comparison makes arrays as large as what is compared.
        parts = [slice(first, first + _LEFT_OUT) for first in range(0, self.count, _LEFT_OUT)]
        return all(np.array_equal(self._rows[part], other._rows[part], equal_nan=True) for part in parts)

    def _grouped(self) -> list[NDArray[np.intp]]:
        """Return the places of each group's rows."""
        if self._grouping is None:
            return []
        from rapidscore import groups

        return groups.positions(self._grouping.codes, self._grouping.count)

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
        self._places, self._sizes = alike([*columns, grouping.codes] if grouping else columns, self.count)

    def estimate(self) -> Values:
        """Return the values of the rows as they are, of shape (1, groups + 1)."""
        return self._of_counts(self._sizes[np.newaxis])

    def samples(self, draws: Draws) -> Values:
        """Return the values of each sample."""
        if draws.given is not None:
            return _listed([self._of_rows(places, None) for places in draws.given])
        steps = _steps(draws.count, len(self._sizes))
        return _joined(
            [
                self._of_counts(_core.draw_multiplicities(self._sizes, draws.seed, first, count))
                for first, count in steps
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
        places, sizes = alike([*_columns(self._statistics), *_columns(other._statistics)], self.count)
        pairs = np.concatenate([one[places], two[places]])
        for first, count in _steps(draws.count, len(sizes)):
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


def source(
    statistics: Statistics[Any],
    measure: Measure,
    grouping: Grouping | None = None,
    beside: Sequence[Statistics[Any]] = (),
) -> Any:
    """Return rows to be drawn from, drawn together with the rows of other systems `beside` them."""
    if isinstance(statistics, CodedStatistics):
        return CodedRows(statistics, measure, grouping, beside)  # type: ignore[arg-type]  # of the same metric
    # Rows of numbers are drawn by their places, which are the same for all.
    return Rows(statistics, measure, grouping)


def alike(columns: Sequence[NDArray[Any]], count: int) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
    """Return the first place of each distinct row of some columns, all (n,), and how many rows are like it.

    >>> alike([np.array([1, 1, 2, 1]), np.array([5, 6, 5, 5])], 4)
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


def _steps(count: int, numbers: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the number of samples that are made at a time, each of so many numbers."""
    step = max(1, _MOST_NUMBERS // max(1, numbers))
    for first in range(0, count, step):
        yield first, min(step, count - first)


def _joined(parts: Sequence[Values]) -> Values:
    if len(parts) == 1:
        return parts[0]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _listed(samples: Sequence[Sequence[dict[str, float]]]) -> Values:
    """Return values by name; a sample or group that lacks one, since nothing of it was drawn, has NaN."""
    names = dict.fromkeys(name for sample in samples for values in sample for name in values)
    return {name: np.array([[values.get(name, nan) for values in sample] for sample in samples]) for name in names}
