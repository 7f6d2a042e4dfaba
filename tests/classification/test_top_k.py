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
