"""Confidence intervals of the values of groups, and of the differences between groups."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex

from rapidscore._public import public, unchangeable
from rapidscore.display.data import plain
from rapidscore.display.keyed import KeyedResult
from rapidscore.display.result import MOST_DRAWN, STYLES, WIDTH, separated
from rapidscore.display.tables import Column, Table
from rapidscore.display.text import printable, shown
from rapidscore.groups import disparity, flat_names
from rapidscore.groups.permutation_test import between_groups
from rapidscore.plots import look, points
from rapidscore.resampling import intervals
from rapidscore.resampling.draws import Draws
from rapidscore.resampling.intervals import Interval, Intervals
from rapidscore.resampling.measure import Grouping, Measure, chosen_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rapidscore.inputs.groups import Key
    from rapidscore.inputs.labels import Codes
    from rapidscore.resampling.intervals import Options, Series
    from rapidscore.resampling.measure import Chosen, Values

#: What is read of all groups at once, beside the groups' own values.
_OVERALL, _DIFFERENCE, _RATIO, _FAIRNESS = "overall", "difference", "ratio", "fairness"

#: The columns of the intervals of groups as data, beside the features.
_TITLES = ("value", "score", "low", "high", "standard_error")

#: Printed below intervals of differences.
_NOTE = "The interval of a difference hardly ever contains 0, even if groups do not differ: see permutation_test()."


@public
@unchangeable
class GroupIntervals(KeyedResult[Any, Intervals]):
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

    _part: ClassVar[str] = "group"

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

    def _parts(self) -> Mapping[Key, Intervals]:
        return self._groups

    def _headline(self) -> str:
        first = next(iter(self.overall.values()), None)
        overall = f", overall {first}" if first else ""
        return f"{len(self)} groups by {', '.join(self.features)}{overall}; {self.overall._how()}"

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
            where = flat_names.of_group(self._labels(key))
            named += [(f"{name}/{where}", value) for name, value in found.as_dict().items()]
        for what, found in ((_DIFFERENCE, self.difference), (_RATIO, self.ratio)):
            named += [(f"{what}/{name}", value) for name, value in found.as_dict().items()]
        return flat_names.flat(named)

    def format(
        self,
        style: str | SupportsIndex | None = None,
        signature: bool = False,
        *,
        name: str | None = None,
        width: SupportsIndex | None = None,
        max_width: int | None = WIDTH,
    ) -> str:
        """Return the intervals of one value of each group, of all rows and of the difference.

        `name` is the value, by default the first; it may also stand in the place of `style`. The other parameters are
        those of every result. A last line says that the interval of a difference hardly ever contains 0.

        >>> from rapidscore import TER
        >>> stats = TER().statistics(["a b", "a c", "d e"] * 50, ["a b", "a b", "d e f"] * 50)
        >>> print(stats.by(["north", "south", "north"] * 50).confidence_interval())
        north: ter = 20.00 [16.80, 22.95]
        south: ter = 50.00 [50.00, 50.00]
        overall: ter = 28.57 [25.85, 31.52]
        difference: ter = 30.00 [27.05, 33.20]
        The interval of a difference hardly ever contains 0, even if groups do not differ: see permutation_test().
        """
        style, width = separated(style, width)
        if style is not None and style not in STYLES:
            style, name = None, style
        if style is None:
            lines = [f"{label}: {interval.format(width=width)}" for label, interval in self._shown(name)]
            return "\n".join([*lines, _NOTE])
        return self._in_style(style, lambda: self._table_of(name, width), max_width)

    def _shown(self, name: str | None) -> list[tuple[str, Interval]]:
        """Return the intervals of a value, by default the first, with the names of what they are of."""
        lines = [(self._label(key), found) for key, found in self.items()]
        lines += [(_OVERALL, self.overall), (_DIFFERENCE, self.difference)]
        return [(label, found[next(iter(found)) if name is None else name]) for label, found in lines]

    def _text(self, width: int | None, signature: bool) -> str:
        return self.format(width=width)

    def _as_table(self, width: int | None, signature: bool) -> Table:
        return self._table_of(None, width)

    def _table_of(self, name: str | None, width: Any) -> Table:
        shown = self._shown(name)
        columns = [Column(", ".join(self.features), is_text=True), Column("value", is_text=True), Column("score")]
        columns += [Column("low"), Column("high"), Column("standard error", importance=0)]
        rows = [[label, interval.name, *interval._cells(width)] for label, interval in shown]
        return Table(columns, rows, sections=[len(self)], notes=[self.overall._how(), _NOTE])

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        columns: dict[str, list[Any]] = {f"{name} (group)" if name in _TITLES else name: [] for name in self.features}
        columns |= {title: [] for title in _TITLES}
        for key, found in self.items():
            for interval in found.values():
                numbers = interval.score, interval.low, interval.high, interval.standard_error
                for column, value in zip(columns.values(), (*self._labels(key), interval.name, *numbers), strict=True):
                    column.append(value)
        return columns

    def to_dict(self) -> dict[str, Any]:
        """Return the intervals of all groups, of all rows and of the differences, as JSON can hold them."""
        groups = []
        for key, found in self.items():
            group = {name: plain(label) for name, label in zip(self.features, self._labels(key), strict=True)}
            groups.append({"group": group, **found.to_dict()})
        parts = {name: getattr(self, name).to_dict() for name in (_OVERALL, _DIFFERENCE, _RATIO, _FAIRNESS)}
        return {"features": [*self.features], "groups": groups, **parts}

    def _is_drawn(self) -> bool:
        return 0 < len(self) <= MOST_DRAWN

    def _label(self, key: Key) -> str:
        return ", ".join(map(printable, self._labels(key)))

    def _labels(self, key: Key) -> Sequence[Any]:
        return key if len(self.features) > 1 else (key,)

    def plot(
        self,
        name: str | None = None,
        ax: Axes | Figure | None = None,
        *,
        title: str | None = None,
        sort: bool = True,
    ) -> Axes:
        """Draw each group's value with its interval, and a line at the value of all rows; return the matplotlib axes.

        Parameters
        ----------
        name : str, optional
            The value to draw; by default the first.
        ax, title
            As for `Intervals.plot`.
        sort : bool, default True
            Whether the best group is the first; otherwise groups are in their own order.

        Raises
        ------
        KeyError
            If the value is unknown.
        ModuleNotFoundError
            If matplotlib is not installed, which the extra `plot` installs.

        """
        name = next(iter(self.overall)) if name is None else name
        overall = self.overall[name]
        return points.picture(
            ax,
            [of_group[name]._point(self._label(key)) for key, of_group in self.items()],
            name=name,
            higher_is_better=look.better_side(name, self._rows[0].metric, name == next(iter(self.overall))),
            sort=sort,
            line=(overall.score, f"{_OVERALL}: {shown(name, overall.score)}"),
            title=self.overall._how() if title is None else title,
            side=", ".join(self.features),
        )


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
