"""Scores of all pairs equal the scores of single pairs, to the bit."""

import itertools
import random

import jiwer
import numpy as np
import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st
from rouge_score import rouge_scorer
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES
from support.effort import examples
from support.metrics import (
    LABEL_METRICS,
    LOGIT_METRICS,
    TEXT_METRICS,
    Characters,
    every_text_metric,
    many,
    short_name,
)
from support.strategies import LENGTHS, WORDS, pieces, texts

from rapidscore import BLEU, CER, CHRF, ROUGE, TER, WER

#: Every segment score of every metric.
SCORES = [(metric, value) for metric in TEXT_METRICS for value in metric.segment_scores([], [])]
every_score = pytest.mark.parametrize(
    ("metric", "value"), SCORES, ids=[f"{short_name(metric)} {value}" for metric, value in SCORES]
)


def one_by_one(metric, predictions, references, value):
    """Return the scores by one call for each pair."""
    scores = [
        [metric.segment_scores([prediction], [reference])[value][0] for reference in references]
        for prediction in predictions
    ]
    return np.array(scores).reshape(len(predictions), len(references))


def bits(scores):
    assert scores.dtype == np.float64
    return scores.shape, scores.tobytes()


def sentences(count, seed=1, words=("a", "b", "the", "cat", "w" * 17, "猫", "\ud800")):
    choose = random.Random(seed)
    return [" ".join(choose.choices(words, k=choose.randrange(30))) for _ in range(count)]


@st.composite
def few(draw):
    """Return odd texts and texts that share many words."""
    vocabulary = draw(st.lists(pieces | st.sampled_from(WORDS), min_size=1, max_size=5))
    choose = random.Random(draw(st.integers(0, 2**32)))
    alike = [" ".join(choose.choices(vocabulary, k=choose.choice(LENGTHS[:9]))) for _ in range(2)]
    return alike + draw(st.lists(texts(), max_size=2))


class TestEveryPair:
    @every_score
    @pytest.mark.parametrize("references", [REFERENCES, SINGLE_REFERENCES], ids=["several", "one"])
    def test_two_lists(self, metric, value, references):
        expected = one_by_one(metric, PREDICTIONS, references, value)
        assert bits(metric.pairwise(PREDICTIONS, references, value=value)) == bits(expected)
        assert bits(metric.pairwise(PREDICTIONS, metric.prepare(references), value=value)) == bits(expected)

    @every_score
    def test_one_list(self, metric, value):
        expected = one_by_one(metric, PREDICTIONS, PREDICTIONS, value)
        assert bits(metric.pairwise(PREDICTIONS, value=value)) == bits(expected)
        assert bits(metric.pairwise(PREDICTIONS, PREDICTIONS, value=value)) == bits(expected)

    @every_score
    @examples(25)
    @given(predictions=few(), references=few())
    def test_odd_texts(self, metric, value, predictions, references):
        expected = one_by_one(metric, predictions, references, value)
        assert bits(metric.pairwise(predictions, references, value=value)) == bits(expected)
        expected = one_by_one(metric, predictions, predictions, value)
        assert bits(metric.pairwise(predictions, value=value)) == bits(expected)

    @pytest.mark.parametrize(
        "metric",
        [BLEU(), CHRF(word_order=2), ROUGE(("rouge2",)), ROUGE(("rougeL",)), WER(), CER()],
        ids=short_name,
    )
    def test_long_texts(self, metric):
        # Around the widths of all bitmaps, 64 to 1024, and beyond.
        choose = random.Random(5)
        lengths = [*LENGTHS, 1023, 1024, 1025, 1100]
        long = [" ".join(choose.choices(["a", "b", "cc", "ddd"], k=length)) for length in lengths]
        long += ["".join(choose.choices("ab ", k=length)).strip() for length in lengths]
        value = metric._core.segment_score_names()[0]
        chosen = [*range(0, len(long), 5), 20, 21, 42, 43]
        expected = one_by_one(metric, [long[at] for at in chosen], long, value)
        assert bits(metric.pairwise([long[at] for at in chosen], long)) == bits(expected)
        assert bits(metric.pairwise(long)[chosen]) == bits(expected)

    @pytest.mark.parametrize("metric", [BLEU(tokenize="char"), CHRF(char_order=2)], ids=short_name)
    def test_counts_beyond_16_bits(self, metric):
        # Counts are kept in 16 bits, which two longer texts may exceed.
        long = ["a" * 70_000, "a" * 66_000 + "b", "a" * 65_535, "ab"]
        value = metric._core.segment_score_names()[0]
        expected = one_by_one(metric, long, long, value)
        assert bits(metric.pairwise(long)) == bits(expected)
        assert bits(metric.pairwise(long, long)) == bits(expected)

    @pytest.mark.parametrize("metric", [BLEU(), CHRF(), ROUGE(("rouge1",))], ids=short_name)
    def test_many_texts(self, metric):
        references = sentences(4100, words="abcdefgh")
        predictions = sentences(3, seed=2, words="abcdefgh")
        value = metric._core.segment_score_names()[0]
        scores = metric.pairwise(predictions, references)
        for row, prediction in zip(scores, predictions, strict=True):
            expected = metric.segment_scores([prediction] * 4100, references)[value]
            assert row.tobytes() == expected.tobytes()
        assert bits(metric.pairwise(references)[::1000]) == bits(metric.pairwise(references[::1000], references))

    @pytest.mark.parametrize("orders", list(itertools.product(range(4), range(3)))[1:])
    def test_texts_without_characters(self, orders):
        metric = CHRF(*orders, eps_smoothing=True)
        odd = ["", " ", "a", "ab", "a b", "a b c d"]
        expected = one_by_one(metric, odd, odd, metric._core.segment_score_names()[0])
        assert bits(metric.pairwise(odd)) == bits(metric.pairwise(odd, odd)) == bits(expected)

    @pytest.mark.parametrize("metric", [WER(), CER()], ids=short_name)
    @pytest.mark.parametrize("value", ["wer", "cer", "wip"])
    def test_tokens(self, metric, value):
        if value not in metric._core.segment_score_names():
            return
        predictions = [["a", "b c"], [1, 2**70, -3], [], ["w" * 20, "w" * 21, 7]]
        references = [["a", "b"], [2**70, 1], [], ["w" * 21, 7]]
        expected = one_by_one(metric, predictions, references, value)
        assert bits(metric.pairwise(predictions, references, value=value)) == bits(expected)
        prepared = metric.prepare(references, tokenized=True)
        assert bits(metric.pairwise(predictions, prepared, value=value)) == bits(expected)
        expected = one_by_one(metric, predictions, predictions, value)
        assert bits(metric.pairwise(predictions, value=value)) == bits(expected)

    @every_text_metric
    @pytest.mark.parametrize(("predictions", "references"), [([], []), ([], ["a"]), (["a", "b"], []), ([], None)])
    def test_no_texts(self, metric, predictions, references):
        value = metric._core.segment_score_names()[0]
        scores = metric.pairwise(predictions, references, value=value)
        assert scores.shape == (len(predictions), len(references or []))
        assert all(
            block.shape[1] == len(references or [])
            for _, block in metric.pairwise_blocks(predictions, references, value=value)
        )


class TestReferenceImplementations:
    def test_sacrebleu(self):
        predictions, references = PREDICTIONS[:9], SINGLE_REFERENCES[:9]
        for ours, theirs in (
            (BLEU(effective_order=True), sacrebleu.BLEU(effective_order=True)),
            (CHRF(), sacrebleu.CHRF()),
            (CHRF(word_order=2), sacrebleu.CHRF(word_order=2)),
            (TER(), sacrebleu.TER()),
        ):
            scores = ours.pairwise(predictions, references)
            for i, j in itertools.product(range(9), range(9)):
                assert scores[i, j] == theirs.sentence_score(predictions[i], [references[j]]).score

    def test_rouge_score(self):
        scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"])
        for rouge_type in scorer.rouge_types:
            scores = ROUGE((rouge_type,)).pairwise(PREDICTIONS, SINGLE_REFERENCES)
            for (i, prediction), (j, reference) in itertools.product(
                enumerate(PREDICTIONS), enumerate(SINGLE_REFERENCES)
            ):
                assert scores[i, j] == scorer.score(reference, prediction)[rouge_type].fmeasure

    def test_jiwer(self):
        references = [text for text in SINGLE_REFERENCES if text]
        for metric, theirs in (WER(), jiwer.wer), (CER(), jiwer.cer):
            scores = metric.pairwise(PREDICTIONS, references)
            for (i, prediction), (j, reference) in itertools.product(enumerate(PREDICTIONS), enumerate(references)):
                assert scores[i, j] == theirs(reference, prediction)


class TestCalls:
    @every_score
    def test_number_of_threads(self, metric, value, threads):
        predictions = [text.replace(" ", "\n", 1) for text in sentences(70)]
        found = set()
        for number in 1, 2, 3:
            threads(number)
            found.add(
                bits(metric.pairwise(predictions, value=value))
                + bits(metric.pairwise(predictions, predictions, value=value))
            )
        assert len(found) == 1
        alone, together = next(iter(found))[1::2]
        assert alone == together

    @every_score
    @pytest.mark.parametrize("rows", [1, 7, 16, 100])
    def test_blocks(self, metric, value, rows):
        for references in None, SINGLE_REFERENCES:
            blocks = list(metric.pairwise_blocks(PREDICTIONS, references, rows=rows, value=value))
            assert [first for first, _ in blocks] == list(range(0, len(PREDICTIONS), rows))
            assert all(len(block) <= rows for _, block in blocks)
            whole = metric.pairwise(PREDICTIONS, references, value=value)
            assert bits(np.concatenate([block for _, block in blocks])) == bits(whole)

    @pytest.mark.parametrize("metric", [BLEU(), TER(), CER()], ids=short_name)
    def test_out(self, metric, tmp_path):
        expected = metric.pairwise(PREDICTIONS, SINGLE_REFERENCES)
        out = np.full(expected.shape, np.nan)
        assert metric.pairwise(PREDICTIONS, SINGLE_REFERENCES, out=out) is out
        assert bits(out) == bits(expected)
        file = np.memmap(tmp_path / "scores", np.float64, "w+", shape=expected.shape)
        assert metric.pairwise(PREDICTIONS, SINGLE_REFERENCES, out=file) is file
        file.flush()
        assert np.fromfile(tmp_path / "scores").tobytes() == expected.tobytes()
        own = np.full((16, 16), np.nan)
        metric.pairwise(PREDICTIONS, out=own)
        assert bits(own) == bits(metric.pairwise(PREDICTIONS))

    def test_tokenizers_see_each_text_once(self):
        seen = []

        def tokenize(text):
            seen.append(text)
            return text.split()

        BLEU(tokenize=tokenize).pairwise(["a", "b"], ["c", "d", "e"])
        assert seen == ["a", "b", "c", "d", "e"]
        seen.clear()
        list(BLEU(tokenize=tokenize).pairwise_blocks(["a", "b", "c"], rows=1))
        assert seen == ["a", "b", "c"]

    def test_default_value(self):
        assert bits(WER().pairwise(PREDICTIONS)) == bits(WER().pairwise(PREDICTIONS, value="wer"))
        one = ROUGE(("rougeL",))
        assert bits(one.pairwise(PREDICTIONS)) == bits(one.pairwise(PREDICTIONS, value="rougeL"))

    def test_many(self):
        predictions, references = many(300)
        for metric in BLEU(), CHRF(), ROUGE(("rougeL",)), WER():
            value = metric._core.segment_score_names()[0]
            scores = metric.pairwise(predictions, [texts[0] for texts in references])
            expected = metric.segment_scores(predictions, [texts[0] for texts in references])[value]
            assert scores.diagonal().tobytes() == expected.tobytes()


class TestErrors:
    @pytest.mark.parametrize("metric", [*LABEL_METRICS, *LOGIT_METRICS], ids=short_name)
    def test_metrics_of_numbers(self, metric):
        assert not hasattr(metric, "pairwise")
        assert not hasattr(metric, "pairwise_blocks")

    @every_text_metric
    def test_unknown_values(self, metric):
        for call in metric.pairwise, metric.pairwise_blocks:
            with pytest.raises(ValueError, match="no segment score 'meteor': choose one of '"):
                call(["a"], value="meteor")

    def test_several_rouge_types(self):
        for call in ROUGE().pairwise, ROUGE().pairwise_blocks:
            with pytest.raises(ValueError, match="pass value=, one of 'rouge1', 'rouge2', 'rougeL'"):
                call(["a"])

    @every_text_metric
    @pytest.mark.parametrize(
        ("predictions", "references", "exception", "words"),
        [
            ("a", ["a"], TypeError, "predictions must be .*, not str"),
            (None, ["a"], TypeError, "predictions must be .*, not NoneType"),
            (["a"], "a", TypeError, "references must be .*, not str"),
            (["a", None], ["a"], TypeError, r"predictions\[1\] is NoneType"),
            (["a", 3], None, TypeError, r"predictions\[1\] is int"),
            (["a"], ["a", 3.5], TypeError, r"references\[1\]"),
            (["a"], ["a", []], ValueError, r"references\[1\] is empty"),
            (["a", ["b"]], None, TypeError, r"predictions\[1\] is (a )?list"),
            ([["a"], "b"], None, TypeError, r"predictions\[[01]\] is "),
        ],
        ids=repr,
    )
    def test_not_texts(self, metric, predictions, references, exception, words):
        value = metric._core.segment_score_names()[0]
        for call in metric.pairwise, metric.pairwise_blocks:
            with pytest.raises(exception, match=words):
                call(predictions, references, value=value)

    @pytest.mark.parametrize("metric", [WER(), CER()], ids=short_name)
    def test_tokens_with_texts(self, metric):
        texts, tokens = metric.prepare(["a"]), metric.prepare([["a"]], tokenized=True)
        for predictions, references in ([["a"]], texts), (["a"], tokens), ([["a"]], ["a"]), (["a"], [[1]]):
            with pytest.raises(TypeError, match=r"tokens|not str"):
                metric.pairwise(predictions, references)

    def test_references_of_another_metric(self):
        with pytest.raises(ValueError, match="prepare them"):
            BLEU().pairwise(["a"], CHRF().prepare(["a"]))

    @pytest.mark.parametrize(
        ("out", "exception", "words"),
        [
            ([[0.0, 0.0]], TypeError, "not list"),
            (np.zeros((1, 2), np.float32), TypeError, "dtype float32, not float64"),
            (np.zeros((1, 2), ">f8"), TypeError, "dtype >f8, not float64"),
            (np.zeros((2, 1)), ValueError, r"shape \(2, 1\), not \(1, 2\)"),
            (np.zeros(2), ValueError, r"shape \(2,\), not \(1, 2\)"),
            (np.zeros((1, 4))[:, ::2], ValueError, "not C-contiguous"),
            (np.broadcast_to(np.zeros(2), (1, 2)), ValueError, "read-only"),
        ],
        ids=str,
    )
    def test_unsuitable_out(self, out, exception, words):
        with pytest.raises(exception, match=words) as caught:
            BLEU().pairwise(["a"], ["a", "b"], out=out)
        assert "writable C-contiguous float64 array of shape (1, 2)" in str(caught.value)

    @pytest.mark.parametrize(
        ("rows", "exception"), [(0, ValueError), (-1, ValueError), (1.5, TypeError), (None, TypeError)]
    )
    def test_bad_rows(self, rows, exception):
        with pytest.raises(exception, match="rows must be"):
            BLEU().pairwise_blocks(["a"], rows=rows)

    def test_exceptions_of_tokenizers(self):
        def refuse(text):
            raise LookupError("the model is missing")

        with pytest.raises(LookupError, match="the model is missing"):
            BLEU(tokenize=refuse).pairwise(["a"])
        with pytest.raises(TypeError, match="list of str"):
            ROUGE(("rouge1",), tokenizer=Characters()).pairwise(["a"], [b"a"])
