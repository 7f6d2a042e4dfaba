"""Confidence intervals: what is drawn, what is made of it, and that intervals hold what they say."""

import math
import random
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
import sacrebleu
import scipy.stats
from support.corpus import PREDICTIONS, REFERENCES
from support.metrics import METRICS, every_metric, every_text_metric, many, short_name, suit

from rapidscore import BLEU, CHRF, ROUGE, TER, WER, Classification, Multilabel, Perplexity, TopKAccuracy, _core
from rapidscore.classification.coded import CodedStatistics

# Samples make classes that are never predicted.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


def statistics_of(metric, count=60):
    predictions, references = many(count)
    if isinstance(metric, Classification) and metric.ignore_index is None:
        # A few classes, of which some rows are right.
        predictions, references = (
            [("a", "b", "c")[len(text) % 3] for text in texts] for texts in (predictions, map("".join, references))
        )
    return metric.statistics(*suit(metric, predictions, references))


def values(score):
    return {name: np.float64(value).tobytes() for name, value in score.as_dict().items()}


class TestSamples:
    @every_text_metric
    def test_each_sample_is_the_score_of_the_rows_it_drew(self, metric):
        statistics = statistics_of(metric, 300)
        found = statistics.confidence_interval(resamples=5, seed=3)
        drawn = _core.draw_places(len(statistics), 3, 5)
        assert drawn.shape == (5, 300)
        assert drawn.max() < 300
        for at, places in enumerate(drawn):
            expected = values(statistics[places.astype(np.intp)].score())
            assert {name: found[name].samples[at].tobytes() for name in found} == expected

    @every_metric
    def test_draws_of_the_callers(self, metric):
        statistics = statistics_of(metric)
        draws = np.random.default_rng(1).integers(len(statistics), size=(4, len(statistics)))
        found = statistics.confidence_interval(draws=draws)
        assert found.resamples == 4
        assert found.seed is None
        for at, places in enumerate(draws):
            expected = statistics[places].score().as_dict()
            for name, value in expected.items():
                assert found[name].samples[at] == pytest.approx(value, nan_ok=True, rel=1e-13), name

    @every_metric
    def test_the_score_is_that_of_the_test_set(self, metric):
        statistics = statistics_of(metric)
        found = statistics.confidence_interval(resamples=20)
        for name, value in statistics.score().as_dict().items():
            # Rows of labels that are alike are counted together, which rounds weights in another place.
            tolerance = 1e-14 if isinstance(statistics, CodedStatistics) else 0
            assert found[name].score == pytest.approx(value, nan_ok=True, rel=tolerance, abs=0), name
            assert found[name].samples.shape == (20,)
            assert not found[name].samples.flags.writeable

    @every_metric
    def test_any_number_of_threads_gives_the_same_bits(self, metric, threads):
        statistics = statistics_of(metric, 500)
        results = set()
        for number in 1, 2, 5:
            threads(number)
            found = statistics.confidence_interval(resamples=600 if metric == BLEU() else 30, seed=99)
            results.add(repr(found.as_dict()))
        assert len(results) == 1

    def test_many_threads_share_many_samples(self, threads):
        statistics = statistics_of(BLEU(), 3000)
        threads(1)
        one = statistics.confidence_interval(resamples=700).samples
        threads(4)
        assert one.tobytes() == statistics.confidence_interval(resamples=700).samples.tobytes()

    def test_to_the_same_bits_on_any_machine(self):
        # Made on x86-64 with AVX-512; whole numbers all the way, so they are the same elsewhere.
        drawn = _core.draw_places(300, 2026, 2)
        assert drawn[:, :4].tolist() == DRAWN
        assert _core.draw_multiplicities(np.array([5, 1, 94], np.uint64), 7, 0, 2).tolist() == MULTIPLICITIES

    def test_another_seed_draws_others(self):
        statistics = statistics_of(BLEU())
        one, two, other = (statistics.confidence_interval(resamples=9, seed=seed).samples for seed in (1, 1, 2))
        assert one.tolist() == two.tolist() != other.tolist()
        free = [statistics.confidence_interval(resamples=9, seed=None) for _ in range(2)]
        assert free[0].samples.tolist() != free[1].samples.tolist()
        # The seed that was chosen makes it repeat.
        again = statistics.confidence_interval(resamples=9, seed=free[0].seed)
        assert again.samples.tolist() == free[0].samples.tolist()

    @pytest.mark.parametrize("metric", [Classification(), Multilabel(labels=(0, 1, 2, 3)), TopKAccuracy()], ids=repr)
    def test_rows_that_are_alike_are_drawn_as_others_are(self, metric):
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


class TestEnds:
    @pytest.mark.parametrize("method", ["percentile", "basic", "bca"])
    @pytest.mark.parametrize(
        "metric",
        [BLEU(), CHRF(), TER(), WER(), ROUGE(("rouge1", "rougeL")), Classification(), TopKAccuracy(), Perplexity()],
        ids=short_name,
    )
    def test_scipy_makes_the_same_of_the_same_samples(self, metric, method):
        statistics = statistics_of(metric, 80)
        found = statistics.confidence_interval(0.9, 999, method)
        for name, interval in list(found.items())[:4]:
            theirs = scipy_interval(statistics, name, interval.samples, 0.9, method)
            assert interval.standard_error == pytest.approx(theirs.standard_error, rel=1e-12)
            # Sums in another order; for BCa also other roundings of the normal distribution, which move the quantile.
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

    def test_what_does_not_vary(self):
        statistics = BLEU().statistics(["a b c d"] * 30, ["a b c d"] * 30)
        for method in "percentile", "basic", "bca":
            found = statistics.confidence_interval(method=method, resamples=50)
            assert found.low == found.score == found.high
            assert found.standard_error == 0

    def test_bca_is_not_defined_where_all_samples_lie_on_one_side(self):
        # The score of the first two rows, and samples that never have both.
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
        rows = [[-1.0 - place / 50, -0.5] for place in range(49)]
        found = Perplexity().statistics_log_probs([*rows, [-math.inf]]).confidence_interval(0.9, 200)
        # A third of the samples lack the infinite row.
        assert math.isfinite(found.low)
        assert found.high == math.inf
        assert math.isnan(found.standard_error)

    def test_a_confidence_of_almost_one(self):
        statistics = statistics_of(BLEU())
        for confidence in math.nextafter(1, 0), Fraction(19, 20):
            for method in "percentile", "bca":
                found = statistics.confidence_interval(confidence, 50, method)
                assert found.low <= found.score <= found.high


def scipy_interval(statistics, name, samples, confidence, method):
    """SciPy's interval, of samples that were drawn already."""
    seen = {}

    def statistic(*places):
        place = np.asarray(places[-1], int)
        key = place.tobytes()
        if key not in seen:
            seen[key] = statistics[place].score().as_dict()[name]
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


class TestCoverage:
    """Of many test sets' intervals as many hold the true value as they say."""

    SETS = 250

    # A binomial's five standard deviations, and what a bootstrap of so few rows is known to miss.
    @pytest.mark.parametrize(("method", "least"), [("percentile", 0.83), ("basic", 0.82), ("bca", 0.83)])
    def test_of_an_accuracy(self, method, least):
        rng = np.random.default_rng(8)
        held = 0
        for _ in range(self.SETS):
            right = rng.random(150) < 0.8
            found = Classification().statistics(right.astype(int), np.ones(150, int))
            interval = found.confidence_interval(0.9, 200, method, values=["accuracy"])
            held += interval.low <= 0.8 <= interval.high
        assert least <= held / self.SETS <= 0.96

    @pytest.mark.parametrize(("method", "least"), [("percentile", 0.84), ("basic", 0.84), ("bca", 0.84)])
    def test_of_a_mean_that_is_skewed(self, method, least):
        # Losses are exponentially distributed, with a mean of 2, so the cross-entropy is.
        rng = np.random.default_rng(9)
        held = 0
        for _ in range(self.SETS):
            losses = rng.exponential(2, 150)
            found = Perplexity().statistics_losses(losses, np.ones(150, int))
            interval = found.confidence_interval(0.9, 400, method, values=["cross_entropy"])
            held += interval.low <= 2 <= interval.high
        assert least <= held / self.SETS <= 0.96

    def test_of_a_ratio_of_sums(self):
        # A word error rate: errors by words, of segments of unequal length.
        rng = np.random.default_rng(10)
        held = 0
        for _ in range(self.SETS):
            lengths = rng.integers(5, 30, 150)
            said = [["a"] * length for length in lengths]
            heard = [["a" if hit else "b" for hit in rng.random(length) < 0.85] for length in lengths]
            interval = WER().statistics(heard, said).confidence_interval(0.9, 400)
            held += interval.low <= 0.15 <= interval.high
        assert 0.85 <= held / self.SETS <= 0.95


class TestSacrebleu:
    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [(BLEU(), sacrebleu.BLEU()), (CHRF(), sacrebleu.CHRF()), (TER(), sacrebleu.TER())],
        ids=["BLEU", "CHRF", "TER"],
    )
    def test_its_draws_give_its_interval(self, ours, theirs):
        predictions, references = many(120)
        references = [texts[0] for texts in references]
        score = theirs.corpus_score(predictions, [references], n_bootstrap=200)
        draws = np.random.default_rng(12345).choice(120, size=(200, 120), replace=True)
        samples = np.sort(ours.statistics(predictions, references).confidence_interval(draws=draws).samples)
        # sacrebleu computes in float32 here.
        assert samples.mean() == pytest.approx(score._mean, rel=1e-6)
        assert 0.5 * (samples[200 - 200 // 40 - 1] - samples[200 // 40]) == pytest.approx(score._ci, rel=1e-5)


class TestGroups:
    @pytest.mark.parametrize(
        "metric", [BLEU(), ROUGE(), TER(), Classification(), Multilabel(labels=(0, 1, 2, 3)), Perplexity()], ids=repr
    )
    @pytest.mark.parametrize("method", ["percentile", "bca"])
    def test_each_sample_is_what_its_groups_score(self, metric, method):
        statistics = statistics_of(metric, 50)
        names = np.array([f"g{at % 3}" for at in range(50)])
        draws = np.random.default_rng(2).integers(50, size=(30, 50))
        found = statistics.by(names).confidence_interval(method=method, draws=draws)
        assert list(found) == ["g0", "g1", "g2"]
        for at, places in enumerate(draws):
            groups = statistics[places].by(names[places])
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

    def test_a_group_that_a_sample_lacks_is_left_out_of_it(self):
        statistics = WER().statistics(["a b", "a c", "d e"] * 2, ["a b", "a b", "d e"] * 2)
        found = statistics.by(["x", "x", "x", "x", "x", "y"]).confidence_interval(resamples=300)
        lacking = np.isnan(found["y"].samples)
        # (5/6)^6 of samples.
        assert 60 < lacking.sum() < 140
        assert not np.isnan(found.overall.samples).any()
        assert (found["y"].low, found["y"].high) == (0, 0)
        assert math.isfinite(found["x"].standard_error)

    def test_groups_without_anything_to_score(self):
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

    def test_without_rows(self):
        groups = BLEU().statistics(["a"], ["a"]).by(["x"])
        bare = type(groups)(groups.features, ["x"], groups.totals, groups.overall_total)
        with pytest.raises(ValueError, match="make the groups by Statistics"):
            bare.confidence_interval()

    def test_how_it_prints(self):
        stats = TER().statistics(["a b", "a c", "d e"] * 10, ["a b", "a b", "d e f"] * 10)
        found = stats.by({"sex": ["F", "M", "F"] * 10, "old": [True, False, False] * 10}).confidence_interval()
        assert str(found).splitlines()[0].startswith("F, False: ter = 33.33 [33.33, 33.33]")
        assert str(found).splitlines()[-1].startswith("difference: ter = 50.00 [")
        assert found.as_dict()["ter_low/F/True"] == 0
        assert found.as_dict()["difference/ter"] == 50
        assert repr(found) == "<GroupIntervals by sex, old: 3 groups>"
        with pytest.raises(KeyError, match="there is no group 'X'"):
            found["X"]
        with pytest.raises(KeyError, match="there is no group 'X'"):
            found.between(("F", False), "X")


class TestChosenValues:
    def test_names(self):
        found = statistics_of(BLEU()).confidence_interval(resamples=9, values=["bleu_bp", "bleu"])
        assert list(found) == ["bleu_bp", "bleu"]
        assert found.score == found["bleu_bp"].score

    def test_functions_see_the_score(self):
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

    def test_each_average_of_a_classification(self):
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
    def test_what_is_none(self, chosen, error, message):
        with pytest.raises(error, match=message):
            statistics_of(BLEU()).confidence_interval(resamples=2, values=chosen)


class TestRefused:
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
            ({"draws": [[0, 1, 3]]}, ValueError, r"draws\[0, 2\] is 3: places are 0 to 2"),
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


class TestOfAllMetrics:
    # Rows of codes are scored from their totals.
    @pytest.mark.parametrize(
        "metric", [metric for metric in METRICS if not isinstance(metric, Classification | Multilabel)], ids=short_name
    )
    def test_values_of_folded_rows_are_those_of_the_score(self, metric):
        statistics = metric.statistics(*suit(metric, PREDICTIONS, REFERENCES))
        rows = np.array(statistics)
        found = metric._values(rows)
        for at in range(len(rows)):
            expected = values(statistics[at].score())
            assert {name: found[name][at].tobytes() for name in expected} == expected

    @every_metric
    def test_what_is_reported(self, metric):
        found = statistics_of(metric).confidence_interval(resamples=20)
        name = next(iter(found))
        assert found.as_dict()[f"{name}_low"] == found[name].low
        assert float(found) == found.score == float(found[name])
        assert str(found).startswith(f"{name} = ")
        assert name in repr(found)
        assert metric._headline(list(found))
        with pytest.raises(KeyError, match="choose from"):
            found["nothing"]

    def test_pictures(self):
        matplotlib = pytest.importorskip("matplotlib")
        matplotlib.use("agg")
        from matplotlib import pyplot

        statistics = statistics_of(ROUGE())
        ax = statistics.confidence_interval(resamples=20).plot(["rouge1", "rougeL"])
        assert [label.get_text() for label in ax.get_yticklabels()] == ["rouge1", "rougeL"]
        ax = statistics.by(["a", "b"] * 30).confidence_interval(resamples=20, method="basic").plot()
        assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
        pyplot.close("all")
