"""`rapidscore.compat.fairlearn`, against fairlearn: results equal in type and to the bit, warnings and errors too."""

import inspect
import itertools
import subprocess
import sys
import warnings
from unittest import mock

import fairlearn.metrics as theirs
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.effort import examples

import rapidscore.compat.fairlearn.metrics as ours

RATES = ["true_positive_rate", "true_negative_rate", "false_positive_rate", "false_negative_rate"]
DISPARITIES = [
    f"{what}_{how}"
    for what, how in itertools.product(
        ("demographic_parity", "equal_opportunity", "equalized_odds"), ("difference", "ratio")
    )
]
CALLS = [
    (name, {"method": method, **agg})
    for name in DISPARITIES
    for method in ("between_groups", "to_overall")
    for agg in ([{"agg": "worst_case"}, {"agg": "mean"}] if "odds" in name else [{}])
]
every_disparity = pytest.mark.parametrize("name", DISPARITIES)
every_call = pytest.mark.parametrize(("name", "options"), CALLS, ids=str)


def without_fairlearn():
    """Hide fairlearn, so that no call can be delegated to it."""
    missing = ModuleNotFoundError("fairlearn")
    return mock.patch("rapidscore.compat.fairlearn._drop_in.import_module", side_effect=missing)


def outcome(function, *arguments, **named):
    """Return type and bits of the result, or class and text of the error, and the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = function(*arguments, **named)
            result = type(value), float(value).hex()
        except Exception as error:
            result = type(error), str(error)
    # The number of warnings of divisions is not compared: fairlearn divides for all samples even if only groups matter.
    return result, {(warning.category, str(warning.message)) for warning in caught}


def assert_equal(name, *arguments, **named):
    """Compare a call that rapidscore computes."""
    expected = outcome(getattr(theirs, name), *arguments, **named)
    with without_fairlearn():
        assert outcome(getattr(ours, name), *arguments, **named) == expected, (name, arguments, named)
    return expected


def assert_delegated(name, *arguments, **named):
    """Compare a call that is delegated to fairlearn, and assert that it raises an error without fairlearn."""
    expected = outcome(getattr(theirs, name), *arguments, **named)
    assert outcome(getattr(ours, name), *arguments, **named) == expected, (name, arguments, named)
    with without_fairlearn():
        result, _ = outcome(getattr(ours, name), *arguments, **named)
    assert result[0] in (ValueError, TypeError)
    assert result[1]
    return expected[0]


def rng(seed=0):
    return np.random.default_rng(seed)


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


LABELS = [[0, 1], [-1, 1], [1], [0], [-1], [3, 7], ["no", "yes"], ["yes"], [True, False], [0.0, 1.0], [0, 1, 2]]


class TestRates:
    @examples(300)
    @given(data=st.data(), name=st.sampled_from(RATES), labels=st.sampled_from(LABELS))
    def test_any_labels(self, data, name, labels):
        rows = data.draw(st.lists(st.tuples(*[st.sampled_from(labels)] * 2), min_size=1, max_size=10))
        y_true, y_pred = ([row[side] for row in rows] for side in (0, 1))
        pos_label = data.draw(st.sampled_from([None, *labels]))
        options = {} if pos_label is None else {"pos_label": pos_label}
        if data.draw(st.booleans()):
            options["sample_weight"] = rng(len(rows)).random(len(rows))
        expected = outcome(getattr(theirs, name), y_true, y_pred, **options)
        if isinstance(expected[0][1], str) and expected[0][0] is ValueError:
            assert_delegated(name, y_true, y_pred, **options)
        else:
            assert_equal(name, y_true, y_pred, **options)
            assert_equal(name, np.array(y_true), np.array(y_pred), **options)

    @pytest.mark.parametrize("name", RATES)
    def test_many_samples(self, name):
        choose = rng(6)
        y_true, y_pred = choose.integers(0, 2, (2, 20_000))
        assert_equal(name, y_true, y_pred)
        for weights in choose.random(20_000), choose.integers(0, 5, 20_000), choose.normal(size=40_000)[::2]:
            assert_equal(name, y_true, y_pred, weights)
            assert_equal(name, y_true, y_pred, weights, 0)

    @pytest.mark.parametrize("name", RATES)
    @pytest.mark.parametrize("kind", [list, np.array, pd.Series, pl.Series, lambda y: pd.Series(y, dtype="category")])
    def test_every_kind_of_labels(self, name, kind):
        y_true, y_pred = ["a", "b", "b", "a", "b"], ["a", "b", "a", "b", "b"]
        assert_equal(name, kind(y_true), kind(y_pred), pos_label="b")
        assert_equal(name, kind([0, 1, 1, 0, 1]), kind([0, 1, 0, 1, 1]))

    @pytest.mark.parametrize("name", RATES)
    @pytest.mark.parametrize(
        ("y_true", "y_pred", "options"),
        [
            ([], [], {}),
            ([0, 1], [0], {}),
            ([0, 1, 2], [0, 1, 1], {"pos_label": 1}),
            ([0, 2], [0, 2], {}),
            ([0, 2], [0, 2], {"pos_label": 1}),
            (["a", "b"], ["a", "b"], {}),
            ([0, 0], [0, 0], {"pos_label": "1"}),
            ([0, 1], [0, 1], {"pos_label": "1"}),
            (["a", "b"], ["a", "b"], {"pos_label": 1}),
            ([0, 1], ["0", "1"], {"pos_label": "1"}),
            ([0.5, 1.5], [0.5, 1.5], {"pos_label": 0.5}),
            ([0, None], [0, 1], {}),
            ([[0], [1]], [[1], [1]], {}),
            ([0, 1], [0, 1], {"sample_weight": [[1], [2]]}),
            ([0, 1], [0, 1], {"sample_weight": [0, 0]}),
            ([0, 1], [0, 1], {"sample_weight": [1]}),
            ([0, 1], [0, 1], {"sample_weight": 2.0}),
            ([0, 1], [0, 1], {"sample_weight": [np.nan, 1]}),
            ([0, 1], [0, 1], {"sample_weight": ["a", "b"]}),
        ],
        ids=str,
    )
    def test_delegated(self, name, y_true, y_pred, options):
        assert_delegated(name, y_true, y_pred, **options)

    @examples(300)
    @given(
        y_pred=st.lists(st.integers(-1, 2), min_size=1, max_size=9)
        | st.lists(st.booleans(), min_size=1, max_size=9)
        | st.lists(st.sampled_from("ab1"), min_size=1, max_size=9)
        | st.lists(st.sampled_from(["a", 1, None, True]), min_size=1, max_size=9)
        | st.lists(st.floats(), min_size=1, max_size=9),
        pos_label=st.sampled_from([1, 0, "a", "1", True, None, 1.0, 0.5]),
        weighted=st.booleans(),
    )
    def test_selection_rate(self, y_pred, pos_label, weighted):
        y_true = [0] * len(y_pred)
        options = {"sample_weight": rng(7).random(len(y_pred))} if weighted else {}
        assert_equal("selection_rate", y_true, y_pred, **options)
        assert_equal("selection_rate", y_true, y_pred, pos_label=pos_label, **options)
        assert_equal("selection_rate", y_true, np.array(y_pred), pos_label=pos_label, **options)

    @examples(200)
    @given(
        y_pred=st.lists(st.floats(-9, 9), min_size=1) | st.lists(st.integers(-99, 99), min_size=1), seed=st.integers()
    )
    def test_mean_prediction(self, y_pred, seed):
        y_true = [0] * len(y_pred)
        assert_equal("mean_prediction", y_true, y_pred)
        for weights in rng(abs(seed)).random(len(y_pred)), rng(abs(seed)).integers(1, 9, len(y_pred)):
            assert_equal("mean_prediction", y_true, y_pred, weights)

    def test_many_predictions(self):
        choose = rng(8)
        y_pred, weights = choose.normal(size=(2, 100_000))
        for weight in weights, weights.astype(np.float32), np.repeat(weights, 2)[::2], weights.reshape(-1, 1):
            assert_equal("mean_prediction", y_pred, y_pred, weight)
            assert_equal("mean_prediction", y_pred, y_pred[::-1], weight)
            assert_equal("selection_rate", y_pred, y_pred > 0, sample_weight=weight)
        assert_equal("mean_prediction", y_pred, y_pred > 0)
        assert_equal("mean_prediction", y_pred, (y_pred * 9).astype(np.int8))

    @pytest.mark.parametrize("name", ["selection_rate", "mean_prediction"])
    def test_odd_means(self, name):
        assert_equal(name, [0, 0], [1, 1], sample_weight=[0, 0])
        assert_equal(name, [0, 0], [1, 0], sample_weight=[np.nan, 1])
        assert_equal(name, None, [1, 0])
        assert_equal(name, [0, 0], [[1], [0]], sample_weight=[[1], [2]])
        if name == "mean_prediction":
            assert_equal(name, [], [])
        else:
            assert assert_delegated(name, [], []) == (ValueError, "Empty y_pred passed to selection_rate function.")
        for y_pred, weights in (
            ([[1, 0]], None),
            ([[1, 0], [0, 1]], None),
            (1, None),
            ([1, 0], [1]),
            ([1, 0], [[1, 2]] * 2),
        ):
            assert_delegated(name, [0, 0], y_pred, sample_weight=weights)

    def test_count(self):
        for y in [], [1], np.zeros((3, 2)), pd.Series([1, 2]), pl.Series([1, 2]), "abc":
            assert_equal("count", y, y)
        for y_true, y_pred in ([1], []), (None, [1]), ([1], None), (3, [1]), (np.array(3), [1]):
            if y_pred is None:
                # scikit-learn's check of lengths skips None.
                assert_delegated("count", y_true, y_pred)
            else:
                assert assert_delegated("count", y_true, y_pred)[0] in (ValueError, TypeError)


class TestInterface:
    def test_names(self):
        assert set(ours.__all__) <= set(theirs.__all__)
        assert sorted(ours.__all__) == sorted([*RATES, *DISPARITIES, "selection_rate", "mean_prediction", "count"])

    @pytest.mark.parametrize("name", ours.__all__)
    def test_signatures(self, name):
        one, other = (inspect.signature(getattr(module, name)).parameters for module in (ours, theirs))
        assert [(p.name, p.kind, p.default) for p in one.values()] == [
            (p.name, p.kind, p.default) for p in other.values()
        ]

    def test_lazy_imports(self):
        code = """
import sys
from rapidscore.compat.fairlearn.metrics import demographic_parity_difference, true_positive_rate
demographic_parity_difference([0, 1], [1, 1], sensitive_features=["a", "b"]), true_positive_rate([0, 1], [1, 1])
print(*sys.modules)
"""
        loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
        assert "rapidscore.compat.fairlearn.metrics" in loaded
        assert set(loaded) & {"fairlearn", "pandas", "sklearn", "polars", "narwhals"} == set()
