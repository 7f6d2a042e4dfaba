"""Porter's stemmer, against NLTK's."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.porter import PorterStemmer
from support.corpus import lines
from support.effort import thinned

from rapidscore import ROUGE
from rapidscore._core import stem

nltk_stem = PorterStemmer().stem

# Suffixes of every step of the algorithm, and their results.
SUFFIXES = " ".join(
    [
        "s es ies sses ss ied eed ed ing y e l ll at bl iz ate ble ize",
        "ational tional enci anci izer bli abli alli entli eli ousli ization ation ator alism iveness fulness ousness",
        "aliti iviti biliti fulli logi ogi",
        "icate ative alize iciti ical ful ness",
        "al ance ence er ic able ible ant ement ment ent ion sion tion ou ism iti ous ive",
        "ies ying yed ally fully iness edly ingly",
    ]
).split()

# Stems of all measures, with and without vowels, and ending in double consonants, in cvc, or in digits.
STEMS = ["", *"abelsxyz09", *map("".join, itertools.product("abesxyl", repeat=2))]
STEMS += ["".join(letters) for letters in itertools.product("aeybtlswz", "aoyltr", "bcdlstwxyz")]
STEMS += ["hopp", "fall", "fizz", "geo", "conn", "controll", "trouble", "oaten", "orrery", "probat", "y4y", "2024"]

# NLTK has a list of irregular words.
IRREGULAR = ["sky", "skies", "dying", "lying", "tying", "news", "innings", "inning", "outings", "outing"]
IRREGULAR += ["cannings", "canning", "howe", "proceed", "exceed", "succeed"]


def test_all_suffixes_after_all_stems():
    words = {first + second for first in STEMS for second in SUFFIXES}
    # Two suffixes, for consecutive steps.
    words |= {first + second + third for first in STEMS[::9] for second in SUFFIXES for third in SUFFIXES}
    assert len(words) > 100_000
    assert [word for word in thinned(sorted(words), 4) if stem(word) != nltk_stem(word)] == []


def test_all_short_words():
    words = ["".join(letters) for n in range(1, 5) for letters in itertools.product("abdegilnosty", repeat=n)]
    assert [word for word in words if stem(word) != nltk_stem(word)] == []


@pytest.mark.parametrize("word", IRREGULAR)
def test_irregular_words(word):
    assert stem(word) == nltk_stem(word)


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789"))
def test_random_words(word):
    assert stem(word) == nltk_stem(word)


@given(st.lists(st.sampled_from(SUFFIXES), max_size=8).map("".join))
def test_chains_of_suffixes(word):
    assert stem(word) == nltk_stem(word)


@pytest.mark.parametrize("length", [3, 4, 15, 16, 17, 18, 40, 1000])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_stems_within_a_text(length, suffix):
    """Words longer than 16 bytes are stemmed by other code; words of up to three letters are not stemmed."""
    word = ("ba" * length)[: length - len(suffix)] + suffix
    expected = nltk_stem(word) if len(word) > 3 else word
    assert ROUGE(use_stemmer=True).tokens(f"{word} {word.upper()}, {word}") == [expected] * 3


def words_beyond_ascii():
    parts = ["", "a", "é", "naï", "ст", "त", "café"], ["", "b", "é", "ß", "ßß", "त", "य़", "𐐨"], SUFFIXES
    return ["".join(letters) for letters in itertools.product(*parts)]


def test_letters_are_not_cut():
    stemmed = ROUGE(tokenizer="unicode", use_stemmer=True)
    plain = ROUGE(tokenizer="unicode")
    for word in words_beyond_ascii():
        # A cut letter would not be valid UTF-8.
        for token, whole in zip(stemmed.tokens(word), plain.tokens(word), strict=True):
            assert {c for c in token if not c.isascii()} <= set(whole)


def test_words_with_other_letters():
    stemmed = ROUGE(tokenizer="unicode", use_stemmer=True)
    plain = ROUGE(tokenizer="unicode")
    wrong = {}
    for word in words_beyond_ascii():
        expected = [nltk_stem(token) if len(token) > 3 and token.isascii() else token for token in plain.tokens(word)]
        if stemmed.tokens(word) != expected:
            wrong[word] = expected
    assert wrong == {}


def test_words_of_translations(wmt23):
    words = set()
    for path in wmt23.glob("*-en/*.txt"):
        for line in lines(path):
            words.update(re.findall("[a-z0-9]+", line.lower()))
    assert len(words) > 10_000
    assert [word for word in sorted(words) if stem(word) != nltk_stem(word)] == []


@pytest.mark.parametrize("word", ["Running", "don't", "a b", "é", "a\0", "\ud800", "ﬁ"])
def test_other_letters(word):
    # An upper-case word would have another stem than its lower case.
    with pytest.raises(ValueError, match=r"surrogates not allowed|other than a-z and 0-9"):
        stem(word)
