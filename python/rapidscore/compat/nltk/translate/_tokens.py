"""Convert tokens of any type to what the compiled core takes, and count the n-grams that they share."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cache
from typing import TypeAlias

from rapidscore._core import TextMetric

Tokens: TypeAlias = Sequence[Hashable]

#: The highest order of n-grams that the compiled core counts.
MAX_ORDER = 100

#: Types that the core compares as Python does. Their subclasses may define another equality.
_PLAIN = frozenset({str, int, bool})

_core = cache(TextMetric.bleu_of_tokens)


def as_lists(texts: Sequence[Tokens]) -> Sequence[Sequence[Hashable]]:
    """Return sequences of hashable tokens as lists of `str` or `int` that are equal where the tokens are equal.

    Of two tokens, the one that comes first is asked by `==` whether it equals the other, which matters to types with an
    asymmetric equality.
    """
    for text in texts:
        if type(text) is not list or not _PLAIN.issuperset(map(type, text)):
            break
    else:
        return texts
    # len() refuses iterators, which have no length.
    lists = [list(text) if len(text) else [] for text in texts]
    if all(_PLAIN.issuperset(map(type, tokens)) for tokens in lists):
        return lists
    numbers: dict[Hashable, int] = {}
    return [[numbers.setdefault(token, len(numbers)) for token in tokens] for tokens in lists]


def count(hypotheses: Sequence[Tokens], references: Sequence[Sequence[Tokens]], orders: int) -> list[int]:
    """Return [hypothesis length, closest reference length, matches of orders 1..N, hypothesis n-grams of orders 1..N].

    These are sums over all segments. `hypotheses` and `references` are results of `as_lists`.
    """
    return [*map(int, _core(orders).total(hypotheses, references).row())]


def check_order(name: str, order: int) -> None:
    """Raise `ValueError` for an order of n-grams out of range."""
    if not 1 <= order <= MAX_ORDER:
        raise ValueError(f"{name} must be from 1 to {MAX_ORDER}, got {order!r}")
