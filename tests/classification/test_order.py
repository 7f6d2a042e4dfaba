"""Ordered categories keep their order, as if it had been passed as `labels=`."""

import itertools
import json
import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn.metrics

from rapidscore import Classification, Statistics, Total, compare
from rapidscore.compat.sklearn.metrics import cohen_kappa_score, confusion_matrix

pa = pytest.importorskip("pyarrow", reason="columns of pyarrow need pyarrow: pip install pyarrow")

ORDER = ("low", "mid", "high", "never")
TRUE = ["low", "mid", "high", "high", "low", "mid", "high", "low", "mid", "low"] * 4
PREDICTED = ["low", "high", "high", "mid", "low", "mid", "low", "mid", "mid", "low"] * 4
GROUPS = ["x", "y", "y", "x", "x"] * 8


def arrow(values):
    codes = pa.array([ORDER.index(value) for value in values], pa.int8())
    return pa.DictionaryArray.from_arrays(codes, pa.array(ORDER), ordered=True)


def arrow_chunks(values):
    column = arrow(values)
    return pa.chunked_array([column[:3], column[3:]])


COLUMNS = {
    "pandas": lambda values: pd.Categorical(values, categories=ORDER, ordered=True),
    "pandas series": lambda values: pd.Series(values, dtype=pd.CategoricalDtype(ORDER, ordered=True)),
    "polars": lambda values: pl.Series(values, dtype=pl.Enum(ORDER)),
    "pyarrow": arrow,
    "pyarrow chunks": arrow_chunks,
}
every_column = pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)


def metric(**options):
    return Classification(zero_division=0, **options)


def assert_scores_equal(ours, expected):
    assert ours.labels.tolist() == expected.labels.tolist()
    assert ours.confusion_matrix.tolist() == expected.confusion_matrix.tolist()
    assert ours.report() == expected.report()
    assert ours.as_dict() == expected.as_dict()
    assert ours.values_by_average() == expected.values_by_average()
    assert ours.cohen_kappa("quadratic") == expected.cohen_kappa("quadratic")
    assert ours.signature == expected.signature
    for name, values in ours.per_class().items():
        assert values.tolist() == expected.per_class()[name].tolist()


class TestScores:
    @every_column
    def test_equal_those_of_labels(self, column):
        expected = metric(labels=ORDER).score(PREDICTED, TRUE)
        pairs = [(column(PREDICTED), column(TRUE)), (PREDICTED, column(TRUE)), (column(PREDICTED), np.array(TRUE))]
        for predictions, references in pairs:
            assert_scores_equal(metric().score(predictions, references), expected)
            statistics = metric().statistics(predictions, references)
            assert_scores_equal(statistics.score(), expected)
            assert_scores_equal(
                metric().score(predictions, references, [1.0] * 40),
                metric(labels=ORDER).score(PREDICTED, TRUE, [1.0] * 40),
            )
            meter = metric().accumulator()
            meter.update(predictions[:7], references[:7])
            meter.update(predictions[7:], references[7:])
            assert_scores_equal(meter.compute(), expected)

    def test_equal_those_of_scikit_learn(self):
        score = metric().score(PREDICTED, COLUMNS["pandas"](TRUE))
        for weights in "linear", "quadratic", None:
            expected = sklearn.metrics.cohen_kappa_score(TRUE, PREDICTED, labels=ORDER, weights=weights)
            assert score.cohen_kappa(weights) == expected
        expected = sklearn.metrics.confusion_matrix(TRUE, PREDICTED, labels=ORDER)
        assert score.confusion_matrix.tolist() == expected.tolist()

    @pytest.mark.parametrize("kind", [int, float, bool])
    def test_numbers(self, kind):
        order = [kind(1), kind(0)] if kind is bool else [kind(3), kind(1), kind(2)]
        true, predicted = [*order, order[0]], [order[0], *order]
        column = pd.Categorical(true, categories=order, ordered=True)
        score = metric().score(predicted, column)
        assert score.labels.tolist() == order
        assert {type(label) for label in score.labels.tolist()} == {kind}
        expected = metric(labels=order).score(predicted, true)
        assert score.confusion_matrix.tolist() == expected.confusion_matrix.tolist()

    def test_labels_option_is_stronger(self):
        labels = ("high", "low", "mid", "never")
        assert metric(labels=labels).score(PREDICTED, COLUMNS["pandas"](TRUE)).labels.tolist() == [*labels]
        with pytest.raises(ValueError, match="'mid', which is not among"):
            metric(labels=("high", "low")).score(PREDICTED, COLUMNS["pandas"](TRUE))

    def test_categories_without_an_order_are_sorted(self):
        for column in (
            pd.Categorical(TRUE, categories=ORDER),
            pl.Series(TRUE, dtype=pl.Categorical),
            pd.Series(TRUE, dtype="category"),
        ):
            assert metric().score(PREDICTED, column) == metric().score(PREDICTED, TRUE)
            assert metric().score(PREDICTED, column).labels.tolist() == ["high", "low", "mid"]

    def test_other_labels_follow(self):
        predicted = ["unknown", "a label", *PREDICTED[2:]]
        score = metric().score(predicted, COLUMNS["polars"](TRUE))
        assert_scores_equal(score, metric(labels=(*ORDER, "a label", "unknown")).score(predicted, TRUE))

    def test_different_orders_are_sorted_with_a_warning(self):
        other = pd.Categorical(PREDICTED, ordered=True)  # high, low, mid
        with pytest.warns(
            UserWarning, match="references are ordered 'low', 'mid', 'high', 'never', those of pred"
        ) as caught:
            score = metric().score(other, COLUMNS["pandas"](TRUE))
        assert caught[0].filename == __file__
        assert_scores_equal(score, metric(labels=sorted(ORDER)).score(PREDICTED, TRUE))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            metric(labels=ORDER).score(other, COLUMNS["pandas"](TRUE))

    def test_drop_ins_follow_their_peers(self):
        for column in COLUMNS["pandas"], COLUMNS["pandas series"], COLUMNS["polars"]:
            true, predicted = column(TRUE), column(PREDICTED)
            expected = sklearn.metrics.confusion_matrix(true, predicted)
            assert confusion_matrix(true, predicted).tolist() == expected.tolist()
            expected = sklearn.metrics.cohen_kappa_score(true, predicted, weights="quadratic")
            assert cohen_kappa_score(true, predicted, weights="quadratic") == expected


class TestStatistics:
    @every_column
    def test_rows_keep_the_order(self, column):
        statistics = metric().statistics(column(PREDICTED), column(TRUE))
        expected = metric(labels=ORDER).statistics(PREDICTED, TRUE)
        for part, same in (
            (statistics[3:9], expected[3:9]),
            (statistics[3:9] + statistics[:3], expected[3:9] + expected[:3]),
            (pickle.loads(pickle.dumps(statistics)), expected),
        ):
            assert isinstance(part, Statistics)
            assert_scores_equal(part.score(), same.score())
        assert statistics == pickle.loads(pickle.dumps(statistics))
        assert statistics != metric().statistics(PREDICTED, TRUE)

    @pytest.mark.parametrize("values", [None, ["f1", "f1_weighted"], {"f1": lambda score: score.f1()}], ids=str)
    @pytest.mark.parametrize("method", ["percentile", "bca"])
    def test_intervals(self, values, method):
        statistics = metric().statistics(PREDICTED, COLUMNS["pandas"](TRUE))
        expected = metric(labels=ORDER).statistics(PREDICTED, TRUE)
        options = {"resamples": 30, "method": method, "values": values}
        assert statistics.confidence_interval(**options).as_dict() == pytest.approx(
            expected.confidence_interval(**options).as_dict(), rel=0, abs=0, nan_ok=True
        )
        groups, same = statistics.by(GROUPS), expected.by(GROUPS)
        assert groups.confidence_interval(**options).as_dict() == pytest.approx(
            same.confidence_interval(**options).as_dict(), rel=0, abs=0, nan_ok=True
        )
        assert (
            groups.permutation_test(30, values=values).as_dict() == same.permutation_test(30, values=values).as_dict()
        )

    def test_groups(self):
        predicted = ["unknown", *PREDICTED[1:]]
        groups = metric().statistics(predicted, COLUMNS["pandas"](TRUE)).by(GROUPS)
        same = metric(labels=(*ORDER, "unknown")).statistics(predicted, TRUE).by(GROUPS)
        for key in "xy":
            assert_scores_equal(groups[key], same[key])
        assert groups.as_dict() == same.as_dict()
        assert groups.difference("f1", "to_overall") == same.difference("f1", "to_overall")

    def test_comparisons(self):
        column = COLUMNS["pandas"](TRUE)
        ours = compare(
            {"a": metric().statistics(PREDICTED, column), "b": metric().statistics(TRUE[1:] + TRUE[:1], column)}
        )
        labelled = metric(labels=ORDER)
        same = compare({"a": labelled.statistics(PREDICTED, TRUE), "b": labelled.statistics(TRUE[1:] + TRUE[:1], TRUE)})
        assert ours.as_dict() == same.as_dict()


class TestTotals:
    def total(self, order, labels):
        column = labels if order is None else pd.Categorical(labels, categories=order, ordered=True)
        return metric().statistics(labels, column).total()

    def test_bytes_and_pickles(self):
        total = metric().statistics(PREDICTED, COLUMNS["pandas"](TRUE)).total()
        for twin in Total.from_bytes(total.to_bytes()), pickle.loads(pickle.dumps(total)):
            assert twin == total
            assert twin.to_bytes() == total.to_bytes()
            assert_scores_equal(twin.score(), total.score())
        score = total.score()
        assert pickle.loads(pickle.dumps(score)) == score
        assert total != metric().statistics(PREDICTED, TRUE).total()
        # Totals of plain labels do not mention an order.
        assert b"order" not in metric().statistics(PREDICTED, TRUE).total().to_bytes()

    @pytest.mark.parametrize("order", [["low", "low"], ["low", 1], [None], [["low"]], "low", {"low": 1}], ids=str)
    def test_damaged_bytes(self, order):
        data = metric().statistics(["low"], pd.Categorical(["low"], ["low"], ordered=True)).total().to_bytes()
        known = json.dumps({"order": ["low"]})[1:-1].encode()
        assert known in data
        damaged = data.replace(known, json.dumps({"order": order})[1:-1].encode())
        with pytest.raises(ValueError, match="no total of labels"):
            Total.from_bytes(damaged)

    def test_merging_in_any_order(self):
        totals = [
            self.total(ORDER, ["mid", "low"]),
            self.total(ORDER, ["high"]),
            self.total(None, ["low", "other"]),
            self.total(None, []),
        ]
        alike = {sum(part[1:], part[0]).to_bytes() for part in itertools.permutations(totals)}
        assert len(alike) == 1
        assert Total.from_bytes(alike.pop()).score().labels.tolist() == [*ORDER, "other"]
        # Different orders merge in sorted order, whatever is merged first.
        totals += [self.total(("high", "low"), ["high"]), self.total(sorted(ORDER), ["low"])]
        sums = [sum(part[1:], part[0]) for part in itertools.permutations(totals)]
        assert len({total.to_bytes() for total in sums}) == 1
        assert sums[0].score().labels.tolist() == ["high", "low", "mid", "never", "other"]

    def test_numbers_of_several_types(self):
        totals = [
            self.total((1, 0), [1, 0]),
            self.total((True, False), [True]),
            self.total((1.0, 0.0), [0.0]),
        ]
        sums = [sum(part[1:], part[0]) for part in itertools.permutations(totals)]
        assert len({total.to_bytes() for total in sums}) == 1
        assert sums[0].score().labels.tolist() == [1.0, 0.0]

    def test_empty_category(self):
        empty = metric().statistics([], pd.Categorical([], [], ordered=True)).total()
        assert empty.to_bytes() == metric().statistics([], []).total().to_bytes()
