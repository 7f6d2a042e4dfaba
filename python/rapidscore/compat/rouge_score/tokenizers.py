"""Tokenizers for `RougeScorer`, as in `rouge_score.tokenizers` of rouge-score 0.1.2."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rapidscore._core import stem
from rapidscore.compat.rouge_score import tokenize

__all__ = ["DefaultTokenizer", "Tokenizer"]


class Tokenizer(ABC):
    """The base class of tokenizers. `RougeScorer` also takes any other object with the method `tokenize`."""

    @abstractmethod
    def tokenize(self, text: str) -> Any:
        """Return the tokens of a text as a list."""
        raise NotImplementedError(f"{type(self).__name__} has no method tokenize(text): define it")


class PorterStemmer:
    """Porter's stemmer with NLTK's extensions: its stems equal those of NLTK's `PorterStemmer()`."""

    def stem(self, word: str) -> str:
        """Return the stem of a word."""
        return stem(word)


class DefaultTokenizer(Tokenizer):
    """ROUGE's default tokenizer: see `tokenize.tokenize`.

    >>> DefaultTokenizer(use_stemmer=True).tokenize("Two friends were meeting.")
    ['two', 'friend', 'were', 'meet']
    """

    def __init__(self, use_stemmer: bool = False) -> None:
        self._stemmer = PorterStemmer() if use_stemmer else None

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text, or their stems."""
        return tokenize.tokenize(text, self._stemmer)
