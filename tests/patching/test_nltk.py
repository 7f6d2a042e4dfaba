"""NLTK under `patch()`."""

import nltk.translate
import nltk.translate.bleu_score
import pytest
from support.corpus import PREDICTIONS, REFERENCES
from support.patched import both


class TestNltk:
    def test_scores(self):
        hypotheses = [text.split() for text in PREDICTIONS if text]
        references = [
            [text.split() for text in texts] for texts, text in zip(REFERENCES, PREDICTIONS, strict=True) if text
        ]
        smoothing = nltk.translate.bleu_score.SmoothingFunction()

        def call():
            found = [
                nltk.translate.bleu_score.corpus_bleu(references, hypotheses, smoothing_function=smoothing.method1)
            ]
            found += [
                nltk.translate.bleu(texts, text, smoothing_function=method)
                for texts, text in zip(references, hypotheses, strict=True)
                for method in (smoothing.method1, smoothing.method4)
            ]
            found.append(nltk.translate.chrf_score.corpus_chrf([r[0] for r in references], hypotheses))
            found.append(nltk.translate.chrf("a cat here", "the cat here"))
            return found

        before, after = both(call)
        assert after == before

    @pytest.mark.parametrize(
        "call",
        [
            lambda: nltk.translate.bleu_score.corpus_bleu([[["a"]]], [["a"], ["a"]]),
            lambda: nltk.translate.bleu_score.sentence_bleu([], ["the"]),
            lambda: nltk.translate.chrf_score.sentence_chrf("a b", "a b", max_len=0),
            lambda: nltk.translate.chrf_score.sentence_chrf("a cat", "the cat", min_len=0),
        ],
    )
    def test_errors_and_odd_options(self, call):
        def outcome():
            try:
                return call()
            except Exception as error:
                return type(error), str(error)

        before, after = both(outcome)
        assert after == before
