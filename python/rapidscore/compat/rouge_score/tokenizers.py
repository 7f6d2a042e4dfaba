"""Tokenizers for `RougeScorer`, as rouge-score 0.1.2's `rouge_score.tokenizers` has them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rapidscore._core import stem
from rapidscore.compat.rouge_score import tokenize

__all__ = ["DefaultTokenizer", "Tokenizer"]


class Tokenizer(ABC):
    """What a tokenizer derives from, though any object with the method `tokenize` will do."""

    @abstractmethod
    def tokenize(self, text: str) -> Any:
        """Return the list of a text's tokens."""
        raise NotImplementedError(f"{type(self).__name__} has no method tokenize(text): define it")


class PorterStemmer:
    """Porter's stemmer with NLTK's extensions, whose numbers those of NLTK's `PorterStemmer()` are."""

    def stem(self, word: str) -> str:
        """Return the stem of a word."""
        return stem(word)


class DefaultTokenizer(Tokenizer):
    """ROUGE's own tokenizer: see `tokenize.tokenize`.

    >>> DefaultTokenizer(use_stemmer=True).tokenize("Two friends were meeting.")
    ['two', 'friend', 'were', 'meet']
    """

    def __init__(self, use_stemmer: bool = False) -> None:
        self._stemmer = PorterStemmer() if use_stemmer else None

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text, or their stems."""
        return tokenize.tokenize(text, self._stemmer)
