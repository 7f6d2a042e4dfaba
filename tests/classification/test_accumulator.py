"""Accumulators of labels keep totals of falling size, and equal one total of all batches."""

import pickle
import random

import numpy as np
import pytest

from rapidscore import Classification, Multilabel


def batches(count, seed=5):
    """Make batches of labels of very different sizes, with classes that occur in few of them."""
    choose = random.Random(seed)
    for number in range(count):
        size = choose.choice([0, 1, 2, 32, 300]) if number else 2000
        yield [[choose.randrange(10 ** choose.randrange(1, 5)) for _ in range(size)] for _ in range(2)]


@pytest.mark.parametrize("weighted", [False, True])
def test_batches_equal_one_total(weighted):
    metric = Classification(zero_division=0)
    meter, total = metric.accumulator(), metric.accumulator().total
    for number, (predictions, references) in enumerate(batches(200)):
        weights = [[0.1 * (1 + label % 7) for label in references]] if weighted else []
        meter.update(predictions, references, *weights)
        total += metric.statistics(predictions, references, *weights).total()
        assert len(meter) == len(total)
        # Each total is more than twice as large as the next one.
        assert len(meter._read()[1]) <= 20
        if number % 37 == 0:
            assert meter.total.to_bytes() == total.to_bytes()
    assert meter.compute() == total.score()
    assert pickle.loads(pickle.dumps(meter)).total == total


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        (["x"], TypeError, "some labels are strings and some are numbers"),
        ([2**64 - 1], ValueError, "have no common integer type"),
    ],
)
def test_labels_that_cannot_be_joined_are_refused_at_once(labels, error, message):
    meter = Classification().accumulator()
    meter.update([-1, *range(5000)], [-1, *range(5000)])
    meter.update([1], [1])
    before = meter.total
    meter.update([2], [2])
    with pytest.raises(error, match=message):
        meter.update(labels, labels)
    assert len(meter) == len(before) + 1
    assert meter.total == before + Classification().statistics([2], [2]).total()


def test_other_labels_of_several_are_refused_at_once():
    meter = Multilabel().accumulator()
    meter.update([{"a"}], [{"a"}])
    with pytest.raises(ValueError, match="cannot join rows"):
        meter.update([{"b"}], [{"b"}])
    assert len(meter) == 1


def test_a_total_that_was_read_does_not_change():
    meter = Classification().accumulator()
    meter.update(np.arange(100), np.arange(100))
    total = meter.total
    data = total.to_bytes()
    meter.update(np.arange(200), np.arange(200))
    assert total.to_bytes() == data
    assert len(meter.total) == 300
