"""Means and shares, computed in the order of operations of fairlearn and scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def weighted_mean(values: NDArray[Any], weight: NDArray[Any]) -> np.float64:
    """Return the mean of an array of shape (n,), summed in fairlearn's order and precision.

    Sums of weights of 8 or 16 bits overflow, as they do in fairlearn.
    """
    mean: np.float64 = np.dot(values, weight) / weight.sum()
    return mean


def shares(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Divide an array of shape (..., k) by its sums over the last axis, where 0 / 0 is 0."""
    with np.errstate(all="ignore"):
        divided: NDArray[np.float64] = np.nan_to_num(counts / counts.sum(axis=-1, keepdims=True))
    return divided
