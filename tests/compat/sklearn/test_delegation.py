"""Ordinary calls are answered by rapidscore, with one pass over the labels."""

import numpy as np
import pytest
from support.sklearn_drop_in import AVERAGED, AVERAGES, BINARY, PLAIN

import rapidscore.compat.sklearn.metrics as ours
from rapidscore.classification import counts
from rapidscore.compat.sklearn.metrics import _agreement, _counts, _ranking
from rapidscore.inputs import labels


class Door:
    """`rapidscore.labels`, recording the names of the functions called."""

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        def noted(*columns):
            self.calls.append(name)
            return getattr(counts if hasattr(counts, name) else labels, name)(*columns)

        return noted


WEIGHTED = {"sample_weight": [0.1, 0.2, 0, 0.3, 1, 2, 3]}


@pytest.mark.parametrize(
    ("name", "named", "call"),
    [
        *((name, {}, "count_equal") for name in ("accuracy_score", "zero_one_loss", "hamming_loss")),
        *(
            (name, {}, "confusion_counts")
            for name in ("confusion_matrix", "cohen_kappa_score", "class_likelihood_ratios")
        ),
        *((name, {}, "class_counts") for name in ("balanced_accuracy_score", "matthews_corrcoef")),
        *((name, {}, "class_counts") for name in ("multilabel_confusion_matrix", "classification_report")),
        *((name, {"average": average}, "class_counts") for name in AVERAGED for average in AVERAGES),
        ("fbeta_score", {"beta": 0.5}, "class_counts"),
        ("precision_recall_fscore_support", {}, "class_counts"),
        ("f1_score", {"pos_label": 0}, "class_counts"),
        ("f1_score", {"average": "macro", "labels": [1, 5]}, "class_counts"),
        ("classification_report", {"output_dict": True, "labels": [1], "digits": 3}, "class_counts"),
        ("confusion_matrix", {"labels": [1, 0, 2]}, "confusion_counts"),
        *((name, WEIGHTED, "encode_pair") for name in PLAIN),
        *((name, {**WEIGHTED, "average": "macro"}, "encode_pair") for name in AVERAGED),
        ("top_k_accuracy_score", {"k": 1}, "encode"),
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
def test_ordinary_calls_count_once(check, monkeypatch, name, named, call):
    check(name, *BINARY, counted=True, **named)
    door = Door()
    for module in (_agreement, _counts, _ranking):
        monkeypatch.setattr(module, "label_inputs", door)
        for function in "class_counts", "confusion_counts", "count_equal":
            if hasattr(module, function):
                monkeypatch.setattr(module, function, getattr(door, function))
    getattr(ours, name)(*BINARY, **named)
    assert door.calls == [call]


def test_multilabel_calls_are_not_delegated(check):
    y_true, y_pred = np.array([[0, 1, 1], [1, 0, 0]]), np.array([[1, 1, 0], [1, 0, 1]])
    for name in ("accuracy_score", "zero_one_loss", "hamming_loss", "multilabel_confusion_matrix"):
        check(name, y_true, y_pred, counted=True)
        check(name, y_true == 1, y_pred == 1, sample_weight=[0.1, 0.7], counted=True)
    for name in AVERAGED:
        for average in (None, "micro", "macro", "weighted", "samples"):
            check(name, y_true, y_pred, average=average, counted=True)
            check(name, y_true, y_pred, average=average, labels=[2, 0], sample_weight=[0.1, 0.7], counted=True)
    check("classification_report", y_true, y_pred, counted=True)
