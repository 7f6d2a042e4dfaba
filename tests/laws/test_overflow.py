"""Sums that no total can hold raise errors: sums from bytes, from merging, and of counts of the caller."""

import struct
from math import inf, nan

import pytest
from support.corpus import PREDICTIONS, REFERENCES
from support.metrics import every_metric, short_name, total_of

from rapidscore import BLEU, TER, Classification, Multilabel, Perplexity, Total

MOST = 2**63 - 1
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined", "ignore:.*tokenized")


def parts(total):
    """Return the header of a total's bytes, and its sums."""
    magic, header, sums = total.to_bytes().split(b"\n", 2)
    return magic + b"\n" + header + b"\n", sums


def with_numbers(total, segments=None, whole=None):
    """Return the total of a text metric with another number of segments, or another sum in its first column."""
    header, sums = parts(total)
    numbers = bytearray(sums)
    if segments is not None:
        numbers[8:16] = struct.pack("<Q", segments)
    if whole is not None:
        assert numbers[40] == 0
        numbers[41:49] = struct.pack("<Q", whole)
    return Total.from_bytes(header + bytes(numbers), total.metric)


def doubled(total):
    """Add a total to itself until it is too large; return how often that was, and the last total."""
    doublings = 0
    while True:
        try:
            merged = total + total
        except ValueError:
            return doublings, total
        assert len(merged) == 2 * len(total)
        total, doublings = merged, doublings + 1


@every_metric
def test_doubling(metric):
    """A total is added to itself until it is too large: no sum becomes smaller or changes its sign."""
    total = total_of(metric, PREDICTIONS, REFERENCES)
    doublings, total = doubled(total)
    with pytest.raises(ValueError, match=r"the (segments|counts of column \d+) add up to more than"):
        total + total
    assert 45 < doublings <= 63
    score = total.score()
    smaller = total_of(metric, PREDICTIONS, REFERENCES).score()
    assert score.as_dict().keys() == smaller.as_dict().keys()
    for name, value in smaller.as_dict().items():
        # Shares stay the same, and counts are doubled.
        found = score.as_dict()[name]
        expected = pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)
        smoothed = metric.options().get("smooth_method") == "add-k"
        assert found == expected or found / 2**doublings == expected or (smoothed and 0 < found < 100), name
    carried = Total.from_bytes(total.to_bytes(), metric)
    assert carried == total
    meter = metric.accumulator()
    meter.merge(total)
    with pytest.raises(ValueError, match="add up to more than"):
        meter.merge(meter.total)
    assert len(meter) == len(total)
    assert meter.total == total


def test_classes_of_large_totals():
    total = Classification().statistics([0, 1, 2, 2], [0, 1, 1, 2]).total()
    while len(total) < 2**62:
        total += total
    score, small = total.score(), Classification().score([0, 1, 2, 2], [0, 1, 1, 2])
    for average in "macro", "micro", "weighted":
        for name in "precision", "recall", "f1", "jaccard", "specificity":
            value = getattr(score, name)(average)
            assert value == pytest.approx(getattr(small, name)(average), rel=1e-12)
    assert score.accuracy == small.accuracy
    assert score.cohen_kappa() == pytest.approx(small.cohen_kappa())
    assert (score.confusion_matrix >= 0).all()


def test_the_most_segments():
    part = whole = Classification().statistics([0], [0]).total()
    for _ in range(62):
        part += part
        whole += part
    assert len(whole) == MOST
    meter = Classification().accumulator()
    meter.merge(whole)
    # The accumulator does not merge a small total with a large one at once.
    with pytest.raises(ValueError, match="the segments add up to more than 9223372036854775807"):
        meter.update([1], [1])
    assert len(meter) == MOST
    assert meter.total == whole


def test_counts_that_floats_do_not_hold():
    counted = Classification().statistics([0], [0]).total()
    for _ in range(53):
        counted += counted
    weighted = Classification().statistics([0], [0], sample_weight=[1.0]).total()
    one_more = counted + Classification().statistics([0], [0]).total()
    assert one_more + weighted == counted + weighted + weighted
    # Rounded once, when it is read.
    assert (one_more + weighted).score().support.tolist() == [2.0**53 + 2]


@pytest.mark.parametrize("metric", [BLEU(), TER()], ids=short_name)
def test_segments_from_bytes(metric):
    total = total_of(metric, PREDICTIONS, REFERENCES)
    large = with_numbers(total, segments=MOST)
    assert len(large) == MOST
    for one, other in (large, total), (total, large), (large, large):
        with pytest.raises(ValueError, match="the segments add up"):
            one + other
    for segments in 2**63, 2**64 - 1:
        with pytest.raises(ValueError, match="these bytes hold no"):
            with_numbers(total, segments=segments)


def test_columns_from_bytes():
    total = total_of(BLEU(), PREDICTIONS, REFERENCES)
    large = with_numbers(total, whole=2**64 - 1)
    with pytest.raises(ValueError, match="the counts of column 0 add up to more than 18446744073709551615"):
        large + total
    meter = BLEU().accumulator()
    meter.merge(large)
    with pytest.raises(ValueError, match="column 0"):
        meter.update(PREDICTIONS, REFERENCES)
    assert meter.total == large


def test_infinity():
    metric = Perplexity()
    total = metric.statistics_log_probs([[-inf, -1.0]]).total()
    assert (total + total).score().nll == inf
    assert (total + metric.statistics_log_probs([[-1.0]]).total()).score().perplexity == inf
    header, sums = parts(total)
    at = sums.index(struct.pack("<d", inf))
    for value, message in (-inf, "these bytes hold no total"), (1.0, "these bytes hold no rapidscore total"):
        changed = sums[:at] + struct.pack("<d", value) + sums[at + 8 :]
        with pytest.raises(ValueError, match=message):
            Total.from_bytes(header + changed)


def exact_sum(digits, first):
    """Return the bytes of an exact sum with digits in base 2**32."""
    return bytes([first, len(digits)]) + struct.pack("<d", 0.0) + b"".join(struct.pack("<q", digit) for digit in digits)


@pytest.mark.parametrize("digit", [2**62, 2**63 - 1, -(2**63), 2**30])
def test_digits_that_no_rows_have(digit):
    """Twice such a sum would have another sign."""
    metric = TER()
    header, sums = parts(metric.statistics(["a b"], ["a c"]).total())
    # The numbers of columns, segments and so on; the edits, a sum of whole numbers; and the lengths.
    changed = sums[:40] + sums[40:49] + b"\1" + exact_sum([digit], 66)
    with pytest.raises(ValueError, match="these bytes hold no"):
        Total.from_bytes(header + changed)


@pytest.mark.parametrize(
    "weight",
    [exact_sum([-1], 66), *(bytes(2) + struct.pack("<d", value) for value in (inf, -inf, nan, 0.5))],
    ids=["negative", "inf", "-inf", "NaN", "a fraction among infinities"],
)
def test_weights_that_no_rows_have(weight):
    header, sums = parts(Classification().statistics([1], [1], sample_weight=[0.75]).total())
    table, counts = sums.split(b"\n", 1)
    # The numbers of classes and rows, whether they are weighted, the number of cells, and the cell.
    begin = counts[: 4 + 8 + 1 + 8 + 8]
    assert len(Total.from_bytes(header + table + b"\n" + begin + exact_sum([1], 33))) == 1
    with pytest.raises(ValueError, match="these bytes hold no"):
        Total.from_bytes(header + table + b"\n" + begin + weight)


def test_given_counts():
    metric = Perplexity()
    with pytest.raises(ValueError, match="token_counts add up to more than 2\\^53"):
        metric.score_losses([1.0] * 3, [2**53] * 3)
    with pytest.raises(ValueError, match="byte_counts add up to more than 2\\^53"):
        metric.score_losses([1.0] * 2, [1, 1], byte_counts=[2**53, 1])
    rows = metric.statistics_losses([1.0], [2**53])
    with pytest.raises(ValueError, match="the counts of column 1 add up to more than"):
        rows[[0] * 2048].total()
    with pytest.raises(ValueError, match="the counts of column 1 add up to more than"):
        rows[[0] * 2048].by(["a"] * 2048)["a"]
    doublings, total = doubled(rows.total())
    assert doublings == 10
    with pytest.raises(ValueError, match="the counts of column 1"):
        total + total


def test_large_multilabel_totals():
    total = Multilabel().statistics([{1}, {2}], [{1}, {1}]).total()
    while len(total) < 2**61:
        total += total
    assert total.score().support.tolist() == [2.0**61, 0.0]
    assert total.score().f1("micro") == Multilabel().score([{1}, {2}], [{1}, {1}]).f1("micro")


def test_sums_over_many_labels():
    labels = range(2048)
    total = Multilabel(labels=labels).statistics([{*labels}], [{*labels}]).total()
    while len(total) < 2**53:
        total += total
    score = total.score()
    # The labels of all rows are 2**64.
    assert score.f1("micro") == score.precision("micro") == 1
    assert score.hamming_loss == 0
    assert str(2**64) in score.report()
