"""What all metrics share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from math import inf, isfinite, nan
from operator import index
from typing import TYPE_CHECKING, Any, ClassVar, Generic, SupportsFloat, SupportsIndex, TypeAlias, TypeVar

import numpy as np

from rapidscore import given
from rapidscore._core import Total as Sums
from rapidscore.statistics import Accumulator, Statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore._core import Core

Predictions: TypeAlias = Sequence[str]
References: TypeAlias = Sequence[str | Sequence[str]]

#: Where tokens may be given instead of texts.
Tokenized: TypeAlias = Sequence[str] | Sequence[Sequence[str | int]]
TokenizedReferences: TypeAlias = Sequence[str | Sequence[str | int] | Sequence[Sequence[str | int]]]

ScoreT_co = TypeVar("ScoreT_co", covariant=True)


@dataclass(frozen=True)
class Metric(Generic[ScoreT_co]):
    """Frozen options, and four ways to measure with them.

    Any number of threads may share a metric; scoring changes nothing in it. Two metrics are equal when their
    options are.

    Wherever segments are asked for, `predictions` is a sequence of n `str`, and `references` has for each
    prediction one `str`, or a list of one or more `str` (as many as there are). Unequal lengths raise
    `ValueError`, anything but `str` raises `TypeError`; both name the position.
    """

    # Each instance has its own, set at construction. Annotated otherwise, a dataclass would take them for options.
    _core: ClassVar[Core]
    _signatures: ClassVar[dict[tuple[int, int] | None, str]]

    #: Whether samples that differ as much as the systems count as evidence against a difference, when systems are
    #: compared. sacrebleu does not count them.
    _counts_ties: ClassVar[bool] = True

    registry: ClassVar[dict[str, type[Metric[Any]]]] = {}

    def __init_subclass__(cls, listed: bool = True) -> None:
        if listed:
            Metric.registry[cls.__name__] = cls

    def __post_init__(self) -> None:
        """Check the options' types, and bring equal values into one form."""
        for option in fields(self):
            if check := _CHECKS.get(str(option.type)):
                object.__setattr__(self, option.name, check(option.name, getattr(self, option.name)))
        # Signatures by the number of references: making one takes as long as scoring a sentence.
        object.__setattr__(self, "_signatures", {})

    def __reduce__(self) -> tuple[type[Metric[ScoreT_co]], tuple[Any, ...]]:
        return type(self), tuple(self.options().values())

    def options(self) -> dict[str, Any]:
        """Return the options by name, in the order of the constructor's arguments."""
        return {option.name: getattr(self, option.name) for option in fields(self)}

    def score(self, predictions: Predictions, references: References) -> ScoreT_co:
        """Score all segments as one corpus.

        Raises `ValueError` when there is no segment.
        """
        return self._score(self._total(predictions, references))

    def segment_scores(self, predictions: Predictions, references: References) -> dict[str, NDArray[np.float64]]:
        """Score each segment for itself.

        Returns a dict from the name of each score to a float64 array of shape (n,).
        """
        return self._core.segment_scores(predictions, references)[0]

    def statistics(self, predictions: Predictions, references: References) -> Statistics[ScoreT_co]:
        """Measure each segment: the rows from which every score is made, to be sliced, joined and scored."""
        rows, total = self._core.rows(predictions, references)
        self._warn(total)
        fewest, most = total.references or (0, 0)
        counts: Any = fewest
        if fewest != most:
            counts = [given.count_references(*pair) for pair in zip(predictions, references, strict=True)]
        return Statistics(self, rows, counts)

    def accumulator(self) -> Accumulator[ScoreT_co]:
        """Return an empty accumulator, for segments that arrive bit by bit."""
        return Accumulator(self)

    def tokens(self, text: str) -> list[str]:
        """Return the tokens that this metric sees in a text. Raises `TypeError` when it scores labels or numbers."""
        core = getattr(self, "_core", None)
        if core is None:
            raise TypeError(f"{type(self).__name__} scores no texts: it has no tokens")
        return [token.decode("utf-8", "surrogatepass") for token in core.tokens(_as_str("text", text))]

    def _total(self, predictions: Any, references: Any) -> Any:
        """Measure and fold segments."""
        return self._core.total(predictions, references)

    def _fold(self, rows: NDArray[np.float64], references: tuple[int, int]) -> Any:
        """Fold rows (n, k) of segments with so many references (the fewest, the most)."""
        return self._core.fold(rows, references)

    def _finalise_rows(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Score each row (n, k) for itself."""
        return self._core.finalise_rows(rows)

    def _values(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Return the values of `as_dict()` of each of m folded rows (m, k), NaN where there is nothing to score."""
        totals = [self._fold(row[np.newaxis], (1, 1)) for row in sums]
        found = [{} if self._is_empty(total) else self._measured(self._score(total)) for total in totals]
        names = dict.fromkeys(name for values in found for name in values)
        return {name: np.array([values.get(name, nan) for values in found]) for name in names}

    def _measured(self, score: Any, names: Sequence[str] | None = None) -> dict[str, float]:
        """Return a score's values that are one number by name, all that there are or at least those named."""
        values: dict[str, float] = score.as_dict()
        return values

    def _headline(self, names: Sequence[str]) -> Sequence[str]:
        """Choose, of the names of all values, those that a table shows."""
        return names[:1]

    def _quiet(self) -> Metric[ScoreT_co]:
        """Return a metric with the same numbers that does not warn."""
        return self

    def _read_sums(self, data: bytes) -> Any:
        """Read the sums of a total from bytes. Raises `ValueError` when they are of other columns."""
        sums = Sums.from_bytes(data)
        if len(sums.row()) != len(self._columns()):
            raise ValueError(f"these bytes hold no total of {self!r}: pass what Total.to_bytes() returned")
        return sums

    def _is_empty(self, total: Any) -> bool:
        """Say whether a total has nothing to score."""
        return bool(total.segments == 0)

    def _columns(self) -> tuple[str, ...]:
        """Name the columns of a row."""
        return tuple(self._core.columns())

    def _warn(self, total: Any) -> None:
        """Warn of what would spoil the score."""

    def _signature(self, references: tuple[int, int] | None) -> str:
        """Return the options in short, for segments with so many references (the fewest, the most)."""
        if references not in self._signatures:
            items = self._signature_items()
            if references:
                fewest, most = references
                items = {"nrefs": f"{fewest}" if fewest == most else "var", **items}
            self._signatures[references] = "|".join(f"{key}:{value}" for key, value in items.items())
        return self._signatures[references]

    def _signature_items(self) -> dict[str, str]:
        """Name the options as a signature does."""
        raise TypeError(f"{type(self).__name__} does not say how it is signed: define _signature_items")

    def _score(self, total: Any) -> ScoreT_co:
        """Turn a total into the metric's own kind of score."""
        raise TypeError(f"{type(self).__name__} does not say how it is scored: define _score")


AnyMetric: TypeAlias = Metric[Any]


def _as_bool(name: str, value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, not {value!r} ({type(value).__name__})")
    return bool(value)


def as_int(name: str, value: Any) -> int:
    """Return an option as an `int`. Raises `TypeError` when it is no whole number."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, SupportsIndex):
        raise TypeError(f"{name} must be a whole number, not {value!r} ({type(value).__name__})")
    return index(value)


def _as_number(name: str, value: Any) -> float:
    if isinstance(value, bool | np.bool_ | str) or not isinstance(value, SupportsFloat):
        raise TypeError(f"{name} must be a number, not {value!r} ({type(value).__name__})")
    try:
        number = float(value)
    except OverflowError:
        number = inf
    if not isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    return int(number) if number.is_integer() else number


def _as_float_or_none(name: str, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool | np.bool_ | str) or not isinstance(value, SupportsFloat):
        raise TypeError(f"{name} must be a number or None, not {value!r} ({type(value).__name__})")
    return float(_as_number(name, value))


def _as_int_or_none(name: str, value: Any) -> int | None:
    return None if value is None else as_int(name, value)


def _as_str(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {value!r} ({type(value).__name__})")
    return str(value)


#: By the annotation of an option.
_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "bool": _as_bool,
    "int": as_int,
    "int | None": _as_int_or_none,
    "int | float": _as_number,
    "float | None": _as_float_or_none,
    "str": _as_str,
}
