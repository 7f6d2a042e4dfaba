"""`rapidscore.compat.sklearn`, against scikit-learn: results equal in type and to the bit, warnings and errors too."""

import doctest
import inspect
import math
import pickle
import subprocess
import sys
import textwrap
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn.metrics as theirs
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.datasets import make_classification
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.tree import DecisionTreeClassifier

import rapidscore.compat.sklearn.metrics as ours
from rapidscore import warning
from rapidscore.classification import counts
from rapidscore.compat.sklearn.metrics import _agreement, _counts, _drop_in, _ranking
from rapidscore.inputs import labels

with warnings.catch_warnings(action="ignore"):
    # NumPy would rather that nobody made any.
    MATRICES = np.matrix([1, 0]), np.matrix([1, 1])

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
LABELLED = {name for name in PLAIN if "labels" in inspect.signature(getattr(theirs, name)).parameters}
AVERAGES = [None, "micro", "macro", "weighted", "binary"]
ZERO_DIVISIONS = ["warn", 0, 1, 0.0, 1.0, math.nan]


def exactly(value):
    """Return all there is to say of a result, to be compared."""
    if isinstance(value, tuple | list):
        return type(value), [exactly(one) for one in value]
    if isinstance(value, dict):
        return {key: exactly(one) for key, one in value.items()}, list(value)
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    return type(value), float(value).hex() if isinstance(value, float) else value


def outcome(function, *arguments, **named):
    """Return the result, or the kind and text of the error, and those of the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = exactly(function(*arguments, **named))
        except Exception as error:
            result = type(error), str(error)
    return result, [(caution.category, str(caution.message)) for caution in caught]


@pytest.fixture(scope="session", autouse=True)
def handed_over():
    """The names of functions that scikit-learn was asked for."""
    names = []
    original = _drop_in.original

    def noted(name):
        names.append(name)
        return original(name)

    _drop_in.original = noted
    yield names
    _drop_in.original = original


@pytest.fixture(scope="session")
def check(handed_over):
    """Compare a call; `counted` says whether the answer must be (True), or must not be (False), our own."""

    def compare(name, *arguments, counted=None, **named):
        handed_over.clear()
        our_outcome = outcome(getattr(ours, name), *arguments, **named)
        was_counted = not handed_over
        assert our_outcome == outcome(getattr(theirs, name), *arguments, **named), (name, arguments, named)
        assert counted in (None, was_counted), (name, arguments, named)
        return our_outcome

    return compare


def everything(check, y_true, y_pred, **named):
    """Compare all functions but those of ranks."""
    for name in PLAIN:
        check(name, y_true, y_pred, **named)
    for name in SET_WISE:
        options = {"beta": 2, **named} if name == "fbeta_score" else named
        for average in AVERAGES:
            check(name, y_true, y_pred, average=average, **options)


# Labels, as they come.

TRUE = [0, 1, 2, 2, 1, 0, 1, 1, 2, 0, 1]
PRED = [0, 2, 2, 1, 1, 0, 1, 0, 2, 0, 1]
BINARY = [0, 1, 0, 1, 1, 0, 1], [1, 1, 0, 0, 1, 0, 1]
TEXTS = [["", "été", "猫 cat"][label] for label in TRUE], [["", "été", "猫 cat"][label] for label in PRED]

COLUMNS = {
    "list": list,
    "tuple": tuple,
    "array": np.array,
    "strided": lambda values: np.array([values, values]).T[:, 0],
    "objects": lambda values: np.array(values, dtype=object),
    "pandas": pd.Series,
    "pandas-odd-index": lambda values: pd.Series(values, index=range(len(values), 0, -1)),
    "pandas-object": lambda values: pd.Series(values, dtype=object),
    "pandas-category": lambda values: pd.Series(values, dtype="category"),
    "categorical": pd.Categorical,
    "index": pd.Index,
    "polars": pl.Series,
    "column": lambda values: np.array(values).reshape(-1, 1),
    "frame": lambda values: pd.DataFrame({"labels": values}),
}
#: What is handed over: scikit-learn refuses objects that are numbers, and knows shapes and classes that we do not.
NOT_COUNTED = {("objects", int), ("pandas-object", int), ("objects", bool), ("pandas-object", bool)}
NOT_COUNTED |= {(column, kind) for column in ("index", "column", "frame") for kind in (int, str, bool)}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("kind", [int, str, bool])
def test_columns(check, column, kind):
    y_true, y_pred = {int: (TRUE, PRED), str: TEXTS, bool: ([*map(bool, TRUE)], [*map(bool, PRED)])}[kind]
    make = COLUMNS[column]
    counted = (column, kind) not in NOT_COUNTED
    check("f1_score", make(y_true), make(y_pred), average="macro", counted=counted)
    check("accuracy_score", make(y_true), make(y_pred), counted=counted)
    # scikit-learn shows categories of bool as 0.0 and 1.0.
    counted = counted and (kind, "categor" in column) != (bool, True)
    check("classification_report", make(y_true), make(y_pred), counted=counted)
    everything(check, make(y_true), make(y_pred))
    everything(check, make(y_true), y_pred)
    everything(check, y_true, make(y_pred))


@pytest.mark.parametrize(
    "dtype", ["Int64", "UInt8", "boolean", "string", "Float64", "Sparse[int]", "str", "Int64 category"]
)
def test_pandas_extension_types(check, dtype):
    columns = [pd.Series(labels) for labels in BINARY]
    for kind in dtype.split():
        columns = [column.astype(kind) for column in columns]
    everything(check, *columns)


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.String, pl.Enum(["0", "1"]), pl.Object])
def test_polars_texts(check, dtype):
    everything(check, *(pl.Series([str(label) for label in labels], dtype=dtype) for labels in BINARY))


@pytest.mark.parametrize("dtype", [pl.Int8, pl.UInt64, pl.Float32, pl.Boolean, pl.Object])
def test_polars_numbers(check, dtype):
    everything(
        check, *(pl.Series([*map(bool, labels)] if dtype == pl.Boolean else labels, dtype=dtype) for labels in BINARY)
    )


@pytest.mark.parametrize("true_type", [*"bBhHiIlLqQ?", "f4", "f8", "f2", "U", "O"])
@pytest.mark.parametrize("pred_type", ["q", "Q", "b", "?", "f8", "U"])
def test_types_of_numbers(check, true_type, pred_type):
    everything(check, np.array(BINARY[0]).astype(true_type), np.array(BINARY[1]).astype(pred_type))
    everything(check, np.array(TRUE).astype(true_type), np.array(PRED).astype(pred_type))


@pytest.mark.parametrize(
    ("y_true", "y_pred"),
    [
        ([True, False, True], [1, 0, 0]),
        ([1, 0, 0], [True, False, True]),
        ([True, True], [1, 0]),
        ([True, True], [0, 2]),
        ([1, True, 2], [2, 1, True]),
        ([1, 2, 2], [1.0, 2.0, 1.0]),
        ([1.0, 2.0, 2.0], [1, 2, 3]),
        ([1, 2, 2], [1.0, 3.0, 1.0]),
        ([0.0, -0.0, 1.0], [-0.0, 1.0, 1.0]),
        ([-5, 3, 3], [3, -5, 3]),
        ([2**62, -(2**62), 5], [5, 5, 2**62]),
        ([2**63, 2**64 - 1], [2**63, 2**63]),
        (["a", "B", "ab"], ["B", "a", "a"]),
        (["accuracy", "macro avg"], ["macro avg", "macro avg"]),
        (["a" * 30, "b"], ["b", "b"]),
        (["a\0", "a", "b"], ["a", "a\0", "a\0b"]),
        (["\ud800", "b"], ["b", "b"]),
        (np.array(["a", "b"]), np.array(["a", "bbb"])),
        ([np.int8(1), 2], [2, np.uint64(1)]),
        ([np.str_("a"), "b"], ["b", "b"]),
        (range(5), [0, 1, 2, 3, 3]),
        ([7], [7]),
        ([7], [8]),
        (["a"], ["a"]),
        (["a"], ["b"]),
        ([False], [False]),
        ([1, 1, 1], [1, 1, 1]),
        ([0, 0, 0], [0, 0, 0]),
        ([0, 1, 1], [1, 0, 0]),
        ([0, 1, 2], [1, 2, 0]),
        # Bad ones.
        ([], []),
        (np.array([], dtype=int), np.array([], dtype=int)),
        ([1, 2], [1]),
        ([1, 2], []),
        ([1, 2], ["a", "b"]),
        ([1, "a"], [1, "a"]),
        (["a", 1], ["a", "b"]),
        (np.array(["a", 1], dtype=object), ["a", "b"]),
        ([1, None], [1, 2]),
        (["a", None], ["a", "b"]),
        ([0.5, 1], [1, 0]),
        ([math.nan, 1], [1, 0]),
        ([math.inf, 1], [1, 0]),
        ([1e300, 1], [1, 1]),
        ([b"a", b"b"], [b"a", b"b"]),
        ([[0, 1], [1, 2]], [[0, 1], [1, 2]]),
        ([[0, 1], [1]], [[0, 1], [1, 2]]),
        ([1j, 1], [1, 1]),
        (None, [1]),
        ("abc", "abd"),
        (1, 1),
        ({1, 2}, [1, 2]),
        ({1: 2}, [1]),
        (iter([1, 2]), [1, 2]),
        (np.array(1), np.array(1)),
        (np.zeros((2, 2, 2), int), np.zeros((2, 2, 2), int)),
        (np.array(["2020-01-01"], "M8[D]"), np.array(["2020-01-01"], "M8[D]")),
        (np.ma.masked_array([1, 0, 1], mask=[0, 1, 0]), [1, 1, 0]),
        MATRICES,
        (sparse.csr_array([[0, 1]]), [0, 1]),
        (memoryview(b"ab"), [97, 98]),
    ],
    ids=repr,
)
def test_odd_labels(check, y_true, y_pred):
    everything(check, y_true, y_pred)


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
    for y_true, y_pred in pairs:
        for chosen in (None, [1], [5, 6], [2, 1, 0, 9]):
            check(name, y_true, y_pred, labels=chosen, **options)


NUMBERS = st.integers(-2, 3)
KINDS = {
    "few": (st.integers(0, 2), NUMBERS),
    "binary": (st.integers(0, 1), st.integers(0, 2)),
    "many": (st.integers(-40, 40), st.integers(-50, 50)),
    "bool": (st.booleans(), st.booleans()),
    "text": (st.sampled_from(["a", "b", "猫", "", "A b"]), st.sampled_from(["a", "b", "猫", "c"])),
    "float": (st.sampled_from([0.0, 1.0, -2.0]), st.sampled_from([0, 1, 1.0])),
}
WEIGHTS = st.one_of(
    st.just(st.just(1)),
    st.just(st.integers(0, 3)),
    st.just(st.floats(0, 10)),
    st.just(st.sampled_from([0, 0.1, 0.3, 1e-300, 1e300, 0.7])),
    st.just(st.floats(-1, 1)),
)


@st.composite
def calls(draw):
    label, other = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    n = draw(st.one_of(st.integers(1, 6), st.integers(7, 60)))
    y_true = draw(st.lists(label, min_size=n, max_size=n))
    y_pred = draw(st.lists(st.one_of(label, st.sampled_from(y_true)), min_size=n, max_size=n))
    named = {}
    if draw(st.booleans()):
        named["labels"] = draw(st.lists(other, max_size=6))
    if draw(st.booleans()):
        weights = draw(st.lists(draw(WEIGHTS), min_size=n, max_size=n))
        named["sample_weight"] = draw(st.sampled_from([list, np.array, pd.Series]))(weights)
    make = draw(st.sampled_from([list, np.array]))
    return make(y_true), make(y_pred), other, named


class TestGenerated:
    @settings(max_examples=150)
    @given(call=calls(), name=st.sampled_from(SET_WISE), data=st.data())
    def test_set_wise(self, check, call, name, data):
        y_true, y_pred, label, named = call
        named["average"] = data.draw(st.sampled_from(AVERAGES))
        named["zero_division"] = data.draw(st.sampled_from(ZERO_DIVISIONS))
        named["pos_label"] = data.draw(st.one_of(st.just(1), label, st.none()))
        if name in ("fbeta_score", "precision_recall_fscore_support"):
            named["beta"] = data.draw(st.sampled_from([0, 0.0, 0.5, 1, 2, 3.7, 1e-9, 10**9, 1e99, 1e101, math.inf]))
        if name == "precision_recall_fscore_support":
            named["warn_for"] = data.draw(
                st.sampled_from([(), ("precision",), ["recall", "f-score"], {"f-score"}, "f"])
            )
        check(name, y_true, y_pred, **named)

    @settings(max_examples=150)
    @given(call=calls(), name=st.sampled_from(PLAIN), data=st.data())
    def test_plain(self, check, call, name, data):
        y_true, y_pred, _, named = call
        options = {
            "accuracy_score": [{}, {"normalize": False}],
            "zero_one_loss": [{}, {"normalize": False}],
            "balanced_accuracy_score": [{}, {"adjusted": True}],
            "confusion_matrix": [{}, {"normalize": "true"}, {"normalize": "pred"}, {"normalize": "all"}],
            "multilabel_confusion_matrix": [{}, {"samplewise": False}, {"samplewise": True}],
            "cohen_kappa_score": [{}, {"weights": "linear"}, {"weights": "quadratic"}, {"replace_undefined_by": -1}],
            "class_likelihood_ratios": [
                {},
                *({"replace_undefined_by": value} for value in (1.0, 1, True, np.nan, 0.5, None)),
                *({"replace_undefined_by": {"LR+": value, "LR-": 0.5}} for value in (1, 0.9, math.inf, math.nan, "1")),
                *({"replace_undefined_by": {"LR+": 2, "LR-": value}} for value in (0, 1.0, 1.1, -0.1, math.nan)),
                {"replace_undefined_by": {"LR+": 2}},
            ],
            "classification_report": [
                {},
                {"digits": 4, "zero_division": 1},
                {"output_dict": True, "zero_division": math.nan},
                {"target_names": ["x", "a much longer name"]},
                {"target_names": np.array(["x", "y", "z"]), "output_dict": True},
                {"digits": 0},
                {"digits": 20},
            ],
        }
        if name not in (
            "confusion_matrix",
            "multilabel_confusion_matrix",
            "cohen_kappa_score",
            "classification_report",
        ):
            named.pop("labels", None)
        check(name, y_true, y_pred, **named, **data.draw(st.sampled_from(options.get(name, [{}]))))

    @settings(max_examples=100)
    @given(
        shape=st.tuples(st.integers(1, 12), st.integers(2, 12)),
        kind=st.sampled_from(["?", "q", "B", "f8"]),
        seed=st.integers(0, 2**32 - 1),
        weighted=st.sampled_from([None, "q", "f8", "f4", "B"]),
        zero_division=st.sampled_from(ZERO_DIVISIONS),
        labels=st.one_of(st.none(), st.lists(st.integers(-1, 12), max_size=4)),
    )
    @example((3, 2), "q", 0, "q", "warn", [1])
    def test_indicators(  # noqa: PLR0917  # hypothesis names them
        self, check, shape, kind, seed, weighted, zero_division, labels
    ):
        random = np.random.default_rng(seed)
        density = random.choice([0.0, 0.1, 0.5, 1.0])
        y_true, y_pred = (random.random((2, *shape)) < density).astype(kind)
        weights = None if weighted is None else (random.random(shape[0]) * 5).astype(weighted)
        for name in ("accuracy_score", "zero_one_loss"):
            check(name, y_true, y_pred, sample_weight=weights, normalize=bool(seed % 2))
        check("hamming_loss", y_true, y_pred, sample_weight=weights)
        for samplewise in (False, True):
            options = {"sample_weight": weights, "samplewise": samplewise, "labels": labels}
            check("multilabel_confusion_matrix", y_true, y_pred, **options)
        for name in SET_WISE:
            options = {"sample_weight": weights, "labels": labels, "zero_division": zero_division}
            for average in (*AVERAGES, "samples"):
                beta = {"beta": 0.5} if name == "fbeta_score" else {}
                check(name, y_true, y_pred, average=average, **beta, **options)
        for output_dict in (False, True):
            check("classification_report", y_true, y_pred, output_dict=output_dict, **options)
        check("confusion_matrix", y_true, y_pred)

    @settings(max_examples=150)
    @given(
        n=st.integers(1, 12),
        classes=st.integers(1, 5),
        seed=st.integers(0, 2**32 - 1),
        k=st.integers(0, 6),
        normalize=st.booleans(),
        weighted=st.booleans(),
        labelled=st.sampled_from([None, list, np.array, lambda labels: labels[::-1]]),
        kind=st.sampled_from([int, str, bool]),
        scored=st.sampled_from([np.array, list, np.float32, lambda scores: scores[:, :1], lambda scores: scores[:, 0]]),
    )
    def test_top_k(  # noqa: PLR0917  # hypothesis names them
        self, check, n, classes, seed, k, normalize, weighted, labelled, kind, scored
    ):
        random = np.random.default_rng(seed)
        y_true = [kind(label) for label in random.integers(0, classes, n)]
        # Few values, so that there are ties.
        scores = scored(random.integers(-1, 3, (n, classes)) / random.choice([1, 2, 3]))
        options = {"k": k, "normalize": normalize}
        if weighted:
            options["sample_weight"] = random.random(n)
        if labelled:
            options["labels"] = labelled([kind(label) for label in range(classes)])
        check("top_k_accuracy_score", y_true, scores, **options)


@pytest.mark.parametrize("classes", [2, 7, 8, 9, 50, 300])
@pytest.mark.parametrize("weighted", [False, True, "float32", "int"])
def test_many(check, classes, weighted):
    """Sums of many numbers depend on the order in which they are added."""
    random = np.random.default_rng(classes)
    y_true = random.integers(0, classes, 5000)
    y_pred = np.where(random.random(5000) < 0.6, y_true, random.integers(0, classes + 3, 5000) - 1)
    named = {}
    if weighted:
        weights = random.random(5000) * 10
        named["sample_weight"] = weights.astype(weighted) if isinstance(weighted, str) else weights
    everything(check, y_true, y_pred, **named)
    for zero_division in ZERO_DIVISIONS:
        for name in AVERAGED:
            check(name, y_true, y_pred, average="macro", zero_division=zero_division, **named)
    for weights in (None, "linear", "quadratic"):
        check("cohen_kappa_score", y_true, y_pred, weights=weights, counted=True, **named)
    for normalize in ("true", "pred", "all"):
        check("confusion_matrix", y_true, y_pred, normalize=normalize, counted=True, **named)
    for normalize in (True, False):
        check("accuracy_score", y_true, y_pred, normalize=normalize, counted=True, **named)
        check("zero_one_loss", y_true, y_pred, normalize=normalize, counted=True, **named)
    scores = random.random((5000, classes)).round(2)
    scores = scores if classes > 2 else scores[:, 0]
    check("top_k_accuracy_score", y_true, scores, k=1, counted=True, **named)
    check("top_k_accuracy_score", y_true, scores, k=1, normalize=False, counted=True, **named)


def test_weights_that_are_apart(check):
    """A dot product of every other number of an array adds in another order."""
    random = np.random.default_rng(0)
    y_true, y_pred = random.integers(0, 3, (2, 5000))
    options = {"sample_weight": random.random((5000, 2))[:, 0], "normalize": False}
    check("accuracy_score", y_true, y_pred, **options)
    check("zero_one_loss", y_true, y_pred, **options)
    check("top_k_accuracy_score", y_true, random.random((5000, 3)), k=1, **options)
    check("hamming_loss", *random.integers(0, 2, (2, 5000, 3)), sample_weight=options["sample_weight"])


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
        # It must be the very object.
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


class Door:
    """`rapidscore.labels`, with a list of what was called."""

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
def test_ordinary_calls_are_counted_here_and_once(check, monkeypatch, name, named, call):
    check(name, *BINARY, counted=True, **named)
    door = Door()
    for module in (_agreement, _counts, _ranking):
        monkeypatch.setattr(module, "label_inputs", door)
        for function in "class_counts", "confusion_counts", "count_equal":
            if hasattr(module, function):
                monkeypatch.setattr(module, function, getattr(door, function))
    getattr(ours, name)(*BINARY, **named)
    assert door.calls == [call]


@pytest.mark.parametrize(
    "labels", [([0, 0], [0, 1]), ([1, 1], [1, 0]), ([1, 1, 0], [0, 0, 0]), ([0, 1], [0, 0]), ([0, 1], [1, 1])]
)
@pytest.mark.parametrize("values", [np.nan, 1.0, {"LR+": 1.0, "LR-": 0.5}, {"LR+": math.inf, "LR-": math.nan}])
@pytest.mark.parametrize("weights", [None, [1, 2], [0.5, 0.1]])
def test_undefined_ratios(check, labels, values, weights):
    weights = weights and (weights * 2)[: len(labels[0])]
    check("class_likelihood_ratios", *labels, sample_weight=weights, replace_undefined_by=values, counted=True)


def test_several_labels_are_counted_here(check):
    y_true, y_pred = np.array([[0, 1, 1], [1, 0, 0]]), np.array([[1, 1, 0], [1, 0, 1]])
    for name in ("accuracy_score", "zero_one_loss", "hamming_loss", "multilabel_confusion_matrix"):
        check(name, y_true, y_pred, counted=True)
        check(name, y_true == 1, y_pred == 1, sample_weight=[0.1, 0.7], counted=True)
    for name in AVERAGED:
        for average in (None, "micro", "macro", "weighted", "samples"):
            check(name, y_true, y_pred, average=average, counted=True)
            check(name, y_true, y_pred, average=average, labels=[2, 0], sample_weight=[0.1, 0.7], counted=True)
    check("classification_report", y_true, y_pred, counted=True)


class TestWarnings:
    def test_they_point_at_the_caller(self):
        calls = [
            lambda: ours.precision_score([1, 1], [0, 0]),
            lambda: ours.classification_report([1, 1], [0, 0]),
            lambda: ours.balanced_accuracy_score([1, 1], [1, 0]),
            lambda: ours.confusion_matrix([1], [1]),
            lambda: ours.top_k_accuracy_score([0, 1], [0.1, 0.2], k=2),
            lambda: ours.cohen_kappa_score([1], [1]),
        ]
        for call in calls:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                call()
            assert caught
            assert {(caution.filename, caution.lineno) for caution in caught} == {
                (__file__, call.__code__.co_firstlineno)
            }

    def test_they_may_be_errors(self, handed_over):
        handed_over.clear()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(UndefinedMetricWarning, match="Precision is ill-defined"):
                ours.precision_score([1, 1], [0, 0])
        assert not handed_over

    def test_the_class_is_theirs(self):
        assert warning.UndefinedMetricWarning is UndefinedMetricWarning
        with pytest.raises(AttributeError, match="no attribute 'unknown'"):
            warning.unknown  # noqa: B018

    def test_what_is_handed_over_warns_in_their_name(self, handed_over):
        handed_over.clear()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            ours.f1_score(np.array([[1], [0]]), [1, 1], average="macro", pos_label=0)
        assert handed_over == ["f1_score"]
        assert ["sklearn" in caution.filename for caution in caught] == [True]


class TestSurface:
    def test_names(self):
        assert {*ours.__all__} == {*PLAIN, *SET_WISE, "top_k_accuracy_score"}

    @pytest.mark.parametrize("name", ours.__all__)
    def test_signatures(self, name):
        # But for annotations, of which scikit-learn has none.
        mine, original = (
            [
                (parameter.name, parameter.kind, parameter.default)
                for parameter in inspect.signature(one).parameters.values()
            ]
            for one in (getattr(ours, name), getattr(theirs, name))
        )
        assert mine == original

    @pytest.mark.parametrize("name", ours.__all__)
    def test_pickling(self, name):
        assert pickle.loads(pickle.dumps(getattr(ours, name))) is getattr(ours, name)

    @pytest.mark.parametrize("name", ours.__all__)
    def test_examples_of_docstrings_run(self, name):
        # doctest overlooks what is decorated in another module.
        function = inspect.unwrap(getattr(ours, name))
        [test] = doctest.DocTestFinder(recurse=False).find(function, name, globs={"np": np, **vars(ours)})
        assert test.examples
        assert doctest.DocTestRunner().run(test).failed == 0

    def test_theirs_are_found_where_ours_have_taken_their_place(self, monkeypatch):
        monkeypatch.setattr(theirs, "f1_score", ours.f1_score)
        with pytest.raises(ValueError, match="mix of continuous and binary"):
            theirs.f1_score([0.5, 1.0], [1.0, 0.0])

    @pytest.mark.parametrize("unwanted", ["sklearn", "scipy", "pandas"])
    def test_nothing_imported_unasked(self, unwanted):
        code = f"""
        import sys
        from rapidscore.compat.sklearn.metrics import classification_report, f1_score
        f1_score([0, 1, 1], [0, 1, 0])
        classification_report(["a", "b"], ["a", "b"])
        sys.exit({unwanted!r} in sys.modules)
        """
        assert run(code).returncode == 0

    def test_without_scikit_learn(self):
        code = """
        import sys, warnings
        sys.modules["sklearn"] = None
        import numpy as np
        from rapidscore.compat.sklearn.metrics import f1_score, precision_score
        from rapidscore.warning import UndefinedMetricWarning
        assert f1_score([0, 1, 1, 0], [0, 1, 1, 1]) == 0.8
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert precision_score([1, 1], [0, 0]) == 0.0
        assert [caution.category for caution in caught] == [UndefinedMetricWarning]
        assert issubclass(UndefinedMetricWarning, UserWarning)
        assert UndefinedMetricWarning.__name__ == "UndefinedMetricWarning"
        for labels, reason in ([1, None], "y_true"), (np.zeros((2, 2, 2), int), "shape"):
            try:
                f1_score(labels, [1, 1])
            except ValueError as error:
                assert reason in str(error), error
                assert error.__notes__ == [
                    "f1_score of scikit-learn itself may cover these arguments: pip install scikit-learn"
                ]
            else:
                raise AssertionError(labels)
        """
        finished = run(code)
        assert finished.returncode == 0, finished.stderr


def run(code):
    command = [sys.executable, "-c", textwrap.dedent(code)]
    return subprocess.run(command, check=False, timeout=60, capture_output=True, text=True)


class TestModelSelection:
    features, target = make_classification(200, n_classes=3, n_informative=4, random_state=0)

    @pytest.mark.parametrize("jobs", [1, 2])
    @pytest.mark.filterwarnings("ignore")
    def test_cross_validate(self, jobs):
        results = []
        for metrics in (ours, theirs):
            scoring = {
                "f1": theirs.make_scorer(metrics.f1_score, average="macro"),
                "kappa": theirs.make_scorer(metrics.cohen_kappa_score),
                "loss": theirs.make_scorer(metrics.zero_one_loss, greater_is_better=False),
                "top": theirs.make_scorer(metrics.top_k_accuracy_score, k=2, response_method="predict_proba"),
            }
            tree = DecisionTreeClassifier(max_depth=3, random_state=0)
            scores = cross_validate(tree, self.features, self.target, scoring=scoring, cv=3, n_jobs=jobs)
            results.append({name: values.tolist() for name, values in scores.items() if name.startswith("test")})
        assert results[0] == results[1]
        assert len(results[0]) == 4

    def test_grid_search(self):
        searches = []
        for metrics in (ours, theirs):
            scorer = theirs.make_scorer(metrics.f1_score, average="weighted")
            tree = DecisionTreeClassifier(random_state=0)
            search = GridSearchCV(tree, {"max_depth": [1, 2, 4]}, scoring=scorer, cv=3, error_score="raise")
            searches.append(search.fit(self.features, self.target))
        assert searches[0].best_params_ == searches[1].best_params_
        mine, original = (search.cv_results_["mean_test_score"].tolist() for search in searches)
        assert mine == original
