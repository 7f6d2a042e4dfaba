"""What all metrics share."""

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


ScoreT_co = TypeVar("ScoreT_co", covariant=True)


@public
@dataclass(frozen=True)
class Metric(ABC, Generic[ScoreT_co]):
    """Frozen options, and four ways to measure with them.

    Any number of threads may share a metric; scoring changes nothing in it. Two metrics are equal when their
    options are.
    """

    higher_is_better: ClassVar[bool] = True
    """Whether of two scores the higher one is the better; error rates and perplexity are better when low."""

    # Each instance has its own, set at construction. Annotated otherwise, a dataclass would take it for an option.
    _signatures: ClassVar[dict[tuple[int, int] | None, str]]

    #: Whether samples that differ as much as the systems count as evidence against a difference, when systems are
    #: compared. sacrebleu does not count them.
    _counts_ties: ClassVar[bool] = True

    def __init_subclass__(cls, listed: bool = True) -> None:
        if listed:
            METRICS[cls.__name__] = cls

    def __post_init__(self) -> None:
        """Check the options' types, and bring equal values into one form."""
        for option in fields(self):
            if check := CHECKS.get(str(option.type)):
                object.__setattr__(self, option.name, check(option.name, getattr(self, option.name)))
        # Signatures by the number of references: making one takes as long as scoring a sentence.
        object.__setattr__(self, "_signatures", {})

    def __reduce__(self) -> tuple[type[Metric[ScoreT_co]], tuple[Any, ...]]:
        return type(self), tuple(self.options().values())

    def options(self) -> dict[str, Any]:
        """Return the options by name, in the order of the constructor's arguments."""
        return {option.name: getattr(self, option.name) for option in fields(self)}

    def score(self, predictions: Any, references: Any) -> ScoreT_co:
        """Score all segments as one corpus. Raises `ValueError` when there is no segment."""
        return self._score(self._total(predictions, references))

    def segment_scores(self, predictions: Any, references: Any) -> dict[str, NDArray[np.float64]]:
        """Score each segment by itself: a dict from the name of each score to a float64 array of shape (n,)."""
        return self.statistics(predictions, references).segment_scores()

    @abstractmethod
    def statistics(self, predictions: Any, references: Any) -> Statistics[ScoreT_co]:
        """Measure each segment: the rows from which every score is made, to be sliced, joined and scored."""

    def accumulator(self) -> Accumulator[ScoreT_co]:
        """Return an empty accumulator, for segments that arrive bit by bit."""
        return Accumulator(self)

    @abstractmethod
    def _total(self, predictions: Any, references: Any) -> Any:
        """Measure and fold segments."""

    def _fold(self, rows: NDArray[np.float64], references: tuple[int, int]) -> Any:
        """Fold rows (n, k) of segments; `references` is the least and the greatest number of references of one."""
        raise TypeError(f"{type(self).__name__} has no rows of numbers: its statistics fold themselves")

    def _finalise_rows(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Score each row (n, k) by itself."""
        raise TypeError(f"{type(self).__name__} has no rows of numbers: its statistics score themselves")

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
        raise TypeError(f"{type(self).__name__} has no rows of numbers: its statistics name their columns")

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

    @abstractmethod
    def _signature_items(self) -> dict[str, str]:
        """Name the options as a signature does."""

    @abstractmethod
    def _score(self, total: Any) -> ScoreT_co:
        """Turn a total into the metric's own kind of score."""


AnyMetric: TypeAlias = Metric[Any]
