"""Likelihood ratios."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rapidscore.compat.sklearn.metrics._counts import confusion, is_nan
from rapidscore.compat.sklearn.metrics._drop_in import NotCovered, drop_in
from rapidscore.warning import warn_undefined


@drop_in
def class_likelihood_ratios(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    sample_weight: Any = None,
    replace_undefined_by: Any = np.nan,
) -> tuple[float, float]:
    """Return how much likelier a positive, and a negative, prediction is for what is positive: two floats from 0.

    Of two labels the second is the positive one.

    >>> class_likelihood_ratios([0, 1, 1, 0, 0], [1, 1, 0, 0, 0])
    (1.5, 0.75)
    """
    positive, negative = _as_replacements(replace_undefined_by)
    matrix, occurring = confusion(y_true, y_pred, labels, sample_weight)
    if len(matrix) != 2 or occurring > 2:  # binary
        raise NotCovered("other than two labels")
    tn, fp, fn, tp = matrix.ravel()
    there, absent = tp + fn, tn + fp
    if there == 0:
        warn_undefined(
            "No samples of the positive class are present in `y_true`. "
            f"`positive_likelihood_ratio` and `negative_likelihood_ratio` are both {_TO_NAN} {_BY_PARAM}"
        )
    # NumPy numbers: where they divide by 0 they give NaN and warn.
    if fp:
        positive = (tp * absent) / (fp * there)
    else:
        ill = "`positive_likelihood_ratio` is ill-defined and"
        none = "No samples were predicted for the positive class and `positive_likelihood_ratio` is"
        # scikit-learn ends in the middle of the sentence, too.
        warn_undefined(f"{ill if tp else none} {_TO_NAN} Use the `replace_undefined_by` param to ")
    if tn:
        negative = (fn * absent) / (tn * there)
    else:
        warn_undefined(f"`negative_likelihood_ratio` is ill-defined and {_TO_NAN} {_BY_PARAM}")
    return float(positive), float(negative)


_TO_NAN = "set to `np.nan`."
_BY_PARAM = (
    "Use the `replace_undefined_by` param to control this behavior. To suppress this warning or turn it into an error, "
    "see Python's `warnings` module and `warnings.catch_warnings()`."
)


def _as_replacements(values: Any) -> tuple[float, float]:
    """Return what stands for undefined likelihood ratios: NaN, 1, or of each its own."""
    # Another NaN than this very object scikit-learn refuses.
    if values is np.nan or (type(values) in (int, float) and values == 1):  # noqa: PLW0177
        return values, values
    if type(values) is not dict or not {"LR+", "LR-"} <= values.keys():
        raise NotCovered(f"replace_undefined_by={values!r}")
    positive, negative = values["LR+"], values["LR-"]
    for value, least, most in ((positive, 1, math.inf), (negative, 0, 1)):
        if type(value) not in (int, float) or not (is_nan(value) or least <= value <= most):
            raise NotCovered(f"replace_undefined_by={values!r}")
    return positive, negative
