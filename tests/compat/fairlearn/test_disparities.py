"""Disparities of `rapidscore.compat.fairlearn`, against fairlearn: equal types, bits, warnings and errors."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.effort import examples
from support.fairlearn_drop_in import (
    CALLS,
    DISPARITIES,
    assert_delegated,
    assert_equal,
    every_call,
    every_disparity,
    rng,
    without_fairlearn,
)

import rapidscore.compat.fairlearn.metrics as ours

CONTAINERS = {
    "list": list,
    "tuple": tuple,
    "int64": np.array,
    "int8": lambda y: np.array(y, np.int8),
    "float64": lambda y: np.array(y, np.float64),
    "float32": lambda y: np.array(y, np.float32),
    "column": lambda y: np.array(y).reshape(-1, 1),
    "strided": lambda y: np.repeat(y, 2)[::2],
    "pandas": lambda y: pd.Series(y, index=range(len(y), 0, -1)),
    "polars": pl.Series,
}
FEATURES = {
    "list": lambda one, _: list(one),
    "array": lambda one, _: np.array(one),
    "objects": lambda one, _: np.array(one, dtype=object),
    "tuple": lambda one, _: tuple(one),
    "row": lambda one, _: np.array([one]),
    "series": lambda one, _: pd.Series(one, name="sex", index=range(len(one), 0, -1)),
    "category": lambda one, _: pd.Series(one, dtype=pd.CategoricalDtype([*"zcba"])),
    "polars": lambda one, _: pl.Series("y_pred", one),
    "enum": lambda one, _: pl.Series(one, dtype=pl.Enum([*"zcba"])),
    "two in a dict": lambda one, other: {"sex": list(one), "age": np.array(other)},
    "two series in a dict": lambda one, other: {"sex": pd.Series(one), "age": pd.Series(other)},
    "two in a frame": lambda one, other: pd.DataFrame({"sex": one, "age": pd.Categorical(other)}),
    "two in an array": lambda one, other: np.array([one, [str(n) for n in other]]).T,
    "two in an array of objects": lambda one, other: np.array([one, other], dtype=object).T,
    "two in a polars frame": lambda one, other: pl.DataFrame({"sex": one, "age": other}),
    "three": lambda one, other: {"sex": one, "age": other, "same": list(one)},
}


@st.composite
def samples(draw, most=14):
    """Draw labels of both classes, and two features."""
    negative = draw(st.sampled_from([0, -1]))
    label = st.sampled_from([negative, 1])
    rows = draw(st.lists(st.tuples(label, label, st.sampled_from("abc"), st.integers(0, 2)), min_size=2, max_size=most))
    return [list(column) for column in zip(*rows, strict=True)]


class TestDisparities:
    @examples(150)
    @given(
        rows=samples(),
        call=st.sampled_from(CALLS),
        containers=st.tuples(*[st.sampled_from(sorted(CONTAINERS))] * 2),
        features=st.sampled_from(sorted(FEATURES)),
        weighting=st.sampled_from([None, "int", "float"]),
    )
    def test_any_labels(self, rows, call, containers, features, weighting):
        y_true, y_pred, one, other = rows
        name, options = call
        y_true, y_pred = (CONTAINERS[kind](y) for kind, y in zip(containers, (y_true, y_pred), strict=True))
        if weighting:
            choose = rng(len(one))
            options = options | {
                "sample_weight": choose.random(len(one)) if weighting == "float" else choose.integers(1, 9, len(one))
            }
        assert_equal(name, y_true, y_pred, sensitive_features=FEATURES[features](one, other), **options)

    @every_call
    def test_many_samples(self, name, options):
        # More than 10,000 in a group: from there on, BLAS may add on several threads.
        choose = rng()
        y_true, y_pred = choose.integers(0, 2, (2, 15_000))
        groups, weights = choose.choice(["a", "b"], 15_000, p=[0.1, 0.9]), choose.random(15_000)
        assert_equal(name, y_true, y_pred, sensitive_features=groups, sample_weight=weights, **options)
        features = {"group": groups, "age": choose.integers(0, 4, 15_000)}
        assert_equal(name, y_true, y_pred, sensitive_features=features, **options)

    @every_disparity
    @pytest.mark.parametrize("kind", sorted(FEATURES))
    def test_every_kind_of_features(self, name, kind):
        choose = rng(1)
        y_true, y_pred = choose.integers(0, 2, (2, 30))
        one, other = choose.choice([*"abc"], 30).tolist(), choose.integers(0, 2, 30).tolist()
        result, _ = assert_equal(name, y_true, y_pred, sensitive_features=FEATURES[kind](one, other))
        assert result[0] in (float, np.float64)

    @every_disparity
    @pytest.mark.parametrize("kind", sorted(CONTAINERS))
    def test_every_kind_of_labels(self, name, kind):
        choose = rng(2)
        groups = choose.integers(0, 3, 30)
        for negative in 0, -1:
            y_true, y_pred = np.where(choose.integers(0, 2, (2, 30)), 1, negative).tolist()
            for plain in y_pred, [1] * 30, [negative] * 30:
                converted = CONTAINERS[kind](plain)
                assert_equal(name, CONTAINERS[kind](y_true), converted, sensitive_features=groups)
                assert_equal(
                    name, y_true, converted, sensitive_features=groups, sample_weight=CONTAINERS[kind](groups + 1)
                )

    @every_disparity
    def test_booleans(self, name):
        choose = rng(3)
        y_true, y_pred, groups = choose.integers(0, 2, (3, 30))
        for one in y_true, y_true.astype(bool), y_true > 1, y_true < 2:
            for other in y_pred, y_pred.astype(bool), y_pred > 1, y_pred < 2:
                assert_equal(name, one, other, sensitive_features=groups.astype(bool))

    @every_call
    @pytest.mark.parametrize(
        ("y_true", "y_pred", "groups"),
        [
            ([0, 1, 1, 0], [0, 1, 0, 1], "aaaa"),
            ([0, 0, 1, 1], [1, 0, 1, 0], "aabb"),
            ([0, 1, 0, 1], [0, 0, 0, 0], "aabb"),
            ([0, 1, 0, 1], [1, 1, 1, 1], "aabb"),
            ([0, 1, 0, 1], [0, 0, 1, 1], "aabb"),
            ([1, 1, 1, 1], [1, 0, 1, 1], "aabb"),
            ([0, 0, 0, 0], [0, 0, 0, 0], "aabb"),
            ([1, 1, 1, 1], [1, 1, 1, 1], "aabb"),
            ([-1, -1, 1, 1], [-1, -1, -1, -1], "aabb"),
            ([1, 1, 1, 1], [1, -1, 1, 1], "abcd"),
            ([1], [1], "a"),
            ([0], [0], "a"),
        ],
        ids=str,
    )
    def test_edges(self, name, options, y_true, y_pred, groups):
        assert_equal(name, y_true, y_pred, sensitive_features=[*groups], **options)
        weights = [0.1, 0.7, 0.3, 0.9][: len(groups)]
        assert_equal(name, y_true, y_pred, sensitive_features=[*groups], sample_weight=weights, **options)

    @every_disparity
    @pytest.mark.parametrize(
        "groups",
        [
            [3, 1, 2, 1],
            [2**40, -5, 2**40, 0],
            np.array([1, 2, 1, 2], np.uint8),
            [True, False, True, True],
            [1.0, 2.0, 2.0, 1.0],
            ["", "a", " ", "a"],
            ["é", "e\u0301", "猫", "é"],
            ["1", "01", "1", "1.0"],
            ["nan", "None", "nan", "nan"],
        ],
        ids=repr,
    )
    def test_labels_of_groups(self, name, groups):
        assert_equal(name, [1, 1, 0, 1], [1, 0, 1, 1], sensitive_features=groups)

    @every_call
    def test_unseen_intersections(self, name, options):
        features = {"sex": [*"FFMM"], "age": [1, 2, 2, 3]}
        result, _ = assert_equal(name, [1, 1, 0, 1], [1, 1, 1, 1], sensitive_features=features, **options)
        assert result[1] != "nan"

    def test_series_in_a_dict_align_by_index(self):
        features = {"sex": pd.Series([*"FFMM"]), "old": pd.Series([1, 1, 0, 0], index=[3, 2, 1, 0])}
        for name in DISPARITIES:
            assert_equal(name, [1, 1, 0, 1], [1, 0, 1, 1], sensitive_features=features)


class TestWeights:
    @every_call
    @pytest.mark.parametrize(
        "weights",
        [
            rng(4).random(400),
            rng(4).random(800)[::2],
            rng(4).random(400).reshape(-1, 1),
            rng(4).random(400).tolist(),
            pd.Series(rng(4).random(400)),
            rng(4).random(400).astype(np.float32),
            rng(4).random(400).astype(np.float16),
            rng(4).integers(1, 9, 400),
            rng(4).integers(1, 9, 400).astype(np.int32),
            # They overflow in fairlearn's selection rate, and therefore here.
            rng(4).integers(1, 9, 400).astype(np.uint8),
            rng(4).normal(size=400),
            rng(4).integers(-3, 9, 400),
            np.exp(rng(4).normal(size=400) * 50),
            np.arange(400) % 2,
        ],
        ids=lambda weights: f"{type(weights).__name__}-{getattr(weights, 'dtype', '')}",
    )
    def test_every_kind(self, name, options, weights):
        y_true, y_pred, groups = rng(5).integers(0, 2, (3, 400))
        assert_equal(name, y_true, y_pred, sensitive_features=groups, sample_weight=weights, **options)

    @every_call
    def test_group_without_weight(self, name, options):
        arguments = {"sensitive_features": [*"aabb"], "sample_weight": [0, 0, 1, 2], **options}
        if "parity" in name:
            _, warned = assert_equal(name, [0, 1, 0, 1], [0, 1, 1, 1], **arguments)
            assert warned == {(RuntimeWarning, "invalid value encountered in scalar divide")}
        else:
            error = assert_delegated(name, [0, 1, 0, 1], [0, 1, 1, 1], **arguments)
            assert error == (ValueError, "Sample weights must contain at least one non-zero number.")

    @every_disparity
    @pytest.mark.parametrize(
        "weights",
        [[1], [1, 2, 3], [1, 2, 3, 4, 5], ["a"] * 4, [None] * 4, [True] * 4, 2.0, [[1, 2], [3, 4]], [1j] * 4],
        ids=repr,
    )
    def test_delegated(self, name, weights):
        assert_delegated(name, [0, 1, 0, 1], [0, 1, 1, 1], sensitive_features=[*"aabb"], sample_weight=weights)

    @pytest.mark.parametrize("name", DISPARITIES[2:])
    @pytest.mark.parametrize(
        "weights", [[0] * 4, [1, 2, np.nan, 1], [1, np.inf, 1, 1], [2**62, 2**61 + 1, 1, 3]], ids=repr
    )
    def test_delegated_for_a_confusion_matrix(self, name, weights):
        assert_delegated(name, [0, 1, 0, 1], [0, 1, 1, 1], sensitive_features=[*"aabb"], sample_weight=weights)

    @pytest.mark.parametrize("name", DISPARITIES[:2])
    @pytest.mark.parametrize(
        "weights", [[0] * 4, [1, 2, np.nan, 1], [1, np.inf, 1, 1], [2**62, 2**61 + 1, 1, 3]], ids=repr
    )
    def test_odd_for_selection_rates(self, name, weights):
        assert_equal(name, [0, 1, 0, 1], [0, 1, 1, 1], sensitive_features=[*"aabb"], sample_weight=weights)


class TestDelegation:
    @every_disparity
    @pytest.mark.parametrize(
        "features",
        [
            [0.5, 1.5, 0.5, 1.5],
            [1, "a", 1, "a"],
            pd.Series(pd.to_datetime(["2020", "2021", "2020", "2021"])),
            [b"a", b"b", b"a", b"b"],
            ["a", None, "b", "b"],
            ["a", float("nan"), "b", "b"],
            pd.Series(["a", None, "b", "b"]),
            pl.Series(["a", None, "b", "b"]),
            pd.DataFrame({"sex": [1, None, 2, 2], "age": [1, 2, 1, 2]}),
            pd.Series([*"aabb"], name="y_pred"),
            pd.Series([*"aabb"], name="y_true"),
            pd.Series([*"aabb"], name=3),
            pd.DataFrame({1: [*"aabb"]}),
            pd.DataFrame([[1, 2]] * 4, columns=["a", "a"]),
            {"y_pred": [*"aabb"], "sex": [1, 2, 1, 2]},
            {"sex": [*"aabb"], "age": [1, 2, 3]},
            {"sex": [*"aabb"], None: [1, 2, 3, 4]},
            {"sex": pd.Series([*"aabb"]), "age": pd.Series([1, 2, 3, 4], index=[1, 2, 3, 4])},
            {"sex": [["a"], ["a"], ["b"], ["b"]]},
            {},
            [*"aab"],
            [*"aabba"],
            [["a", "b"]] * 4,
            np.array([*"aab"]),
            np.zeros((4, 2, 2), int),
            np.zeros((3, 2), int),
            "aabb",
            None,
            7,
        ],
        ids=lambda features: f"{type(features).__name__}: {features!r}"[:60],
    )
    def test_features(self, name, features):
        assert_delegated(name, [0, 1, 0, 1], [0, 1, 1, 1], sensitive_features=features)

    @every_disparity
    @pytest.mark.parametrize(
        ("y_true", "y_pred"),
        [
            ([0, 1, 0], [0, 1, 1, 1]),
            ([0, 1, 0, 1], [0, 1, 1]),
            ([0, 1, 0, 1, 1], [0, 1, 1, 1, 1]),
            ([0, 1, 0, 1], [[0, 1, 1, 1]]),
            ([0, 1, 0, 1], ["0", "1", "1", "1"]),
            ([0, 1, 0, 1], [0, None, 1, 1]),
            ([[0, 1], [1, 0], [0, 1], [1, 1]], [0, 1, 1, 1]),
            (None, [0, 1, 1, 1]),
            ([0, 1, 0, 1], None),
            ([None, 1, 0, 1], [0, 1, 1, 1]),
        ],
        ids=str,
    )
    def test_labels(self, name, y_true, y_pred):
        assert_delegated(name, y_true, y_pred, sensitive_features=[*"aabb"])

    @pytest.mark.parametrize("name", DISPARITIES[2:])
    @pytest.mark.parametrize("y_pred", [[0, 1, 2, 1], [0, 1, -1, 1], [2, 2, 2, 2], [0, 1, np.nan, 1], [0.5, 1, 0, 0]])
    def test_more_than_two_labels(self, name, y_pred):
        for y_true, other in ([0, 1, 0, 1], y_pred), (y_pred, [0, 1, 0, 1]):
            error = assert_delegated(name, y_true, other, sensitive_features=[*"aabb"])
            assert error[0] is ValueError

    @pytest.mark.parametrize("name", DISPARITIES[:2])
    @pytest.mark.parametrize("y_pred", [[0, 1, 2, 1], [0, 1, -1, 1], [2, 2, 2, 2], [0, 1, np.nan, 1], [0.5, 1, 0, 0]])
    def test_any_numbers_for_selection_rates(self, name, y_pred):
        for y_true in [0, 1, 2, 3], ["x", "y", "z", "x"], [0.5, np.nan, 1, 1]:
            assert_equal(name, y_true, y_pred, sensitive_features=[*"abab"])

    @every_disparity
    def test_no_samples_and_bad_options(self, name):
        assert assert_delegated(name, [], [], sensitive_features=[])[0] is ValueError
        assert_delegated(name, [1], [1], sensitive_features=np.array(["a"]))
        error = assert_delegated(name, [0, 1], [0, 1], sensitive_features=[*"ab"], method="max")
        assert error == (ValueError, "Unrecognised comparison method: max")
        if "odds" in name:
            error = assert_delegated(name, [0, 1], [0, 1], sensitive_features=[*"ab"], agg="median")
            assert error[0] is ValueError

    @every_disparity
    def test_too_many_intersections(self, name, monkeypatch):
        monkeypatch.setattr("rapidscore.inputs.groups._MOST_INTERSECTIONS", 15)
        features = {"one": [1, 2, 3, 4], "other": [4, 3, 2, 1]}
        assert_delegated(name, [0, 1, 0, 1], [1, 1, 1, 0], sensitive_features=features)

    def test_error_without_fairlearn(self):
        with without_fairlearn(), pytest.raises(ValueError, match=r"sensitive_features.*1") as caught:
            ours.demographic_parity_ratio([0, 1], [0, 1], sensitive_features=["a", None])
        assert "pip install fairlearn" in caught.value.__notes__[0]
        with without_fairlearn(), pytest.raises(ValueError, match="y_pred has 1 values but y_true has 2"):
            ours.equalized_odds_ratio([0, 1], [1], sensitive_features=["a", "b"])
