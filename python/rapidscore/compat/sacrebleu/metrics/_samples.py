"""Bootstrap samples of segments, drawn and summed as sacrebleu 2.6.0 does: by NumPy's generator, in float32."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from rapidscore.compat.sacrebleu.metrics._core_metric import CoreMetric
    from rapidscore.compat.sacrebleu.metrics.base import Score


Rows = NDArray[Any]


#: float32 represents all integers up to this one, so their sums are exact.
_LARGEST_EXACT = 1 << 24


_DEFAULT_SEED = "12345"


def seed_of_environment() -> tuple[str, int | None]:
    """Return the seed of `SACREBLEU_SEED`, as signatures show it and as NumPy takes it."""
    text = os.environ.get("SACREBLEU_SEED", _DEFAULT_SEED).lower()
    return text, None if text == "none" else int(text)


def bootstrap_resample(stats: Any, metric: Any, n_samples: int = 1000) -> tuple[str, list[Score]]:
    """Draw samples of segments; return the seed, and the score of each sample."""
    seed_text, seed = seed_of_environment()
    rows = np.asarray(stats)
    indices = draw_indices(np.random.default_rng(seed), len(rows), n_samples)
    sums = sum_drawn(rows, indices)
    if has_unmodified_scoring(metric):
        return seed_text, [metric._score_of((metric._value(row), *row)) for row in sums]
    return seed_text, [metric._compute_score_from_stats(row) for row in sums]


def has_unmodified_scoring(metric: Any) -> TypeGuard[CoreMetric[Any]]:
    """Return whether a metric is of this package and its scoring is unmodified, so the core can score its sums."""
    return bool(getattr(metric, "_has_unmodified_scoring", False))


def draw_indices(rng: np.random.Generator, count: int, samples: int) -> NDArray[np.int64]:
    """Draw the indices of the segments of each sample, of shape (samples, count)."""
    return rng.choice(count, size=(samples, count), replace=True)


def sum_drawn(rows: Rows, indices: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the sum of the rows of each sample, rounded to float32 after each addition."""
    single = rows.astype(np.float32)
    if not are_counts(rows):
        # The rows of other metrics may have any shape.
        return np.array([single[drawn].sum(axis=0) for drawn in indices])
    counts = rows.astype(np.float64, copy=False)
    sums = np.empty((len(indices), rows.shape[1]), dtype=np.float32)
    for sample, drawn in enumerate(indices):
        # Multiply each row by the number of times it was drawn: to add copies of rows takes several times as long.
        exact = np.bincount(drawn, minlength=len(rows)) @ counts
        sums[sample] = exact if exact.max(initial=0) <= _LARGEST_EXACT else single[drawn].sum(axis=0)
    return sums


def are_counts(rows: Rows) -> bool:
    """Return whether rows (n, k) are integers from 0, so that sums do not depend on the order."""
    return rows.ndim == 2 and bool(np.all((rows >= 0) & (rows == np.floor(rows)) & np.isfinite(rows)))
