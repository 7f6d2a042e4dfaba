"""Classification, against scikit-learn."""

import math
import random
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.exceptions import UndefinedMetricWarning
from support.effort import examples
from support.outcomes import same

from rapidscore import Classification

AVERAGES = [None, "macro", "micro", "weighted"]

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning", "ignore:A single label")

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
    """Draw references and predictions of one kind; either may lack some classes."""
    labels = KINDS[kind]
    some = st.lists(st.sampled_from(labels), min_size=1, max_size=len(labels), unique=True)
    true_labels, predicted_labels = draw(some), draw(some)
    count = draw(st.integers(min_size, 40))
    choose = random.Random(draw(st.integers(0, 2**32)))
    return [choose.choice(true_labels) for _ in range(count)], [choose.choice(predicted_labels) for _ in range(count)]


def check(score, true, predicted, *, zero_division=0.0, sample_weight=None, labels=None):
    """Compare all values of a score with scikit-learn."""
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
        # scikit-learn's jaccard_score rejects NaN and 0.0.
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


# scikit-learn takes a second for 20.
some = examples(20)


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
    def test_integer_weights(self, kind, data):
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
        # Our sums are exact and rounded once; scikit-learn adds up to 40 weights in sequence, and subtracts sums,
        # where errors relative to a difference near zero may be larger. Each error is below 40 ulps of the
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

    def test_many_classes(self):
        choose = random.Random(5)
        for classes in 3, 40, 2000, 9000:
            true, predicted = ([choose.randrange(classes) for _ in range(10_000)] for _ in range(2))
            score = Classification(zero_division=0).score(predicted, true)
            for average in AVERAGES:
                assert same(score.f1(average), metrics.f1_score(true, predicted, average=average, zero_division=0))
            assert same(score.matthews_correlation, metrics.matthews_corrcoef(true, predicted))
