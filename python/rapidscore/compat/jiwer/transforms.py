"""What may be done to texts before words or characters are compared, as jiwer 4.0.0's `jiwer.transforms` does it.

A transform takes a text or a list of texts. The last one of a chain splits each into words or characters.

>>> clean = Compose([ToLowerCase(), RemovePunctuation(), ReduceToListOfListOfWords()])
>>> clean(["The cat, it sat.", "No!"])
[['the', 'cat', 'it', 'sat'], ['no']]
"""

from __future__ import annotations

import re
import string
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

__all__ = [
    "AbstractTransform",
    "Compose",
    "ExpandCommonEnglishContractions",
    "ReduceToListOfListOfChars",
    "ReduceToListOfListOfWords",
    "ReduceToSingleSentence",
    "RemoveEmptyStrings",
    "RemoveKaldiNonWords",
    "RemoveMultipleSpaces",
    "RemovePunctuation",
    "RemoveSpecificWords",
    "RemoveWhiteSpace",
    "Strip",
    "SubstituteRegexes",
    "SubstituteWords",
    "ToLowerCase",
    "ToUpperCase",
]

_SPACES = re.compile(r"\s\s+")
_NON_WORDS = re.compile(r"[<\[][^>\]]*[>\]]")

#: In this order: some hold others.
_CONTRACTIONS = [
    (re.compile(short), long)
    for short, long in (
        ("won't", "will not"),
        ("can't", "can not"),
        ("let's", "let us"),
        ("n't", " not"),
        ("'re", " are"),
        ("'s", " is"),
        ("'d", " would"),
        ("'ll", " will"),
        ("'t", " not"),
        ("'ve", " have"),
        ("'m", " am"),
    )
]


class AbstractTransform:
    """What transforms derive from: they define `process_string`, and `process_list` where texts are not on their own.

    Called with anything but a `str` or a `list`, a transform raises `ValueError`.
    """

    def __call__(self, sentences: Any) -> Any:
        """Transform a text, or a list of texts."""
        if isinstance(sentences, str):
            return self.process_string(sentences)
        if isinstance(sentences, list):
            return self.process_list(sentences)
        raise ValueError(f"input {sentences} was expected to be a string or list of strings")

    def process_string(self, s: str) -> Any:
        """Transform a text."""
        raise NotImplementedError

    def process_list(self, inp: list[str]) -> Any:
        """Transform a list of texts."""
        return [self.process_string(text) for text in inp]


class Compose:
    """A chain of transforms, each given what the one before returned."""

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = transforms

    def __call__(self, text: Any) -> Any:
        """Apply all of them."""
        for transform in self.transforms:
            text = transform(text)
        return text


class BaseRemoveTransform(AbstractTransform):
    """What replaces each of `tokens_to_remove` by `replace_token`, one after the other."""

    def __init__(self, tokens_to_remove: Iterable[str], replace_token: str = "") -> None:
        self.tokens_to_remove = tokens_to_remove
        self.replace_token = replace_token

    def process_string(self, s: str) -> str:
        """Replace them in a text."""
        for token in self.tokens_to_remove:
            s = s.replace(token, self.replace_token)
        return s


class _Reduce(AbstractTransform):
    """What splits texts: the result is a list of lists, with an empty list where there is no text."""

    def process_list(self, inp: list[str]) -> list[list[str]]:
        """Split each text of a list."""
        return [self.process_string(text)[0] for text in inp] or [[]]


class ReduceToListOfListOfWords(_Reduce):
    """Splits each text into words; there are no empty words.

    >>> ReduceToListOfListOfWords()(["hi", "two  words"])
    [['hi'], ['two', 'words']]
    """

    def __init__(self, word_delimiter: str = " ") -> None:
        self.word_delimiter = word_delimiter

    def process_string(self, s: str) -> list[list[str]]:
        """Split a text."""
        return [[word for word in s.split(self.word_delimiter) if word]]


class ReduceToListOfListOfChars(_Reduce):
    """Splits each text into characters.

    >>> ReduceToListOfListOfChars()("a b")
    [['a', ' ', 'b']]
    """

    def process_string(self, s: str) -> list[list[str]]:
        """Split a text."""
        return [list(s)]


class ReduceToSingleSentence(AbstractTransform):
    """Joins a list's texts into one, but for those that are empty.

    >>> ReduceToSingleSentence()(["hi", "", "two words"])
    ['hi two words']
    """

    def __init__(self, word_delimiter: str = " ") -> None:
        self.word_delimiter = word_delimiter

    def process_string(self, s: str) -> str:
        """Return a text as it is."""
        return s

    def process_list(self, inp: list[str]) -> list[str]:
        """Join a list."""
        texts = [text for text in inp if len(text)]
        return [f"{self.word_delimiter}".join(texts)] if texts else []


class SubstituteRegexes(AbstractTransform):
    r"""Replaces what matches regular expressions, one after the other.

    >>> SubstituteRegexes({r"\b(\w+)ed\b": r"\1"})("it is doomed")
    'it is doom'
    """

    def __init__(self, substitutions: Mapping[str, str]) -> None:
        self.substitutions = substitutions

    def process_string(self, s: str) -> str:
        """Replace them in a text."""
        for pattern, replacement in self.substitutions.items():
            s = re.sub(pattern, replacement, s)
        return s


class SubstituteWords(AbstractTransform):
    """Replaces words, one after the other, where they are no parts of words.

    >>> SubstituteWords({"you": "I", "'re": " am"})("you're yours")
    'I am yours'
    """

    def __init__(self, substitutions: Mapping[str, str]) -> None:
        self.substitutions = substitutions

    def process_string(self, s: str) -> str:
        """Replace them in a text."""
        for word, replacement in self.substitutions.items():
            s = re.sub(rf"\b{re.escape(word)}\b", replacement, s)
        return s


class RemoveSpecificWords(SubstituteWords):
    """Replaces words by a space, where they are no parts of words.

    >>> RemoveSpecificWords(["the"])("the apple, then the pear")
    '  apple, then   pear'
    """

    def __init__(self, words_to_remove: Iterable[str]) -> None:
        super().__init__(dict.fromkeys(words_to_remove, " "))


class RemoveWhiteSpace(BaseRemoveTransform):
    """Drops ASCII's white space, the space included, or makes it spaces.

    >>> RemoveWhiteSpace(replace_by_space=True)("two" + chr(9) + "words")
    'two words'
    """

    def __init__(self, replace_by_space: bool = False) -> None:
        super().__init__(list(string.whitespace), " " if replace_by_space else "")


@cache
def _punctuation() -> tuple[set[str], dict[int, None]]:
    """Return all punctuation, and the table that drops it from a `str`."""
    found = {
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character).startswith("P")
    }
    return found, dict.fromkeys(map(ord, found))


class RemovePunctuation(BaseRemoveTransform):
    """Drops all characters of Unicode's punctuation classes, of the version of Unicode that Python knows.

    >>> RemovePunctuation()("«Ah,» she said... 5 $!")
    'Ah she said 5 $'
    """

    def __init__(self) -> None:
        super().__init__(_punctuation()[0])

    def process_string(self, s: str) -> str:
        """Drop it from a text."""
        punctuation, table = _punctuation()
        if self.tokens_to_remove is punctuation and self.replace_token == "" and type(s) is str:
            return s.translate(table)
        return super().process_string(s)


class RemoveMultipleSpaces(AbstractTransform):
    """Makes two or more characters of white space one space. A single one stays as it is.

    >>> RemoveMultipleSpaces()(" three   small words  ")
    ' three small words '
    """

    def process_string(self, s: str) -> str:
        """Do so in a text."""
        return _SPACES.sub(" ", s)


class Strip(AbstractTransform):
    """Drops white space at both ends.

    >>> Strip()(["  two words ", "  "])
    ['two words', '']
    """

    def process_string(self, s: str) -> str:
        """Drop it from a text."""
        return s.strip()


class RemoveEmptyStrings(AbstractTransform):
    """Drops from a list the texts that have nothing but white space.

    >>> RemoveEmptyStrings()(["", "two words ", "  "])
    ['two words ']
    """

    def process_string(self, s: str) -> str:
        """Return a text without white space at its ends."""
        return s.strip()

    def process_list(self, inp: list[str]) -> list[str]:
        """Drop them from a list."""
        return [text for text in inp if self.process_string(text) != ""]


class ExpandCommonEnglishContractions(AbstractTransform):
    """Writes out contractions such as `won't`, `n't`, `'re` and `'ll`; each `'s` becomes ` is`.

    >>> ExpandCommonEnglishContractions()("she'll make sure you can't")
    'she will make sure you can not'
    """

    def process_string(self, s: str) -> str:
        """Write them out in a text."""
        if type(s) is str and "'" not in s:
            return s
        for short, long in _CONTRACTIONS:
            s = short.sub(long, s)
        return s


class ToLowerCase(AbstractTransform):
    """Makes texts lower case."""

    def process_string(self, s: str) -> str:
        """Do so with a text."""
        return s.lower()


class ToUpperCase(AbstractTransform):
    """Makes texts upper case."""

    def process_string(self, s: str) -> str:
        """Do so with a text."""
        return s.upper()


class RemoveKaldiNonWords(AbstractTransform):
    """Drops what stands between `<` or `[` and the next `>` or `]`, with them.

    >>> RemoveKaldiNonWords()("you <unk> like [laugh]")
    'you  like '
    """

    def process_string(self, s: str) -> str:
        """Drop it from a text."""
        return _NON_WORDS.sub("", s)
