"""BLEU of token lists, as NLTK 3.10.4's `nltk.translate.bleu_score` computes it.

Its numbers are not `rapidscore.BLEU`'s, which are sacrebleu's. Known for errors, and followed all the same:

- without smoothing an order without matches counts as 2.2e-308, so that the score is tiny but not 0;
- `corpus_bleu` shows a smoothing function the references and the hypothesis of the last segment only, which methods
  5, 6 and 7 count n-grams of;
- method 5 takes 5-grams for the order after the last, however many orders there are;
- method 6 asks for a matching 3-gram and says 2-gram;
- an empty list of references raises `KeyError`.
"""

from __future__ import annotations

import fractions
import math
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from operator import truediv
from types import MethodType
from typing import Any, NamedTuple, Self, TypeAlias

from rapidscore.compat.nltk.translate._tokens import Tokens, as_lists, check_order, count

__all__ = [
    "Fraction",
    "SmoothingFunction",
    "brevity_penalty",
    "closest_ref_length",
    "corpus_bleu",
    "modified_precision",
    "sentence_bleu",
]

#: For each order; or several of them.
Weights: TypeAlias = Sequence[float] | Sequence[Sequence[float]]
Smoothing: TypeAlias = Callable[..., Any]
#: A list of them for several weights: declared so, every caller would have to look which it is.
Score: TypeAlias = float | Any

_DEFAULT_WEIGHTS = (0.25, 0.25, 0.25, 0.25)


class Fraction(fractions.Fraction):
    """A fraction that keeps the numerator and the denominator it was made of.

    >>> half = Fraction(2, 4)
    >>> half.numerator, half.denominator, float(half)
    (2, 4, 0.5)

    What is computed with it is a plain `fractions.Fraction`.
    """

    __slots__ = ("_given",)

    _given: tuple[int, int] | None

    def __new__(cls, numerator: Any = 0, denominator: Any = None, _normalize: bool = False) -> Self:
        """Keep the terms unless told to reduce them."""
        # Before Python 3.12 a fraction can itself be told not to reduce its terms, and compares what it was told.
        told: dict[str, Any] = {} if sys.version_info >= (3, 12) else {"_normalize": _normalize}
        self = super().__new__(cls, numerator, denominator, **told)
        self._given = None if _normalize or denominator is None else (numerator, denominator)
        return self

    @property
    def numerator(self) -> int:
        """The numerator, as given."""
        return self._given[0] if self._given else super().numerator

    @property
    def denominator(self) -> int:
        """The denominator, as given."""
        return self._given[1] if self._given else super().denominator


class _Ratio(NamedTuple):
    """A precision for those smoothing methods that only look at its terms."""

    numerator: int
    denominator: int


def sentence_bleu(
    references: Sequence[Tokens],
    hypothesis: Tokens,
    weights: Weights = _DEFAULT_WEIGHTS,
    smoothing_function: Smoothing | None = None,
    auto_reweigh: bool = False,
) -> Score:
    """Return the BLEU of one sentence, 0 to 1: see `corpus_bleu`, to which this is a corpus of one segment.

    >>> reference, hypothesis = "the cat is on the mat".split(), "the cat sat on the mat".split()
    >>> round(sentence_bleu([reference], hypothesis, weights=(0.5, 0.5)), 4)
    0.7071
    >>> round(sentence_bleu([reference], hypothesis, smoothing_function=SmoothingFunction().method1), 4)
    0.2541
    """
    return corpus_bleu([references], [hypothesis], weights, smoothing_function, auto_reweigh)


def corpus_bleu(
    list_of_references: Sequence[Sequence[Tokens]],
    hypotheses: Sequence[Tokens],
    weights: Weights = _DEFAULT_WEIGHTS,
    smoothing_function: Smoothing | None = None,
    auto_reweigh: bool = False,
) -> Score:
    """Return the BLEU of a corpus, 0 to 1; a list for several weights; the int 0 where no token matches.

    >>> references = [["the cat is on the mat".split(), "a cat is on the mat".split()], ["a dog".split()]]
    >>> hypotheses = ["the cat is on a mat".split(), "a dog".split()]
    >>> [round(score, 4) for score in corpus_bleu(references, hypotheses, [(1,), (0.5, 0.5), (0.25,) * 4])]
    [1.0, 0.8165, 0.5081]

    It takes:

    - `list_of_references`: for each hypothesis a sequence of one or more references.
    - `hypotheses`: n sequences of tokens. Tokens may be of any hashable type, and are equal when Python calls them
      so; of a `str` the characters are.
    - `weights`: up to 100 numbers, one for each order of n-grams; or several such sequences.
    - `smoothing_function`: a method of `SmoothingFunction`, or a function of your own. It is called with the list of
      precisions, each a `Fraction`, and by name with `references`, `hypothesis` (of the last segment) and `hyp_len`
      (of all segments); it returns the new precisions.
    - `auto_reweigh`: weigh orders equally where all hypotheses together have less than 4 tokens and `weights` are at
      their default.

    Raises `AssertionError` when there are not as many lists of references as hypotheses, `KeyError` for a hypothesis
    that has no reference (`ValueError` if it is empty), `ZeroDivisionError` when there are no segments, `TypeError`
    for tokens that cannot be hashed, and `ValueError` for more than 100 weights.

    Reference: K. Papineni et al., "BLEU: a method for automatic evaluation of machine translation", ACL 2002.
    """
    if len(list_of_references) != len(hypotheses):
        raise AssertionError(
            f"{len(hypotheses)} hypotheses but {len(list_of_references)} lists of references: "
            "pass one list of references for each hypothesis"
        )
    several: Sequence[Any] = weights if _are_several(weights) else [weights]
    orders = len(weights) if several is not weights else max(map(len, several))
    if orders and not len(hypotheses):
        raise ZeroDivisionError("there are no hypotheses to score: pass at least one")
    # Copies, because the values of a dict, for one, have no last.
    list_of_references, hypotheses = list(list_of_references), list(hypotheses)
    numerators, denominators, hyp_len, ref_len = _count(list_of_references, hypotheses, max(1, orders))
    if not orders or numerators[0] == 0:
        return 0 if len(several) == 1 else [0] * len(several)

    # Making fractions takes longer than counting.
    smooth = smoothing_function or _UNSMOOTHED
    method = smooth.__func__ if type(smooth) is MethodType else None
    p_n: Any
    if method in _FOR_ORDERS_WITHOUT_MATCHES and numerators[-1]:
        p_n = [*map(truediv, numerators, denominators)]
    else:
        kind = _Ratio if method in _BY_TERMS else Fraction
        p_n = [*map(kind, numerators, denominators)]
        p_n = smooth(p_n, references=list_of_references[-1], hypothesis=hypotheses[-1], hyp_len=hyp_len)
        if kind is _Ratio:
            p_n = [p_i.numerator / p_i.denominator if type(p_i) is _Ratio else p_i for p_i in p_n]

    bp = brevity_penalty(ref_len, hyp_len)
    scores = []
    for given in several:
        weight = given
        if auto_reweigh and hyp_len < len(_DEFAULT_WEIGHTS) and weight == _DEFAULT_WEIGHTS:
            weight = (1 / hyp_len,) * hyp_len
        logarithms = [w_i * math.log(p_i) for w_i, p_i in zip(weight, p_n, strict=False) if p_i > 0]
        scores.append(bp * math.exp(math.fsum(logarithms)))
    return scores[0] if len(several) == 1 else scores


def _are_several(weights: Any) -> bool:
    if weights is _DEFAULT_WEIGHTS:
        return False
    try:
        weights[0][0]
    except (TypeError, IndexError):
        return False
    return True


def _count(
    list_of_references: list[Sequence[Tokens]], hypotheses: list[Tokens], orders: int
) -> tuple[list[int], list[int], int, int]:
    """Return matches and n-grams of each order, and the lengths of hypotheses and closest references."""
    check_order("the number of weights", orders)
    texts: list[Tokens] = []
    others: list[Sequence[Tokens]] = []
    short = []
    for references, hypothesis in zip(list_of_references, hypotheses, strict=True):
        *other, text = as_lists([*references, hypothesis])
        if not other:
            error = KeyError if text else ValueError
            raise error(f"references of hypothesis {len(texts)} are empty: pass at least one")
        if len(text) < orders:
            short.append(len(text))
        texts.append(text)
        others.append(other)
    hyp_len, ref_len, *counts = count(texts, others, orders)
    totals = counts[orders:]
    for length in short:
        # Where a hypothesis has no n-grams of an order, one counts.
        totals[length:] = [total + 1 for total in totals[length:]]
    return counts[:orders], totals, hyp_len, ref_len


def modified_precision(references: Sequence[Tokens], hypothesis: Tokens, n: int) -> Fraction:
    """Return how many of a hypothesis' n-grams of order `n`, 1 to 100, match, by how many there are, at least 1.

    >>> precision = modified_precision([["the", "cat"], ["the", "the"]], ["the", "the", "the", "cat"], n=1)
    >>> precision.numerator, precision.denominator
    (3, 4)

    Raises as `corpus_bleu` does.
    """
    check_order("n", n)
    *others, text = as_lists([*references, hypothesis])
    denominator = max(1, len(text) - n + 1)
    if not others:
        if len(text) < n:
            return Fraction(0, denominator)
        raise KeyError("references are empty: pass at least one")
    return Fraction(count([text], [others], n)[1 + n], denominator)


def closest_ref_length(references: Iterable[Tokens], hyp_len: int) -> int:
    """Return the length closest to `hyp_len`, the shorter of two equally close; `ValueError` for no references.

    >>> closest_ref_length([["a"] * 13, ["a"] * 11, ["a"] * 2], 12)
    11
    """
    return min(map(len, references), key=lambda length: (abs(length - hyp_len), length))


def brevity_penalty(closest_ref_len: int, hyp_len: int) -> float:
    """Return what hypotheses that are shorter than their references lose: a factor from 0 to 1.

    >>> brevity_penalty(12, 13), brevity_penalty(12, 0), round(brevity_penalty(12, 10), 4)
    (1, 0, 0.8187)
    """
    if hyp_len > closest_ref_len:
        return 1
    return math.exp(1 - closest_ref_len / hyp_len) if hyp_len else 0


class SmoothingFunction:
    """What may be done about orders without matches: eight methods, and the numbers that three of them need.

        >>> reference, hypothesis = "the cat is on the mat".split(), "on the mat the cat sat".split()
        >>> smoothing = SmoothingFunction(epsilon=0.01)
        >>> methods = [smoothing.method1, smoothing.method2, smoothing.method3, smoothing.method4]
        >>> [round(sentence_bleu([reference], hypothesis, smoothing_function=method), 3) for method in methods]
        [0.143, 0.485, 0.38, 0.294]

    - `epsilon`: the matches of an order without any, for method 1.
    - `alpha`: how much the expected precision weighs, for method 6.
    - `k`: divides the logarithm of the length, for methods 4 and 7.

    Each method takes the list of precisions, each with a numerator and a denominator, and returns the list of those
    that are to be used instead; methods 3 to 7 change the list itself.

    Reference: B. Chen and C. Cherry, "A systematic comparison of smoothing techniques for sentence-level BLEU",
    WMT 2014.
    """

    def __init__(self, epsilon: float = 0.1, alpha: float = 5, k: float = 5) -> None:
        self.epsilon = epsilon
        self.alpha = alpha
        self.k = k

    def method0(self, p_n: list[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Warn of each order without matches, by `UserWarning`, and take the smallest normal float for it."""
        for order, p_i in enumerate(p_n, 1):
            if p_i.numerator == 0:
                # As the reference does, it warns in its own name: Python then shows each text once.
                warnings.warn(
                    f"The hypothesis shares no {order}-gram with its references, so that BLEU is as good as 0 "
                    "whatever else matches: use fewer orders, or a method of SmoothingFunction",
                    UserWarning,
                    stacklevel=1,
                )
        return [p_i if p_i.numerator else sys.float_info.min for p_i in p_n]

    def method1(self, p_n: list[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Take `epsilon` matches for none."""
        return [p_i if p_i.numerator else (p_i.numerator + self.epsilon) / p_i.denominator for p_i in p_n]

    def method2(self, p_n: list[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Add one match and one n-gram to each order but the first.

        C.-Y. Lin and F. J. Och, "ORANGE: a method for evaluating automatic evaluation metrics for machine
        translation", COLING 2004.
        """
        kind = _Ratio if p_n and type(p_n[0]) is _Ratio else Fraction
        return p_n[:1] + [kind(p_i.numerator + 1, p_i.denominator + 1) for p_i in p_n[1:]]

    def method3(self, p_n: list[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Take 1/2 match for the first order without any, 1/4 for the second, and so on, as NIST's script does."""
        halved = 1
        for i, p_i in enumerate(p_n):
            if p_i.numerator == 0:
                halved *= 2
                p_n[i] = 1 / (halved * p_i.denominator)
        return p_n

    def method4(
        self,
        p_n: list[Any],
        references: Sequence[Tokens],
        hypothesis: Tokens,
        hyp_len: int | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> list[Any]:
        """Do as method 3, but take less for short hypotheses: log(length)/k times as much."""
        length = hyp_len or len(hypothesis)
        halved = 1
        for i, p_i in enumerate(p_n):
            if p_i.numerator == 0 and length > 1:
                halved *= 2
                # In the reference's order of operations.
                p_n[i] = 1 / (halved * self.k / math.log(length)) / p_i.denominator
        return p_n

    def method5(
        self,
        p_n: list[Any],
        references: Sequence[Tokens],
        hypothesis: Tokens,
        hyp_len: int | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> list[Any]:
        """Average each precision with its neighbours: that before, already averaged, and that behind."""
        behind = [*p_n[1:], modified_precision(references, hypothesis, 5)]
        before = p_n[0] + 1
        for i, next_one in enumerate(behind):
            before = p_n[i] = (before + p_n[i] + next_one) / 3
        return p_n

    def method6(
        self,
        p_n: list[Any],
        references: Sequence[Tokens],
        hypothesis: Tokens,
        hyp_len: int | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> list[Any]:
        """Mix precisions from the third order on with what the two orders before let expect.

        Raises `AssertionError` when no 3-gram matches. J. Gao and X. He, "Training MRF-based phrase translation
        models using gradient ascent", NAACL 2013.
        """
        if not p_n[2]:
            raise AssertionError("method6 needs matches of 2-grams and 3-grams, and there are none: use another method")
        for i in range(2, len(p_n)):
            expected = p_n[i - 1] ** 2 / p_n[i - 2] if p_n[i - 2] != 0 else 0
            n_grams = max(0, len(hypothesis) - i)
            p_n[i] = (p_n[i].numerator + self.alpha * expected) / (n_grams + self.alpha)
        return p_n

    def method7(
        self,
        p_n: list[Any],
        references: Sequence[Tokens],
        hypothesis: Tokens,
        hyp_len: int | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> list[Any]:
        """Do as method 4, then as method 5."""
        length = hyp_len or len(hypothesis)
        return self.method5(self.method4(p_n, references, hypothesis, length), references, hypothesis, length)


_UNSMOOTHED = SmoothingFunction().method0
#: Methods that leave precisions alone that are not 0. Where the highest order matches, so do all others.
_FOR_ORDERS_WITHOUT_MATCHES: frozenset[Any] = frozenset(
    {SmoothingFunction.method0, SmoothingFunction.method1, SmoothingFunction.method3, SmoothingFunction.method4}
)
#: Methods that compute with the terms of precisions only.
_BY_TERMS = _FOR_ORDERS_WITHOUT_MATCHES | {SmoothingFunction.method2}
