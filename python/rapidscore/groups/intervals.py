"""Confidence intervals of the values of groups, and of the differences between groups."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rapidscore import plots
from rapidscore._public import has_key, public, unchangeable
from rapidscore.display.text import printable
from rapidscore.groups import disparity, flat_names
from rapidscore.groups.permutation_test import between_groups
from rapidscore.resampling import intervals
from rapidscore.resampling.draws import Draws
from rapidscore.resampling.intervals import Interval, Intervals
from rapidscore.resampling.measure import Grouping, Measure, chosen_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rapidscore.inputs.groups import Key
    from rapidscore.inputs.labels import Codes
    from rapidscore.resampling.intervals import Options, Series
    from rapidscore.resampling.measure import Chosen, Values

#: What is read of all groups at once, beside the groups' own values.
_OVERALL, _DIFFERENCE, _RATIO, _FAIRNESS = "overall", "difference", "ratio", "fairness"

#: Printed below intervals of differences.
_NOTE = "The interval of a difference hardly ever contains 0, even if groups do not differ: see permutation_test()."


@public
@unchangeable
class GroupIntervals(Mapping[Any, Intervals]):
    """Confidence intervals of each group's values, by the label of the group, and of the differences between groups.

    Samples are drawn from all segments, not from each group separately, so the size of a group varies too, as it would
    in another test set. The `MetricFrame` of fairlearn 0.15.0 draws samples in the same way. A sample without segments
    of a group has no values of that group.

    A `difference` is the largest value of a group minus the smallest, in each sample. It is therefore never negative,
    and its interval hardly ever contains 0, also if groups do not differ. `GroupScores.permutation_test` tests whether
    they differ, and `between` makes intervals of the difference of two given groups, which contain 0 if it may be
    chance.

        >>> from rapidscore import WER
        >>> stats = WER().statistics(["a b", "a c", "d e"] * 50, ["a b", "a b", "d e f"] * 50)
        >>> found = stats.by(["north", "south", "north"] * 50).confidence_interval()
        >>> print(found["north"]["wer"])
        wer = 0.2000 [0.1680, 0.2295]
        >>> print(found.difference["wer"])
        wer = 0.3000 [0.2705, 0.3320]
        >>> found.between("south", "north")["wer"].score
        0.3
    """

    __slots__ = (
        "_chosen",
        "_columns",
        "_groups",
        "_options",
        "_rows",
        "_source",
        "difference",
        "fairness",
        "features",
        "overall",
        "ratio",
    )

    features: tuple[str, ...]
    """The names of the features; `group` for a feature without a name."""
    overall: Intervals
    """The intervals of the values of all rows."""
    difference: Intervals
    """The intervals of the largest difference between groups. They hardly ever contain 0, even without one."""
    ratio: Intervals
    """The intervals of the smallest value of a group divided by the largest."""
    fairness: Intervals
    """The intervals of a classification's measures of fairness, by names such as `equalized_odds_difference`.

    It is empty if there is no positive class.
    """

    def __init__(
        self,
        features: tuple[str, ...],
        keys: Sequence[Key],
        rows: tuple[Any, Sequence[Key], Codes],
        options: Options,
        chosen: Chosen,
        *,
        fairness: tuple[Sequence[str], Mapping[str, Series]] = ((), {}),
    ) -> None:
        """Take the labels of the groups that have anything to score, in order, and the rows to draw from.

        `rows` has statistics, their groups' labels, and the code of each row's group. `fairness` has rates of the
        positive class, and measures that are computed from them, by name.
        """
        self.features = features
        self._columns = {key: number for number, key in enumerate(keys)}
        self._rows = rows
        self._options = options
        self._chosen = chosen
        self._source: _Groups | None = None
        rates, measures = fairness
        found = intervals.intervals_of(
            self._rows_to_draw(rates), lambda names: self._series(names) | _named(measures), options
        )
        parts: dict[Hashable, dict[str, Interval]] = {}
        for key, interval in found.items():
            what: Any = key
            parts.setdefault(what[0], {})[interval.name] = interval
        made = {what: Intervals(part, options) for what, part in parts.items()}
        self.overall, self.difference, self.ratio = (made[what] for what in (_OVERALL, _DIFFERENCE, _RATIO))
        self.fairness = made.get(_FAIRNESS, Intervals({}, options))
        self._groups = {key: made[number] for key, number in self._columns.items()}

    def _rows_to_draw(self, rates: Sequence[str] = ()) -> _Groups:
        """Return the rows with their samples; after unpickling, samples are drawn again with the same seed."""
        if self._source is None:
            statistics, present, codes = self._rows
            measure = Measure(statistics.metric, self._chosen, rates)
            source = statistics._rows_to_draw(measure, Grouping(codes, len(present)))
            kept = [number for number, key in enumerate(present) if key in self._columns]
            self._source = _Groups(source, kept)
        return self._source

    def __getstate__(self) -> dict[str, Any]:
        draws = self._options.draws
        state = {name: getattr(self, name) for name in self.__slots__ if name not in ("_source", "_options")}
        # Inner classes have no public address, so pickles hold their values.
        return state | {
            "_options": (self._options.confidence, self._options.method, draws.count, draws.seed, draws.drawn)
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        confidence, method, count, seed, given = state["_options"]
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self._options = intervals.Options(confidence, method, Draws(count, seed, given))
        self._source = None

    def _series(self, names: Sequence[str]) -> dict[Hashable, tuple[str, Series]]:
        series: dict[Hashable, tuple[str, Series]] = {}
        for name in chosen_names(names):
            for number in self._columns.values():
                series[number, name] = intervals.column(name, number)
            series[_OVERALL, name] = intervals.column(name)
            series[_DIFFERENCE, name] = name, between_groups(name)
            series[_RATIO, name] = name, _ratio(name)
        return series

    def __getitem__(self, key: Key) -> Intervals:
        if not has_key(self._groups, key):
            raise KeyError(f"there is no group {key!r} with rows: choose from {', '.join(map(repr, self))}")
        return self._groups[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    def __repr__(self) -> str:
        return f"<GroupIntervals by {printable(', '.join(self.features))}: {len(self)} groups>"

    def between(self, one: Key, other: Key) -> Intervals:
        """Return the intervals of one group's values minus another's."""
        for key in (one, other):
            self[key]  # raises KeyError for an unknown group
        first, second = self._columns[one], self._columns[other]

        def series(names: Sequence[str]) -> dict[Hashable, tuple[str, Series]]:
            return {name: (name, _subtracted(name, first, second)) for name in chosen_names(names)}

        found = intervals.intervals_of(self._rows_to_draw(), series, self._options)
        return Intervals({interval.name: interval for interval in found.values()}, self._options)

    def as_dict(self) -> dict[str, float]:
        """Return all numbers by name, flat: `wer/north`, `wer_low/north`, `difference/wer_low` and so on.

        Raises `ValueError` if two values would have the same name.
        """
        named = [*self.overall.as_dict().items()]
        for key, found in self.items():
            where = flat_names.of_group(key if len(self.features) > 1 else (key,))
            named += [(f"{name}/{where}", value) for name, value in found.as_dict().items()]
        for what, found in ((_DIFFERENCE, self.difference), (_RATIO, self.ratio)):
            named += [(f"{what}/{name}", value) for name, value in found.as_dict().items()]
        return flat_names.flat(named)

    def format(self, name: str | None = None) -> str:
        """Return a line for each group, for all rows and for the difference, of the value `name`, by default the first.

        A last line says that the interval of a difference hardly ever contains 0.

        >>> from rapidscore import TER
        >>> stats = TER().statistics(["a b", "a c", "d e"] * 50, ["a b", "a b", "d e f"] * 50)
        >>> print(stats.by(["north", "south", "north"] * 50).confidence_interval())
        north: ter = 20.00 [16.80, 22.95]
        south: ter = 50.00 [50.00, 50.00]
        overall: ter = 28.57 [25.85, 31.52]
        difference: ter = 30.00 [27.05, 33.20]
        The interval of a difference hardly ever contains 0, even if groups do not differ: see permutation_test().
        """
        lines = [(self._label(key), found) for key, found in self.items()]
        lines += [(_OVERALL, self.overall), (_DIFFERENCE, self.difference)]
        shown = [f"{label}: {found[name or next(iter(found))]}" for label, found in lines]
        return "\n".join([*shown, _NOTE])

    def __str__(self) -> str:
        return self.format()

    def _label(self, key: Key) -> str:
        return ", ".join(map(printable, key if len(self.features) > 1 else (key,)))

    def plot(self, name: str | None = None, ax: Axes | None = None) -> Axes:
        """Draw each group's value with an error bar, and a line at the value of all rows; return the matplotlib axes.

        `name` is the value to draw, by default the first. Needs the extra `plot`.
        """
        name = next(iter(self.overall)) if name is None else name
        labels = [self._label(key) for key in self]
        ax = plots.error_bars([found[name] for found in self.values()], labels, ax)
        ax.axvline(self.overall[name].score, color="black", linestyle="--", label=_OVERALL)
        ax.set_xlabel(name, parse_math=False)
        ax.set_ylabel(printable(", ".join(self.features)), parse_math=False)
        ax.legend()
        return ax


def _ratio(name: str) -> Series:
    return lambda values: disparity.ratio(values[name][:, :-1], values[name][:, -1])


def _named(measures: Mapping[str, Series]) -> dict[Hashable, tuple[str, Series]]:
    return {(_FAIRNESS, name): (name, measure) for name, measure in measures.items()}


def _subtracted(name: str, first: int, second: int) -> Series:
    return lambda values: values[name][:, first] - values[name][:, second]


class _Groups:
    """Rows to draw from, with the values of some of their groups; samples are drawn once."""

    def __init__(self, source: Any, numbers: Sequence[int]) -> None:
        self._source = source
        self._columns = [*numbers, -1]
        self._samples: Values | None = None

    def _of(self, values: Values) -> Values:
        return {name: value[:, self._columns] for name, value in values.items()}

    def estimate(self) -> Values:
        return self._of(self._source.estimate())

    def samples(self, draws: Draws) -> Values:
        if self._samples is None:
            self._samples = self._of(self._source.samples(draws))
        return self._samples

    def left_out(self) -> Iterator[tuple[Values, Any]]:
        for values, sizes in self._source.left_out():
            yield self._of(values), sizes
