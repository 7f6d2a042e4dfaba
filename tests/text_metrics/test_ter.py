"""TER, against sacrebleu: every number equal, none merely close, but where a comment says why."""

import random
import time

import numpy as np
import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.lib_ter import translation_edit_rate
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES, systems
from support.parity import assert_equal_scores
from support.strategies import corpora, pairs

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


class TestEveryOption:
    @pytest.mark.parametrize("options", OPTIONS, ids=str)
    @pytest.mark.parametrize("references", [SINGLE_REFERENCES, REFERENCES], ids=["single", "ragged"])
    def test_corpus(self, options, references):
        assert_equal_scores(TER, options, PREDICTIONS, references)

    @pytest.mark.parametrize("count", [2, 3, 4])
    def test_same_number_of_references(self, count):
        references = [[text, text[::-1], text[:10], text[5:]][:count] for text in SINGLE_REFERENCES]
        assert_equal_scores(TER, {}, PREDICTIONS, references)

    def test_corpus_ter(self):
        expected = sacrebleu.corpus_ter(PREDICTIONS, [SINGLE_REFERENCES])
        assert TER().score(PREDICTIONS, SINGLE_REFERENCES).score == expected.score


@pytest.mark.parametrize("options", [{}, {"normalized": True}, {"no_punct": True}], ids=str)
@pytest.mark.parametrize(
    ("prediction", "reference"),
    [
        ("", ""),
        ("", "a b c"),
        ("a b c", ""),
        (" \n\u3000", " "),
        ("a", "A"),
        ("a b", "b a"),
        ("a b c d", "c d a b"),
        ("a a a", "a a a a"),
        (".", "."),
        ("?!", ""),
        ("\0", "\0\0"),
        ("\ud800 a", "\ud801 a"),
        ("a" * 17, "a" * 18),
        ("ΑΣ Σ", "ας σ"),
    ],
)
def test_degenerate(options, prediction, reference):
    assert_equal_scores(TER, options, [prediction], [reference])
    assert_equal_scores(TER, options, [prediction, "x y"], [[reference, ""], ["x"]])


@pytest.mark.parametrize(
    ("prediction", "reference", "score"),
    [("", "a", 100.0), ("a", "", 100.0), ("", "", 0.0), ("a b", "a b", 0.0), ("a b c d", "c d a b", 25.0)],
)
def test_known_scores(prediction, reference, score):
    assert TER().score([prediction], [reference]).score == score


# Texts that the tokenizer's rules treat in their own way.
PIECES = ["\n-", "\n", "&quot;", "&amp;", "&amp;lt;", "&lt;", "&gt;", "'s ", "'s", "x's", ".", ",", "..", "...", "1.5"]
PIECES += ["a.b", "5.", ".5", "a.", "3-4", "5-", "-5", "a-b", " ", "a", "B", "é", "\u3000", "É.", "1é.", "\ud800"]
PIECES += list("{~`()/'-!\":;漢字ひカㇰ㌀豈︰㈀㼢㼣、。・〈｡．，（㇀⺀㐀")


class TestOddTexts:
    @settings(max_examples=600)
    @given(options=st.sampled_from(OPTIONS), pieces=st.lists(st.sampled_from(PIECES), max_size=12))
    def test_tokens(self, options, pieces):
        text = "".join(pieces)
        theirs = sacrebleu.metrics.TER(**options)
        assert TER(**options).tokens(text) == theirs._preprocess_segment(text).split()

    @pytest.mark.parametrize("options", [OPTIONS[3], OPTIONS[7], OPTIONS[13]], ids=str)
    def test_tokens_of_every_character(self, options):
        theirs, ours = sacrebleu.metrics.TER(**options), TER(**options)
        for code_point in range(0x11000):
            text = f"a{chr(code_point)}b 5{chr(code_point)}. {chr(code_point)}"
            assert ours.tokens(text) == theirs._preprocess_segment(text).split(), f"U+{code_point:04X}"

    @settings(max_examples=200)
    @given(options=st.sampled_from(OPTIONS), pair=pairs())
    def test_pair(self, options, pair):
        # The reference takes seconds for a hundred words.
        texts = [" ".join(text.split(" ")[:40]) for text in pair]
        assert_equal_scores(TER, options, texts[:1], texts[1:])

    @given(options=st.sampled_from(OPTIONS), corpus=corpora(max_size=2))
    def test_corpus(self, options, corpus):
        predictions, references = corpus
        shorten = " ".join
        predictions = [shorten(text.split(" ")[:40]) for text in predictions]
        references = [[shorten(text.split(" ")[:40]) for text in texts] for texts in references]
        assert_equal_scores(TER, options, predictions, references)


def shuffled(words, choose, moves):
    """Move some blocks."""
    words = list(words)
    for _ in range(moves):
        start = choose.randrange(len(words) + 1)
        block = words[start : start + choose.randrange(1, 13)]
        del words[start : start + len(block)]
        target = choose.randrange(len(words) + 1)
        words[target:target] = block
    return words


class TestShifts:
    """Against the reference's search itself: ties, limits, and a beam that leaves the best path outside."""

    @pytest.mark.parametrize("seed", range(60))
    @pytest.mark.parametrize("vocabulary", [2, 5, 30, 1000])
    def test_moved_blocks(self, seed, vocabulary):
        choose = random.Random(f"{seed} {vocabulary}")
        length = choose.choice([1, 2, 5, 10, 20, 26, 30, 50, 63, 64, 65, 70])
        reference = [f"w{choose.randrange(vocabulary)}" for _ in range(length)]
        hypothesis = shuffled(reference, choose, choose.randrange(5))
        hypothesis = [word if choose.random() < 0.9 else "x" for word in hypothesis if choose.random() < 0.9]
        assert edits(hypothesis, reference) == translation_edit_rate(hypothesis, reference)[0]

    @pytest.mark.parametrize("seed", range(60))
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
        """From there on the beam is wider than a word of bits."""
        choose = random.Random(words * times)
        reference = [f"w{choose.randrange(60)}" for _ in range(words * times)]
        hypothesis = choose.choices([*reference, "x"], k=words)
        assert edits(hypothesis, reference) == translation_edit_rate(hypothesis, reference)[0]
        hypothesis = shuffled(reference[:: max(1, times)], choose, 2)
        assert edits(hypothesis, reference) == translation_edit_rate(hypothesis, reference)[0]

    @pytest.mark.parametrize("length", [26, 45, 60])
    def test_far_from_the_diagonal(self, length):
        """What matches lies farther off than the beam sees."""
        for offset in 20, 24, 25, 26, 30, 49, 50, 51, 52, 60:
            block = [f"w{at}" for at in range(length)]
            one = [f"x{at}" for at in range(offset)] + block
            other = block + [f"y{at}" for at in range(offset)]
            assert edits(one, other) == translation_edit_rate(one, other)[0]

    def test_limit_of_attempts(self):
        """Many blocks of equal words: the reference gives up after 1000 attempts, and leaves the last round out."""
        for seed in range(5):
            choose = random.Random(seed)
            reference = [f"w{choose.randrange(6)}" for _ in range(60)]
            hypothesis = choose.sample(reference, 60)
            assert edits(hypothesis, reference) == translation_edit_rate(hypothesis, reference)[0]

    @settings(max_examples=300)
    @given(st.lists(st.sampled_from("abcde"), max_size=40), st.lists(st.sampled_from("abcdef"), max_size=40))
    def test_any(self, hypothesis, reference):
        assert edits(hypothesis, reference) == translation_edit_rate(hypothesis, reference)[0]

    @pytest.mark.parametrize("vocabulary", [1, 3, 50, 100_000])
    def test_long_segments_end(self, vocabulary):
        """A segment of a thousand words, and more, is done soon."""
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


class TestTranslations:
    def test_every_system(self, wmt23):
        """Some segments of every system of every direction, other ones for each."""
        seen = set()
        for number, (pair, _, outputs, references) in enumerate(systems(wmt23)):
            seen.add(pair)
            sample = slice(number % 211, None, 211)
            asian = pair in ("en-zh", "en-ja")
            options = OPTIONS[number % 16] | ({"normalized": True, "asian_support": True} if asian else {})
            assert_equal_scores(TER, options, outputs[sample], references[sample])
        assert len(seen) == 14

    @pytest.mark.parametrize("pair", ["he-en", "en-he", "cs-uk", "en-zh", "en-ja"])
    def test_one_system(self, wmt23, pair):
        outputs, references = next((o, r) for name, _, o, r in systems(wmt23) if name == pair)
        options = {"normalized": True, "asian_support": True} if pair in ("en-zh", "en-ja") else {}
        assert_equal_scores(TER, options, outputs[:400], references[:400])
