"""Scores by group: how a metric differs between the slices of a test set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import isnan, nan
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeAlias, TypeVar, overload

import numpy as np

from rapidscore._public import has_key, public, unchangeable
from rapidscore.display.data import json_safe, plain
from rapidscore.display.keyed import KeyedResult
from rapidscore.display.result import MOST_DRAWN, STYLES, WIDTH, Score, separated
from rapidscore.display.tables import Column, Table, ranked
from rapidscore.display.text import shown
from rapidscore.groups import disparity, flat_names
from rapidscore.groups.totals import TotalsByKey
from rapidscore.inputs.groups import Key
from rapidscore.inputs.options import as_int, as_sequence
from rapidscore.plots import look, points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.groups.intervals import GroupIntervals
    from rapidscore.groups.permutation_test import PermutationTest
    from rapidscore.inputs.labels import Codes
    from rapidscore.resampling.intervals import Series
    from rapidscore.resampling.measure import Chosen
    from rapidscore.statistics import Statistics, Total

ScoreT_co = TypeVar("ScoreT_co", covariant=True)

#: The name of a value in `score.as_dict()`, or a function from a score to a number.
Value: TypeAlias = str | Callable[[Any], float]

#: The number of values and of groups in a table by default, and the number of keys in a message.
_SHOWN_VALUES = 4
_SHOWN_GROUPS = 40
_SHOWN_KEYS = 10


@public
@unchangeable
class GroupScores(KeyedResult[Key, ScoreT_co]):
    """The score of each group, the differences between groups, and the score of all rows.

    `Statistics.by` makes one. It maps the label of each group to the group's score; for several features, a tuple with
    a label of each. Keys are plain `str`, `int`, `float` or `bool`, or dates, times, intervals and periods, as the
    column had them. They are in the order of ordered categories, and otherwise sorted.

        >>> from rapidscore import WER
        >>> stats = WER().statistics(["a b", "a c", "d e"], ["a b", "a b", "d e f"])
        >>> groups = stats.by({"region": ["north", "south", "north"]})
        >>> groups["south"].score, groups.overall.score, groups.sizes
        (0.5, 0.2857142857142857, {'north': 2, 'south': 1})
        >>> groups.difference("wer"), groups.ratio("wer")
        (0.3, 0.4)
        >>> print(groups.format(["wer", "wer_hits"]))
        region      size     wer  wer_hits
        ----------  ----  ------  --------
        north          2  0.2000         4
        south          1  0.5000         1
        ----------  ----  ------  --------
        overall        3  0.2857         5
        difference        0.3000         3

    A category without rows, or an intersection that does not occur, is an empty group: it is listed in `empty`, has
    the size 0 and no score, and is left out of all comparisons.

    `group_min`, `group_max`, `difference` and `ratio` take the name of a value, which is a key of the scores'
    `as_dict()`, or a function from a score to a number, and return a float. Without a name they return a dict with the
    result for each value of `as_dict()`. Values by name are computed for all groups at once, and a function is called
    for each group. Groups whose value is NaN are left out. An unknown name raises `ValueError`, and so does a result
    about all rows if there are no rows.

    References
    ----------
    The `MetricFrame` of fairlearn 0.15.0.

    """

    __slots__ = ("_keys", "_overall_total", "_rows", "_scores", "_totals", "features")

    features: tuple[str, ...]
    """The names of the features; `group` for a feature without a name."""

    def __init__(
        self,
        features: tuple[str, ...],
        keys: Sequence[Key],
        totals: Mapping[Key, Total[ScoreT_co]] | None,
        overall_total: Total[ScoreT_co] | None = None,
        rows: tuple[Statistics[ScoreT_co], Sequence[Key], Codes] | None = None,
    ) -> None:
        """Take the keys of all groups in order, the totals of the groups that have rows, and the total of all rows.

        `rows` are statistics, the keys of the groups that have rows, and for each row a code into these keys. Intervals
        are made from them, and so are the totals if they are None.
        """
        if totals is None and rows is not None:
            statistics, present, codes = rows
            folded = statistics._totals_by(codes, len(present))
            totals, overall_total = TotalsByKey(present, folded), folded.overall()
        assert totals is not None
        assert overall_total is not None
        self.features = features
        self._keys = tuple(keys)
        self._totals = totals if isinstance(totals, TotalsByKey) else dict(totals)
        self._overall_total = overall_total
        self._rows = rows
        # Scores are made when asked for, once; None stands for all rows, and is no group's key.
        self._scores: dict[Key, ScoreT_co] = {}

    def __getstate__(self) -> tuple[Any, ...]:
        # What the core folded is folded again.
        totals = None if isinstance(self._totals, TotalsByKey) else self._totals
        return self.features, self._keys, totals, self._overall_total, self._rows

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        GroupScores.__init__(self, *state)

    def __getitem__(self, key: Key) -> ScoreT_co:
        if not has_key(self._totals, key):
            if has_key(self._keys, key):
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

    def _headline(self) -> str:
        found = f"{len(self)} groups by {', '.join(self.features)}"
        if self.empty:
            found += f" and {len(self.empty)} empty"
        overall = self.overall if self else None
        return f"{found}, overall {overall._headline()}" if isinstance(overall, Score) else found

    @property
    def sizes(self) -> dict[Key, int]:
        """The number of rows of each group, including empty groups."""
        if isinstance(self._totals, TotalsByKey):
            known = self._totals.sizes()
        else:
            known = {key: len(total) for key, total in self._totals.items()}
        return {key: known.get(key, 0) for key in self._keys}

    @property
    def empty(self) -> tuple[Key, ...]:
        """The keys of groups without rows."""
        return tuple(key for key in self._keys if key not in self._totals)

    @property
    def totals(self) -> dict[Key, Total[ScoreT_co]]:
        """The total of each group that has rows."""
        return dict(self._totals.items())

    @property
    def overall_total(self) -> Total[ScoreT_co]:
        """The total of all rows."""
        return self._overall_total

    @property
    def overall(self) -> ScoreT_co:
        """The score of all rows. Raises `ValueError` if there are no rows."""
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
        """Return by how much the groups' values differ; 0 is best.

        With `method="between_groups"` it is the largest difference between two groups, with `"to_overall"` the largest
        difference between a group and all rows.
        """
        return self._measure(partial(disparity.difference, method=method), name)

    @overload
    def ratio(self, name: None = None, method: str = "between_groups") -> dict[str, float]: ...
    @overload
    def ratio(self, name: Value, method: str = "between_groups") -> float: ...
    def ratio(self, name: Value | None = None, method: str = "between_groups") -> float | dict[str, float]:
        """Return the ratio of the groups' values; 1 is best, and for values from 0 it is between 0 and 1.

        With `method="between_groups"` it is the smallest value divided by the largest, with `"to_overall"` the smallest
        ratio of a group's value to the value of all rows, or of the latter to the former where that is smaller. It is
        NaN for 0 / 0, and may be negative or infinite if values are negative.
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
        """Return confidence intervals of the groups' values and of their differences: see `rapidscore.GroupIntervals`.

        Parameters and errors are those of `Statistics.confidence_interval`. Raises `ValueError` also if these scores
        were not made by `Statistics.by`.
        """
        from rapidscore.groups import intervals as group_intervals
        from rapidscore.resampling import intervals
        from rapidscore.resampling.draws import Draws

        if self._rows is None:
            raise ValueError("there are no rows to draw from: make the groups by Statistics.by")
        options = intervals.Options(confidence, method, Draws.of(resamples, seed, draws, len(self._rows[0])))
        return group_intervals.GroupIntervals(
            self.features, [*self._totals], self._rows, options, values, fairness=self._fairness()
        )

    def permutation_test(
        self,
        permutations: int = 1000,
        seed: int | None = 12345,
        *,
        values: Chosen = None,
        progress: Callable[[float], None] | None = None,
    ) -> PermutationTest:
        """Test whether groups differ by more than chance.

        In each permutation, the rows exchange their groups at random, so that groups keep their sizes. The p-value of a
        difference is (1 + k) / (1 + permutations), where k is the number of permutations whose largest difference
        between groups is as large or larger. Permutations without a value are left out.

        Parameters
        ----------
        permutations : int, default 1000
            Number of permutations, 1 to 10,000,000. The smallest p-value is 1 / (1 + permutations).
        seed : int or None, default 12345
            From 0 to 2**64 - 1. A seed repeats the result to the bit, with any number of threads; None draws other
            permutations in each call.
        values : sequence or mapping, optional
            The values to compare, as in `Statistics.confidence_interval`. The default is all values, and for
            classifications with a positive class also `demographic_parity_difference`, `equal_opportunity_difference`
            and `equalized_odds_difference`. P-values are not corrected for several values.
        progress : callable, optional
            Function that is called repeatedly with the fraction of the work that is done, 0 to 1.

        Returns
        -------
        PermutationTest
            The difference and its p-value, by the name of the value.

        Raises
        ------
        ValueError
            If there are fewer than two groups with rows, if an option is out of range, if a value is unknown, or if
            these scores were not made by `Statistics.by`.
        TypeError
            If an option has a wrong type.

        References
        ----------
        Phipson, B. and Smyth, G. K., "Permutation p-values should never be zero", 2010.

        Examples
        --------
        >>> from rapidscore import WER
        >>> stats = WER().statistics(["a b", "a c", "d e"] * 50, ["a b", "a b", "d e f"] * 50)
        >>> print(stats.by(["north", "south", "north"] * 50).permutation_test(values=["wer"]))
        wer: difference = 0.3000, p = 0.0010

        """
        from rapidscore.groups import permutation_test
        from rapidscore.resampling.draws import Draws

        if self._rows is None:
            raise ValueError("there are no rows to permute: make the groups by Statistics.by")
        statistics, present, codes = self._rows
        draws = Draws.of(permutations, seed, None, len(statistics), "permutations")
        if len(self) < 2:
            found = "is 1 group" if len(self) else "are no groups"
            raise ValueError(f"there {found} with rows: a test of differences needs two or more")
        if len(self) < len(present):
            # Groups without anything to score take no part.
            kept = np.array([key in self._totals for key in present])
            rows = kept[codes]
            statistics, codes = statistics[rows], (np.cumsum(kept, dtype=np.int32) - np.int32(1))[codes[rows]]
        rates, measures = self._fairness()
        differences = {name: measure for name, measure in measures.items() if name.endswith("_difference")}
        if values is not None:
            if not isinstance(values, str | Mapping):
                chosen = [*values]
                differences = {name: differences[name] for name in chosen if name in differences}
                values = [value for value in chosen if value not in differences]
            else:
                differences = {}
        return permutation_test.permutation_test(
            self.features,
            (statistics, np.ascontiguousarray(codes), len(self)),
            draws,
            values,
            fairness=(rates if differences else (), differences),
            progress=progress,
        )

    def _fairness(self) -> tuple[Sequence[str], Mapping[str, Series]]:
        """Return the rates that measures of fairness need, and these measures by name; none for most metrics."""
        return (), {}

    def as_dict(self) -> dict[str, float]:
        """Return all values by name, flat, for a logger: `wer`, `wer/north`, `difference/wer`, `ratio/wer` and so on.

        For several features the name is `wer/north/old`. Raises `ValueError` if two values would have the same name.
        """
        named = list(_values(self.overall).items())
        for key, values in zip(self, self._values_by_group(), strict=True):
            where = flat_names.of_group(self._labels(key))
            named += [(f"{name}/{where}", value) for name, value in values.items()]
        for what, measured in ("difference", self.difference()), ("ratio", self.ratio()):
            named += [(f"{what}/{name}", value) for name, value in measured.items()]
        return flat_names.flat(named)

    def format(  # type: ignore[override]  # it had arguments of its own before results had styles
        self,
        style: str | SupportsIndex | Sequence[Value] | None = None,
        max_groups: int | None = _SHOWN_GROUPS,
        signature: bool = False,
        *,
        names: Sequence[Value] | None = None,
        width: SupportsIndex | None = None,
        max_width: int | None = WIDTH,
    ) -> str:
        """Return a table: the size and values of each group, then of all rows, then the differences.

        Parameters
        ----------
        style : str, optional
            As for every result: `"table"` (the default), `"markdown"`, `"latex"`, `"html"`, or with all groups and
            numbers `"csv"` and `"json"`. A sequence is taken for `names`.
        max_groups : int, optional
            The largest number of groups to show; None shows all. If there are more groups, the table shows the groups
            with the lowest and the highest first value, in ascending order, and the number of the others.
        signature : bool, default False
            Whether the options of the metric stand below the table.
        names : sequence, optional
            The values to show; by default the most important of `as_dict()`.
        width, max_width
            The number of decimals, and the largest width of the style `"table"`, as for every result.

        Raises
        ------
        ValueError
            If the style or a name is unknown, or a number out of range.

        """
        style, width = separated(style, width)
        if isinstance(max_groups, bool):
            # The signature stands here for other results.
            signature, max_groups = max_groups, _SHOWN_GROUPS
        if style is not None and not isinstance(style, str):
            style, names = None, style
        if isinstance(style, str) and style not in STYLES:
            raise ValueError(
                f"unknown style {style!r}: choose one of {', '.join(STYLES)}; for a value, pass names=[{style!r}]"
            )
        table = partial(self.table_of, names, max_groups, width, signature)
        return self._in_style("table" if style is None else style, table, max_width)

    def _text(self, width: int | None, signature: bool) -> str:
        return self.format(signature=signature, width=width)

    def _as_table(self, width: int | None, signature: bool) -> Table:
        return self.table_of(width=width, signature=signature)

    def table_of(
        self,
        names: Sequence[Value] | None = None,
        max_groups: int | None = _SHOWN_GROUPS,
        width: Any = None,
        signature: bool = False,
    ) -> Table:
        """Return the table that `format` draws, with its parameters."""
        if names is None:
            names = self._shown_names()
        names = as_sequence("names", names)
        if max_groups is not None and as_int("max_groups", max_groups) < 1:
            raise ValueError(f"max_groups must be 1 or more, or None for all, got {max_groups}")
        titles = [_title(name) for name in names]
        columns = [self._column(name) for name in names]
        head = [Column(feature, is_text=True) for feature in self.features]
        head += [Column("size"), *ranked(titles)]
        rows: list[list[str]] = []
        sections = []

        def add(key: Sequence[Any], size: object, values: Sequence[float]) -> None:
            cells = [shown(title, value, width) for title, value in zip(titles, values, strict=True)]
            rows.append([*map(str, key), str(size), *cells])

        rest = [""] * (len(self.features) - 1)
        lowest, highest = self._extremes(columns[0][0] if columns else None, max_groups)
        row_of = {key: row for row, key in enumerate(self)}
        sizes = self.sizes
        for key in (*lowest, None, *highest):
            if key is None:
                if hidden := len(self._keys) - len(lowest) - len(highest):
                    rows.append([f"({hidden:,} more)", *rest, *["..." for _ in ("size", *columns)]])
            elif key in row_of:
                add(self._labels(key), sizes[key], [values[row_of[key]] for values, _ in columns])
            else:
                rows.append([*map(str, self._labels(key)), "0", *["-" for _ in columns]])
        if self:
            sections.append(len(rows))
            add(["overall", *rest], len(self._overall_total), [overall for _, overall in columns])
            add(["difference", *rest], "", [disparity.difference(*column) for column in columns])
        notes = [self.overall.signature] if signature and isinstance(self.overall, Score) else []
        return Table(head, rows, sections=sections, notes=notes)

    def _extremes(self, values: NDArray[np.float64] | None, most: int | None) -> tuple[Sequence[Key], Sequence[Key]]:
        """Return the keys to show: all, or those of the groups with the lowest and the highest values."""
        if most is None or len(self._keys) <= most:
            return self._keys, ()
        if values is None or not len(values):
            return self._keys[:most], ()
        keys, high = [*self], most // 2
        # NaN comes last.
        order = np.argsort(values, kind="stable").tolist()
        known = len(values) - int(np.isnan(values).sum())
        if known <= most:
            return [keys[at] for at in order[:most]], ()
        return [keys[at] for at in order[: most - high]], [keys[at] for at in order[known - high : known]]

    def _shown_names(self) -> list[str]:
        """Return the names of the values that are shown by default."""
        if not self:
            return []
        score = self.overall
        return score._main_names() if isinstance(score, Score) else [*_names(score)][:_SHOWN_VALUES]

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        values = {name: column.tolist() for name, column in self._columns(_names(self.overall)).items()} if self else {}
        labels = zip(*(self._labels(key) for key in self), strict=True)
        features: dict[str, list[Any]] = {
            f"{name} (group)" if name in ("size", *values) else name: [] for name in self.features
        }
        found: dict[str, Sequence[Any]] = {**features, **dict(zip(features, map(list, labels), strict=False))}
        sizes = self.sizes
        return found | {"size": [sizes[key] for key in self], **values}

    def to_dict(self) -> dict[str, Any]:
        """Return sizes and values of all groups, of all rows, and the differences and ratios, as JSON can hold them."""
        values = dict(zip(self, self._values_by_group(), strict=True))
        groups = [
            {
                "group": {name: plain(label) for name, label in zip(self.features, self._labels(key), strict=True)},
                "size": size,
                "values": values.get(key),
            }
            for key, size in self.sizes.items()
        ]
        content: dict[str, Any] = {"features": [*self.features], "groups": groups, "size": len(self._overall_total)}
        if self:
            content |= {"overall": _values(self.overall), "difference": self.difference(), "ratio": self.ratio()}
        return json_safe(content)

    def plot(
        self,
        name: Value | None = None,
        ax: Axes | Figure | None = None,
        *,
        title: str | None = None,
        sort: bool = True,
    ) -> Axes:
        """Draw each group's value, and a line at the value of all rows; return the matplotlib axes.

        `confidence_interval().plot()` draws intervals too.

        Parameters
        ----------
        name : str or callable, optional
            The value to draw; by default the first of `as_dict()`.
        ax : matplotlib axes or figure, optional
            Where to draw; by default a new figure, whose size suits the content.
        title : str, optional
            The title; by default the number of groups and rows. An empty text is no title.
        sort : bool, default True
            Whether the best group is the first; otherwise groups are in their own order.

        Raises
        ------
        ValueError
            If the value is unknown.
        ModuleNotFoundError
            If matplotlib is not installed, which the extra `plot` installs.

        """
        first = _names(self.overall)[0]
        name = first if name is None else name
        values, overall = self._column(name)
        value = _title(name)
        return points.picture(
            ax,
            [
                points.Point(", ".join(map(str, self._labels(key))), shown(value, score), score)
                for key, score in zip(self, values.tolist(), strict=True)
            ],
            name=value,
            higher_is_better=look.better_side(value, self._overall_total.metric, name == first),
            sort=sort,
            line=(overall, f"overall: {shown(value, overall)}"),
            title=f"{len(self):,} groups, {len(self._overall_total):,} rows" if title is None else title,
            side=", ".join(self.features),
        )

    def _is_drawn(self) -> bool:
        return 0 < len(self) <= MOST_DRAWN

    def _labels_at(self, positions: Sequence[int]) -> dict[str, list[Any]]:
        """Return the labels of rows at some positions by feature; nothing if the rows were not kept."""
        if self._rows is None:
            return {}
        _, keys, codes = self._rows
        labels = [self._labels(keys[code]) for code in codes[[*positions]].tolist()]
        return dict(zip(self.features, map(list, zip(*labels, strict=True)), strict=False))

    def _labels(self, key: Key) -> Sequence[Any]:
        return (key,) if len(self.features) == 1 else key

    def _measure(
        self, measure: Callable[[NDArray[np.float64], float], float], name: Value | None
    ) -> float | dict[str, float]:
        if name is not None:
            return measure(*self._column(name))
        overall = _values(self.overall)
        columns = self._columns([*overall])
        return {name: measure(columns[name], value) for name, value in overall.items()}

    def _column(self, name: Value) -> tuple[NDArray[np.float64], float]:
        """Return a value of each group, in order, and the value of all rows."""
        if callable(name):
            return np.array([float(name(score)) for score in self.values()]), float(name(self.overall))
        known = _names(self.overall)
        if name not in known:
            raise ValueError(f"unknown value {name!r}: choose one of {', '.join(known)}, or pass a function")
        return self._columns([name])[name], _value(self.overall, name)

    def _columns(self, names: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Return values of all groups, in order."""
        if isinstance(self._totals, TotalsByKey):
            return self._totals.score_values(names)
        return {name: np.array([_value(score, name) for score in self.values()]) for name in names}

    def _values_by_group(self) -> Iterator[dict[str, float]]:
        """Yield the values of each group's score by name, in order."""
        if not isinstance(self._totals, TotalsByKey):
            yield from map(_values, self.values())
            return
        columns = self._totals.score_values()
        leaves_out = self._totals.leaves_out_unknown
        for values in zip(*(column.tolist() for column in columns.values()), strict=True):
            named = zip(columns, values, strict=True)
            yield {name: value for name, value in named if not (leaves_out and isnan(value))}


def _names(score: Any) -> Sequence[str]:
    return score.value_names() if hasattr(score, "value_names") else [*_values(score)]


def _value(score: Any, name: str) -> float:
    """Return one value, alone if possible: the others may warn, or take long."""
    return float(score.value(name)) if hasattr(score, "value_names") else _values(score).get(name, nan)


def _values(score: Any) -> dict[str, float]:
    values: dict[str, float] = score.as_dict()
    return values


def _title(name: Value) -> str:
    return name if isinstance(name, str) else getattr(name, "__name__", str(name))
