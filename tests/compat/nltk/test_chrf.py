"""chrF of `rapidscore.compat.nltk`, against NLTK: equal in type and to the bit, warnings and errors too."""

import fractions
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corpus import PREDICTIONS, SINGLE_REFERENCES
from support.effort import examples
from support.nltk_drop_in import (
    TOKENS,
    Folded,
    assert_equal,
)
from support.strategies import pairs

import rapidscore.compat.nltk.translate.chrf_score as our_chrf

BETAS = [
    0,
    1,
    2,
    3,
    3.0,
    0.5,
    1e-200,
    1e100,
    10**300,
    1e200,
    float("inf"),
    float("nan"),
    fractions.Fraction(1, 3),
    True,
]
ORDERS = [(1, 6), (2, 3), (1, 1), (6, 6), (3, 12), (1, 100), (3, 2)]


class TestChrf:
    def assert_equal(self, references, hypotheses, **options):
        assert_equal("corpus_chrf", references, hypotheses, **options)
        for pair in zip(references, hypotheses, strict=True):
            assert_equal("sentence_chrf", *pair, **options)

    @pytest.mark.parametrize("ignore_whitespace", [True, False])
    @pytest.mark.parametrize(("min_len", "max_len"), ORDERS)
    @pytest.mark.parametrize("beta", BETAS, ids=repr)
    def test_options(self, min_len, max_len, beta, ignore_whitespace):
        options = {"min_len": min_len, "max_len": max_len, "beta": beta, "ignore_whitespace": ignore_whitespace}
        self.assert_equal(SINGLE_REFERENCES[::2], PREDICTIONS[::2], **options)
        self.assert_equal([text.split() for text in SINGLE_REFERENCES[:4]], TOKENS[:4], **options)

    @examples(200)
    @given(
        texts=st.lists(pairs(), min_size=1, max_size=4),
        orders=st.sampled_from(ORDERS),
        beta=st.sampled_from([1, 2.0, 3.0]),
        ignore_whitespace=st.booleans(),
    )
    def test_odd_texts(self, texts, orders, beta, ignore_whitespace):
        hypotheses, references = ([text[:200] for text in side] for side in zip(*texts, strict=True))
        self.assert_equal(references, hypotheses, min_len=orders[0], max_len=orders[1], beta=beta)
        self.assert_equal(references, hypotheses, ignore_whitespace=ignore_whitespace)

    def test_white_space(self):
        """NLTK's white space is not Python's."""
        for code in range(0x20000):
            character = chr(code)
            if character.isspace() or code % 997 == 0:
                assert_equal("sentence_chrf", f"a{character}b c", f"a b{character}c", max_len=2)

    @pytest.mark.parametrize(
        ("reference", "hypothesis"),
        [
            ("", ""),
            ("", "a"),
            ("a", ""),
            ("a", "a"),
            (" ", "\t"),
            ([], []),
            (["a b"], "a b"),
            (("a", "b"), iter(["a", "b"])),
            (np.str_("ab"), "ab"),
            (Folded("ab"), "a b"),
            (5, "a"),
            (None, "a"),
            ([1], "a"),
            (b"a", "a"),
            ("\ud800", "\ud83d\ude00 😀"),
        ],
    )
    def test_degenerate(self, reference, hypothesis):
        for ignore_whitespace in True, False:
            options = {"ignore_whitespace": ignore_whitespace}
            texts = [list(hypothesis) if hasattr(hypothesis, "__next__") else hypothesis]
            self.assert_equal([reference], texts, **options)
            self.assert_equal(["a b c", reference], ["a b d", *texts], **options)

    @pytest.mark.parametrize(
        "arguments", [([], []), (["a"], []), ([], ["a"]), (["a"], ["b"], -1), (["a"], ["b"], 2, 1)]
    )
    def test_bad_input(self, arguments):
        error, _ = assert_equal("corpus_chrf", *arguments)
        assert isinstance(error, type)

    def test_orders_out_of_range(self):
        for arguments, message in [((0, 6), "min_len must be from 1 to 100, got 0"), ((1, 101), "max_len .* got 101")]:
            with pytest.raises(ValueError, match=message):
                our_chrf.sentence_chrf("a", "a", *arguments)
        with pytest.raises(ValueError, match="n must be from 1 to 100, got 0"):
            our_chrf.chrf_precision_recall_fscore_support("a", "a", 0)

    def test_many_segments(self):
        """Enough segments that the order of additions matters."""
        texts = [text for text in PREDICTIONS for _ in range(10)]
        random.Random(1).shuffle(texts)
        assert_equal("corpus_chrf", SINGLE_REFERENCES * 10, texts)

    @pytest.mark.parametrize("beta", BETAS, ids=repr)
    def test_parts(self, beta):
        name = "chrf_precision_recall_fscore_support"
        for reference, hypothesis in [*zip(SINGLE_REFERENCES, PREDICTIONS, strict=True), ("", "a"), ("a", "b")]:
            for n in 1, 2, 6:
                assert_equal(name, reference, hypothesis, n, beta)
                assert_equal(name, reference.split(), hypothesis.split(), n, beta=beta, epsilon=0)
        assert our_chrf.chrf_precision_recall_fscore_support(iter("ab"), iter("abc"), 2)[::3] == (0.5, 1)
