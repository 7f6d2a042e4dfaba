"""The base class of metrics of classes: their options, and the names of the values of their scores."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from math import isnan, nan
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import numpy as np

from rapidscore.inputs import labels
from rapidscore.inputs import order as orders
from rapidscore.metric import Metric

if TYPE_CHECKING:
    from rapidscore.classification.per_class import ClassScores
    from rapidscore.inputs.labels import SortedLabels
    from rapidscore.inputs.order import Order

ScoreT_co = TypeVar("ScoreT_co", covariant=True)

SKLEARN_VERSION = "1.9.1"


class ClassMetric(Metric[ScoreT_co], listed=False):
    """A metric with the options `labels`, `average` and `zero_division`."""

    _score_type: ClassVar[type[ClassScores]]

    def _check_class_options(self) -> None:
        """Check these options, and convert equal values to one form."""
        average, zero_division, known = (self.options()[name] for name in ("average", "zero_division", "labels"))
        averages = self._score_type.AVERAGES
        if average not in averages:
            raise ValueError(f"unknown average {average!r}: choose one of {', '.join(averages)}")
        object.__setattr__(self, "zero_division", _as_zero_division(zero_division))
        if known is not None:
            object.__setattr__(self, "labels", as_labels(known))

    @abstractmethod
    def _score_of(self, total: Any) -> ScoreT_co:
        """Return the score of a total that has at least one row."""

    def _score(self, total: Any) -> ScoreT_co:
        if total.segments == 0:
            raise ValueError("no segments to score: pass at least one prediction with its reference")
        return self._score_of(total)

    def _in_order(self, order: Order, table: SortedLabels) -> Self:
        """Return the metric that scores rows with a table of labels: the order of categories serves as `labels`."""
        if order is None:
            return self
        options = self.options()
        if options["labels"] is not None:
            return self
        return type(self)(**options | {"labels": orders.over(order, table)})

    def _value_names(self) -> tuple[str, ...]:
        """Return the names of the values of a score's `as_dict()`."""
        return self._score_type.VALUES

    def _all_value_names(self) -> list[str]:
        """Return the names of `_value_names`, and the names of values with each average, such as `f1_micro`."""
        return [*self._value_names(), *self._score_type.names_by_average()]

    def _check_value_names(self, names: Sequence[str]) -> None:
        for name in names:
            if not self._score_type.is_averaged(name) and name not in self._value_names():
                known = ", ".join(self._all_value_names())
                raise ValueError(f"unknown value {name!r}: choose from {known}, or pass a function")

    def _measured(self, score: Any, names: Sequence[str] | None = None) -> dict[str, float]:
        return {name: score.value(name) for name in (self._all_value_names() if names is None else names)}

    def _headline(self, names: Sequence[str]) -> Sequence[str]:
        return [name for name in names if name in ("accuracy", "f1")]

    def _quiet(self) -> Self:
        options = self.options()
        return type(self)(**options | {"zero_division": 0}) if options["zero_division"] == "warn" else self


def unknown_codes(table: SortedLabels, known: Any) -> list[int]:
    """Return the codes of the labels of a table that are not among the known labels."""
    names = {*known}
    return [code for code, label in enumerate(table.tolist()) if label not in names]


def no_label(where: str, label: Any, known: Any) -> str:
    """Return the message for a label that is not among the known labels."""
    return f"{where} is {label!r}, which is not among the labels {labels.shown(known)}: add it, or correct the row"


def _as_zero_division(value: Any) -> float | str:
    if isinstance(value, str) and value == "warn":
        return value
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        if value in (0, 1):
            return int(value)
        if isinstance(value, float | np.number) and isnan(value):
            return nan  # always the same object, for __eq__ and __hash__
    raise ValueError(f'zero_division must be 0, 1, NaN or "warn", got {value!r}')


def as_labels(values: Any) -> tuple[Any, ...]:
    """Return the labels of an option as a tuple. Raises `ValueError` if there are no labels, or if one is repeated."""
    codes, table = labels.encode(values, "labels")
    repeated = np.flatnonzero(np.bincount(codes) > 1)
    if len(repeated):
        raise ValueError(f"labels has {table.tolist()[repeated[0]]!r} more than once: pass each label once")
    if not len(codes):
        raise ValueError("labels is empty: pass at least one label, or None for the labels that occur")
    return tuple(table[codes].tolist())
