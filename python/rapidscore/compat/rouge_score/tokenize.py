"""ROUGE's default tokenization, as `rouge_score.tokenize` of rouge-score 0.1.2 does it."""

from __future__ import annotations

import re
from typing import Any, Protocol

__all__ = ["tokenize"]

_WORD = re.compile("[a-z0-9]+")
#: As in rouge-score, `$` also matches before a line feed at the end.
_IS_WORD = re.compile("[a-z0-9]+$").match

#: Words up to this length are not stemmed.
_UNSTEMMED_LENGTH = 3


class Stemmer(Protocol):
    """The type of `stemmer`: any object with this method, such as NLTK's stemmers."""

    def stem(self, token: str) -> str | bytes:
        """Return the stem of a word."""


def tokenize(text: str | bytes, stemmer: Stemmer | None) -> list[str]:
    """Return the words of a text in lower case: runs of a–z and 0–9.

    All other characters separate words, so a Chinese text has no words.

    >>> tokenize("The cat's 2 naïve Kittens", None)
    ['the', 'cat', 's', '2', 'na', 've', 'kittens']

    With a stemmer, words of more than three characters are replaced by their stems. Stems that are empty, or have other
    characters, are left out. `bytes` are decoded as UTF-8. Another type raises `AttributeError` if it has no method
    `lower`, else `TypeError`.
    """
    words: list[str] = _WORD.findall(as_str(text.lower()))
    if not stemmer:
        return words
    stems = [as_str(stemmer.stem(word)) if len(word) > _UNSTEMMED_LENGTH else word for word in words]
    return [stem for stem in stems if _IS_WORD(stem)]


def as_str(text: Any) -> str:
    """Return a `str` as it is, and `bytes` decoded as UTF-8. Raises `TypeError` for other types."""
    if isinstance(text, bytes):
        return text.decode()
    if not isinstance(text, str):
        raise TypeError(f"not expecting type '{type(text)}'")
    return text
