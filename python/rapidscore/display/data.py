"""Columns as CSV and as streams of Arrow, and content as JSON, with what would be a formula or is invisible escaped."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any, Literal

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


def csv_of(columns: Mapping[str, Sequence[Any]]) -> str:
    """Return columns as CSV. A cell without a value, NaN or infinity is empty.

    >>> print(csv_of({"system": ["a", "b"], "bleu": [41.5, float("nan")]}), end="")
    system,bleu
    a,41.5
    b,
    """
    rows = zip(*(_finite([*values]) for values in columns.values()), strict=True)
    return csv_table([[*columns], *(["" if value is None else value for value in row] for row in rows)])


def arrow_stream(columns: Mapping[str, Sequence[Any]]) -> object:
    """Return columns as a stream of Arrow. Values that are neither numbers nor bools become text."""
    from rapidscore._core import arrow_stream as stream_of

    named = []
    for name, values in columns.items():
        kind = _kind(values)
        named.append((name, kind, [*map(_utf8, values)] if kind == "text" else [*values]))
    return stream_of(named)


def _utf8(value: object) -> str | None:
    """Return a value as text that UTF-8 can encode, with escapes of lone surrogates, such as file names may have."""
    return None if value is None else str(value).encode("utf-8", "backslashreplace").decode("utf-8")


def _kind(values: Sequence[Any]) -> Literal["text", "bool", "int", "float"]:
    """Return the type of a column in Arrow."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known):
        return "bool"
    if known and all(isinstance(value, int) and not isinstance(value, bool) for value in known):
        return "int" if all(-(2**63) <= value < 2**63 for value in known) else "text"
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in known)
    return "float" if numbers else "text"


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


def json_text(content: Any, indent: int | None = 2, *, to_stdout: bool = False) -> str:
    """Return JSON, in which NaN and infinity are null.

    Characters that are invisible, or with `to_stdout` those that stdout cannot encode, are JSON's own escapes: a reader
    gets them unchanged.
    """
    import json

    ensure_ascii = to_stdout and not encoding().lower().startswith("utf")
    text = json.dumps(_finite(content), indent=indent, ensure_ascii=ensure_ascii, allow_nan=False)
    # `json.dumps` has escaped the controls below U+0020.
    return re.sub(f"[{INVISIBLE}]", unicode_escape, text)


#: What could end a script of HTML, or a line of JavaScript.
_IN_HTML = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"})


def json_in_html(content: Any) -> str:
    r"""Return JSON that can stand in an element `script` of HTML.

    >>> print(json_in_html(["</script>", float("nan")]))
    ["\u003c/script\u003e",null]
    """
    import json

    return json.dumps(_finite(content), ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(_IN_HTML)


def plain(value: object) -> bool | int | float | str:
    """Return a label as JSON can hold it: what is no bool, number or text, such as a date, as text."""
    return value if isinstance(value, bool | int | float | str) else str(value)


def json_safe(content: dict[str, Any]) -> dict[str, Any]:
    """Return content that JSON can hold, with None in place of NaN and infinity."""
    return {name: _finite(value) for name, value in content.items()}


def _finite(value: Any) -> Any:
    """Return a value with None in place of NaN and infinity, which JSON cannot represent."""
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not isfinite(value) else value
