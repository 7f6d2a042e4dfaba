"""P-values: sacrebleu's with its draws, uniform under the null hypothesis, and reproducible."""

import math

import numpy as np
import pytest
import sacrebleu
import scipy.stats
from sacrebleu.significance import PairedTest
from support.metrics import LABEL_METRICS, every_metric, every_text_metric, short_name
from support.systems import statistics_of, three_systems

from rapidscore import (
    BLEU,
    CHRF,
    TER,
    Classification,
    Perplexity,
    _core,
    compare,
)

# Some trials have classes that are never predicted.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")

SACREBLEU = [(BLEU(), sacrebleu.BLEU()), (CHRF(), sacrebleu.CHRF()), (TER(), sacrebleu.TER())]


class TestSacrebleu:
    @pytest.mark.parametrize(("ours", "theirs"), SACREBLEU, ids=["BLEU", "CHRF", "TER"])
    @pytest.mark.parametrize("kind", ["ar", "bs"])
    def test_p_values_with_sacrebleus_draws(self, ours, theirs, kind):
        systems, references = three_systems()
        _, expected = PairedTest([*systems.items()], {"m": theirs}, [references], test_type=kind, n_samples=300)()
        (name,) = [key for key in expected if key != "System"]
        rng = np.random.default_rng(12345)
        if kind == "ar":
            draws = rng.integers(2, size=(300, len(references)), dtype=bool)
        else:
            draws = rng.choice(len(references), size=(300, len(references)), replace=True)
        method = {"ar": "approximate_randomization", "bs": "bootstrap"}[kind]
        found = compare(statistics_of(ours), method=method, draws=draws)
        for (system, values), result in zip(found.items(), expected[name], strict=True):
            (value,) = values.values()
            assert value.score == result.score
            if system != "baseline":
                assert value.p_value == result.p_value
            if kind == "bs":
                samples = np.sort(value.interval.samples)
                # sacrebleu computes in float32 here.
                assert samples.mean() == pytest.approx(result.mean, rel=1e-6)

    @pytest.mark.parametrize(("ours", "theirs"), SACREBLEU, ids=["BLEU", "CHRF", "TER"])
    def test_p_values_within_sampling_error(self, ours, theirs):
        systems, references = three_systems()
        trials = 1000
        _, expected = PairedTest([*systems.items()], {"m": theirs}, [references], n_samples=trials)()
        (name,) = [key for key in expected if key != "System"]
        found = compare(statistics_of(ours), resamples=4000)
        for system, result in list(zip(found, expected[name], strict=True))[1:]:
            (value,) = found[system].values()
            # Five standard errors of a proportion of trials.
            allowed = 5 * math.sqrt(max(value.p_value * (1 - value.p_value), 1 / trials) / trials)
            assert abs(value.p_value - result.p_value) < allowed

    @pytest.mark.parametrize("method", ["approximate_randomization", "bootstrap"])
    def test_equal_systems_are_not_significant(self, method):
        # The one deliberate difference: sacrebleu returns 1 / 10001, as if equal rows were evidence of a difference.
        stats = BLEU().statistics(["a b c d", "e f g h"], ["a b c d", "e f g x"])
        found = compare({"a": stats, "b": stats}, method=method, resamples=1000)
        assert found["b"]["bleu"].p_value == 1
        _, theirs = PairedTest([("a", ["a b c d"]), ("b", ["a b c d"])], {"m": sacrebleu.BLEU()}, [["a b c d"]])()
        assert theirs["BLEU"][1].p_value == 1 / 10_001


class TestTrials:
    @every_text_metric
    def test_seeded_draws_are_those_of_the_core(self, metric):
        one, other = list(statistics_of(metric, 200).values())[:2]
        seeded = compare({"a": one, "b": other}, resamples=40, seed=6, interval_resamples=0, correction=None)
        draws = _core.draw_exchanges(200, 6, 40)
        given = compare({"a": one, "b": other}, draws=draws, interval_resamples=0, correction=None)
        for name, value in seeded["b"].items():
            assert value.p_value == given["b"][name].p_value

    @pytest.mark.parametrize("metric", [*LABEL_METRICS[:5], Perplexity()], ids=short_name)
    def test_grouped_rows_of_labels(self, metric):
        one, other = list(statistics_of(metric, 100).values())[:2]
        seeded = compare({"a": one, "b": other}, resamples=2000, interval_resamples=0)
        draws = np.random.default_rng(3).integers(2, size=(2000, 100), dtype=bool)
        given = compare({"a": one, "b": other}, draws=draws, interval_resamples=0)
        for name, value in seeded["b"].items():
            share = given["b"][name].p_value
            allowed = 5 * math.sqrt(max(share * (1 - share), 1 / 2000) * 2 / 2000)
            assert abs(value.p_value - share) <= allowed, name

    @every_metric
    def test_number_of_threads(self, metric, threads):
        systems = {name: part[:40] for name, part in statistics_of(metric).items()}
        results = set()
        for number in 1, 3:
            threads(number)
            results.add(repr(compare(systems, resamples=30, interval_resamples=20).as_dict()))
        assert len(results) == 1

    def test_number_of_threads_with_many_trials(self, threads):
        systems = statistics_of(CHRF(), 150)
        threads(1)
        one = compare(systems, resamples=3000).as_dict()
        threads(4)
        assert compare(systems, resamples=3000).as_dict() == one

    def test_same_draws_on_any_machine(self):
        # Drawn on x86-64 with AVX-512; integer arithmetic only, so other machines draw the same.
        assert np.packbits(_core.draw_exchanges(70, 2026, 2)).tolist() == EXCHANGED
        assert _core.draw_exchanged(np.array([5, 1, 94], np.uint64), 7, 0, 2).tolist() == COUNTS


EXCHANGED = [143, 56, 51, 121, 21, 51, 217, 162, 46, 235, 57, 222, 85, 142, 217, 215, 202, 224]
COUNTS = [[1, 0, 43], [2, 0, 43]]


class TestUnderTheNull:
    """If systems differ by chance alone, p-values are uniform: a level of 5 % rejects 5 %."""

    @staticmethod
    def p_values(metric, make, sets=300, **options):
        rng = np.random.default_rng(12)
        found = []
        for at in range(sets):
            one, other, references = make(rng)
            systems = {"a": metric.statistics(one, references), "b": metric.statistics(other, references)}
            compared = compare(systems, seed=at, interval_resamples=0, correction=None, **options)
            found.append(next(iter(compared["b"].values())).p_value)
        return np.array(found)

    def test_continuous_values(self):
        rng = np.random.default_rng(12)
        found = []
        for at in range(500):
            metric, ones = Perplexity(), np.ones(80, int)
            systems = {name: metric.statistics_losses(rng.exponential(1, 80), ones) for name in "ab"}
            compared = compare(systems, resamples=400, seed=at, interval_resamples=0, values=["cross_entropy"])
            found.append(compared["b"]["cross_entropy"].p_value)
        assert scipy.stats.kstest(found, "uniform").pvalue > 1e-3
        # 5 % within five standard errors.
        assert abs((np.array(found) <= 0.05).mean() - 0.05) < 5 * math.sqrt(0.05 * 0.95 / 500)

    @pytest.mark.parametrize("metric", [BLEU(), CHRF()], ids=["BLEU", "CHRF"])
    def test_texts(self, metric):
        def make(rng):
            texts = [[f"w{word}" for word in rng.integers(0, 50, n)] for n in rng.integers(5, 25, 60)]
            systems = [
                [
                    " ".join(word if hit else "x" for word, hit in zip(text, rng.random(len(text)) < 0.8, strict=True))
                    for text in texts
                ]
                for _ in range(2)
            ]
            return *systems, [" ".join(text) for text in texts]

        p_values = self.p_values(metric, make, resamples=400)
        assert scipy.stats.kstest(p_values, "uniform").pvalue > 1e-3
        assert abs((p_values <= 0.05).mean() - 0.05) < 5 * math.sqrt(0.05 * 0.95 / 300)

    def test_ties(self):
        def make(rng):
            return *(rng.random((2, 60)) < 0.8).astype(int), np.ones(60, int)

        counted = self.p_values(Classification(), make, sets=200, resamples=200, values=["accuracy"])
        ignored = self.p_values(Classification(), make, sets=200, resamples=200, values=["accuracy"], ties="ignored")
        assert (counted <= 0.05).mean() <= 0.08
        # Ignoring ties rejects too often, so ties count except for sacrebleu's metrics.
        assert (ignored <= 0.05).mean() > (counted <= 0.05).mean()
        assert (ignored <= counted).all()

    def test_bootstrap_rejects_too_often(self):
        metric = Perplexity()
        rng = np.random.default_rng(13)
        found = []
        for at in range(300):
            one, other = (metric.statistics_losses(rng.exponential(1, 80), np.ones(80, int)) for _ in range(2))
            compared = compare(
                {"a": one, "b": other}, method="bootstrap", resamples=200, seed=at, values=["cross_entropy"]
            )
            found.append(compared["b"]["cross_entropy"].p_value)
        # As documented: about 10 % at a level of 5 %.
        assert 0.06 < np.mean(np.array(found) <= 0.05) < 0.16

    def test_real_difference(self):
        found = compare(statistics_of(BLEU(), 200), resamples=1000)
        assert found["worse"]["bleu"].p_value < 0.005
        assert found["worse"]["bleu"].difference.high < 0
        assert found["near"]["bleu"].p_value > 0.01
