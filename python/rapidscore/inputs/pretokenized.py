"""Tokenizers and sentence splitters that users bring along, as the compiled core takes them.

The bytes 0xF8 to 0xFF occur in no UTF-8, so they serve as marks: see `src/tokenize/given.rs`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rapidscore._public import public

END_OF_TOKEN = b"\xff"
END_OF_SENTENCE = b"\xfe"
BEGIN_SENTENCES = b"\xfd"
NUMBER = b"\xfc"


@public
class MissingDataError(LookupError):
    """A library's data are not installed."""


def encode(text: str) -> bytes:
    """Return the UTF-8 form, in which a lone surrogate stands as three bytes."""
    return text.encode("utf-8", "surrogatepass")


def tokens(tokenize: Callable[[str], Iterable[str]], text: str) -> bytes:
    """Return the marked tokens of a text."""
    found = tokenize(text)
    if isinstance(found, str | bytes) or not isinstance(found, Iterable):
        raise TypeError(f"the tokenizer returned {type(found).__name__} for {text[:40]!r}: return a list of str")
    marked = bytearray()
    for token in found:
        if not isinstance(token, str):
            raise TypeError(f"the tokenizer returned the token {token!r} for {text[:40]!r}: return a list of str")
        marked += encode(token) + END_OF_TOKEN
    return bytes(marked)


def decoded_tokens(marked: Iterable[bytes]) -> list[str | int]:
    """Return tokens as the user gave them, or would see them."""
    return [
        int(token.removeprefix(NUMBER), 16) if token.startswith(NUMBER) else token.decode("utf-8", "surrogatepass")
        for token in marked
    ]


def count_references(prediction: object, references: Any) -> int:
    """Return how many references a prediction has: a list of tokens has one, or it is a list of such lists."""
    if isinstance(references, str):
        return 1
    return len(references) if isinstance(prediction, str) or any(map(_is_list, references)) else 1


def _is_list(item: Any) -> bool:
    try:
        return not isinstance(item, str) and len(item) >= 0
    except TypeError:  # a number
        return False
