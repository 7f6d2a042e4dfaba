"""Generated calls of every function, and large inputs: equal results, warnings and errors."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.effort import examples
from support.sklearn_drop_in import AVERAGED, AVERAGES, PLAIN, SET_WISE, ZERO_DIVISIONS, everything

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
    @examples(150)
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

    @examples(150)
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

    @examples(100)
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

    @examples(150)
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
        # Few distinct values make ties.
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
    """Many numbers, whose sum depends on the order of addition."""
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


@pytest.mark.parametrize("rows", [9, 127, 129, 1000, 20_001])
@pytest.mark.parametrize("weighted", [None, "f8", "q"])
def test_means_over_rows(check, rows, weighted):
    """Means over many rows, whose sums depend on the order of addition."""
    random = np.random.default_rng(rows)
    y_true, y_pred = (random.random((2, rows, 7)) < 0.3).astype(int)
    named = {} if weighted is None else {"sample_weight": (random.random(rows) * 9).astype(weighted)}
    for name in SET_WISE:
        for zero_division in ZERO_DIVISIONS:
            beta = {"beta": 0.5} if name == "fbeta_score" else {}
            check(name, y_true, y_pred, average="samples", zero_division=zero_division, **beta, **named)
    for name in ("accuracy_score", "zero_one_loss", "hamming_loss"):
        check(name, y_true, y_pred, counted=True, **named)
    for output_dict in (False, True):
        check("classification_report", y_true, y_pred, output_dict=output_dict, digits=17, zero_division=0, **named)


def test_a_mean_that_rounds_down(check):
    """The exact mean of the precisions 0, 1/2, 2/3 and 1/3 is 0.375, and NumPy's is smaller."""
    y_pred = np.array([[1, 0, 0, 0, 0, 0], [1] * 6, [1, 1, 1, 0, 0, 0], [1] * 6])
    y_true = np.array([[0, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0]])
    check("precision_score", y_true, y_pred, average="samples", zero_division=0, counted=True)
    check("classification_report", y_true, y_pred, zero_division=0, counted=True)


def test_strided_weights(check):
    """NumPy's dot product of a strided array adds in another order."""
    random = np.random.default_rng(0)
    y_true, y_pred = random.integers(0, 3, (2, 5000))
    options = {"sample_weight": random.random((5000, 2))[:, 0], "normalize": False}
    check("accuracy_score", y_true, y_pred, **options)
    check("zero_one_loss", y_true, y_pred, **options)
    check("top_k_accuracy_score", y_true, random.random((5000, 3)), k=1, **options)
    check("hamming_loss", *random.integers(0, 2, (2, 5000, 3)), sample_weight=options["sample_weight"])
