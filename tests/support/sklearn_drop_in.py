"""The drop-in for scikit-learn and scikit-learn itself: functions, labels, and comparison of calls."""

import math

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
