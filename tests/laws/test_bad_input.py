"""Nothing is dropped silently: which inputs raise errors, with which words, and which are accepted."""

from collections import OrderedDict
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest
from support.corpus import PREDICTIONS, SINGLE_REFERENCES
from support.metrics import LABEL_METRICS, LOGIT_METRICS, every_text_metric, rows, short_name
from support.names import plain
from support.outcomes import raises_with_words

from rapidscore import BLEU, ROUGE, set_num_threads


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


# Predictions, references, the exception, and the words in its message.
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


class TestErrors:
    @every_text_metric
    @pytest.mark.parametrize(("predictions", "references", "exception", "words"), BAD_SEGMENTS)
    def test_bad_segments(self, metric, predictions, references, exception, words):
        meter = metric.accumulator()
        meter.update(["a b"], ["a c"])
        before = meter.total.to_bytes()
        for method in metric.score, metric.segment_scores, metric.statistics, meter.update:
            with raises_with_words(exception, words):
                method(predictions, references)
        assert meter.total.to_bytes() == before

    @pytest.mark.parametrize(
        ("options", "exception", "words"),
        [
            ({"tokenize": "13b"}, ValueError, ["tokenize", "13b", "'13a', 'intl', 'zh', 'char', 'none', 'ja-mecab'"]),
            ({"tokenize": ""}, ValueError, ["tokenize", "'13a', 'intl', 'zh', 'char', 'none'"]),
            ({"tokenize": "given"}, ValueError, ["tokenize", "given"]),
            ({"tokenize": 3}, TypeError, ["int"]),
            ({"tokenize": ["13a"]}, TypeError, ["list"]),
            ({"tokenize": "ja"}, ValueError, ['"ja"', "'ja-mecab', 'ko-mecab', 'flores101', 'flores200', 'spBLEU-1K'"]),
            ({"tokenize": Path("a.model")}, TypeError, ["Path", "a.model", "as a str"]),
            ({"trg_lang": 3}, TypeError, ["int"]),
            ({"smooth_method": "expo"}, ValueError, ["smooth_method", "expo", "'exp', 'floor', 'add-k', 'none'"]),
            ({"smooth_method": None}, TypeError, ["None"]),
            ({"smooth_method": "floor", "smooth_value": nan}, ValueError, ["smooth_value", "nan"]),
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
        with raises_with_words(exception, words):
            BLEU(**options)

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
        ids=plain,
    )
    def test_bad_options_of_rouge(self, options, exception, words):
        with raises_with_words(exception, words):
            ROUGE(**options)

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
            with raises_with_words(TypeError, ["'some text'", *words]):
                metric.score(["some text"], ["x"])

    @pytest.mark.parametrize("count", [1, 5000])
    def test_exceptions_of_custom_tokenizers(self, count, threads):
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
    @every_text_metric
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

    @every_text_metric
    def test_single_reference(self, metric):
        alone = metric.statistics(PREDICTIONS, SINGLE_REFERENCES)
        assert alone == metric.statistics(PREDICTIONS, [[text] for text in SINGLE_REFERENCES])
        mixed = [text if at % 2 else [text] for at, text in enumerate(SINGLE_REFERENCES)]
        assert alone == metric.statistics(PREDICTIONS, mixed)


@pytest.mark.parametrize("metric", [*LABEL_METRICS, *LOGIT_METRICS], ids=short_name)
def test_tokens_of_metrics_of_numbers(metric):
    assert not hasattr(metric, "tokens")
