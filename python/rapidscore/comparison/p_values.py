"""P-values, and their correction when there are several."""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CORRECTIONS = ("holm", "benjamini-hochberg")

#: What rounding may make of two equal differences, where ties count.
_TIE = 1e-12


def p_value(apart: NDArray[np.float64], difference: float, ties: bool) -> float:
    """Return how often what chance alone makes is more than the difference, both counted once more.

    No difference is as likely as can be. Of one that is not known, or of unknown chances, nothing can be said: NaN.
    """
    known = apart[~np.isnan(apart)]
    if not len(known) or isnan(difference):
        return nan
    if difference == 0:
        return 1.0
    # Where ties count, rounding must not make a difference of equal ones.
    more = known >= difference * (1 - _TIE) if ties else known > difference
    return (int(more.sum()) + 1) / (len(known) + 1)


def adjusted_p_values(p_values: NDArray[np.float64], correction: str | None) -> NDArray[np.float64]:
    """Correct p-values (n,) for their number: `"holm"`, `"benjamini-hochberg"`, or None for no correction.

    >>> adjusted_p_values(np.array([0.01, 0.04, 0.03]), "holm")
    array([0.03, 0.06, 0.06])
    """
    order = np.argsort(p_values, kind="stable")
    # NaN stands last, and takes no part.
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
