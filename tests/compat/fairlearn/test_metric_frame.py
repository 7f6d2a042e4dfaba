"""`MetricFrame` of `rapidscore.compat.fairlearn`, against fairlearn's: equal frames, computed by our functions."""

import importlib
import inspect
import pickle
import subprocess
import sys
from functools import partial

import fairlearn.metrics as theirs
import numpy as np
import pandas as pd
import pytest
import sklearn.metrics

import rapidscore.compat.fairlearn.metrics as ours
import rapidscore.compat.sklearn.metrics as our_scores
from rapidscore.compat.fairlearn.metrics.frame import quick

RNG = np.random.default_rng(4)
TRUE, PREDICTED = RNG.integers(0, 2, (2, 400))
SEX, AGE = RNG.choice(["F", "M"], 400), RNG.choice(["young", "old", "older"], 400)
WEIGHTS = RNG.random(400)

METRICS = {
    "accuracy": sklearn.metrics.accuracy_score,
    "f1": partial(sklearn.metrics.f1_score, zero_division=0),
    "precision": partial(sklearn.metrics.precision_score, pos_label=0, zero_division=1),
    "rate": theirs.selection_rate,
    "tpr": theirs.true_positive_rate,
    "count": theirs.count,
    "own": lambda y_true, y_pred: float(np.mean(y_true != y_pred)),
}


def contents(frame):
    """Return all values of a frame."""
    values = [frame.overall, frame.by_group]
    for method in "between_groups", "to_overall":
        values += [frame.difference(method=method), frame.ratio(method=method)]
    values += [frame.group_min(), frame.group_max(), frame.sensitive_levels, frame.control_levels]
    return [value.to_dict() if hasattr(value, "to_dict") else value for value in values]


@pytest.mark.parametrize(
    "options",
    [
        {"metrics": METRICS, "sensitive_features": SEX},
        {"metrics": METRICS, "sensitive_features": pd.DataFrame({"sex": SEX, "age": AGE})},
        {"metrics": METRICS, "sensitive_features": SEX, "control_features": AGE},
        {
            "metrics": {"accuracy": sklearn.metrics.accuracy_score, "rate": theirs.selection_rate},
            "sensitive_features": SEX,
            "sample_params": {"accuracy": {"sample_weight": WEIGHTS}},
        },
    ],
    ids=["one", "two", "control", "weights"],
)
def test_equal_frames(options):
    arguments = {"y_true": TRUE, "y_pred": PREDICTED, **options}
    assert contents(ours.MetricFrame(**arguments)) == contents(theirs.MetricFrame(**arguments))


def test_one_function():
    arguments = {"y_true": TRUE, "y_pred": PREDICTED, "sensitive_features": SEX}
    mine = ours.MetricFrame(metrics=sklearn.metrics.f1_score, **arguments)
    other = theirs.MetricFrame(metrics=sklearn.metrics.f1_score, **arguments)
    assert mine.overall == other.overall
    assert mine.by_group.to_dict() == other.by_group.to_dict()
    assert mine.difference() == other.difference()


def test_bootstrap():
    arguments = {"metrics": METRICS, "y_true": TRUE, "y_pred": PREDICTED, "sensitive_features": SEX}
    arguments |= {"n_boot": 10, "ci_quantiles": [0.1, 0.9], "random_state": 3}
    mine, other = ours.MetricFrame(**arguments), theirs.MetricFrame(**arguments)
    for one, two in zip(mine.by_group_ci, other.by_group_ci, strict=True):
        pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_functions_are_replaced_by_ours():
    found = quick(METRICS)
    assert found["accuracy"] is our_scores.accuracy_score
    assert found["f1"].func is our_scores.f1_score
    assert found["f1"].keywords == {"zero_division": 0}
    assert found["rate"] is ours.selection_rate
    assert found["own"] is METRICS["own"]
    assert quick(sklearn.metrics.f1_score) is our_scores.f1_score
    assert quick(sklearn.metrics.roc_auc_score) is sklearn.metrics.roc_auc_score
    assert quick(3) == 3


def test_frames_derive_from_fairlearns():
    frame = ours.MetricFrame(metrics=METRICS["accuracy"], y_true=TRUE, y_pred=PREDICTED, sensitive_features=SEX)
    assert isinstance(frame, theirs.MetricFrame)
    assert type(frame).__name__ == "MetricFrame"
    assert pickle.loads(pickle.dumps(type(frame))) is type(frame)
    with pytest.raises(ValueError, match="inconsistent"):
        ours.MetricFrame(metrics=METRICS["accuracy"], y_true=TRUE, y_pred=PREDICTED[:-1], sensitive_features=SEX)
    assert inspect.signature(ours.MetricFrame) == inspect.signature(theirs.MetricFrame)


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("sklearn.metrics", "make_scorer"),
        ("nltk.translate", "meteor_score"),
        ("fairlearn.metrics", "make_derived_metric"),
    ],
)
def test_other_names_come_from_the_peer(name, attribute):
    mine, peer = importlib.import_module(f"rapidscore.compat.{name}"), importlib.import_module(name)
    assert getattr(mine, attribute) is getattr(peer, attribute)
    with pytest.raises(AttributeError, match=f"no attribute 'nothing', nor has {name}"):
        mine.nothing  # noqa: B018
    assert not hasattr(mine, "__nothing__")


def test_lazy_imports():
    code = (
        "import sys, rapidscore.compat.fairlearn.metrics as m\n"
        "assert 'fairlearn' not in sys.modules\n"
        "sys.modules['fairlearn'] = None\n"
        "try:\n    m.MetricFrame\nexcept ModuleNotFoundError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "MetricFrame is fairlearn's own: pip install fairlearn\n"
