"""Generators of texts that are difficult to tokenize and to count."""

import random

from hypothesis import strategies as st

# White space of str.split(), and characters that only look like it.
SPACES = [chr(c) for c in (9, 10, 11, 12, 13, 0x1C, 0x1D, 0x1E, 0x1F, 0x20, 0x85, 0xA0, 0x1680)]
SPACES += [chr(c) for c in (*range(0x2000, 0x200C), 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF)]

# Letters whose lower case is longer, is ASCII or depends on the neighbours, and ligatures.
LETTERS = ["İ", "K", "Å", "ß", "ẞ", "ﬁ", "ﬃ", "Σ", "ς", "ΑΣ", "ΑΣ.", "Σ'Σ", "Ⅻ", "ǅ", "i̇", "é", "é", "Ａ", "１"]

# Texts to which special rules of `13a`, `intl` or `zh` apply.
PIECES = ["5..3", "a,.5", "3-4", "-5", "1.,2", "..", ",,,", "3.", ".3", "a.b", "1,000.5", "3-", "--", "٣٫٥", "½.½"]
PIECES += ["<skipped>", "<skip<skipped>ped>", "-\n", "-\n\n", "&quot;", "&amp;lt;", "&amp;quot;", "&lt;", "&gt;", "&"]
PIECES += ["don't", "'", '"', "$", "€", "…", "—", "„", "。", "，", "？", "我们", "ア", "ｱ", "한국", "שלום", "سوق"]
PIECES += ["\ud800", "\udfff", "\ud83d\ude00", "a\ud800b", "\0", "a\0", "😀", "👩‍👩‍👧", "\U000e0001", "\U0010ffff"]

# Words of up to 16 bytes are compared as two integers, longer words by other code.
WORDS = ["a", "b", "the", "running", "w" * 15, "w" * 16, "w" * 17, "w" * 18, "w" * 16 + "x", "w" * 40, "я" * 8, "я" * 9]

CHARACTERS = st.characters(exclude_categories=())  # the default excludes surrogates

# Around the widths of the bitmaps in which n-grams are counted, 64 to 512.
LENGTHS = [0, 1, 2, 3, 7, 20, 63, 64, 65, 127, 128, 129, 256, 257, 511, 512, 513, 600]

pieces = st.sampled_from(SPACES) | st.sampled_from(LETTERS + PIECES + WORDS) | st.text(CHARACTERS, max_size=4)


@st.composite
def texts(draw):
    """Draw a text of a few odd pieces, with or without spaces between them."""
    return "".join(draw(st.lists(pieces | st.just(" "), max_size=20)))


@st.composite
def repetitive(draw, words=pieces):
    """Draw two texts from a small vocabulary, so that n-grams repeat, of lengths around the changes of methods."""
    vocabulary = draw(st.lists(words, min_size=1, max_size=6))
    # Hypothesis is slow to draw hundreds of words one by one.
    choose = random.Random(draw(st.integers(0, 2**32)))
    separator = draw(st.sampled_from([" ", " ", "\n", " . "]))
    lengths = draw(st.tuples(st.sampled_from(LENGTHS), st.sampled_from(LENGTHS)))
    return tuple(separator.join(choose.choices(vocabulary, k=length)) for length in lengths)


def pairs():
    """Draw a prediction and a reference."""
    return st.tuples(texts(), texts()) | repetitive() | repetitive(st.sampled_from(WORDS))


@st.composite
def corpora(draw, max_size=6):
    """Draw predictions, and one or more references for each."""
    drawn = draw(st.lists(st.tuples(pairs(), st.lists(texts(), max_size=2)), min_size=1, max_size=max_size))
    return [pair[0] for pair, _ in drawn], [[pair[1], *more] for pair, more in drawn]
