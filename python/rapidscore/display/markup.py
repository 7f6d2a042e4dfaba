"""Names and tables for Markdown, with what would be markup escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidscore.display.text import printable

#: Markup of Markdown. An underscore inside a word and a bracket that no link follows are not markup.
_MARKDOWN = r"[\\`*~|$]|(?<!\w)_|_(?!\w)|(?<=\])[(\[:]"


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
