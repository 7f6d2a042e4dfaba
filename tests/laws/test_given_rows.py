"""Statistics of rows that come from the caller or from a pickle: rows that no segment has are refused."""

import pickle
from math import inf, nan

import numpy as np
import pytest
from support.corpus import PREDICTIONS, REFERENCES
from support.metrics import METRICS, every_metric, short_name, suit

from rapidscore import (
    BLEU,
    CHRF,
    ROUGE,
    TER,
    WER,
    Classification,
    Metric,
    Multilabel,
    Perplexity,
    Statistics,
    TopKAccuracy,
)
from rapidscore.classification.coded import CodedStatistics

pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined", "ignore:.*tokenized")

OF_NUMBERS = [metric for metric in METRICS if not isinstance(metric, Classification | Multilabel)]
every_metric_of_numbers = pytest.mark.parametrize("metric", OF_NUMBERS, ids=short_name)


def measured(metric):
    return metric.statistics(*suit(metric, PREDICTIONS, REFERENCES))


@every_metric_of_numbers
def test_rows_become_statistics_again(metric):
    statistics = measured(metric)
    for rows in np.array(statistics), np.array(statistics).tolist(), np.asfortranarray(statistics):
        again = Statistics(metric, rows, statistics._references)
        assert again == statistics
        assert again.total() == statistics.total()
        assert not np.asarray(again).flags.writeable
    # The array of the caller stays his own.
    rows = np.array(statistics)
    again = Statistics(metric, rows, 1)
    rows[:] = 0
    assert again == statistics
    assert len(Statistics(metric, np.empty((0, len(statistics.columns))), 0)) == 0


@every_metric_of_numbers
@pytest.mark.parametrize("wrong", [-1.0, -inf])
def test_wrong_numbers(metric, wrong):
    for column, name in enumerate(measured(metric).columns):
        rows = np.array(measured(metric))
        rows[2, column] = wrong * 1e9
        with pytest.raises(ValueError, match=rf"rows\[2, {column}\] is .*{name}"):
            Statistics(metric, rows, 1)


@pytest.mark.parametrize("metric", [BLEU(), CHRF(), WER(), TER(), ROUGE(), TopKAccuracy()], ids=short_name)
@pytest.mark.parametrize("wrong", [nan, inf])
def test_numbers_that_are_not_finite(metric, wrong):
    if wrong == inf and isinstance(metric, TopKAccuracy):
        pytest.skip("sums of weights may be infinite")
    for column in range(len(measured(metric).columns)):
        rows = np.array(measured(metric))
        rows[0, column] = wrong
        with pytest.raises(ValueError, match=rf"rows\[0, {column}\] is {wrong}"):
            Statistics(metric, rows, 1)


@pytest.mark.parametrize("metric", [BLEU(), CHRF(word_order=2), WER(), Perplexity()], ids=short_name)
@pytest.mark.parametrize("wrong", [0.5, 2.0**53 + 2, 1e300])
def test_counts_that_are_not_whole(metric, wrong):
    column = 1
    rows = np.array(measured(metric))
    rows[1, column] = wrong
    with pytest.raises(ValueError, match=rf"rows\[1, {column}\] is"):
        Statistics(metric, rows, 1)


@pytest.mark.parametrize(
    ("metric", "column", "value"),
    [
        (BLEU(), "matches2", 4.0),
        (BLEU(), "totals1", 5.0),
        (CHRF(word_order=1), "char6_match", 2.0),
        (CHRF(word_order=1), "word1_match", 5.0),
        (ROUGE(), "rouge2_recall", 1.5),
        (ROUGE(), "segments", 0.0),
        (ROUGE(), "segments", 2.0),
        (TopKAccuracy(k=2), "hits", 5.0),
        (TopKAccuracy(k=2, ignore_index=9), "counted", 2.0),
        (Perplexity(), "hits", 2.0),
        (Perplexity(), "top_k_hits", 2.0),
    ],
    ids=lambda value: short_name(value) if isinstance(value, Metric) else str(value),
)
def test_numbers_that_contradict_others(metric, column, value):
    if isinstance(metric, Perplexity):
        statistics = metric.statistics([[[0.0, 1.0]]], [[1]])
    elif isinstance(metric, TopKAccuracy):
        statistics = metric.statistics([[0.1, 0.2, 0.7]], [1])
    else:
        statistics = metric.statistics(["a b c d"], ["a b c d"])
    rows = np.array(statistics)
    at = statistics.columns.index(column)
    assert Statistics(metric, rows, 1) is not None
    rows[0, at] = value
    with pytest.raises(ValueError, match=rf"rows\[0, .*{column}"):
        Statistics(metric, rows, 1)


def test_counts_whose_sums_would_not_be_exact():
    most = np.array([[2.0**53, 0, 0, 0]])
    assert Statistics(WER(), most, 1).total().score().hits == 2**53
    with pytest.raises(ValueError, match=r"'hits' of rows adds up to more than 2\^53"):
        Statistics(WER(), np.tile(most, (2, 1)), 1)


def test_fractions_that_rows_have():
    lengths = np.array([[1.0, 4 / 3]])
    assert Statistics(TER(), lengths, 3).score().score == 75.0
    unknown = Perplexity().statistics_log_probs([[-1.0], [-inf]])
    assert Statistics(Perplexity(), np.array(unknown), 0) == unknown


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (np.zeros((2, 3)), r"\(2, 3\)"),
        (np.zeros(4), r"\(4,\)"),
        (np.zeros((2, 4), bool), "bool"),
        (np.zeros((2, 4), complex), "complex"),
        (np.full((2, 4), "1"), "<U1"),
        (np.full((2, 4), None), "object"),
    ],
)
def test_wrong_shapes_and_types(rows, words):
    with pytest.raises(ValueError, match=words):
        Statistics(WER(), rows, 1)


@pytest.mark.parametrize("references", [-1, [1, -1], [1, 1, 1], 1.5, "1", None])
def test_wrong_numbers_of_references(references):
    with pytest.raises(ValueError, match="references are"):
        Statistics(WER(), np.ones((2, 4)), references)


@every_metric
def test_pickles(metric):
    statistics = measured(metric)
    assert pickle.loads(pickle.dumps(statistics)) == statistics
    kind, arguments = statistics.__reduce__()
    if isinstance(statistics, CodedStatistics):
        metric, rows, labels, weights, order = arguments
        changed = [(metric, rows + np.array(200, rows.dtype), labels, weights, order)]
        changed += [(metric, rows, labels[::-1], weights, order), (metric, rows, labels, -np.ones(len(rows)), order)]
    else:
        metric, rows, references = arguments
        changed = [(metric, rows - 1e9, references), (metric, rows * nan, references), (metric, rows, references - 5)]
    for wrong in changed:
        with pytest.raises(ValueError, match=r"rows|labels|references|weight"):
            kind(*wrong)


@pytest.mark.parametrize(
    ("rows", "labels", "weights", "words"),
    [
        ([[0, 2]], ["a", "b"], None, r"rows\[0\] has the codes \[0, 2\]"),
        ([[0, 0], [-1, 0]], ["a", "b"], None, r"rows\[1\]"),
        ([[0, 0, 0]], ["a", "b"], None, r"\(1, 3\)"),
        ([[0, 1]], ["b", "a"], None, "not sorted"),
        ([[0, 1]], ["a", "a"], None, "not distinct"),
        ([[0, 1]], ["a", "b"], [nan], r"sample_weight\[0\] is nan"),
        ([[0, 1]], ["a", "b"], [1.0, 2.0], r"\(2,\)"),
    ],
)
def test_codes(rows, labels, weights, words):
    statistics = Classification().statistics(["a", "b"], ["a", "b"])
    with pytest.raises(ValueError, match=words):
        type(statistics)(Classification(), np.array(rows, np.int32), labels, weights)


def test_codes_and_indicators_become_statistics_again():
    statistics = Classification().statistics(["a", "b"], ["a", "b"])
    assert type(statistics)(Classification(), np.array([[0, 0], [1, 1]], np.int32), ["a", "b"]) == statistics
    tags = Multilabel().statistics([{"a"}], [{"b"}])
    assert CodedStatistics(Multilabel(), np.array([[0, 1, 1, 0]], np.uint8), ["a", "b"]) == tags
    with pytest.raises(ValueError, match="0 or 1"):
        CodedStatistics(Multilabel(), np.array([[0, 2, 1, 0]], np.uint8), ["a", "b"])
