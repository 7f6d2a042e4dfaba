"""Scores of segments by the length of the reference, or by the frequency of its words."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rapidscore._public import public, unchangeable
from rapidscore.display.data import json_safe
from rapidscore.display.result import Result
from rapidscore.display.tables import Column, Table
from rapidscore.display.text import shown
from rapidscore.inputs.options import as_int, as_sequence
from rapidscore.plots import points
from rapidscore.text_metrics.bleu import BLEU

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from rapidscore.groups.intervals import GroupIntervals
    from rapidscore.resampling.intervals import Interval
    from rapidscore.segments.measured import MeasuredSegments, Value

KINDS = {"length": "reference length", "frequency": "word frequency"}

#: The greatest lengths of buckets by default, in tokens.
_LENGTHS = (10, 20, 30, 40, 50, 60)
#: The number of buckets of frequency by default; they are of about equal size.
_FREQUENCY_BUCKETS = 4

Tokens = Callable[[str], list[str]]


@public
@unchangeable
class Buckets(Result):
    """Scores, with intervals, of segments by a property of their references; `buckets` of a result makes them.

    `intervals` has the `GroupIntervals` of each metric by system, and those have the intervals of each bucket.
    """

    _is_table: ClassVar[bool] = True

    __slots__ = ("_shown", "by", "intervals", "sizes")

    by: str
    """The property: `"reference length"` or `"word frequency"`."""
    sizes: dict[str, int]
    """The number of segments of each bucket."""
    intervals: dict[str, dict[str, GroupIntervals]]
    """The intervals by system and metric; a result of one system has it under the name `prediction`."""

    def __init__(
        self,
        by: str,
        sizes: Mapping[str, int],
        intervals: Mapping[str, Mapping[str, GroupIntervals]],
        shown_values: Mapping[str, Value],
    ) -> None:
        self.by = by
        self.sizes = dict(sizes)
        self.intervals = {system: dict(metrics) for system, metrics in intervals.items()}
        # The values to show, by title.
        self._shown = {title: tuple(value) for title, value in shown_values.items()}

    def _intervals_of(self, title: str, bucket: str) -> list[Interval | None]:
        """Return the interval of a value in a bucket for each system; None if the bucket has nothing to score."""
        metric, name = self._shown[title]
        found = [metrics[metric] for metrics in self.intervals.values()]
        return [of_metric[bucket][name] if bucket in of_metric else None for of_metric in found]

    def _rows(self) -> Iterator[tuple[str, str, str, Interval | None]]:
        """Yield the title of a value, a bucket, a system and an interval."""
        for title in self._shown:
            for bucket in self.sizes:
                for system, interval in zip(self.intervals, self._intervals_of(title, bucket), strict=True):
                    yield title, bucket, system, interval

    def _headline(self) -> str:
        title = next(iter(self._shown))
        parts = []
        for bucket in self.sizes:
            numbers = [shown(one.name, one.score) if one else "-" for one in self._intervals_of(title, bucket)]
            parts.append(f"{bucket}: {' and '.join(numbers[:2])}")
        return f"{title} by {self.by}, {'; '.join(parts[:8])}"

    def _as_table(self, width: int | None, signature: bool) -> Table:
        systems = [*self.intervals]
        of_all = next(iter(self.intervals[systems[0]].values())).overall
        columns = [Column("metric", is_text=True), Column(self.by, is_text=True), Column("segments")]
        for at, system in enumerate(systems):
            titles = (system, f"{system} interval") if len(systems) > 1 else ("score", "interval")
            columns += [Column(titles[0]), Column(titles[1], importance=-at)]
        rows: list[list[str]] = []
        sections = []
        for title in self._shown:
            sections.append(len(rows))
            for bucket, size in self.sizes.items():
                row = [title, bucket, f"{size:,}"]
                for one in self._intervals_of(title, bucket):
                    row += [shown(one.name, one.score, width), one.ends(width)] if one else ["-", ""]
                rows.append(row)
        return Table(columns, rows, sections=sections, notes=[of_all._how()])

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        columns: dict[str, list[Any]] = {
            name: [] for name in ("metric", self.by, "segments", "system", "score", "low", "high")
        }
        for title, bucket, system, one in self._rows():
            numbers = (one.score, one.low, one.high) if one else (None, None, None)
            row = (title, bucket, self.sizes[bucket], system, *numbers)
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
        return columns

    def plot(self, name: str | None = None, ax: Axes | Figure | None = None, *, title: str | None = None) -> Axes:
        """Draw the scores of the buckets with their intervals, in order; return the matplotlib axes.

        Parameters
        ----------
        name : str, optional
            The value to draw, such as `"bleu"`; by default the first.
        ax : matplotlib axes or figure, optional
            Where to draw; by default a new figure, whose size suits the content.
        title : str, optional
            The title; by default how the intervals were made. An empty text is no title.

        Raises
        ------
        ValueError
            If the value is unknown.
        ModuleNotFoundError
            If matplotlib is not installed, which the extra `plot` installs.

        """
        name = next(iter(self._shown)) if name is None else name
        if name not in self._shown:
            raise ValueError(f"unknown value {name!r}: choose from {', '.join(self._shown)}")
        found = []
        for title_of_value, bucket, system, one in self._rows():
            if title_of_value == name:
                label = f"{bucket}, {system}" if len(self.intervals) > 1 else bucket
                kind = "value" if system == next(iter(self.intervals)) else "other"
                found.append(one._point(label, kind) if one else points.Point(label, "-", nan))
        of_all = next(iter(next(iter(self.intervals.values())).values())).overall
        title = of_all._how() if title is None else title
        return points.picture(ax, found, name=self._shown[name][1], title=title, side=self.by)

    def as_dict(self) -> dict[str, float]:
        """Return all numbers by name, flat, such as `bleu/ours/11-20` and `bleu_low/ours/11-20`."""
        found = {}
        for title, bucket, system, one in self._rows():
            where = f"{system}/{bucket}" if len(self.intervals) > 1 else bucket
            if one:
                for part, number in (("", one.score), ("_low", one.low), ("_high", one.high)):
                    found[f"{title}{part}/{where}"] = number
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return the sizes of buckets, and the score of each with its interval, as JSON can hold them."""
        columns = self._as_columns()
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        return json_safe({"by": self.by, "sizes": self.sizes, "rows": rows})


def buckets(
    measured: MeasuredSegments,
    shown_values: Mapping[str, Value],
    by: str,
    *,
    bounds: Sequence[int] | None,
    tokenize: str | Tokens | None,
    frequencies: Any,
    confidence: float,
    resamples: int,
    seed: int | None,
) -> Buckets:
    """Score segments by properties of their references; `SegmentedResult.buckets` documents the parameters."""
    if by not in KINDS:
        raise ValueError(f"unknown property {by!r}: choose one of {', '.join(KINDS)}")
    if by == "length" and frequencies is not None:
        raise ValueError("frequencies have no effect by length: pass by='frequency'")
    tokens = _tokens(measured, tokenize)
    found = [tokens(text) for text in measured.first_references()]
    if by == "length":
        numbers = np.array([len(one) for one in found], dtype=np.int64)
        limits = _LENGTHS if bounds is None else _checked(bounds)
    else:
        numbers = _frequencies(found, _counted(frequencies, tokens) if frequencies is not None else None)
        limits = _quantiles(numbers) if bounds is None else _checked(bounds)
    keys, codes = _cut(numbers, limits)
    sizes = np.bincount(codes, minlength=len(keys)).tolist()
    present = {key: size for key, size in zip(keys, sizes, strict=True) if size}
    places = np.cumsum([size > 0 for size in sizes], dtype=np.int32) - np.int32(1)
    names = dict.fromkeys(value.name for value in shown_values.values())
    intervals: dict[str, dict[str, GroupIntervals]] = {}
    for system, metrics in measured.statistics.items():
        intervals[system] = {}
        for metric in dict.fromkeys(value.metric for value in shown_values.values()):
            statistics = metrics[metric]
            rows = (statistics, [*present], places[codes])
            groups = statistics._group_scores()((KINDS[by],), [*present], None, rows=rows)
            own = [name for name in names if name in statistics.metric._measured(groups.overall)]
            intervals[system][metric] = groups.confidence_interval(confidence, resamples, seed=seed, values=own)
    return Buckets(KINDS[by], present, intervals, shown_values)


def _tokens(measured: MeasuredSegments, tokenize: str | Tokens | None) -> Tokens:
    """Return a function from a text to its tokens: by default those of the first BLEU, which may suit the language."""
    if tokenize is not None:
        return BLEU(tokenize=tokenize).tokens
    metrics = [statistics.metric for statistics in next(iter(measured.statistics.values())).values()]
    return next((metric for metric in metrics if isinstance(metric, BLEU)), BLEU()).tokens


def _counted(frequencies: Any, tokens: Tokens) -> Mapping[str, int]:
    """Return the counts of words: those given, or those of a file or of texts."""
    if isinstance(frequencies, Mapping):
        counts = {word: as_int(f"frequencies[{word!r}]", count) for word, count in frequencies.items()}
        for word, count in counts.items():
            if count < 0:
                raise ValueError(f"frequencies[{word!r}] is {count}: a count is 0 or more")
        return counts
    if isinstance(frequencies, str | os.PathLike):
        with open(frequencies, encoding="utf-8") as lines:
            return Counter(token for line in lines for token in tokens(line))
    return Counter(token for text in as_sequence("frequencies", frequencies) for token in tokens(text))


def _frequencies(texts: Sequence[list[str]], counts: Mapping[str, int] | None) -> NDArray[np.int64]:
    """Return the median of the counts of each text's words, the lower of two; -1 for a text without words."""
    if counts is None:
        counts = Counter(token for text in texts for token in text)
    sorted_counts = [sorted(counts.get(token, 0) for token in text) for text in texts]
    return np.array([of_text[(len(of_text) - 1) // 2] if of_text else -1 for of_text in sorted_counts], dtype=np.int64)


def _quantiles(numbers: NDArray[np.int64]) -> Sequence[int]:
    """Return bounds of buckets of about equal size."""
    known = numbers[numbers >= 0]
    if not len(known):
        return ()
    shares = np.arange(1, _FREQUENCY_BUCKETS) / _FREQUENCY_BUCKETS
    bounds = np.quantile(known, shares, method="inverted_cdf").tolist()
    return sorted({bound for bound in bounds if bound < known.max()})


def _checked(bounds: Sequence[int]) -> Sequence[int]:
    """Return bounds. Raises `ValueError` unless they ascend from 0."""
    found = [as_int(f"bounds[{at}]", bound) for at, bound in enumerate(as_sequence("bounds", bounds))]
    if not found or found[0] < 0 or any(one >= other for one, other in pairwise(found)):
        raise ValueError(f"bounds are {bounds!r:.60}: pass one or more numbers from 0 that ascend")
    return found


def _cut(numbers: NDArray[np.int64], bounds: Sequence[int]) -> tuple[list[str], NDArray[np.intp]]:
    """Return the names of buckets, and the bucket of each number; negative numbers have no words.

    >>> _cut(np.array([3, 10, 11, 21, -1]), [10, 20])
    (['up to 10', '11-20', 'over 20', 'no words'], array([0, 0, 1, 2, 3]))
    """
    if not bounds:
        keys = ["all"]
    else:
        between = [f"{low + 1}-{high}" if low + 1 < high else f"{high}" for low, high in pairwise(bounds)]
        keys = [f"up to {bounds[0]}", *between, f"over {bounds[-1]}"]
    codes = np.searchsorted(np.array(bounds, dtype=np.int64), numbers)
    codes[numbers < 0] = len(keys)
    return [*keys, "no words"], codes
