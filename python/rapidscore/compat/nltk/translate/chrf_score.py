"""chrF of texts or token lists, as NLTK 3.10.4's `nltk.translate.chrf_score` computes it.

Its numbers are not `rapidscore.CHRF`'s, which are sacrebleu's: β is 3, each segment counts the same, and the F-scores
of all orders are averaged, not precisions and recalls. Known for an error, and followed all the same: an order without
n-grams or without matches counts, with 1e-16, so that a text shorter than 6 characters does not reach 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from rapidscore._core import Core
from rapidscore.compat.nltk.translate._tokens import Tokens, as_lists, check_order, count

__all__ = ["chrf_precision_recall_fscore_support", "corpus_chrf", "sentence_chrf"]

#: White space to Python, and so to the compiled core, but not to the reference since NLTK 3.10.
_SEPARATORS = "\x1c\x1d\x1e\x1f"
_WHITESPACE = re.compile(rf"[^\S{_SEPARATORS}]+")


@cache
def _core(max_len: int, whitespace: bool) -> Core:
    return Core.chrf(max_len, 0, 1.0, False, whitespace, True)


def sentence_chrf(  # noqa: PLR0917 - the reference's signature
    reference: Iterable[str],
    hypothesis: Iterable[str],
    min_len: int = 1,
    max_len: int = 6,
    beta: float = 3.0,
    ignore_whitespace: bool = True,
) -> float:
    """Return the chrF of one sentence, 0 to 1: see `corpus_chrf`, to which this is a corpus of one segment.

    >>> round(sentence_chrf("the cat is on the mat", "the cat sat on the mat"), 4)
    0.6504
    >>> round(sentence_chrf("the cat is on the mat".split(), "the cat sat on the mat".split(), max_len=2), 4)
    0.8632
    """
    return corpus_chrf([reference], [hypothesis], min_len, max_len, beta, ignore_whitespace)


def corpus_chrf(  # noqa: PLR0917 - the reference's signature
    references: Sequence[Iterable[str]],
    hypotheses: Sequence[Iterable[str]],
    min_len: int = 1,
    max_len: int = 6,
    beta: float = 3.0,
    ignore_whitespace: bool = True,
) -> float:
    """Return the chrF of a corpus, 0 to 1: the mean of its segments' F-scores of all orders.

    >>> round(corpus_chrf(["the cat is on the mat", "two dogs"], ["the cat sat on the mat", "two dogs"]), 4)
    0.8252

    It takes:

    - `references`, `hypotheses`: as many of each, and each a `str`, or words that are to be joined by spaces.
    - `min_len`, `max_len`: the lowest and the highest order of character n-grams, 1 to 100.
    - `beta`: how many times as important recall is as precision.
    - `ignore_whitespace`: leave out white space. The control characters U+001C to U+001F are none here.

    Raises `AssertionError` when there are not as many references as hypotheses, `ZeroDivisionError` when there are
    none or no orders, `TypeError` for texts that are neither `str` nor sequences of `str`, and `ValueError` for an
    order out of range.

    Reference: M. Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015.
    """
    if len(references) != len(hypotheses):
        raise AssertionError(
            f"{len(hypotheses)} hypotheses but {len(references)} references: pass one reference for each hypothesis"
        )
    orders = max_len - min_len + 1
    if not len(hypotheses) or orders <= 0:
        raise ZeroDivisionError("there is nothing to average: pass at least one segment, and min_len up to max_len")
    check_order("min_len", min_len)
    check_order("max_len", max_len)
    others, texts = ([_joined(text) for text in side] for side in (references, hypotheses))
    skip = ignore_whitespace
    if skip and any(map(_has_separators, texts + others)):
        others, texts = ([_WHITESPACE.sub("", text) for text in side] for side in (others, texts))
        skip = False

    rows = _core(max_len, not skip).rows(texts, others)[0]
    columns = iter(rows.T[3 * (min_len - 1) :].tolist())
    # Sums of Python's own, which round in another way since Python 3.12, over segments and then over orders.
    totals: list[float] = [
        sum([_scores(*counts, beta, 1e-16)[2] for counts in zip(matches, found, wanted, strict=True)])
        for found, wanted, matches in zip(columns, columns, columns, strict=True)
    ]
    return sum(totals) / orders / len(texts)


def _joined(text: Iterable[str]) -> str:
    return text if type(text) is str else " ".join(text)


def _has_separators(text: str) -> bool:
    return "\x1c" in text or "\x1d" in text or "\x1e" in text or "\x1f" in text


def _scores(matches: float, hypothesis: float, reference: float, beta: Any, epsilon: Any) -> tuple[Any, Any, Any]:
    """Return precision, recall and F-score of so many n-grams, in the reference's order of operations."""
    try:
        precision, recall = matches / hypothesis, matches / reference
        factor = beta**2
        return precision, recall, (1 + factor) * (precision * recall) / (factor * precision + recall)
    except ZeroDivisionError:
        return epsilon, epsilon, epsilon


def chrf_precision_recall_fscore_support(
    reference: Tokens, hypothesis: Tokens, n: int, beta: float = 3.0, epsilon: float = 1e-16
) -> tuple[float, float, float, int]:
    """Return precision, recall, F-score and the number of matches of n-grams of order `n`, 1 to 100.

    >>> chrf_precision_recall_fscore_support("a cat", "a dog", n=2)
    (0.25, 0.25, 0.25, 1)

    The n-grams are of a `str`'s characters, or of tokens of any hashable type. Where there are none, or none match,
    `epsilon` stands for all three values.
    """
    check_order("n", n)
    text, other = as_lists([list(hypothesis), list(reference)])
    matches = count([text], [[other]], n)[1 + n]
    found, wanted = (max(0, len(tokens) - n + 1) for tokens in (text, other))
    return *_scores(matches, found, wanted, beta, epsilon), matches
