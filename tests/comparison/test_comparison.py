"""Comparison of systems: intervals of systems and differences, undefined values, errors, every metric."""

import math

import numpy as np
import pytest
from support.metrics import LABEL_METRICS, METRICS, every_metric, many, short_name, suit
from support.systems import statistics_of, three_systems

from rapidscore import (
    BLEU,
    CHRF,
    ROUGE,
    TER,
    WER,
    Perplexity,
    TopKAccuracy,
    compare,
    minimum_detectable_difference,
)

# Some trials have classes that are never predicted.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


class TestIntervals:
    @every_metric
    def test_intervals_of_each_system(self, metric):
        systems = statistics_of(metric)
        found = compare(systems, resamples=30, interval_resamples=25, confidence=0.8)
        for name, statistics in systems.items():
            if metric in LABEL_METRICS[:4]:
                continue  # rows that are equal in all systems are grouped, which changes the draws
            alone = statistics.confidence_interval(0.8, 25)
            for value, compared in found[name].items():
                assert compared.interval.samples.tobytes() == alone[value].samples.tobytes()
                assert (compared.interval.low, compared.interval.high) == (alone[value].low, alone[value].high)

    @every_metric
    def test_differences_of_paired_samples(self, metric):
        found = compare(statistics_of(metric), method="bootstrap", resamples=25)
        for name in "near", "worse":
            for value, compared in found[name].items():
                first = found["baseline"][value].interval
                differences = compared.interval.samples - first.samples
                assert compared.difference.samples.tolist() == differences.tolist()
                assert compared.difference.score == compared.score - first.score

    def test_no_intervals(self):
        found = compare(statistics_of(BLEU()), resamples=20, interval_resamples=0)
        assert math.isnan(found["near"]["bleu"].interval.low)
        assert "nan" not in str(found)
        assert found["near"]["bleu"].difference.samples.shape == (0,)


class TestUndefined:
    """Differences that are infinite, NaN or zero, and single segments."""

    def infinite(self, at):
        rows = [[-1.0 - position / 50, -0.5] for position in range(50)]
        if at is not None:
            rows[at] = [-math.inf]
        return Perplexity().statistics_log_probs(rows)

    @pytest.mark.parametrize("method", ["approximate_randomization", "bootstrap"])
    def test_infinite_values(self, method):
        found = compare({"a": self.infinite(3), "b": self.infinite(7)}, method=method, resamples=100)
        value = found["b"]["perplexity"]
        assert math.isnan(value.difference.score)
        assert math.isnan(value.p_value)
        assert math.isnan(value.adjusted_p_value)
        assert "nan" not in str(found)
        assert "*" not in str(found).partition("compared with")[0]
        one = compare({"a": self.infinite(None), "b": self.infinite(7)}, method=method, resamples=100)
        # An infinite difference is no evidence: half of the trials have the same difference.
        assert not one["b"]["perplexity"].p_value < 0.5

    def test_samples_without_a_value_are_left_out(self):
        metric = TopKAccuracy(k=1)
        weights = np.where(np.arange(30) < 6, 1.0, 0.0)
        scores = np.eye(3)[np.arange(30) % 3]
        one = metric.statistics(scores, np.arange(30) % 3, weights)
        other = metric.statistics(np.roll(scores, 1, axis=1), np.arange(30) % 3, weights)
        found = compare({"a": one, "b": other}, method="bootstrap", resamples=2000)
        (value,) = found["b"].values()
        assert np.isnan(value.difference.samples).any()
        assert value.p_value < 0.01

    @pytest.mark.parametrize("metric", [BLEU(), CHRF(), TER(), WER(), ROUGE()], ids=short_name)
    def test_no_difference_is_no_evidence(self, metric):
        one = metric.statistics(["a b c d", "x"] * 10, ["a b c d", "y"] * 10)
        other = metric.statistics(["x", "a b c d"] * 10, ["y", "a b c d"] * 10)
        found = compare({"a": one, "b": other}, resamples=50)
        for value in found["b"].values():
            assert value.difference.score == 0
            assert value.p_value == 1

    @every_metric
    def test_one_segment(self, metric):
        one, other = (metric.statistics(*suit(metric, [text], ["a b c"])) for text in ("a b", "a x"))
        for method in "approximate_randomization", "bootstrap":
            found = compare({"a": one, "b": other}, method=method, resamples=20, interval_resamples=5)
            assert all(0 < value.p_value <= 1 for value in found["b"].values())
        if metric._counts_ties:
            # A trial either keeps the segment or exchanges it.
            found = compare({"a": one, "b": other}, resamples=20)
            assert {value.p_value for value in found["b"].values()} == {1}

    def test_table_names_values_with_ignored_ties(self):
        assert "ties ignored, as in sacrebleu, for bleu" in str(compare(statistics_of(BLEU()), resamples=20))
        assert "ties ignored" not in str(compare(statistics_of(WER()), resamples=20))
        assert "ties ignored" not in str(compare(statistics_of(BLEU()), resamples=20, ties="counted"))

    def test_large_perplexities(self):
        rng = np.random.default_rng(1)
        one, other = (Perplexity().statistics_losses(rng.uniform(400, 700, 50), np.ones(50, int)) for _ in range(2))
        for method in "percentile", "basic", "bca":
            assert math.isfinite(one.confidence_interval(method=method, resamples=50).low)
        assert minimum_detectable_difference(one, other)["perplexity"] > 0
        huge = Perplexity().statistics_losses([1e300, 1.0, 2.0], [1, 1, 1])
        assert huge.confidence_interval(resamples=50)["cross_entropy"].standard_error > 1e299


class TestErrors:
    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            (
                {"method": "t-test"},
                ValueError,
                "unknown method 't-test': choose one of approximate_randomization, boot",
            ),
            ({"correction": "bonferroni"}, ValueError, "unknown correction 'bonferroni': choose one of holm"),
            ({"ties": "half"}, ValueError, "unknown ties 'half'"),
            ({"confidence": 2}, ValueError, "confidence must be between"),
            ({"resamples": 0}, ValueError, "resamples must be from 1 to 10,000,000"),
            ({"seed": -3}, ValueError, "seed must be from 0"),
            ({"interval_resamples": -1}, ValueError, "interval_resamples must be from 1 to 10,000,000, got -1"),
            ({"values": ["blue"]}, ValueError, "unknown value 'blue'"),
            ({"values": []}, ValueError, "values is empty"),
            ({"draws": [[0, 1]]}, TypeError, "approximate randomization draws bool"),
            ({"draws": [[True, False, True]]}, ValueError, r"shape \(1, 3\)"),
            ({"draws": [[True, False]], "method": "bootstrap"}, TypeError, "a bootstrap draws positions"),
        ],
    )
    def test_options(self, options, error, message):
        stats = BLEU().statistics(["a", "b"], ["a", "c"])
        with pytest.raises(error, match=message):
            compare({"a": stats, "b": stats}, **options)

    def test_systems(self):
        stats, other = BLEU().statistics(["a"], ["a"]), BLEU(lowercase=True).statistics(["a"], ["a"])
        for systems, error, message in [
            ({}, ValueError, "systems has 0"),
            ({"a": stats}, ValueError, "pass two or more"),
            ([stats, stats], TypeError, "must be a mapping"),
            ({"a": stats, "b": 3}, TypeError, r"systems\['b'\] must be statistics"),
            ({"a": stats, "b": []}, TypeError, r"systems\['b'\] must be statistics"),
            ({"a": stats, "b": [stats.score()]}, TypeError, r"systems\['b'\] must be statistics"),
            ({"a": stats, "b": other}, ValueError, "metric and options must be equal"),
            ({"a": stats, "b": [stats, other]}, ValueError, "'b' has 2 metrics but 'a' has 1"),
            ({"a": stats, "b": stats + stats}, ValueError, "'b' has 2 segments but 'a' has 1"),
            ({1: stats, 2: stats}, TypeError, "a system's name must be a str, not 1"),
            ({"a": [stats, other], "b": [stats, other]}, ValueError, "'bleu' is a value of two metrics"),
            ({"a": stats[:0], "b": stats[:0]}, ValueError, "no segments"),
        ]:
            with pytest.raises(error, match=message):
                compare(systems)


def test_values_of_several_metrics():
    systems, references = three_systems()
    both = {
        name: [metric.statistics(texts, references) for metric in (BLEU(), CHRF())] for name, texts in systems.items()
    }
    found = compare(both, resamples=20, values=["chrf", "bleu", "bleu_bp"])
    assert found.value_names() == ("bleu", "bleu_bp", "chrf")
    assert compare(both, resamples=20, values=["chrf"]).value_names() == ("chrf",)
    with pytest.raises(ValueError, match="unknown value 'ter': choose from bleu, bleu_precision1, "):
        compare(both, values=["bleu", "ter"])


@every_metric
def test_every_metric_is_compared(metric):
    predictions, references = many(50)
    one = metric.statistics(*suit(metric, predictions, references))
    other = metric.statistics(*suit(metric, [texts[0] for texts in references], references))
    found = compare({"a": one, "b": other}, resamples=20, interval_resamples=20)
    for value in found["b"].values():
        assert 0 < value.p_value <= 1
        assert math.isfinite(value.difference.standard_error)
    assert metric in METRICS
