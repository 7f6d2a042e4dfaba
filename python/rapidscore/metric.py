"""The base class of all metrics."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import nan
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar

import numpy as np

from rapidscore._core import Total as Sums
from rapidscore._public import public
from rapidscore.inputs.options import CHECKS
from rapidscore.statistics import METRICS, Accumulator, Statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore._core import GroupTotals

ScoreT_co = TypeVar("ScoreT_co", covariant=True)


@public
@dataclass(frozen=True)
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

    def __post_init__(self) -> None:
        """Check the types of options, and convert equal values to one type."""
        for option in fields(self):
            if check := CHECKS.get(str(option.type)):
                object.__setattr__(self, option.name, check(option.name, getattr(self, option.name)))
        # A cache of signatures by number of references, because making one takes as long as scoring a sentence.
        object.__setattr__(self, "_signatures", {})

    def __reduce__(self) -> tuple[type[Metric[ScoreT_co]], tuple[Any, ...]]:
        return type(self), tuple(self.options().values())

    def options(self) -> dict[str, Any]:
        """Return the options by name, in the order of the constructor's parameters."""
        return {option.name: getattr(self, option.name) for option in fields(self)}

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

    def _quiet(self) -> Metric[ScoreT_co]:
        """Return a metric with the same scores that does not warn."""
        return self

    def _read_sums(self, data: bytes) -> Any:
        """Read the sums of a total from bytes. Raises `ValueError` if they have another number of columns."""
        sums = Sums.from_bytes(data)
        if len(sums.row()) != len(self._columns()):
            raise ValueError(f"these bytes hold no total of {self!r}: pass what Total.to_bytes() returned")
        return sums

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

    def _warn_of_misfit(self, texts: Any) -> None:
        """Warn if texts do not suit this metric; called once by each method that reads texts. Drop-ins do not warn."""

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
