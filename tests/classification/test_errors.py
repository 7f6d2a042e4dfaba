"""Errors of classification: options, labels, weights, methods of scores and damaged bytes."""

import math

import numpy as np
import pytest
from support.outcomes import raises_with_words

from rapidscore import Classification, Total


class TestErrors:
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
        with raises_with_words(exception, words):
            Classification(**options)

    @pytest.mark.parametrize(
        ("predictions", "references", "weights", "exception", "words"),
        [
            ([1, 2], [1], None, ValueError, ["2 predictions", "1 references"]),
            (["a"], [1], None, TypeError, ["'a'", "1", "one kind"]),
            ([None], [1], None, ValueError, ["predictions[0]", "missing"]),
            ([1], [float("nan")], None, ValueError, ["references[0]", "missing"]),
            ([1], [1.5], None, ValueError, ["references[0]", "1.5"]),
            (np.eye(2), np.eye(2), None, ValueError, ["references", "(2, 2)", "Multilabel"]),
            (np.eye(2, dtype=int), np.eye(2, dtype=int), None, ValueError, ["(2, 2)", "Multilabel"]),
            ([[0.2, 0.8], [3.1, 4]], [1, 0], None, TypeError, ["predictions[0]", "np.argmax(predictions, -1)"]),
            (np.array([[0.2, 0.8]]), [1], None, ValueError, ["predictions", "(1, 2)", "predictions.argmax(-1)"]),
            ([0.2, 0.8], [1, 0], None, ValueError, ["predictions[0] is 0.2", "argmax(-1)", "threshold"]),
            ([["a"], ["a", "b"]], [["a"], ["b"]], None, ValueError, ["predictions[1] has 2", "Multilabel"]),
            ([[0, 1], [1, 1]], [[0, 1], [1, 0]], None, ValueError, ["indicators", "flat lists", "Multilabel"]),
            ([["a"]], ["a"], None, TypeError, ["predictions[0] is a list"]),
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
            with raises_with_words(exception, words):
                method(predictions, references, sample_weight=weights)
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
            with raises_with_words(ValueError, ["not among the labels", *words]):
                method(predictions, references)

    @pytest.mark.parametrize(
        ("predictions", "references", "words"),
        [
            ([[1, 2], [3]], [[1, 2], [3, 4]], ["predictions[1] has 1", "references[1] has 2"]),
            ([[1, 2]], [[1, 2], [3, 4]], ["1 predictions", "2 references"]),
            (np.zeros((2, 3), int), np.zeros((3, 2), int), ["(2, 3)", "(3, 2)"]),
            (np.zeros((2, 3, 5)), np.zeros((2, 3), int), ["(2, 3, 5)", "(2, 3)", "predictions.argmax(-1)"]),
            ([[1, 2]], [1, 2], ["predictions"]),
        ],
    )
    def test_batches(self, predictions, references, words):
        with raises_with_words((ValueError, TypeError), words):
            Classification(ignore_index=-100).score(predictions, references)

    def test_methods_of_scores(self):
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
        # The score still prints.
        assert str(score) == "accuracy = 1.0000 (n = 3)"
        with pytest.raises(ValueError, match="2 target_names but 3 labels"):
            score.report(target_names=["a", "b"])
        with pytest.raises(ValueError, match=r"pos_label 9 is .*of the labels"):
            score.selection_rate(9)
        with pytest.raises(TypeError, match="strings and some are numbers"):
            score.f1("macro", labels=["a"])
        wide = Classification().score(np.arange(40_000), np.arange(40_000))
        assert wide.f1() == 1
        # Values for a logger need no matrix, which would take 13 GB here.
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
                # Bytes that are accepted hold a valid total.
                assert Total.from_bytes(total.to_bytes()) == total
                assert total.score().confusion_matrix.sum() == len(total)
        assert refused > len(data)
        header, options, _, counts = data.split(b"\n", 3)
        wide = b'{"type": "float", "labels": [1' + b"0" * 400 + b"]}"
        with pytest.raises(ValueError, match="hold no total of labels"):
            Total.from_bytes(b"\n".join([header, options, wide, counts]))

    def test_adjacent_lone_surrogates(self):
        names = ["\ud83d\ude00", "\U0001f600"]
        total = Classification().statistics(names, names).total()
        assert Total.from_bytes(total.to_bytes()).score().labels.tolist() == names
