"""Intervals contain the true value as often as stated."""

import numpy as np
import pytest

from rapidscore import WER, Classification, Perplexity


class TestCoverage:
    """Among the intervals of many test sets, the stated proportion contains the true value."""

    SETS = 250

    # Five standard deviations of a binomial, and the known error of a bootstrap of few rows.
    @pytest.mark.parametrize(("method", "least"), [("percentile", 0.83), ("basic", 0.82), ("bca", 0.83)])
    def test_accuracy(self, method, least):
        rng = np.random.default_rng(8)
        held = 0
        for _ in range(self.SETS):
            right = rng.random(150) < 0.8
            found = Classification().statistics(right.astype(int), np.ones(150, int))
            interval = found.confidence_interval(0.9, 200, method, values=["accuracy"])
            held += interval.low <= 0.8 <= interval.high
        assert least <= held / self.SETS <= 0.96

    @pytest.mark.parametrize(("method", "least"), [("percentile", 0.84), ("basic", 0.84), ("bca", 0.84)])
    def test_skewed_mean(self, method, least):
        # Losses are exponentially distributed with mean 2, so the true cross-entropy is 2.
        rng = np.random.default_rng(9)
        held = 0
        for _ in range(self.SETS):
            losses = rng.exponential(2, 150)
            found = Perplexity().statistics_losses(losses, np.ones(150, int))
            interval = found.confidence_interval(0.9, 400, method, values=["cross_entropy"])
            held += interval.low <= 2 <= interval.high
        assert least <= held / self.SETS <= 0.96

    def test_ratio_of_sums(self):
        # A word error rate of segments of unequal length.
        rng = np.random.default_rng(10)
        held = 0
        for _ in range(self.SETS):
            lengths = rng.integers(5, 30, 150)
            references = [["a"] * length for length in lengths]
            predictions = [["a" if hit else "b" for hit in rng.random(length) < 0.85] for length in lengths]
            interval = WER().statistics(predictions, references).confidence_interval(0.9, 400)
            held += interval.low <= 0.15 <= interval.high
        assert 0.85 <= held / self.SETS <= 0.95
