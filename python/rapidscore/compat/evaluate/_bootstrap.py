"""The middle of the means of samples, as rouge-score's `BootstrapAggregator` finds it, of the same draws.

For each column of n values 1000 samples of n places are drawn with replacement, one column after the other, as
`numpy.random.choice` draws them after `numpy.random.seed`; the mean of each is taken, and the median of these means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore import _core

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: As rouge-score has them.
SAMPLES = 1000


def middles(columns: Sequence[NDArray[np.float64]], seed: int) -> list[np.float64]:
    """Return for each column (n,) the median of the means of samples, drawn after `numpy.random.seed(seed)`."""
    state: Any = np.random.RandomState(seed).get_state()
    values = np.stack(columns)[:, np.newaxis]
    # Of an even number of means the median is between two.
    ranks = [(SAMPLES - 1) // 2, SAMPLES // 2]
    sums, _, _ = _core.sum_numpy_draws(values, state[1], state[2], SAMPLES, ranks)
    return [*np.percentile(sums[:, 0] / len(columns[0]), 50, axis=1)]
