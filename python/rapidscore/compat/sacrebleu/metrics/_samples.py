"""Samples of segments, drawn and summed as sacrebleu 2.6.0 does: NumPy's draws, and sums of float32 numbers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from rapidscore.compat.sacrebleu.metrics._counted import CountedMetric
    from rapidscore.compat.sacrebleu.metrics.base import Score


Rows = NDArray[Any]


#: Whole numbers up to here are float32 numbers, so that adding them up rounds nothing.
_WHOLE = 1 << 24


_DEFAULT_SEED = "12345"


def seed_of_environment() -> tuple[str, int | None]:
    """Return the seed as signatures give it, and as NumPy takes it."""
    text = os.environ.get("SACREBLEU_SEED", _DEFAULT_SEED).lower()
    return text, None if text == "none" else int(text)


def bootstrap_resample(stats: Any, metric: Any, n_samples: int = 1000) -> tuple[str, list[Score]]:
    """Draw samples of segments; return the seed, and the score of each."""
    text, number = seed_of_environment()
    rows = np.asarray(stats)
    places = draw_places(np.random.default_rng(number), len(rows), n_samples)
    sums = sum_drawn(rows, places)
    if computes_here(metric):
        return text, [metric._measured((metric._number(row), *row)) for row in sums]
    return text, [metric._compute_score_from_stats(row) for row in sums]


def computes_here(metric: Any) -> TypeGuard[CountedMetric[Any]]:
    """Whether a metric is one of this package's that nobody has changed, so that sums can be scored by the core."""
    return bool(getattr(metric, "_computes_as_here", False))


def draw_places(rng: np.random.Generator, count: int, samples: int) -> NDArray[np.int64]:
    """Draw the segments of each sample, of shape (samples, count)."""
    return rng.choice(count, size=(samples, count), replace=True)


def sum_drawn(rows: Rows, places: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the sum of the rows of each sample, rounded after each row."""
    single = rows.astype(np.float32)
    if not are_counts(rows):
        # Other metrics' rows may have any shape.
        return np.array([single[some].sum(axis=0) for some in places])
    counts = rows.astype(np.float64, copy=False)
    sums = np.empty((len(places), rows.shape[1]), dtype=np.float32)
    for at, some in enumerate(places):
        # How often each row was drawn: adding up copies of rows takes several times as long.
        found = np.bincount(some, minlength=len(rows)) @ counts
        sums[at] = found if found.max(initial=0) <= _WHOLE else single[some].sum(axis=0)
    return sums


def are_counts(rows: Rows) -> bool:
    """Tell whether rows (n, k) are whole numbers from 0: in which order they are added then changes nothing."""
    return rows.ndim == 2 and bool(np.all((rows >= 0) & (rows == np.floor(rows)) & np.isfinite(rows)))
