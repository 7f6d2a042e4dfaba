"""Prepared references give the same scores as references, to the bit."""

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest
from hypothesis import given
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES
from support.metrics import (
    LABEL_METRICS,
    LOGIT_METRICS,
    TEXT_METRICS,
    every_text_metric,
    many,
    rows,
    score_bits,
    short_name,
)
from support.strategies import corpora

from rapidscore import BLEU, CER, ROUGE, TER, WER, PreparedReferences


def all_ways(metric, predictions, references):
    """Return all values of segments and their references."""
    statistics = metric.statistics(predictions, references)
    meter = metric.accumulator()
    meter.update(predictions, references)
    return (
        score_bits(metric.score(predictions, references)),
        {name: values.tobytes() for name, values in metric.segment_scores(predictions, references).items()},
        rows(statistics),
        # The signature of a slice gives the number of references of each segment.
        [score_bits(statistics[at].score()) for at in range(min(3, len(statistics)))],
        meter.total.to_bytes(),
    )


class TestResults:
    @every_text_metric
    @pytest.mark.parametrize("references", [REFERENCES, SINGLE_REFERENCES], ids=["several", "one"])
    def test_equal_to_references(self, metric, references):
        prepared = metric.prepare(references)
        expected = all_ways(metric, PREDICTIONS, references)
        for _ in range(2):
            assert all_ways(metric, PREDICTIONS, prepared) == expected

    @every_text_metric
    def test_number_of_threads(self, metric, threads):
        predictions, references = many()
        prepared = metric.prepare(references)
        for number in 1, 3:
            threads(number)
            assert all_ways(metric, predictions, prepared) == all_ways(metric, predictions, references)

    @every_text_metric
    @given(corpus=corpora(max_size=3))
    def test_odd_texts(self, metric, corpus):
        predictions, references = corpus
        prepared = metric.prepare(references)
        assert all_ways(metric, predictions, prepared) == all_ways(metric, predictions, references)

    @pytest.mark.parametrize("metric", [WER(), CER()], ids=short_name)
    def test_tokens(self, metric):
        predictions = [["a", "b c"], [1, 2**70, -3], [], ["w" * 20, "w" * 21]]
        references = [["a", "b"], [[1, 2**70], ["a"]], [3], ["w" * 21]]
        prepared = metric.prepare(references, tokenized=True)
        assert all_ways(metric, predictions, prepared) == all_ways(metric, predictions, references)

    def test_equal_metrics(self):
        prepared = ROUGE().prepare(SINGLE_REFERENCES)
        assert score_bits(ROUGE().score(PREDICTIONS, prepared)) == score_bits(
            ROUGE().score(PREDICTIONS, SINGLE_REFERENCES)
        )

    def test_nothing_is_read_again(self):
        seen = []

        def tokenize(text):
            seen.append(text)
            return text.split()

        metric = BLEU(tokenize=tokenize)
        prepared = metric.prepare(["a b", ["c", "d"]])
        assert seen == ["a b", "c", "d"]
        for _ in range(2):
            seen.clear()
            metric.score(["x", "y"], prepared)
            assert seen == ["x", "y"]


class TestSelection:
    @every_text_metric
    @pytest.mark.parametrize(
        "index",
        [slice(2, 9), slice(None, None, -2), [3, 3, 0], np.arange(len(REFERENCES)) % 2 == 0, [], 5, -1, np.int64(2)],
        ids=repr,
    )
    def test_selected_references(self, metric, index):
        # NumPy converts an empty list to floats.
        positions = np.array(index, int) if isinstance(index, list) else index
        at = np.atleast_1d(np.arange(len(REFERENCES))[positions]).tolist()
        selected = metric.prepare(REFERENCES)[index]
        assert len(selected) == len(at)
        predictions, references = [PREDICTIONS[i] for i in at], [REFERENCES[i] for i in at]
        assert rows(metric.statistics(predictions, selected)) == rows(metric.statistics(predictions, references))

    @pytest.mark.parametrize("index", [99, -99, [99], "a", 1.5, [0.5], None, [True], [[0]], True, ...], ids=repr)
    def test_bad_indices(self, index):
        with pytest.raises((IndexError, TypeError)):
            BLEU().prepare(REFERENCES)[index]

    def test_repr(self):
        prepared = BLEU(lowercase=True).prepare(REFERENCES)
        assert isinstance(prepared, PreparedReferences)
        assert repr(prepared) == f"<PreparedReferences of {BLEU(lowercase=True)!r}: {len(REFERENCES)} segments>"
        assert len(prepared[:0]) == 0


class TestErrors:
    @every_text_metric
    def test_references_of_another_metric(self, metric):
        prepared = metric.prepare(["a"])
        for other in TEXT_METRICS:
            if other == metric:
                continue
            for call in other.score, other.segment_scores, other.statistics, other.accumulator().update:
                with pytest.raises(ValueError, match=r"prepared by .*, not by .*: prepare them"):
                    call(["a"], prepared)

    @every_text_metric
    def test_unequal_lengths(self, metric):
        prepared = metric.prepare(["a", "b"])
        for call in metric.score, metric.segment_scores, metric.statistics:
            with pytest.raises(ValueError, match="1 predictions but 2 prepared references"):
                call(["a"], prepared)

    @pytest.mark.parametrize("metric", [*LABEL_METRICS, *LOGIT_METRICS], ids=short_name)
    def test_metrics_of_numbers(self, metric):
        assert not hasattr(metric, "prepare")

    @every_text_metric
    @pytest.mark.parametrize(
        ("references", "exception", "words"),
        [
            ("a", TypeError, "references must be .*, not str"),
            (None, TypeError, "references must be .*, not NoneType"),
            ({"a"}, TypeError, "references must be .*, not set"),
            (["a", None], TypeError, r"references\[1\]"),
            (["a", ["b", 3]], TypeError, r"references\[1\]\[1\] is int, not str"),
            (["a", []], ValueError, r"references\[1\] is empty"),
        ],
        ids=repr,
    )
    def test_not_references(self, metric, references, exception, words):
        with pytest.raises(exception, match=words):
            metric.prepare(references)

    @pytest.mark.parametrize("metric", [WER(), CER()], ids=short_name)
    def test_tokens_with_texts(self, metric):
        texts, tokens = metric.prepare(["a", "b"]), metric.prepare([["a"], ["b"]], tokenized=True)
        with pytest.raises(TypeError, match=r"predictions\[1\] is a list of tokens, but .* prepared as texts"):
            metric.score(["a", ["b"]], texts)
        with pytest.raises(TypeError, match=r"predictions\[0\] is a str, but .* prepared as tokens"):
            metric.score(["a", ["b"]], tokens)
        with pytest.raises(TypeError, match=r"references\[0\]"):
            metric.prepare(["a"], tokenized=True)

    def test_tokens_without_texts(self):
        with pytest.raises(TypeError):
            TER().prepare(["a"], tokenized=True)

    def test_pickles(self):
        # Other processes prepare references themselves.
        with pytest.raises(TypeError):
            pickle.dumps(BLEU().prepare(["a"]))

    def test_texts_are_released(self):
        class Text(str):
            """A str that supports weak references."""

        text = Text("a b")
        gone = weakref.ref(text)
        prepared = BLEU().prepare([text])
        del text
        gc.collect()
        assert gone() is None
        assert len(copy.copy(prepared)) == 1
