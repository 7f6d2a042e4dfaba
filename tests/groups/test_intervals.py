"""Confidence intervals of scores by group."""

import math
import pickle

import numpy as np
import pytest
import scipy.stats
from support.names import plain
from support.resampling import statistics_of

from rapidscore import BLEU, ROUGE, TER, WER, Classification, Multilabel, Perplexity

# Some samples have classes that are never predicted.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


def one(score):
    return 1.0


class TestGroups:
    @pytest.mark.parametrize(
        "metric", [BLEU(), ROUGE(), TER(), Classification(), Multilabel(labels=(0, 1, 2, 3)), Perplexity()], ids=repr
    )
    @pytest.mark.parametrize("method", ["percentile", "bca"])
    def test_samples_are_scores_of_groups(self, metric, method):
        statistics = statistics_of(metric, 50)
        names = np.array([f"g{at % 3}" for at in range(50)])
        draws = np.random.default_rng(2).integers(50, size=(30, 50))
        found = statistics.by(names).confidence_interval(method=method, draws=draws)
        assert list(found) == ["g0", "g1", "g2"]
        for at, positions in enumerate(draws):
            groups = statistics[positions].by(names[positions])
            difference = groups.difference()
            for name in list(groups.overall.as_dict())[:4]:
                values = {key: score.as_dict()[name] for key, score in groups.items()}
                assert {key: found[key][name].samples[at] for key in values} == pytest.approx(values, nan_ok=True)
                assert found.overall[name].samples[at] == pytest.approx(groups.overall.as_dict()[name], nan_ok=True)
                assert found.difference[name].samples[at] == pytest.approx(difference[name], nan_ok=True)
                assert found.ratio[name].samples[at] == pytest.approx(groups.ratio(name), nan_ok=True)
                between = found.between("g0", "g2")[name]
                assert between.samples[at] == pytest.approx(values["g0"] - values["g2"], nan_ok=True)

    @pytest.mark.parametrize("metric", [WER(), Classification()], ids=repr)
    def test_drawn_by_seed(self, metric, threads):
        statistics = statistics_of(metric, 300)
        names = ["ab"[at % 5 == 0] for at in range(300)]
        found = statistics.by(names).confidence_interval(resamples=800)
        draws = np.random.default_rng(2).integers(300, size=(800, 300))
        expected = statistics.by(names).confidence_interval(draws=draws)
        name = next(iter(found.overall))
        for ours, theirs in [*((found[key], expected[key]) for key in "ab"), (found.difference, expected.difference)]:
            assert ours[name].standard_error == pytest.approx(theirs[name].standard_error, rel=0.15)
            assert ours[name].score == theirs[name].score
        threads(1)
        assert statistics.by(names).confidence_interval(resamples=800).as_dict() == found.as_dict()

    def test_bca_leaves_out_each_row_of_each_group(self):
        statistics = statistics_of(TER(), 40)
        names = np.array(["a", "b", "b", "c"] * 10)
        found = statistics.by(names).confidence_interval(0.8, 400, "bca")

        def difference(part):
            return statistics[part].by(names[part]).difference("ter")

        for read, interval in [
            (lambda part: statistics[part].by(names[part])["b"].score, found["b"]["ter"]),
            (difference, found.difference["ter"]),
        ]:
            left_out = np.array([read(np.delete(np.arange(40), at)) for at in range(40)])
            change = left_out.mean() - left_out
            acceleration = (change**3).sum() / (6 * (change**2).sum() ** 1.5)
            samples = interval.samples
            normal = scipy.stats.norm
            bias = normal.ppf(((samples < interval.score).sum() + (samples <= interval.score).sum()) / 800)
            tails = [
                normal.cdf(bias + (bias + z) / (1 - acceleration * (bias + z))) for z in normal.ppf([0.1, 0.9]).tolist()
            ]
            assert (interval.low, interval.high) == pytest.approx(tuple(np.quantile(samples, tails)), rel=1e-9)

    def test_samples_without_a_group(self):
        statistics = WER().statistics(["a b", "a c", "d e"] * 2, ["a b", "a b", "d e"] * 2)
        found = statistics.by(["x", "x", "x", "x", "x", "y"]).confidence_interval(resamples=300)
        lacking = np.isnan(found["y"].samples)
        # A proportion of (5/6)^6.
        assert 60 < lacking.sum() < 140
        assert not np.isnan(found.overall.samples).any()
        assert (found["y"].low, found["y"].high) == (0, 0)
        assert math.isfinite(found["x"].standard_error)

    def test_groups_without_scores(self):
        stats = Classification(ignore_index=-100).statistics([1, 0, 1, 1], [1, 1, -100, -100])
        groups = stats.by(["a", "a", "b", "b"])
        found = groups.confidence_interval(resamples=20)
        assert list(found) == list(groups) == ["a"]
        assert found["a"]["accuracy"].score == 0.5

    def test_fairness(self):
        rng = np.random.default_rng(3)
        true, predicted = rng.integers(0, 2, (2, 400))
        stats = Classification(average="binary").statistics(predicted, true)
        found = stats.by(rng.choice(["F", "M"], 400)).confidence_interval(values=["selection_rate", "f1_micro"])
        assert found.difference["selection_rate"].score == found.difference.score
        assert list(found.overall) == ["selection_rate", "f1_micro"]

    @pytest.mark.parametrize("options", [{}, {"method": "bca"}, {"values": ["f1"]}, {"values": [one]}], ids=plain)
    @pytest.mark.parametrize("metric", [Classification(), Classification(average="binary", pos_label=0)], ids=repr)
    def test_measures_of_fairness(self, metric, options):
        rng = np.random.default_rng(6)
        true, predicted = rng.integers(0, 2, (2, 120))
        statistics, names = metric.statistics(predicted, true), rng.choice(["F", "M", "X"], 120)
        groups = statistics.by(names)
        draws = rng.integers(120, size=(25, 120))
        found = groups.confidence_interval(draws=draws, **options)
        of_samples = [statistics[positions].by(names[positions]) for positions in draws]
        rates = ("demographic_parity", "equal_opportunity", "equalized_odds")
        assert list(found.fairness) == [f"{rate}_{what}" for rate in rates for what in ("difference", "ratio")]
        for name, interval in found.fairness.items():
            assert interval.score == getattr(groups, name)()
            assert interval.samples.tolist() == [getattr(sample, name)() for sample in of_samples]
            assert interval.low <= interval.high
        assert {*found.overall} == {*groups.confidence_interval(resamples=2, **{"values": None} | options).overall}
        assert not any(
            name.startswith("rate/") for name in [*found.overall, *found.between("F", "M"), *found.as_dict()]
        )
        again = pickle.loads(pickle.dumps(found))
        assert again.fairness.as_dict() == found.fairness.as_dict()
        assert again.between("F", "M").as_dict() == pytest.approx(found.between("F", "M").as_dict(), nan_ok=True)

    def test_no_fairness_without_a_positive_class(self):
        labels = [*"xyzx"] * 5
        groups = Classification(zero_division=0).statistics(labels, [*labels[1:], "x"]).by([*"abab"] * 5)
        assert dict(groups.confidence_interval(resamples=3).fairness) == {}
        assert dict(WER().statistics(["a", "b"], ["a", "a"]).by([0, 1]).confidence_interval(resamples=3).fairness) == {}
        # Samples without a class, or without a group, have the rates of what they have.
        rare = Classification().statistics([0, 0, 0, 1], [0, 0, 0, 1]).by([*"aabb"]).confidence_interval(resamples=50)
        assert 0 <= rare.fairness["demographic_parity_difference"].low <= 1

    def test_without_rows(self):
        groups = BLEU().statistics(["a"], ["a"]).by(["x"])
        bare = type(groups)(groups.features, ["x"], groups.totals, groups.overall_total)
        with pytest.raises(ValueError, match="make the groups by Statistics"):
            bare.confidence_interval()

    def test_text_and_dictionary(self):
        stats = TER().statistics(["a b", "a c", "d e"] * 10, ["a b", "a b", "d e f"] * 10)
        found = stats.by({"sex": ["F", "M", "F"] * 10, "old": [True, False, False] * 10}).confidence_interval()
        assert str(found).splitlines()[0].startswith("F, False: ter = 33.33 [33.33, 33.33]")
        assert str(found).splitlines()[-2].startswith("difference: ter = 50.00 [")
        assert (
            "hardly ever contains 0, even if groups do not differ: see permutation_test()"
            in str(found).splitlines()[-1]
        )
        assert found.as_dict()["ter_low/F/True"] == 0
        assert found.as_dict()["difference/ter"] == 50
        assert repr(found).startswith("<GroupIntervals: 3 groups by sex, old, overall ")
        with pytest.raises(KeyError, match="there is no group 'X'"):
            found["X"]
        with pytest.raises(KeyError, match="there is no group 'X'"):
            found.between(("F", False), "X")
