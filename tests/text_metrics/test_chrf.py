"""chrF: tokens, counts of character n-grams at every length, and options out of range."""

import itertools
import random

import numpy as np
import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st
from support.naive import matches
from support.parity import assert_equal_scores

from rapidscore import CHRF


def test_first_reference_counts_without_a_match():
    # The search for the best reference starts below zero, so the first score of zero is kept.
    row = np.asarray(CHRF(char_order=1).statistics(["abc"], [["xy", "z"]]))
    assert row.tolist() == [[3, 2, 0]]


@given(text=st.text(st.characters(exclude_categories=())))
def test_tokens(text):
    words = sacrebleu.metrics.CHRF()._remove_punctuation(text)
    assert CHRF().tokens(text) == list("".join(text.split()))
    assert CHRF(char_order=0, word_order=1, whitespace=True).tokens(text) == list(text) + words


@pytest.mark.parametrize("order", [1, 6, 8, 9])
@pytest.mark.parametrize("vocabulary", ["a", "ab", "абвгд", "".join(map(chr, range(0x4E00, 0x4E00 + 5000)))])
@pytest.mark.parametrize(
    "length", [0, 1, 63, 64, 65, 128, 129, 192, 193, 256, 257, 384, 385, 512, 513, 768, 769, 1024, 1025, 3000]
)
def test_lengths(length, vocabulary, order):
    """The method of counting changes with the width of the bitmap, and beyond order 8."""
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
    def test_types(self, options):
        (name,) = options
        with pytest.raises(TypeError, match=f"{name} must be"):
            CHRF(**options)
