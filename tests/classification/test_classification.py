"""Classification equals scikit-learn 1.9.1, and fairlearn 0.15.0 by group."""

import math
import random
import warnings

import fairlearn.metrics
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.exceptions import UndefinedMetricWarning

from rapidscore import Classification, ClassificationScore, Total

AVERAGES = [None, "macro", "micro", "weighted"]
quiet = pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning", "ignore:A single label")
pytestmark = quiet

KINDS = {
    "int": [0, 1, 2, 5],
    "negative": [-3, -1, 0],
    "far": [-(2**62), 7, 2**62],
    "bool": [False, True],
    "str": ["no", "yes", "maybe", "…"],
    "binary": [0, 1],
    "one": ["only"],
    "many": list(range(0, 900, 3)),
}
labelled = pytest.mark.parametrize("kind", KINDS)


@st.composite
def columns(draw, kind, min_size=1):
    """References and predictions of one kind; some classes may lack in either."""
    labels = KINDS[kind]
    some = st.lists(st.sampled_from(labels), min_size=1, max_size=len(labels), unique=True)
    true_labels, predicted_labels = draw(some), draw(some)
    count = draw(st.integers(min_size, 40))
    choose = random.Random(draw(st.integers(0, 2**32)))
    return [choose.choice(true_labels) for _ in range(count)], [choose.choice(predicted_labels) for _ in range(count)]


def same(ours, theirs):
    """Equal to the bit, NaN being equal to itself."""
    assert np.asarray(ours).shape == np.asarray(theirs).shape
    return np.array_equal(np.asarray(ours, float), np.asarray(theirs, float), equal_nan=True)


def check(score, true, predicted, *, zero_division=0.0, sample_weight=None, labels=None):
    """Compare all that a score says with scikit-learn."""
    weighted = {"sample_weight": sample_weight}
    options = {"zero_division": zero_division, "labels": labels, **weighted}
    assert score.labels.tolist() == (sorted({*true, *predicted}) if labels is None else labels)
    assert same(score.confusion_matrix, metrics.confusion_matrix(true, predicted, labels=labels, **weighted))
    for average in AVERAGES:
        ours = [score.precision(average), score.recall(average), score.f1(average)]
        theirs = metrics.precision_recall_fscore_support(true, predicted, average=average, **options)
        assert all(same(*pair) for pair in zip(ours, theirs[:3], strict=True))
        for beta in 0, 0.5, 3, math.inf:
            assert same(
                score.fbeta(beta, average), metrics.fbeta_score(true, predicted, beta=beta, average=average, **options)
            )
        # scikit-learn's own check of this option lacks NaN and 0.0.
        if not math.isnan(zero_division):
            jaccard = metrics.jaccard_score(
                true, predicted, average=average, **{**options, "zero_division": int(zero_division)}
            )
            assert same(score.jaccard(average), jaccard)
    assert same(score.support, theirs_support(true, predicted, options))
    assert same(score.accuracy, metrics.accuracy_score(true, predicted, **weighted))
    assert same(score.hamming_loss, metrics.hamming_loss(true, predicted, **weighted))
    assert same(score.zero_one_loss, metrics.zero_one_loss(true, predicted, **weighted))
    if labels is None:
        assert same(score.matthews_correlation, metrics.matthews_corrcoef(true, predicted, **weighted))
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "y_pred contains classes not in y_true")
            assert same(score.balanced_accuracy, metrics.balanced_accuracy_score(true, predicted, **weighted))
    for weights in None, "linear", "quadratic":
        kappa = metrics.cohen_kappa_score(true, predicted, weights=weights, labels=labels, **weighted)
        assert same(score.cohen_kappa(weights), kappa)
    matrices = metrics.multilabel_confusion_matrix(true, predicted, labels=labels, **weighted)
    with np.errstate(all="ignore"):
        specificity = matrices[:, 0, 0] / (matrices[:, 0, 0] + matrices[:, 0, 1])
    assert same(score.specificity(None), np.where(np.isnan(specificity), zero_division, specificity))


def theirs_support(true, predicted, options):
    return metrics.precision_recall_fscore_support(true, predicted, average=None, **options)[3]


# scikit-learn takes a second for twenty.
some = settings(max_examples=20)


class TestEqualsScikitLearn:
    @labelled
    @some
    @given(data=st.data())
    def test_all_values(self, kind, data):
        true, predicted = data.draw(columns(kind))
        zero_division = data.draw(st.sampled_from([0.0, 1.0, math.nan]))
        check(
            Classification(zero_division=zero_division).score(predicted, true),
            true,
            predicted,
            zero_division=zero_division,
        )

    @labelled
    @some
    @given(data=st.data())
    def test_reports(self, kind, data):
        true, predicted = data.draw(columns(kind))
        score = Classification().score(predicted, true)
        digits = data.draw(st.integers(0, 6))
        assert score.report(digits) == metrics.classification_report(true, predicted, digits=digits)
        assert score.report_dict() == metrics.classification_report(true, predicted, output_dict=True)
        names = [f"class {number}" for number in range(len(score.labels))]
        assert score.report(target_names=names) == metrics.classification_report(true, predicted, target_names=names)

    @labelled
    @some
    @given(data=st.data())
    def test_whole_weights_are_exact(self, kind, data):
        true, predicted = data.draw(columns(kind))
        weights = data.draw(st.lists(st.integers(0, 2**20), min_size=len(true), max_size=len(true)))
        # scikit-learn divides by the sum of weights.
        if sum(weights):
            check(
                Classification(zero_division=0).score(predicted, true, weights), true, predicted, sample_weight=weights
            )

    @labelled
    @some
    @given(data=st.data())
    def test_weights(self, kind, data):
        true, predicted = data.draw(columns(kind))
        weights = data.draw(st.lists(st.floats(0.01, 100), min_size=len(true), max_size=len(true)))
        # Ours are exact sums, rounded once; scikit-learn adds up to 40 weights one after the other, and takes sums
        # from sums, whose errors relative to a difference near zero may be larger. Each error is below 40 ulps of the
        # sum of all weights, 1e-14 relative to it.
        scale = sum(weights)

        def near(ours, theirs):
            return np.allclose(ours, theirs, rtol=1e-9, atol=1e-14 * scale, equal_nan=True)

        score = Classification(zero_division=0).score(predicted, true, weights)
        assert near(score.confusion_matrix, metrics.confusion_matrix(true, predicted, sample_weight=weights))
        assert near(score.accuracy, metrics.accuracy_score(true, predicted, sample_weight=weights))
        for average in AVERAGES:
            ours = score.precision(average), score.recall(average), score.f1(average)
            theirs = metrics.precision_recall_fscore_support(
                true, predicted, average=average, sample_weight=weights, zero_division=0
            )
            assert all(near(*pair) for pair in zip(ours, theirs[:3], strict=True))

    @pytest.mark.parametrize("kind", ["int", "str", "binary"])
    @some
    @given(data=st.data())
    def test_named_labels(self, kind, data):
        true, predicted = data.draw(columns(kind))
        extra = ["zz", "aa"] if kind == "str" else [77, -77]
        labels = data.draw(st.permutations([*{*true, *predicted}, *extra]))
        score = Classification(labels=labels, zero_division=0).score(predicted, true)
        check(score, true, predicted, labels=labels)
        assert score.report() == metrics.classification_report(true, predicted, labels=labels, zero_division=0)

    @pytest.mark.parametrize("kind", ["int", "str", "binary"])
    @some
    @given(data=st.data())
    def test_some_labels(self, kind, data):
        true, predicted = data.draw(columns(kind))
        labels = data.draw(st.lists(st.sampled_from(KINDS[kind]), min_size=1, unique=True))
        score = Classification(zero_division=0).score(predicted, true)
        for average in AVERAGES:
            theirs = metrics.precision_recall_fscore_support(
                true, predicted, labels=labels, average=average, zero_division=0
            )
            assert same(score.precision(average, labels), theirs[0])
            assert same(score.recall(average, labels), theirs[1])
            assert same(score.f1(average, labels), theirs[2])
            if average or len(labels) > 1:
                jaccard = metrics.jaccard_score(true, predicted, labels=labels, average=average, zero_division=0)
                assert same(score.jaccard(average, labels), jaccard)

    @some
    @given(data=st.data())
    def test_binary(self, data):
        true, predicted = data.draw(columns("bool"))
        assert {*true} | {*predicted} <= {True, False}
        metric = Classification(average="binary", zero_division=0)
        score = metric.score(predicted, true)
        for ours, theirs in (
            (score.precision(), metrics.precision_score),
            (score.recall(), metrics.recall_score),
            (score.f1(), metrics.f1_score),
            (score.jaccard(), metrics.jaccard_score),
        ):
            assert same(ours, theirs(true, predicted, zero_division=0))
        names = ["no", "yes"]
        named = Classification(average="binary", pos_label="no", zero_division=0)
        ours = named.score([names[label] for label in predicted], [names[label] for label in true]).f1()
        if {*true, *predicted} == {True, False}:
            theirs = metrics.f1_score(true, predicted, pos_label=False, zero_division=0)
            assert same(ours, theirs)

    @pytest.mark.parametrize("average", [*AVERAGES, "binary"])
    def test_warnings(self, average):
        true, predicted = [0, 0, 0], [1, 1, 1]
        score = Classification(average="macro").score(predicted, true)
        with warnings.catch_warnings(record=True) as theirs:
            warnings.simplefilter("always")
            metrics.precision_score(true, predicted, average=average, pos_label=1 if average != "binary" else 0)
            metrics.recall_score(true, predicted, average=average)
        with warnings.catch_warnings(record=True) as ours:
            warnings.simplefilter("always")
            if average == "binary":
                Classification(average="binary", pos_label=0).score(predicted, true).precision()
                Classification(average="binary").score(predicted, true).recall()
            else:
                score.precision(average)
                score.recall(average)
        assert [(w.category, str(w.message)) for w in ours] == [(w.category, str(w.message)) for w in theirs]
        assert all(w.category is UndefinedMetricWarning and w.filename == __file__ for w in ours)

    def test_ten_thousand_rows_of_many_classes(self):
        choose = random.Random(5)
        for classes in 3, 40, 2000, 9000:
            true, predicted = ([choose.randrange(classes) for _ in range(10_000)] for _ in range(2))
            score = Classification(zero_division=0).score(predicted, true)
            for average in AVERAGES:
                assert same(score.f1(average), metrics.f1_score(true, predicted, average=average, zero_division=0))
            assert same(score.matthews_correlation, metrics.matthews_corrcoef(true, predicted))


class TestMeasuring:
    def test_statistics_know_their_codes(self):
        statistics = Classification().statistics(["b", "a"], ["a", "a"], [0.5, 2])
        assert statistics.columns == ("references", "predictions", "weight")
        assert np.asarray(statistics).tolist() == [[0, 1, 0.5], [0, 0, 2]]
        assert statistics.labels.tolist() == ["a", "b"]
        assert statistics.segment_scores()["accuracy"].tolist() == [0, 1]

    def test_a_label_that_comes_later(self):
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
    def test_tables_of_other_types_join(self, first, second, table):
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

    def test_nothing_that_is_handed_out_is_writable(self):
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

    def test_ignored_labels_are_no_classes(self):
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
        for way in list, np.array, lambda rows: tuple(map(tuple, rows)):
            score = metric.score(way(predicted), way(true))
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

    @pytest.mark.parametrize("way", [list, np.array, pd.Series, pl.Series, lambda v: pd.Series(v, dtype="category")])
    def test_ways_in(self, way):
        true, predicted = ["b", "a", "b", "c"], ["b", "b", "c", "c"]
        expected = Classification(zero_division=0).score(predicted, true)
        assert Classification(zero_division=0).score(way(predicted), way(true)) == expected
        assert Classification(zero_division=0).score(way(predicted), true) == expected
        assert Classification(zero_division=0).statistics(way(predicted), way(true)).score() == expected

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


class TestSaying:
    def test_line(self):
        score = Classification(average="weighted", zero_division=0).score([0, 1, 1], [0, 0, 1])
        assert str(score) == "accuracy = 0.6667 weighted precision = 0.8333 recall = 0.6667 f1 = 0.6667 (n = 3)"
        signature = "avg:weighted|zero:0|labels:seen|ignore:no|version:sklearn-1.9.1"
        assert score.format(2, signature=True).startswith(f"accuracy|{signature} = 0.67 weighted")

    def test_values_by_name(self):
        score = Classification(zero_division=0).score([0, 1, 1], [0, 0, 1])
        assert [*score.as_dict()] == [
            "accuracy", "balanced_accuracy", "precision", "recall", "f1", "matthews_correlation",
        ]  # fmt: skip
        rates = Classification(average="binary").score([0, 1, 1], [0, 0, 1]).as_dict()
        assert (rates["selection_rate"], rates["true_positive_rate"], rates["false_positive_rate"]) == (2 / 3, 1, 0.5)
        frame = pd.DataFrame(score.per_class())
        assert frame.shape == (2, 7)
        assert frame["support"].tolist() == [2, 1]

    def test_plot(self):
        matplotlib = pytest.importorskip("matplotlib", reason="plots need matplotlib: pip install matplotlib")
        matplotlib.use("agg")
        from matplotlib import pyplot

        score = Classification().score(["a", "b", "b"], ["a", "b", "a"])
        axes = score.plot(cmap="Blues", colorbar=False)
        assert [text.get_text() for text in axes.texts] == ["1", "1", "0", "1"]
        assert [label.get_text() for label in axes.get_xticklabels()] == ["a", "b"]
        own = pyplot.subplots()[1]
        assert score.plot(own) is own
        pyplot.close("all")

    def test_plot_without_scikit_learn(self, monkeypatch):
        matplotlib = pytest.importorskip("matplotlib", reason="plots need matplotlib: pip install matplotlib")
        matplotlib.use("agg")
        from matplotlib import pyplot

        monkeypatch.setitem(__import__("sys").modules, "sklearn.metrics", None)
        score = Classification().score(["a", "b", "b"], ["a", "b", "a"])
        axes = score.plot()
        assert [text.get_text() for text in axes.texts] == ["1", "1", "0", "1"]
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("Predicted label", "True label")
        with pytest.raises(ModuleNotFoundError, match=r"cmap.*scikit-learn"):
            score.plot(cmap="Blues")
        pyplot.close("all")


class TestFairness:
    @some
    @given(data=st.data())
    def test_rates_and_measures_equal_fairlearn(self, data):
        count = data.draw(st.integers(1, 60))
        choose = random.Random(data.draw(st.integers(0, 2**32)))
        true, predicted = ([choose.randrange(2) for _ in range(count)] for _ in range(2))
        groups = [choose.choice("abc") for _ in range(count)]
        weights = data.draw(st.sampled_from([None, [choose.randrange(1, 9) for _ in range(count)]]))
        options = {"y_true": true, "y_pred": predicted, "sensitive_features": groups, "sample_weight": weights}
        by = Classification(zero_division=0).statistics(predicted, true, weights).by(groups)
        for name in (
            "selection_rate",
            "true_positive_rate",
            "false_positive_rate",
            "true_negative_rate",
            "false_negative_rate",
        ):
            rate = getattr(fairlearn.metrics, name)
            frame = fairlearn.metrics.MetricFrame(
                metrics=rate,
                y_true=true,
                y_pred=predicted,
                sensitive_features=groups,
                sample_params={"sample_weight": weights},
            )
            assert [getattr(score, name)() for score in by.values()] == frame.by_group.tolist()
            assert getattr(by.overall, name)() == frame.overall
        for method in "between_groups", "to_overall":
            for name in (
                "demographic_parity_difference",
                "demographic_parity_ratio",
                "equal_opportunity_difference",
                "equal_opportunity_ratio",
                "equalized_odds_difference",
                "equalized_odds_ratio",
            ):
                theirs = getattr(fairlearn.metrics, name)(**options, method=method)
                assert same(getattr(by, name)(method), theirs)

    def test_every_class_may_be_the_positive_one(self):
        true, predicted = [0, 1, 2, 2, 0, 0], [0, 2, 2, 1, 1, 0]
        groups = Classification(zero_division=0, pos_label=2).statistics(predicted, true).by([*"aaabbb"])
        # No row of the second group is predicted to be of class 2, and none but one is.
        assert groups["a"].selection_rate() == 2 / 3
        assert groups["b"].selection_rate() == 0
        assert groups["b"].selection_rate(pos_label=0) == 1 / 3
        assert groups.demographic_parity_difference() == 2 / 3
        with pytest.raises(ValueError, match="pos_label 7 is none of the labels"):
            groups.demographic_parity_difference(pos_label=7)
        one = Classification(zero_division=0).statistics([0, 2, 2, 0], [0, 2, 2, 0]).by([*"aabb"])
        with pytest.raises(ValueError, match="pos_label 1 is none of the labels"):
            one.equal_opportunity_difference()

    def test_a_group_may_lack_the_positive_label(self):
        groups = Classification(zero_division=0, pos_label=2).statistics([0, 1, 2], [0, 1, 2]).by([*"aab"])
        assert groups["a"].labels.tolist() == [0, 1]
        assert groups["a"].true_positive_rate(may_lack=True) == 0
        with pytest.raises(ValueError, match="pos_label 2 is none of the labels 0, 1"):
            groups["a"].true_positive_rate()
        assert groups.equal_opportunity_difference() == 1


class TestRefused:
    @pytest.mark.parametrize(
        ("options", "exception", "words"),
        [
            ({"average": "samples"}, ValueError, ["samples", "macro, micro, weighted, binary"]),
            ({"average": None}, TypeError, ["average", "str"]),
            ({"zero_division": 2}, ValueError, ["zero_division", "2", "warn"]),
            ({"zero_division": "nan"}, ValueError, ["zero_division", "nan"]),
            ({"zero_division": True}, ValueError, ["zero_division", "True"]),
            ({"labels": []}, ValueError, ["labels is empty"]),
            ({"labels": ["a", "a"]}, ValueError, ["labels", "a", "once"]),
            ({"labels": ["a", 1]}, TypeError, ["labels[1]"]),
            ({"labels": "abc"}, TypeError, ["labels", "str"]),
            ({"labels": ["a", None]}, ValueError, ["labels[1]", "missing"]),
            ({"pos_label": None}, TypeError, ["pos_label", "None"]),
            ({"ignore_index": "a"}, TypeError, ["ignore_index", "'a'"]),
            ({"ignore_index": True}, TypeError, ["ignore_index", "True"]),
            ({"ignore_index": 1.5}, TypeError, ["ignore_index", "1.5"]),
        ],
        ids=repr,
    )
    def test_options(self, options, exception, words):
        with pytest.raises(exception) as caught:
            Classification(**options)
        assert [word for word in words if word not in str(caught.value)] == []

    @pytest.mark.parametrize(
        ("predictions", "references", "weights", "exception", "words"),
        [
            ([1, 2], [1], None, ValueError, ["2 predictions", "1 references"]),
            (["a"], [1], None, TypeError, ["'a'", "1", "one kind"]),
            ([None], [1], None, ValueError, ["predictions[0]", "missing"]),
            ([1], [float("nan")], None, ValueError, ["references[0]", "missing"]),
            ([1], [1.5], None, ValueError, ["references[0]", "1.5"]),
            (np.eye(2), np.eye(2), None, ValueError, ["references", "(2, 2)", "Multilabel"]),
            ([1, 1], [1, 1], [1], ValueError, ["sample_weight", "(1,)", "2 rows"]),
            ([1, 1], [1, 1], [[1, 1]], ValueError, ["sample_weight", "(1, 2)"]),
            ([1, 1], [1, 1], [1, math.nan], ValueError, ["sample_weight[1]", "nan"]),
            ([1, 1], [1, 1], [1, -1], ValueError, ["sample_weight[1]", "-1", "from 0"]),
            ([1, 1], [1, 1], [1, math.inf], ValueError, ["sample_weight[1]", "inf"]),
            ([1, 1], [1, 1], ["a", "b"], TypeError, ["sample_weight", "numbers"]),
        ],
    )
    def test_input(self, predictions, references, weights, exception, words):
        metric = Classification()
        meter = metric.accumulator()
        for method in metric.score, metric.statistics, meter.update:
            with pytest.raises(exception) as caught:
                method(predictions, references, sample_weight=weights)
            assert [word for word in words if word not in str(caught.value)] == []
        assert len(meter) == 0

    @pytest.mark.parametrize(
        ("predictions", "references", "words"),
        [
            (["a", "x"], ["a", "b"], ["predictions[1]", "'x'", "'a', 'b'"]),
            (["a", "b"], ["y", "x"], ["references[0]", "'y'"]),
        ],
    )
    def test_unknown_labels(self, predictions, references, words):
        metric = Classification(labels=["a", "b"])
        for method in metric.score, metric.statistics, metric.accumulator().update:
            with pytest.raises(ValueError, match="not among the labels") as caught:
                method(predictions, references)
            assert [word for word in words if word not in str(caught.value)] == []

    @pytest.mark.parametrize(
        ("predictions", "references", "words"),
        [
            ([[1, 2], [3]], [[1, 2], [3, 4]], ["predictions[1] has 1", "references[1] has 2"]),
            ([[1, 2]], [[1, 2], [3, 4]], ["1 predictions", "2 references"]),
            (np.zeros((2, 3), int), np.zeros((3, 2), int), ["(2, 3)", "(3, 2)"]),
            ([[1, 2]], [1, 2], ["predictions"]),
        ],
    )
    def test_batches(self, predictions, references, words):
        with pytest.raises((ValueError, TypeError)) as caught:
            Classification(ignore_index=-100).score(predictions, references)
        assert [word for word in words if word not in str(caught.value)] == []

    def test_what_a_score_cannot_say(self):
        score = Classification(average="binary").score([0, 1, 2], [0, 1, 2])
        with pytest.raises(ValueError, match="is for two classes, there are 3"):
            score.f1()
        for method in score.precision, score.jaccard, score.specificity:
            with pytest.raises(ValueError, match="unknown average 'mean'"):
                method("mean")
        with pytest.raises(ValueError, match="beta must be 0 or more"):
            score.fbeta(-1, "macro")
        with pytest.raises(TypeError, match="beta must be a number"):
            score.fbeta("1", "macro")
        with pytest.raises(ValueError, match="weights must be None"):
            score.cohen_kappa("cubic")
        with pytest.raises(ValueError, match="labels is empty"):
            score.f1("macro", labels=[])
        # A line can be printed all the same.
        assert str(score) == "accuracy = 1.0000 (n = 3)"
        with pytest.raises(ValueError, match="2 target_names but 3 labels"):
            score.report(target_names=["a", "b"])
        with pytest.raises(ValueError, match="pos_label 9 is none of the labels"):
            score.selection_rate(9)
        with pytest.raises(TypeError, match="strings and some are numbers"):
            score.f1("macro", labels=["a"])
        wide = Classification().score(np.arange(40_000), np.arange(40_000))
        assert wide.f1() == 1
        # A logger's values need no matrix, which would be of 13 GB here.
        assert wide.as_dict()["matthews_correlation"] == 1
        with pytest.raises(ValueError, match="40000 × 40000 does not fit"):
            _ = wide.confusion_matrix

    def test_damaged_bytes(self):
        data = Classification().statistics(["a", "b"], ["a", "a"]).total().to_bytes()
        refused = 0
        for at in range(len(data)):
            for change in 1, 0x20, 0x80:
                damaged = bytearray(data)
                damaged[at] ^= change
                try:
                    total = Total.from_bytes(bytes(damaged))
                except ValueError:
                    refused += 1
                    continue
                # What is taken is a total all the same.
                assert Total.from_bytes(total.to_bytes()) == total
                assert total.score().confusion_matrix.sum() == len(total)
        assert refused > len(data)
        header, options, _, counts = data.split(b"\n", 3)
        wide = b'{"type": "float", "labels": [1' + b"0" * 400 + b"]}"
        with pytest.raises(ValueError, match="hold no total of labels"):
            Total.from_bytes(b"\n".join([header, options, wide, counts]))

    def test_lone_surrogates_side_by_side(self):
        names = ["\ud83d\ude00", "\U0001f600"]
        total = Classification().statistics(names, names).total()
        assert Total.from_bytes(total.to_bytes()).score().labels.tolist() == names
