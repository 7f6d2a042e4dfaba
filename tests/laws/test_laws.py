"""The laws that hold for every metric: measuring rows, merging totals, changing nothing."""

import copy
import dataclasses
import itertools
import operator
import random
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES
from support.effort import thinned
from support.metrics import METRICS, TEXT_METRICS, every_metric, many, rows, score_bits, short_name, suit, total_of
from support.strategies import corpora

from rapidscore import BLEU, ROUGE, Accumulator, Metric, Statistics, get_num_threads, statistics

# Odd texts make classes that are never predicted, or never true.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


def test_every_metric_is_listed():
    assert {type(metric) for metric in METRICS} == set(statistics.METRICS.values())


class TestRows:
    @every_metric
    def test_one_row_for_each_segment(self, metric):
        statistics = metric.statistics(*suit(metric, PREDICTIONS, REFERENCES))
        array = np.asarray(statistics)
        assert array.dtype == np.float64
        assert array.shape == statistics.shape == (len(PREDICTIONS), len(statistics.columns))
        assert len(statistics) == len(PREDICTIONS)
        assert not array.flags.writeable
        for at, (prediction, reference) in enumerate(zip(PREDICTIONS, REFERENCES, strict=True)):
            assert rows(metric.statistics(*suit(metric, [prediction], [reference]))) == [rows(statistics)[at]]

    @pytest.mark.parametrize("metric", TEXT_METRICS, ids=short_name)
    def test_single_segments(self, metric):
        for prediction, references in zip(PREDICTIONS, REFERENCES, strict=True):
            score, *row = metric._core.segment(prediction, references)
            assert row == np.asarray(metric.statistics([prediction], [references]))[0].tolist()
            assert score == next(iter(metric.segment_scores([prediction], [references]).values()))[0]
        for given_as in [("a", "a"), ("a", []), ("a", [None]), ("a", ("a",)), (None, ["a"]), (["a"], ["a"])]:
            assert metric._core.segment(*given_as) is None

    @every_metric
    def test_copies_are_writable(self, metric):
        statistics = metric.statistics(*suit(metric, PREDICTIONS, REFERENCES))
        before = rows(statistics)
        copy = np.array(statistics)
        copy[:] = -1
        assert rows(statistics) == before
        assert np.asarray(statistics, dtype=np.float32).dtype == np.float32

    @every_metric
    def test_concatenation(self, metric):
        whole = metric.statistics(*suit(metric, PREDICTIONS, REFERENCES))
        for cut in range(len(PREDICTIONS) + 1):
            first = metric.statistics(*suit(metric, PREDICTIONS[:cut], REFERENCES[:cut]))
            second = metric.statistics(*suit(metric, PREDICTIONS[cut:], REFERENCES[cut:]))
            assert first + second == whole
            assert rows(first + second) == rows(whole)
            assert score_bits((first + second).score()) == score_bits(whole.score())

    @every_metric
    @given(corpus=corpora(max_size=3), other=corpora(max_size=3))
    def test_concatenation_of_odd_texts(self, metric, corpus, other):
        joined = metric.statistics(*suit(metric, *corpus)) + metric.statistics(*suit(metric, *other))
        assert rows(joined) == rows(metric.statistics(*suit(metric, corpus[0] + other[0], corpus[1] + other[1])))

    @every_metric
    @given(data=st.data())
    def test_selecting_and_measuring_commute(self, metric, data):
        count = len(PREDICTIONS)
        positions = st.integers(-count, count - 1)
        index = data.draw(
            st.slices(count)
            | st.lists(positions)
            | st.lists(st.booleans(), min_size=count, max_size=count)
            | st.permutations(range(count))
        )
        selected = metric.statistics(*suit(metric, PREDICTIONS, SINGLE_REFERENCES))[index]
        at = np.arange(count)[index if index else slice(0)].tolist()
        measured = metric.statistics(*suit(metric, [PREDICTIONS[i] for i in at], [SINGLE_REFERENCES[i] for i in at]))
        assert rows(selected) == rows(measured)
        if at:
            assert score_bits(selected.score()) == score_bits(measured.score())
        for way in np.array, tuple:
            if not isinstance(index, slice) and index:
                assert rows(metric.statistics(*suit(metric, PREDICTIONS, SINGLE_REFERENCES))[way(index)]) == rows(
                    measured
                )

    @every_metric
    def test_one_row(self, metric):
        statistics = metric.statistics(*suit(metric, PREDICTIONS, REFERENCES))
        for at in 0, 3, -1, np.int64(2):
            assert rows(statistics[at]) == [rows(statistics)[at]]

    @pytest.mark.parametrize("index", [99, -99, [99], "a", 1.5, [0.5], None, [True], [[0]], True, ...], ids=repr)
    def test_bad_indices(self, index):
        statistics = BLEU().statistics(PREDICTIONS, REFERENCES)
        with pytest.raises((IndexError, TypeError)):
            statistics[index]

    @every_metric
    def test_segment_scores(self, metric):
        scores = metric.segment_scores(*suit(metric, PREDICTIONS, REFERENCES)[:2])
        again = metric.statistics(*suit(metric, PREDICTIONS, REFERENCES)).segment_scores()
        assert scores.keys() == again.keys()
        for name, values in scores.items():
            assert values.dtype == np.float64
            assert values.shape == (len(PREDICTIONS),)
            assert values.tolist() == again[name].tolist()
            assert np.isfinite(values).all()

    @every_metric
    def test_no_segments(self, metric):
        statistics = metric.statistics(*suit(metric, [], []))
        assert statistics.shape == (0, len(statistics.columns))
        assert all(values.shape == (0,) for values in metric.segment_scores(*suit(metric, [], [])[:2]).values())
        assert statistics + metric.statistics(*suit(metric, ["a"], ["a"])) == metric.statistics(
            *suit(metric, ["a"], ["a"])
        )
        for nothing in statistics.score, statistics.total().score, metric.accumulator().compute:
            with pytest.raises(ValueError, match="no segments"):
                nothing()
        with pytest.raises(ValueError, match="no segments"):
            metric.score(*suit(metric, [], []))

    def test_signatures_of_slices(self):
        statistics = BLEU().statistics(["a", "b"], [["a", "c"], ["b"]])
        assert statistics[1:].score().signature == BLEU().score(["b"], [["b"]]).signature

    def test_statistics_warn_about_tokenized_text(self, caplog):
        # `statistics` must give the same warning as `score`.
        texts = ["a b ."] * 100
        BLEU().score(texts, texts)
        warned = caplog.text
        assert warned
        caplog.clear()
        BLEU().statistics(texts, texts).score()
        assert caplog.text.count("100 predictions") == 1


class TestMerging:
    @every_metric
    def test_any_partition_in_any_order(self, metric):
        predictions, references = many()
        whole = total_of(metric, predictions, references)
        expected = whole.to_bytes(), score_bits(whole.score())
        choose = random.Random(2)
        for parts in 2, 7, 300:
            cuts = [0, *sorted(choose.sample(range(1, len(predictions)), parts - 1)), len(predictions)]
            pieces = [slice(*ends) for ends in itertools.pairwise(cuts)]
            choose.shuffle(pieces)
            totals = [total_of(metric, predictions[piece], references[piece]) for piece in pieces]
            while len(totals) > 1:
                # Merge any two, so that the grouping is a random tree.
                one, other = (totals.pop(choose.randrange(len(totals))) for _ in range(2))
                totals.append(one + other)
            assert (totals[0].to_bytes(), score_bits(totals[0].score())) == expected
            assert totals[0] == whole

    @every_metric
    def test_number_of_threads(self, metric, threads):
        predictions, references = many()
        results = set()
        for number in thinned([1, 2, 3, 8], 2):
            threads(number)
            assert get_num_threads() == number
            total = total_of(metric, predictions, references)
            statistics = metric.statistics(*suit(metric, predictions, references))
            segments = metric.segment_scores(*suit(metric, predictions, references)[:2])
            results.add(
                (
                    total.to_bytes(),
                    statistics.total().to_bytes(),
                    np.asarray(statistics).tobytes(),
                    repr(score_bits(metric.score(*suit(metric, predictions, references)))),
                    *(values.tobytes() for values in segments.values()),
                )
            )
        assert len(results) == 1

    @every_metric
    def test_permutations(self, metric):
        predictions, references = many()
        order = random.Random(3).sample(range(len(predictions)), len(predictions))
        shuffled = total_of(metric, [predictions[i] for i in order], [references[i] for i in order])
        assert shuffled.to_bytes() == total_of(metric, predictions, references).to_bytes()

    @every_metric
    def test_paths_to_a_score(self, metric):
        predictions, references = many(700)
        meter, other = metric.accumulator(), metric.accumulator()
        for at in range(0, 400, 50):
            meter.update(*suit(metric, predictions[at : at + 50], references[at : at + 50]))
        other.update(*suit(metric, predictions[400:], references[400:]))
        meter.merge(other)
        meter.merge(metric.statistics(*suit(metric, [], [])).total())
        assert len(meter) == 700
        statistics = metric.statistics(*suit(metric, predictions, references))
        scores = [meter.compute(), meter.total.score(), statistics.score(), statistics.total().score()]
        expected = score_bits(metric.score(*suit(metric, predictions, references)))
        assert [score_bits(score) for score in scores] == [expected] * 4
        assert len(other) == 300

    @every_metric
    @given(corpus=corpora(max_size=4))
    def test_odd_texts(self, metric, corpus):
        meter = metric.accumulator()
        for prediction, references in zip(*corpus, strict=True):
            meter.update(*suit(metric, [prediction], [references]))
        assert score_bits(meter.compute()) == score_bits(metric.score(*suit(metric, *corpus)))

    @every_metric
    def test_addition_does_not_change_its_operands(self, metric):
        total = total_of(metric, PREDICTIONS, REFERENCES)
        before = total.to_bytes()
        double = total
        double += total
        assert (len(double), len(total)) == (2 * len(PREDICTIONS), len(PREDICTIONS))
        assert total.to_bytes() == before

    @every_metric
    def test_sum(self, metric):
        predictions, references = many(300)
        pieces = [suit(metric, predictions[at::3], references[at::3]) for at in range(3)]
        statistics = [metric.statistics(*piece) for piece in pieces]
        totals = [one.total() for one in statistics]
        expected = totals[0] + totals[1] + totals[2]
        for total in sum(totals), sum(totals[1:], totals[0]), reduce(operator.add, totals), sum(reversed(totals)):
            assert total == expected
            assert total.to_bytes() == expected.to_bytes()
        assert [*itertools.accumulate(totals)][-1] == expected
        added = 0
        for total in totals:
            added += total
        assert added == expected
        # Rows of several labels need the same labels in all parts.
        joined = sum(statistics)
        assert joined == statistics[0] + statistics[1] + statistics[2]
        assert joined.total() == expected
        assert sum(totals[:1]) is totals[0]
        assert sum([]) == 0

    @pytest.mark.parametrize("other", [1, 0.0, False, None, "", []], ids=repr)
    def test_only_sums_begin_with_0(self, other):
        for thing in BLEU().statistics(["a"], ["a"]), BLEU().statistics(["a"], ["a"]).total():
            with pytest.raises(TypeError):
                other + thing

    @every_metric
    def test_reset(self, metric):
        meter = metric.accumulator()
        meter.update(*suit(metric, PREDICTIONS, REFERENCES))
        meter.reset()
        assert len(meter) == 0
        with pytest.raises(ValueError, match="no segments"):
            meter.compute()
        meter.update(*suit(metric, PREDICTIONS, REFERENCES))
        assert score_bits(meter.compute()) == score_bits(metric.score(*suit(metric, PREDICTIONS, REFERENCES)))

    @pytest.mark.parametrize(("one", "other"), list(itertools.permutations(METRICS, 2)), ids=short_name)
    def test_unequal_metrics_do_not_merge(self, one, other):
        meter, total = one.accumulator(), total_of(other, ["a b"], ["a"])
        for join in (
            lambda: meter.merge(total),
            lambda: total_of(one, ["a"], ["a"]) + total,
            lambda: one.statistics(*suit(one, ["a"], ["a"])) + other.statistics(*suit(other, ["a"], ["a"])),
        ):
            with pytest.raises(ValueError, match="metric and options must be equal"):
                join()
        assert len(meter) == 0

    @pytest.mark.parametrize("other", [3, None, "total", b"", [1], np.ones(10), np.ones((1, 10))], ids=repr)
    def test_only_statistics_and_totals_are_added(self, other):
        # NumPy would add elementwise, where `+` must append rows.
        with pytest.raises(TypeError):
            BLEU().statistics(["a"], ["a"]).total() + other
        with pytest.raises(TypeError):
            BLEU().statistics(["a"], ["a"]) + other
        with pytest.raises(TypeError):
            BLEU().accumulator().merge(other)


class TestPure:
    @every_metric
    def test_frozen(self, metric):
        for name, value in metric.options().items():
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(metric, name, value)
        with pytest.raises(dataclasses.FrozenInstanceError):
            metric.colour = "red"

    @every_metric
    def test_equal_options_make_equal_metrics(self, metric):
        twin = type(metric)(**metric.options())
        assert twin is not metric
        assert twin == metric
        assert hash(twin) == hash(metric)
        assert [other for other in METRICS if other == metric] == [metric]

    @every_metric
    def test_copies(self, metric):
        for twin in copy.copy(metric), copy.deepcopy(metric), dataclasses.replace(metric):
            assert twin == metric
            assert score_bits(twin.score(*suit(metric, ["a b"], ["a"]))) == score_bits(
                metric.score(*suit(metric, ["a b"], ["a"]))
            )

    def test_changed_copy(self):
        assert dataclasses.replace(BLEU(), lowercase=True).tokens("A") == ["a"]
        assert dataclasses.replace(ROUGE(), tokenizer="unicode").tokens("Ж") == ["ж"]

    @every_metric
    def test_scoring_changes_nothing(self, metric):
        before = repr(metric), hash(metric)
        predictions, references = list(PREDICTIONS), [list(texts) for texts in REFERENCES]
        first = metric.score(*suit(metric, predictions, references))
        metric.score(*suit(metric, ["another"], ["text"]))
        assert score_bits(metric.score(*suit(metric, predictions, references))) == score_bits(first)
        assert (repr(metric), hash(metric)) == before
        assert (predictions, references) == (PREDICTIONS, REFERENCES)

    @every_metric
    def test_types(self, metric):
        assert isinstance(metric, Metric)
        assert isinstance(metric.statistics(*suit(metric, ["a"], ["a"])), Statistics)
        assert isinstance(metric.accumulator(), Accumulator)
        for thing in (
            metric.statistics(*suit(metric, ["a"], ["a"])),
            total_of(metric, ["a"], ["a"]),
            metric.accumulator(),
        ):
            assert repr(metric) in repr(thing)
        assert all(isinstance(value, float) for value in metric.score(*suit(metric, ["a"], ["a"])).as_dict().values())
