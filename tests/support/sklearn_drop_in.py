"""The drop-in for scikit-learn and scikit-learn itself: functions, labels, and comparison of calls."""

import math
import warnings

import numpy as np

AVERAGED = ["precision_score", "recall_score", "f1_score", "jaccard_score"]
SET_WISE = [*AVERAGED, "fbeta_score", "precision_recall_fscore_support"]
PLAIN = [
    "accuracy_score",
    "zero_one_loss",
    "hamming_loss",
    "balanced_accuracy_score",
    "confusion_matrix",
    "multilabel_confusion_matrix",
    "matthews_corrcoef",
    "cohen_kappa_score",
    "class_likelihood_ratios",
    "classification_report",
]

AVERAGES = [None, "micro", "macro", "weighted", "binary"]
ZERO_DIVISIONS = ["warn", 0, 1, 0.0, 1.0, math.nan]


def exactly(value):
    """Return types, shapes and bits of a result."""
    if isinstance(value, tuple | list):
        return type(value), [exactly(one) for one in value]
    if isinstance(value, dict):
        return {key: exactly(one) for key, one in value.items()}, list(value)
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    return type(value), float(value).hex() if isinstance(value, float) else value


def outcome(function, *arguments, **named):
    """Return the result or the error, and the warnings, each as class and text."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = exactly(function(*arguments, **named))
        except Exception as error:
            result = type(error), str(error)
    return result, [(caution.category, str(caution.message)) for caution in caught]


def everything(check, y_true, y_pred, **named):
    """Compare all functions except `top_k_accuracy_score`."""
    for name in PLAIN:
        check(name, y_true, y_pred, **named)
    for name in SET_WISE:
        options = {"beta": 2, **named} if name == "fbeta_score" else named
        for average in AVERAGES:
            check(name, y_true, y_pred, average=average, **options)


TRUE = [0, 1, 2, 2, 1, 0, 1, 1, 2, 0, 1]
PRED = [0, 2, 2, 1, 1, 0, 1, 0, 2, 0, 1]
BINARY = [0, 1, 0, 1, 1, 0, 1], [1, 1, 0, 0, 1, 0, 1]
TEXTS = [["", "été", "猫 cat"][label] for label in TRUE], [["", "été", "猫 cat"][label] for label in PRED]
