"""Top-k accuracy, against scikit-learn."""

import math
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics
from support.effort import examples
from support.outcomes import raises_with_words
from support.tensors import UNREADABLE, Tensor

from rapidscore import TopKAccuracy

some = examples(30)


class TestTopK:
    @some
    @given(data=st.data())
    def test_equals_scikit_learn(self, data):
        classes = data.draw(st.integers(3, 8))
        count = data.draw(st.integers(classes, 40))
        choose = random.Random(data.draw(st.integers(0, 2**32)))
        # Few distinct values make many equal scores.
        scores = np.array([[choose.randrange(5) / 4 for _ in range(classes)] for _ in range(count)])
        labels = data.draw(st.permutations(range(100, 100 + classes)))
        true = [*range(classes), *(choose.randrange(classes) for _ in range(count - classes))]
        k = data.draw(st.integers(1, classes - 1))
        weights = data.draw(st.sampled_from([None, [choose.randrange(1, 9) for _ in range(count)]]))
        theirs = metrics.top_k_accuracy_score(true, scores, k=k, sample_weight=weights)
        score = TopKAccuracy(k=k).score(scores, true, weights)
        assert score.score == theirs
        assert TopKAccuracy(k, labels).score(scores, [labels[at] for at in true], weights).score == theirs
        assert TopKAccuracy(k=k).score(scores.astype(np.float32), true, weights).score == theirs
        hits = TopKAccuracy(k=k).segment_scores(scores, true)[f"top_{k}_accuracy"]
        assert hits.mean() == metrics.top_k_accuracy_score(true, scores, k=k)

    def test_containers(self):
        scores, true = np.array([[0.1, 0.5, 0.4], [0.3, 0.2, 0.5]]), [2, 1]
        expected = TopKAccuracy().score(scores, true)
        assert expected.score == 0.5
        for given_scores in (
            scores.tolist(),
            np.asfortranarray(scores),
            pd.DataFrame(scores),
            scores.astype(np.float16),
            scores[:, :],
        ):
            assert TopKAccuracy().score(given_scores, np.array(true)) == expected
        unused = pd.Categorical(["c", "a"], categories=["a", "c", "z"])
        assert TopKAccuracy(labels=["b", "a", "c"]).score(scores, unused).score == 0.5
        assert TopKAccuracy(labels=["b", "a", "c"]).score(scores, ["c", "a"]).score == 0.5

    @pytest.mark.parametrize("how", UNREADABLE, ids=str)
    def test_tensors(self, how):
        scores, true, weights = np.array([[0.5, 2, 1], [3, 1, 0]], np.float32), [1, 2], [0.5, 2]
        expected = TopKAccuracy().score(scores, true, weights)
        device = {"device": how.get("device", "cpu")}
        tensors = Tensor(scores, **how), Tensor(true, **device), Tensor(weights, **how)
        assert TopKAccuracy().score(*tensors) == expected
        with pytest.raises(ValueError, match="predictions are on the device meta, without values"):
            TopKAccuracy().score(Tensor(scores, device="meta"), true)

    def test_batches(self):
        scores = np.random.default_rng(1).random((4, 5, 3), np.float32)
        true = np.random.default_rng(2).integers(0, 3, (4, 5))
        weights = np.random.default_rng(3).random((4, 5))
        flat = TopKAccuracy().score(scores.reshape(20, 3), true.ravel(), weights.ravel())
        for references in true, true.tolist(), Tensor(true), [*true]:
            for form in weights, weights.tolist(), weights.ravel(), Tensor(weights):
                assert TopKAccuracy().score(scores, references, form) == flat
            assert TopKAccuracy().statistics(scores.tolist(), references).shape == (20, 2)
        names = np.array(["x", "y", "z"])[true]
        for references in names, names.tolist():
            assert TopKAccuracy(labels=["x", "y", "z"]).score(scores, references, weights).score == flat.score

    @pytest.mark.parametrize("ignored", [-100, 1])
    def test_ignore_index(self, ignored):
        draw = np.random.default_rng(4)
        scores, true = draw.random((6, 7, 4)), draw.integers(0, 4, (6, 7))
        true[draw.random((6, 7)) < 0.4] = ignored
        kept = true != ignored
        padded = np.where(kept[..., np.newaxis], scores, math.nan)
        metric = TopKAccuracy(ignore_index=ignored)
        plain = TopKAccuracy().score(scores[kept], true[kept])
        score = metric.score(padded, true)
        assert (score.score, score.segments) == (plain.score, kept.sum())
        assert "|ignore:" in score.signature
        statistics = metric.statistics(padded, true)
        assert statistics.columns == ("hits", "weight", "counted")
        assert statistics.score() == score == (statistics[:9] + statistics[9:]).score()
        assert np.array_equal(~np.isnan(statistics.segment_scores()["top_2_accuracy"]), kept.ravel())
        meter = metric.accumulator()
        for part in range(6):
            meter.update(padded[part], true[part])
        assert meter.compute() == score
        groups = statistics.by(np.repeat([*"abcdef"], 7))
        assert groups["b"].segments == kept[1].sum()
        low, high = statistics.confidence_interval(resamples=50).low, statistics.confidence_interval(resamples=50).high
        assert low < score.score < high
        with pytest.raises(ValueError, match="no row left to score"):
            metric.score(padded[:1, :1], [[ignored]])

    def test_score_as_text(self):
        score = TopKAccuracy(k=1).score([[0.1, 0.9]], [1])
        assert str(score) == "top-1 accuracy = 1.0000 (n = 1)"
        assert score.as_dict() == {"top_1_accuracy": 1.0}
        assert float(score) == 1
        assert score.signature in score.format(signature=True)

    @pytest.mark.parametrize(
        ("options", "scores", "true", "words"),
        [
            ({}, [[0.1, math.nan], [1, 2]], [0, 1], ["predictions[0, 1]", "NaN"]),
            ({}, [[0.1, 0.2]], [2], ["references[0] is 2", "0 to 1", "labels="]),
            ({}, [[0.1, 0.2]], [-1], ["references[0] is -1"]),
            ({}, [[0.1, 0.2]], [0, 1], ["1 predictions", "2 references"]),
            ({}, [0.1, 0.2], [0, 1], ["(2,)", "(n, C)"]),
            ({}, [[[0.1, math.nan]]], [[0]], ["predictions[0, 0, 1]", "NaN"]),
            ({}, [[[0.1, 0.2]]], [0], ["references have the shape (1), not (1, 1)"]),
            ({}, [[[0.1, 0.2], [0.1, 0.2]]], [[0]], ["references have the shape (1, 1), not (1, 2)"]),
            ({}, [[0.1, 0.2], [0.3]], [0, 1], ["predictions", "2 items in row 0", "1 items in row 1"]),
            ({"ignore_index": -1}, [[0.1, 0.2]], [-100], ["references[0] is -100"]),
            ({}, [["a", "b"]], [0], ["<U1"]),
            ({"labels": ["a", "b"]}, [[0.1, 0.2]], ["c"], ["references[0] is 'c'", "'a', 'b'"]),
            ({"labels": ["a", "b", "c"]}, [[0.1, 0.2]], ["a"], ["2 columns", "3 labels"]),
        ],
    )
    def test_bad_input(self, options, scores, true, words):
        metric = TopKAccuracy(**options)
        for method in metric.score, metric.statistics, metric.accumulator().update:
            with raises_with_words(ValueError, words):
                method(scores, true)

    def test_bad_options(self):
        with pytest.raises(ValueError, match="k must be 1 or more"):
            TopKAccuracy(k=0)
        with pytest.raises(ValueError, match="more than once"):
            TopKAccuracy(labels=[1, 1])
