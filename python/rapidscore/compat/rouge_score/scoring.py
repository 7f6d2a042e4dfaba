"""Scores and their confidence intervals, as `rouge_score.scoring` of rouge-score 0.1.2 computes them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rapidscore.compat.rouge_score._samples import is_covered, mean_percentiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["AggregateScore", "BaseAggregator", "BaseScorer", "BootstrapAggregator", "Score", "fmeasure"]


class Score(NamedTuple):
    """The values of one ROUGE type, each from 0 to 1."""

    precision: float
    recall: float
    fmeasure: float


class AggregateScore(NamedTuple):
    """The lower bound, the middle and the upper bound of a confidence interval, each a score."""

    low: Any
    mid: Any
    high: Any


class BaseScorer(ABC):
    """The base class of scorers."""

    @abstractmethod
    def score(self, target: str, prediction: str) -> dict[Any, Score]:
        """Return the scores of a prediction by type."""


class BaseAggregator(ABC):
    """The base class of aggregators, which rouge-score does not have."""

    @abstractmethod
    def add_scores(self, scores: Mapping[Any, Any]) -> None:
        """Add the scores of one segment."""

    @abstractmethod
    def aggregate(self) -> dict[Any, AggregateScore]:
        """Return the aggregate of all scores added so far, by type."""


class BootstrapAggregator(BaseAggregator):
    """Confidence intervals of mean scores by the percentile bootstrap over segments.

        >>> aggregator = BootstrapAggregator()
        >>> for value in range(10):
        ...     aggregator.add_scores({"rouge1": Score(precision=0.5, recall=value / 10, fmeasure=0.5)})
        >>> np.random.seed(1)
        >>> interval = aggregator.aggregate()["rouge1"]
        >>> round(float(interval.low.recall), 2), round(float(interval.high.recall), 2)
        (0.28, 0.62)

    Parameters and result as `rouge_score.scoring.BootstrapAggregator` in rouge-score 0.1.2:

    - `confidence_interval`: the share of the distribution that lies in the interval, 0 to 1.
    - `n_samples`: the number of bootstrap samples. Each draws as many segments as were added, with replacement.

    Draws come from NumPy's global generator, as in rouge-score, so intervals are equal to the bit after the same
    `np.random.seed`. The middle is the median of the sample means, although rouge-score calls it the mean. For
    intervals of all metrics, with a separate generator and on all cores, see `Statistics.confidence_interval`.

    Raises `ValueError` for parameters out of range.
    """

    def __init__(self, confidence_interval: float = 0.95, n_samples: int = 1000) -> None:
        if confidence_interval < 0 or confidence_interval > 1:
            raise ValueError("confidence_interval must be in range [0, 1]")
        if n_samples <= 0:
            raise ValueError("n_samples must be positive")
        self._confidence_interval = confidence_interval
        self._n_samples = n_samples
        self._scores: defaultdict[Any, list[Any]] = defaultdict(list)

    def add_scores(self, scores: Mapping[Any, Any]) -> None:
        """Add the scores of one segment: a named tuple of numbers for each type."""
        for score_type, score in scores.items():
            self._scores[score_type].append(score)

    def aggregate(self) -> dict[Any, AggregateScore]:
        """Return the interval of all scores added so far by type: three named tuples of the type that was added."""
        return {
            score_type: AggregateScore(*(type(scores[0])(*bound) for bound in self._bounds(_stacked(scores))))
            for score_type, scores in self._scores.items()
        }

    def _bounds(self, rows: NDArray[Any]) -> Any:
        """Return lower bounds, medians and upper bounds (3, k) of the bootstrap means of rows (n, k)."""
        tail = (1 - self._confidence_interval) / 2
        percentiles = 100 * np.array([tail, 0.5, 1 - tail])
        if is_covered(rows):
            generator = np.random.get_bit_generator()  # type: ignore[attr-defined]  # it is public, but lacks types
            # The lock keeps other threads from drawing before the next state is set.
            with generator.lock:
                state: Any = generator.state
                if state["bit_generator"] == "MT19937":
                    bounds, state["state"] = mean_percentiles(
                        rows.T[None], self._n_samples, percentiles, state["state"]
                    )
                    generator.state = state
                    return bounds[:, 0]
        count = len(rows)
        means = [rows.take(np.random.randint(count, size=count), axis=0).mean(axis=0) for _ in range(self._n_samples)]
        return np.percentile(means, percentiles, axis=0)


def _stacked(scores: list[Any]) -> NDArray[Any]:
    """Return scores as the rows of an array."""
    try:
        rows = np.array(scores)
    except ValueError:
        rows = np.empty(0)
    # As rouge-score does, with the same errors, but ten times as slow.
    return rows if rows.ndim == 2 else np.vstack(scores)


def fmeasure(precision: float, recall: float) -> float:
    """Return the harmonic mean of precision and recall, or 0.0 if both are 0."""
    total = precision + recall
    return 2 * precision * recall / total if total > 0 else 0.0
