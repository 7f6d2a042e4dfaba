"""What holds for every metric: to join, a metric is listed here."""

import copy
import dataclasses
import itertools
import pickle
import random
from collections import OrderedDict
from math import inf, nan

import numpy as np
import pytest
from corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES
from hypothesis import given
from hypothesis import strategies as st
from strategies import corpora

from rapidscore import BLEU, ROUGE, Accumulator, Metric, Statistics, Total, get_num_threads, set_num_threads


class Characters:
    """A tokenizer of the user's own."""

    def tokenize(self, text):
        return list(text)

    def __eq__(self, other):
        return isinstance(other, Characters)

    def __hash__(self):
        return 1

    def __repr__(self):
        return "Characters()"


METRICS = [
    BLEU(),
    BLEU(lowercase=True, tokenize="intl", smooth_method="add-k", effective_order=True),
    BLEU(tokenize="zh", smooth_method="floor", smooth_value=0.3, max_ngram_order=2),
    BLEU(tokenize="char", max_ngram_order=12),
    BLEU(tokenize=str.split),
    ROUGE(),
    ROUGE(("rougeLsum", "rouge9", "rouge1"), use_stemmer=True),
    ROUGE(("rouge2", "rougeL"), tokenizer="unicode"),
    ROUGE(("rouge1", "rougeLsum"), tokenizer=Characters()),
]


def name(metric):
    """Return a short name: the options that are not at their defaults."""
    defaults = type(metric)().options()
    changed = [f"{key}={value}" for key, value in metric.options().items() if value != defaults[key]]
    return f"{type(metric).__name__}({', '.join(changed)})"


every_metric = pytest.mark.parametrize("metric", METRICS, ids=name)


def rows(statistics):
    return np.asarray(statistics).tolist()


def score_bits(score):
    """All a score says, to be compared to the bit."""
    return str(score), score.signature, {name: value.hex() for name, value in score.as_dict().items()}


def total_of(metric, predictions, references):
    meter = metric.accumulator()
    meter.update(predictions, references)
    return meter.total


def many(count=3000, seed=1):
    """More segments than one thread takes at a time, few of them equal."""
    choose = random.Random(seed)

    def text():
        return " ".join(choose.choices(["a", "b", "c", "running", "Ⅻ", "猫", "w" * 20], k=choose.randrange(25)))

    return [text() for _ in range(count)], [[text() for _ in range(choose.randrange(1, 4))] for _ in range(count)]


def test_every_metric_is_listed():
    assert {type(metric) for metric in METRICS} == set(Metric.registry.values())


class TestRows:
    @every_metric
    def test_one_row_for_each_segment(self, metric):
        statistics = metric.statistics(PREDICTIONS, REFERENCES)
        array = np.asarray(statistics)
        assert array.dtype == np.float64
        assert array.shape == statistics.shape == (len(PREDICTIONS), len(statistics.columns))
        assert len(statistics) == len(PREDICTIONS)
        assert not array.flags.writeable
        for at, (prediction, reference) in enumerate(zip(PREDICTIONS, REFERENCES, strict=True)):
            assert rows(metric.statistics([prediction], [reference])) == [array[at].tolist()]

    @every_metric
    def test_an_own_copy_may_be_written(self, metric):
        statistics = metric.statistics(PREDICTIONS, REFERENCES)
        before = rows(statistics)
        copy = np.array(statistics)
        copy[:] = -1
        assert rows(statistics) == before
        assert np.asarray(statistics, dtype=np.float32).dtype == np.float32

    @every_metric
    def test_concatenation(self, metric):
        whole = metric.statistics(PREDICTIONS, REFERENCES)
        for cut in range(len(PREDICTIONS) + 1):
            first = metric.statistics(PREDICTIONS[:cut], REFERENCES[:cut])
            second = metric.statistics(PREDICTIONS[cut:], REFERENCES[cut:])
            assert first + second == whole
            assert rows(first + second) == rows(whole)
            assert score_bits((first + second).score()) == score_bits(whole.score())

    @every_metric
    @given(corpus=corpora(max_size=3), other=corpora(max_size=3))
    def test_concatenation_of_odd_texts(self, metric, corpus, other):
        apart = metric.statistics(*corpus) + metric.statistics(*other)
        assert rows(apart) == rows(metric.statistics(corpus[0] + other[0], corpus[1] + other[1]))

    @every_metric
    @given(data=st.data())
    def test_selecting_and_measuring_commute(self, metric, data):
        count = len(PREDICTIONS)
        places = st.integers(-count, count - 1)
        index = data.draw(
            st.slices(count)
            | st.lists(places)
            | st.lists(st.booleans(), min_size=count, max_size=count)
            | st.permutations(range(count))
        )
        selected = metric.statistics(PREDICTIONS, SINGLE_REFERENCES)[index]
        at = np.arange(count)[index if index else slice(0)].tolist()
        measured = metric.statistics([PREDICTIONS[i] for i in at], [SINGLE_REFERENCES[i] for i in at])
        assert rows(selected) == rows(measured)
        if at:
            assert score_bits(selected.score()) == score_bits(measured.score())
        for way in np.array, tuple:
            if not isinstance(index, slice) and index:
                assert rows(metric.statistics(PREDICTIONS, SINGLE_REFERENCES)[way(index)]) == rows(measured)

    @every_metric
    def test_one_row(self, metric):
        statistics = metric.statistics(PREDICTIONS, REFERENCES)
        for at in 0, 3, -1, np.int64(2):
            assert rows(statistics[at]) == [rows(statistics)[at]]

    @pytest.mark.parametrize("index", [99, -99, [99], "a", 1.5, [0.5], None, [True], [[0]], True, ...], ids=repr)
    def test_what_selects_no_rows(self, index):
        statistics = BLEU().statistics(PREDICTIONS, REFERENCES)
        with pytest.raises((IndexError, TypeError)):
            statistics[index]

    @every_metric
    def test_scores_of_segments(self, metric):
        scores = metric.segment_scores(PREDICTIONS, REFERENCES)
        again = metric.statistics(PREDICTIONS, REFERENCES).segment_scores()
        assert scores.keys() == again.keys()
        for name, values in scores.items():
            assert values.dtype == np.float64
            assert values.shape == (len(PREDICTIONS),)
            assert values.tolist() == again[name].tolist()
            assert np.isfinite(values).all()

    @every_metric
    def test_no_segments(self, metric):
        statistics = metric.statistics([], [])
        assert statistics.shape == (0, len(statistics.columns))
        assert all(values.shape == (0,) for values in metric.segment_scores([], []).values())
        assert statistics + metric.statistics(["a"], ["a"]) == metric.statistics(["a"], ["a"])
        for nothing in statistics.score, statistics.total().score, metric.accumulator().compute:
            with pytest.raises(ValueError, match="no segments"):
                nothing()
        with pytest.raises(ValueError, match="no segments"):
            metric.score([], [])

    def test_a_part_remembers_its_own_number_of_references(self):
        statistics = BLEU().statistics(["a", "b"], [["a", "c"], ["b"]])
        assert statistics[1:].score().signature == BLEU().score(["b"], [["b"]]).signature

    def test_rows_of_tokenized_text_warn_as_scores_do(self, caplog):
        # Whoever goes through statistics must not miss what `score` says of the same texts.
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
    def test_any_number_of_threads(self, metric, threads):
        predictions, references = many()
        results = set()
        for number in 1, 2, 3, 8:
            threads(number)
            assert get_num_threads() == number
            total = total_of(metric, predictions, references)
            statistics = metric.statistics(predictions, references)
            segments = metric.segment_scores(predictions, references)
            results.add(
                (
                    total.to_bytes(),
                    statistics.total().to_bytes(),
                    np.asarray(statistics).tobytes(),
                    repr(score_bits(metric.score(predictions, references))),
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
    def test_every_way_to_a_score(self, metric):
        predictions, references = many(700)
        meter, other = metric.accumulator(), metric.accumulator()
        for at in range(0, 400, 50):
            meter.update(predictions[at : at + 50], references[at : at + 50])
        other.update(predictions[400:], references[400:])
        meter.merge(other)
        meter.merge(metric.statistics([], []).total())
        assert len(meter) == 700
        statistics = metric.statistics(predictions, references)
        scores = [meter.compute(), meter.total.score(), statistics.score(), statistics.total().score()]
        expected = score_bits(metric.score(predictions, references))
        assert [score_bits(score) for score in scores] == [expected] * 4
        assert len(other) == 300

    @every_metric
    @given(corpus=corpora(max_size=4))
    def test_odd_texts(self, metric, corpus):
        meter = metric.accumulator()
        for prediction, references in zip(*corpus, strict=True):
            meter.update([prediction], [references])
        assert score_bits(meter.compute()) == score_bits(metric.score(*corpus))

    @every_metric
    def test_adding_leaves_the_parts_alone(self, metric):
        total = total_of(metric, PREDICTIONS, REFERENCES)
        before = total.to_bytes()
        double = total
        double += total
        assert (len(double), len(total)) == (2 * len(PREDICTIONS), len(PREDICTIONS))
        assert total.to_bytes() == before

    @every_metric
    def test_reset(self, metric):
        meter = metric.accumulator()
        meter.update(PREDICTIONS, REFERENCES)
        meter.reset()
        assert len(meter) == 0
        with pytest.raises(ValueError, match="no segments"):
            meter.compute()
        meter.update(PREDICTIONS, REFERENCES)
        assert score_bits(meter.compute()) == score_bits(metric.score(PREDICTIONS, REFERENCES))

    @pytest.mark.parametrize(("one", "other"), list(itertools.permutations(METRICS, 2)), ids=name)
    def test_unequal_metrics_do_not_merge(self, one, other):
        meter, total = one.accumulator(), total_of(other, ["a b"], ["a"])
        for join in (
            lambda: meter.merge(total),
            lambda: total_of(one, ["a"], ["a"]) + total,
            lambda: one.statistics(["a"], ["a"]) + other.statistics(["a"], ["a"]),
        ):
            with pytest.raises(ValueError, match="metric and options must be equal"):
                join()
        assert len(meter) == 0

    @pytest.mark.parametrize("other", [3, None, "total", b"", [1], np.ones(10), np.ones((1, 10))], ids=repr)
    def test_only_its_own_kind_is_added(self, other):
        # NumPy would add element by element, where rows are to be appended.
        with pytest.raises(TypeError):
            BLEU().statistics(["a"], ["a"]).total() + other
        with pytest.raises(TypeError):
            BLEU().statistics(["a"], ["a"]) + other
        with pytest.raises(TypeError):
            BLEU().accumulator().merge(other)


class TestRoundTrips:
    @every_metric
    def test_pickle(self, metric):
        statistics = metric.statistics(PREDICTIONS, REFERENCES)
        total = statistics.total()
        meter = metric.accumulator()
        meter.update(PREDICTIONS, REFERENCES)
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):

            def carried(thing, protocol=protocol):
                return pickle.loads(pickle.dumps(thing, protocol))

            assert carried(metric) == metric
            assert carried(statistics) == statistics
            assert not np.asarray(carried(statistics)).flags.writeable
            assert carried(total) == total
            assert carried(total).to_bytes() == total.to_bytes()
            assert carried(meter).total == meter.total
            for thing in statistics, total:
                assert score_bits(carried(thing).score()) == score_bits(total.score())
            assert len(carried(metric.accumulator())) == 0
            assert len(carried(metric.statistics([], []))) == 0

    @every_metric
    def test_bytes(self, metric):
        for corpus in (PREDICTIONS, REFERENCES), ([], []):
            total = total_of(metric, *corpus)
            carried = Total.from_bytes(total.to_bytes(), metric)
            assert carried == total
            assert carried.to_bytes() == total.to_bytes()
            assert carried + total_of(metric, ["a"], ["a"]) == total + total_of(metric, ["a"], ["a"])

    @every_metric
    def test_bytes_name_the_metric(self, metric):
        data = total_of(metric, PREDICTIONS, REFERENCES).to_bytes()
        if any(callable(value) or isinstance(value, Characters) for value in metric.options().values()):
            with pytest.raises(ValueError, match="pass metric="):
                Total.from_bytes(data)
        else:
            assert Total.from_bytes(data).metric == metric
        for other in METRICS:
            if other != metric:
                with pytest.raises(ValueError, match="these bytes hold a total of"):
                    Total.from_bytes(data, other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (BLEU(smooth_method="add-k", smooth_value=1), BLEU(smooth_method="add-k", smooth_value=1.0)),
            (BLEU(max_ngram_order=2), BLEU(max_ngram_order=np.int64(2))),
            (BLEU(smooth_method="floor", smooth_value=0.5), BLEU(smooth_method="floor", smooth_value=np.float32(0.5))),
            (BLEU(lowercase=True), BLEU(lowercase=np.True_)),
            (ROUGE(("rouge1",)), ROUGE([np.str_("rouge1")])),
        ],
        ids=["int and float", "NumPy int", "NumPy float", "NumPy bool", "NumPy str"],
    )
    def test_equal_totals_have_equal_bytes(self, one, other):
        totals = [total_of(metric, ["a b"], ["a c"]) for metric in (one, other)]
        assert totals[0] == totals[1]
        assert totals[0].to_bytes() == totals[1].to_bytes()
        assert Total.from_bytes(totals[1].to_bytes()) == totals[0]

    @every_metric
    def test_cut_bytes(self, metric):
        data = total_of(metric, PREDICTIONS, REFERENCES).to_bytes()
        for length in range(len(data)):
            with pytest.raises(ValueError):  # noqa: PT011 -- where it was cut decides what is missing
                Total.from_bytes(data[:length], metric)
        with pytest.raises(ValueError, match="these bytes hold no rapidscore total"):
            Total.from_bytes(data + b"\0", metric)

    @pytest.mark.parametrize("metric", [BLEU(max_ngram_order=1), ROUGE(("rouge1",))], ids=name)
    @pytest.mark.parametrize("given", [False, True], ids=["by name", "with metric"])
    def test_changed_bytes(self, metric, given):
        """Not every damage can be seen, but none may do worse than raise ValueError."""
        data = total_of(metric, PREDICTIONS, REFERENCES).to_bytes()
        refused = 0
        wrong = []
        for at, change in itertools.product(range(len(data)), (1, 2, 0x20, 0x80, 0xFF)):
            damaged = bytearray(data)
            damaged[at] ^= change
            try:
                total = Total.from_bytes(bytes(damaged), metric if given else None)
                assert isinstance(total, Total)
                total + total
            except ValueError:
                refused += 1
            except BaseException as error:  # a panic of the core would be no Exception
                wrong.append((at, change, repr(error)))
        assert wrong == []
        assert refused > 100

    @pytest.mark.parametrize("data", [b"", b"abc", b"rapidscore total 1\n", b"\0" * 1000, b"rapidscore total 2\n{}\n"])
    def test_other_bytes(self, data):
        with pytest.raises(ValueError):  # noqa: PT011 -- several messages
            Total.from_bytes(data)

    @pytest.mark.parametrize(
        "header",
        [
            b"{}",
            b"[]",
            b"3",
            b'{"metric": "BLEU"}',
            b'{"metric": "BLEU", "options": []}',
            b'{"metric": [], "options": {}}',
            b'{"metric": "CHRF", "options": {}}',
            b'{"metric": "BLEU", "options": {"colour": 1}}',
            b'{"metric": "BLEU", "options": {"lowercase": "yes"}}',
            b"\xff",
            b"[" * 100_000,
        ],
        ids=lambda header: repr(header[:50]),
    )
    def test_other_headers(self, header):
        sums = total_of(BLEU(), ["a"], ["a"]).to_bytes().split(b"\n", 2)[2]
        for metric in None, BLEU():
            with pytest.raises(ValueError):  # noqa: PT011 -- several messages
                Total.from_bytes(b"rapidscore total 1\n" + header + b"\n" + sums, metric)


def generator():
    yield "a"


class RaisesLookupError:
    def tokenize(self, text):
        raise LookupError("the model is missing")


class Returns:
    def __init__(self, tokens):
        self.tokens = tokens

    def tokenize(self, text):
        return self.tokens


# Predictions, references, the exception, and what its message must say.
BAD_SEGMENTS = [
    (["a", "b"], ["a"], ValueError, ["2 predictions but 1 references", "for each prediction"]),
    (["a"], ["a", "b"], ValueError, ["1 predictions but 2 references"]),
    ([], ["a"], ValueError, ["0 predictions but 1 references"]),
    (["a"], [], ValueError, ["1 predictions but 0 references"]),
    (["a", "b"], [["x", "y"]], ValueError, ["sacrebleu's streams", "list(zip(*references))"]),
    (["a", "b"], [["x", "y"], ["u", "v"], ["p", "q"]], ValueError, ["sacrebleu's streams"]),
    ("ab", ["a", "b"], TypeError, ["predictions", "str", "pass a list"]),
    (np.str_("ab"), ["a", "b"], TypeError, ["predictions", "pass a list"]),
    (["a"], "a", TypeError, ["references", "str", "pass a list"]),
    (b"a", ["a"], TypeError, ["predictions", "bytes"]),
    ({"a": 1}, ["a"], TypeError, ["predictions", "dict"]),
    (["a"], {"a": 1}, TypeError, ["references", "dict"]),
    (["a"], OrderedDict(a=1), TypeError, ["references", "OrderedDict"]),
    ({"a"}, ["a"], TypeError, ["predictions", "set"]),
    (["a"], frozenset("a"), TypeError, ["references", "frozenset"]),
    (generator(), ["a"], TypeError, ["predictions", "generator"]),
    (["a"], generator(), TypeError, ["references", "generator"]),
    (None, ["a"], TypeError, ["predictions", "NoneType"]),
    (["a"], None, TypeError, ["references", "NoneType"]),
    (3, ["a"], TypeError, ["predictions", "int"]),
    (["a", None], ["a", "b"], TypeError, ["predictions[1]", "NoneType", "not str"]),
    (["a", b"b"], ["a", "b"], TypeError, ["predictions[1]", "bytes", "not str"]),
    (["a", 2], ["a", "b"], TypeError, ["predictions[1]", "int", "not str"]),
    (["a", nan], ["a", "b"], TypeError, ["predictions[1]", "float", "not str"]),
    (["a", ["b"]], ["a", "b"], TypeError, ["predictions[1]", "list", "not str"]),
    (np.array([1.0, 2.0]), ["a", "b"], TypeError, ["predictions[0]", "float", "not str"]),
    (["a", "b"], ["a", None], TypeError, ["references[1]", "NoneType"]),
    (["a", "b"], ["a", b"b"], TypeError, ["references[1]", "bytes"]),
    (["a", "b"], ["a", 3], TypeError, ["references[1]", "int"]),
    (["a", "b"], ["a", nan], TypeError, ["references[1]", "float"]),
    (["a", "b"], ["a", {"b"}], TypeError, ["references[1]", "set"]),
    (["a", "b"], ["a", {"b": 1}], TypeError, ["references[1]", "dict"]),
    (["a", "b"], ["a", []], ValueError, ["references[1]", "empty"]),
    (["a", "b"], ["a", ()], ValueError, ["references[1]", "empty"]),
    (["a", "b"], [["a"], ["b", None]], TypeError, ["references[1][1]", "NoneType", "not str"]),
    (["a", "b"], [["a"], ["b", nan]], TypeError, ["references[1][1]", "float", "not str"]),
    (["a", "b"], [["a"], [["b"]]], TypeError, ["references[1][0]", "list", "not str"]),
    (["a"] * 5000, ["a"] * 4000 + [None] + ["a"] * 999, TypeError, ["references[4000]", "NoneType"]),
]


class TestNothingIsLost:
    @every_metric
    @pytest.mark.parametrize(("predictions", "references", "exception", "words"), BAD_SEGMENTS)
    def test_bad_segments(self, metric, predictions, references, exception, words):
        meter = metric.accumulator()
        meter.update(["a b"], ["a c"])
        before = meter.total.to_bytes()
        for method in metric.score, metric.segment_scores, metric.statistics, meter.update:
            with pytest.raises(exception) as caught:
                method(predictions, references)
            assert [word for word in words if word not in str(caught.value)] == []
        assert meter.total.to_bytes() == before

    @pytest.mark.parametrize(
        ("options", "exception", "words"),
        [
            ({"tokenize": "13b"}, ValueError, ["tokenize", "13b", "'13a', 'intl', 'zh', 'char', 'none'"]),
            ({"tokenize": ""}, ValueError, ["tokenize", "'13a', 'intl', 'zh', 'char', 'none'"]),
            ({"tokenize": "given"}, ValueError, ["tokenize", "given"]),
            ({"tokenize": 3}, TypeError, ["int"]),
            ({"tokenize": ["13a"]}, TypeError, ["list"]),
            ({"trg_lang": "ja"}, ValueError, ["ja-mecab"]),
            ({"trg_lang": 3}, TypeError, ["int"]),
            ({"smooth_method": "expo"}, ValueError, ["smooth_method", "expo", "'exp', 'floor', 'add-k', 'none'"]),
            ({"smooth_method": None}, TypeError, ["None"]),
            ({"smooth_method": "floor", "smooth_value": nan}, ValueError, ["smooth_value", "NaN"]),
            ({"smooth_method": "add-k", "smooth_value": inf}, ValueError, ["smooth_value", "inf"]),
            ({"smooth_method": "floor", "smooth_value": -1}, ValueError, ["smooth_value", "-1"]),
            ({"smooth_method": "add-k", "smooth_value": -1}, ValueError, ["smooth_value", "-1"]),
            ({"smooth_value": "much"}, TypeError, ["str"]),
            ({"max_ngram_order": 0}, ValueError, ["max_ngram_order", "from 1 to 100", "0"]),
            ({"max_ngram_order": 101}, ValueError, ["max_ngram_order", "from 1 to 100", "101"]),
            ({"max_ngram_order": -3}, ValueError, ["max_ngram_order", "from 1 to 100", "-3"]),
            ({"max_ngram_order": 10**30}, ValueError, ["max_ngram_order", "from 1 to 100"]),
            ({"max_ngram_order": 4.0}, TypeError, ["float"]),
            ({"max_ngram_order": "4"}, TypeError, ["str"]),
            ({"lowercase": "no"}, TypeError, ["str"]),
            ({"effective_order": "no"}, TypeError, ["str"]),
            ({"force": "no"}, TypeError, ["str"]),
            ({"case": True}, TypeError, ["case"]),
        ],
        ids=str,
    )
    def test_bad_options_of_bleu(self, options, exception, words):
        with pytest.raises(exception) as caught:
            BLEU(**options)
        assert [word for word in words if word not in str(caught.value)] == []

    @pytest.mark.parametrize(
        ("options", "exception", "words"),
        [
            ({"rouge_types": ["rouge0"]}, ValueError, ["rouge0", "'rouge1' to 'rouge9', 'rougeL', 'rougeLsum'"]),
            ({"rouge_types": ["rouge10"]}, ValueError, ["rouge10"]),
            ({"rouge_types": ["rougel"]}, ValueError, ["rougel"]),
            ({"rouge_types": ["rouge1", "bleu"]}, ValueError, ["bleu"]),
            ({"rouge_types": []}, ValueError, ["rouge_types", "one or more"]),
            ({"rouge_types": ["rouge1", "rouge1"]}, ValueError, ["rouge_types", "once", "rouge1"]),
            ({"rouge_types": "rouge1"}, TypeError, ["rouge_types", "['rouge1']"]),
            ({"rouge_types": [1]}, TypeError, ["int"]),
            ({"rouge_types": 1}, TypeError, ["int"]),
            ({"use_stemmer": "no"}, TypeError, ["str"]),
            ({"split_summaries": "no"}, TypeError, ["str"]),
            ({"tokenizer": "words"}, ValueError, ["words", "'unicode'"]),
            ({"tokenizer": ""}, ValueError, ["'unicode'"]),
            ({"tokenizer": "given"}, ValueError, ["given"]),
            ({"tokenizer": object()}, TypeError, ["tokenize(text)"]),
            ({"tokenizer": str.split}, TypeError, ["tokenize(text)"]),
            ({"stemmer": True}, TypeError, ["stemmer"]),
        ],
        ids=str,
    )
    def test_bad_options_of_rouge(self, options, exception, words):
        with pytest.raises(exception) as caught:
            ROUGE(**options)
        assert [word for word in words if word not in str(caught.value)] == []

    @pytest.mark.parametrize(
        ("tokens", "words"),
        [
            ("a b", ["returned str", "list of str"]),
            (b"a b", ["returned bytes", "list of str"]),
            (None, ["returned NoneType", "list of str"]),
            (3, ["returned int", "list of str"]),
            (["a", None], ["token None", "list of str"]),
            (["a", 7], ["token 7", "list of str"]),
            ([b"a"], ["token b'a'", "list of str"]),
        ],
    )
    def test_bad_tokens(self, tokens, words):
        for metric in BLEU(tokenize=lambda text: tokens), ROUGE(tokenizer=Returns(tokens)):
            with pytest.raises(TypeError) as caught:
                metric.score(["some text"], ["x"])
            assert [word for word in ["'some text'", *words] if word not in str(caught.value)] == []

    @pytest.mark.parametrize("count", [1, 5000])
    def test_a_tokenizers_own_exception_comes_through(self, count, threads):
        def refuse(text):
            raise LookupError("the model is missing")

        for metric in BLEU(tokenize=refuse), ROUGE(tokenizer=RaisesLookupError()):
            for number in 1, 3:
                threads(number)
                meter = metric.accumulator()
                with pytest.raises(LookupError, match="the model is missing"):
                    meter.update(["a"] * count, ["a"] * count)
                assert len(meter) == 0

    @pytest.mark.parametrize("number", [-1, 2.0, "2", None])
    def test_bad_number_of_threads(self, number):
        with pytest.raises((ValueError, TypeError)):
            set_num_threads(number)


class Texts(list):
    """A subclass of list."""


class Text(str):
    """A subclass of str, as some libraries return."""


class TestEverySequenceOfStr:
    @every_metric
    @pytest.mark.parametrize(
        "sequence",
        [
            tuple,
            lambda texts: np.array(texts, dtype=object),
            np.array,
            lambda texts: [Text(text) for text in texts],
            Texts,
        ],
        ids=["tuple", "object array", "str array", "subclass of str", "subclass of list"],
    )
    def test_same_rows(self, metric, sequence):
        expected = rows(metric.statistics(PREDICTIONS, SINGLE_REFERENCES))
        predictions, references = sequence(PREDICTIONS), sequence(SINGLE_REFERENCES)
        assert rows(metric.statistics(predictions, references)) == expected
        pairs = [[text, "x"] for text in SINGLE_REFERENCES]
        expected = rows(metric.statistics(PREDICTIONS, pairs))
        assert rows(metric.statistics(predictions, [sequence(pair) for pair in pairs])) == expected
        assert rows(metric.statistics(predictions, np.array(pairs))) == expected

    @every_metric
    def test_a_reference_alone_is_a_list_of_one(self, metric):
        alone = metric.statistics(PREDICTIONS, SINGLE_REFERENCES)
        assert alone == metric.statistics(PREDICTIONS, [[text] for text in SINGLE_REFERENCES])
        mixed = [text if at % 2 else [text] for at, text in enumerate(SINGLE_REFERENCES)]
        assert alone == metric.statistics(PREDICTIONS, mixed)


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
            assert score_bits(twin.score(["a b"], ["a"])) == score_bits(metric.score(["a b"], ["a"]))

    def test_changed_copy(self):
        assert dataclasses.replace(BLEU(), lowercase=True).tokens("A") == ["a"]
        assert dataclasses.replace(ROUGE(), tokenizer="unicode").tokens("Ж") == ["ж"]

    @every_metric
    def test_twice_the_same(self, metric):
        before = repr(metric), hash(metric)
        predictions, references = list(PREDICTIONS), [list(texts) for texts in REFERENCES]
        first = metric.score(predictions, references)
        metric.score(["another"], ["text"])
        assert score_bits(metric.score(predictions, references)) == score_bits(first)
        assert (repr(metric), hash(metric)) == before
        assert (predictions, references) == (PREDICTIONS, REFERENCES)

    @every_metric
    def test_what_things_are(self, metric):
        assert isinstance(metric, Metric)
        assert isinstance(metric.statistics(["a"], ["a"]), Statistics)
        assert isinstance(metric.accumulator(), Accumulator)
        for thing in metric.statistics(["a"], ["a"]), total_of(metric, ["a"], ["a"]), metric.accumulator():
            assert repr(metric) in repr(thing)
        assert all(isinstance(value, float) for value in metric.score(["a"], ["a"]).as_dict().values())
