"""Disparities: differences and ratios of groups' values, as fairlearn 0.15.0's `MetricFrame` computes them.

Values that are NaN are left out, as in pandas; if all values are NaN, the result is NaN. Division by zero follows
IEEE 754: x / 0 is infinite and 0 / 0 is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan, nan
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]


def smallest(values: Values) -> Any:
    """Return the smallest value of an array of shape (groups,), or of each row of an array of shape (..., groups)."""
    # `fmin` ignores NaN.
    return _as_float(np.fmin.reduce(values, axis=-1, initial=nan))


def largest(values: Values) -> Any:
    """Return the largest value of an array of shape (groups,), or of each row of an array of shape (..., groups)."""
    return _as_float(np.fmax.reduce(values, axis=-1, initial=nan))


def difference(values: Values, overall: Any, method: str = "between_groups") -> Any:
    """Return the largest difference between the values of two groups, or between a group's value and `overall`.

    Parameters
    ----------
    values : array of shape (groups,) or (..., groups)
        The value of each group.
    overall : float, or array of shape (...)
        The value of all rows.
    method : {"between_groups", "to_overall"}, default "between_groups"
        Whether groups are compared with each other or with `overall`.

    Returns
    -------
    float, or array of shape (...)
        The largest difference, 0 or more.

    Raises
    ------
    ValueError
        If the method is unknown.

    Examples
    --------
    >>> difference(np.array([0.25, 0.75, 0.5]), 0.625), difference(np.array([0.25, 0.75]), 0.625, "to_overall")
    (0.5, 0.375)

    """
    _check(method)
    with np.errstate(invalid="ignore", over="ignore"):
        return largest(np.abs(values - _broadcastable(overall if method == "to_overall" else smallest(values))))


def ratio(values: Values, overall: Any, method: str = "between_groups") -> Any:
    """Return the smallest value divided by the largest, or the smallest ratio of a group's value to `overall`.

    Ratios to `overall` that are greater than 1 are inverted; negative ratios are not. The ratio of values that are 0 or
    greater is therefore 0 to 1, and 1 is best.

    Parameters
    ----------
    values : array of shape (groups,) or (..., groups)
        The value of each group.
    overall : float, or array of shape (...)
        The value of all rows.
    method : {"between_groups", "to_overall"}, default "between_groups"
        Whether groups are compared with each other or with `overall`.

    Returns
    -------
    float, or array of shape (...)
        The ratio: 0 to 1 if no value is negative.

    Raises
    ------
    ValueError
        If the method is unknown.

    Examples
    --------
    >>> ratio(np.array([0.25, 0.75, 0.5]), 0.5) == 1 / 3, ratio(np.array([0.5, 2.0]), 0.75, "to_overall")
    (True, 0.375)

    """
    _check(method)
    with np.errstate(all="ignore"):
        if method == "between_groups":
            return _as_float(np.float64(smallest(values)) / largest(values))
        ratios = values / _broadcastable(overall)
        return smallest(np.where(ratios > 1, 1 / ratios, ratios))


def _as_float(values: Any) -> Any:
    """Convert a NumPy scalar to float, and return an array unchanged."""
    return values if np.ndim(values) else float(values)


def _broadcastable(overall: Any) -> Any:
    """Add an axis to numbers of shape (...), so that they broadcast against values of shape (..., groups)."""
    return np.expand_dims(overall, -1)


def aggregate(values: Sequence[float], agg: str, worst: Callable[[Sequence[float]], float]) -> float:
    """Return the worst of several disparities, or with `agg="mean"` their mean.

    Parameters
    ----------
    values : sequence of float
        The disparities.
    agg : {"worst_case", "mean"}
        Whether to return the worst disparity, or the mean of the disparities that are not NaN.
    worst : callable
        Python's `max` or `min`, as in fairlearn: of NaN and a number, they return the first.

    Returns
    -------
    float
        The worst disparity or the mean; the mean is NaN if all disparities are.

    Raises
    ------
    ValueError
        If `agg` is unknown.

    """
    if agg == "worst_case":
        return worst(values)
    if agg != "mean":
        raise ValueError(f"agg must be one of 'worst_case' or 'mean', got {agg}")
    known = [value for value in values if not isnan(value)]
    return sum(known) / len(known) if known else nan


def _check(method: str) -> None:
    if method not in ("between_groups", "to_overall"):
        raise ValueError(f"unknown method {method!r}: choose 'between_groups' or 'to_overall'")
