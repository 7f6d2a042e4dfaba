"""The minimum detectable difference, against the power of tests."""

import numpy as np
import pytest
import scipy.stats
from support.systems import statistics_of

from rapidscore import (
    BLEU,
    WER,
    Perplexity,
    compare,
    minimum_detectable_difference,
)


class TestPower:
    def test_power_of_the_minimum_detectable_difference(self):
        rng = np.random.default_rng(5)
        metric, ones = Perplexity(), np.ones(150, int)

        def pair(difference):
            common = rng.exponential(1, 150)
            return (
                metric.statistics_losses(common + rng.exponential(0.5, 150) + shift, ones)
                for shift in (0.0, difference)
            )

        chosen = ["cross_entropy"]
        size = minimum_detectable_difference(*pair(0.0), values=chosen, resamples=2000)["cross_entropy"]
        found = 0
        for at in range(300):
            one, other = pair(size)
            compared = compare(
                {"a": one, "b": other}, resamples=200, seed=at, values=chosen, interval_resamples=0, correction=None
            )
            found += compared["b"]["cross_entropy"].p_value <= 0.05
        # 0.8 within five standard errors, and the error of the estimated standard error.
        assert 0.65 < found / 300 < 0.92

    def test_segments_power_and_significance(self):
        one, other = list(statistics_of(WER()).values())[:2]
        found = minimum_detectable_difference(one, other)
        assert minimum_detectable_difference(one, other, segments=240)["wer"] == pytest.approx(found["wer"] / 2)
        assert minimum_detectable_difference(one, other, power=0.9)["wer"] > found["wer"]
        assert minimum_detectable_difference(one, other, significance=0.01)["wer"] > found["wer"]
        quantile = scipy.stats.norm.ppf
        error = compare({"a": one, "b": other}, resamples=1)["b"]["wer"].difference.standard_error
        assert found["wer"] == pytest.approx((quantile(0.975) + quantile(0.8)) * error, rel=1e-12)

    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            ({"power": 80}, ValueError, "power must be between 0 and 1, got 80"),
            ({"significance": 0}, ValueError, "significance must be between 0 and 1"),
            ({"power": "high"}, TypeError, "power must be a number"),
            ({"segments": 0}, ValueError, "segments must be 1 or more"),
            ({"segments": 1.5}, TypeError, "segments must be a whole number"),
            ({"power": 0.01}, ValueError, "power must be above half the significance, 0.025, got 0.01"),
            ({"resamples": 0}, ValueError, "resamples must be from 1 to 10,000,000"),
        ],
    )
    def test_options(self, options, error, message):
        stats = BLEU().statistics(["a"], ["a"])
        with pytest.raises(error, match=message):
            minimum_detectable_difference(stats, stats, **options)

    def test_other_types(self):
        stats = BLEU().statistics(["a"], ["a"])
        with pytest.raises(TypeError, match="other must be statistics, not list"):
            minimum_detectable_difference(stats, [stats])

    def test_tiny_significance(self):
        one, other = list(statistics_of(WER()).values())[:2]
        assert minimum_detectable_difference(one, other, significance=1e-17)["wer"] > 0

    def test_unequal_segments(self):
        with pytest.raises(ValueError, match="same segments"):
            minimum_detectable_difference(BLEU().statistics(["a"], ["a"]), BLEU().statistics(["a"] * 2, ["a"] * 2))
