"""Multilabel classification, against scikit-learn."""

import math
import random
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.exceptions import UndefinedMetricWarning
from support.effort import examples
from support.outcomes import raises_with_words, same

from rapidscore import Multilabel, MultilabelScore, Total
from rapidscore.compat.sklearn import metrics as compat

AVERAGES = [None, "macro", "micro", "weighted", "samples"]
some = examples(30)


@st.composite
def indicators(draw, min_size=1):
    """Draw references and predictions, of which some rows and columns are empty."""
    rows, width = draw(st.integers(min_size, 30)), draw(st.integers(2, 6))
    choose = random.Random(draw(st.integers(0, 2**32)))
    share = draw(st.sampled_from([0.1, 0.4, 0.9]))
    return [np.array([[int(choose.random() < share) for _ in range(width)] for _ in range(rows)]) for _ in range(2)]


def near(average):
    """Return a comparison: means over rows are exact sums here, while NumPy rounds up to 30 times, in its own order."""

    def compare(ours, theirs):
        if average != "samples":
            return same(ours, theirs)
        return np.allclose(ours, theirs, rtol=1e-14, atol=0, equal_nan=True)

    return compare


def check_report(ours, theirs):
    """Compare two reports: to the character, except the means over rows, which are exact here and rounded in NumPy."""
    lines = [[line for line in report.splitlines() if "samples avg" not in line] for report in (ours, theirs)]
    assert lines[0] == lines[1]
    means = [report.partition("samples avg")[2].split() for report in (ours, theirs)]
    assert len(means[0]) == len(means[1]) == 4
    assert means[0][-1] == means[1][-1]
    # The last digit shown may differ by one.
    assert np.allclose(*(np.array(of[:-1], float) for of in means), rtol=0, atol=0.0101, equal_nan=True)


class TestMultilabel:
    @some
    @given(data=st.data())
    def test_all_values(self, data):
        true, predicted = data.draw(indicators())
        zero_division = data.draw(st.sampled_from([0, 1, math.nan]))
        score = Multilabel(zero_division=zero_division).score(predicted, true)
        assert score.labels.tolist() == list(range(true.shape[1]))
        for average in AVERAGES:
            compare = near(average)
            options = {"average": average, "zero_division": float(zero_division)}
            theirs = metrics.precision_recall_fscore_support(true, predicted, **options)
            ours = [score.precision(average), score.recall(average), score.f1(average)]
            assert all(compare(*pair) for pair in zip(ours, theirs[:3], strict=True))
            if not math.isnan(zero_division):
                assert compare(
                    score.jaccard(average),
                    metrics.jaccard_score(true, predicted, average=average, zero_division=zero_division),
                )
            if average != "samples":
                assert compare(score.fbeta(2, average), metrics.fbeta_score(true, predicted, beta=2, **options))
        assert same(score.accuracy, metrics.accuracy_score(true, predicted))
        assert same(score.hamming_loss, metrics.hamming_loss(true, predicted))
        assert same(score.zero_one_loss, metrics.zero_one_loss(true, predicted))
        assert score.confusion_matrices.tolist() == metrics.multilabel_confusion_matrix(true, predicted).tolist()
        report = metrics.classification_report(true, predicted, zero_division=float(zero_division))
        check_report(score.report(), report)

    def test_a_mean_that_numpy_rounds(self):
        """The mean over rows is 0.375 exactly; NumPy's sum rounds to a lower number, which prints as 0.37."""
        # Precisions of 0, 1/2, 2/3 and 1/3.
        predicted = np.array([[1, 0, 0, 0, 0, 0], [1] * 6, [1, 1, 1, 0, 0, 0], [1] * 6])
        true = np.array([[0, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0]])
        score = Multilabel(zero_division=0).score(predicted, true)
        theirs = metrics.precision_score(true, predicted, average="samples", zero_division=0)
        assert (score.precision("samples"), f"{theirs:.2f}") == (0.375, "0.37")
        assert theirs == compat.precision_score(true, predicted, average="samples", zero_division=0)
        report = metrics.classification_report(true, predicted, zero_division=0)
        assert "samples avg       0.38 " in score.report()
        assert "samples avg       0.37 " in report
        assert compat.classification_report(true, predicted, zero_division=0) == report
        check_report(score.report(), report)

    @some
    @given(data=st.data())
    def test_weights(self, data):
        true, predicted = data.draw(indicators())
        weights = data.draw(st.lists(st.integers(1, 50), min_size=len(true), max_size=len(true)))
        score = Multilabel(zero_division=0).score(predicted, true, weights)
        for average in AVERAGES:
            theirs = metrics.precision_recall_fscore_support(
                true, predicted, average=average, zero_division=0, sample_weight=weights
            )
            ours = [score.precision(average), score.recall(average), score.f1(average)]
            assert all(near(average)(*pair) for pair in zip(ours, theirs[:3], strict=True))
        assert same(score.accuracy, metrics.accuracy_score(true, predicted, sample_weight=weights))
        # scikit-learn rounds the mean of the weights before it multiplies.
        assert math.isclose(
            score.hamming_loss, metrics.hamming_loss(true, predicted, sample_weight=weights), rel_tol=1e-15
        )
        theirs = metrics.multilabel_confusion_matrix(true, predicted, sample_weight=weights)
        assert score.confusion_matrices.tolist() == theirs.tolist()

    @pytest.mark.parametrize("weights", [[0.5, 1.5], [1e300, 1e300], [0.1, 0.2], [2, 2]])
    def test_weights_of_any_size(self, weights):
        true, predicted = np.array([[1, 0], [0, 1]]), np.array([[1, 0], [1, 1]])
        score = Multilabel(zero_division=0).score(predicted, true, weights)
        options = {"average": None, "zero_division": 0, "sample_weight": weights}
        assert score.precision(None).tolist() == metrics.precision_score(true, predicted, **options).tolist()
        assert score.support.tolist() == weights
        assert score.confusion_matrices[:, 1, 1].tolist() == weights

    @some
    @given(data=st.data())
    def test_rows(self, data):
        true, predicted = data.draw(indicators())
        scores = Multilabel(zero_division=1).segment_scores(predicted, true)
        for at in range(len(true)):
            row = true[at : at + 1], predicted[at : at + 1]
            options = {"average": "samples", "zero_division": 1}
            assert scores["precision"][at] == metrics.precision_score(*row, **options)
            assert scores["recall"][at] == metrics.recall_score(*row, **options)
            assert scores["f1"][at] == metrics.f1_score(*row, **options)
            assert scores["jaccard"][at] == metrics.jaccard_score(*row, **options)
            assert scores["accuracy"][at] == metrics.accuracy_score(*row)

    @some
    @given(data=st.data())
    def test_sets(self, data):
        true, predicted = data.draw(indicators())
        names = np.array(["d", "b", "f", "a", "c", "e"])[: true.shape[1]]
        expected = Multilabel(labels=names, zero_division=0).score(predicted, true)
        for make in set, list, tuple, frozenset, np.array:
            sets = [[make(names[row.astype(bool)].tolist()) for row in rows] for rows in (predicted, true)]
            assert Multilabel(labels=names, zero_division=0).score(*sets) == expected
        assert expected.labels.tolist() == names.tolist()
        order = np.argsort(names)
        assert expected.f1(None).tolist() == Multilabel(zero_division=0).score(predicted, true).f1(None).tolist()
        sorted_names = names[order].tolist()
        theirs = metrics.f1_score(true[:, order], predicted[:, order], average=None, zero_division=0)
        assert expected.f1(None, labels=sorted_names).tolist() == theirs.tolist()

    @pytest.mark.parametrize("kind", [bool, np.uint8, np.int64, float])
    def test_types_of_indicators(self, kind):
        true, predicted = np.array([[1, 0], [1, 1]]), np.array([[1, 1], [0, 1]])
        expected = Multilabel().score(predicted, true)
        assert Multilabel().score(predicted.astype(kind), true.astype(kind)) == expected
        assert Multilabel().score(pd.DataFrame(predicted), pd.DataFrame(true)) == expected
        assert Multilabel().score(np.asfortranarray(predicted), true[::1]) == expected

    def test_labels_from_sets(self):
        score = Multilabel(zero_division=0).score([{"b"}, {"a", "c"}], [{"b", "x"}, set()])
        assert score.labels.tolist() == ["a", "b", "c", "x"]
        assert score.support.tolist() == [0, 1, 0, 1]

    def test_warnings(self):
        true, predicted = np.array([[0, 0], [1, 0]]), np.array([[0, 0], [1, 1]])
        for average in "macro", "samples":
            score = Multilabel(average=average).score(predicted, true)
            with warnings.catch_warnings(record=True) as theirs:
                warnings.simplefilter("always")
                metrics.precision_score(true, predicted, average=average)
                metrics.recall_score(true, predicted, average=average)
                metrics.f1_score(true, predicted, average=average)
                metrics.jaccard_score(true, predicted, average=average)
            with warnings.catch_warnings(record=True) as ours:
                warnings.simplefilter("always")
                score.precision()
                score.recall()
                score.f1()
                score.jaccard()
            assert [str(w.message) for w in ours] == [str(w.message) for w in theirs]
            assert all(w.category is UndefinedMetricWarning and w.filename == __file__ for w in ours)

    def test_totals(self):
        metric = Multilabel(labels=["a", "b", "c"], zero_division=0)
        meter = metric.accumulator()
        meter.update([{"a"}], [{"a", "b"}])
        meter.update([{"c"}], [set()], sample_weight=[0.5])
        whole = metric.score([{"a"}, {"c"}], [{"a", "b"}, set()], [1, 0.5])
        assert meter.compute() == whole
        assert Total.from_bytes(meter.total.to_bytes()) == meter.total
        groups = metric.statistics([{"a"}, {"c"}], [{"a", "b"}, set()], [1, 0.5]).by(["x", "y"])
        assert groups["x"] == metric.score([{"a"}], [{"a", "b"}], [1])

    def test_thousands_of_rows(self):
        draw = np.random.default_rng(7)
        true, predicted = draw.random((40_000, 5)) < 0.3, draw.random((40_000, 5)) < 0.3
        score = Multilabel(zero_division=0).score(predicted, true)
        for average in "macro", "micro", "weighted":
            assert score.f1(average) == metrics.f1_score(true, predicted, average=average, zero_division=0)
        ours, theirs = score.f1("samples"), metrics.f1_score(true, predicted, average="samples", zero_division=0)
        # NumPy's pairwise summation has an error of up to about log2(40,000) ulps.
        assert math.isclose(ours, theirs, rel_tol=16 * 2.0**-53)

    def test_score_as_text(self):
        import pickle

        score = Multilabel(zero_division=0).score([{1}, {2}], [{1}, {1, 2}])
        assert str(score).startswith("accuracy = 0.5000 macro precision = 1.0000 recall = 0.7500 f1 = 0.8333 (n = 2)")
        assert score.signature in score.format(signature=True)
        assert pickle.loads(pickle.dumps(score)) == score
        assert isinstance(score, MultilabelScore)
        assert float(score) == score.score == score.f1()
        assert [*score.as_dict()] == ["accuracy", "hamming_loss", "precision", "recall", "f1", "jaccard"]
        assert "f1 = 0.8333" in repr(score)
        assert score != 1

    @pytest.mark.parametrize(
        ("predictions", "references", "exception", "words"),
        [
            ([[1, 0], [0, 1]], [{0}, {1}], ValueError, ["predictions", "an array, or sets"]),
            (np.array([[1, 2]]), np.array([[1, 0]]), ValueError, ["predictions[0, 1]", "2", "0 or 1"]),
            (np.array([[1, math.nan]]), np.array([[1, 0]]), ValueError, ["predictions[0, 1]", "nan"]),
            (np.array([[1, 0]]), np.array([[1, 0, 0]]), ValueError, ["(1, 2)", "(1, 3)"]),
            (np.array([1, 0]), np.array([1, 0]), ValueError, ["(2,)", "(n, C)"]),
            (np.array([[1, 0]]), [{1}], TypeError, ["indicators", "labels"]),
            ([{1}], [{1}, {2}], ValueError, ["1 predictions", "2 references"]),
            ([1, 2], [1, 2], TypeError, ["references[0]", "1", "Classification"]),
            (["ab"], [{"a"}], TypeError, ["predictions[0]", "'ab'"]),
            ("ab", [{"a"}], TypeError, ["predictions", "str"]),
            ([{"a", None}], [{"a"}], ValueError, ["predictions[0]", "missing"]),
            ([[0, 1, 0]], [[0, 0, 1]], ValueError, ["references", "an array, or sets"]),
            ([np.array([0, 1])], [np.array([1, 0])], ValueError, ["references", "an array, or sets"]),
            ([[0, 0]], [[0, 0]], ValueError, ["references", "an array, or sets"]),
            ([["a", "a"]], [["a"]], ValueError, ["predictions[0]", "twice"]),
            (np.array([[0, 1]], object), np.array([[1, 0]], object), ValueError, ["type object", "0 or 1"]),
            ([{"a"}], [{1}], TypeError, ["one kind"]),
            (3, [{1}], TypeError, ["predictions", "int"]),
        ],
    )
    def test_bad_input(self, predictions, references, exception, words):
        for method in Multilabel().score, Multilabel().statistics, Multilabel().accumulator().update:
            with raises_with_words(exception, words):
                method(predictions, references)

    def test_bad_labels(self):
        metric = Multilabel(labels=["a", "b"])
        with pytest.raises(ValueError, match=r"predictions\[1\] is 'x', which is not among the labels 'a', 'b'"):
            metric.score([{"a"}, {"x"}], [{"a"}, {"b"}])
        with pytest.raises(ValueError, match=r"references\[0\] is 'y'"):
            metric.score([{"a"}], [{"a", "y"}])
        with pytest.raises(ValueError, match="3 columns but there are 2 labels"):
            metric.score(np.eye(3), np.eye(3))
        with pytest.raises(ValueError, match="pass all possible labels"):
            Multilabel().statistics([{"a"}], [{"a"}]) + Multilabel().statistics([{"b"}], [{"b"}])
        with pytest.raises(ValueError, match="pass all possible labels"):
            Multilabel().statistics([{"a"}], [{"a"}]).total() + Multilabel().statistics([{"b"}], [{"b"}]).total()
        with pytest.raises(ValueError, match="unknown average 'binary'"):
            Multilabel(average="binary")
        score = metric.score([{"a"}], [{"a"}])
        with pytest.raises(ValueError, match="leave labels out"):
            score.f1("samples", labels=["a"])
        with pytest.raises(ValueError, match="F1 only"):
            score.fbeta(2, "samples")
