"""Scores and tables as text for the terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


#: From this number on, numbers are shown with an exponent: more digits before the point mean nothing.
_LARGE = 1e9
MOST_DECIMALS = 100


def fixed(value: float, width: int) -> str:
    """Return a number as text with `width` decimals; a large one, such as a perplexity may be, with an exponent.

    Raises `TypeError` or `ValueError` unless `width` is a whole number from 0 to 100.

    >>> fixed(1.5, 2), fixed(2.5e43, 2), fixed(float("inf"), 2)
    ('1.50', '2.50e+43', 'inf')
    """
    if isinstance(width, bool) or not isinstance(width, int):
        raise TypeError(f"width must be a number of decimals, not {width!r} ({type(width).__name__})")
    if not 0 <= width <= MOST_DECIMALS:
        raise ValueError(f"width must be from 0 to {MOST_DECIMALS} decimals, got {width}")
    return f"{value:.{width}f}" if abs(value) < _LARGE else f"{value:.{width}e}"


def decimals(name: str, value: float) -> str:
    """Return a score as text: with two decimals if its range is 0 to 100, as in sacrebleu, and otherwise with four."""
    return fixed(value, 2 if name in ("bleu", "chrf", "chrf++", "ter") else 4)


def drawn(table: Table, lines: Iterable[str] = ()) -> str:
    """Return the text of a table for the terminal, followed by lines."""
    from rich.console import Console

    # Output to a file or a pipe does not have to fit into the width of a terminal.
    console = Console(file=io.StringIO(), width=None if sys.stdout.isatty() else 1000)
    console.print(table)
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)
    return str(console.file.getvalue())  # type: ignore[attr-defined]  # it is the StringIO
