"""Scores, names and tables as text: for the terminal, Markdown, CSV and JSON, with what each of them needs escaped.

Names are labels, groups, systems and files, which may contain any characters. `printable` escapes what a terminal would
obey; the functions for Markdown and CSV use it too, and escape in addition what would be markup or a formula.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, SupportsIndex

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

# Patterns are compiled when they are first used, by the functions of `re`.
#: Controls of C1 and U+007F, separators of lines, overrides of the direction of writing, U+FEFF, and lone surrogates.
_INVISIBLE = "\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

#: Markup of Markdown. An underscore inside a word and a bracket that no link follows are not markup.
_MARKDOWN = r"[\\`*~|$]|(?<!\w)_|_(?!\w)|(?<=\])[(\[:]"

#: Texts that a spreadsheet reads as a formula, or that differ from such a text only by apostrophes.
_FORMULA = r"[\s']*[=+\-@＝＋－＠]"
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"


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


def decimals(name: str, value: float) -> str:
    """Return a score as text: with two decimals if its range is 0 to 100, as in sacrebleu, and otherwise with four."""
    return fixed(value, 2 if name in ("bleu", "chrf", "chrf++", "ter") else 4)


def printable(text: object) -> str:
    r"""Return a text in which a terminal obeys nothing: controls and lone surrogates are Python's escapes.

    A byte of a file name that is not UTF-8 is a lone surrogate in Python, and is shown as this byte.

    >>> print(printable("a\x1b[2J\n\u202eb"), printable(b"\xff.txt".decode("utf-8", "surrogateescape")))
    a\x1b[2J\n\u202eb \xff.txt
    """
    shown = str(text)
    return shown if shown.isprintable() else re.sub(f"[\x00-\x1f{_INVISIBLE}]", _escape, shown)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return _ESCAPES.get(character) or (f"\\x{ord(character):02x}" if character < "\u0100" else _unicode_escape(found))


def _unicode_escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def cell(text: object) -> Text:
    """Return the content of a cell of a table for the terminal, in which brackets are no markup."""
    from rich.text import Text

    return Text(printable(text))


def drawn(table: Table, lines: Iterable[str] = ()) -> str:
    """Return the text of a table for the terminal, followed by lines.

    The boxes are ASCII if stdout has an encoding other than UTF-8, and characters without a code in it are escaped.
    """
    from rich.console import Console

    # Output to a file or a pipe does not have to fit into the width of a terminal.
    width = None if sys.stdout is not None and sys.stdout.isatty() else 1000
    console = Console(file=_Screen(), width=width, force_jupyter=False)
    console.print(table)
    for line in lines:
        console.print(cell(line), highlight=False, soft_wrap=True)
    return encodable(str(console.file.getvalue()))  # type: ignore[attr-defined]  # it is the _Screen


class _Screen(io.StringIO):
    """A buffer with the encoding of stdout, from which rich chooses the characters of boxes."""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # that of StringIO is None
        return _encoding()


def _encoding() -> str:
    """Return the encoding of stdout; UTF-8 if it has none, as in a notebook."""
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def encodable(text: str) -> str:
    """Return a text in which characters that stdout cannot encode are escaped."""
    return text.encode(_encoding(), "backslashreplace").decode(_encoding())


def markdown_table(rows: Sequence[Sequence[object]], left: int = 1) -> str:
    r"""Return a Markdown table; the first row is the header, and the first `left` columns are aligned to the left.

    >>> print(markdown_table([["system", "bleu"], ["a|b_c<i>\n", 41.5]]), end="")
    | system | bleu |
    |---|---:|
    | a\|b_c&lt;i>\\n | 41.5 |
    """
    lines = ["| " + " | ".join(map(markdown, row)) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * left + "---:|" * (len(rows[0]) - left))
    return "\n".join(lines) + "\n"


def markdown(text: object) -> str:
    """Return a text for Markdown, in one line, without markup."""
    # Some readers know no backslash before these two.
    entities = str.maketrans({"&": "&amp;", "<": "&lt;"})
    return re.sub(_MARKDOWN, r"\\\g<0>", printable(text)).translate(entities)


def markdown_code(text: object) -> str:
    """Return a text for Markdown as code, in which nothing is markup."""
    shown = printable(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"


def csv_table(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV. Numbers stay as they are, and of texts `csv_text` is written.

    >>> print(csv_table([["label", "f1"], ["=1+1", 0.5], ["-1", 1]]), end="")
    label,f1
    '=1+1,0.5
    -1,1
    """
    import csv

    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerows([csv_text(value) if isinstance(value, str) else value for value in row] for row in rows)
    return content.getvalue()


def csv_text(text: str) -> str:
    """Return a text that a spreadsheet does not read as a formula: an apostrophe precedes it if it begins like one.

    Numbers are not formulas. A text that begins with apostrophes and then like a formula gets another apostrophe, so
    that different texts stay different.

    >>> csv_text("@sum"), csv_text("'@sum"), csv_text("-1.5"), csv_text("it's"), csv_text("a-b")
    ("'@sum", "''@sum", '-1.5', "it's", 'a-b')
    """
    # A text that begins with a tab or a carriage return, which would be a formula too, begins with its escape here.
    shown = printable(text)
    return f"'{shown}" if re.match(_FORMULA, shown) and not re.fullmatch(_NUMBER, shown) else shown


def json_text(content: Any, indent: int | None = 2) -> str:
    """Return JSON, in which NaN and infinity are null.

    Characters that are invisible, or that stdout cannot encode, are JSON's own escapes: a reader gets them unchanged.
    """
    import json

    is_unicode = _encoding().lower().startswith("utf")
    text = json.dumps(_finite(content), indent=indent, ensure_ascii=not is_unicode, allow_nan=False)
    # `json.dumps` has escaped the controls below U+0020.
    return re.sub(f"[{_INVISIBLE}]", _unicode_escape, text)


def _finite(value: Any) -> Any:
    """Return a value with None in place of NaN and infinity, which JSON cannot represent."""
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not isfinite(value) else value
