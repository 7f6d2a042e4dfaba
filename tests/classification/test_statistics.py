"""Statistics, totals and weights of classification: labels join exactly; ignored labels, containers, copies."""

import math
import random

import numpy as np
import pandas as pd
import polars as pl
import pytest

from rapidscore import Classification, ClassificationScore, Total

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")


class TestStatistics:
    def test_columns(self):
        statistics = Classification().statistics(["b", "a"], ["a", "a"], [0.5, 2])
        assert statistics.columns == ("references", "predictions", "weight")
        assert np.asarray(statistics).tolist() == [[0, 1, 0.5], [0, 0, 2]]
        assert statistics.labels.tolist() == ["a", "b"]
        assert statistics.segment_scores()["accuracy"].tolist() == [0, 1]

    def test_label_that_occurs_later(self):
        meter = Classification(zero_division=0).accumulator()
        meter.update(["b", "b"], ["b", "c"])
        meter.update(["a"], ["z"])
        other = Classification(zero_division=0).accumulator()
        other.update(["y"], ["y"])
        meter.merge(other)
        whole = Classification(zero_division=0).score(["b", "b", "a", "y"], ["b", "c", "z", "y"])
        assert meter.compute() == whole
        assert meter.compute().labels.tolist() == ["a", "b", "c", "y", "z"]
        assert Total.from_bytes(meter.total.to_bytes()) == meter.total

    @pytest.mark.parametrize(
        ("first", "second", "table"),
        [
            ([True], [2], [1, 2]),
            ([1], [2.0], [1.0, 2.0]),
            (np.array([1], "i1"), np.array([300], "u2"), [1, 300]),
            (np.array([2**63], "u8"), np.array([1], "u8"), [1, 2**63]),
        ],
    )
    def test_labels_of_several_types_join(self, first, second, table):
        metric = Classification(zero_division=0)
        joined = metric.statistics(first, first) + metric.statistics(second, second)
        assert joined.labels.tolist() == table
        total = metric.statistics(first, first).total() + metric.statistics(second, second).total()
        assert total == joined.total()
        assert total.score().labels.tolist() == table

    def test_integers_keep_all_their_digits(self):
        metric = Classification(zero_division=0)
        near = [2**53 + 1, 2**53]
        joined = metric.statistics(near, near[::-1]) + metric.statistics([3.0], [1.0])
        assert joined.score().accuracy == 0
        assert joined.score().labels.tolist() == [1, 3, 2**53, 2**53 + 1]
        assert metric.score(near, [1.0, 2.0]).labels.tolist() == [1, 2, 2**53, 2**53 + 1]
        with pytest.raises(ValueError, match="below 2"):
            metric.score([2**53 + 1, 1.0], [2**53, 1])

    def test_hashes_as_labels(self):
        metric = Classification(zero_division=0)
        meter = metric.accumulator()
        meter.update([2**63, 1], [2**63, 1])
        meter.update([1], [2**64 - 1])
        assert meter.compute() == metric.score([2**63, 1, 1], [2**63, 1, 2**64 - 1])
        with pytest.raises(ValueError, match=f"labels -1 and {2**63} have no common integer type"):
            meter.update([-1], [2**63])

    def test_arrays_are_read_only(self):
        statistics = Classification().statistics([0, 1], [0, 0], [0.5, 1])
        score = statistics.score()
        before = score.as_dict()
        for array in score.support, score.labels, statistics.labels, statistics.weights, np.asarray(statistics):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1
        assert score.as_dict() == before

    def test_unequal_statistics(self):
        metric = Classification(zero_division=0)
        assert metric.statistics(["a"], ["a"]) != metric.statistics([1], [1])
        assert metric.statistics([1], [1]) != metric.statistics([1], [1], [1])
        assert metric.statistics([1], [1]) != metric.statistics([2], [2])
        assert metric.statistics([1], [1]) == (metric.statistics([1, 2], [1, 2])[:1])

    def test_ignored_labels_are_not_classes(self):
        metric = Classification(average="binary", ignore_index=np.int64(-100), zero_division=0)
        assert metric.score([0, 0, 7], [0, 0, -100]).precision() == 0
        total = metric.statistics([0, 0, 7], [0, 0, -100]).total()
        assert Total.from_bytes(total.to_bytes()) == total
        assert Classification(ignore_index=0).score([True, False], [True, False]).segments == 1

    def test_strings_and_numbers_do_not_join(self):
        metric = Classification()
        with pytest.raises(TypeError, match="some labels are strings and some are numbers"):
            metric.statistics([1], [1]) + metric.statistics(["a"], ["a"])
        with pytest.raises(TypeError, match="some labels are strings and some are numbers"):
            metric.statistics([1], [1]).total() + metric.statistics(["a"], ["a"]).total()

    def test_weights_join_counts(self):
        metric = Classification(zero_division=0)
        joined = metric.statistics([1, 0], [1, 1], [0.5, 0.25]) + metric.statistics([1], [1])
        assert joined.score().confusion_matrix.tolist() == [[0, 0], [0.25, 1.5]]
        total = metric.statistics([1], [1]).total() + metric.statistics([1, 0], [1, 1], [0.5, 0.25]).total()
        assert total.score() == joined.score()

    def test_weights_are_exact(self):
        weights = [1e16, 1.0, 1.0, 1e-16, 0.1] * 1000
        labels = [0] * 5000
        order = random.Random(1).sample(range(5000), 5000)
        score = Classification().score(labels, labels, weights)
        assert score.confusion_matrix.tolist() == [[math.fsum(weights)]]
        assert score == Classification().score(labels, labels, [weights[at] for at in order])

    def test_ignored(self):
        metric = Classification(ignore_index=-100, zero_division=0)
        true, predicted = [[0, 1, -100], [2, -100, -100]], [[0, 2, 7], [2, 9, 1]]
        expected = Classification(zero_division=0).score([0, 2, 2], [0, 1, 2])
        for container in list, np.array, lambda rows: tuple(map(tuple, rows)):
            score = metric.score(container(predicted), container(true))
            assert score.report() == expected.report()
            assert score.segments == 3
        flat = metric.statistics(np.ravel(predicted), np.ravel(true))
        assert len(flat) == 6
        assert flat.total() == metric.statistics(predicted, true).total()
        assert np.array_equal(
            flat.segment_scores()["accuracy"], [1, 0, math.nan, 1, math.nan, math.nan], equal_nan=True
        )
        assert flat[[2, 4]].total() == metric.statistics([], []).total()
        groups = flat.by(["a", "a", "b", "a", "b", "b"])
        assert (groups.empty, groups.sizes) == (("b",), {"a": 3, "b": 0})
        assert metric.score([1, 2], [1, 2]).accuracy == 1
        assert Classification(ignore_index=-100).score(["a"], ["a"]).accuracy == 1
        assert (flat + metric.statistics([5, 5], [-100, 5])).score().segments == 4

    def test_ignored_rows_may_hold_any_prediction(self):
        metric = Classification(labels=[0, 1], ignore_index=-100)
        assert metric.score([0, 55, -3], [0, -100, -100]).accuracy == 1
        with pytest.raises(ValueError, match=r"predictions\[1\] is 55"):
            metric.score([0, 55], [0, 1])

    @pytest.mark.parametrize(
        "container", [list, np.array, pd.Series, pl.Series, lambda v: pd.Series(v, dtype="category")]
    )
    def test_containers(self, container):
        true, predicted = ["b", "a", "b", "c"], ["b", "b", "c", "c"]
        expected = Classification(zero_division=0).score(predicted, true)
        assert Classification(zero_division=0).score(container(predicted), container(true)) == expected
        assert Classification(zero_division=0).score(container(predicted), true) == expected
        assert Classification(zero_division=0).statistics(container(predicted), container(true)).score() == expected

    def test_copies_of_scores(self):
        import copy
        import pickle

        score = Classification(labels=["b", "a"], pos_label="a").score(["a", "b"], ["a", "a"], [0.5, 1])
        for twin in pickle.loads(pickle.dumps(score)), copy.deepcopy(score):
            assert isinstance(twin, ClassificationScore)
            assert twin == score
            assert twin.as_dict() == score.as_dict()
        assert score != Classification().score(["a"], ["a"])
        assert score != 3
        assert float(score) == score.score == score.accuracy
        assert "accuracy" in repr(score)
