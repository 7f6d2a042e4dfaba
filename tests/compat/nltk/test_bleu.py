"""BLEU of `rapidscore.compat.nltk`, against NLTK: equal in type and to the bit, warnings and errors too."""

import itertools
import random
from decimal import Decimal

import nltk.translate.bleu_score as their_bleu
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corpus import systems
from support.effort import examples
from support.nltk_drop_in import (
    CHARACTERS,
    METHODS,
    TOKEN_REFERENCES,
    TOKENS,
    WEIGHTS,
    assert_equal,
    assert_equal_bleu,
    every_method,
    outcome,
    smoothing,
)
from support.outcomes import exactly
from support.strategies import corpora

import rapidscore.compat.nltk.translate.bleu_score as our_bleu


class TestBleu:
    @pytest.mark.parametrize("weights", WEIGHTS, ids=str)
    @pytest.mark.parametrize("method", [None, *METHODS])
    def test_weights(self, weights, method):
        if method == 6 and len(weights) == 100:
            pytest.skip("the method's fractions double their length with each order")
        with np.errstate(all="ignore"):
            assert_equal_bleu(TOKEN_REFERENCES, TOKENS, method, weights=weights)
            assert_equal_bleu(*CHARACTERS, method, weights=weights)

    @every_method
    @pytest.mark.parametrize(
        "parameters", [(0.5, 3, 2), (1, 0.5, 0.1), (1e-300, 0, 7), (0, 5, 5), (0.1, -1, 0), (Decimal("0.1"), 5, 5)]
    )
    def test_parameters(self, method, parameters):
        assert_equal_bleu(*CHARACTERS, method, parameters)
        assert_equal_bleu(TOKEN_REFERENCES, TOKENS, method, parameters, weights=(0.1,) * 7)

    @pytest.mark.parametrize("method", [None, *METHODS])
    @pytest.mark.parametrize("weights", [(0.25,) * 4, [0.25] * 4, (0.5, 0.5), [(0.25,) * 4, (1,)]], ids=str)
    @pytest.mark.parametrize("length", range(1, 7))
    def test_auto_reweigh(self, method, weights, length):
        text = list("abcdef"[:length])
        for reference in (text, list("abc"), [*text, "x"], ["x", *text]):
            assert_equal_bleu([[reference]], [text], method, weights=weights, auto_reweigh=True)

    @examples(150)
    @given(
        corpus=corpora(max_size=3),
        method=st.sampled_from([None, *METHODS]),
        orders=st.integers(1, 12),
        split=st.sampled_from([str.split, list, str]),
        auto_reweigh=st.booleans(),
    )
    def test_odd_texts(self, corpus, method, orders, split, auto_reweigh):
        hypotheses, references = corpus
        hypotheses = [split(text[:300]) for text in hypotheses]
        references = [[split(text[:300]) for text in texts] for texts in references]
        options = {"weights": (1 / orders,) * orders, "auto_reweigh": auto_reweigh}
        assert_equal_bleu(references, hypotheses, method, **options)

    @examples(300)
    @given(
        hypothesis=st.lists(st.sampled_from("ab"), max_size=9),
        references=st.lists(st.lists(st.sampled_from("abc"), max_size=9), max_size=3),
        method=st.sampled_from([None, *METHODS]),
        weights=st.sampled_from(WEIGHTS[:9]),
    )
    def test_short_texts(self, hypothesis, references, method, weights):
        assert_equal_bleu([references], [hypothesis], method, weights=weights)

    @pytest.mark.parametrize("method", [None, *METHODS])
    @pytest.mark.parametrize(
        ("references", "hypotheses"),
        [
            ([[["a"]]], [[]]),
            ([[[]]], [["a"]]),
            ([[[]]], [[]]),
            ([[[], ["a"]]], [["a"]]),
            ([[]], [["a", "b"]]),
            ([[]], [[]]),
            ([], []),
            ([[["a"]], []], [["a"], ["b"]]),
            ([[["a", "b"]]], [["b", "a"]]),
            ([[["a", "b", "c"]]], [["a", "b", "c"]]),
            ([["abc", "the cat"]], [["a", "b", "c"]]),
            ([["abc"]], ["abc"]),
            (["abc"], ["abc"]),
            ([[("a", "b"), range(3)]], [np.array([0, 1, 2])]),
            ({1: [["a", "b"]]}.values(), {1: ["a", "b"]}.values()),
            ((((1, 2, 3, 4),),), ((1, 2, 3, 4),)),
            ([[{"a": 1, "b": 2}]], [{"a": 3}]),
            ([[b"abc"]], [[97, 98]]),
        ],
        ids=str,
    )
    def test_degenerate(self, references, hypotheses, method):
        for weights in [(0.25,) * 4, (1,), (0.5, 0.5)]:
            assert_equal_bleu(list(references), list(hypotheses), method, weights=weights)
        for name in "corpus_bleu", "sentence_bleu":
            assert_equal(name, references, hypotheses)

    @pytest.mark.parametrize(
        ("name", "arguments"),
        [
            ("corpus_bleu", ([[["a"]]], [])),
            ("corpus_bleu", ([], [["a"]])),
            ("corpus_bleu", (None, [["a"]])),
            ("corpus_bleu", ([[["a"]]], [None])),
            ("corpus_bleu", ([None], [["a"]])),
            ("corpus_bleu", ([[None]], [["a"]])),
            ("corpus_bleu", ([[["a"]]], [5])),
            ("corpus_bleu", ([[["a"]]], [iter("a")])),
            ("corpus_bleu", ([[iter("a")]], ["a"])),
            ("corpus_bleu", ([[["a"]]], [["a"]], 0.25)),
            ("corpus_bleu", ([[["a"]]], [["a"]], None)),
            ("corpus_bleu", ([[["a"]]], [["a"]], ("x",))),
            ("corpus_bleu", ([[["a"]]], [["a"]], (1,), 3)),
            ("sentence_bleu", ([["a", ["b"]]], ["a"])),
            ("sentence_bleu", ([["a"]], ["a", {}])),
            ("sentence_bleu", ([["a"]],)),
            ("modified_precision", ([], ["a"], 1)),
            ("modified_precision", ([], ["a"], 2)),
            ("modified_precision", ([["a"]], ["a"], -1)),
            ("modified_precision", ([["a"]], ["a"], None)),
            ("closest_ref_length", ([], 3)),
            ("closest_ref_length", ([3], 3)),
            ("brevity_penalty", ("a", 3)),
        ],
    )
    def test_bad_input(self, name, arguments):
        (error, _) = assert_equal(name, *arguments)
        assert isinstance(error, type) or name == "modified_precision"

    def test_too_many_orders(self):
        with pytest.raises(ValueError, match="number of weights must be from 1 to 100, got 101"):
            our_bleu.sentence_bleu([["a"]], ["a"], (0.01,) * 101)
        with pytest.raises(ValueError, match="n must be from 1 to 100, got 0"):
            our_bleu.modified_precision([["a"]], ["a"], 0)

    def test_messages(self):
        with pytest.raises(AssertionError, match="1 hypotheses but 2 lists of references: pass one"):
            our_bleu.corpus_bleu([[["a"]], [["a"]]], [["a"]])
        with pytest.raises(KeyError, match="references of hypothesis 1 are empty: pass at least one"):
            our_bleu.corpus_bleu([[["a"]], []], [["a"], ["b"]])
        with pytest.raises(AssertionError, match="method6 needs"):
            our_bleu.sentence_bleu([["a", "b"]], ["a", "b"], smoothing_function=smoothing(our_bleu, 6))
        with pytest.warns(UserWarning, match="shares no 3-gram with its references"):
            our_bleu.sentence_bleu([["a", "b"]], ["a", "b"], (0, 0, 1))

    def test_long_texts(self):
        choose = random.Random(3)
        for length in (63, 64, 65, 128, 129, 512, 513, 3000):
            texts = [[choose.randrange(20) for _ in range(length)] for _ in range(3)]
            assert_equal_bleu([texts[:2]], [texts[2]], 3, weights=(0.1,) * 10)

    def test_many_segments(self):
        choose = random.Random(4)
        texts = [[choose.choice("abcdef") for _ in range(choose.randrange(12))] for _ in range(3000)]
        for method in (None, *METHODS):
            options = (
                {"smoothing_function": smoothing(our_bleu, method)},
                {"smoothing_function": smoothing(their_bleu, method)},
            )
            references = [[text, other] for text, other in itertools.pairwise([*texts[1:], ["a"], ["b"]])]
            ours, theirs = (
                outcome(module.corpus_bleu, references[:1000], texts[:1000], **option)
                for module, option in zip((our_bleu, their_bleu), options, strict=True)
            )
            assert ours == theirs


class TestParts:
    @pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 9, 10, 30, 100])
    def test_modified_precision(self, n):
        for references, hypothesis in zip(*CHARACTERS, strict=True):
            assert_equal("modified_precision", references, hypothesis, n)
            ours, theirs = (m.modified_precision(references, hypothesis, n) for m in (our_bleu, their_bleu))
            assert float(ours) == float(theirs)
            assert str(ours) == str(theirs)

    def test_fractions(self):
        for first, second in itertools.product([(2, 4), (1, 2), (0, 1), (0, 4), (6, 4), (3, 3)], repeat=2):
            (a, b), (c, d) = ([m.Fraction(*terms) for terms in (first, second)] for m in (our_bleu, their_bleu))
            assert repr(a) == repr(c)
            assert (a == b, a < b, a >= b, bool(a), hash(a)) == (c == d, c < d, c >= d, bool(c), hash(c))
            for ours, theirs in [(a + b, c + d), (a * b, c * d), (a - b, c - d), (a**2, c**2), (a + 1, c + 1)]:
                assert (exactly(ours), type(ours)) == (exactly(theirs), type(theirs))
            if b:
                assert exactly(a / b) == exactly(c / d)
        for terms in [(6, 4, True), (6, 4, False), (6, 4)]:
            assert exactly(our_bleu.Fraction(*terms)) == exactly(their_bleu.Fraction(*terms))
        assert exactly(our_bleu.Fraction(3)) == ("fraction", 3, 1)
        with pytest.raises(ZeroDivisionError):
            our_bleu.Fraction(1, 0)

    def test_lengths(self):
        for closest, length in itertools.product(range(5), repeat=2):
            assert_equal("brevity_penalty", closest, length)
            for other in range(5):
                assert_equal("closest_ref_length", [["a"] * closest, "b" * other], length)
        assert our_bleu.closest_ref_length(reversed([["a"] * 13, ["a"] * 11]), 12) == 11

    @every_method
    def test_smoothing_methods(self, method):
        """Methods are called directly, with lists that they may change."""
        for terms in [[(3, 4), (1, 3), (1, 2), (1, 1)], [(2, 4), (0, 3), (0, 2), (0, 1)], [(0, 4)] * 4, [(1, 2)], []]:
            results = []
            for module in our_bleu, their_bleu:
                p_n = [module.Fraction(*pair) for pair in terms]
                function = smoothing(module, method)
                results.append(outcome(function, p_n, references=["abcd"], hypothesis="abxy"))
                results[-1] += (exactly(p_n), outcome(function, p_n, ["abcd"], "abxy", 17), exactly(p_n))
            assert results[0] == results[1]

    @every_method
    def test_smoothing_methods_of_nltk(self, method):
        """NLTK's smoothing methods work with our counts."""
        for references, hypothesis in zip(*CHARACTERS, strict=True):
            function = smoothing(their_bleu, method)
            assert_equal("sentence_bleu", references, hypothesis, smoothing_function=function)

    @every_method
    def test_derived_class(self, method):
        classes = [
            type("Derived", (module.SmoothingFunction,), {"method4": lambda self, p_n, *args, **kwargs: p_n})
            for module in (our_bleu, their_bleu)
        ]
        for references, hypothesis in zip(*CHARACTERS, strict=True):
            ours, theirs = (
                outcome(m.sentence_bleu, references, hypothesis, smoothing_function=getattr(c(), f"method{method}"))
                for m, c in zip((our_bleu, their_bleu), classes, strict=True)
            )
            assert ours == theirs

    def test_custom_function(self):
        """It receives unreduced fractions, and the references and the hypothesis of the last segment."""
        seen = []

        def function(p_n, references, hypothesis, hyp_len):
            seen.append(([exactly(p_i) for p_i in p_n], type(p_n), references, hypothesis, hyp_len))
            return [p_i + 1 for p_i in p_n]

        assert_equal("corpus_bleu", TOKEN_REFERENCES, TOKENS, smoothing_function=function)
        ours, theirs = seen
        assert ours == theirs
        assert ours[2] is TOKEN_REFERENCES[-1]
        assert ours[3] is TOKENS[-1]
        assert_equal("corpus_bleu", TOKEN_REFERENCES, TOKENS, smoothing_function=lambda p_n, **_: p_n[:2])
        assert_equal("corpus_bleu", TOKEN_REFERENCES, TOKENS, smoothing_function=lambda p_n, **_: [0.0, float("inf")])
        assert_equal("corpus_bleu", TOKEN_REFERENCES, TOKENS, smoothing_function=lambda p_n, **_: None)
        assert_equal("corpus_bleu", TOKEN_REFERENCES, TOKENS, smoothing_function=lambda p_n: p_n)


class TestTranslations:
    def test_every_direction(self, wmt23):
        """A few segments of one system of each direction, different segments for each method."""
        firsts = {pair: (outputs, references) for pair, _, outputs, references in systems(wmt23)}
        assert len(firsts) == 14
        for number, (outputs, references) in enumerate(firsts.values()):
            sample = slice(number, None, len(outputs) // 40)
            hypotheses = [text.split() for text in outputs[sample]]
            lists = [[text.split() for text in texts] for texts in references[sample]]
            assert_equal_bleu(lists, hypotheses, None)
            assert_equal_bleu(lists, hypotheses, number % 8, weights=[(0.25,) * 4, (0.5, 0.5)])
            assert_equal_bleu(references[sample], outputs[sample], 7)
            assert_equal("corpus_chrf", [texts[0] for texts in references[sample]], outputs[sample])
            assert_equal("sentence_chrf", lists[0][0], hypotheses[0])
