"""What is to be had of scikit-learn 1.9.1's `sklearn.metrics`: the scores of predicted labels.

    >>> from rapidscore.compat.sklearn.metrics import classification_report, f1_score
    >>> y_true = ["cat", "dog", "cat", "cat", "dog"]
    >>> y_pred = ["cat", "dog", "dog", "cat", "dog"]
    >>> f1_score(y_true, y_pred, average="macro")
    0.8
    >>> classification_report(y_true, y_pred, output_dict=True)["cat"]["precision"]
    1.0

Labels are counted here, once a call, and results are equal to scikit-learn's to the bit. What is not counted here
(sparse matrices, arrays of other libraries, nested lists, negative weights, bad arguments and the like) is handed over
to scikit-learn where it is installed, so that results, warnings and errors are its own; otherwise it raises `TypeError`
or `ValueError`. The functions are picklable and fit `make_scorer`, `cross_validate` and `GridSearchCV`. Other names of
`sklearn.metrics` are scikit-learn's own, where it is installed.

Wherever these are asked for:

- `y_true`, `y_pred`: n labels each, in any form that scikit-learn takes. Counted here are 1-D labels (`int`, `bool`,
  `str`, whole `float`) in lists, tuples, NumPy arrays and columns of pandas and polars; and, where samples may have
  several labels, NumPy arrays of 0 and 1 of shape (n, C).
- `labels`: which labels to score, in this order; by default all that occur, sorted.
- `sample_weight`: n numbers. Counted here are finite ones from 0.
- `average`, `zero_division`: see `rapidscore.classification.averages`. `pos_label` is the label that
  `average="binary"` is about.
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
