"""The API of `sklearn.metrics` (1.9.1): scores of predicted labels.

    >>> from rapidscore.compat.sklearn.metrics import classification_report, f1_score
    >>> y_true = ["cat", "dog", "cat", "cat", "dog"]
    >>> y_pred = ["cat", "dog", "dog", "cat", "dog"]
    >>> f1_score(y_true, y_pred, average="macro")
    0.8
    >>> classification_report(y_true, y_pred, output_dict=True)["cat"]["precision"]
    1.0

Each call counts the labels once, and results equal scikit-learn's to the bit. Arguments that are not covered (sparse
matrices, arrays of other libraries, nested lists, negative weights, invalid arguments and the like) go to scikit-learn
itself, whose results, warnings and errors they then give; if it is not installed, they raise `TypeError` or
`ValueError`. The functions can be pickled, and work with `make_scorer`, `cross_validate` and `GridSearchCV`. Other
names of `sklearn.metrics` are scikit-learn's own, if it is installed. Warnings point at the line of the caller, which
is the only difference from scikit-learn.

Parameters of several functions:

- `y_true`, `y_pred`: n labels each, in any form that scikit-learn takes. Covered are 1-D labels (`int`, `bool`, `str`,
  integral `float`) in lists, tuples, NumPy arrays and columns of pandas and polars; and, for samples with several
  labels, NumPy arrays of 0 and 1 of shape (n, C).
- `labels`: the labels to score, in this order; by default all labels that occur, sorted.
- `sample_weight`: n numbers. Covered are finite numbers from 0.
- `average`, `zero_division`: see `rapidscore.classification.averages`.
- `pos_label`: the positive label, for `average="binary"`.
"""

from typing import Any

from rapidscore.compat._peer import attribute
from rapidscore.compat.sklearn.metrics._agreement import (
    accuracy_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    confusion_matrix,
    hamming_loss,
    matthews_corrcoef,
    multilabel_confusion_matrix,
    zero_one_loss,
)
from rapidscore.compat.sklearn.metrics._averaged import (
    classification_report,
    f1_score,
    fbeta_score,
    jaccard_score,
    precision_recall_fscore_support,
    precision_score,
    recall_score,
)
from rapidscore.compat.sklearn.metrics._ranking import top_k_accuracy_score
from rapidscore.compat.sklearn.metrics._ratios import class_likelihood_ratios

__all__ = [
    "accuracy_score",
    "balanced_accuracy_score",
    "class_likelihood_ratios",
    "classification_report",
    "cohen_kappa_score",
    "confusion_matrix",
    "f1_score",
    "fbeta_score",
    "hamming_loss",
    "jaccard_score",
    "matthews_corrcoef",
    "multilabel_confusion_matrix",
    "precision_recall_fscore_support",
    "precision_score",
    "recall_score",
    "top_k_accuracy_score",
    "zero_one_loss",
]


def __getattr__(name: str) -> Any:
    return attribute(__name__, name)
