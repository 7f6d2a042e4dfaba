"""Texts for Markdown, LaTeX and HTML, with what would be markup escaped."""

from __future__ import annotations

import re

from rapidscore.display.text import printable

#: Markup of Markdown. An underscore inside a word and a bracket that no link follows are not markup.
_MARKDOWN = r"[\\`*~|$]|(?<!\w)_|_(?!\w)|(?<=\])[(\[:]"


def markdown(text: object) -> str:
    """Return a text for Markdown, in one line, without markup."""
    # Some readers know no backslash before these two.
    entities = str.maketrans({"&": "&amp;", "<": "&lt;"})
    return re.sub(_MARKDOWN, r"\\\g<0>", printable(text)).translate(entities)


#: What LaTeX takes for commands, in text.
_LATEX: dict[str, str | int | None] = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}


def latex(text: object) -> str:
    r"""Return a text for LaTeX, without commands.

    >>> print(latex("50% of A_1 {~}"))
    50\% of A\_1 \{\textasciitilde{}\}
    """
    return printable(text).translate(str.maketrans(_LATEX))


def html(text: object) -> str:
    """Return a text for HTML, without markup.

    >>> html("<b title='x'>")
    '&lt;b title=&#x27;x&#x27;&gt;'
    """
    import html as library

    return library.escape(printable(text))
