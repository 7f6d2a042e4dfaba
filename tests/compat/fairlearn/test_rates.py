"""Rates of `rapidscore.compat.fairlearn`, against fairlearn: equal types, bits, warnings and errors."""

import fairlearn.metrics as theirs
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.effort import examples
from support.fairlearn_drop_in import RATES, assert_delegated, assert_equal, outcome, rng

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
