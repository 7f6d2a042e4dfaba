"""BLEU's tokenizers by name, and those that users bring along."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, ClassVar

import rapidscore
from rapidscore.compat.sacrebleu.tokenizers.tokenizer_base import BaseTokenizer

#: Where each tokenizer is defined.
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
    """A tokenizer that `rapidscore.BLEU` knows by name."""

    name: ClassVar[str]

    def __init__(self) -> None:
        self._bleu = rapidscore.BLEU(tokenize=self.name)

    def signature(self) -> str:
        """Return what signatures call it."""
        return self._bleu._tokenizer_signature

    def __call__(self, line: str) -> str:
        """Return a text with blanks between its tokens."""
        return " ".join(self._bleu.tokens(line))


class GivenTokenizer(BaseTokenizer):
    """A function from `str` to a list of `str`, or the path of a model."""

    def __init__(self, tokenize: str | Callable[[str], list[str]]) -> None:
        self.tokenize = tokenize
        self._bleu = rapidscore.BLEU(tokenize=tokenize)

    def signature(self) -> str:
        """Return what signatures call it."""
        return self._bleu._tokenizer_signature

    def __call__(self, line: str) -> str:
        """Return a text with blanks between its tokens."""
        return " ".join(self._bleu.tokens(line))


def tokenizer(name: Any) -> Any:
    """Return the tokenizer of a name, or of what users bring along. Raises `KeyError` when there is none."""
    if callable(name) or (isinstance(name, str) and name.endswith(".model")):
        return GivenTokenizer(name)
    module, _, of_class = BY_NAME[name].partition(".")
    return getattr(import_module(f"rapidscore.compat.sacrebleu.tokenizers.{module}"), of_class)()


def option(tokenizer: Any) -> str | Callable[[str], list[str]]:
    """Return what `rapidscore.BLEU` calls a tokenizer."""
    if isinstance(tokenizer, NamedTokenizer):
        return tokenizer.name
    if isinstance(tokenizer, GivenTokenizer):
        return tokenizer.tokenize

    def split(text: str) -> list[str]:
        tokens: list[str] = tokenizer(text).split()
        return tokens

    return split
