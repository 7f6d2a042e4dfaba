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
    """Return the positive and the negative likelihood ratio: two floats from 0.

    Parameters and result as `sklearn.metrics.class_likelihood_ratios` in scikit-learn 1.9.1.

    They are true positive rate / false positive rate, and false negative rate / true negative rate. Of the two labels,
    the second in sorted order is the positive label.

    >>> class_likelihood_ratios([0, 1, 1, 0, 0], [1, 1, 0, 0, 0])
    (1.5, 0.75)
    """
    positive, negative = _as_replacements(replace_undefined_by)
    matrix, label_count = confusion(y_true, y_pred, labels, sample_weight)
    if len(matrix) != 2 or label_count > 2:  # binary
        raise NotCovered(f"{label_count} labels, of which {len(matrix)} are selected: there must be two")
    tn, fp, fn, tp = matrix.ravel()
    positives, negatives = tp + fn, tn + fp
    if positives == 0:
        warn_undefined(
            "No samples of the positive class are present in `y_true`. "
            f"`positive_likelihood_ratio` and `negative_likelihood_ratio` are both {_TO_NAN} {_BY_PARAM}"
        )
    # These are NumPy numbers: a division by 0 gives NaN and a warning.
    if fp:
        positive = (tp * negatives) / (fp * positives)
    else:
        ill_defined = "`positive_likelihood_ratio` is ill-defined and"
        no_predictions = "No samples were predicted for the positive class and `positive_likelihood_ratio` is"
        # scikit-learn's message also ends in the middle of the sentence.
        warn_undefined(f"{ill_defined if tp else no_predictions} {_TO_NAN} Use the `replace_undefined_by` param to ")
    if tn:
        negative = (fn * negatives) / (tn * positives)
    else:
        warn_undefined(f"`negative_likelihood_ratio` is ill-defined and {_TO_NAN} {_BY_PARAM}")
    return float(positive), float(negative)


_TO_NAN = "set to `np.nan`."
_BY_PARAM = (
    "Use the `replace_undefined_by` param to control this behavior. To suppress this warning or turn it into an error, "
    "see Python's `warnings` module and `warnings.catch_warnings()`."
)


def _as_replacements(values: Any) -> tuple[float, float]:
    """Return the replacements of undefined likelihood ratios: NaN or 1 for both, or one for each."""
    # scikit-learn refuses NaN objects other than np.nan.
    if values is np.nan or (type(values) in (int, float) and values == 1):  # noqa: PLW0177
        return values, values
    if type(values) is not dict or not {"LR+", "LR-"} <= values.keys():
        raise NotCovered(f"replace_undefined_by={values!r}")
    positive, negative = values["LR+"], values["LR-"]
    for value, low, high in ((positive, 1, math.inf), (negative, 0, 1)):
        if type(value) not in (int, float) or not (is_nan(value) or low <= value <= high):
            raise NotCovered(f"replace_undefined_by={values!r}")
    return positive, negative
