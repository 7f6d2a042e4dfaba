"""BLEU's tokenizers by name, and custom tokenizers."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, ClassVar

import rapidscore
from rapidscore.compat.sacrebleu.tokenizers.tokenizer_base import BaseTokenizer

#: The module and the class of each tokenizer.
BY_NAME = {
    "none": "tokenizer_none.NoneTokenizer",
    "zh": "tokenizer_zh.TokenizerZh",
    "13a": "tokenizer_13a.Tokenizer13a",
    "intl": "tokenizer_intl.TokenizerV14International",
    "char": "tokenizer_char.TokenizerChar",
    "ja-mecab": "tokenizer_ja_mecab.TokenizerJaMecab",
    "ko-mecab": "tokenizer_ko_mecab.TokenizerKoMecab",
    "spm": "tokenizer_spm.TokenizerSPM",
    "flores101": "tokenizer_spm.Flores101Tokenizer",
    "flores200": "tokenizer_spm.Flores200Tokenizer",
    "spBLEU-1K": "tokenizer_spm.spBLEU1KTokenizer",
}


class NamedTokenizer(BaseTokenizer):
    """The base class of tokenizers that `rapidscore.BLEU` has by name."""

    name: ClassVar[str]

    def __init__(self) -> None:
        self._bleu = rapidscore.BLEU(tokenize=self.name)

    def signature(self) -> str:
        """Return the name shown in signatures."""
        return self._bleu._tokenizer_signature

    def __call__(self, line: str) -> str:
        """Return the tokens of a text, joined by spaces."""
        return " ".join(self._bleu.tokens(line))


class CustomTokenizer(BaseTokenizer):
    """A function from `str` to a list of `str`, or the path of a SentencePiece model."""

    def __init__(self, tokenize: str | Callable[[str], list[str]]) -> None:
        self.tokenize = tokenize
        self._bleu = rapidscore.BLEU(tokenize=tokenize)

    def signature(self) -> str:
        """Return the name shown in signatures."""
        return self._bleu._tokenizer_signature

    def __call__(self, line: str) -> str:
        """Return the tokens of a text, joined by spaces."""
        return " ".join(self._bleu.tokens(line))


def tokenizer(tokenize: Any) -> Any:
    """Return the tokenizer for the option `tokenize` of BLEU. Raises `KeyError` for an unknown name."""
    if callable(tokenize) or (isinstance(tokenize, str) and tokenize.endswith(".model")):
        return CustomTokenizer(tokenize)
    module, _, class_name = BY_NAME[tokenize].partition(".")
    return getattr(import_module(f"rapidscore.compat.sacrebleu.tokenizers.{module}"), class_name)()


def option(tokenizer: Any) -> str | Callable[[str], list[str]]:
    """Return the option `tokenize` of `rapidscore.BLEU` for a tokenizer."""
    if isinstance(tokenizer, NamedTokenizer):
        return tokenizer.name
    if isinstance(tokenizer, CustomTokenizer):
        return tokenizer.tokenize

    def split(text: str) -> list[str]:
        tokens: list[str] = tokenizer(text).split()
        return tokens

    return split
