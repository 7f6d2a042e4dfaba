"""Transforms of texts before their words or characters are compared, as in `jiwer.transforms` of jiwer 4.0.0.

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

#: Applied in this order, because some contain others.
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
    """The base class of transforms.

    Subclasses define `process_string`, and `process_list` if the result for a list is not the list of the results.
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
    """A chain of transforms: each takes the result of the previous one."""

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = transforms

    def __call__(self, text: Any) -> Any:
        """Apply all transforms."""
        for transform in self.transforms:
            text = transform(text)
        return text


class BaseRemoveTransform(AbstractTransform):
    """The base class of transforms that replace each of `tokens_to_remove` by `replace_token`, in order."""

    def __init__(self, tokens_to_remove: Iterable[str], replace_token: str = "") -> None:
        self.tokens_to_remove = tokens_to_remove
        self.replace_token = replace_token

    def process_string(self, s: str) -> str:
        """Replace the tokens in a text."""
        for token in self.tokens_to_remove:
            s = s.replace(token, self.replace_token)
        return s


class _Reduce(AbstractTransform):
    """The base class of transforms that split texts: the result is a list of lists; without texts, `[[]]`."""

    def process_list(self, inp: list[str]) -> list[list[str]]:
        """Split each text of a list."""
        return [self.process_string(text)[0] for text in inp] or [[]]


class ReduceToListOfListOfWords(_Reduce):
    """Split each text into words. Empty words are dropped.

    >>> ReduceToListOfListOfWords()(["hi", "two  words"])
    [['hi'], ['two', 'words']]
    """

    def __init__(self, word_delimiter: str = " ") -> None:
        self.word_delimiter = word_delimiter

    def process_string(self, s: str) -> list[list[str]]:
        """Split a text."""
        return [[word for word in s.split(self.word_delimiter) if word]]


class ReduceToListOfListOfChars(_Reduce):
    """Split each text into characters.

    >>> ReduceToListOfListOfChars()("a b")
    [['a', ' ', 'b']]
    """

    def process_string(self, s: str) -> list[list[str]]:
        """Split a text."""
        return [list(s)]


class ReduceToSingleSentence(AbstractTransform):
    """Join the texts of a list, without empty ones, to a list of one text.

    >>> ReduceToSingleSentence()(["hi", "", "two words"])
    ['hi two words']
    """

    def __init__(self, word_delimiter: str = " ") -> None:
        self.word_delimiter = word_delimiter

    def process_string(self, s: str) -> str:
        """Return a text as it is."""
        return s

    def process_list(self, inp: list[str]) -> list[str]:
        """Join the texts of a list."""
        texts = [text for text in inp if len(text)]
        return [f"{self.word_delimiter}".join(texts)] if texts else []


class SubstituteRegexes(AbstractTransform):
    r"""Replace the matches of regular expressions, one expression at a time.

    >>> SubstituteRegexes({r"\b(\w+)ed\b": r"\1"})("it is doomed")
    'it is doom'
    """

    def __init__(self, substitutions: Mapping[str, str]) -> None:
        self.substitutions = substitutions

    def process_string(self, s: str) -> str:
        """Replace the matches in a text."""
        for pattern, replacement in self.substitutions.items():
            s = re.sub(pattern, replacement, s)
        return s


class SubstituteWords(AbstractTransform):
    """Replace words, one at a time, between word boundaries.

    >>> SubstituteWords({"you": "I", "'re": " am"})("you're yours")
    'I am yours'
    """

    def __init__(self, substitutions: Mapping[str, str]) -> None:
        self.substitutions = substitutions

    def process_string(self, s: str) -> str:
        """Replace the words in a text."""
        for word, replacement in self.substitutions.items():
            s = re.sub(rf"\b{re.escape(word)}\b", replacement, s)
        return s


class RemoveSpecificWords(SubstituteWords):
    """Replace words by a space, between word boundaries.

    >>> RemoveSpecificWords(["the"])("the apple, then the pear")
    '  apple, then   pear'
    """

    def __init__(self, words_to_remove: Iterable[str]) -> None:
        super().__init__(dict.fromkeys(words_to_remove, " "))


class RemoveWhiteSpace(BaseRemoveTransform):
    """Remove ASCII white space, spaces included, or replace each character of it by a space.

    >>> RemoveWhiteSpace(replace_by_space=True)("two" + chr(9) + "words")
    'two words'
    """

    def __init__(self, replace_by_space: bool = False) -> None:
        super().__init__(list(string.whitespace), " " if replace_by_space else "")


@cache
def _punctuation() -> tuple[set[str], dict[int, None]]:
    """Return all punctuation characters, and the table that removes them by `str.translate`."""
    punctuation = {
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character).startswith("P")
    }
    return punctuation, dict.fromkeys(map(ord, punctuation))


class RemovePunctuation(BaseRemoveTransform):
    """Remove all characters of Unicode's punctuation categories, by the Unicode version of Python.

    >>> RemovePunctuation()("«Ah,» she said... 5 $!")
    'Ah she said 5 $'
    """

    def __init__(self) -> None:
        super().__init__(_punctuation()[0])

    def process_string(self, s: str) -> str:
        """Remove punctuation from a text."""
        punctuation, table = _punctuation()
        if self.tokens_to_remove is punctuation and self.replace_token == "" and type(s) is str:
            return s.translate(table)
        return super().process_string(s)


class RemoveMultipleSpaces(AbstractTransform):
    """Replace two or more consecutive characters of white space by one space. A single one stays as it is.

    >>> RemoveMultipleSpaces()(" three   small words  ")
    ' three small words '
    """

    def process_string(self, s: str) -> str:
        """Replace white space in a text."""
        return _SPACES.sub(" ", s)


class Strip(AbstractTransform):
    """Remove white space at both ends of a text.

    >>> Strip()(["  two words ", "  "])
    ['two words', '']
    """

    def process_string(self, s: str) -> str:
        """Remove white space at both ends."""
        return s.strip()


class RemoveEmptyStrings(AbstractTransform):
    """Remove texts from a list that are empty or have only white space.

    >>> RemoveEmptyStrings()(["", "two words ", "  "])
    ['two words ']
    """

    def process_string(self, s: str) -> str:
        """Remove white space at both ends."""
        return s.strip()

    def process_list(self, inp: list[str]) -> list[str]:
        """Remove empty texts from a list."""
        return [text for text in inp if self.process_string(text) != ""]


class ExpandCommonEnglishContractions(AbstractTransform):
    """Expand contractions such as `won't`, `n't`, `'re` and `'ll`. Each `'s` becomes ` is`.

    >>> ExpandCommonEnglishContractions()("she'll make sure you can't")
    'she will make sure you can not'
    """

    def process_string(self, s: str) -> str:
        """Expand the contractions in a text."""
        if type(s) is str and "'" not in s:
            return s
        for short, long in _CONTRACTIONS:
            s = short.sub(long, s)
        return s


class ToLowerCase(AbstractTransform):
    """Convert texts to lower case."""

    def process_string(self, s: str) -> str:
        """Convert a text to lower case."""
        return s.lower()


class ToUpperCase(AbstractTransform):
    """Convert texts to upper case."""

    def process_string(self, s: str) -> str:
        """Convert a text to upper case."""
        return s.upper()


class RemoveKaldiNonWords(AbstractTransform):
    """Remove text in brackets: from `<` or `[` up to the next `>` or `]`, brackets included.

    >>> RemoveKaldiNonWords()("you <unk> like [laugh]")
    'you  like '
    """

    def process_string(self, s: str) -> str:
        """Remove text in brackets from a text."""
        return _NON_WORDS.sub("", s)
