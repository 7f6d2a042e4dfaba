"""The values of scores that are wanted, and the groups of rows that they are wanted of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING, Any, NamedTuple, SupportsFloat, TypeAlias

import numpy as np

from rapidscore.inputs.options import check_ordered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.inputs.labels import Codes

#: Values by name, float64 of shape (samples, groups + 1): of each group, and last of all rows.
Values: TypeAlias = dict[str, "NDArray[np.float64]"]


#: Before the names of rates of the positive class, which are measured beside the values that a caller chooses.
_RATE = "rate/"


def rate_key(rate: str) -> str:
    """Return the key of a rate among values."""
    return _RATE + rate


def chosen_names(values: Iterable[str]) -> list[str]:
    """Return the names of values without the keys of rates."""
    return [name for name in values if not name.startswith(_RATE)]


#: The values that a caller chooses: names, functions of a score, such functions by name, or None for all values.
Chosen: TypeAlias = Sequence[str | Callable[[Any], float]] | Mapping[str, Callable[[Any], float]] | None


def check_chosen(chosen: Any) -> None:
    """Raise `TypeError` or `ValueError` unless values are chosen by names, functions or a mapping of functions."""
    if chosen is None:
        return
    if not isinstance(chosen, Mapping):
        check_ordered(chosen, "values")
    if isinstance(chosen, str) or not isinstance(chosen, Sequence | Mapping):
        raise TypeError(
            f"values must be a sequence of names or functions, not {chosen!r} ({type(chosen).__name__}): "
            f"pass [{chosen!r}]"
        )
    if not chosen:
        raise ValueError("values is empty: name at least one value, or pass None for all")
    for position, value in enumerate(() if isinstance(chosen, Mapping) else chosen):
        if not isinstance(value, str) and not callable(value):
            raise TypeError(f"values[{position}] is {value!r}: pass a name, or a function from a score to a number")


class Measure:
    """The values that are wanted of the scores of a metric, and rates of the positive class beside them."""

    def __init__(self, metric: Any, chosen: Chosen, rates: Sequence[str] = ()) -> None:
        # A value that is undefined in a sample needs no warning.
        self.metric = metric._quiet()
        self._rates = rates
        self._names: Sequence[str] | None = None
        self._functions: dict[str, Callable[[Any], float]] | None = None
        # Rates of the positive class may be all that is wanted.
        if not (rates and isinstance(chosen, Sequence) and not chosen):
            check_chosen(chosen)
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

    @property
    def takes_scores(self) -> bool:
        """Whether functions are wanted, which take a score."""
        return self._functions is not None

    def of_scores(self, scores: Any) -> dict[str, NDArray[np.float64]]:
        """Return the values of many scores of labels, each of shape (scores,)."""
        names = self._names
        if names is None:
            names = self.metric._all_value_names()
        self.metric._check_value_names(names)
        values: dict[str, NDArray[np.float64]] = scores.values(names)
        if self._rates:
            values |= {rate_key(name): rates for name, rates in scores.rates(self._rates).items()}
        return values

    def of_sums(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Return the values of m folded rows (m, k), each of shape (m,)."""
        if self._functions is None:
            return self._selected(self.metric._values(np.ascontiguousarray(sums)))
        found = [self.of_total(self.metric._fold(row[np.newaxis], (1, 1))) for row in np.ascontiguousarray(sums)]
        return {name: np.array([values[name] for values in found]) for name in self._functions}

    def of_total(self, sums: Any) -> dict[str, float]:
        """Return the values of a total's sums; NaN if there is nothing to score."""
        if self.metric._is_empty(sums):
            return dict.fromkeys(self._functions or self._names or (), nan)
        score = self.metric._score(sums)
        rates = {rate_key(name): getattr(score, name)(allow_missing=True) for name in self._rates}
        if self._functions is not None:
            return {name: _as_number(name, function(score)) for name, function in self._functions.items()} | rates
        return self._selected(self.metric._measured(score, self._names)) | rates

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


class Grouping(NamedTuple):
    """Groups of rows: the code of each row's group, and the number of groups."""

    codes: Codes
    groups: int
