"""Equality of metrics of labels: equal options, NaN included, make equal metrics, whose totals merge."""

import copy
import math
import pickle

import numpy as np
import pytest

from rapidscore import Classification, Multilabel, Total

#: Predictions and references of the metrics.
ROWS = {Classification: (["a", "b"], ["a", "a"]), Multilabel: ([{"a"}, {"b"}], [{"a"}, {"a", "b"}])}


@pytest.mark.parametrize("metric", ROWS)
@pytest.mark.parametrize("zero_division", ["warn", 0, 1, math.nan], ids=repr)
class TestEquality:
    def test_equal_options(self, metric, zero_division):
        one = metric(labels=["a", "b"], zero_division=zero_division)
        if isinstance(zero_division, str):
            other = metric(labels=("a", "b"), zero_division=zero_division)
        else:
            # A new object each time, which for NaN is not equal to `math.nan`.
            other = metric(labels=("a", "b"), zero_division=np.float64(zero_division))
        for equal in other, copy.deepcopy(one), pickle.loads(pickle.dumps(one)):
            assert equal == one
            assert hash(equal) == hash(one)
        assert {one: "found"}[other] == "found"

    def test_other_options(self, metric, zero_division):
        one = metric(zero_division=zero_division)
        for other in metric(labels=["a"]), metric(average="micro"), metric(zero_division=0.0 if zero_division else 1):
            assert one != other
            assert one != other.options()
        assert Classification() != Multilabel()

    def test_totals_merge(self, metric, zero_division):
        predictions, references = ROWS[metric]
        one, other = (metric(labels=["a", "b"], zero_division=zero_division) for _ in range(2))
        total = one.statistics(predictions, references).total()
        merged = total + other.statistics(predictions, references).total()
        whole = one.statistics(predictions * 2, references * 2)
        assert merged == whole.total()
        assert Total.from_bytes(merged.to_bytes()) == merged
        meter = other.accumulator()
        meter.update(predictions, references)
        meter.merge(one.accumulator())
        assert meter.total == total
        joined = one.statistics(predictions, references) + other.statistics(predictions, references)
        assert joined == whole
