"""Texts that are hard on tokenizers and on counting."""

import random

from hypothesis import strategies as st

# White space of str.split() and what only looks like it.
SPACES = [chr(c) for c in (9, 10, 11, 12, 13, 0x1C, 0x1D, 0x1E, 0x1F, 0x20, 0x85, 0xA0, 0x1680)]
SPACES += [chr(c) for c in (*range(0x2000, 0x200C), 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF)]

# Letters whose lower case is longer, or is ASCII, or depends on the neighbours, or that stand for several.
LETTERS = ["İ", "K", "Å", "ß", "ẞ", "ﬁ", "ﬃ", "Σ", "ς", "ΑΣ", "ΑΣ.", "Σ'Σ", "Ⅻ", "ǅ", "i̇", "é", "é", "Ａ", "１"]

# Texts that one of the substitutions of `13a`, `intl` or `zh` treats in its own way.
PIECES = ["5..3", "a,.5", "3-4", "-5", "1.,2", "..", ",,,", "3.", ".3", "a.b", "1,000.5", "3-", "--", "٣٫٥", "½.½"]
PIECES += ["<skipped>", "<skip<skipped>ped>", "-\n", "-\n\n", "&quot;", "&amp;lt;", "&amp;quot;", "&lt;", "&gt;", "&"]
PIECES += ["don't", "'", '"', "$", "€", "…", "—", "„", "。", "，", "？", "我们", "ア", "ｱ", "한국", "שלום", "سوق"]
PIECES += ["\ud800", "\udfff", "\ud83d\ude00", "a\ud800b", "\0", "a\0", "😀", "👩‍👩‍👧", "\U000e0001", "\U0010ffff"]

# A word of up to 16 bytes is compared as two integers, a longer one otherwise.
WORDS = ["a", "b", "the", "running", "w" * 15, "w" * 16, "w" * 17, "w" * 18, "w" * 16 + "x", "w" * 40, "я" * 8, "я" * 9]

CHARACTERS = st.characters(exclude_categories=())  # the default would leave out surrogates

# Around the widths of the bitmaps that n-grams are counted with, 64 to 512.
LENGTHS = [0, 1, 2, 3, 7, 20, 63, 64, 65, 127, 128, 129, 256, 257, 511, 512, 513, 600]

pieces = st.sampled_from(SPACES) | st.sampled_from(LETTERS + PIECES + WORDS) | st.text(CHARACTERS, max_size=4)


@st.composite
def texts(draw):
    """A text of a few odd pieces, with or without a space between any two."""
    return "".join(draw(st.lists(pieces | st.just(" "), max_size=20)))


@st.composite
def repetitive(draw, words=pieces):
    """Two texts from one small vocabulary, so that n-grams repeat, of lengths around those where methods change."""
    vocabulary = draw(st.lists(words, min_size=1, max_size=6))
    # Drawing hundreds of words one by one would be slow.
    choose = random.Random(draw(st.integers(0, 2**32)))
    separator = draw(st.sampled_from([" ", " ", "\n", " . "]))
    lengths = draw(st.tuples(st.sampled_from(LENGTHS), st.sampled_from(LENGTHS)))
    return tuple(separator.join(choose.choices(vocabulary, k=length)) for length in lengths)


def pairs():
    """A prediction and a reference."""
    return st.tuples(texts(), texts()) | repetitive() | repetitive(st.sampled_from(WORDS))


@st.composite
def corpora(draw, max_size=6):
    """Predictions, and for each one or more references."""
    drawn = draw(st.lists(st.tuples(pairs(), st.lists(texts(), max_size=2)), min_size=1, max_size=max_size))
    return [pair[0] for pair, _ in drawn], [[pair[1], *more] for pair, more in drawn]
