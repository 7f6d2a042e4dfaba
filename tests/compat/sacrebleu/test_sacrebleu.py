"""`rapidscore.compat.sacrebleu`, against sacrebleu: all there is to say of a score, equal in type and to the bit."""

import copy
import inspect
import itertools
import logging
import pickle
import random
import subprocess
import sys
from collections import UserList
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import sacrebleu as theirs
import sacrebleu.metrics.helpers
import sacrebleu.significance
import sacrebleu.tokenizers.tokenizer_ter
from hypothesis import given, settings
from hypothesis import strategies as st
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES
from support.sentencepiece_models import train
from support.strategies import corpora, texts

import rapidscore
import rapidscore.compat.sacrebleu as ours
from rapidscore.compat.sacrebleu.metrics import helpers
from rapidscore.compat.sacrebleu.metrics.bleu import BLEUScore
from rapidscore.compat.sacrebleu.tokenizers import _named

SIDES = [ours, theirs]
METRICS = ["BLEU", "CHRF", "TER"]
FUNCTIONS = ["corpus_bleu", "raw_corpus_bleu", "corpus_chrf", "corpus_ter"]
SENTENCE_FUNCTIONS = ["sentence_bleu", "sentence_chrf", "sentence_ter"]
#: References as streams: a second for all, a third for some.
STREAMS = [list(stream) for stream in itertools.zip_longest(*REFERENCES)]
FULL_STREAMS = [SINGLE_REFERENCES, SINGLE_REFERENCES[::-1]]

BLEU_OPTIONS = [
    {},
    {"lowercase": True, "effective_order": True},
    *({"tokenize": name} for name in ("13a", "intl", "zh", "char", "none")),
    *({"smooth_method": method} for method in ("exp", "floor", "add-k", "none")),
    {"smooth_method": "floor", "smooth_value": 0.5},
    {"smooth_method": "add-k", "smooth_value": 1},
    {"smooth_method": "add-k", "smooth_value": 2.5, "max_ngram_order": 6},
    {"max_ngram_order": 1},
    {"trg_lang": "zh", "force": True},
]
CHRF_OPTIONS = [
    {},
    {"word_order": 2},
    {"char_order": 3, "word_order": 1, "beta": -1},
    {"beta": 3.0, "whitespace": True},
    {"lowercase": True, "eps_smoothing": True},
]
TER_OPTIONS = [
    {},
    {"normalized": True},
    {"no_punct": True, "case_sensitive": True},
    {"normalized": True, "no_punct": True, "asian_support": True},
]
OPTIONS = [
    *(("BLEU", options) for options in BLEU_OPTIONS),
    *(("CHRF", options) for options in CHRF_OPTIONS),
    *(("TER", options) for options in TER_OPTIONS),
]
every_metric = pytest.mark.parametrize("name", METRICS)
every_option = pytest.mark.parametrize(("name", "options"), OPTIONS)


def described(value):
    if isinstance(value, list):
        return [described(one) for one in value]
    return type(value), value.hex() if isinstance(value, float) else value


def said(score, signature=""):
    """Return all there is to say of a score."""
    named = {name: described(value) for name, value in vars(score).items()}
    printed = [repr(score), str(score), score.format(5), score.format(0, score_only=True)]
    if signature:
        texts = [str(signature), repr(signature), signature.format(), signature.format(short=True)]
        printed += [*texts, score.format(signature=texts[3]), score.format(3, is_json=True, signature=texts[0])]
    return type(score).__name__, named, printed


def outcome(function):
    try:
        return function()
    except Exception as error:
        return type(error), str(error)


def scored(module, name, options, *arguments, call="corpus_score", **named):
    metric = getattr(module, name)(**options)
    score = getattr(metric, call)(*arguments, **named)
    return said(score, metric.get_signature())


def assert_equal_scores(name, options, *arguments, **named):
    one, other = (outcome(lambda side=side: scored(side, name, options, *arguments, **named)) for side in SIDES)
    assert one == other, (name, options, arguments, named)
    return one


class TestNames:
    def test_names_at_the_top(self):
        for name in theirs.__all__:
            assert hasattr(ours, name), name
        assert ours.__version__ == theirs.__version__
        assert set(ours.metrics.METRICS) == set(theirs.metrics.METRICS)

    @pytest.mark.parametrize("name", [*FUNCTIONS, *SENTENCE_FUNCTIONS, *METRICS])
    def test_arguments_and_defaults(self, name):
        assert arguments(getattr(ours, name)) == arguments(getattr(theirs, name))

    @every_metric
    def test_methods_and_constants(self, name):
        mine, peer = (getattr(side, name) for side in SIDES)
        for method in "corpus_score", "sentence_score", "get_signature", *(["compute_bleu"] if name == "BLEU" else []):
            assert arguments(getattr(mine, method)) == arguments(getattr(peer, method))
        score = f"{name}Score"
        assert arguments(getattr(ours.metrics, score)) == arguments(getattr(theirs.metrics, score))
        assert arguments(getattr(ours.metrics, score).format) == arguments(getattr(theirs.metrics, score).format)
        for constant in {name for name in vars(peer) if name.isupper()} - {"_SIGNATURE_TYPE", "_PUNCTS"}:
            assert list_or_value(getattr(mine, constant)) == list_or_value(getattr(peer, constant))

    def test_significance(self):
        for name in "PairedTest", "Result", "estimate_ci", "_compute_p_value", "_bootstrap_resample":
            mine, peer = (getattr(side.significance, name) for side in SIDES)
            assert arguments(mine) == arguments(peer)


def arguments(function):
    return [(one.name, one.default) for one in inspect.signature(function).parameters.values()]


def list_or_value(value):
    return sorted(value) if isinstance(value, type({}.keys())) else value


class TestCorpusScores:
    @every_option
    @pytest.mark.parametrize("streams", [[SINGLE_REFERENCES], FULL_STREAMS, STREAMS], ids=["one", "two", "gaps"])
    def test_options_and_streams(self, name, options, streams):
        found = assert_equal_scores(name, options, PREDICTIONS, streams)
        assert found[0] == f"{name}Score"

    @every_metric
    def test_one_segment(self, name):
        for prediction, references in zip(PREDICTIONS, REFERENCES, strict=True):
            assert_equal_scores(name, {}, [prediction], [[text] for text in references])

    @every_metric
    def test_kept_references(self, name):
        for streams in [SINGLE_REFERENCES], FULL_STREAMS, STREAMS:
            metrics = [getattr(side, name)(references=streams) for side in SIDES]
            # The signature is known before anything is scored.
            assert len({str(metric.get_signature()) for metric in metrics}) == 1
            for predictions in PREDICTIONS, SINGLE_REFERENCES:
                mine, peer = (said(metric.corpus_score(predictions, None)) for metric in metrics)
                assert mine == peer
                # References that are passed go before, and are not kept.
                mine, peer = (said(metric.corpus_score(predictions, FULL_STREAMS)) for metric in metrics)
                assert mine == peer
                assert len({str(metric.get_signature()) for metric in metrics}) == 1

    @pytest.mark.parametrize("name", FUNCTIONS)
    def test_functions(self, name):
        mine, peer = (said(getattr(side, name)(PREDICTIONS, STREAMS)) for side in SIDES)
        assert mine == peer

    @pytest.mark.parametrize(
        ("name", "options"),
        [
            ("corpus_bleu", {"smooth_method": "floor", "smooth_value": 0.01, "force": True, "lowercase": True}),
            ("corpus_bleu", {"tokenize": "char", "use_effective_order": True}),
            ("raw_corpus_bleu", {"smooth_value": None}),
            ("corpus_chrf", {"remove_whitespace": False, "eps_smoothing": True, "word_order": 2, "beta": 3}),
            ("corpus_ter", {"normalized": True, "no_punct": True, "asian_support": True, "case_sensitive": True}),
        ],
    )
    def test_functions_with_options(self, name, options):
        mine, peer = (said(getattr(side, name)(PREDICTIONS, STREAMS, **options)) for side in SIDES)
        assert mine == peer

    @every_metric
    def test_other_sequences(self, name):
        two, streams = PREDICTIONS[:2], [SINGLE_REFERENCES[:2]]
        assert_equal_scores(name, {}, tuple(two), [tuple(stream) for stream in streams])
        assert_equal_scores(name, {}, UserList(two), UserList(UserList(stream) for stream in streams))
        # Texts where lists belong are taken character by character.
        assert_equal_scores(name, {}, "ab", ["ax"])

    @every_metric
    def test_what_is_longer_is_cut(self, name):
        for predictions, streams in [
            (PREDICTIONS[:3], FULL_STREAMS),
            (PREDICTIONS, [SINGLE_REFERENCES[:5]]),
            (PREDICTIONS, [SINGLE_REFERENCES, SINGLE_REFERENCES[:5]]),
            (PREDICTIONS[:1], STREAMS),
        ]:
            assert_equal_scores(name, {}, predictions, streams)

    @every_metric
    def test_segments_without_references(self, name):
        for predictions, streams in [
            (["a"], [[None]]),
            ([""], [[None]]),
            (["", "b c"], [[None, "b c"], [None, None]]),
            (["b c", "a"], [["b c", None]]),
        ]:
            assert_equal_scores(name, {}, predictions, streams)

    @settings(max_examples=150)
    @given(case=st.sampled_from(OPTIONS), corpus=corpora(), gaps=st.booleans())
    def test_odd_texts(self, case, corpus, gaps):
        predictions, references = corpus
        fill = None if gaps else ""
        streams = [list(stream) for stream in itertools.zip_longest(*references, fillvalue=fill)]
        if case[0] == "TER" and any(len(text) > 300 for text in predictions):
            predictions = [text[:300] for text in predictions]
        assert_equal_scores(*case, predictions, streams)


class TestSentenceScores:
    @every_option
    def test_options(self, name, options):
        for prediction, references in zip(PREDICTIONS, REFERENCES, strict=True):
            for given_as in references, (*references, None):
                assert_equal_scores(name, options, prediction, given_as, call="sentence_score")

    @pytest.mark.parametrize("name", SENTENCE_FUNCTIONS)
    def test_functions(self, name):
        for prediction, references in zip(PREDICTIONS, REFERENCES, strict=True):
            for given_as in references, tuple(references), [*references, None], UserList(references):
                mine, peer = (said(getattr(side, name)(prediction, given_as)) for side in SIDES)
                assert mine == peer

    @pytest.mark.parametrize(
        ("name", "options"),
        [
            ("sentence_bleu", {"smooth_method": "add-k"}),
            ("sentence_bleu", {"smooth_method": "add-k", "smooth_value": 1.0}),
            ("sentence_bleu", {"smooth_method": "add-k", "smooth_value": 1}),
            ("sentence_bleu", {"smooth_method": "none", "use_effective_order": False, "tokenize": "intl"}),
            ("sentence_bleu", {"lowercase": True, "tokenize": None}),
            ("sentence_chrf", {"char_order": 4, "word_order": 2, "beta": 1, "remove_whitespace": False}),
            ("sentence_ter", {"normalized": True, "no_punct": True}),
        ],
    )
    def test_functions_with_options(self, name, options):
        for prediction, references in zip(PREDICTIONS, REFERENCES, strict=True):
            mine, peer = (said(getattr(side, name)(prediction, references, **options)) for side in SIDES)
            assert mine == peer

    @settings(max_examples=150)
    @given(prediction=texts(), references=st.lists(texts(), min_size=1, max_size=3), name=st.sampled_from(METRICS))
    def test_odd_texts(self, prediction, references, name):
        assert_equal_scores(name, {}, prediction, references, call="sentence_score")

    def test_long_texts(self):
        prediction, reference = "a b c d " * 3000, "a b d c " * 3000
        assert_equal_scores("BLEU", {}, prediction, [reference], call="sentence_score")


class TestScoreObjects:
    def test_each_attribute_is_there_when_it_is_first_asked_for(self):
        expected = theirs.sentence_bleu("a cat sat here", ["a cat is here"])
        for name in vars(expected):
            score = ours.sentence_bleu("a cat sat here", ["a cat is here"])
            assert described(getattr(score, name)) == described(getattr(expected, name))
        with pytest.raises(AttributeError, match="'BLEUScore' object has no attribute 'nothing'"):
            _ = score.nothing
        with pytest.raises(AttributeError):
            _ = ours.sentence_bleu("a", ["a"]).nothing

    def test_what_is_set_stays(self):
        score = ours.sentence_bleu("a cat", ["a dog"])
        score.name, score._mean, score.more = "mine", 3.0, 1
        assert (score.counts, score.name, score._mean, score.more) == ([1, 0, 0, 0], "mine", 3.0, 1)

    def test_threads(self):
        scores = [ours.sentence_bleu("a cat sat here", ["a cat is here"]) for _ in range(200)]
        expected = ours.sentence_bleu("a cat sat here", ["a cat is here"]).format()
        with ThreadPoolExecutor(8) as pool:
            for asked in [pool.map(ours.BLEUScore.format, scores) for _ in range(8)]:
                assert {*asked} == {expected}

    @pytest.mark.parametrize("name", SENTENCE_FUNCTIONS)
    def test_copies(self, name):
        for change in copy.copy, copy.deepcopy, lambda score: pickle.loads(pickle.dumps(score)):
            score = getattr(ours, name)("a cat sat", ["a dog sat"])
            assert said(change(score)) == said(score)

    @every_metric
    def test_copies_of_metrics(self, name):
        metric = getattr(ours, name)(references=STREAMS)
        expected = said(metric.corpus_score(PREDICTIONS, None))
        for change in copy.copy, copy.deepcopy, lambda metric: pickle.loads(pickle.dumps(metric)):
            assert said(change(metric).corpus_score(PREDICTIONS, None)) == expected

    def test_made_by_hand(self):
        for side in SIDES:
            score = side.metrics.BLEUScore(20.5, [3, 1], [4, 3], [75.0, 33.3], 0.9, 4, 5)
            assert str(score) == "BLEU = 20.50 75.0/33.3 (BP = 0.900 ratio = 0.800 hyp_len = 4 ref_len = 5)"
            score = side.metrics.CHRFScore(20.5, 6, 2, 3)
            assert str(score) == "chrF3++ = 20.50"
            assert vars(side.metrics.TERScore(20.5, 3.0, 4.5))["num_edits"] == 3

    def test_json_needs_a_signature(self):
        for side in SIDES:
            with pytest.raises(ValueError, match="not enough values to unpack"):
                side.sentence_bleu("a", ["a"]).format(is_json=True)

    def test_signatures(self):
        for side in SIDES:
            with pytest.raises(ValueError, match="Number of references unknown, please evaluate the metric first"):
                side.BLEU().get_signature()
        infos = []
        for side in SIDES:
            metric = side.TER()
            metric.test_set, metric.langpair = "wmt20", "en-de"
            metric.corpus_score(["a"], [["a"]])
            signature = metric.get_signature()
            signature.update("subset", "x")
            signature.update("origlang", False)
            infos.append((signature.info, str(signature), signature.format(short=True)))
        assert infos[0] == infos[1]


class TestComputeBleu:
    @pytest.mark.parametrize("method", ["none", "exp", "floor", "add-k"])
    @pytest.mark.parametrize("effective", [False, True])
    def test_counts(self, method, effective):
        counts = [
            ([9, 7, 5, 3], [10, 8, 6, 4], 11, 11),
            ([9, 7, 0, 0], [10, 8, 6, 4], 11, 14),
            ([1, 0, 0, 0], [1, 0, 0, 0], 1, 3),
            ([0, 0, 0, 0], [4, 3, 2, 1], 4, 3),
            ([0, 1, 0, 0], [0, 3, 2, 1], 0, 3),
            ([0, 0, 0, 0], [0, 0, 0, 0], 0, 0),
        ]
        for value, (correct, total, *lengths) in itertools.product([None, 1, 0.25], counts):
            found = []
            for side in SIDES:
                lists = [[*correct], [*total]]
                score = side.BLEU.compute_bleu(*lists, *lengths, method, value, effective)
                # The lists themselves are what the score holds, smoothed.
                assert score.counts is lists[0]
                found.append(said(score))
            assert found[0] == found[1]

    @every_option
    def test_from_rows(self, name, options):
        found = []
        for side in SIDES:
            metric = getattr(side, name)(**options)
            rows = metric._extract_corpus_statistics(PREDICTIONS, STREAMS)
            one, both = metric._compute_score_from_stats([*rows[0]]), metric._aggregate_and_compute(rows)
            found.append([described(rows), said(one), said(both)])
        assert found[0] == found[1]

    @every_option
    def test_segment_by_segment(self, name, options):
        rows = []
        for side in SIDES:
            metric = getattr(side, name)(**options)
            found = []
            for prediction, references in zip(PREDICTIONS, REFERENCES, strict=True):
                known = metric._extract_reference_info([*map(metric._preprocess_segment, references)])
                found.append(metric._compute_segment_statistics(metric._preprocess_segment(prediction), known))
            rows.append(described(found))
        assert rows[0] == rows[1]


class TestErrors:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("a", [["a"], 3]),
            ("a", "a"),
            (["a"], "a"),
            (["a"], [[3]]),
            (["a"], [3]),
            (["a"], 3),
            (3, [["a"]]),
            ([3], [["a"]]),
            ([None], [["a"]]),
            (["a", None], [["a", "b"]]),
            (["a", 3], [["a", "b"]]),
            (["a", "b"], [["a", 3]]),
            (["a", "b"], [["a", ["b", "c"]]]),
            (["a", ["b"]], [["a", "b"]]),
            (["a", "b"], [["a", "b"], ["a", ["b"]]]),
            (iter(["a"]), [["a"]]),
            (["a"], iter([["a"]])),
            ({"a": 1}, [["a"]]),
            ([], [["a"]]),
            (["a"], []),
            (["a"], [[]]),
            (["a"], [["a"], []]),
            (["a"], None),
        ],
    )
    @every_metric
    def test_corpus(self, name, arguments):
        found = assert_equal_scores(name, {}, *arguments)
        if found[0] in {IndexError, RuntimeError, TypeError}:
            assert found[1]

    @pytest.mark.parametrize(
        "arguments", [(3, ["a"]), ("a", "a"), ("a", [3]), ("a", []), ("a", None), ("a", iter("a"))]
    )
    @every_metric
    def test_sentence(self, name, arguments):
        found = assert_equal_scores(name, {}, *arguments, call="sentence_score")
        assert found[0] in {TypeError, IndexError}
        one, other = (
            outcome(lambda side=side: getattr(side, f"sentence_{name.lower()}")(*arguments)) for side in SIDES
        )
        assert one == other

    def test_options(self):
        for options in {"smooth_method": "nothing"}, {"tokenize": "nothing"}, {"nothing": 1}:
            one, other = (outcome(lambda side=side, options=options: side.BLEU(**options)) for side in SIDES)
            assert one == other
            assert one[0] in {AssertionError, KeyError, TypeError}
        one, other = (outcome(lambda side=side: side.BLEU.compute_bleu([1], [1], 1, 1, "x")) for side in SIDES)
        assert one == other

    def test_empty_cache(self):
        for side in SIDES:
            with pytest.raises(RuntimeError, match="No references provided and the cache is empty"):
                side.CHRF(references=[[]]).corpus_score(["a"], None)


class TestWarnings:
    @pytest.fixture
    def warned(self, caplog):
        def run(call):
            messages = []
            for side in SIDES:
                caplog.clear()
                with caplog.at_level(logging.WARNING, "sacrebleu"):
                    call(side)
                messages.append([(one.name, one.levelname, one.getMessage()) for one in caplog.records])
            assert messages[0] == messages[1]
            return len(messages[0])

        return run

    def test_sentences_without_effective_order(self, warned):
        assert warned(lambda side: side.BLEU().sentence_score("a", ["a"])) == 1
        assert warned(lambda side: side.sentence_bleu("a", ["a"], use_effective_order=False)) == 1
        assert warned(lambda side: side.sentence_bleu("a", ["a"])) == 0

    def test_texts_that_look_tokenized(self, warned):
        texts = ["a b ."] * 100
        assert warned(lambda side: side.corpus_bleu(texts, [texts])) == 3
        assert warned(lambda side: side.corpus_bleu(texts, [texts, [None] * 100])) == 3
        assert warned(lambda side: side.corpus_bleu(texts[1:], [texts])) == 0
        assert warned(lambda side: side.corpus_bleu(texts, [texts], force=True)) == 0
        assert warned(lambda side: side.corpus_chrf(texts, [texts])) == 0

    @pytest.mark.parametrize("language", ["zh", "ja", "ko", "de"])
    def test_tokenizers_that_do_not_suit(self, warned, language):
        assert warned(lambda side: side.BLEU(trg_lang=language, tokenize="13a")) == (language != "de")
        assert warned(lambda side: side.BLEU(trg_lang=language, tokenize="zh")) == (language in {"ja", "ko"})


class TestSamples:
    @every_metric
    def test_interval(self, name):
        scores, signatures = [], []
        for side in SIDES:
            metric = getattr(side, name)()
            scores.append(metric.corpus_score(PREDICTIONS, FULL_STREAMS, n_bootstrap=60))
            signatures.append(metric.get_signature())
        mine, peer = scores
        assert mine.score == peer.score
        assert (mine._mean, mine._ci) == (peer._mean, peer._ci)
        assert (type(mine._mean), type(mine._ci)) == (type(peer._mean), type(peer._ci))
        assert "bs:60|seed:12345" in str(signatures[0])
        assert str(signatures[0]) == str(signatures[1])
        for options in {}, {"score_only": True}, {"signature": str(signatures[0]), "is_json": True}:
            assert mine.format(**options) == peer.format(**options)

    @pytest.mark.parametrize("seed", ["7", "None"])
    def test_seed(self, monkeypatch, seed):
        monkeypatch.setenv("SACREBLEU_SEED", seed)
        scores = []
        for side in SIDES:
            metric = side.BLEU()
            scores.append(metric.corpus_score(PREDICTIONS, [SINGLE_REFERENCES], n_bootstrap=200)._mean)
            assert metric.seed == seed.lower()
        assert scores[0] == scores[1] if seed == "7" else scores[0] == pytest.approx(scores[1], rel=0.5)

    @pytest.mark.parametrize("smooth_method", ["exp", "add-k"])
    def test_samples_are_scores(self, smooth_method):
        metric = ours.BLEU(smooth_method=smooth_method)
        rows = metric._extract_corpus_statistics(PREDICTIONS, [SINGLE_REFERENCES])
        seed, samples = ours.significance._bootstrap_resample(rows, metric, 20)
        peer = theirs.BLEU(smooth_method=smooth_method)
        theirs_seed, expected = theirs.significance._bootstrap_resample(rows, peer, 20)
        assert seed == theirs_seed
        for one, other in zip(samples, expected, strict=True):
            assert isinstance(one, BLEUScore)
            assert vars(one).keys() == vars(other).keys()
            for name, value in vars(other).items():
                found = getattr(one, name)
                assert type(found) in {type(value), list}
                assert [*found] == [*value] if name in {"counts", "totals"} else found == value

    @pytest.mark.parametrize("largest", [1, 3, 60, 10**7])
    @pytest.mark.parametrize(
        ("name", "options"),
        [
            *[("BLEU", {"smooth_method": method}) for method in ("exp", "floor", "add-k", "none")],
            ("BLEU", {"effective_order": True}),
            ("BLEU", {"smooth_method": "add-k", "smooth_value": 0.3, "max_ngram_order": 2}),
            ("CHRF", {}),
            ("CHRF", {"word_order": 2, "beta": 3}),
            ("CHRF", {"eps_smoothing": True, "beta": 0.5}),
            ("TER", {}),
        ],
    )
    def test_arithmetic(self, name, options, largest):
        # Sums of few and of many, nothing at all, and more than a float32 holds to the unit.
        metrics = [getattr(side, name)(**options) for side in SIDES]
        columns = {
            "BLEU": 2 + 2 * getattr(metrics[0], "max_ngram_order", 0),
            "CHRF": 3 * getattr(metrics[0], "order", 0),
            "TER": 2,
        }[name]
        draw = np.random.default_rng(largest)
        for count in 2, 40:
            rows = draw.integers(largest + 1, size=(count, columns)) * (draw.random((count, columns)) < 0.5)
            if name == "TER":
                rows = rows + np.array([0, 1 / 3])
            found, expected = (
                [one.score for one in side.significance._bootstrap_resample(rows.tolist(), metric, 50)[1]]
                for side, metric in zip(SIDES, metrics, strict=True)
            )
            assert repr(found) == repr(expected)

    @pytest.mark.parametrize("name", ["CHRF", "TER"])
    def test_some_samples_have_no_tokens(self, name):
        given = ["a b", ""], [["a c", ""]]
        with pytest.raises(TypeError, match="don't know how to coerce"):
            getattr(theirs, name)().corpus_score(*given, n_bootstrap=30)
        score = getattr(ours, name)().corpus_score(*given, n_bootstrap=30)
        assert 0 < score._mean < 100
        assert score._ci > 0

    def test_estimate_ci(self):
        scores = np.random.default_rng(1).normal(size=100)
        assert ours.significance.estimate_ci(scores) == theirs.significance.estimate_ci(scores)
        for difference in 0.1, 1.0, 9.0:
            mine, peer = (side.significance._compute_p_value(scores, difference) for side in SIDES)
            assert mine == peer


SYSTEMS = [
    ("base", PREDICTIONS * 3),
    ("worse", [text[: len(text) // 2] for text in PREDICTIONS * 3]),
    ("other", [text.replace("the", "a") for text in PREDICTIONS * 2] + PREDICTIONS),
    ("same", PREDICTIONS * 3),
]
SYSTEM_STREAMS = [stream * 3 for stream in FULL_STREAMS]


class TestPairedTest:
    def run(self, side, *more, kept=False, **options):
        given = {"references": SYSTEM_STREAMS} if kept else {}
        metrics = {name: getattr(side.metrics, name)(**given) for name in METRICS}
        metrics["chars"] = side.BLEU(smooth_method="add-k", smooth_value=2.5, max_ngram_order=2, **given)
        test = side.significance.PairedTest(SYSTEMS, metrics, None if kept else SYSTEM_STREAMS, *more, **options)
        signatures, scores = test()
        assert scores.pop("System") == [name for name, _ in SYSTEMS]
        return {name: signature.format() for name, signature in signatures.items()}, scores

    @pytest.mark.parametrize(
        "options",
        [
            {"n_samples": 200},
            {"test_type": "ar", "n_samples": 100, "n_ar_confidence": 50},
            {"test_type": "bs", "n_samples": 200},
            {"test_type": "bs", "n_samples": 50, "kept": True, "n_jobs": 2},
        ],
    )
    @pytest.mark.parametrize("seed", ["12345", "3"])
    def test_equal(self, monkeypatch, options, seed):
        monkeypatch.setenv("SACREBLEU_SEED", seed)
        (mine, results), (peer, expected) = (self.run(side, **options) for side in SIDES)
        assert mine == peer
        assert list(results) == list(expected)
        for name, found in results.items():
            for one, other in zip(found, expected[name], strict=True):
                assert type(one).__name__ == type(other).__name__
                assert vars(one) == vars(other), name
                assert repr(one) == repr(other)

    @pytest.mark.parametrize("references", [1, 3, 5])
    def test_ties(self, references):
        for seed in range(40):
            draw = random.Random(seed)
            text = lambda: " ".join(draw.choices("abcde", k=draw.randint(1, 9)))  # noqa: B023, E731
            streams = [[text() for _ in range(4)] for _ in range(references)]
            base = [text() for _ in range(4)]
            systems = [("a", base), ("b", [text(), *base[1:]])]
            found, expected = (
                repr(side.significance.PairedTest(systems, {"t": side.TER()}, streams, n_samples=60)()[1])
                for side in SIDES
            )
            assert found == expected

    def test_lengths(self):
        systems = [("a", ["a b"]), ("b", ["a b", "c", "d"])]
        for side in SIDES:
            test = side.significance.PairedTest(systems, {"m": side.BLEU()}, [["a b", "c", "d"]])
            with pytest.raises(ValueError):  # noqa: PT011  # NumPy's words, of matmul
                test()

    def test_without_a_seed(self, monkeypatch):
        monkeypatch.setenv("SACREBLEU_SEED", "none")
        signatures, scores = self.run(ours, n_samples=50)
        assert "seed:none" in signatures["BLEU"]
        assert scores["BLEU"][1].p_value < 0.5

    def test_defaults(self):
        for side in SIDES:
            given = SYSTEMS[:1], {}, SYSTEM_STREAMS
            test = side.significance.PairedTest(*given, n_ar_confidence=0)
            assert (test.n_samples, test.n_ar_confidence, test.n_systems) == (10000, 1000, 0)
            assert side.significance.PairedTest(*given, "bs").n_samples == 1000
            with pytest.raises(AssertionError, match="Unknown test type 'x'"):
                side.significance.PairedTest(*given, "x")

    def test_results(self):
        for side in SIDES:
            assert repr(side.significance.Result(1.5, mean=2.0)) == "score=1.5,p_value=None,mean=2.0,ci=None"

    def test_metrics_of_other_makes(self):
        found = []
        for side in SIDES:
            metrics = {"theirs": theirs.BLEU(), "mine": longest(side)()}
            for test_type in "ar", "bs":
                test = side.significance.PairedTest(SYSTEMS[:2], metrics, SYSTEM_STREAMS, test_type, n_samples=40)
                found.append(
                    {name: [one.p_value for one in results] for name, results in test()[1].items() if name != "System"}
                )
        assert found[:2] == found[2:]


@every_metric
def test_derived_scores_are_asked_for(name):
    results = []
    for side in SIDES:
        kind = getattr(side.metrics, name)

        class Derived(kind):
            def _compute_score_from_stats(self, stats):
                score = super()._compute_score_from_stats(stats)
                score.score = float(stats[0]) / 2
                return score

        metric = Derived()
        test = side.significance.PairedTest(SYSTEMS[:2], {"m": metric}, SYSTEM_STREAMS, "bs", n_samples=20)
        results.append(
            [
                metric.sentence_score("a b c", ["a c"]).score,
                metric.corpus_score(PREDICTIONS, FULL_STREAMS).score,
                metric.corpus_score(PREDICTIONS, FULL_STREAMS, n_bootstrap=20)._mean,
                repr(test()),
            ]
        )
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("name", "method"), [("BLEU", "compute_bleu"), ("CHRF", "_compute_f_score"), ("BLEU", None), ("CHRF", None)]
)
def test_what_makes_a_score_may_be_replaced(name, method):
    results = []
    for side in SIDES:
        kind = getattr(side.metrics, name)
        if method is None:
            # in one object
            metric = kind()
            original = metric._compute_score_from_stats
            metric._compute_score_from_stats = lambda stats, original=original: tenth(original(stats))
        else:
            original = getattr(kind, method)
            replaced = lambda *given, original=original, **options: tenth(original(*given, **options))  # noqa: E731
            metric = type(name, (kind,), {method: staticmethod(replaced) if name == "BLEU" else replaced})()
        found = metric.corpus_score(PREDICTIONS, FULL_STREAMS, n_bootstrap=20)
        results.append([found.score, found._mean, found._ci, metric.sentence_score("a b c", ["a c"]).score])
        for test_type in "ar", "bs":
            test = side.significance.PairedTest(SYSTEMS[:3], {"m": metric}, SYSTEM_STREAMS, test_type, n_samples=20)
            results[-1].append(repr(test()[1]))
    assert results[0] == results[1]


def tenth(score):
    if not hasattr(score, "score"):
        return score / 10
    score.score /= 10
    return score


def test_a_score_stays_as_it_is():
    scores = []
    for side in SIDES:
        metric = side.BLEU(effective_order=True)
        scores.append(metric.sentence_score("a b c d e", ["a b c d"]))
        metric.max_ngram_order, metric.effective_order, metric.smooth_method = 2, False, "none"
    assert vars(scores[0]) == vars(scores[1])


def test_attributes_of_a_sentence_score_are_in_order():
    mine, peer = (vars(side.sentence_bleu("a b c", ["a c"])) for side in SIDES)
    assert [*mine.items()] == [*peer.items()]


def longest(side):
    """Return a metric that somebody has derived: the share of texts that are longer than each of their references."""
    base = side.metrics.base

    class Longest(base.Metric):
        _SIGNATURE_TYPE = base.Signature

        def _preprocess_segment(self, sent):
            return sent.strip()

        def _extract_reference_info(self, refs):
            return {"length": max(map(len, refs))}

        def _compute_segment_statistics(self, hypothesis, ref_kwargs):
            return [int(len(hypothesis) > ref_kwargs["length"]), 1]

        def _compute_score_from_stats(self, stats):
            return base.Score("longest", float(100 * stats[0] / stats[1]))

        def _aggregate_and_compute(self, stats):
            return self._compute_score_from_stats([sum(column) for column in zip(*stats, strict=True)])

    return Longest


def test_derived_metrics():
    found = []
    for side in SIDES:
        metric = longest(side)()
        scores = [metric.corpus_score(PREDICTIONS, STREAMS), metric.sentence_score("abc", ["a", None])]
        sampled = metric.corpus_score(PREDICTIONS, STREAMS, n_bootstrap=30)
        metric._ref_cache = metric._cache_references(FULL_STREAMS)
        scores.append(metric.corpus_score(PREDICTIONS, None))
        found.append([*map(said, scores), sampled.format(), str(metric.get_signature())])
        for arguments in (["a", None], [["a", "b"]]), (["a"], None):
            metric._ref_cache = None
            found[-1].append(outcome(lambda metric=metric, arguments=arguments: metric.corpus_score(*arguments)))
    assert found[0] == found[1]


class TestTokenizers:
    @pytest.mark.parametrize("name", ["13a", "intl", "zh", "char", "none"])
    def test_of_bleu(self, name):
        mine, peer = (side.BLEU(tokenize=name).tokenizer for side in SIDES)
        assert (type(mine).__name__, mine.signature()) == (type(peer).__name__, peer.signature())
        for text in PREDICTIONS + SINGLE_REFERENCES:
            assert mine(text) == peer(text)
            metrics = [side.BLEU(tokenize=name, lowercase=True) for side in SIDES]
            assert metrics[0]._preprocess_segment(text) == metrics[1]._preprocess_segment(text)

    @pytest.mark.parametrize("name", ["ja-mecab", "ko-mecab"])
    def test_that_need_a_library(self, name):
        mine, peer = (side.BLEU(tokenize=name).tokenizer for side in SIDES)
        assert (type(mine).__name__, mine.signature()) == (type(peer).__name__, peer.signature())
        assert_equal_scores("BLEU", {"trg_lang": name[:2]}, PREDICTIONS, STREAMS)
        assert_equal_scores("BLEU", {"tokenize": name}, PREDICTIONS[0], REFERENCES[0], call="sentence_score")

    def test_by_the_path_of_a_model(self, tmp_path):
        train(tmp_path / "own.model")
        bleu = ours.BLEU(tokenize=str(tmp_path / "own.model"))
        expected = rapidscore.BLEU(tokenize=str(tmp_path / "own.model")).score(PREDICTIONS, SINGLE_REFERENCES)
        assert bleu.corpus_score(PREDICTIONS, [SINGLE_REFERENCES]).score == expected.score
        assert "tok:own.model" in str(bleu.get_signature())

    @pytest.mark.parametrize("options", TER_OPTIONS)
    def test_of_ter(self, options):
        mine, peer = (side.tokenizers.tokenizer_ter.TercomTokenizer(**options) for side in SIDES)
        assert mine.signature() == peer.signature()
        for text in PREDICTIONS + SINGLE_REFERENCES:
            assert mine(text) == peer(text)

    def test_all_are_where_theirs_are(self):
        assert theirs.metrics.bleu._TOKENIZERS == _named.BY_NAME
        with pytest.raises(NotImplementedError):
            ours.tokenizers.tokenizer_base.BaseTokenizer()("a")
        with pytest.raises(NotImplementedError):
            ours.tokenizers.tokenizer_base.BaseTokenizer().signature()

    def test_set_afterwards(self):
        found = []
        for side in SIDES:
            metric = side.BLEU()
            metric.tokenizer = lambda text: text.replace("e", " e ")
            found.append(said(metric.corpus_score(PREDICTIONS, STREAMS), metric.get_signature()))
        assert found[0] == found[1]

    def test_functions_of_users(self):
        bleu = ours.BLEU(tokenize=str.split)
        score = bleu.corpus_score(PREDICTIONS, STREAMS)
        assert said(score) == said(theirs.BLEU(tokenize="none").corpus_score(PREDICTIONS, STREAMS))
        assert "tok:split" in str(bleu.get_signature())
        assert bleu.tokenizer("a  b") == "a b"


def test_options_set_afterwards():
    for name, option, value in [
        ("BLEU", "lowercase", True),
        ("BLEU", "smooth_method", "floor"),
        ("BLEU", "max_ngram_order", 2),
        ("CHRF", "beta", 1),
    ]:
        found = []
        for side in SIDES:
            metric = getattr(side, name)()
            metric.corpus_score(PREDICTIONS, STREAMS)
            setattr(metric, option, value)
            found.append(said(metric.corpus_score(PREDICTIONS, STREAMS), metric.get_signature()))
        assert found[0] == found[1]


@given(line=texts(), order=st.integers(1, 4), whitespace=st.booleans())
def test_ngrams(line, order, whitespace):
    peer = theirs.metrics.helpers
    assert helpers.extract_all_word_ngrams(line, 1, order) == peer.extract_all_word_ngrams(line, 1, order)
    assert ours.extract_word_ngrams(line.split(), order) == theirs.extract_word_ngrams(line.split(), order)
    assert ours.extract_char_ngrams(line, order, whitespace) == theirs.extract_char_ngrams(line, order, whitespace)
    assert helpers.extract_all_char_ngrams(line, order, whitespace) == peer.extract_all_char_ngrams(
        line, order, whitespace
    )


class TestWhatIsNotOurs:
    def test_is_handed_over(self):
        for name in ours._DEFINED_IN:
            assert getattr(ours, name) is getattr(theirs, name)
        from rapidscore.compat.sacrebleu.dataset import DATASETS
        from rapidscore.compat.sacrebleu.utils import get_available_testsets

        assert DATASETS is theirs.DATASETS
        assert get_available_testsets is theirs.utils.get_available_testsets
        with pytest.raises(AttributeError, match=r"module 'rapidscore\.compat\.sacrebleu' has no attribute 'nothing'"):
            _ = ours.nothing
        with pytest.raises(AttributeError, match=r"no attribute 'nothing', nor has sacrebleu\.utils"):
            _ = ours.utils.nothing

    def test_modules_are_there(self):
        code = (
            "import rapidscore.compat.sacrebleu as s, rapidscore.compat.nltk as n, rapidscore.compat.sklearn as k\n"
            "import rapidscore.compat.fairlearn as f\n"
            "print(s.utils.sum_of_lists([[1], [2]]), len(s.dataset.DATASETS) > 9)\n"
            "print(n.translate.bleu_score.sentence_bleu([[*'abcd']], [*'abcd']), k.metrics.f1_score([1], [1]))\n"
            "print(f.metrics.selection_rate([1], [1]))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.stdout == "[3] True\n1.0 1.0\n1.0\n", done.stderr

    def test_sacrebleu_is_not_needed(self):
        code = """if True:
            import sys
            class Nothing:
                def find_spec(self, name, *_):
                    if name.partition(".")[0] == "sacrebleu":
                        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            sys.meta_path.insert(0, Nothing())
            import rapidscore.compat.sacrebleu as sacrebleu
            assert sacrebleu.sentence_bleu("a b", ["a b"]).bp == 1
            assert sacrebleu.corpus_ter(["a b"], [["a c"]]).score == 50
            sacrebleu.CHRF().corpus_score(["a b", "c"], [["a c", None], ["b", "c"]], n_bootstrap=9).format()
            try:
                sacrebleu.DATASETS
            except ModuleNotFoundError as error:
                assert "pip install sacrebleu" in str(error), error
            else:
                raise AssertionError
            assert not any(name.partition(".")[0] == "sacrebleu" for name in sys.modules)
        """
        assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
