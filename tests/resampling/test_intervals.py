"""Confidence intervals: ends, against SciPy and sacrebleu; chosen values; every metric; errors."""

import math
import random
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
import sacrebleu
import scipy.stats
from support.corpus import PREDICTIONS, REFERENCES
from support.metrics import METRICS, every_metric, many, short_name, suit
from support.resampling import statistics_of

from rapidscore import BLEU, CHRF, ROUGE, TER, WER, Classification, Multilabel, Perplexity, TopKAccuracy

# Some samples have classes that are never predicted.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


def values(score):
    return {name: np.float64(value).tobytes() for name, value in score.as_dict().items()}


class TestIntervalBounds:
    @pytest.mark.parametrize("method", ["percentile", "basic", "bca"])
    @pytest.mark.parametrize(
        "metric",
        [BLEU(), CHRF(), TER(), WER(), ROUGE(("rouge1", "rougeL")), Classification(), TopKAccuracy(), Perplexity()],
        ids=short_name,
    )
    def test_equals_scipy(self, metric, method):
        statistics = statistics_of(metric, 80)
        found = statistics.confidence_interval(0.9, 999, method)
        for name, interval in list(found.items())[:4]:
            theirs = scipy_interval(statistics, name, interval.samples, 0.9, method)
            assert interval.standard_error == pytest.approx(theirs.standard_error, rel=1e-12)
            # SciPy adds in another order; for BCa its normal distribution rounds otherwise, which moves the quantile.
            tolerance = 1e-9 if method == "bca" else 1e-13
            assert interval.low == pytest.approx(theirs.confidence_interval.low, rel=tolerance, nan_ok=True), name
            assert interval.high == pytest.approx(theirs.confidence_interval.high, rel=tolerance, nan_ok=True), name

    def test_bca_of_weighted_labels(self):
        choose = random.Random(4)
        true, predicted = ([choose.randrange(3) for _ in range(60)] for _ in range(2))
        weights = [choose.choice([0.5, 1, 2]) for _ in range(60)]
        statistics = Classification().statistics(predicted, true, weights)
        interval = statistics.confidence_interval(0.9, 500, "bca")["f1"]
        theirs = scipy_interval(statistics, "f1", interval.samples, 0.9, "bca")
        assert (interval.low, interval.high) == pytest.approx(tuple(theirs.confidence_interval), rel=1e-9)

    def test_constant_samples(self):
        statistics = BLEU().statistics(["a b c d"] * 30, ["a b c d"] * 30)
        for method in "percentile", "basic", "bca":
            found = statistics.confidence_interval(method=method, resamples=50)
            assert found.low == found.score == found.high
            assert found.standard_error == 0

    def test_bca_is_undefined_if_all_samples_lie_on_one_side(self):
        # No sample contains both rows.
        statistics = BLEU().statistics(["a b c d", "x y z w"], ["a b c d", "x y z z"])
        draws = np.zeros((10, 2), int)
        assert math.isnan(statistics.confidence_interval(method="bca", draws=draws).low)
        assert statistics.confidence_interval(draws=draws).low == pytest.approx(100)

    @every_metric
    def test_one_segment(self, metric):
        statistics = metric.statistics(*suit(metric, ["a b c d e"], ["a b c d f"]))
        for method in "percentile", "bca":
            found = statistics.confidence_interval(method=method, resamples=10)
            assert found.low == found.high == found.score
            assert statistics.by(["x"]).confidence_interval(method=method, resamples=10)["x"].low == found.score

    def test_infinite_values(self):
        rows = [[-1.0 - position / 50, -0.5] for position in range(49)]
        found = Perplexity().statistics_log_probs([*rows, [-math.inf]]).confidence_interval(0.9, 200)
        # A third of the samples lack the infinite row.
        assert math.isfinite(found.low)
        assert found.high == math.inf
        assert math.isnan(found.standard_error)

    def test_confidence_close_to_one_or_as_a_fraction(self):
        statistics = statistics_of(BLEU())
        for confidence in math.nextafter(1, 0), Fraction(19, 20):
            for method in "percentile", "bca":
                found = statistics.confidence_interval(confidence, 50, method)
                assert found.low <= found.score <= found.high


def scipy_interval(statistics, name, samples, confidence, method):
    """Return SciPy's interval for samples that were already drawn."""
    seen = {}

    def statistic(*positions):
        position = np.asarray(positions[-1], int)
        key = position.tobytes()
        if key not in seen:
            seen[key] = statistics[position].score().as_dict()[name]
        return seen[key]

    return scipy.stats.bootstrap(
        (np.arange(len(statistics)),),
        statistic,
        n_resamples=0,
        bootstrap_result=SimpleNamespace(bootstrap_distribution=samples),
        confidence_level=confidence,
        method={"bca": "BCa"}.get(method, method),
        vectorized=False,
    )


class TestSacrebleu:
    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [(BLEU(), sacrebleu.BLEU()), (CHRF(), sacrebleu.CHRF()), (TER(), sacrebleu.TER())],
        ids=["BLEU", "CHRF", "TER"],
    )
    def test_interval_with_sacrebleus_draws(self, ours, theirs):
        predictions, references = many(120)
        references = [texts[0] for texts in references]
        score = theirs.corpus_score(predictions, [references], n_bootstrap=200)
        draws = np.random.default_rng(12345).choice(120, size=(200, 120), replace=True)
        samples = np.sort(ours.statistics(predictions, references).confidence_interval(draws=draws).samples)
        # sacrebleu computes in float32 here.
        assert samples.mean() == pytest.approx(score._mean, rel=1e-6)
        assert 0.5 * (samples[200 - 200 // 40 - 1] - samples[200 // 40]) == pytest.approx(score._ci, rel=1e-5)


class TestChosenValues:
    def test_names(self):
        found = statistics_of(BLEU()).confidence_interval(resamples=9, values=["bleu_bp", "bleu"])
        assert list(found) == ["bleu_bp", "bleu"]
        assert found.score == found["bleu_bp"].score

    def test_functions_of_scores(self):
        statistics = statistics_of(Classification(), 100)
        found = statistics.confidence_interval(resamples=9, values={"kappa": lambda score: score.cohen_kappa()})
        assert found.score == pytest.approx(statistics.score().cohen_kappa(), rel=1e-14)
        texts = statistics_of(BLEU(), 100)

        def bleu_by_hundred(score):
            return score.score / 100

        found = texts.confidence_interval(resamples=9, values=[bleu_by_hundred, "bleu_bp"], seed=4)
        plain = texts.confidence_interval(resamples=9, seed=4)
        assert found["bleu_by_hundred"].samples.tolist() == (plain.samples / 100).tolist()
        assert found["bleu_bp"].samples.tolist() == plain["bleu_bp"].samples.tolist()

    def test_averages_of_classification(self):
        statistics = statistics_of(Classification(), 100)
        found = statistics.confidence_interval(resamples=9)
        score = statistics.score()
        for average in "macro", "micro", "weighted":
            assert found[f"f1_{average}"].score == pytest.approx(score.f1(average), rel=1e-14)
        rows = statistics_of(Multilabel(labels=(0, 1, 2, 3)), 100)
        assert rows.confidence_interval(resamples=9)["recall_samples"].score == rows.score().recall("samples")

    @pytest.mark.parametrize(
        ("chosen", "error", "message"),
        [
            (["blue"], ValueError, "unknown value 'blue': choose from bleu, bleu_precision1"),
            (["blue", float], ValueError, "unknown value 'blue': choose from bleu"),
            ([float, float], ValueError, "values has 'float' twice"),
            ({"nothing": lambda score: None}, TypeError, r"values\['nothing'\] returned None"),
            ([], ValueError, "values is empty"),
            ("bleu", TypeError, r"pass \['bleu'\]"),
            ({"a": 3}, TypeError, r"values\['a'\] is 3"),
        ],
    )
    def test_unknown_values(self, chosen, error, message):
        with pytest.raises(error, match=message):
            statistics_of(BLEU()).confidence_interval(resamples=2, values=chosen)


class TestErrors:
    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            ({"confidence": 95}, ValueError, "confidence must be between 0 and 1, got 95"),
            ({"confidence": 1.0}, ValueError, "between 0 and 1"),
            ({"confidence": math.nan}, ValueError, "between 0 and 1"),
            ({"confidence": "0.95"}, TypeError, "confidence must be a number, not '0.95'"),
            ({"resamples": 0}, ValueError, "resamples must be from 1 to 10,000,000, got 0"),
            ({"resamples": 10.5}, TypeError, "resamples must be a whole number"),
            ({"method": "BCA"}, ValueError, "unknown method 'BCA': choose one of percentile, basic, bca"),
            ({"seed": -1}, ValueError, "seed must be from 0"),
            ({"seed": 2**64}, ValueError, "seed must be from 0"),
            ({"seed": "a"}, TypeError, "seed must be a whole number"),
            ({"draws": [[0, 1]]}, ValueError, r"shape \(1, 2\): pass \(samples, 3\)"),
            ({"draws": np.zeros((0, 3), int)}, ValueError, r"shape \(0, 3\)"),
            ({"draws": [[0, 1, 3]]}, ValueError, r"draws\[0, 2\] is 3: positions are 0 to 2"),
            ({"draws": [[0, -1, 1]]}, ValueError, r"draws\[0, 1\] is -1"),
            ({"draws": [[0.0, 1.0, 1.0]]}, TypeError, "draws are float64"),
            ({"draws": np.ma.masked_array([[0, 1, 2]], mask=[[0, 1, 0]])}, TypeError, "draws is a masked array"),
            ({"resamples": 10**12}, ValueError, "resamples must be from 1 to 10,000,000"),
        ],
    )
    def test_options(self, options, error, message):
        statistics = BLEU().statistics(["a"] * 3, ["a"] * 3)
        with pytest.raises(error, match=message):
            statistics.confidence_interval(**options)
        with pytest.raises(error, match=message):
            statistics.by(["x"] * 3).confidence_interval(**options)

    @every_metric
    def test_no_segments(self, metric):
        with pytest.raises(ValueError, match="no segments"):
            metric.statistics(*suit(metric, [], [])).confidence_interval()

    def test_nothing_to_score(self):
        ignored = Classification(ignore_index=-100).statistics([1, 0], [-100, -100])
        for statistics in ignored, Perplexity().statistics_log_probs([[], []]):
            with pytest.raises(ValueError, match=r"no (segments|token)"):
                statistics.confidence_interval()


class TestEveryMetric:
    # Statistics of labels are scored from their totals.
    @pytest.mark.parametrize(
        "metric", [metric for metric in METRICS if not isinstance(metric, Classification | Multilabel)], ids=short_name
    )
    def test_values_of_folded_rows(self, metric):
        statistics = metric.statistics(*suit(metric, PREDICTIONS, REFERENCES))
        rows = np.array(statistics)
        found = metric._values(rows)
        for at in range(len(rows)):
            expected = values(statistics[at].score())
            assert {name: found[name][at].tobytes() for name in expected} == expected

    @every_metric
    def test_reports(self, metric):
        found = statistics_of(metric).confidence_interval(resamples=20)
        name = next(iter(found))
        assert found.as_dict()[f"{name}_low"] == found[name].low
        assert float(found) == found.score == float(found[name])
        assert str(found).startswith(f"{name} = ")
        assert name in repr(found)
        assert metric._headline(list(found))
        with pytest.raises(KeyError, match="choose from"):
            found["nothing"]

    def test_plots(self):
        matplotlib = pytest.importorskip("matplotlib")
        matplotlib.use("agg")
        from matplotlib import pyplot

        statistics = statistics_of(ROUGE())
        ax = statistics.confidence_interval(resamples=20).plot(["rouge1", "rougeL"])
        assert [label.get_text() for label in ax.get_yticklabels()] == ["rouge1", "rougeL"]
        ax = statistics.by(["a", "b"] * 30).confidence_interval(resamples=20, method="basic").plot(sort=False)
        assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
        pyplot.close("all")
