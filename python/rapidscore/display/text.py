"""Numbers and names as text for the terminal.

Names are labels, groups, systems and files, which may contain any characters. `printable` escapes what a terminal would
obey; markup and data use it too, and escape in addition what would be markup or a formula.
"""

from __future__ import annotations

import re
import sys
from typing import SupportsIndex

# Patterns are compiled when they are first used, by the functions of `re`.
#: Controls of C1 and U+007F, separators of lines, overrides of the direction of writing, U+FEFF, and lone surrogates.
INVISIBLE = "\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

#: From this number on, numbers are shown with an exponent: more digits before the point mean nothing.
_LARGE = 1e9
MOST_DECIMALS = 100


def fixed(value: float, width: int) -> str:
    """Return a number as text with `width` decimals; a large one, such as a perplexity may be, with an exponent.

    Raises `TypeError` or `ValueError` unless `width` is a whole number from 0 to 100.

    >>> fixed(1.5, 2), fixed(2.5e43, 2), fixed(float("inf"), 2)
    ('1.50', '2.50e+43', 'inf')
    """
    if isinstance(width, bool) or not isinstance(width, SupportsIndex):
        raise TypeError(f"width must be a number of decimals, not {width!r} ({type(width).__name__})")
    if not 0 <= width <= MOST_DECIMALS:
        raise ValueError(f"width must be from 0 to {MOST_DECIMALS} decimals, got {width}")
    return f"{value:.{width}f}" if abs(value) < _LARGE else f"{value:.{width}e}"


def decimals_of(name: str) -> int:
    """Return the number of decimals of a score: two if its range is 0 to 100, as in sacrebleu, and otherwise four."""
    return 2 if name in ("bleu", "ter") or name.startswith(("chrf", "bleu_precision")) else 4


def decimals(name: str, value: float) -> str:
    """Return a score as text with the decimals that suit its name."""
    return fixed(value, decimals_of(name))


#: The ends of the names of values that are counts.
_COUNTS = ("hits", "substitutions", "deletions", "insertions", "sys_len", "ref_len", "num_edits", "tokens")


def shown(name: str, value: float, width: int | None = None) -> str:
    """Return a value as text, with `width` decimals or those that suit its name; a count has none.

    >>> shown("bleu", 41.5), shown("f1", 0.25), shown("wer_hits", 7.0), shown("f1", 0.25, 3)
    ('41.50', '0.2500', '7', '0.250')
    """
    if name.endswith(_COUNTS) and float(value).is_integer():
        return f"{value:.0f}"
    return decimals(name, value) if width is None else fixed(value, width)


def printable(text: object) -> str:
    r"""Return a text in which a terminal obeys nothing: controls and lone surrogates are Python's escapes.

    A byte of a file name that is not UTF-8 is a lone surrogate in Python, and is shown as this byte.

    >>> print(printable("a\x1b[2J\n\u202eb"), printable(b"\xff.txt".decode("utf-8", "surrogateescape")))
    a\x1b[2J\n\u202eb \xff.txt
    """
    shown = str(text)
    return shown if shown.isprintable() else re.sub(f"[\x00-\x1f{INVISIBLE}]", _escape, shown)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return _ESCAPES.get(character) or (f"\\x{ord(character):02x}" if character < "\u0100" else unicode_escape(found))


def unicode_escape(found: re.Match[str]) -> str:
    """Return the escape of a character of four hexadecimal digits, which is also JSON's."""
    return f"\\u{ord(found[0]):04x}"


def encoding() -> str:
    """Return the encoding of stdout; UTF-8 if it has none, as in a notebook."""
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def encodable(text: str) -> str:
    """Return a text in which characters that stdout cannot encode are escaped."""
    return text.encode(encoding(), "backslashreplace").decode(encoding())
