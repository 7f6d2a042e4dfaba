"""Samples: which rows are drawn, and the scores of drawn rows."""

import math

import numpy as np
import pytest
from support.metrics import every_metric, every_text_metric
from support.resampling import statistics_of

from rapidscore import BLEU, Classification, Multilabel, TopKAccuracy, _core

# Some samples have classes that are never predicted.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


def values(score):
    return {name: np.float64(value).tobytes() for name, value in score.as_dict().items()}


class TestSamples:
    @every_text_metric
    def test_samples_are_scores_of_drawn_rows(self, metric):
        statistics = statistics_of(metric, 300)
        found = statistics.confidence_interval(resamples=5, seed=3)
        drawn = _core.draw_positions(len(statistics), 3, 5)
        assert drawn.shape == (5, 300)
        assert drawn.max() < 300
        for at, positions in enumerate(drawn):
            expected = values(statistics[positions.astype(np.intp)].score())
            assert {name: found[name].samples[at].tobytes() for name in found} == expected

    @every_metric
    def test_given_draws(self, metric):
        statistics = statistics_of(metric)
        draws = np.random.default_rng(1).integers(len(statistics), size=(4, len(statistics)))
        found = statistics.confidence_interval(draws=draws)
        assert found.resamples == 4
        assert found.seed is None
        for at, positions in enumerate(draws):
            expected = statistics[positions].score().as_dict()
            for name, value in expected.items():
                assert found[name].samples[at] == pytest.approx(value, nan_ok=True, rel=1e-13), name

    @every_metric
    def test_score(self, metric):
        statistics = statistics_of(metric)
        found = statistics.confidence_interval(resamples=20)
        for name, value in statistics.score().as_dict().items():
            # Equal rows of labels are grouped, which rounds weights differently.
            tolerance = 1e-14 if isinstance(metric, Classification | Multilabel) else 0
            assert found[name].score == pytest.approx(value, nan_ok=True, rel=tolerance, abs=0), name
            assert found[name].samples.shape == (20,)
            assert not found[name].samples.flags.writeable

    @every_metric
    def test_number_of_threads(self, metric, threads):
        statistics = statistics_of(metric, 500)
        results = set()
        for number in 1, 2, 5:
            threads(number)
            found = statistics.confidence_interval(resamples=600 if metric == BLEU() else 30, seed=99)
            results.add(repr(found.as_dict()))
        assert len(results) == 1

    def test_number_of_threads_with_many_samples(self, threads):
        statistics = statistics_of(BLEU(), 3000)
        threads(1)
        one = statistics.confidence_interval(resamples=700).samples
        threads(4)
        assert one.tobytes() == statistics.confidence_interval(resamples=700).samples.tobytes()

    def test_same_draws_on_any_machine(self):
        # Drawn on x86-64 with AVX-512; integer arithmetic only, so other machines draw the same.
        drawn = _core.draw_positions(300, 2026, 2)
        assert drawn[:, :4].tolist() == DRAWN
        assert _core.draw_multiplicities(np.array([5, 1, 94], np.uint64), 7, 0, 2).tolist() == MULTIPLICITIES

    def test_seeds(self):
        statistics = statistics_of(BLEU())
        one, two, other = (statistics.confidence_interval(resamples=9, seed=seed).samples for seed in (1, 1, 2))
        assert one.tolist() == two.tolist() != other.tolist()
        free = [statistics.confidence_interval(resamples=9, seed=None) for _ in range(2)]
        assert free[0].samples.tolist() != free[1].samples.tolist()
        # The seed that was chosen reproduces the samples.
        again = statistics.confidence_interval(resamples=9, seed=free[0].seed)
        assert again.samples.tolist() == free[0].samples.tolist()

    @pytest.mark.parametrize("metric", [Classification(), Multilabel(labels=(0, 1, 2, 3)), TopKAccuracy()], ids=repr)
    def test_grouped_rows_of_labels(self, metric):
        statistics = statistics_of(metric, 400)
        ours = statistics.confidence_interval(resamples=2000)
        draws = np.random.default_rng(5).integers(400, size=(2000, 400))
        theirs = statistics.confidence_interval(draws=draws)
        for name in ours:
            mean, spread = theirs[name].samples.mean(), theirs[name].standard_error
            # Two samples of 2,000: five standard errors of a difference.
            assert abs(ours[name].samples.mean() - mean) <= 5 * spread * math.sqrt(2 / 2000) + 1e-12, name
            assert ours[name].standard_error == pytest.approx(spread, rel=0.1), name


DRAWN = [[234, 142, 201, 11], [174, 50, 189, 104]]
MULTIPLICITIES = [[7, 0, 93], [7, 1, 92]]
