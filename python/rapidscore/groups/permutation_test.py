"""A permutation test of whether groups differ: rows exchange their groups at random."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore import _core
from rapidscore._public import public
from rapidscore.display.data import json_safe
from rapidscore.display.keyed import KeyedResult
from rapidscore.display.result import Result
from rapidscore.display.tables import Column, Table
from rapidscore.display.text import shown
from rapidscore.groups import disparity
from rapidscore.resampling.measure import Measure, chosen_names
from rapidscore.resampling.p_values import p_value
from rapidscore.resampling.rows import joined, steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.inputs.labels import Codes
    from rapidscore.resampling.draws import Draws
    from rapidscore.resampling.intervals import Series
    from rapidscore.resampling.measure import Chosen, Values
    from rapidscore.statistics import Statistics


@public
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GroupDifference(Result):
    """The largest difference of a value between groups, and whether it may be due to chance."""

    name: str
    difference: float
    """The largest difference between two groups, 0 or more."""
    p_value: float
    """The share of permutations, with the groups as they are among them, that differ as much or more."""
    permuted: NDArray[np.float64]
    """The largest difference of each permutation, float64 of shape (permutations,), not writable."""

    def as_dict(self) -> dict[str, float]:
        """Return the numbers by name, flat: `difference/wer` and `p_value/wer`."""
        return {f"difference/{self.name}": self.difference, f"p_value/{self.name}": self.p_value}

    def to_dict(self) -> dict[str, Any]:
        """Return the name and the numbers, as JSON can hold them."""
        return json_safe({"value": self.name, "difference": self.difference, "p_value": self.p_value})

    def _text(self, width: int | None, signature: bool) -> str:
        return f"{self.name}: difference = {shown(self.name, self.difference, width)}, p = {self.p_value:.4f}"

    def _as_table(self, width: int | None, signature: bool) -> Table:
        return _table_of([self], width)

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        return _columns_of([self])

    def __float__(self) -> float:
        return self.p_value


def _table_of(differences: Sequence[GroupDifference], width: int | None, notes: Sequence[str] = ()) -> Table:
    rows = [[one.name, shown(one.name, one.difference, width), f"{one.p_value:.4f}"] for one in differences]
    return Table([Column("value", is_text=True), Column("difference"), Column("p")], rows, notes=notes)


def _columns_of(differences: Sequence[GroupDifference]) -> dict[str, list[Any]]:
    return {
        "value": [one.name for one in differences],
        "difference": [one.difference for one in differences],
        "p_value": [one.p_value for one in differences],
    }


@public
class PermutationTest(KeyedResult[str, GroupDifference]):
    """The differences between groups with their p-values, by the name of the value.

    `difference` and `p_value` are those of the first value. The null hypothesis is that groups are labels without
    meaning: each value has the same distribution in all groups.

        >>> from rapidscore import WER
        >>> stats = WER().statistics(["a b", "a c", "d e"] * 50, ["a b", "a b", "d e f"] * 50)
        >>> test = stats.by(["north", "south", "north"] * 50).permutation_test(values=["wer"])
        >>> print(test)
        wer: difference = 0.3000, p = 0.0010
        >>> stats.by(["north", "south"] * 75).permutation_test(values=["wer"]).p_value > 0.05
        True
    """

    __slots__ = ("_differences", "features", "permutations", "seed")

    features: tuple[str, ...]
    """The names of the features; `group` for a feature without a name."""
    permutations: int
    """The number of permutations."""
    seed: int
    """The seed that repeats the permutations."""

    def __init__(self, features: tuple[str, ...], differences: Mapping[str, GroupDifference], draws: Draws) -> None:
        self._differences = dict(differences)
        self.features = features
        self.permutations = draws.count
        self.seed = draws.seed

    def _parts(self) -> Mapping[str, GroupDifference]:
        return self._differences

    def _headline(self) -> str:
        first = next(iter(self.values()), None)
        more = f" and {len(self) - 1} more values" if len(self) > 1 else ""
        return f"{first}{more}; {self._how()}" if first else self._how()

    def _how(self) -> str:
        """Return how the groups were permuted."""
        return f"groups by {', '.join(self.features)}, {self.permutations:,} permutations, seed {self.seed}"

    @property
    def difference(self) -> float:
        """The largest difference of the first value between groups."""
        return next(iter(self.values())).difference

    @property
    def p_value(self) -> float:
        """The p-value of the first value."""
        return next(iter(self.values())).p_value

    def as_dict(self) -> dict[str, float]:
        """Return all numbers by name, flat: `difference/wer`, `p_value/wer` and so on."""
        values: dict[str, float] = {}
        for found in self.values():
            values |= found.as_dict()
        return values

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers, and how the groups were permuted, as JSON can hold them."""
        options = {"features": [*self.features], "permutations": self.permutations, "seed": self.seed}
        return options | {"values": {name: found.to_dict() for name, found in self.items()}}

    def _text(self, width: int | None, signature: bool) -> str:
        return "\n".join(found.format(width=width) for found in self.values())

    def _as_table(self, width: int | None, signature: bool) -> Table:
        return _table_of([*self.values()], width, [self._how()])

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        return _columns_of([*self.values()])


def permutation_test(
    features: tuple[str, ...],
    rows: tuple[Statistics[Any], Codes, int],
    draws: Draws,
    chosen: Chosen,
    *,
    fairness: tuple[Sequence[str], Mapping[str, Series]],
    progress: Callable[[float], None] | None,
) -> PermutationTest:
    """Test whether groups differ; all of them have rows to score.

    `rows` are statistics, the code of each row's group, and the number of groups. `fairness` are rates of the positive
    class, and differences that are computed from them, by name.
    """
    statistics, codes, groups = rows
    rates, differences = fairness
    source = _Permuted(statistics, groups, Measure(statistics.metric, chosen, rates))
    observed = source.values(codes[np.newaxis])
    series: dict[str, Series] = {name: between_groups(name) for name in chosen_names(observed)}
    series |= {name: difference for name, difference in differences.items() if name not in series}
    found: list[Values] = []
    for first, count in steps(draws.count, source.width):
        values = source.values(_core.draw_permutations(codes, draws.seed, first, count))
        # A value that a step lacks, because no permutation has it, is NaN there.
        values = {name: values.get(name, np.full((count, groups + 1), np.nan)) for name in observed}
        found.append({name: read(values)[:, np.newaxis] for name, read in series.items()})
        if progress is not None:
            progress((first + count) / draws.count)
    permuted = joined(found)
    tested = {}
    for name, read in series.items():
        difference = float(read(observed)[0])
        of_permutations = np.ascontiguousarray(permuted[name][:, 0])
        of_permutations.flags.writeable = False
        size = _size(observed[name]) if name in observed else 1.0
        tested[name] = GroupDifference(
            name, difference, p_value(of_permutations, difference, True, size), of_permutations
        )
    return PermutationTest(features, tested, draws)


def between_groups(name: str) -> Series:
    """Return the function from the values of samples to the largest difference of a value between groups."""
    return lambda values: disparity.difference(values[name][:, :-1], values[name][:, -1])


def _size(values: NDArray[np.float64]) -> float:
    """Return the largest absolute value, which determines rounding errors of differences; 0 if it is not finite."""
    size = float(np.fmax.reduce(np.abs(values), axis=None, initial=0.0))
    return size if isfinite(size) else 0.0


class _Permuted:
    """Rows whose groups are permuted, many permutations at a time."""

    def __init__(self, statistics: Statistics[Any], groups: int, measure: Measure) -> None:
        self._statistics = statistics._scored_by(measure.metric)
        # The rows of the permutations that are folded together; all steps but the last have as many.
        self._repeated = self._statistics
        self._groups = groups
        self._measure = measure
        self._overall = self._statistics._totals_by(np.zeros(len(statistics), np.int32), 1).measured(measure)

    @property
    def width(self) -> int:
        """The number of values in memory for each permutation."""
        return (len(self._statistics) + self._groups) * len(self._statistics.columns)

    def values(self, codes: NDArray[np.int32]) -> Values:
        """Return the values of each group, and of all rows, for permutations of the groups, codes (m, n)."""
        count, rows = codes.shape
        # Each permutation has groups of its own, so that the core folds all of them in one call.
        offsets = self._groups * np.arange(count, dtype=np.int32)[:, np.newaxis]
        if len(self._repeated) != count * rows:
            self._repeated = self._statistics[np.tile(np.arange(rows), count)]
        folded = self._repeated._totals_by((codes + offsets).ravel(), count * self._groups)
        return {
            name: np.column_stack(
                [values.reshape(count, self._groups), np.repeat(self._overall.get(name, np.full(1, np.nan)), count)]
            )
            for name, values in folded.measured(self._measure).items()
        }
