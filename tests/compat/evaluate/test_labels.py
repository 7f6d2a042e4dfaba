"""Metrics of labels in `rapidscore.compat.evaluate`, against scikit-learn, which the peer's scripts call."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sklearn.metrics
from support.evaluate_drop_in import compute
from support.outcomes import exactly

from rapidscore.compat import evaluate


class TestLabels:
    @pytest.fixture(params=[2, 4], ids=["binary", "classes"])
    def labels(self, request):
        draw = np.random.default_rng(request.param)
        predictions, references = draw.integers(request.param, size=(2, 200)).tolist()
        return references, predictions, draw.random(200).tolist()

    @pytest.mark.parametrize("normalize", [True, False])
    def test_accuracy(self, labels, normalize):
        true, predicted, weights = labels
        for sample_weight in None, weights:
            theirs = sklearn.metrics.accuracy_score(true, predicted, normalize=normalize, sample_weight=sample_weight)
            found = compute("accuracy", predicted, true, normalize=normalize, sample_weight=sample_weight)
            assert exactly(found) == exactly({"accuracy": float(theirs)})

    @pytest.mark.parametrize("name", ["precision", "recall", "f1"])
    @pytest.mark.parametrize("average", ["micro", "macro", "weighted", None])
    def test_averaged(self, labels, name, average):
        true, predicted, weights = labels
        theirs = getattr(sklearn.metrics, f"{name}_score")
        for options in {}, {"sample_weight": weights}, {"labels": [1, 0]}, {"labels": [1]}:
            score = theirs(true, predicted, average=average, **options)
            score = float(np.reshape(score, ())) if np.size(score) == 1 else score
            assert exactly(compute(name, predicted, true, average=average, **options)) == exactly({name: score})

    @pytest.mark.parametrize("name", ["precision", "recall", "f1"])
    def test_binary(self, name):
        true, predicted = [0, 1, 0, 1, 0], [0, 0, 1, 1, 0]
        theirs = getattr(sklearn.metrics, f"{name}_score")
        for options in {}, {"pos_label": 0}, {"sample_weight": [0.9, 0.5, 3.9, 1.2, 0.3]}:
            assert exactly(compute(name, predicted, true, **options)) == exactly(
                {name: float(theirs(true, predicted, **options))}
            )

    def test_zero_division(self):
        with pytest.warns(sklearn.exceptions.UndefinedMetricWarning, match="Precision is ill-defined"):
            assert evaluate.load("precision").compute(predictions=[0, 0], references=[0, 1]) == {"precision": 0.0}
        assert compute("precision", [0, 0], [0, 1], zero_division=1) == {"precision": 1.0}

    def test_correlation_and_matrix(self, labels):
        true, predicted, weights = labels
        for sample_weight in None, weights:
            theirs = sklearn.metrics.matthews_corrcoef(true, predicted, sample_weight=sample_weight)
            found = compute("matthews_correlation", predicted, true, sample_weight=sample_weight)
            # Weighted sums are added in another order.
            assert found == {"matthews_correlation": pytest.approx(float(theirs), rel=1e-12 if sample_weight else 0)}
            for options in {}, {"normalize": "true"}, {"labels": [1, 0]}:
                theirs = sklearn.metrics.confusion_matrix(true, predicted, sample_weight=sample_weight, **options)
                found = compute("confusion_matrix", predicted, true, sample_weight=sample_weight, **options)
                assert exactly(found) == exactly({"confusion_matrix": theirs})

    @pytest.mark.parametrize("name", ["accuracy", "precision", "recall", "f1"])
    def test_multilabel(self, name):
        predicted, true = [[0, 1, 1], [1, 1, 0], [1, 0, 0]], [[0, 1, 1], [0, 1, 0], [1, 0, 1]]
        options = {} if name == "accuracy" else {"average": "macro"}
        theirs = getattr(sklearn.metrics, f"{name}_score")(np.array(true), np.array(predicted), **options)
        assert compute(name, predicted, true, "multilabel", **options) == {name: float(theirs)}

    def test_inputs(self):
        metric = evaluate.load("accuracy")
        for make in np.array, tuple, lambda values: np.array(values, float), lambda values: [str(v) for v in values]:
            found = metric.compute(predictions=make([0, 1, 2]), references=make([0, 1, 1]))
            assert found == {"accuracy": 2 / 3}
        wrong = [
            (["a", "b"], r"\[0\] is 'a' \(str\): pass labels that are integers"),
            ([0.5, 1.0], r"\[0\] is 0.5"),
            ([1, None], r"\[1\] is None"),
            ([1e300, 1], r"\[0\] is 1e\+300"),
            ([2.0**63, 1], r"\[0\] is 9.223372036854775808e\+18|\[0\] is 9.22"),
            ([math.inf, 1], r"\[0\] is inf"),
            (np.array([1, 2**64 - 1], np.uint64), r"\[1\] is 18446744073709551615"),
            ([1, 2**64 - 1], r"\[1\] is 1.8446744073709552e\+19|\[1\] is 18446744073709551615"),
            ([1, 2**70], r"\[1\] is 1180591620717411303424"),
            (np.array([1, 0.5], object), r"\[1\] is 0.5"),
            ([math.nan, 1], r"\[0\] is nan"),
            ([[0], [1]], "multilabel"),
        ]
        for values, message in wrong:
            with pytest.raises(ValueError, match=message):
                metric.compute(predictions=values, references=[0, 1])
        with pytest.raises(ValueError, match="one label for each"):
            evaluate.load("f1").compute(predictions=[[0, 1]], references=[[0, 1]], average="macro")
        with pytest.raises(ValueError, match="a list of 0 and 1"):
            evaluate.load("f1", "multilabel").compute(predictions=[0, 1], references=[0, 1])
        mixed = [Decimal(2), Fraction(1), "0", True, np.int8(1), 1.0, np.bool_(0)]
        for values in mixed, np.array(mixed, object):
            assert metric.compute(predictions=values, references=[2, 1, 0, 1, 1, 1, 0]) == {"accuracy": 1.0}

    def test_multilabel_correlations(self):
        true, predicted = [[0, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 1]], [[0, 1, 1], [0, 1, 0], [1, 0, 1], [0, 1, 0]]
        each = [
            sklearn.metrics.matthews_corrcoef(*columns)
            for columns in zip(*map(np.transpose, (predicted, true)), strict=True)
        ]
        found = compute("matthews_correlation", predicted, true, "multilabel")
        assert exactly(found) == exactly({"matthews_correlation": each})
        found = compute("matthews_correlation", predicted, true, "multilabel", average="macro", sample_weight=None)
        assert exactly(found) == exactly({"matthews_correlation": np.mean(each)})
        with pytest.raises(ValueError, match="average='micro': choose from None and 'macro'"):
            evaluate.load("matthews_correlation", "multilabel").compute(
                predictions=predicted, references=true, average="micro"
            )

    def test_large_batches(self):
        draw = np.random.default_rng(1)
        true, predicted = draw.integers(5, size=(2, 20_000))
        metric = evaluate.load("accuracy")
        for begin, end in (0, 3), (3, 9_000), (9_000, 20_000):
            metric.add_batch(predictions=predicted[begin:end], references=true[begin:end])
        assert len(metric) == 20_000
        assert metric.compute() == {"accuracy": sklearn.metrics.accuracy_score(true, predicted)}
