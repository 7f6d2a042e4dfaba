"""Scores of ranked labels."""

from __future__ import annotations

from typing import Any

import numpy as np

from rapidscore.classification.averages import Array
from rapidscore.compat.sklearn.metrics._counts import as_selected, check_labels, check_weights, find
from rapidscore.compat.sklearn.metrics._drop_in import NotCovered, drop_in
from rapidscore.inputs import labels as label_inputs
from rapidscore.warning import warn_undefined


@drop_in
def top_k_accuracy_score(
    y_true: Any,
    y_score: Any,
    *,
    k: int = 2,
    normalize: bool = True,
    sample_weight: Any = None,
    labels: Any = None,
) -> float:
    """Return the share of samples with their label among the `k` labels with the highest scores, 0 to 1.

    Parameters and result as `sklearn.metrics.top_k_accuracy_score` in scikit-learn 1.9.1.

    `y_true` are n labels. `y_score` has the shape (n, C), with a column for each label in sorted order, or (n,), with
    the scores of the second of two labels. `labels` are all C labels, for a `y_true` that lacks some. Of labels with
    equal scores, the last ranks first. With `normalize=False`, the result is the number of these samples or their
    weight.

    >>> scores = [[0.5, 0.2, 0.3], [0.3, 0.4, 0.3], [0.2, 0.4, 0.4], [0.7, 0.2, 0.1]]
    >>> top_k_accuracy_score([0, 1, 2, 2], scores, k=2)
    0.75
    """
    if type(k) is not int or k < 1 or type(normalize) is not bool:
        raise NotCovered(f"k={k!r} or normalize={normalize!r}")
    check_labels(y_true)
    codes, present = label_inputs.encode(y_true, "y_true")
    scores = _as_scores(y_score, len(codes))
    classes = len(present)
    if labels is not None:
        selected = as_selected(labels, present)
        codes = np.array(find(present, selected))[codes]
        classes = len(selected)
        if not (selected[1:] > selected[:-1]).all() or (codes < 0).any():
            raise NotCovered("labels that are not sorted, or lack a label of y_true")
    if scores.ndim == 1 and classes == 2:  # binary
        threshold = 0.5 if scores.min() >= 0 and scores.max() <= 1 else 0
        right = (scores > threshold) == codes if k == 1 else np.ones(len(scores), bool)
    elif scores.ndim > 1 and classes == scores.shape[1] > 2:  # multiclass
        true_scores = scores[np.arange(len(scores)), codes, np.newaxis]
        is_later = np.arange(classes) > codes[:, np.newaxis]
        right = np.count_nonzero((scores > true_scores) | ((scores == true_scores) & is_later), axis=1) < k
    else:
        raise NotCovered(f"{classes} labels for scores of shape {scores.shape}")
    weights = None if sample_weight is None else check_weights(sample_weight, len(right))
    if k >= classes:
        warn_undefined(
            f"'k' ({k}) greater than or equal to 'n_classes' ({classes}) "
            "will result in a perfect score and is therefore meaningless."
        )
    if normalize:
        return float(np.average(right, weights=weights))
    return float(np.count_nonzero(right) if weights is None else np.dot(right, weights))


def _as_scores(y_score: Any, n: int) -> Array:
    if type(y_score) not in (list, np.ndarray):
        raise NotCovered(f"scores in a {type(y_score).__name__}")
    scores = np.asarray(y_score)
    if scores.ndim not in (1, 2) or len(scores) != n or not scores.size:
        raise NotCovered(f"scores of shape {scores.shape} for {n} samples")
    if scores.dtype.kind not in "iuf" or not np.isfinite(scores).all():
        raise NotCovered(f"scores of type {scores.dtype}, or that are not finite")
    return scores
