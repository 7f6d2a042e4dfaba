"""Permutation tests of whether groups differ."""

import itertools
import math

import numpy as np
import pytest
import scipy.stats
from support.groups import SEX, TEXT_REFERENCES, TEXTS
from support.metrics import every_metric, suit

from rapidscore import ROUGE, WER, Classification, Multilabel, Perplexity, _core

pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


def labels_of(count, seed, agreement=0.7):
    """Return binary predictions and references."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 2, count)
    return np.where(rng.random(count) < agreement, true, 1 - true), true


class TestDefinition:
    @every_metric
    def test_differences_are_those_of_permuted_groups(self, metric):
        statistics = metric.statistics(*suit(metric, TEXTS, TEXT_REFERENCES))
        groups = statistics.by(SEX)
        test = groups.permutation_test(5, seed=3)
        codes = np.array(["FMX".index(sex) for sex in SEX], np.int32)
        permuted = [statistics.by(part.tolist()) for part in _core.draw_permutations(codes, 3, 0, 5)]
        names = groups.overall.as_dict()
        assert names.keys() <= test.keys()
        for name in names:
            assert test[name].difference == pytest.approx(groups.difference(name), rel=0, abs=0, nan_ok=True)
            expected = [part.difference(name) for part in permuted]
            assert test[name].permuted.tolist() == pytest.approx(expected, rel=0, abs=0, nan_ok=True)

    def test_p_value(self):
        predicted, true = labels_of(90, 1)
        test = Classification().statistics(predicted, true).by(["a", "b", "c"] * 30).permutation_test(200)
        found = test["accuracy"]
        assert found.permuted.shape == (200,)
        extreme = (found.permuted >= found.difference - 1e-12).sum()
        assert found.p_value == test.p_value == (1 + extreme) / 201
        assert float(found) == found.p_value
        assert found.difference == test.difference
        assert not found.permuted.flags.writeable

    def test_functions_of_scores(self):
        predicted, true = labels_of(60, 2)
        groups = Classification().statistics(predicted, true).by(["a", "b"] * 30)
        ours = groups.permutation_test(20, values={"mine": lambda score: score.f1(), "other": lambda score: 1.0})
        assert ours["mine"].permuted.tolist() == groups.permutation_test(20)["f1"].permuted.tolist()
        assert ours["other"].p_value == 1
        wer = WER().statistics(TEXTS, TEXT_REFERENCES).by(SEX)
        ours = wer.permutation_test(20, values=[lambda score: score.score])
        assert ours["<lambda>"].permuted.tolist() == wer.permutation_test(20)["wer"].permuted.tolist()

    def test_fairness(self):
        predicted, true = labels_of(90, 3)
        statistics, names = Classification().statistics(predicted, true), ["a", "b", "c"] * 30
        groups = statistics.by(names)
        measures = ["demographic_parity_difference", "equal_opportunity_difference", "equalized_odds_difference"]
        for values in None, measures, measures[2:]:
            test = groups.permutation_test(6, seed=1, values=values)
            assert [name for name in test if name in measures] == (values or measures)
            codes = np.array(["abc".index(name) for name in names], np.int32)
            for name in values or measures:
                assert test[name].difference == getattr(groups, name)()
                for at, part in enumerate(_core.draw_permutations(codes, 1, 0, 6)):
                    assert test[name].permuted[at] == getattr(statistics.by(part), name)()
        both = groups.permutation_test(6, values=["equalized_odds_difference", "accuracy"])
        assert {*both} == {"equalized_odds_difference", "accuracy"}
        # Without a positive class there are no measures of fairness.
        others = Classification().statistics(["x", "y"] * 9, ["x", "z"] * 9).by(["a", "b", "c"] * 6)
        assert not {*measures} & {*others.permutation_test(3)}
        with pytest.raises(ValueError, match="unknown value 'equalized_odds_difference'"):
            others.permutation_test(3, values=["equalized_odds_difference"])

    def test_weights_and_ignored_rows(self):
        predicted, true = labels_of(90, 4)
        weights = np.random.default_rng(4).random(90)
        statistics = Classification().statistics(predicted, true, weights)
        test = statistics.by(["a", "b", "c"] * 30).permutation_test(4)
        codes = np.array([0, 1, 2] * 30, np.int32)
        for at, part in enumerate(_core.draw_permutations(codes, 12345, 0, 4)):
            assert test["accuracy"].permuted[at] == statistics.by(part).difference("accuracy")
        # A group whose rows are all ignored takes no part.
        references = np.where(codes == 2, -100, true)
        ignored = Classification(ignore_index=-100).statistics(predicted, references).by(codes)
        kept = Classification().statistics(predicted[codes < 2], true[codes < 2]).by(codes[codes < 2])
        ours, theirs = ignored.permutation_test(50), kept.permutation_test(50)
        assert ours["accuracy"].permuted.tolist() == theirs["accuracy"].permuted.tolist()

    def test_values_that_do_not_exist_are_left_out(self):
        # The true positive rate of a group without positive rows is 0, but its balanced accuracy is unknown.
        metric = Classification(zero_division=float("nan"), average="binary")
        test = metric.statistics([0, 1, 0, 0], [0, 1, 0, 0]).by([*"aabb"]).permutation_test(50)
        assert not math.isnan(test["recall"].p_value)
        never = metric.statistics([0, 0, 0, 0], [0, 0, 0, 0]).by([*"aabb"]).permutation_test(50, values=["recall"])
        assert math.isnan(never.difference)
        assert math.isnan(never.p_value)

    def test_rounding_does_not_separate_ties(self):
        # Differences of 3 / 10 between accuracies, some of which are 0.30000000000000004 or 0.29999999999999993.
        correct = np.repeat([1, 0], [11, 9])
        statistics = Classification().statistics(correct, np.ones(20, int))
        groups = statistics.by(np.repeat([0, 1, 0, 1], [7, 4, 3, 6]))
        assert groups.difference("accuracy") == pytest.approx(0.3)
        counts = scipy.stats.hypergeom(20, 11, 10).pmf(range(11))
        expected = sum(p for k, p in enumerate(counts) if abs(2 * k - 11) >= 3)
        found = groups.permutation_test(20_000, values=["accuracy"])
        assert found.p_value == pytest.approx(expected, abs=0.01)


class TestStatisticalProperties:
    def test_p_values_are_those_of_all_permutations(self):
        # Of six rows in two groups of three, 20 partitions are equally likely.
        values = np.array([0.9, 0.1, 0.4, 0.35, 0.8, 0.75])
        predictions = ["a " * round(100 * value) + "b " * round(100 * (1 - value)) for value in values]
        statistics = ROUGE(("rouge1",)).statistics(predictions, ["a " * 100] * 6)
        scores = statistics.segment_scores()["rouge1"]
        groups = [0, 0, 0, 1, 1, 1]
        observed = abs(scores[:3].mean() - scores[3:].mean())
        differences = [
            abs(scores[[*one]].mean() - scores[[at for at in range(6) if at not in one]].mean())
            for one in itertools.combinations(range(6), 3)
        ]
        expected = np.mean([difference >= observed - 1e-12 for difference in differences])
        test = statistics.by(groups).permutation_test(40_000, values=["rouge1"])
        assert test.p_value == pytest.approx(expected, abs=0.01)

    @pytest.mark.parametrize("seed", range(3))
    def test_p_values_are_those_of_scipy(self, seed):
        predicted, true = labels_of(120, seed)
        groups = np.random.default_rng(seed).choice(["a", "b", "c"], 120, p=[0.5, 0.3, 0.2])
        correct = (predicted == true).astype(float)

        def statistic(*samples):
            means = [sample.mean() for sample in samples]
            return max(means) - min(means)

        expected = scipy.stats.permutation_test(
            [correct[groups == name] for name in "abc"],
            statistic,
            permutation_type="independent",
            alternative="greater",
            n_resamples=4000,
            rng=np.random.default_rng(1),
        )
        found = Classification().statistics(predicted, true).by(groups).permutation_test(4000, values=["accuracy"])
        assert found.difference == pytest.approx(expected.statistic)
        assert found.p_value == pytest.approx(expected.pvalue, abs=0.05)

    def test_p_values_are_uniform_without_a_difference(self):
        # A continuous value, so that p-values are uniform on k / 100.
        rng = np.random.default_rng(6)
        found = []
        for seed in range(300):
            statistics = Perplexity().statistics_losses(rng.random(40), rng.integers(5, 50, 40))
            groups = rng.permutation([0, 1] * 12 + [2] * 16)
            found.append(statistics.by(groups).permutation_test(99, seed, values=["perplexity"]).p_value)
        counts = np.histogram(found, bins=np.linspace(0.005, 1.005, 11))[0]
        assert counts.sum() == 300
        assert scipy.stats.chisquare(counts).pvalue > 0.001
        assert np.mean(np.array(found) <= 0.05) < 0.1

    def test_intervals_exclude_zero_but_tests_do_not_reject(self):
        predicted, true = labels_of(300, 7)
        statistics = Classification().statistics(predicted, true)
        rejected = excluded = 0
        for seed in range(20):
            groups = statistics.by(np.random.default_rng(seed).integers(0, 3, 300))
            excluded += groups.confidence_interval(resamples=100, values=["accuracy"]).difference.low > 0
            rejected += groups.permutation_test(199, values=["accuracy"]).p_value <= 0.05
        assert excluded == 20
        assert rejected <= 4

    def test_power(self):
        true = np.ones(200, int)
        groups = np.repeat(["a", "b"], 100)
        predicted = np.where(np.random.default_rng(8).random(200) < np.where(groups == "a", 0.9, 0.6), 1, 0)
        test = Classification(zero_division=0).statistics(predicted, true).by(groups).permutation_test()
        assert test["accuracy"].p_value == 1 / 1001
        assert test["demographic_parity_difference"].p_value == 1 / 1001


class TestOptions:
    def test_seeds_and_threads(self, threads):
        groups = WER().statistics(TEXTS * 20, TEXT_REFERENCES * 20).by(SEX * 20)
        found = groups.permutation_test(100, 5)
        assert groups.permutation_test(100, 5).as_dict() == found.as_dict()
        assert groups.permutation_test(100, 5)["wer"].permuted.tolist() == found["wer"].permuted.tolist()
        # The first permutations do not depend on their number.
        assert groups.permutation_test(7, 5)["wer"].permuted.tolist() == found["wer"].permuted.tolist()[:7]
        assert groups.permutation_test(100, 6)["wer"].permuted.tolist() != found["wer"].permuted.tolist()
        threads(1)
        assert groups.permutation_test(100, 5)["wer"].permuted.tolist() == found["wer"].permuted.tolist()
        free = groups.permutation_test(100, None)
        assert groups.permutation_test(100, free.seed)["wer"].permuted.tolist() == free["wer"].permuted.tolist()

    def test_draws_are_the_same_everywhere(self):
        codes = np.array([0, 1, 2, 3, 4, 5, 6, 7], np.int32)
        assert _core.draw_permutations(codes, 1, 0, 2).tolist() == PERMUTED
        assert _core.draw_permutations(codes, 1, 1, 1).tolist() == PERMUTED[1:]
        assert _core.draw_permutations(codes[:0], 1, 0, 2).shape == (2, 0)

    def test_progress(self):
        shares = []
        groups = WER().statistics(TEXTS * 200, TEXT_REFERENCES * 200).by(SEX * 200)
        groups.permutation_test(400, values=["wer"], progress=shares.append)
        assert shares == sorted(shares)
        assert shares[-1] == 1
        assert len(shares) > 1

    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            ({"permutations": 0}, ValueError, "permutations must be from 1 to 10,000,000, got 0"),
            ({"permutations": 2.5}, TypeError, "permutations must be a whole number"),
            ({"permutations": True}, TypeError, "permutations must be a whole number"),
            ({"seed": -1}, ValueError, "seed must be from 0"),
            ({"seed": "a"}, TypeError, "seed must be a whole number"),
            ({"values": []}, ValueError, "values is empty"),
            ({"values": "accuracy"}, TypeError, r"pass \['accuracy'\]"),
            ({"values": ["bleu"]}, ValueError, "unknown value 'bleu'"),
            ({"values": [3]}, TypeError, "or a function from a score"),
        ],
        ids=str,
    )
    def test_bad_options(self, options, error, message):
        predicted, true = labels_of(20, 1)
        with pytest.raises(error, match=message):
            Classification().statistics(predicted, true).by([0, 1] * 10).permutation_test(**options)

    def test_too_few_groups(self):
        groups = WER().statistics(["a"], ["a"]).by(["x"])
        with pytest.raises(ValueError, match="there is 1 group with rows: a test of differences needs two or more"):
            groups.permutation_test()
        bare = type(groups)(groups.features, ["x"], groups.totals, groups.overall_total)
        with pytest.raises(ValueError, match="make the groups by Statistics"):
            bare.permutation_test()
        with pytest.raises(ValueError, match="no segments to score"):
            WER().statistics([], []).by([]).permutation_test()

    def test_text_and_dictionary(self):
        groups = WER().statistics(["a b", "a c", "d e"] * 50, ["a b", "a b", "d e f"] * 50).by({"sex": [*"FMF"] * 50})
        test = groups.permutation_test(values=["wer", "mer"])
        assert str(test) == "wer: difference = 0.3000, p = 0.0010\nmer: difference = 0.3000, p = 0.0010"
        assert test.format(1).startswith("wer: difference = 0.3, p = 0.0010\n")
        assert test.as_dict() == {
            "difference/wer": test["wer"].difference,
            "p_value/wer": 1 / 1001,
            "difference/mer": test["mer"].difference,
            "p_value/mer": 1 / 1001,
        }
        shown = f"<PermutationTest: {test['wer']} and 1 more values; groups by sex, 1,000 permutations, seed 12345>"
        assert repr(test) == shown
        assert (test.features, test.permutations, test.seed) == (("sex",), 1000, 12345)
        with pytest.raises(KeyError, match="there is no value 'bleu': choose from wer, mer"):
            test["bleu"]

    def test_many_groups_and_classes(self):
        # Memory does not grow with groups x classes for each permutation.
        rng = np.random.default_rng(9)
        true, predicted = rng.integers(0, 500, (2, 5000))
        groups = Classification(zero_division=0).statistics(predicted, true).by(rng.integers(0, 100, 5000))
        assert 0 < groups.permutation_test(20, values=["accuracy", "f1"]).p_value <= 1
        tags = [{"a"}, {"a", "b"}, set(), {"c"}] * 15
        multilabel = Multilabel(labels=("a", "b", "c"), zero_division=0).statistics(tags, tags[1:] + tags[:1]).by(SEX)
        assert multilabel.permutation_test(20)["f1"].permuted.shape == (20,)


PERMUTED = [[2, 6, 3, 7, 4, 5, 0, 1], [6, 3, 5, 7, 2, 1, 0, 4]]
