"""chrF and chrF++, against sacrebleu: every number equal, none merely close."""

import itertools
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

from rapidscore import CHRF

# Bitmaps hold orders up to 8.
ORDERS = [(1, 0), (6, 1), (6, 2), (0, 1), (0, 3), (8, 9), (9, 10), (12, 0), (20, 2)]
OPTIONS = [
    {},
    *[{"char_order": chars, "word_order": words} for chars, words in ORDERS],
    *[{"beta": beta} for beta in (0, 1, 3, 0.5, 1.3, 10_000_000)],
    *[
        {"word_order": word_order, option: True}
        for word_order in (0, 2)
        for option in ("lowercase", "whitespace", "eps_smoothing")
    ],
    {"word_order": 2, "eps_smoothing": True, "beta": 0},
    {"char_order": 3, "word_order": 3, "lowercase": True, "whitespace": True, "eps_smoothing": True, "beta": 7},
]

any_options = st.fixed_dictionaries(
    {
        "char_order": st.sampled_from([1, 2, 6, 8, 9]),
        "word_order": st.sampled_from([0, 0, 1, 2, 5]),
        "beta": st.sampled_from([0, 1, 2, 3, 0.7]),
        "lowercase": st.booleans(),
        "whitespace": st.booleans(),
        "eps_smoothing": st.booleans(),
    }
)


class TestEveryOption:
    @pytest.mark.parametrize("options", OPTIONS, ids=str)
    @pytest.mark.parametrize("references", [SINGLE_REFERENCES, REFERENCES], ids=["single", "ragged"])
    def test_corpus(self, options, references):
        assert_equal_scores(CHRF, options, PREDICTIONS, references)

    def test_same_number_of_references(self):
        references = [[reference, reference[::-1], reference[:10]] for reference in SINGLE_REFERENCES]
        assert_equal_scores(CHRF, {}, PREDICTIONS, references)
        assert_equal_scores(CHRF, {"word_order": 2, "eps_smoothing": True}, PREDICTIONS, references)

    def test_sentence_score(self):
        for options in {}, {"word_order": 2}:
            ours, theirs = CHRF(**options), sacrebleu.metrics.CHRF(**options)
            expected = [theirs.sentence_score(*pair).score for pair in zip(PREDICTIONS, REFERENCES, strict=True)]
            (scores,) = ours.segment_scores(PREDICTIONS, REFERENCES).values()
            assert scores.tolist() == expected

    def test_corpus_chrf(self):
        expected = sacrebleu.corpus_chrf(PREDICTIONS, [SINGLE_REFERENCES])
        assert CHRF().score(PREDICTIONS, SINGLE_REFERENCES).score == expected.score


@pytest.mark.parametrize("options", [{}, {"word_order": 2}, {"eps_smoothing": True}, {"whitespace": True}], ids=str)
@pytest.mark.parametrize(
    ("prediction", "reference"),
    [
        ("", ""),
        ("", "a b c"),
        ("a b c", ""),
        (" \n\u3000", " "),
        ("a", "a"),
        ("a", "b"),
        ("abcdefg", "abcdefg"),
        ("abcdef", "ghijkl"),
        (".", "."),
        ("(hi)", "(hi"),
        ("(a", "(a)"),
        ("a.", "a ."),
        ("..", ". ."),
        ("...!?", "..."),
        ("a.b", "a .b"),
        ("é.", "é ."),
        ("«a»", "« a »"),
        ("aaaa", "a"),
        ("a", "aaaa"),
        ("abab" * 20, "baba" * 3),
        ("\0", "\0\0"),
        ("\x7f\x80", "\x80\x7f"),
        ("\ud800", "\ud800"),
        ("\ud800 a", "\ud801 a"),
        ("\ud83d\ude00 a", "😀 a"),
        ("a" * 17 + ".", "a" * 18),
        ("é", "e\u0301"),
    ],
)
def test_degenerate(options, prediction, reference):
    assert_equal_scores(CHRF, options, [prediction], [reference])
    assert_equal_scores(CHRF, options, [prediction, "x y"], [[reference, ""], ["x"]])


@pytest.mark.parametrize(
    ("prediction", "reference", "score"),
    [("", "", 0.0), ("a", "", 0.0), ("", "a", 0.0), ("a b c d", "a b c d", 100.0), ("a b c d", "e f g h", 0.0)],
)
def test_known_scores(prediction, reference, score):
    assert CHRF().score([prediction], [reference]).score == score


def test_without_a_match_the_first_reference_counts():
    # The search for the best begins below zero, so a score of zero is taken.
    row = np.asarray(CHRF(char_order=1).statistics(["abc"], [["xy", "z"]]))
    assert row.tolist() == [[3, 2, 0]]


class TestOddTexts:
    @settings(max_examples=400)
    @given(options=any_options, pair=pairs())
    def test_pair(self, options, pair):
        assert_equal_scores(CHRF, options, [pair[0]], [pair[1]])

    @given(options=any_options, corpus=corpora())
    def test_corpus(self, options, corpus):
        assert_equal_scores(CHRF, options, *corpus)

    @given(text=st.text(st.characters(exclude_categories=())))
    def test_tokens(self, text):
        words = sacrebleu.metrics.CHRF()._remove_punctuation(text)
        assert CHRF().tokens(text) == list("".join(text.split()))
        assert CHRF(char_order=0, word_order=1, whitespace=True).tokens(text) == list(text) + words


@pytest.mark.parametrize("order", [1, 6, 8, 9])
@pytest.mark.parametrize("vocabulary", ["a", "ab", "абвгд", "".join(map(chr, range(0x4E00, 0x4E00 + 5000)))])
@pytest.mark.parametrize(
    "length", [0, 1, 63, 64, 65, 128, 129, 192, 193, 256, 257, 384, 385, 512, 513, 768, 769, 1024, 1025, 3000]
)
def test_lengths(length, vocabulary, order):
    """Counting changes its way with every few words of the bitmap, and beyond order 8."""
    choose = random.Random(f"{length} {vocabulary[:3]}")
    prediction, reference, longer = ("".join(choose.choices(vocabulary, k=n)) for n in (length, length, length + 70))
    for pair in itertools.permutations([prediction, reference, longer], 2):
        row = np.asarray(CHRF(char_order=order).statistics([pair[0]], [pair[1]]))[0]
        assert row[2::3].tolist() == [matches(pair[0], [pair[1]], n) for n in range(1, order + 1)]


def test_document_of_100_000_words():
    choose = random.Random(1)
    words = [f"w{choose.randrange(300)}" + "o" * choose.randrange(20) for _ in range(100_000)]
    changed = [word if choose.random() < 0.9 else "x" for word in words]
    assert_equal_scores(CHRF, {"word_order": 2}, [" ".join(words)], [" ".join(changed)])


class TestBadOptions:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"char_order": -1}, "char_order must be from 0 to 100, got -1"),
            ({"word_order": 101}, "word_order must be from 0 to 100, got 101"),
            ({"char_order": 0}, "char_order must be above 0 when word_order is 0, got 0"),
            ({"beta": -1}, "beta must be from 0 to 1e154, got -1"),
            ({"beta": 1e200}, r"beta must be from 0 to 1e154, got 1e\+200"),
            ({"beta": float("nan")}, "beta must be a finite number, got nan"),
        ],
    )
    def test_out_of_range(self, options, message):
        with pytest.raises(ValueError, match=message):
            CHRF(**options)

    @pytest.mark.parametrize("options", [{"beta": "2"}, {"beta": None}, {"char_order": 6.0}, {"whitespace": 1}])
    def test_of_another_type(self, options):
        (name,) = options
        with pytest.raises(TypeError, match=f"{name} must be"):
            CHRF(**options)


class TestTranslations:
    def test_every_system(self, wmt23):
        """Some segments of every system of every direction, other ones for each."""
        seen = set()
        for number, (pair, _, outputs, references) in enumerate(systems(wmt23)):
            seen.add(pair)
            sample = slice(number % 23, None, 23)
            options = {"word_order": 2 * (number % 2), "lowercase": number % 3 == 0, "whitespace": number % 5 == 0}
            assert_equal_scores(CHRF, options, outputs[sample], references[sample])
        assert len(seen) == 14

    @pytest.mark.parametrize("pair", ["he-en", "en-he", "en-zh", "en-ja", "cs-uk"])
    def test_one_system_whole(self, wmt23, pair):
        outputs, references = next((o, r) for name, _, o, r in systems(wmt23) if name == pair)
        assert_equal_scores(CHRF, {"word_order": 2}, outputs, references)
