"""Rows as CSV, and content as JSON, with what would be a formula or is invisible escaped."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from math import isfinite
from typing import Any

from rapidscore.display.text import INVISIBLE, encoding, printable, unicode_escape

#: Texts that a spreadsheet reads as a formula, or that differ from such a text only by apostrophes.
_FORMULA = r"[\s']*[=+\-@＝＋－＠]"
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"


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

    is_unicode = encoding().lower().startswith("utf")
    text = json.dumps(_finite(content), indent=indent, ensure_ascii=not is_unicode, allow_nan=False)
    # `json.dumps` has escaped the controls below U+0020.
    return re.sub(f"[{INVISIBLE}]", unicode_escape, text)


def _finite(value: Any) -> Any:
    """Return a value with None in place of NaN and infinity, which JSON cannot represent."""
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not isfinite(value) else value
