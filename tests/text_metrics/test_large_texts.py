"""Texts of more than a megabyte, whose words are compared as numbers, against the peers: every number is equal."""

import random

import jiwer
import pytest
from rouge_score.rouge_scorer import RougeScorer
from support.parity import assert_equal_scores

from rapidscore import BLEU, CHRF, ROUGE, TER, WER


def of_long_words(seed, words=14, vocabulary=10):
    """Return a large text of few words, so that the peers take seconds."""
    choose = random.Random(seed)
    return " ".join(chr(ord("a") + choose.randrange(vocabulary)) * 100_000 for _ in range(words))


def of_many_words(seed):
    """Return a large text of a million letters and 300,000 words."""
    choose = random.Random(seed)
    return " ".join("".join(choose.choices("abc.", k=choose.randrange(1, 7))) for _ in range(300_000))


LONG, OTHER = of_long_words(1), of_long_words(2, words=17)
SHORT = " ".join(LONG.split()[3:5]) + " a b"
BOTH = "the cat sat", "the cat sat on the mat"

#: Large and small texts, on either side, alone and together.
CORPORA = {
    "large": ([LONG, BOTH[0]], [OTHER, BOTH[1]]),
    "large hypothesis": ([BOTH[0], LONG], [BOTH[1], SHORT]),
    "large reference": ([SHORT, BOTH[1]], [LONG, BOTH[0]]),
    "several": ([LONG, BOTH[0]], [[SHORT, OTHER, LONG], [BOTH[1], LONG]]),
    "empty": ([LONG, ""], ["", OTHER]),
}
every_corpus = pytest.mark.parametrize("corpus", CORPORA.values(), ids=CORPORA)


@every_corpus
class TestFewWords:
    @pytest.mark.parametrize("options", [{}, {"lowercase": True, "max_ngram_order": 12}], ids=["default", "order 12"])
    def test_bleu(self, corpus, options):
        assert_equal_scores(BLEU, options, *corpus)

    def test_chrf_of_words(self, corpus):
        assert_equal_scores(CHRF, {"char_order": 0, "word_order": 2}, *corpus)

    def test_ter(self, corpus):
        assert_equal_scores(TER, {}, *corpus)

    def test_rouge(self, corpus):
        predictions, references = corpus
        types = ("rouge1", "rouge2", "rougeL", "rougeLsum")
        peer = RougeScorer(types)
        for names in types, types[:-1]:
            found = ROUGE(names).segment_scores(predictions, references)
            for at, (prediction, texts) in enumerate(zip(predictions, references, strict=True)):
                expected = peer.score_multi([texts] if isinstance(texts, str) else texts, prediction)
                assert [found[name][at] for name in names] == [expected[name].fmeasure for name in names]


@pytest.mark.parametrize("name", ["large", "large hypothesis", "large reference"])
def test_wer(name):
    predictions, references = CORPORA[name]
    score, expected = WER().score(predictions, references), jiwer.process_words(references, predictions)
    assert [score.hits, score.substitutions, score.deletions, score.insertions] == [
        *(expected.hits, expected.substitutions, expected.deletions, expected.insertions)
    ]


def test_many_words():
    text, other = of_many_words(1), of_many_words(2)
    assert_equal_scores(BLEU, {"tokenize": "none"}, [text], [other])
    assert_equal_scores(CHRF, {"char_order": 1, "word_order": 2}, [text], [other])


@pytest.mark.parametrize("metric", [BLEU(), CHRF(word_order=2), ROUGE(), TER(), WER()], ids=str)
def test_prepared_references(metric):
    predictions, references = CORPORA["several"]
    expected = metric.statistics(predictions, references)
    assert metric.statistics(predictions, metric.prepare(references)) == expected
