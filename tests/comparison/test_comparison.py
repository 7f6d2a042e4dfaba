"""Systems compared: p-values as sacrebleu's, valid where there is nothing to find, and what is reported."""

import json
import math
import random

import numpy as np
import pytest
import sacrebleu
import scipy.stats
from sacrebleu.significance import PairedTest
from support.metrics import LABEL_METRICS, METRICS, every_metric, every_text_metric, many, short_name, suit

from rapidscore import (
    BLEU,
    CHRF,
    ROUGE,
    TER,
    WER,
    Classification,
    Perplexity,
    TopKAccuracy,
    _core,
    compare,
    minimum_detectable_difference,
)
from rapidscore.comparison.significance import adjusted_p_values

# Trials make classes that are never predicted.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")

SACREBLEU = [(BLEU(), sacrebleu.BLEU()), (CHRF(), sacrebleu.CHRF()), (TER(), sacrebleu.TER())]


def three_systems(count=60, seed=1):
    """Texts of three systems that make more and more mistakes, and references."""
    choose = random.Random(seed)
    words = [f"w{number}" for number in range(200)]
    references = [" ".join(choose.choices(words, k=choose.randrange(4, 20))) for _ in range(count)]

    def spoiled(share):
        return [
            " ".join(word if choose.random() > share else choose.choice(words) for word in text.split())
            for text in references
        ]

    return {"baseline": spoiled(0.2), "near": spoiled(0.21), "worse": spoiled(0.3)}, references


def statistics_of(metric, count=60):
    systems, references = three_systems(count)
    return {name: metric.statistics(*suit(metric, texts, references)) for name, texts in systems.items()}


class TestSacrebleu:
    @pytest.mark.parametrize(("ours", "theirs"), SACREBLEU, ids=["BLEU", "CHRF", "TER"])
    @pytest.mark.parametrize("kind", ["ar", "bs"])
    def test_its_draws_give_its_p_values(self, ours, theirs, kind):
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
    def test_p_values_agree_within_sampling_error(self, ours, theirs):
        systems, references = three_systems()
        trials = 1000
        _, expected = PairedTest([*systems.items()], {"m": theirs}, [references], n_samples=trials)()
        (name,) = [key for key in expected if key != "System"]
        found = compare(statistics_of(ours), resamples=4000)
        for system, result in list(zip(found, expected[name], strict=True))[1:]:
            (value,) = found[system].values()
            # Five standard errors of a share of trials.
            allowed = 5 * math.sqrt(max(value.p_value * (1 - value.p_value), 1 / trials) / trials)
            assert abs(value.p_value - result.p_value) < allowed

    @pytest.mark.parametrize("method", ["approximate_randomization", "bootstrap"])
    def test_equal_systems_are_not_significant(self, method):
        # The one place where sacrebleu is not followed: it says 1 / 1001, as if equal rows were proof of a difference.
        stats = BLEU().statistics(["a b c d", "e f g h"], ["a b c d", "e f g x"])
        found = compare({"a": stats, "b": stats}, method=method, resamples=1000)
        assert found["b"]["bleu"].p_value == 1
        _, theirs = PairedTest([("a", ["a b c d"]), ("b", ["a b c d"])], {"m": sacrebleu.BLEU()}, [["a b c d"]])()
        assert theirs["BLEU"][1].p_value == 1 / 10_001


class TestTrials:
    @every_text_metric
    def test_each_trial_exchanges_what_it_says(self, metric):
        one, other = list(statistics_of(metric, 200).values())[:2]
        seeded = compare({"a": one, "b": other}, resamples=40, seed=6, interval_resamples=0, correction=None)
        draws = _core.draw_exchanges(200, 6, 40)
        given = compare({"a": one, "b": other}, draws=draws, interval_resamples=0, correction=None)
        for name, value in seeded["b"].items():
            assert value.p_value == given["b"][name].p_value

    @pytest.mark.parametrize("metric", [*LABEL_METRICS[:5], Perplexity()], ids=short_name)
    def test_rows_of_labels_are_exchanged_as_texts_are(self, metric):
        one, other = list(statistics_of(metric, 100).values())[:2]
        seeded = compare({"a": one, "b": other}, resamples=2000, interval_resamples=0)
        draws = np.random.default_rng(3).integers(2, size=(2000, 100), dtype=bool)
        given = compare({"a": one, "b": other}, draws=draws, interval_resamples=0)
        for name, value in seeded["b"].items():
            share = given["b"][name].p_value
            allowed = 5 * math.sqrt(max(share * (1 - share), 1 / 2000) * 2 / 2000)
            assert abs(value.p_value - share) <= allowed, name

    @every_metric
    def test_any_number_of_threads_gives_the_same_bits(self, metric, threads):
        systems = {name: part[:40] for name, part in statistics_of(metric).items()}
        results = set()
        for number in 1, 3:
            threads(number)
            results.add(repr(compare(systems, resamples=30, interval_resamples=20).as_dict()))
        assert len(results) == 1

    def test_many_trials_over_threads(self, threads):
        systems = statistics_of(CHRF(), 150)
        threads(1)
        one = compare(systems, resamples=3000).as_dict()
        threads(4)
        assert compare(systems, resamples=3000).as_dict() == one

    def test_to_the_same_bits_on_any_machine(self):
        # Made on x86-64 with AVX-512; whole numbers all the way, so they are the same elsewhere.
        assert np.packbits(_core.draw_exchanges(70, 2026, 2)).tolist() == EXCHANGED
        assert _core.draw_exchanged(np.array([5, 1, 94], np.uint64), 7, 0, 2).tolist() == COUNTS


EXCHANGED = [143, 56, 51, 121, 21, 51, 217, 162, 46, 235, 57, 222, 85, 142, 217, 215, 202, 224]
COUNTS = [[1, 0, 43], [2, 0, 43]]


class TestUnderTheNull:
    """Where systems differ by chance alone, p-values are uniform: a level of 5 % rejects 5 %."""

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
            said = [[f"w{word}" for word in rng.integers(0, 50, n)] for n in rng.integers(5, 25, 60)]
            heard = [
                [
                    " ".join(word if hit else "x" for word, hit in zip(text, rng.random(len(text)) < 0.8, strict=True))
                    for text in said
                ]
                for _ in range(2)
            ]
            return *heard, [" ".join(text) for text in said]

        p_values = self.p_values(metric, make, resamples=400)
        assert scipy.stats.kstest(p_values, "uniform").pvalue > 1e-3
        assert abs((p_values <= 0.05).mean() - 0.05) < 5 * math.sqrt(0.05 * 0.95 / 300)

    def test_rates_with_many_ties_do_not_reject_too_often(self):
        def make(rng):
            return *(rng.random((2, 60)) < 0.8).astype(int), np.ones(60, int)

        counted = self.p_values(Classification(), make, sets=200, resamples=200, values=["accuracy"])
        ignored = self.p_values(Classification(), make, sets=200, resamples=200, values=["accuracy"], ties="ignored")
        assert (counted <= 0.05).mean() <= 0.08
        # Which is why ties are counted unless sacrebleu has a say.
        assert (ignored <= 0.05).mean() > (counted <= 0.05).mean()
        assert (ignored <= counted).all()

    def test_the_bootstrap_of_sacrebleu_rejects_too_often(self):
        metric = Perplexity()
        rng = np.random.default_rng(13)
        found = []
        for at in range(300):
            one, other = (metric.statistics_losses(rng.exponential(1, 80), np.ones(80, int)) for _ in range(2))
            compared = compare(
                {"a": one, "b": other}, method="bootstrap", resamples=200, seed=at, values=["cross_entropy"]
            )
            found.append(compared["b"]["cross_entropy"].p_value)
        # As its documentation says: some 10 % at a level of 5 %.
        assert 0.06 < np.mean(np.array(found) <= 0.05) < 0.16

    def test_a_real_difference_is_found(self):
        found = compare(statistics_of(BLEU(), 200), resamples=1000)
        assert found["worse"]["bleu"].p_value < 0.005
        assert found["worse"]["bleu"].difference.high < 0
        assert found["near"]["bleu"].p_value > 0.01


class TestIntervals:
    @every_metric
    def test_they_are_those_of_each_system(self, metric):
        systems = statistics_of(metric)
        found = compare(systems, resamples=30, interval_resamples=25, confidence=0.8)
        for name, statistics in systems.items():
            if metric in LABEL_METRICS[:4]:
                continue  # rows that are alike in all systems are drawn together, so others are drawn
            alone = statistics.confidence_interval(0.8, 25)
            for value, compared in found[name].items():
                assert compared.interval.samples.tobytes() == alone[value].samples.tobytes()
                assert (compared.interval.low, compared.interval.high) == (alone[value].low, alone[value].high)

    @every_metric
    def test_differences_are_of_the_same_samples(self, metric):
        found = compare(statistics_of(metric), method="bootstrap", resamples=25)
        for name in "near", "worse":
            for value, compared in found[name].items():
                first = found["baseline"][value].interval
                apart = compared.interval.samples - first.samples
                assert compared.difference.samples.tolist() == apart.tolist()
                assert compared.difference.score == compared.score - first.score

    def test_none(self):
        found = compare(statistics_of(BLEU()), resamples=20, interval_resamples=0)
        assert math.isnan(found["near"]["bleu"].interval.low)
        assert "nan" not in str(found)
        assert found["near"]["bleu"].difference.samples.shape == (0,)


class TestWhatIsNotKnown:
    """Differences that are not numbers, none at all, or only one segment's."""

    def infinite(self, at):
        rows = [[-1.0 - place / 50, -0.5] for place in range(50)]
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
        # An infinite difference is no proof: chance alone makes as great a one.
        assert not one["b"]["perplexity"].p_value < 0.5

    def test_samples_that_lack_a_value_are_left_out(self):
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
            # Every trial is as it was, or the other way round.
            found = compare({"a": one, "b": other}, resamples=20)
            assert {value.p_value for value in found["b"].values()} == {1}

    def test_the_table_says_where_ties_are_ignored(self):
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


class TestCorrections:
    def test_holm(self):
        # By hand: S. Holm's step-down, smallest first.
        p_values = np.array([0.01, 0.04, 0.03, 0.005, 0.9])
        assert adjusted_p_values(p_values, "holm").tolist() == pytest.approx([0.04, 0.09, 0.09, 0.025, 0.9])

    def test_benjamini_hochberg_is_scipys(self):
        p_values = np.random.default_rng(1).random(50) ** 2
        expected = scipy.stats.false_discovery_control(p_values)
        assert adjusted_p_values(p_values, "benjamini-hochberg") == pytest.approx(expected, rel=1e-14)

    def test_they_are_of_all_systems_and_values(self):
        systems, references = three_systems()
        bleu, rouge = BLEU(), ROUGE()
        both = {
            name: [bleu.statistics(texts, references), rouge.statistics(texts, references)]
            for name, texts in systems.items()
        }
        for correction in "holm", "benjamini-hochberg", None:
            found = compare(both, resamples=200, correction=correction)
            assert found.value_names() == ("bleu", "rouge1", "rouge2", "rougeL")
            compared = [value for name in ("near", "worse") for value in found[name].values()]
            expected = adjusted_p_values(np.array([value.p_value for value in compared]), correction)
            assert [value.adjusted_p_value for value in compared] == expected.tolist()
        assert all(value.adjusted_p_value == value.p_value for value in compared)

    def test_no_p_values(self):
        assert adjusted_p_values(np.array([]), "holm").tolist() == []


class TestPower:
    def test_a_difference_of_that_size_is_found_as_often_as_asked(self):
        rng = np.random.default_rng(5)
        metric, ones = Perplexity(), np.ones(150, int)

        def pair(apart):
            common = rng.exponential(1, 150)
            return (
                metric.statistics_losses(common + rng.exponential(0.5, 150) + shift, ones) for shift in (0.0, apart)
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
        # 0.8 within five standard errors, and what an estimated standard error misses.
        assert 0.65 < found / 300 < 0.92

    def test_more_segments_show_less(self):
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

    def test_what_are_no_statistics(self):
        stats = BLEU().statistics(["a"], ["a"])
        with pytest.raises(TypeError, match="other must be statistics, not list"):
            minimum_detectable_difference(stats, [stats])

    def test_a_level_of_almost_nothing(self):
        one, other = list(statistics_of(WER()).values())[:2]
        assert minimum_detectable_difference(one, other, significance=1e-17)["wer"] > 0

    def test_systems_of_other_segments(self):
        with pytest.raises(ValueError, match="same segments"):
            minimum_detectable_difference(BLEU().statistics(["a"], ["a"]), BLEU().statistics(["a"] * 2, ["a"] * 2))


@pytest.fixture(scope="module")
def found():
    systems, references = three_systems()
    bleu, wer = BLEU(), WER()
    return compare(
        {f"{name}[|*]": [m.statistics(texts, references) for m in (bleu, wer)] for name, texts in systems.items()},
        resamples=200,
    )


class TestReports:
    def test_table(self, found):
        table = str(found)
        assert "baseline[|*]" in table
        assert "95 % interval" in table
        assert "p (Holm)" in table
        assert "compared with baseline[|*] on 60 segments: approximate randomization, 200 trials, seed 12345" in table
        assert BLEU().score(["a"], ["a"]).signature in table
        lines = [line for line in table.splitlines() if "worse" in line]
        assert len(lines) == 2
        assert all("*" in line.replace("[|*]", "") for line in lines)

    def test_one_p_value_needs_no_correction(self):
        systems = statistics_of(BLEU())
        found = compare({name: systems[name] for name in ("baseline", "near")}, resamples=50)
        assert "Holm" not in str(found)

    def test_markdown(self, found):
        from rapidscore.comparison.report import as_markdown

        lines = as_markdown(found).splitlines()
        assert lines[0] == "| metric | system | score | 95 % interval | difference | p | p (Holm) |"
        assert lines[1].count("|") == lines[0].count("|")
        assert lines[2].startswith("| bleu | baseline[\\|\\*] | ")
        assert len(lines[2].replace("\\|", "").split("|")) == 9

    def test_json_and_csv(self, found):
        from rapidscore.comparison.report import as_csv, as_json

        content = json.loads(as_json(found))
        assert content["baseline"] == "baseline[|*]"
        assert content["resamples"] == 200
        first, second = content["results"][:2]
        assert "p_value" not in first
        assert second["score"] == found["near[|*]"]["bleu"].score
        assert second["adjusted_p_value"] == found["near[|*]"]["bleu"].adjusted_p_value
        lines = as_csv(found).splitlines()
        assert lines[0].startswith("metric,system,score,low,high,standard_error,difference,")
        assert len(lines) == 7

    def test_as_dict(self, found):
        values = found.as_dict()
        assert values["wer_p_value/worse[|*]"] == found["worse[|*]"]["wer"].p_value
        assert "wer_p_value/baseline[|*]" not in values
        assert all(isinstance(value, float) for value in values.values())

    def test_what_it_is(self, found):
        assert list(found) == ["baseline[|*]", "near[|*]", "worse[|*]"]
        assert len(found) == 3
        assert "bleu, wer" in repr(found)
        assert math.isnan(found["baseline[|*]"]["bleu"].p_value)
        with pytest.raises(KeyError, match="there is no system 'other'"):
            found["other"]

    def test_picture(self, found):
        matplotlib = pytest.importorskip("matplotlib")
        matplotlib.use("agg")
        from matplotlib import pyplot

        ax = found.plot("wer")
        assert [label.get_text() for label in ax.get_yticklabels()] == list(found)
        assert ax.get_xlabel() == "wer"
        assert found.plot(ax=ax) is ax
        with pytest.raises(ValueError, match="unknown value 'ter'"):
            found.plot("ter")
        pyplot.close("all")

    @pytest.mark.parametrize(
        "options",
        [{}, {"interval_resamples": 0}, {"method": "bootstrap"}, {"resamples": 300_000, "interval_resamples": 0}],
        ids=str,
    )
    @pytest.mark.parametrize("metric", [BLEU(), Classification()], ids=repr)
    def test_progress(self, metric, options):
        told = []
        options = {"resamples": 30, **options} if metric == BLEU() else {**options, "resamples": 30}
        compare(statistics_of(metric), progress=told.append, **options)
        assert told == sorted(set(told))
        assert told[-1] == pytest.approx(1)
        # Much work is told of while it goes on.
        assert len(told) > (4 if options["resamples"] > 30 else 1)


class TestRefused:
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
            ({"draws": [[True, False]], "method": "bootstrap"}, TypeError, "a bootstrap draws places"),
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
    with pytest.raises(ValueError, match="unknown value 'ter': no metric here has it"):
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
