"""Count n-grams of words and characters, as `sacrebleu.metrics.helpers` of sacrebleu 2.6.0 does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Sequence[object])


def _slices(items: T, n: int) -> Iterator[T]:
    for begin in range(len(items) - n + 1):
        yield items[begin : begin + n]  # type: ignore[misc]  # a slice has the type of the sequence


def extract_all_word_ngrams(line: str, min_order: int, max_order: int) -> tuple[Counter[tuple[str, ...]], int]:
    """Count the n-grams of words of orders `min_order` to `max_order`; also return the number of words.

    >>> extract_all_word_ngrams("a a b", 1, 2)
    (Counter({('a',): 2, ('b',): 1, ('a', 'a'): 1, ('a', 'b'): 1}), 3)
    """
    words = tuple(line.split())
    return Counter(ngram for n in range(min_order, max_order + 1) for ngram in _slices(words, n)), len(words)


def extract_word_ngrams(tokens: list[str], n: int) -> Counter[str]:
    """Count the n-grams of words of order `n`. The words of an n-gram are joined by spaces."""
    return Counter(map(" ".join, _slices(tokens, n)))


def extract_char_ngrams(line: str, n: int, include_whitespace: bool = False) -> Counter[str]:
    """Count the n-grams of characters of order `n`. White space is removed first unless `include_whitespace`."""
    return Counter(_slices(line if include_whitespace else "".join(line.split()), n))


def extract_all_char_ngrams(line: str, max_order: int, include_whitespace: bool = False) -> list[Counter[str]]:
    """Count the n-grams of characters of orders 1 to `max_order`, each order in a separate counter."""
    return [extract_char_ngrams(line, n, include_whitespace) for n in range(1, max_order + 1)]
