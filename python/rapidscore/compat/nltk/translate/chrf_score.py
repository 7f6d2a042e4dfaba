"""chrF of texts or token lists, as `nltk.translate.chrf_score` of NLTK 3.10.4 computes it.

The numbers differ from those of `rapidscore.CHRF`, which follows sacrebleu: β is 3, each segment has the same weight,
and the F-scores of all orders are averaged, not precisions and recalls. One behaviour of NLTK is kept although it is an
error: an order without n-grams or without matches counts with 1e-16, so a text shorter than 6 characters does not
reach 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from rapidscore._core import TextMetric
from rapidscore.compat.nltk.translate._tokens import Tokens, as_lists, check_order, count

__all__ = ["chrf_precision_recall_fscore_support", "corpus_chrf", "sentence_chrf"]

#: White space for Python and for the compiled core, but not for NLTK since version 3.10.
_SEPARATORS = "\x1c\x1d\x1e\x1f"
_WHITESPACE = re.compile(rf"[^\S{_SEPARATORS}]+")


@cache
def _core(max_len: int, whitespace: bool) -> TextMetric:
    return TextMetric.chrf(max_len, 0, 1.0, False, whitespace, True)


def sentence_chrf(  # noqa: PLR0917 - NLTK's signature
    reference: Iterable[str],
    hypothesis: Iterable[str],
    min_len: int = 1,
    max_len: int = 6,
    beta: float = 3.0,
    ignore_whitespace: bool = True,
) -> float:
    """Return the chrF of one sentence, 0 to 1: `corpus_chrf` of a corpus of one segment.

    Parameters and result as `nltk.translate.chrf_score.sentence_chrf` in NLTK 3.10.4.

    >>> round(sentence_chrf("the cat is on the mat", "the cat sat on the mat"), 4)
    0.6504
    >>> round(sentence_chrf("the cat is on the mat".split(), "the cat sat on the mat".split(), max_len=2), 4)
    0.8632
    """
    return corpus_chrf([reference], [hypothesis], min_len, max_len, beta, ignore_whitespace)


def corpus_chrf(  # noqa: PLR0917 - NLTK's signature
    references: Sequence[Iterable[str]],
    hypotheses: Sequence[Iterable[str]],
    min_len: int = 1,
    max_len: int = 6,
    beta: float = 3.0,
    ignore_whitespace: bool = True,
) -> float:
    """Return the chrF of a corpus, 0 to 1: the mean of the F-scores of all segments and orders.

    >>> round(corpus_chrf(["the cat is on the mat", "two dogs"], ["the cat sat on the mat", "two dogs"]), 4)
    0.8252

    Parameters and result as `nltk.translate.chrf_score.corpus_chrf` in NLTK 3.10.4, but orders of n-grams end at 100:

    - `references`, `hypotheses`: n texts each. A text is a `str`, or a sequence of words, which are joined by spaces.
    - `min_len`, `max_len`: the lowest and the highest order of character n-grams, 1 to 100.
    - `beta`: the importance of recall relative to precision.
    - `ignore_whitespace`: leave out white space. The control characters U+001C to U+001F do not count as white space.

    Raises `AssertionError` if the numbers of references and hypotheses differ, `ZeroDivisionError` if there are no
    segments or no orders, `TypeError` for texts that are neither `str` nor sequences of `str`, and `ValueError` for an
    order out of range.

    Reference: M. Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015.
    """
    if len(references) != len(hypotheses):
        raise AssertionError(
            f"{len(hypotheses)} hypotheses but {len(references)} references: pass one reference for each hypothesis"
        )
    orders = max_len - min_len + 1
    if not len(hypotheses) or orders <= 0:
        raise ZeroDivisionError(
            f"{len(hypotheses)} segments and n-grams of orders {min_len} to {max_len} leave nothing to average: "
            "pass at least one segment, and min_len up to max_len"
        )
    check_order("min_len", min_len)
    check_order("max_len", max_len)
    reference_texts, hypothesis_texts = ([_as_text(text) for text in side] for side in (references, hypotheses))
    core_skips_whitespace = ignore_whitespace
    if ignore_whitespace and any(map(_has_separators, hypothesis_texts + reference_texts)):
        reference_texts, hypothesis_texts = (
            [_WHITESPACE.sub("", text) for text in side] for side in (reference_texts, hypothesis_texts)
        )
        core_skips_whitespace = False

    rows = _core(max_len, not core_skips_whitespace).rows(hypothesis_texts, reference_texts)[0]
    # Three columns for each order: n-grams of the hypothesis, of the reference, and of both.
    columns = iter(rows.T[3 * (min_len - 1) :].tolist())
    # By Python's `sum`, as in NLTK, first over segments and then over orders. Since Python 3.12 it rounds differently.
    totals: list[float] = [
        sum([_scores(*counts, beta, 1e-16)[2] for counts in zip(matches, in_hypothesis, in_reference, strict=True)])
        for in_hypothesis, in_reference, matches in zip(columns, columns, columns, strict=True)
    ]
    return sum(totals) / orders / len(hypothesis_texts)


def _as_text(text: Iterable[str]) -> str:
    return text if type(text) is str else " ".join(text)


def _has_separators(text: str) -> bool:
    return "\x1c" in text or "\x1d" in text or "\x1e" in text or "\x1f" in text


def _scores(matches: float, hypothesis: float, reference: float, beta: Any, epsilon: Any) -> tuple[Any, Any, Any]:
    """Return precision, recall and F-score of these numbers of n-grams, in NLTK's order of operations."""
    try:
        precision, recall = matches / hypothesis, matches / reference
        factor = beta**2
        return precision, recall, (1 + factor) * (precision * recall) / (factor * precision + recall)
    except ZeroDivisionError:
        return epsilon, epsilon, epsilon


def chrf_precision_recall_fscore_support(
    reference: Tokens, hypothesis: Tokens, n: int, beta: float = 3.0, epsilon: float = 1e-16
) -> tuple[float, float, float, int]:
    """Return the precision, recall, F-score and number of matches of n-grams of order `n`, 1 to 100.

    Parameters and result as `nltk.translate.chrf_score.chrf_precision_recall_fscore_support` in NLTK 3.10.4.

    >>> chrf_precision_recall_fscore_support("a cat", "a dog", n=2)
    (0.25, 0.25, 0.25, 1)

    The texts are `str`, with characters as tokens, or sequences of tokens of any hashable type. If there are no
    n-grams, or no n-gram matches, all three values are `epsilon`.
    """
    check_order("n", n)
    hypothesis_tokens, reference_tokens = as_lists([list(hypothesis), list(reference)])
    matches = count([hypothesis_tokens], [[reference_tokens]], n)[1 + n]
    hypothesis_count, reference_count = (
        max(0, len(tokens) - n + 1) for tokens in (hypothesis_tokens, reference_tokens)
    )
    return *_scores(matches, hypothesis_count, reference_count, beta, epsilon), matches
