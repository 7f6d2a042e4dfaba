"""What is to be had of scikit-learn 1.9.1's `sklearn.metrics`: the scores of predicted labels.

    >>> from rapidscore.compat.sklearn.metrics import classification_report, f1_score
    >>> y_true = ["cat", "dog", "cat", "cat", "dog"]
    >>> y_pred = ["cat", "dog", "dog", "cat", "dog"]
    >>> f1_score(y_true, y_pred, average="macro")
    0.8
    >>> classification_report(y_true, y_pred, output_dict=True)["cat"]["precision"]
    1.0

Labels are counted here, once a call, and results are equal to scikit-learn's to the bit. What is not counted here
(sparse matrices, arrays of other libraries, columns of nested lists, negative weights, bad arguments and the like) is
handed over to scikit-learn where it is installed, so that results, warnings and errors are its own; otherwise it raises
`TypeError` or `ValueError`. The functions are picklable and fit `make_scorer`, `cross_validate` and `GridSearchCV`.
"""

from rapidscore.compat.sklearn.metrics._classification import (
    accuracy_score,
    balanced_accuracy_score,
    class_likelihood_ratios,
    classification_report,
    cohen_kappa_score,
    confusion_matrix,
    f1_score,
    fbeta_score,
    hamming_loss,
    jaccard_score,
    matthews_corrcoef,
    multilabel_confusion_matrix,
    precision_recall_fscore_support,
    precision_score,
    recall_score,
    zero_one_loss,
)
from rapidscore.compat.sklearn.metrics._ranking import top_k_accuracy_score

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
