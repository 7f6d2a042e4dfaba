"""How far groups' values lie apart, as fairlearn 0.15.0's `MetricFrame` computes it.

A value that is NaN takes no part, as in pandas; where all are NaN, so is the result. Divisions by zero are IEEE 754's:
x / 0 is infinite and 0 / 0 is NaN.
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
    """Return the smallest of the values, an array of shape (groups,), or of each row of one (..., groups)."""
    # Of NaN and a number `fmin` takes the number.
    return _plain(np.fmin.reduce(values, axis=-1, initial=nan))


def largest(values: Values) -> Any:
    """Return the largest of the values, an array of shape (groups,), or of each row of one (..., groups)."""
    return _plain(np.fmax.reduce(values, axis=-1, initial=nan))


def difference(values: Values, overall: Any, method: str = "between_groups") -> Any:
    """Return the largest distance of a value from the smallest one, or with `"to_overall"` from `overall`.

    >>> difference(np.array([0.25, 0.75, 0.5]), 0.625), difference(np.array([0.25, 0.75]), 0.625, "to_overall")
    (0.5, 0.375)

    Values may also have the shape (..., groups), and `overall` (...): then so has the result. Raises `ValueError` for
    any other method.
    """
    _check(method)
    with np.errstate(invalid="ignore"):
        return largest(np.abs(values - _beside(overall if method == "to_overall" else smallest(values))))


def ratio(values: Values, overall: Any, method: str = "between_groups") -> Any:
    """Return the smallest value divided by the largest, or with `"to_overall"` the least ratio of a value to `overall`.

    Ratios to `overall` that are greater than 1 are turned over; negative ones are not. So the ratio of values from 0 is
    0 to 1, and 1 is best.

    >>> ratio(np.array([0.25, 0.75, 0.5]), 0.5) == 1 / 3, ratio(np.array([0.5, 2.0]), 0.75, "to_overall")
    (True, 0.375)

    Values may also have the shape (..., groups), and `overall` (...): then so has the result. Raises `ValueError` for
    any other method.
    """
    _check(method)
    with np.errstate(all="ignore"):
        if method == "between_groups":
            return _plain(np.float64(smallest(values)) / largest(values))
        ratios = values / _beside(overall)
        return smallest(np.where(ratios > 1, 1 / ratios, ratios))


def _plain(values: Any) -> Any:
    """Return an array as it is, and a number as a float."""
    return values if np.ndim(values) else float(values)


def _beside(overall: Any) -> Any:
    """Return a number, or numbers (...) so that they stand beside values (..., groups)."""
    return np.expand_dims(overall, -1)


def aggregate(values: Sequence[float], agg: str, worst: Callable[[Sequence[float]], float]) -> float:
    """Return the worst of some disparities, or with `"mean"` their mean.

    `worst` is Python's `max` or `min`: of NaN and a number it takes what comes first, and so does fairlearn.
    Raises `ValueError` when `agg` is neither `"worst_case"` nor `"mean"`.
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
