"""Options of every function, valid or not: equal results, warnings and errors."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from support.effort import thinned
from support.sklearn_drop_in import AVERAGES, BINARY, PRED, SET_WISE, TRUE, ZERO_DIVISIONS

import rapidscore.compat.sklearn.metrics as ours


@pytest.mark.parametrize("name", SET_WISE)
@pytest.mark.parametrize("average", [*AVERAGES, "samples"])
@pytest.mark.parametrize("zero_division", ZERO_DIVISIONS)
def test_zero_division(check, name, average, zero_division):
    options = {"average": average, "zero_division": zero_division}
    if name == "fbeta_score":
        options["beta"] = 0.5
    pairs = [
        BINARY,
        ([0, 0], [1, 1]),
        ([0, 0], [0, 0]),
        ([1, 1], [1, 1]),
        ([3, 3], [3, 3]),
        (TRUE, PRED),
        ([0, 1, 2], [0, 0, 4]),
        ([0, 1], [2, 3]),
        ([*range(20)], [*range(0, 40, 2)]),
    ]
    # 3 and the 4 choices of labels have no common factor, so a third of the cases has all pairs and choices.
    for (y_true, y_pred), chosen in thinned(itertools.product(pairs, (None, [1], [5, 6], [2, 1, 0, 9])), 3):
        check(name, y_true, y_pred, labels=chosen, **options)


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("f1_score", {"average": "macro!"}),
        ("f1_score", {"average": ["macro"]}),
        ("f1_score", {"average": "macro", "pos_label": 2}),
        ("f1_score", {"average": "binary", "pos_label": 7}),
        ("f1_score", {"average": "binary", "pos_label": "7"}),
        ("f1_score", {"average": "binary", "pos_label": [1]}),
        ("f1_score", {"average": "binary", "pos_label": True}),
        ("f1_score", {"average": "binary", "pos_label": 1.0}),
        ("f1_score", {"average": "binary", "pos_label": np.int8(1)}),
        ("f1_score", {"average": "binary", "pos_label": None}),
        ("f1_score", {"average": "binary", "labels": [5]}),
        ("f1_score", {"average": "binary", "labels": 5}),
        ("f1_score", {"average": "macro", "labels": 5}),
        ("f1_score", {"average": "macro", "labels": "ab"}),
        ("f1_score", {"average": "macro", "labels": ["0", "1"]}),
        ("f1_score", {"average": "macro", "labels": [[0, 1]]}),
        ("f1_score", {"average": "macro", "labels": [0.0, 1.0]}),
        ("f1_score", {"average": "macro", "labels": [0, 0, 1]}),
        ("f1_score", {"average": "macro", "labels": [True]}),
        ("f1_score", {"average": "macro", "labels": np.array([1, 0], dtype=object)}),
        ("f1_score", {"zero_division": 2}),
        ("f1_score", {"zero_division": "nan"}),
        ("f1_score", {"zero_division": True}),
        ("f1_score", {"zero_division": np.int64(1)}),
        ("f1_score", {"zero_division": np.float32(1)}),
        ("f1_score", {"zero_division": None}),
        ("f1_score", {"zero_division": 10**400}),
        ("cohen_kappa_score", {"replace_undefined_by": 10**400}),
        ("class_likelihood_ratios", {"replace_undefined_by": {"LR+": 10**400, "LR-": 10**400}}),
        ("fbeta_score", {"beta": 10**400}),
        ("f1_score", {"average": "macro", "labels": [10**400]}),
        ("f1_score", {"pos_label": 10**400}),
        ("f1_score", {"sample_weight": [10**400] * 7}),
        ("f1_score", {"sample_weight": 1}),
        ("f1_score", {"sample_weight": [1]}),
        ("f1_score", {"sample_weight": [1] * 7}),
        ("f1_score", {"sample_weight": [0] * 7}),
        ("f1_score", {"sample_weight": [True] * 7}),
        ("f1_score", {"sample_weight": ["1"] * 7}),
        ("f1_score", {"sample_weight": [[1]] * 7}),
        ("f1_score", {"sample_weight": [-1, 1, 1, -1, 1, 1, 1]}),
        ("f1_score", {"sample_weight": [math.nan, 1, 1, 1, 1, 1, 1]}),
        ("f1_score", {"sample_weight": np.arange(14)[::2] / 7}),
        ("f1_score", {"sample_weight": (1, 2, 3, 4, 5, 6, 0.7)}),
        ("f1_score", {"sample_weight": np.ones(7, np.longdouble)}),
        ("f1_score", {"sample_weight": np.ones(7, np.float16)}),
        ("f1_score", {"unknown": 1}),
        ("fbeta_score", {}),
        ("fbeta_score", {"beta": -1}),
        ("fbeta_score", {"beta": "1"}),
        ("fbeta_score", {"beta": True}),
        ("fbeta_score", {"beta": np.float64(0.3)}),
        ("fbeta_score", {"beta": math.nan}),
        ("jaccard_score", {"zero_division": math.nan}),
        ("accuracy_score", {"normalize": 1}),
        ("accuracy_score", {"normalize": None}),
        ("accuracy_score", {"normalize": np.True_}),
        ("zero_one_loss", {"normalize": "yes"}),
        ("zero_one_loss", {"normalize": False, "sample_weight": pd.Series([0.1] * 7)}),
        ("confusion_matrix", {"normalize": "rows"}),
        ("confusion_matrix", {"normalize": ["true"]}),
        ("confusion_matrix", {"labels": []}),
        ("confusion_matrix", {"labels": [7]}),
        ("confusion_matrix", {"labels": [7, 1]}),
        ("confusion_matrix", {"labels": [1, 1, 0]}),
        ("confusion_matrix", {"labels": ["0", "1"]}),
        ("confusion_matrix", {"labels": pd.Series([1, 0])}),
        ("confusion_matrix", {"labels": {0, 1}}),
        ("confusion_matrix", {"sample_weight": [2**53, 1, 1, 1, 1, 1, 1]}),
        ("confusion_matrix", {"sample_weight": np.arange(7, dtype=np.uint8)}),
        ("multilabel_confusion_matrix", {"samplewise": 1}),
        ("balanced_accuracy_score", {"adjusted": 1}),
        ("cohen_kappa_score", {"weights": "cubic"}),
        ("cohen_kappa_score", {"replace_undefined_by": 2}),
        ("cohen_kappa_score", {"replace_undefined_by": None}),
        ("cohen_kappa_score", {"labels": [1]}),
        ("cohen_kappa_score", {"labels": [1], "replace_undefined_by": 0.5}),
        ("cohen_kappa_score", {"labels": [8, 9]}),
        ("class_likelihood_ratios", {"labels": [1, 0]}),
        ("class_likelihood_ratios", {"labels": [0, 1, 2]}),
        ("class_likelihood_ratios", {"labels": [1, 2]}),
        ("class_likelihood_ratios", {"replace_undefined_by": {"LR+": 1.0, "LR-": 0.5}}),
        ("class_likelihood_ratios", {"replace_undefined_by": 0.0}),
        # scikit-learn compares by identity with np.nan.
        ("class_likelihood_ratios", {"replace_undefined_by": math.nan}),
        ("classification_report", {"target_names": ["a"]}),
        ("classification_report", {"target_names": ["a", "b", "c"], "labels": [0, 1]}),
        ("classification_report", {"target_names": [1, 2]}),
        ("classification_report", {"target_names": "ab"}),
        ("classification_report", {"target_names": pd.Series(["a", "b"])}),
        ("classification_report", {"target_names": ["a", "a"], "output_dict": True}),
        ("classification_report", {"target_names": ["accuracy", "macro avg"], "output_dict": True}),
        ("classification_report", {"labels": [0], "target_names": ["accuracy"], "output_dict": True}),
        ("classification_report", {"labels": [1, 0]}),
        ("classification_report", {"labels": [1, 0, 5]}),
        ("classification_report", {"labels": [1]}),
        ("classification_report", {"labels": [1, 1, 0]}),
        ("classification_report", {"digits": -1}),
        ("classification_report", {"digits": 2.0}),
        ("classification_report", {"output_dict": 1}),
        ("classification_report", {"labels": np.array([0, 1], dtype=np.uint8)}),
    ],
    ids=str,
)
def test_odd_options(check, name, named):
    check(name, *BINARY, **named)
    check(name, *([["no", "yes"][label] for label in labels] for labels in BINARY), **named)
    check(name, TRUE, PRED, **named)
    check(name, *(np.array([labels, labels]).T for labels in BINARY), **named)


def test_wrong_calls(check):
    for name in ours.__all__:
        check(name)
        check(name, [0, 1])
        check(name, [0, 1], [0, 1], None)
        check(name, y_pred=[0, 1], y_true=[0, 1])
        check(name, y_pred=[0, 1], y_score=[0, 1])


@pytest.mark.parametrize(
    "labels", [([0, 0], [0, 1]), ([1, 1], [1, 0]), ([1, 1, 0], [0, 0, 0]), ([0, 1], [0, 0]), ([0, 1], [1, 1])]
)
@pytest.mark.parametrize("values", [np.nan, 1.0, {"LR+": 1.0, "LR-": 0.5}, {"LR+": math.inf, "LR-": math.nan}])
@pytest.mark.parametrize("weights", [None, [1, 2], [0.5, 0.1]])
def test_undefined_ratios(check, labels, values, weights):
    weights = weights and (weights * 2)[: len(labels[0])]
    check("class_likelihood_ratios", *labels, sample_weight=weights, replace_undefined_by=values, counted=True)
