"""Percentiles of bootstrap means, equal to those of rouge-score's aggregator with the same random state.

For each group of columns in turn, each sample draws n of the n rows with replacement, as `numpy.random.choice` does.
Only the few sums that decide a percentile are added in rouge-score's order, value by value; this makes it fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Sums of larger values might overflow.
_LARGEST = 1e100


def is_covered(rows: NDArray[Any]) -> bool:
    """Return whether rouge-score sums these rows (n, k) as float64, to finite sums, and value by value."""
    # NumPy sums a single column pairwise.
    if rows.dtype != np.float64 or rows.shape[1] == 1 or not rows.size:
        return False
    return bool(np.abs(rows).max() < _LARGEST)


def mean_percentiles(
    values: NDArray[np.float64], samples: int, percentiles: NDArray[np.float64], state: dict[str, Any]
) -> tuple[NDArray[np.float64], dict[str, Any]]:
    """Return the percentiles (q, g, k) of bootstrap means of values (g, k, n), and the next state of the generator.

    `percentiles` are q numbers from 0 to 100. `state` is the item `"state"` of the state of NumPy's MT19937.
    """
    # NumPy interpolates a percentile between the samples of two consecutive ranks.
    below = np.floor((samples - 1) * (percentiles / 100)).astype(int)
    ranks = np.unique(np.clip([below, below + 1], 0, samples - 1)).tolist()
    values = np.ascontiguousarray(values)
    sums, key, position = _core.sum_numpy_draws(values, state["key"], state["pos"], samples, ranks)
    return np.percentile(sums / values.shape[2], percentiles, axis=2), {"key": key, "pos": position}
