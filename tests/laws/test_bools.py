"""Arrays of bool whose bytes are not 0 and 1, as views of integers and shared memory have: any other byte is True."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from rapidscore import BLEU, WER, Classification, Multilabel, Perplexity, TopKAccuracy, compare
from rapidscore.compat import fairlearn as ours_fairlearn
from rapidscore.compat import sklearn as ours_sklearn

CHOOSE = np.random.default_rng(3)
BYTES = CHOOSE.choice(np.array([0, 1, 2, 7, 128, 255], np.uint8), (2, 400))
#: The same truth values, with bytes of any kind and with 0 and 1.
(DIRTY, DIRTY_OTHER), (CLEAN, CLEAN_OTHER) = BYTES.view(np.bool_), BYTES != 0
TEXTS = [f"a b {at % 7} c" for at in range(400)]
REFERENCES = [f"a b {at % 5} d" for at in range(400)]


def strided(array):
    """Return an equal array that is not contiguous."""
    return np.repeat(array.view(np.uint8), 2).view(np.bool_)[::2]


def test_the_bytes_are_those_of_no_bool():
    assert DIRTY.view(np.uint8).max() == 255
    assert CLEAN.view(np.uint8).max() == 1
    assert DIRTY.tolist() == CLEAN.tolist()


@pytest.mark.parametrize("made", [np.asarray, strided, pd.Series, lambda values: pd.Series(values, dtype="boolean")])
def test_labels(made):
    expected = Classification().score(CLEAN_OTHER, CLEAN)
    score = Classification().score(made(DIRTY_OTHER), made(DIRTY))
    assert score == expected
    assert score.labels.tolist() == [False, True]
    assert score.labels.view(np.uint8).tolist() == [0, 1]
    assert Classification().score(CLEAN, made(DIRTY)).accuracy == 1.0
    assert Classification().score(DIRTY, CLEAN.astype(int)).accuracy == 1.0
    weighted = Classification().score(DIRTY_OTHER, DIRTY, sample_weight=made(DIRTY))
    assert weighted == Classification().score(CLEAN_OTHER, CLEAN, sample_weight=CLEAN)
    assert Classification(labels=DIRTY[:2] if DIRTY[0] != DIRTY[1] else [False, True]).score(CLEAN, DIRTY).accuracy == 1


def test_groups():
    statistics = WER().statistics(TEXTS, REFERENCES)
    groups = statistics.by(DIRTY)
    assert [*groups] == [False, True]
    assert groups.sizes == statistics.by(CLEAN).sizes
    features = statistics.by({"one": DIRTY, "other": DIRTY_OTHER})
    assert features.sizes == statistics.by({"one": CLEAN, "other": CLEAN_OTHER}).sizes
    assert sum(features.sizes.values()) == len(statistics)


def test_indicators():
    true, predicted = DIRTY.reshape(100, 4), DIRTY_OTHER.reshape(100, 4)
    expected = Multilabel(zero_division=0).score(CLEAN_OTHER.reshape(100, 4), CLEAN.reshape(100, 4))
    assert Multilabel(zero_division=0).score(predicted, true) == expected
    assert Multilabel(zero_division=0).score(predicted[:, ::-1], true[:, ::-1]).accuracy == expected.accuracy


def test_masks_of_labels():
    logits = CHOOSE.normal(size=(20, 20, 9)).astype(np.float32)
    labels = CHOOSE.integers(0, 9, (20, 20))
    for shift in False, True:
        metric = Perplexity(shift=shift)
        expected = metric.score(logits, labels, CLEAN.reshape(20, 20))
        assert metric.score(logits, labels, DIRTY.reshape(20, 20)) == expected
        losses = metric.token_losses(logits, labels, strided(DIRTY).reshape(20, 20))
        assert np.array_equal(losses, metric.token_losses(logits, labels, CLEAN.reshape(20, 20)), equal_nan=True)
        assert metric.score(logits, labels, CLEAN.reshape(20, 20).astype(int)) == expected


def test_class_scores():
    scores = TopKAccuracy(k=1).score(DIRTY.reshape(100, 4), [0] * 100)
    assert scores == TopKAccuracy(k=1).score(CLEAN.reshape(100, 4), [0] * 100)


def test_selections():
    statistics = BLEU().statistics(TEXTS, REFERENCES)
    for dirty in DIRTY, strided(DIRTY):
        assert statistics[dirty] == statistics[CLEAN]
        assert len(statistics[dirty]) == CLEAN.sum()
    prepared = BLEU().prepare(REFERENCES)
    assert len(prepared[DIRTY]) == CLEAN.sum()
    coded = Classification().statistics([*CLEAN_OTHER.tolist()], [*CLEAN.tolist()])
    assert coded[DIRTY] == coded[CLEAN]


def test_draws():
    systems = {"one": WER().statistics(TEXTS, REFERENCES), "other": WER().statistics(REFERENCES[::-1], REFERENCES)}
    p_values = [
        compare(systems, draws=draws.reshape(1, 400).repeat(9, axis=0))["other"]["wer"].p_value
        for draws in (DIRTY, CLEAN)
    ]
    assert p_values[0] == p_values[1]


@pytest.mark.parametrize("name", ["accuracy_score", "f1_score", "hamming_loss", "confusion_matrix"])
def test_scikit_learn(name):
    ours, theirs = getattr(ours_sklearn.metrics, name), getattr(metrics, name)
    assert np.array_equal(ours(DIRTY, DIRTY_OTHER), theirs(CLEAN, CLEAN_OTHER))
    if name in ("accuracy_score", "hamming_loss"):
        dirty, clean = (
            (one.reshape(100, 4), other.reshape(100, 4)) for one, other in ((DIRTY, DIRTY_OTHER), (CLEAN, CLEAN_OTHER))
        )
        assert ours(*dirty) == theirs(*clean)


def test_fairlearn():
    ours = ours_fairlearn.metrics
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in "selection_rate", "true_positive_rate":
            assert getattr(ours, name)(DIRTY, DIRTY_OTHER) == getattr(ours, name)(CLEAN, CLEAN_OTHER)
        dirty = ours.demographic_parity_difference(CLEAN, CLEAN_OTHER, sensitive_features=DIRTY)
        assert dirty == ours.demographic_parity_difference(CLEAN, CLEAN_OTHER, sensitive_features=CLEAN)


def test_torch():
    torch = pytest.importorskip("torch")
    mask = torch.from_numpy(BYTES[0].copy()).view(torch.bool).reshape(20, 20)
    logits, labels = torch.zeros(20, 20, 3), torch.zeros(20, 20, dtype=torch.int64)
    assert Perplexity().score(logits, labels, mask).tokens == CLEAN.sum()
    assert Classification().score(mask.ravel(), CLEAN).accuracy == 1.0
