"""BLEU: counts of n-grams at every length, and the warning about tokenized text."""

import logging
import random

import numpy as np
import pytest
from support.naive import matches
from support.parity import assert_equal_scores

from rapidscore import BLEU


@pytest.mark.parametrize("order", [1, 4, 9, 10])
@pytest.mark.parametrize("vocabulary", [1, 2, 30, 10_000])
@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 128, 129, 256, 257, 511, 512, 513, 2000])
def test_lengths(length, vocabulary, order):
    """The method of counting changes at 64 and 512 tokens, and beyond order 9."""
    choose = random.Random(f"{length} {vocabulary}")
    texts = [[f"w{choose.randrange(vocabulary)}" for _ in range(n)] for n in (length, length, length + 1, 70)]
    prediction, *references = [" ".join(text) for text in texts]
    bleu = BLEU(max_ngram_order=order)
    for count in 1, 3:
        row = np.asarray(bleu.statistics([prediction], [references[:count]]))[0]
        expected = [matches(texts[0], texts[1 : 1 + count], n) for n in range(1, order + 1)]
        assert row[2 : 2 + order].tolist() == expected


def test_document_of_100_000_words():
    choose = random.Random(1)
    words = [f"w{choose.randrange(300)}" + "o" * choose.randrange(20) for _ in range(100_000)]
    changed = [word if choose.random() < 0.9 else "x" for word in words]
    assert_equal_scores(BLEU, {}, [" ".join(words)], [" ".join(changed)])


class TestTokenizedPeriod:
    """A hundred predictions that end in ' .' look tokenized, which is warned about."""

    def warnings(self, caplog, bleu, count):
        caplog.clear()
        predictions = ["a b c ."] * count + ["a b c."] * 50
        with caplog.at_level(logging.WARNING, "rapidscore"):
            bleu.score(predictions, predictions)
        return [record.getMessage() for record in caplog.records if record.name == "rapidscore"]

    @pytest.mark.parametrize(("count", "warned"), [(0, False), (99, False), (100, True), (2000, True)])
    def test_from_100_on(self, caplog, count, warned):
        messages = self.warnings(caplog, BLEU(), count)
        assert len(messages) == warned
        assert all(f"{count} predictions" in message and "force=True" in message for message in messages)

    def test_not_when_forced(self, caplog):
        assert self.warnings(caplog, BLEU(force=True), 2000) == []

    def test_accumulators(self, caplog):
        meter = BLEU().accumulator()
        for _ in range(10):
            meter.update(["a ."] * 10, ["a ."] * 10)
        with caplog.at_level(logging.WARNING, "rapidscore"):
            meter.compute()
        assert "100 predictions" in caplog.text
