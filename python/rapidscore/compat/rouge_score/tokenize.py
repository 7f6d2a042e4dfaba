"""Words as ROUGE sees them, as rouge-score 0.1.2's `rouge_score.tokenize` finds them."""

from __future__ import annotations

import re
from typing import Any, Protocol

__all__ = ["tokenize"]

_WORD = re.compile("[a-z0-9]+")
#: As in the reference, a line feed may follow.
_IS_WORD = re.compile("[a-z0-9]+$").match

#: Longer words are stemmed.
_UNSTEMMED_LENGTH = 3


class Stemmer(Protocol):
    """What can be passed as `stemmer`: any object with this method, such as NLTK's stemmers."""

    def stem(self, token: str) -> str | bytes:
        """Return the stem of a word."""


def tokenize(text: str | bytes, stemmer: Stemmer | None) -> list[str]:
    """Return the words of a text in lower case: runs of a–z and 0–9. All else separates them, so Chinese has none.

    >>> tokenize("The cat's 2 naïve Kittens", None)
    ['the', 'cat', 's', '2', 'na', 've', 'kittens']

    With a stemmer, words of more than three characters are replaced by their stems; a stem with other characters, or
    none, is left out. `bytes` are taken for UTF-8. Anything else raises as it does where it has no `lower()`.
    """
    words: list[str] = _WORD.findall(as_str(text.lower()))
    if not stemmer:
        return words
    stems = [as_str(stemmer.stem(word)) if len(word) > _UNSTEMMED_LENGTH else word for word in words]
    return [stem for stem in stems if _IS_WORD(stem)]


def as_str(text: Any) -> str:
    """Return `bytes` as the text that they encode in UTF-8. Raises `TypeError` for anything but `str` and `bytes`."""
    if isinstance(text, bytes):
        return text.decode()
    if not isinstance(text, str):
        raise TypeError(f"not expecting type '{type(text)}'")
    return text
