"""Percentiles of the means of samples, as rouge-score's aggregator finds them, of the same draws.

For each group of columns as many rows as there are are drawn with replacement, sample after sample and one group after
another, as `numpy.random.choice` draws them. Only the few sums that decide a percentile are added up in the
reference's order, one value after the other; that is where the speed comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Sums of larger values might not be finite.
_LARGEST = 1e100


def is_covered(rows: NDArray[Any]) -> bool:
    """Tell whether the sums of rows (n, k) are of float64, finite, and added up one value after the other."""
    # NumPy adds a single column up by halves.
    if rows.dtype != np.float64 or rows.shape[1] == 1 or not rows.size:
        return False
    return bool(np.abs(rows).max() < _LARGEST)


def mean_percentiles(
    values: NDArray[np.float64], samples: int, percentiles: NDArray[np.float64], state: dict[str, Any]
) -> tuple[NDArray[np.float64], dict[str, Any]]:
    """Return the percentiles (q, g, k) of the means of samples of values (g, k, n), and the generator's next state.

    `percentiles` are q numbers from 0 to 100; the state is what NumPy's MT19937 has under `"state"`.
    """
    # A percentile lies between two samples, at the places where NumPy looks for it.
    below = np.floor((samples - 1) * (percentiles / 100)).astype(int)
    ranks = np.unique(np.clip([below, below + 1], 0, samples - 1)).tolist()
    values = np.ascontiguousarray(values)
    sums, key, position = _core.sum_numpy_draws(values, state["key"], state["pos"], samples, ranks)
    return np.percentile(sums / values.shape[2], percentiles, axis=2), {"key": key, "pos": position}
