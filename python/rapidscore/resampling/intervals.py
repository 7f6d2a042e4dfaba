"""Confidence intervals of scores, from the scores of samples drawn from the test set."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import frexp, fsum, inf, isfinite, ldexp, nan, sqrt
from numbers import Real
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from rapidscore import _core
from rapidscore._public import public, unchangeable
from rapidscore.display.data import json_safe
from rapidscore.display.keyed import KeyedResult
from rapidscore.display.result import Result
from rapidscore.display.tables import Column, Table
from rapidscore.display.text import shown
from rapidscore.inputs.options import as_sequence
from rapidscore.plots import points
from rapidscore.resampling.measure import Measure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from rapidscore.resampling.draws import Draws
    from rapidscore.resampling.measure import Chosen, Values

#: A function from the values of samples to one number for each sample, an array of shape (samples,).
Series: TypeAlias = "Callable[[Values], NDArray[np.float64]]"

METHODS = ("percentile", "basic", "bca")

#: The number of values in a `repr`.
_SHOWN = 3

_NORMAL = NormalDist()


@public
@unchangeable
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Interval(Result):
    """A value with its confidence interval."""

    name: str
    score: float
    """The value of the test set itself."""
    low: float
    """Lower end of the interval."""
    high: float
    """Upper end of the interval."""
    standard_error: float
    """Standard deviation of the samples' values."""
    samples: NDArray[np.float64]
    """The value of each sample, float64 of shape (resamples,), not writable; NaN if the sample does not have it."""

    def as_dict(self) -> dict[str, float]:
        """Return the numbers by name, flat, for a logger: `bleu`, `bleu_low`, `bleu_high`, `bleu_standard_error`."""
        numbers = {"": self.score, "_low": self.low, "_high": self.high, "_standard_error": self.standard_error}
        return {f"{self.name}{part}": number for part, number in numbers.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return the name and the numbers, as JSON can hold them."""
        return json_safe({name: values[0] for name, values in self._as_columns().items()})

    def _text(self, width: int | None, signature: bool) -> str:
        return f"{self.name} = {shown(self.name, self.score, width)} {self.ends(width)}"

    def ends(self, width: int | None = None) -> str:
        """Return both ends as text, in brackets, with `width` decimals or those that suit the value."""
        return f"[{shown(self.name, self.low, width)}, {shown(self.name, self.high, width)}]"

    def _cells(self, width: int | None) -> list[str]:
        """Return the numbers as text."""
        return [shown(self.name, value, width) for value in (self.score, self.low, self.high, self.standard_error)]

    def _point(self, label: str, kind: str = "value") -> points.Point:
        """Return the value with its interval, to be drawn."""
        return points.Point(label, shown(self.name, self.score), self.score, self.low, self.high, kind)

    def _as_table(self, width: int | None, signature: bool) -> Table:
        return _table_of([self], width)

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        return _columns_of([self])

    def __float__(self) -> float:
        return self.score


def _table_of(intervals: Iterable[Interval], width: int | None, notes: Sequence[str] = ()) -> Table:
    """Return a table with a row for each interval."""
    titles = [Column("score"), Column("low"), Column("high"), Column("standard error", importance=0)]
    rows = [[interval.name, *interval._cells(width)] for interval in intervals]
    return Table([Column("value", is_text=True), *titles], rows, notes=notes)


def _columns_of(intervals: Sequence[Interval]) -> dict[str, list[Any]]:
    """Return the numbers of intervals as columns."""
    return {
        "value": [interval.name for interval in intervals],
        "score": [interval.score for interval in intervals],
        "low": [interval.low for interval in intervals],
        "high": [interval.high for interval in intervals],
        "standard_error": [interval.standard_error for interval in intervals],
    }


@dataclass(frozen=True, slots=True)
class Options:
    """The options of intervals."""

    confidence: float
    method: str
    draws: Draws

    def __post_init__(self) -> None:
        confidence = self.confidence
        if isinstance(confidence, bool) or not isinstance(confidence, Real):
            raise TypeError(f"confidence must be a number, not {confidence!r} ({type(confidence).__name__})")
        if not 0 < confidence < 1:
            raise ValueError(f"confidence must be between 0 and 1, got {confidence!r}: 0.95 is usual")
        object.__setattr__(self, "confidence", float(confidence))
        if self.method not in METHODS:
            raise ValueError(f"unknown method {self.method!r}: choose one of {', '.join(METHODS)}")


@public
@unchangeable
class Intervals(KeyedResult[str, Interval]):
    """The intervals of a metric's values, by name. The attributes are those of the first value, the score.

    >>> from rapidscore import BLEU
    >>> predictions = ["the cat sat on the mat", "there is a dog", "it rains in the hills"] * 20
    >>> references = ["the cat sat on a mat", "there is a dog here", "it is raining in the hills"] * 20
    >>> bleu = BLEU().statistics(predictions, references).confidence_interval()
    >>> print(bleu["bleu"])
    bleu = 50.05 [45.46, 54.85]
    >>> bleu.low < bleu.score < bleu.high, bleu.samples.shape, list(bleu)[:2]
    (True, (1000,), ['bleu', 'bleu_precision1'])
    """

    __slots__ = ("_intervals", "confidence", "method", "resamples", "seed")

    confidence: float
    """The share of intervals that contain the true value, if intervals were made from many test sets."""
    resamples: int
    """The number of samples."""
    method: str
    seed: int | None
    """The seed that repeats the samples; None if the caller has drawn them."""

    def __init__(self, intervals: Mapping[str, Interval], options: Options) -> None:
        self._intervals = dict(intervals)
        self.confidence = options.confidence
        self.method = options.method
        self.resamples = options.draws.count
        self.seed = options.draws.known_seed

    def _parts(self) -> Mapping[str, Interval]:
        return self._intervals

    def _headline(self) -> str:
        shown = [interval.format() for interval in [*self._intervals.values()][:_SHOWN]]
        more = f" and {len(self) - _SHOWN} more" if len(self) > _SHOWN else ""
        return f"{', '.join(shown)}{more}; {self._how()}"

    def _how(self) -> str:
        """Return how the intervals were made."""
        seed = "" if self.seed is None else f", seed {self.seed}"
        return f"{100 * self.confidence:g} % intervals by {self.method}, {self.resamples:,} resamples{seed}"

    @property
    def _first(self) -> Interval:
        return next(iter(self._intervals.values()))

    @property
    def score(self) -> float:
        """The value of the test set itself."""
        return self._first.score

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self._first.low

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self._first.high

    @property
    def standard_error(self) -> float:
        """The standard deviation of the samples' values."""
        return self._first.standard_error

    @property
    def samples(self) -> NDArray[np.float64]:
        """The value of each sample, float64 of shape (resamples,)."""
        return self._first.samples

    def as_dict(self) -> dict[str, float]:
        """Return all numbers by name, flat: `bleu`, `bleu_low`, `bleu_high`, `bleu_standard_error` and so on."""
        values: dict[str, float] = {}
        for interval in self._intervals.values():
            values |= interval.as_dict()
        return values

    def to_dict(self) -> dict[str, Any]:
        """Return the intervals by name, and how they were made, as JSON can hold them."""
        options = {name: getattr(self, name) for name in ("confidence", "method", "resamples", "seed")}
        return options | {"values": {name: interval.to_dict() for name, interval in self._intervals.items()}}

    def _text(self, width: int | None, signature: bool) -> str:
        return "\n".join(interval.format(width=width) for interval in self._intervals.values())

    def _as_table(self, width: int | None, signature: bool) -> Table:
        return _table_of(self._intervals.values(), width, [self._how()])

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        return _columns_of([*self._intervals.values()])

    def __float__(self) -> float:
        return self.score

    def plot(
        self, names: Sequence[str] | None = None, ax: Axes | Figure | None = None, *, title: str | None = None
    ) -> Axes:
        """Draw values with error bars; return the matplotlib axes.

        Parameters
        ----------
        names : sequence of str, optional
            The values to draw, in this order; by default the first one.
        ax : matplotlib axes or figure, optional
            Where to draw; by default a new figure, whose size suits the content.
        title : str, optional
            The title; by default how the intervals were made. An empty text is no title.

        Raises
        ------
        ModuleNotFoundError
            If matplotlib is not installed, which the extra `plot` installs.

        """
        chosen = [self[name] for name in (list(self)[:1] if names is None else as_sequence("names", names))]
        found = [interval._point(interval.name) for interval in chosen]
        name = chosen[0].name if len(chosen) == 1 else ""
        return points.picture(ax, found, name=name, title=self._how() if title is None else title)


def intervals_of(
    source: Any, series_of: Callable[[Sequence[str]], Mapping[Hashable, tuple[str, Series]]], options: Options
) -> dict[Hashable, Interval]:
    """Return the interval of each series; `series_of` returns the series for the names of the values."""
    estimate = source.estimate()
    series, samples = series_of([*estimate]), source.samples(options.draws)
    accelerations: Mapping[Hashable, float] = {}
    if options.method == "bca":
        accelerations = _accelerations(source, series, estimate)
    intervals = {}
    for key, (name, read) in series.items():
        score, values = float(read(estimate)[0]), np.ascontiguousarray(read(samples))
        intervals[key] = interval(name, score, values, options, accelerations.get(key, nan))
    return intervals


def interval(
    name: str, score: float, samples: NDArray[np.float64], options: Options, acceleration: float = nan
) -> Interval:
    """Return the interval of a value, from its values in samples."""
    samples.flags.writeable = False
    known = samples[~np.isnan(samples)]
    low, high = _ends(score, known, options, acceleration)
    return Interval(name, score, low, high, standard_error(known), samples)


def standard_error(samples: NDArray[np.float64]) -> float:
    """Return the standard deviation of samples (n,), divided by n - 1, with the same bits on every machine."""
    if len(samples) < 2:
        return nan
    values = samples.tolist()
    if not all(map(isfinite, values)):
        return nan
    try:
        mean = fsum(values) / len(values)
    except OverflowError:
        return inf
    # Scaling by a power of two is exact, and avoids squares that overflow.
    _, scale = frexp(max(abs(value - mean) for value in values))
    squares = fsum(ldexp(value - mean, -scale) ** 2 for value in values)
    return ldexp(sqrt(squares / (len(values) - 1)), scale)


def _ends(score: float, samples: NDArray[np.float64], options: Options, acceleration: float) -> tuple[float, float]:
    if not len(samples):
        return nan, nan
    if samples.min() == samples.max() == score:
        # All values are equal, so every method gives the same interval.
        return score, score
    tail = (1 - options.confidence) / 2
    tails = (tail, 1 - tail)
    if options.method == "bca":
        tails = _corrected(score, samples, tails, acceleration)
        if tails[0] != tails[0] or tails[1] != tails[1]:
            return nan, nan
    if np.isfinite(samples).all():
        low, high = np.quantile(samples, tails).tolist()
    else:
        # A number and infinity cannot be interpolated: take the outer one of the two samples.
        low = float(np.quantile(samples, tails[0], method="lower"))
        high = float(np.quantile(samples, tails[1], method="higher"))
        if options.method == "basic" and not isfinite(score):
            return nan, nan
    return (2 * score - high, 2 * score - low) if options.method == "basic" else (low, high)


def _corrected(
    score: float, samples: NDArray[np.float64], tails: tuple[float, float], acceleration: float
) -> tuple[float, float]:
    """Return the tails corrected for bias and acceleration.

    NaN where all samples lie on one side of the score, or where no row makes a difference. Source: B. Efron, "Better
    bootstrap confidence intervals", JASA 1987.
    """
    below = float((samples < score).sum() + (samples <= score).sum()) / (2 * len(samples))
    if not 0 < below < 1:
        return nan, nan
    bias = _NORMAL.inv_cdf(below)
    # The upper tail mirrors the lower one. A tail close to 1 would be rounded, so the lower one is used for both.
    tail = _NORMAL.inv_cdf(min(tails))
    moved = [bias + tail, bias - tail]
    low, high = (_NORMAL.cdf(bias + move / (1 - acceleration * move)) for move in moved)
    return low, high


def _accelerations(
    source: Any, series: Mapping[Hashable, tuple[str, Series]], estimate: Values
) -> dict[Hashable, float]:
    """Return the acceleration of each value: how fast its standard error changes, from the values without each row."""
    scores = {key: float(read(estimate)[0]) for key, (_, read) in series.items()}
    # Scaling by a power of two is exact, and avoids cubes that overflow; an acceleration has no unit.
    scales = {key: ldexp(1.0, -frexp(score)[1]) if isfinite(score) else 1.0 for key, score in scores.items()}
    moments: dict[Hashable, _core.Total] = {}
    for values, sizes in source.left_out():
        for key, (_, read) in series.items():
            with np.errstate(invalid="ignore", over="ignore"):  # infinite values have no moments
                change = (read(values) - scores[key]) * scales[key]
                weighted = sizes * change
                # Products and exact sums have the same bits on every machine.
                table = np.column_stack([sizes, weighted, weighted * change, weighted * change * change])
            part = _core.Total.of_rows(table)
            moments[key] = moments[key].merged(part) if key in moments else part
    accelerations = {}
    for key, total in moments.items():
        count, first, second, third = total.row()
        mean = first / count
        squares = second - count * mean * mean
        cubes = 3 * mean * second - 2 * count * mean * mean * mean - third
        accelerations[key] = cubes / (6 * squares * sqrt(squares)) if 0 < squares < inf else nan
    return accelerations


def column(name: str, number: int = -1) -> tuple[str, Series]:
    """Return the name of a value and its series: of all rows, or of the group with a number."""
    return name, lambda values: values[name][:, number]


def of_statistics(statistics: Any, options: Options, chosen: Chosen) -> Intervals:
    """Return the intervals of the values of a test set."""
    if statistics.metric._is_empty(statistics.total()._sums):
        statistics.score()  # raises the error
    source = statistics._rows_to_draw(Measure(statistics.metric, chosen))
    found = intervals_of(source, lambda names: {name: column(name) for name in names}, options)
    return Intervals({interval.name: interval for interval in found.values()}, options)
