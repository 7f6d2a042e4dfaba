"""TER: tokens, and the search for shifts, against sacrebleu's."""

import random
import time

import numpy as np
import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.lib_ter import translation_edit_rate
from support.effort import examples, thinned

from rapidscore import TER


def edits(hypothesis, reference):
    ter = TER(case_sensitive=True)
    return int(np.asarray(ter.statistics([" ".join(hypothesis)], [" ".join(reference)]))[0, 0])


OPTIONS = [
    {
        "normalized": bool(bits & 1),
        "no_punct": bool(bits & 2),
        "asian_support": bool(bits & 4),
        "case_sensitive": bool(bits & 8),
    }
    for bits in range(16)
]


# Texts to which special rules of the tokenizer apply.
PIECES = ["\n-", "\n", "&quot;", "&amp;", "&amp;lt;", "&lt;", "&gt;", "'s ", "'s", "x's", ".", ",", "..", "...", "1.5"]
PIECES += ["a.b", "5.", ".5", "a.", "3-4", "5-", "-5", "a-b", " ", "a", "B", "é", "\u3000", "É.", "1é.", "\ud800"]
PIECES += list("{~`()/'-!\":;漢字ひカㇰ㌀豈︰㈀㼢㼣、。・〈｡．，（㇀⺀㐀")


class TestTokens:
    @examples(600)
    @given(options=st.sampled_from(OPTIONS), pieces=st.lists(st.sampled_from(PIECES), max_size=12))
    def test_odd_texts(self, options, pieces):
        text = "".join(pieces)
        theirs = sacrebleu.metrics.TER(**options)
        assert TER(**options).tokens(text) == theirs._preprocess_segment(text).split()

    @pytest.mark.parametrize("options", [OPTIONS[3], OPTIONS[7], OPTIONS[13]], ids=str)
    def test_every_character(self, options):
        theirs, ours = sacrebleu.metrics.TER(**options), TER(**options)
        for code_point in thinned(range(0x11000), 3):
            text = f"a{chr(code_point)}b 5{chr(code_point)}. {chr(code_point)}"
            assert ours.tokens(text) == theirs._preprocess_segment(text).split(), f"U+{code_point:04X}"


def shuffled(words, choose, moves):
    """Return the words after a number of moves of blocks."""
    words = list(words)
    for _ in range(moves):
        start = choose.randrange(len(words) + 1)
        block = words[start : start + choose.randrange(1, 13)]
        del words[start : start + len(block)]
        target = choose.randrange(len(words) + 1)
        words[target:target] = block
    return words


class TestShifts:
    """Against sacrebleu's search: ties, limits, and a beam outside of which the best path lies."""

    @pytest.mark.parametrize("seed", thinned(range(60), 5))
    @pytest.mark.parametrize("vocabulary", [2, 5, 30, 1000])
    def test_moved_blocks(self, seed, vocabulary):
        choose = random.Random(f"{seed} {vocabulary}")
        length = choose.choice([1, 2, 5, 10, 20, 26, 30, 50, 63, 64, 65, 70])
        reference = [f"w{choose.randrange(vocabulary)}" for _ in range(length)]
        hypothesis = shuffled(reference, choose, choose.randrange(5))
        hypothesis = [word if choose.random() < 0.9 else "x" for word in hypothesis if choose.random() < 0.9]
        assert edits(hypothesis, reference) == translation_edit_rate(hypothesis, reference)[0]

    @pytest.mark.parametrize("seed", thinned(range(60), 5))
    def test_lengths_far_apart(self, seed):
        choose = random.Random(seed)
        words = [f"w{choose.randrange(40)}" for _ in range(300)]
        one = words[: choose.choice([1, 3, 10, 40])]
        other = words[choose.randrange(100) :][: choose.choice([30, 60, 130, 200])]
        for hypothesis, reference in (one, other), (other, one):
            assert edits(hypothesis, reference) == translation_edit_rate(hypothesis, reference)[0]

    @pytest.mark.parametrize("words", [1, 2, 3, 7])
    @pytest.mark.parametrize("times", [24, 49, 50, 51, 52, 60, 101])
    def test_references_fifty_times_as_long(self, words, times):
        """If the reference is fifty times as long, the beam is wider than 64 bits."""
        choose = random.Random(words * times)
        reference = [f"w{choose.randrange(60)}" for _ in range(words * times)]
        hypothesis = choose.choices([*reference, "x"], k=words)
        assert edits(hypothesis, reference) == translation_edit_rate(hypothesis, reference)[0]
        hypothesis = shuffled(reference[:: max(1, times)], choose, 2)
        assert edits(hypothesis, reference) == translation_edit_rate(hypothesis, reference)[0]

    @pytest.mark.parametrize("length", [26, 45, 60])
    def test_far_from_the_diagonal(self, length):
        """The matching words lie outside of the beam."""
        for offset in thinned([20, 24, 25, 26, 30, 49, 50, 51, 52, 60], 4):
            block = [f"w{at}" for at in range(length)]
            one = [f"x{at}" for at in range(offset)] + block
            other = block + [f"y{at}" for at in range(offset)]
            assert edits(one, other) == translation_edit_rate(one, other)[0]

    def test_limit_of_attempts(self):
        """With many blocks of equal words, sacrebleu stops after 1000 attempts and drops the last round."""
        for seed in thinned(range(5), 2):
            choose = random.Random(seed)
            reference = [f"w{choose.randrange(6)}" for _ in range(60)]
            hypothesis = choose.sample(reference, 60)
            assert edits(hypothesis, reference) == translation_edit_rate(hypothesis, reference)[0]

    @examples(300)
    @given(st.lists(st.sampled_from("abcde"), max_size=40), st.lists(st.sampled_from("abcdef"), max_size=40))
    def test_any(self, hypothesis, reference):
        assert edits(hypothesis, reference) == translation_edit_rate(hypothesis, reference)[0]

    @pytest.mark.parametrize("vocabulary", [1, 3, 50, 100_000])
    @pytest.mark.serial
    def test_long_segments(self, vocabulary):
        """Segments of a thousand words and more take seconds."""
        choose = random.Random(vocabulary)
        for length in 1000, 3000:
            reference = [f"w{choose.randrange(vocabulary)}" for _ in range(length)]
            hypothesis = shuffled(reference, choose, 30)
            start = time.perf_counter()
            for words in hypothesis, [], ["w0"], hypothesis[:7]:
                assert edits(words, reference) >= length - len(words)
                assert edits(reference, words) >= length - len(words)
            assert time.perf_counter() - start < 20

    def test_thousand_words(self):
        choose = random.Random(1)
        reference = [f"w{choose.randrange(3000)}" for _ in range(1100)]
        hypothesis = [word for word in shuffled(reference, choose, 2) if choose.random() < 0.99]
        assert edits(hypothesis, reference) == translation_edit_rate(hypothesis, reference)[0]
