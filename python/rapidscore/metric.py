"""What all metrics share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar

from rapidscore.statistics import Accumulator, Statistics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import Core
    from rapidscore._core import Total as Sums

Predictions: TypeAlias = Sequence[str]
References: TypeAlias = Sequence[str | Sequence[str]]

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

    _core: Core = field(init=False, repr=False, compare=False)
    # Signatures by the number of references: making one takes as long as scoring a sentence.
    _signatures: dict[tuple[int, int] | None, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    registry: ClassVar[dict[str, type[Metric[Any]]]] = {}

    def __init_subclass__(cls) -> None:
        Metric.registry[cls.__name__] = cls

    def __reduce__(self) -> tuple[type[Metric[ScoreT_co]], tuple[Any, ...]]:
        return type(self), tuple(self.options().values())

    def options(self) -> dict[str, Any]:
        """Return the options by name, in the order of the constructor's arguments."""
        return {option.name: getattr(self, option.name) for option in fields(self) if option.init}

    def score(self, predictions: Predictions, references: References) -> ScoreT_co:
        """Score all segments as one corpus.

        Raises `ValueError` when there is no segment.
        """
        return self._score(self._core.total(predictions, references))

    def segment_scores(self, predictions: Predictions, references: References) -> dict[str, NDArray[np.float64]]:
        """Score each segment for itself.

        Returns a dict from the name of each score to a float64 array of shape (n,).
        """
        return self._core.segment_scores(predictions, references)[0]

    def statistics(self, predictions: Predictions, references: References) -> Statistics[ScoreT_co]:
        """Measure each segment: the rows from which every score is made, to be sliced, joined and scored."""
        rows, total = self._core.rows(predictions, references)
        fewest, most = total.references or (0, 0)
        counts: Any = fewest
        if fewest != most:
            counts = [1 if isinstance(texts, str) else len(texts) for texts in references]
        return Statistics(self, rows, counts)

    def accumulator(self) -> Accumulator[ScoreT_co]:
        """Return an empty accumulator, for segments that arrive bit by bit."""
        return Accumulator(self)

    def tokens(self, text: str) -> list[str]:
        """Return the tokens that this metric sees in a text."""
        return [token.decode("utf-8", "surrogatepass") for token in self._core.tokens(text)]

    def _signature(self, references: tuple[int, int] | None) -> str:
        """Return the options in short, for segments with so many references (the fewest, the most)."""
        if references not in self._signatures:
            fewest, most = references or (0, 0)
            items = {"nrefs": fewest if fewest == most else "var", **self._signature_items()}
            self._signatures[references] = "|".join(f"{key}:{value}" for key, value in items.items())
        return self._signatures[references]

    def _signature_items(self) -> dict[str, str]:
        """Name the options as a signature does."""
        raise TypeError(f"{type(self).__name__} does not say how it is signed: define _signature_items")

    def _score(self, total: Sums) -> ScoreT_co:
        """Turn a total into the metric's own kind of score."""
        raise TypeError(f"{type(self).__name__} does not say how it is scored: define _score")


AnyMetric: TypeAlias = Metric[Any]
