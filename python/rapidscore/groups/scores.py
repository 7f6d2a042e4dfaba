"""Scores by group: how a metric differs between the slices of a test set."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from math import nan
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, overload

import numpy as np

from rapidscore import plots
from rapidscore._public import public
from rapidscore.groups import disparity
from rapidscore.inputs.groups import Key

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.groups.intervals import GroupIntervals
    from rapidscore.inputs.labels import Codes
    from rapidscore.resampling.measure import Chosen
    from rapidscore.statistics import Statistics, Total

ScoreT_co = TypeVar("ScoreT_co", covariant=True)

#: The name of a value in `score.as_dict()`, or a function from a score to a number.
Value: TypeAlias = str | Callable[[Any], float]

#: So many of a thing are shown, where more would be too many.
_SHOWN_VALUES = 4
_SHOWN_KEYS = 10


@public
class GroupScores(Mapping[Key, ScoreT_co]):
    """The score of each group, what they differ by, and the score of all rows.

    `Statistics.by` makes one. It is a mapping from a group's label to its score; of several features, from a tuple
    with a label of each. Keys are plain `str`, `int` or `bool`, sorted.

        >>> from rapidscore import WER
        >>> stats = WER().statistics(["a b", "a c", "d e"], ["a b", "a b", "d e f"])
        >>> groups = stats.by({"region": ["north", "south", "north"]})
        >>> groups["south"].score, groups.overall.score, groups.sizes
        (0.5, 0.2857142857142857, {'north': 2, 'south': 1})
        >>> groups.difference("wer"), groups.ratio("wer")
        (0.3, 0.4)
        >>> print(groups.format(["wer", "wer_hits"]))
        ┏━━━━━━━━━━━━┳━━━━━━┳━━━━━━━━┳━━━━━━━━━━┓
        ┃ region     ┃ size ┃    wer ┃ wer_hits ┃
        ┡━━━━━━━━━━━━╇━━━━━━╇━━━━━━━━╇━━━━━━━━━━┩
        │ north      │    2 │ 0.2000 │   4.0000 │
        │ south      │    1 │ 0.5000 │   1.0000 │
        ├────────────┼──────┼────────┼──────────┤
        │ overall    │    3 │ 0.2857 │   5.0000 │
        │ difference │      │ 0.3000 │   3.0000 │
        └────────────┴──────┴────────┴──────────┘
        <BLANKLINE>

    A category that no row has, or an intersection that does not occur, is an empty group: it is listed in `empty`, has
    the size 0 and no score, and takes no part in what follows.

    `group_min`, `group_max`, `difference` and `ratio` take the name of a value, that is a key of the scores'
    `as_dict()`, or a function from a score to a number, and return a float; without a name they return a dict with the
    result for each value of `as_dict()`. An unknown name raises `ValueError`, and so does anything about all rows
    where there is none. Where a group's value is NaN, it takes no part.

    Reference: fairlearn 0.15.0's `MetricFrame`.
    """

    __slots__ = ("_keys", "_overall_total", "_rows", "_scores", "_totals", "features")

    features: tuple[str, ...]
    """The features' names; of one without a name, `group`."""

    def __init__(
        self,
        features: tuple[str, ...],
        keys: Sequence[Key],
        totals: Mapping[Key, Total[ScoreT_co]],
        overall_total: Total[ScoreT_co],
        rows: tuple[Statistics[ScoreT_co], Sequence[Key], Codes] | None = None,
    ) -> None:
        """Take all groups' keys in order, the totals of those that have rows, and that of all rows.

        `rows` are statistics, the keys of the groups that have rows, and for each row a code into these: what intervals
        are made from.
        """
        self.features = features
        self._keys = tuple(keys)
        self._totals = dict(totals)
        self._overall_total = overall_total
        self._rows = rows
        # Scores are made when asked for, once; None stands for all rows, and is no group's key.
        self._scores: dict[Key, ScoreT_co] = {}

    def __getitem__(self, key: Key) -> ScoreT_co:
        if key not in self._totals:
            if key in self._keys:
                raise KeyError(f"group {key!r} has no rows, and so no score")
            shown = ", ".join(map(repr, self._keys[:_SHOWN_KEYS])) + ", ..." * (len(self._keys) > _SHOWN_KEYS)
            raise KeyError(f"there is no group {key!r}: choose one of {shown}")
        if key not in self._scores:
            self._scores[key] = self._totals[key].score()
        return self._scores[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._totals)

    def __len__(self) -> int:
        return len(self._totals)

    def __repr__(self) -> str:
        empty = f", {len(self.empty)} empty" if self.empty else ""
        return f"<{type(self).__name__} by {', '.join(self.features)}: {len(self)} groups{empty}>"

    @property
    def sizes(self) -> dict[Key, int]:
        """The number of rows of each group, empty ones too."""
        return {key: len(self._totals[key]) if key in self._totals else 0 for key in self._keys}

    @property
    def empty(self) -> tuple[Key, ...]:
        """The keys of groups without rows."""
        return tuple(key for key in self._keys if key not in self._totals)

    @property
    def totals(self) -> dict[Key, Total[ScoreT_co]]:
        """The total of each group that has rows."""
        return dict(self._totals)

    @property
    def overall_total(self) -> Total[ScoreT_co]:
        """The total of all rows."""
        return self._overall_total

    @property
    def overall(self) -> ScoreT_co:
        """The score of all rows. Raises `ValueError` when there is none."""
        if None not in self._scores:
            self._scores[None] = self._overall_total.score()
        return self._scores[None]

    @overload
    def group_min(self, name: None = None) -> dict[str, float]: ...
    @overload
    def group_min(self, name: Value) -> float: ...
    def group_min(self, name: Value | None = None) -> float | dict[str, float]:
        """Return the smallest of the groups' values."""
        return self._measure(lambda values, _: disparity.smallest(values), name)

    @overload
    def group_max(self, name: None = None) -> dict[str, float]: ...
    @overload
    def group_max(self, name: Value) -> float: ...
    def group_max(self, name: Value | None = None) -> float | dict[str, float]:
        """Return the largest of the groups' values."""
        return self._measure(lambda values, _: disparity.largest(values), name)

    @overload
    def difference(self, name: None = None, method: str = "between_groups") -> dict[str, float]: ...
    @overload
    def difference(self, name: Value, method: str = "between_groups") -> float: ...
    def difference(self, name: Value | None = None, method: str = "between_groups") -> float | dict[str, float]:
        """Return by how much values of groups differ: 0 is best.

        With `method="between_groups"` it is the largest difference of two groups, with `"to_overall"` that of a group
        and all rows.
        """
        return self._measure(partial(disparity.difference, method=method), name)

    @overload
    def ratio(self, name: None = None, method: str = "between_groups") -> dict[str, float]: ...
    @overload
    def ratio(self, name: Value, method: str = "between_groups") -> float: ...
    def ratio(self, name: Value | None = None, method: str = "between_groups") -> float | dict[str, float]:
        """Return the ratio of groups' values: 1 is best, and of values from 0 it is 0 to 1.

        With `method="between_groups"` it is the smallest value divided by the largest, with `"to_overall"` the least
        ratio of a group's value to that of all rows, or the other way round where that is less than 1. It is NaN for
        0 / 0, and may be negative or infinite where values are negative.
        """
        return self._measure(partial(disparity.ratio, method=method), name)

    def confidence_interval(
        self,
        confidence: float = 0.95,
        resamples: int = 1000,
        method: str = "percentile",
        seed: int | None = 12345,
        *,
        values: Chosen = None,
        draws: ArrayLike | None = None,
    ) -> GroupIntervals:
        """Say how sure each group's values are, and what groups differ by: see `rapidscore.GroupIntervals`.

        Options and errors are those of `Statistics.confidence_interval`; raises `ValueError` also when these scores
        were not made by `Statistics.by`.
        """
        from rapidscore.groups import intervals as group_intervals
        from rapidscore.resampling import intervals
        from rapidscore.resampling.draws import Draws

        if self._rows is None:
            raise ValueError("there are no rows to draw from: make the groups by Statistics.by")
        options = intervals.Options(confidence, method, Draws.of(resamples, seed, draws, len(self._rows[0])))
        return group_intervals.GroupIntervals(self.features, [*self._totals], self._rows, options, values)

    def as_dict(self) -> dict[str, float]:
        """Return all values by name, flat, for a logger: `wer`, `wer/north`, `difference/wer`, `ratio/wer` and so on.

        Of several features the name is `wer/north/old`. Raises `ValueError` when two values would have the same name.
        """
        named = list(_values(self.overall).items())
        for key, score in self.items():
            where = "/".join(map(str, self._labels(key)))
            named += [(f"{name}/{where}", value) for name, value in _values(score).items()]
        for what, measured in ("difference", self.difference()), ("ratio", self.ratio()):
            named += [(f"{what}/{name}", value) for name, value in measured.items()]
        values: dict[str, float] = {}
        for name, value in named:
            if name in values:
                raise ValueError(f"two values would be logged as {name!r}: rename the label that has a '/'")
            values[name] = value
        return values

    def format(self, names: Sequence[Value] | None = None) -> str:
        """Return a table for the terminal: each group's size and values, then all rows', then the differences.

        `names` says which values; without, they are the first four of `as_dict()`.
        """
        from rich.table import Table
        from rich.text import Text

        from rapidscore.display import decimals, drawn

        if names is None:
            names = list(_names(self.overall))[:_SHOWN_VALUES] if self else []
        titles = [_title(name) for name in names]
        columns = [self._column(name) for name in names]
        table = Table()
        # Labels are no markup, whatever brackets they have.
        for feature in self.features:
            table.add_column(Text(feature))
        for title in ["size", *titles]:
            table.add_column(Text(title), justify="right", no_wrap=True)

        def add(key: Sequence[Any], size: object, values: Iterable[float]) -> None:
            shown = [decimals(title, value) for title, value in zip(titles, values, strict=True)]
            table.add_row(*[Text(str(label)) for label in key], str(size), *shown)

        row = itertools.count()
        for key, size in self.sizes.items():
            if size:
                at = next(row)
                add(self._labels(key), size, [values[at] for values, _ in columns])
            else:
                table.add_row(*[Text(str(label)) for label in self._labels(key)], "0", *["-" for _ in columns])
        if self:
            rest = [""] * (len(self.features) - 1)
            table.add_section()
            add(["overall", *rest], len(self._overall_total), [overall for _, overall in columns])
            add(["difference", *rest], "", [disparity.difference(*column) for column in columns])
        return drawn(table)

    def __str__(self) -> str:
        return self.format()

    def plot(self, name: Value | None = None, ax: Axes | None = None) -> Axes:
        """Draw a bar for each group's value, and a line at that of all rows; return the matplotlib axes.

        `name` says which value; without, it is the first of `as_dict()`. `ax` says where to draw; without, it is a
        new figure. Needs the extra `plot`.
        """
        if name is None:
            name = _names(self.overall)[0]
        values, overall = self._column(name)
        ax = plots.axes(ax)
        places = range(len(self))
        ax.barh(places, values)
        ax.set_yticks(places, [", ".join(map(str, self._labels(key))) for key in self], parse_math=False)
        ax.invert_yaxis()
        ax.axvline(overall, color="black", linestyle="--", label="overall")
        ax.set_xlabel(_title(name), parse_math=False)
        ax.set_ylabel(", ".join(self.features), parse_math=False)
        ax.legend()
        return ax

    def _labels(self, key: Key) -> Sequence[Any]:
        return (key,) if len(self.features) == 1 else key

    def _measure(
        self, measure: Callable[[NDArray[np.float64], float], float], name: Value | None
    ) -> float | dict[str, float]:
        if name is not None:
            return measure(*self._column(name))
        scores = [_values(score) for score in self.values()]
        return {
            name: measure(np.array([values.get(name, nan) for values in scores]), overall)
            for name, overall in _values(self.overall).items()
        }

    def _column(self, name: Value) -> tuple[NDArray[np.float64], float]:
        """Return a value of each group, in order, and that of all rows."""
        if callable(name):
            return np.array([float(name(score)) for score in self.values()]), float(name(self.overall))
        known = _names(self.overall)
        if name not in known:
            raise ValueError(f"unknown value {name!r}: choose one of {', '.join(known)}, or pass a function")
        return np.array([_value(score, name) for score in self.values()]), _value(self.overall, name)


def _names(score: Any) -> Sequence[str]:
    return score.value_names() if hasattr(score, "value_names") else [*_values(score)]


def _value(score: Any, name: str) -> float:
    """Return one value, without the others where that can be: they may warn, or take long."""
    return float(score.value(name)) if hasattr(score, "value_names") else _values(score).get(name, nan)


def _values(score: Any) -> dict[str, float]:
    values: dict[str, float] = score.as_dict()
    return values


def _title(name: Value) -> str:
    return name if isinstance(name, str) else getattr(name, "__name__", str(name))
