"""P-values, and their correction for multiple comparisons."""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CORRECTIONS = ("holm", "benjamini-hochberg")

#: Relative rounding error up to which two differences are tied, if ties are counted.
_TIE = 1e-12


def p_value(differences: NDArray[np.float64], difference: float, ties: bool, size: float = 0.0) -> float:
    """Return the p-value of an absolute difference, given the absolute differences (n,) under the null hypothesis.

    It is (k + 1) / (n + 1), where k is the number of trials with a greater difference, or, if `ties` is true, with a
    greater or equal difference. Trials whose difference is NaN are left out. A difference of 0 has the p-value 1. The
    p-value is NaN if the difference is NaN, or if no trial is left. `size` is the size of the values that are
    subtracted: it determines rounding errors of differences that are small.
    """
    known = differences[~np.isnan(differences)]
    if not len(known) or isnan(difference):
        return nan
    if difference == 0:
        return 1.0
    # If ties are counted, rounding must not separate equal differences.
    limit = difference * (1 - _TIE) if size <= difference else difference - _TIE * size
    extreme = known >= limit if ties else known > difference
    return (int(extreme.sum()) + 1) / (len(known) + 1)


def adjusted_p_values(p_values: NDArray[np.float64], correction: str | None) -> NDArray[np.float64]:
    """Correct p-values (n,) for multiple comparisons, by `"holm"`, `"benjamini-hochberg"` or None for no correction.

    The result has the shape (n,) and values of at most 1. NaN stays NaN and does not count as a comparison.

    >>> adjusted_p_values(np.array([0.01, 0.04, 0.03]), "holm")
    array([0.03, 0.06, 0.06])
    """
    order = np.argsort(p_values, kind="stable")
    # NaN is sorted to the end and takes no part.
    count = int((~np.isnan(p_values)).sum())
    order = order[:count]
    ranked = p_values[order]
    if correction == "holm":
        ranked = np.maximum.accumulate(ranked * np.arange(count, 0, -1))
    elif correction == "benjamini-hochberg":
        ranked = np.minimum.accumulate((ranked * count / np.arange(1, count + 1))[::-1])[::-1]
    adjusted = np.full(len(p_values), nan)
    adjusted[order] = np.minimum(ranked, 1.0)
    return adjusted
