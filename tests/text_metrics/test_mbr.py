"""Minimum Bayes risk decoding, against a loop over pairs."""

import random
from math import fsum

import pytest
from support.corpus import PREDICTIONS, REFERENCES
from support.metrics import LABEL_METRICS, LOGIT_METRICS, METRICS, Characters, every_text_metric, short_name

from rapidscore import BLEU, CER, CHRF, ROUGE, TER, WER, MBRDecision, Perplexity, mbr_decode


def loop(candidates, metric, references, value):
    """Decode with one call for each pair."""
    decisions = []
    for texts, others in zip(candidates, references, strict=True):
        best = None
        for index, text in enumerate(texts):
            scores = metric.segment_scores([text] * len(others), others)[value]
            expected = fsum(scores) / len(others)
            better = best is not None and (
                expected > best.expected_score
                if metric.higher_is_better != (value == "wip")
                else expected < best.expected_score
            )
            if best is None or better:
                best = MBRDecision(text, index, expected)
        decisions.append(best)
    return decisions


def samples(lists=12, seed=3):
    choose = random.Random(seed)
    return [
        [" ".join(choose.choices(["a", "the", "cat", "sat", "猫"], k=choose.randrange(7))) for _ in range(count)]
        for count in choose.choices(range(1, 9), k=lists)
    ]


class TestDecisions:
    @every_text_metric
    def test_equal_to_the_loop(self, metric):
        for value in metric.segment_scores([], []):
            candidates, references = samples(), samples(seed=4)
            assert mbr_decode(candidates, metric, value=value) == loop(candidates, metric, candidates, value)
            assert mbr_decode(candidates, metric, references, value=value) == loop(
                candidates, metric, references, value
            )
            assert mbr_decode(REFERENCES, metric, value=value) == loop(REFERENCES, metric, REFERENCES, value)

    def test_real_sentences(self):
        texts = ["A dog barked.", "The cat sat.", "The cat slept.", "A cat sat."]
        decision = mbr_decode([texts], CHRF())[0]
        assert (decision.text, decision.index) == ("The cat sat.", 1)
        assert isinstance(decision.expected_score, float)
        assert decision.expected_score == pytest.approx(CHRF().pairwise(texts)[1].mean(), rel=1e-15)

    def test_ties(self):
        for metric in BLEU(effective_order=True), TER(), WER(), CER(), ROUGE(("rouge1",)):
            assert mbr_decode([["b", "a", "a"]], metric)[0].index == 1
            assert mbr_decode([["a", "b"], ["b", "b"]], metric) == [
                MBRDecision("a", 0, metric.pairwise(["a", "b"])[0].mean()),
                MBRDecision("b", 0, metric.pairwise(["b"])[0, 0]),
            ]

    def test_error_rates(self):
        candidates = [["x y z", "a b c", "a b d"]]
        for metric in TER(), WER(), CER():
            assert mbr_decode(candidates, metric, [["a b c"]]) == [MBRDecision("a b c", 1, 0.0)]
        assert mbr_decode(candidates, WER(), [["a b c"]], value="wip") == [MBRDecision("a b c", 1, 1.0)]

    def test_tokens(self):
        chosen = MBRDecision([1, 2], 0, (0 + 0.5 + 1 / 3) / 3)
        assert mbr_decode([[[1, 2], [1, 3], [1, 2, 4]]], WER())[0] == chosen

    def test_no_lists(self):
        assert mbr_decode([], BLEU()) == []

    def test_values_of_which_lower_is_better(self):
        low = {TER, WER, CER, Perplexity}
        assert all(metric.higher_is_better == (type(metric) not in low) for metric in METRICS)


class TestErrors:
    @pytest.mark.parametrize(
        ("candidates", "references", "exception", "words"),
        [
            ([["a"], []], None, ValueError, r"candidates\[1\] is empty"),
            ([["a"], ["b"]], [["a"], []], ValueError, r"references\[1\] is empty"),
            ([["a"]], [["a"], ["b"]], ValueError, "1 lists of candidates but 2 lists of references"),
            ("ab", None, TypeError, "candidates must be a list of lists of str, not str"),
            (["ab"], None, TypeError, r"candidates\[0\] is str"),
            ([["a"]], ["b"], TypeError, r"references\[0\] is str"),
            ([["a"]], "b", TypeError, "references must be a list of lists of str, not str"),
        ],
        ids=repr,
    )
    def test_not_lists(self, candidates, references, exception, words):
        with pytest.raises(exception, match=words):
            mbr_decode(candidates, CHRF(), references)

    def test_not_texts(self):
        with pytest.raises(TypeError, match=r"predictions\[1\] is NoneType") as caught:
            mbr_decode([["a"], ["a", None]], CHRF())
        assert caught.value.__notes__ == ["(in list 1)"]

    @pytest.mark.parametrize("metric", [*LABEL_METRICS, *LOGIT_METRICS], ids=short_name)
    def test_metrics_of_numbers(self, metric):
        with pytest.raises(TypeError, match="metric must score texts"):
            mbr_decode([PREDICTIONS], metric)

    def test_several_rouge_types(self):
        with pytest.raises(ValueError, match="pass value="):
            mbr_decode([["a"]], ROUGE(tokenizer=Characters()))
