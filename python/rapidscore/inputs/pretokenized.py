"""Encodings of tokens and sentences from Python functions, in the bytes that the compiled core reads.

The bytes 0xF8 to 0xFF do not occur in UTF-8 and serve as marks: see `src/text/tokenize/pretokenized.rs`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any

from rapidscore._public import public

END_OF_TOKEN = b"\xff"
END_OF_SENTENCE = b"\xfe"
BEGIN_SENTENCES = b"\xfd"
NUMBER = b"\xfc"

#: Types that are iterable but have no order or no tokens.
_NO_TOKENS = (str, bytes, Set, Mapping)


@public
class MissingDataError(LookupError):
    """Raised if data that a library needs are not installed, such as a dictionary or a model."""


def encode(text: str) -> bytes:
    """Return a text in UTF-8, with lone surrogates encoded as three bytes each."""
    return text.encode("utf-8", "surrogatepass")


def tokens(tokenize: Callable[[str], Iterable[str]], text: str) -> bytes:
    """Return the tokens of a text, each followed by a mark. Raises `TypeError` unless `tokenize` returns `str`."""
    result = tokenize(text)
    # Most tokenizers return a list, which needs no slower checks.
    if type(result) is not list and (isinstance(result, _NO_TOKENS) or not isinstance(result, Iterable)):
        raise TypeError(f"the tokenizer returned {type(result).__name__} for {text[:40]!r}: return a list of str")
    encoded = bytearray()
    for token in result:
        if not isinstance(token, str):
            raise TypeError(f"the tokenizer returned the token {token!r} for {text[:40]!r}: return a list of str")
        encoded += encode(token) + END_OF_TOKEN
    return bytes(encoded)


def decoded_tokens(encoded: Iterable[bytes]) -> list[str | int]:
    """Return the tokens that the core read, as `str` or `int`."""
    return [
        int(token.removeprefix(NUMBER), 16) if token.startswith(NUMBER) else token.decode("utf-8", "surrogatepass")
        for token in encoded
    ]


def count_references(prediction: object, references: Any) -> int:
    """Return the number of references of one prediction.

    If the prediction is a list of tokens, `references` is one such list, or a list of such lists.
    """
    if isinstance(references, str):
        return 1
    return len(references) if isinstance(prediction, str) or any(map(_is_list, references)) else 1


def _is_list(item: Any) -> bool:
    try:
        return not isinstance(item, str) and len(item) >= 0
    except TypeError:  # a number
        return False
