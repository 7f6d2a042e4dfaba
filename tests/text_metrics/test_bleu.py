"""BLEU, against sacrebleu: every number equal, none merely close."""

import logging
import random

import numpy as np
import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES, systems
from support.naive import matches
from support.parity import assert_equal_scores
from support.strategies import corpora, pairs

from rapidscore import BLEU

SMOOTHING = [
    *[{"smooth_method": method} for method in ("exp", "floor", "add-k", "none")],
    *[{"smooth_method": "floor", "smooth_value": value} for value in (0, 1e-9, 0.5, 1, 3)],
    *[{"smooth_method": "add-k", "smooth_value": value} for value in (0, 0.25, 1, 2, 1000)],
    {"smooth_method": "exp", "smooth_value": 0.3},
    {"smooth_method": "none", "smooth_value": 0.3},
]
ORDERS = [1, 2, 3, 4, 5, 6, 9, 10, 12, 100]
OPTIONS = [
    {},
    *SMOOTHING,
    *[{"max_ngram_order": order} for order in ORDERS],
    *[{"effective_order": True, "max_ngram_order": order} for order in ORDERS],
    *[{"tokenize": tokenize} for tokenize in ("13a", "intl", "zh", "char", "none")],
    *[{"tokenize": tokenize, "lowercase": True} for tokenize in ("13a", "intl", "zh", "char", "none")],
    *[{"trg_lang": language} for language in ("", "en", "zh")],
    {"trg_lang": "zh", "tokenize": "13a"},
    {"force": True},
]

any_options = st.fixed_dictionaries(
    {
        "lowercase": st.booleans(),
        "tokenize": st.sampled_from([None, "13a", "intl", "zh", "char", "none"]),
        "max_ngram_order": st.sampled_from(ORDERS),
        "effective_order": st.booleans(),
    }
)


class TestEveryOption:
    @pytest.mark.parametrize("options", OPTIONS, ids=str)
    @pytest.mark.parametrize("references", [SINGLE_REFERENCES, REFERENCES], ids=["single", "ragged"])
    def test_corpus(self, options, references):
        assert_equal_scores(BLEU, options, PREDICTIONS, references)

    @pytest.mark.parametrize("effective_order", [False, True])
    @pytest.mark.parametrize("smoothing", SMOOTHING, ids=str)
    @pytest.mark.parametrize("order", [1, 2, 4, 6, 12])
    def test_smoothing_and_orders(self, smoothing, order, effective_order):
        options = {**smoothing, "max_ngram_order": order, "effective_order": effective_order}
        # The second corpus has no match beyond the first order, the third none at all.
        for predictions, references in [
            (PREDICTIONS, SINGLE_REFERENCES),
            (["a b c d e", "x"], ["e d c b a", "x y"]),
            (["a b", ""], ["c d", "e"]),
        ]:
            assert_equal_scores(BLEU, options, predictions, references)

    def test_same_number_of_references(self):
        references = [[reference, reference[::-1], reference[:10]] for reference in SINGLE_REFERENCES]
        assert_equal_scores(BLEU, {}, PREDICTIONS, references)

    def test_sentence_score(self):
        for options in {}, {"effective_order": True}:
            ours, theirs = BLEU(**options), sacrebleu.metrics.BLEU(**options)
            expected = [theirs.sentence_score(*pair).score for pair in zip(PREDICTIONS, REFERENCES, strict=True)]
            assert ours.segment_scores(PREDICTIONS, REFERENCES)["bleu"].tolist() == expected

    def test_corpus_bleu(self):
        expected = sacrebleu.corpus_bleu(PREDICTIONS, [SINGLE_REFERENCES])
        assert BLEU().score(PREDICTIONS, SINGLE_REFERENCES).score == expected.score


@pytest.mark.parametrize("options", [{}, {"effective_order": True}, {"smooth_method": "add-k"}, {"tokenize": "zh"}])
@pytest.mark.parametrize(
    ("prediction", "reference"),
    [
        ("", ""),
        ("", "a b c"),
        ("a b c", ""),
        (" \n\u3000", " "),
        ("a", "a"),
        ("a", "b"),
        ("a b", "a b"),
        ("a b c d", "a b c d"),
        ("a b c d e", "f g h i j"),
        (".", "."),
        ("...!?", "..."),
        ("!!!", "???"),
        ("a a a a", "a"),
        ("a", "a a a a"),
        ("\0", "\0\0"),
        ("\ud800", "\ud800"),
        ("\ud800 a", "\ud801 a"),
        ("\ud83d\ude00 a", "😀 a"),
        ("<skipped>", "<skipped>"),
        ("a" * 17, "a" * 18),
        ("é", "e\u0301"),
    ],
)
def test_degenerate(options, prediction, reference):
    assert_equal_scores(BLEU, options, [prediction], [reference])
    assert_equal_scores(BLEU, options, [prediction, "x y"], [[reference, ""], ["x"]])


@pytest.mark.parametrize(
    ("prediction", "reference", "score"),
    [
        ("", "", 0.0),
        ("a", "", 0.0),
        ("", "a", 0.0),
        ("a b c d", "a b c d", 100.00000000000004),  # exp(4 ln 100 / 4), as the reference rounds it
        ("a b c d", "e f g h", 0.0),
    ],
)
def test_known_scores(prediction, reference, score):
    assert BLEU().score([prediction], [reference]).score == score


class TestOddTexts:
    @settings(max_examples=400)
    @given(options=any_options, pair=pairs())
    def test_pair(self, options, pair):
        assert_equal_scores(BLEU, options, [pair[0]], [pair[1]])

    @given(options=any_options, smoothing=st.sampled_from(SMOOTHING), corpus=corpora())
    def test_corpus(self, options, smoothing, corpus):
        assert_equal_scores(BLEU, {**options, **smoothing}, *corpus)


@pytest.mark.parametrize("order", [1, 4, 9, 10])
@pytest.mark.parametrize("vocabulary", [1, 2, 30, 10_000])
@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 128, 129, 256, 257, 511, 512, 513, 2000])
def test_lengths(length, vocabulary, order):
    """Counting changes its way at 64 and 512 tokens and beyond order 9."""
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
    """A hundred predictions that end in ' .' look tokenized, and the user is told."""

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

    def test_by_accumulators_too(self, caplog):
        meter = BLEU().accumulator()
        for _ in range(10):
            meter.update(["a ."] * 10, ["a ."] * 10)
        with caplog.at_level(logging.WARNING, "rapidscore"):
            meter.compute()
        assert "100 predictions" in caplog.text


# Where 13a alone would see little.
TOKENIZERS = {"en-zh": ["zh"], "en-ja": ["char", "13a"], "en-he": ["13a", "intl"], "cs-uk": ["13a", "intl"]}


class TestTranslations:
    def test_every_system(self, wmt23):
        """Some segments of every system of every direction, other ones for each."""
        seen = set()
        for number, (pair, _, outputs, references) in enumerate(systems(wmt23)):
            seen.add(pair)
            sample = slice(number % 7, None, 7)
            for tokenize in TOKENIZERS.get(pair, ["13a"]):
                options = {"tokenize": tokenize, "lowercase": number % 3 == 0}
                assert_equal_scores(BLEU, options, outputs[sample], references[sample])
        assert len(seen) == 14

    @pytest.mark.parametrize("pair", ["he-en", "en-he", "en-zh", "en-de"])
    def test_one_system_whole(self, wmt23, pair):
        outputs, references = next((o, r) for name, _, o, r in systems(wmt23) if name == pair)
        options = {"tokenize": TOKENIZERS.get(pair, ["13a"])[0]}
        assert_equal_scores(BLEU, options, outputs, references)
