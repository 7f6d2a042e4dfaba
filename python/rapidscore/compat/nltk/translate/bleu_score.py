"""BLEU of token lists, as `nltk.translate.bleu_score` of NLTK 3.10.4 computes it.

The numbers differ from those of `rapidscore.BLEU`, which follows sacrebleu. Some behaviour of NLTK is kept although it
is an error:

- Without smoothing, an order without matches counts as 2.2e-308, so the score is tiny but not 0.
- `corpus_bleu` passes only the references and the hypothesis of the last segment to a smoothing function. Methods 5, 6
  and 7 count n-grams of these.
- Method 5 uses 5-grams for the order after the last, however many orders there are.
- Method 6 requires a matching 3-gram, although NLTK's message mentions a 2-gram.
- An empty list of references raises `KeyError`.
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

#: A weight for each order of n-grams, or several sequences of weights.
Weights: TypeAlias = Sequence[float] | Sequence[Sequence[float]]
Smoothing: TypeAlias = Callable[..., Any]
#: A float, or a list of floats for several sequences of weights. `Any`, so that callers need not check which it is.
Score: TypeAlias = float | Any

_DEFAULT_WEIGHTS = (0.25, 0.25, 0.25, 0.25)


class Fraction(fractions.Fraction):
    """A fraction that keeps its terms, without reducing them.

    >>> half = Fraction(2, 4)
    >>> half.numerator, half.denominator, float(half)
    (2, 4, 0.5)

    Results of arithmetic are plain `fractions.Fraction` objects.
    """

    __slots__ = ("_terms",)

    _terms: tuple[int, int] | None

    def __new__(cls, numerator: Any = 0, denominator: Any = None, _normalize: bool = False) -> Self:
        """Keep the terms, unless `_normalize` is true."""
        # Before Python 3.12, `fractions.Fraction` has this option itself, and compares the terms that it keeps.
        options: dict[str, Any] = {} if sys.version_info >= (3, 12) else {"_normalize": _normalize}
        self = super().__new__(cls, numerator, denominator, **options)
        self._terms = None if _normalize or denominator is None else (numerator, denominator)
        return self

    @property
    def numerator(self) -> int:
        """The numerator, as given."""
        return self._terms[0] if self._terms else super().numerator

    @property
    def denominator(self) -> int:
        """The denominator, as given."""
        return self._terms[1] if self._terms else super().denominator


class _Ratio(NamedTuple):
    """A precision for smoothing methods that use only its terms. It is made faster than a `Fraction`."""

    numerator: int
    denominator: int


def sentence_bleu(
    references: Sequence[Tokens],
    hypothesis: Tokens,
    weights: Weights = _DEFAULT_WEIGHTS,
    smoothing_function: Smoothing | None = None,
    auto_reweigh: bool = False,
) -> Score:
    """Return the BLEU of one sentence, 0 to 1: `corpus_bleu` of a corpus of one segment.

    Parameters and result as `nltk.translate.bleu_score.sentence_bleu` in NLTK 3.10.4.

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
    """Return the BLEU of a corpus, 0 to 1; for several sequences of weights a list; the int 0 if no token matches.

    >>> references = [["the cat is on the mat".split(), "a cat is on the mat".split()], ["a dog".split()]]
    >>> hypotheses = ["the cat is on a mat".split(), "a dog".split()]
    >>> [round(score, 4) for score in corpus_bleu(references, hypotheses, [(1,), (0.5, 0.5), (0.25,) * 4])]
    [1.0, 0.8165, 0.5081]

    Parameters and result as `nltk.translate.bleu_score.corpus_bleu` in NLTK 3.10.4:

    - `list_of_references`: for each hypothesis, a sequence of one or more references.
    - `hypotheses`: n sequences of tokens. Tokens may be of any hashable type, and are compared by `==`. The tokens of a
      `str` are its characters.
    - `weights`: up to 100 numbers, one for each order of n-grams; or several such sequences.
    - `smoothing_function`: a method of `SmoothingFunction`, or a custom function. It is called with the list of
      precisions, each a `Fraction`, and by name with `references` and `hypothesis` (of the last segment) and `hyp_len`
      (of all segments). It returns the new precisions.
    - `auto_reweigh`: weigh orders equally if all hypotheses together have fewer than 4 tokens and `weights` is the
      default.

    Raises `AssertionError` if the numbers of hypotheses and lists of references differ, `KeyError` for a hypothesis
    without references (`ValueError` if the hypothesis is empty), `ZeroDivisionError` if there are no segments,
    `TypeError` for tokens that cannot be hashed, and `ValueError` for more than 100 weights.

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
    # Lists, because the last segment is needed by index, which the values of a dict do not have.
    list_of_references, hypotheses = list(list_of_references), list(hypotheses)
    numerators, denominators, hyp_len, ref_len = _count(list_of_references, hypotheses, max(1, orders))
    if not orders or numerators[0] == 0:
        return 0 if len(several) == 1 else [0] * len(several)

    # Fractions are made only where the smoothing needs them: they take longer than the counting.
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
    for given_weights in several:
        order_weights = given_weights
        if auto_reweigh and hyp_len < len(_DEFAULT_WEIGHTS) and order_weights == _DEFAULT_WEIGHTS:
            order_weights = (1 / hyp_len,) * hyp_len
        logarithms = [w_i * math.log(p_i) for w_i, p_i in zip(order_weights, p_n, strict=False) if p_i > 0]
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
    """Return the matches and the n-grams of each order, and the lengths of hypotheses and closest references."""
    check_order("the number of weights", orders)
    hypothesis_lists: list[Tokens] = []
    reference_lists: list[Sequence[Tokens]] = []
    short_lengths = []
    for references, hypothesis in zip(list_of_references, hypotheses, strict=True):
        *reference_tokens, hypothesis_tokens = as_lists([*references, hypothesis])
        if not reference_tokens:
            error = KeyError if hypothesis_tokens else ValueError
            raise error(f"references of hypothesis {len(hypothesis_lists)} are empty: pass at least one")
        if len(hypothesis_tokens) < orders:
            short_lengths.append(len(hypothesis_tokens))
        hypothesis_lists.append(hypothesis_tokens)
        reference_lists.append(reference_tokens)
    hyp_len, ref_len, *counts = count(hypothesis_lists, reference_lists, orders)
    totals = counts[orders:]
    for length in short_lengths:
        # NLTK counts one n-gram for each order of which a hypothesis has none.
        totals[length:] = [total + 1 for total in totals[length:]]
    return counts[:orders], totals, hyp_len, ref_len


def modified_precision(references: Sequence[Tokens], hypothesis: Tokens, n: int) -> Fraction:
    """Return the modified precision of order `n`, 1 to 100: matching n-grams / n-grams of the hypothesis (at least 1).

    Parameters as `nltk.translate.bleu_score.modified_precision` in NLTK 3.10.4. The result keeps its terms.

    >>> precision = modified_precision([["the", "cat"], ["the", "the"]], ["the", "the", "the", "cat"], n=1)
    >>> precision.numerator, precision.denominator
    (3, 4)

    Raises `KeyError` for no references, unless the hypothesis is shorter than `n` tokens, `TypeError` for tokens that
    cannot be hashed, and `ValueError` for an order out of range.
    """
    check_order("n", n)
    *reference_tokens, tokens = as_lists([*references, hypothesis])
    denominator = max(1, len(tokens) - n + 1)
    if not reference_tokens:
        if len(tokens) < n:
            return Fraction(0, denominator)
        raise KeyError("references are empty: pass at least one")
    return Fraction(count([tokens], [reference_tokens], n)[1 + n], denominator)


def closest_ref_length(references: Iterable[Tokens], hyp_len: int) -> int:
    """Return the length of the reference that is closest to `hyp_len`; of two equally close lengths the shorter.

    >>> closest_ref_length([["a"] * 13, ["a"] * 11, ["a"] * 2], 12)
    11

    Raises `ValueError` for no references.
    """
    return min(map(len, references), key=lambda length: (abs(length - hyp_len), length))


def brevity_penalty(closest_ref_len: int, hyp_len: int) -> float:
    """Return the brevity penalty, a factor from 0 to 1 for hypotheses that are shorter than their references.

    >>> brevity_penalty(12, 13), brevity_penalty(12, 0), round(brevity_penalty(12, 10), 4)
    (1, 0, 0.8187)
    """
    if hyp_len > closest_ref_len:
        return 1
    return math.exp(1 - closest_ref_len / hyp_len) if hyp_len else 0


class SmoothingFunction:
    """Eight methods of smoothing for orders without matches, with the parameters of three of them.

        >>> reference, hypothesis = "the cat is on the mat".split(), "on the mat the cat sat".split()
        >>> smoothing = SmoothingFunction(epsilon=0.01)
        >>> methods = [smoothing.method1, smoothing.method2, smoothing.method3, smoothing.method4]
        >>> [round(sentence_bleu([reference], hypothesis, smoothing_function=method), 3) for method in methods]
        [0.143, 0.485, 0.38, 0.294]

    Parameters and methods as `nltk.translate.bleu_score.SmoothingFunction` in NLTK 3.10.4:

    - `epsilon`: the number of matches for an order without matches, for method 1.
    - `alpha`: the weight of the expected precision, for method 6.
    - `k`: the divisor of the logarithm of the length, for methods 4 and 7.

    Each method takes the list of precisions, each with a numerator and a denominator, and returns the smoothed list.
    Methods 3 to 7 change the list in place. The text of the warnings and errors differs from NLTK's.

    Reference: B. Chen and C. Cherry, "A systematic comparison of smoothing techniques for sentence-level BLEU",
    WMT 2014.
    """

    def __init__(self, epsilon: float = 0.1, alpha: float = 5, k: float = 5) -> None:
        self.epsilon = epsilon
        self.alpha = alpha
        self.k = k

    def method0(self, p_n: list[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Replace the precision of each order without matches by the smallest normal float, with a `UserWarning`."""
        for order, p_i in enumerate(p_n, 1):
            if p_i.numerator == 0:
                # stacklevel=1, as in NLTK: by default Python then shows each text once.
                warnings.warn(
                    f"The hypothesis shares no {order}-gram with its references, so BLEU is close to 0 whatever else "
                    "matches: use fewer orders, or a method of SmoothingFunction",
                    UserWarning,
                    stacklevel=1,
                )
        return [p_i if p_i.numerator else sys.float_info.min for p_i in p_n]

    def method1(self, p_n: list[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Count `epsilon` matches for an order without matches."""
        return [p_i if p_i.numerator else (p_i.numerator + self.epsilon) / p_i.denominator for p_i in p_n]

    def method2(self, p_n: list[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Add one match and one n-gram to each order but the first.

        C.-Y. Lin and F. J. Och, "ORANGE: a method for evaluating automatic evaluation metrics for machine
        translation", COLING 2004.
        """
        kind = _Ratio if p_n and type(p_n[0]) is _Ratio else Fraction
        return p_n[:1] + [kind(p_i.numerator + 1, p_i.denominator + 1) for p_i in p_n[1:]]

    def method3(self, p_n: list[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Count 1/2 match for the first order without matches, 1/4 for the second, and so on, as NIST's script does."""
        divisor = 1
        for i, p_i in enumerate(p_n):
            if p_i.numerator == 0:
                divisor *= 2
                p_n[i] = 1 / (divisor * p_i.denominator)
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
        """Smooth as method 3, with the counts multiplied by log(length) / k, which is less for short hypotheses."""
        length = hyp_len or len(hypothesis)
        divisor = 1
        for i, p_i in enumerate(p_n):
            if p_i.numerator == 0 and length > 1:
                divisor *= 2
                # In NLTK's order of operations.
                p_n[i] = 1 / (divisor * self.k / math.log(length)) / p_i.denominator
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
        """Average each precision with those of the previous order, already averaged, and of the next order."""
        next_precisions = [*p_n[1:], modified_precision(references, hypothesis, 5)]
        previous = p_n[0] + 1
        for i, following in enumerate(next_precisions):
            previous = p_n[i] = (previous + p_n[i] + following) / 3
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
        """Interpolate precisions from the third order on with the precision expected from the two previous orders.

        Raises `AssertionError` when no 3-gram matches. J. Gao and X. He, "Training MRF-based phrase translation
        models using gradient ascent", NAACL 2013.
        """
        if not p_n[2]:
            raise AssertionError("method6 needs matching 3-grams, but no 3-gram matches: use another method")
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
        """Apply method 4, then method 5."""
        length = hyp_len or len(hypothesis)
        return self.method5(self.method4(p_n, references, hypothesis, length), references, hypothesis, length)


_UNSMOOTHED = SmoothingFunction().method0
#: Methods that change only precisions that are 0. If the highest order has matches, all orders have.
_FOR_ORDERS_WITHOUT_MATCHES: frozenset[Any] = frozenset(
    {SmoothingFunction.method0, SmoothingFunction.method1, SmoothingFunction.method3, SmoothingFunction.method4}
)
#: Methods that use only the terms of precisions.
_BY_TERMS = _FOR_ORDERS_WITHOUT_MATCHES | {SmoothingFunction.method2}
