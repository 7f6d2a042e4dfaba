"""The base class of all metrics."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import Field, FrozenInstanceError, fields, is_dataclass
from math import nan
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeAlias, TypeVar

import numpy as np

from rapidscore._core import Total as Sums
from rapidscore._public import METRICS, public
from rapidscore.inputs.options import CHECKS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore._core import GroupTotals
    from rapidscore.accumulators import Accumulator
    from rapidscore.statistics import Statistics

ScoreT_co = TypeVar("ScoreT_co", covariant=True)

#: Up to this number, float64 represents every whole number exactly.
_LARGEST_COUNT = 2**53


@public
class Metric(ABC, Generic[ScoreT_co]):
    """A metric: a frozen set of options, with methods that score predictions against references.

    Scoring does not change a metric, so that any number of threads may share it. Two metrics are equal if their options
    are equal.
    """

    higher_is_better: ClassVar[bool] = True
    """Whether higher scores are better. It is False for error rates and perplexity."""

    # Set on each instance at construction. Without ClassVar, dataclass would treat it as an option.
    _signatures: ClassVar[dict[tuple[int, int] | None, str]]

    #: Whether a significance test counts samples whose difference equals the difference of the systems as evidence
    #: against a difference. sacrebleu does not count them.
    _counts_ties: ClassVar[bool] = True

    #: Options that earlier versions did not have. Bytes of totals leave them out while they are None.
    _later_options: ClassVar[frozenset[str]] = frozenset()

    #: Whether the `as_dict()` of a score leaves out what is not known.
    _leaves_out_unknown: ClassVar[bool] = False

    def __init_subclass__(cls, listed: bool = True) -> None:
        if listed:
            METRICS[cls.__name__] = cls

    def __init__(self) -> None:
        """Make a metric that has no options; a metric with options is a dataclass, which has another `__init__`."""
        self.__post_init__()

    def __post_init__(self) -> None:
        """Check the types of options, and convert equal values to one type."""
        for option in self._option_fields():
            # Annotations are texts where the module postpones them.
            if check := CHECKS.get(getattr(option.type, "__name__", str(option.type))):
                object.__setattr__(self, option.name, check(option.name, getattr(self, option.name)))
        # A cache of signatures by number of references, because making one takes as long as scoring a sentence.
        object.__setattr__(self, "_signatures", {})

    def __setattr__(self, name: str, value: object) -> None:
        kind = type(self).__name__
        raise FrozenInstanceError(f"{kind}.{name} cannot be set: metrics do not change, so declare a frozen dataclass")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"{type(self).__name__}.{name} cannot be deleted: metrics do not change")

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in self.options().items())})"

    # Metrics are dataclasses with `eq=False`. Since Python 3.13 the `__eq__` of a dataclass compares each option by
    # `==`, by which NaN differs from itself. Tuples compare by identity first, and a NaN of options is one object.
    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        assert isinstance(other, Metric)
        return self._option_values() == other._option_values()

    def __hash__(self) -> int:
        return hash(self._option_values())

    def __reduce__(self) -> tuple[type[Metric[ScoreT_co]], tuple[Any, ...]]:
        return type(self), self._option_values()

    def options(self) -> dict[str, Any]:
        """Return the options by name, in the order of the constructor's parameters."""
        return {option.name: getattr(self, option.name) for option in self._option_fields()}

    def _option_fields(self) -> tuple[Field[Any], ...]:
        return fields(self) if is_dataclass(self) else ()

    def _option_values(self) -> tuple[Any, ...]:
        return tuple(self.options().values())

    def score(self, predictions: Any, references: Any) -> ScoreT_co:
        """Score all segments as one corpus. Raises `ValueError` if there are no segments."""
        return self._score(self._total(predictions, references))

    def segment_scores(self, predictions: Any, references: Any) -> dict[str, NDArray[np.float64]]:
        """Score each segment separately: return a dict from score names to float64 arrays of shape (n,)."""
        return self.statistics(predictions, references).segment_scores()

    @abstractmethod
    def statistics(self, predictions: Any, references: Any) -> Statistics[ScoreT_co]:
        """Measure each segment: return the rows that scores are computed from, to be sliced, joined and scored."""

    def accumulator(self) -> Accumulator[ScoreT_co]:
        """Return an empty accumulator, to score segments incrementally."""
        from rapidscore.accumulators import Accumulator

        return Accumulator(self)

    @abstractmethod
    def _total(self, predictions: Any, references: Any) -> Any:
        """Return the exact sums of the rows of segments."""

    def _fold(self, rows: NDArray[np.float64], references: tuple[int, int]) -> Any:
        """Return the exact sums of rows (n, k) of segments with a minimum and maximum number of references."""
        raise TypeError(f"{type(self).__name__} has no rows of numbers: use the methods of its statistics")

    def _fold_groups(
        self, rows: NDArray[np.float64], codes: NDArray[np.int32], count: int, references: Any
    ) -> GroupTotals:
        """Fold the rows (n, k) of each of `count` groups; `codes` holds the group of each row.

        `references` is the lowest and the highest number of references of a segment, or the number of each, int64 (n,).
        """
        raise TypeError(f"{type(self).__name__} has no rows of numbers: its statistics fold themselves")

    def _is_scored(self, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return for each of m folded rows (m, k), of one segment or more, whether it has anything to score."""
        return np.ones(len(sums), np.bool_)

    def _finalise_rows(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Score each of n rows (n, k) separately: return a dict from score names to float64 arrays of shape (n,)."""
        raise TypeError(f"{type(self).__name__} has no rows of numbers: use the methods of its statistics")

    def _values(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Return the values of `as_dict()` for each of m summed rows (m, k), with NaN if nothing can be scored."""
        totals = [self._fold(row[np.newaxis], (1, 1)) for row in sums]
        results = [{} if self._is_empty(total) else self._measured(self._score(total)) for total in totals]
        names = dict.fromkeys(name for values in results for name in values)
        return {name: np.array([values.get(name, nan) for values in results]) for name in names}

    def _measured(self, score: Any, names: Sequence[str] | None = None) -> dict[str, float]:
        """Return the values of a score that are single numbers, by name: all of them, or at least those in `names`."""
        values: dict[str, float] = score.as_dict()
        return values

    def _headline(self, names: Sequence[str]) -> Sequence[str]:
        """Choose the values that tables show, given the names of all values."""
        return names[:1]

    def _is_higher_better(self, value: str | None) -> bool:
        """Return whether higher values of this segment score are better."""
        return self.higher_is_better

    def _quiet(self) -> Metric[ScoreT_co]:
        """Return a metric with the same scores that does not warn."""
        return self

    @classmethod
    def _of_plain_options(cls, options: dict[str, Any]) -> Self:
        """Make a metric of options that are values of JSON, as bytes of totals have them. Opens and loads nothing.

        Raises `ValueError` if an option is invalid, or is no plain value.
        """
        for name, value in options.items():
            if isinstance(value, dict):
                raise ValueError(f"{cls.__name__}'s {name!r:.60} is an object, which bytes cannot carry: pass metric=")
        try:
            return cls(**options)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{cls.__name__} has no such options as {options!r:.2000}: use the version that wrote them"
            ) from error

    def _read_sums(self, data: bytes) -> Any:
        """Read the sums of a total from bytes. Raises `ValueError` if rows of this metric do not have such sums."""
        sums = Sums.from_bytes(data)
        try:
            # Columns that cannot be merged are those of other rows.
            self._total([], []).merged(sums)
        except ValueError:
            are_possible = False
        else:
            row = sums.row_array()[np.newaxis]
            are_possible = not (self._wrong_sums(row).any() or self._contradictions(row).any())
        if not are_possible:
            raise ValueError(f"these bytes hold no total of {self!r}: pass what Total.to_bytes() returned")
        return sums

    def _checked_rows(self, rows: Any) -> NDArray[np.float64]:
        """Return a copy of rows (n, k) of the caller. Raises `ValueError` for rows that the metric cannot have."""
        columns = self._columns()
        array = np.asarray(rows)
        if array.ndim != 2 or array.shape[1] != len(columns) or array.dtype.kind not in "iuf":
            raise ValueError(
                f"rows have the shape {array.shape} and type {array.dtype}: pass numbers of shape (n, {len(columns)}), "
                f"with the columns {', '.join(columns[:3])} …"
            )
        checked = np.array(array, np.float64, order="C")
        wrong = self._wrong_rows(checked)
        whole = np.flatnonzero(self._whole_columns()).tolist()
        for at in whole:
            counts = checked[:, at]
            # A count that is not known is NaN.
            wrong[:, at] |= ((counts != np.trunc(counts)) & ~np.isnan(counts)) | (counts > _LARGEST_COUNT)
        beside = ""
        if not wrong.any():
            wrong, beside = self._contradictions(checked), " beside its other values"
        if wrong.any():
            row, at = np.argwhere(wrong)[0].tolist()
            raise ValueError(
                f"rows[{row}, {at}] is {checked[row, at]}, which no segment of {type(self).__name__} has in the column "
                f"{columns[at]!r}{beside}: pass rows that its statistics() returned"
            )
        # Sums of groups and of samples are exact up to here.
        for at in whole:
            if np.nansum(checked[:, at]) > _LARGEST_COUNT:
                raise ValueError(
                    f"the column {columns[at]!r} of rows adds up to more than 2^53, and would not be exact: pass parts "
                    "of the rows, and add their totals"
                )
        return checked

    def _whole_columns(self) -> list[bool]:
        """Return for each column of a row whether it holds counts."""
        return [False] * len(self._columns())

    def _wrong_rows(self, rows: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which values of rows (n, k) no row of this metric may have, beside those that are not whole."""
        return self._wrong_sums(rows)

    def _wrong_sums(self, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which values of m summed rows (m, k) are not sums of values that rows of this metric may have."""
        return ~(np.isfinite(sums) & (sums >= 0))

    def _contradictions(self, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which values of m summed rows (m, k) are greater than others in the row allow."""
        return np.zeros(sums.shape, np.bool_)

    def _merge_cost(self, total: Any) -> int:
        """Return a number that grows with the time it takes to merge a total's sums with others."""
        return 1

    def _check_merge(self, total: Any, other: Any) -> None:
        """Raise what merging two totals' sums would raise, in a time that does not depend on their size."""

    def _is_empty(self, total: Any) -> bool:
        """Return whether a total has nothing to score."""
        return bool(total.segments == 0)

    def _columns(self) -> tuple[str, ...]:
        """Return the names of the columns of a row."""
        raise TypeError(f"{type(self).__name__} has no rows of numbers: use the columns of its statistics")

    def _warn(self, total: Any) -> None:
        """Warn if the segments look as if their score is not meaningful."""

    def _warn_of_misfit(self, misfit: str | None) -> None:
        """Warn if texts do not suit this metric, for a reason that the core found.

        Called once by each method that reads texts. Drop-ins do not warn.
        """

    def _signature(self, references: tuple[int, int] | None) -> str:
        """Return the signature for segments with a minimum and maximum number of references, or without references."""
        if references not in self._signatures:
            items = self._signature_items()
            if references:
                fewest, most = references
                items = {"nrefs": f"{fewest}" if fewest == most else "var", **items}
            self._signatures[references] = "|".join(f"{key}:{value}" for key, value in items.items())
        return self._signatures[references]

    @abstractmethod
    def _signature_items(self) -> dict[str, str]:
        """Return the items of the signature: its keys and the texts of their values."""

    @abstractmethod
    def _score(self, total: Any) -> ScoreT_co:
        """Return the score of a total."""


AnyMetric: TypeAlias = Metric[Any]
