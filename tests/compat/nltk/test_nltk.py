"""`rapidscore.compat.nltk`, against NLTK: every result equal in type and to the bit, every warning and error too."""

import fractions
import inspect
import itertools
import random
import re
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import nltk.translate
import nltk.translate.bleu_score as their_bleu
import nltk.translate.chrf_score as their_chrf
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES, systems
from support.effort import examples
from support.names import plain
from support.outcomes import exactly
from support.strategies import corpora, pairs

import rapidscore.compat.nltk.translate as our_translate
import rapidscore.compat.nltk.translate.bleu_score as our_bleu
import rapidscore.compat.nltk.translate.chrf_score as our_chrf
from rapidscore import BLEU

METHODS = range(8)
every_method = pytest.mark.parametrize("method", METHODS)


def outcome(function, *arguments, **named):
    """Return the result or the class of the error, and the warnings: their classes and the orders that they name."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = exactly(function(*arguments, **named))
        except Exception as error:
            result = type(error)
    return result, [(warning.category, re.search(r"(\d+)-gram", str(warning.message))[1]) for warning in caught]


def smoothing(module, method, *parameters):
    return None if method is None else getattr(module.SmoothingFunction(*parameters), f"method{method}")


def assert_equal(name, *arguments, **named):
    ours, theirs = (outcome(getattr(module, name), *arguments, **named) for module in modules(name))
    assert ours == theirs, (name, arguments, named)
    return ours


def modules(name):
    return (our_chrf, their_chrf) if "chrf" in name else (our_bleu, their_bleu)


def assert_equal_bleu(references, hypotheses, method=None, parameters=(), **options):
    """Compare as a corpus and segment by segment, with the smoothing method of a number."""
    calls = [("corpus_bleu", references, hypotheses)]
    calls += [("sentence_bleu", *segment) for segment in zip(references, hypotheses, strict=True)]
    for name, *arguments in calls:
        ours, theirs = (
            outcome(
                getattr(module, name),
                *arguments,
                smoothing_function=smoothing(module, method, *parameters),
                **options,
            )
            for module in (our_bleu, their_bleu)
        )
        assert ours == theirs, (name, arguments, method, parameters, options)


TOKENS = [text.split() for text in PREDICTIONS]
TOKEN_REFERENCES = [[text.split() for text in texts] for texts in REFERENCES]
CHARACTERS = [[list(text) for text in texts] for texts in REFERENCES], [list(text) for text in PREDICTIONS]

WEIGHTS = [
    (1,),
    (0.5, 0.5),
    (0.25, 0.25, 0.25, 0.25),
    [0.25, 0.25, 0.25, 0.25],
    (0.1, 0.3, 0.5, 0.1),
    (0, 0, 1),
    (-1, 2),
    (0.2,) * 5,
    (1 / 12,) * 12,
    (0.01,) * 100,
    (),
    [],
    [(1,), (0.5, 0.5), (1 / 3,) * 3, (0.25,) * 4, (0.2,) * 5],
    [(0.25, 0.25, 0.25, 0.25)],
    [(0.5, 0.5), ()],
    ((1.0,), (0.1, 0.9)),
    np.array([0.3, 0.7]),
    np.array([[0.3, 0.7], [1, 0]]),
]


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


class Folded(str):
    """A word that is equal to itself in upper case."""

    def __eq__(self, other):
        return self.lower() == other.lower()

    def __hash__(self):
        return hash(self.lower())


class Index:
    """An object with `__index__`, which is not equal to its number."""

    def __index__(self):
        return 1


NAN, THING = float("nan"), object()
ODD_TOKENS = ["a", "1", 1, True, 1.0, 1.5, 0, False, -0.0, None, (1, 2), (1.0, 2), b"a", frozenset("a"), NAN, THING]
ODD_TOKENS += [np.int64(1), np.str_("a"), np.float32(1.5), Decimal(1), 1 + 0j, 2**70, -(2**70), -1, "", " ", "é", "é"]
ODD_TOKENS += ["\ud800", "\ud83d\ude00", "😀", "\0", "\xff", "ÿ", "w" * 40, Folded("A"), Folded("a"), Index()]


# Without tokens whose equality is not transitive, and without tokens that cannot be compared.
FAIR_TOKENS = [token for token in ODD_TOKENS if not isinstance(token, Folded | Decimal)]


class TestTokens:
    @examples(500)
    @given(
        hypothesis=st.lists(st.sampled_from(FAIR_TOKENS), min_size=1, max_size=12),
        references=st.lists(st.lists(st.sampled_from(FAIR_TOKENS), max_size=12), min_size=1, max_size=2),
    )
    def test_many_types(self, hypothesis, references):
        assert_equal_bleu([references], [hypothesis], 1, weights=(0.5, 0.3, 0.2))
        for n in 1, 2:
            assert_equal("modified_precision", references, hypothesis, n)
            assert_equal("chrf_precision_recall_fscore_support", references[0], hypothesis, n)

    @pytest.mark.parametrize("one", ODD_TOKENS, ids=plain)
    def test_every_pair(self, one):
        for other in ODD_TOKENS:
            assert_equal("modified_precision", [[other]], [one], 1)

    @given(st.data())
    def test_one_type_at_a_time(self, data):
        kind = data.draw(st.sampled_from([st.integers(), st.text(), st.floats(), st.tuples(st.text()), st.booleans()]))
        vocabulary = data.draw(st.lists(kind, min_size=1, max_size=5))
        texts = st.lists(st.sampled_from(vocabulary), max_size=20)
        assert_equal_bleu([[data.draw(texts), data.draw(texts)]], [data.draw(texts)], 2)

    def test_tokens_without_equals(self):
        assert our_bleu.modified_precision([[float("nan")]], [float("nan")], 1).numerator == 0
        assert our_bleu.modified_precision([[NAN]], [NAN], 1).numerator == 1


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


class TestNames:
    @pytest.mark.parametrize("module", [(our_bleu, their_bleu), (our_chrf, their_chrf)])
    def test_signatures(self, module):
        ours, theirs = module
        public = {name: value for name, value in vars(theirs).items() if not name.startswith("_")}
        public = {name for name, value in public.items() if getattr(value, "__module__", "") == theirs.__name__}
        assert public == set(ours.__all__)
        names = [*public, *(f"SmoothingFunction.method{method}" for method in METHODS if ours is our_bleu)]
        for name in names:
            signatures = []
            for found in module:
                for part in name.split("."):
                    found = getattr(found, part)  # noqa: PLW2901
                signature = inspect.signature(found)
                signatures.append([(p.name, p.kind, p.default) for p in signature.parameters.values()])
            assert signatures[0] == signatures[1], name

    def test_short_names(self):
        for name in our_translate.__all__:
            assert getattr(our_translate, name).__name__ == getattr(nltk.translate, name).__name__

    @pytest.mark.parametrize(
        ("module", "unwanted"),
        [("rapidscore", "rapidscore.compat"), ("rapidscore.compat.nltk.translate", "nltk")],
    )
    def test_lazy_imports(self, module, unwanted):
        code = f"import sys, {module}; sys.exit({unwanted!r} in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0

    def test_bleu_is_unchanged(self):
        with pytest.raises(ValueError, match="unknown tokenize"):
            BLEU(tokenize="given")
        for metric in BLEU(), BLEU(tokenize=str.split):
            with pytest.raises(TypeError, match="not str"):
                metric.score([["a"]], [["a"]])

    def test_threads(self):
        segments = list(zip(TOKEN_REFERENCES, TOKENS, strict=True)) * 20
        function = our_bleu.SmoothingFunction().method7

        def score(segment):
            return our_bleu.sentence_bleu(*segment, smoothing_function=function), our_chrf.sentence_chrf(
                *segment[0], "a"
            )

        segments = [segment for segment in segments if len(segment[0]) == 1 and segment[1]]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(score, segments)) == [score(segment) for segment in segments]


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
