"""Scores and tables as text for the terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


def decimals(name: str, value: float) -> str:
    """Return a score as text: with two decimals if its range is 0 to 100, as in sacrebleu, and otherwise with four."""
    return f"{value:.2f}" if name in ("bleu", "chrf", "chrf++", "ter") else f"{value:.4f}"


def drawn(table: Table, lines: Iterable[str] = ()) -> str:
    """Return the text of a table for the terminal, followed by lines."""
    from rich.console import Console

    # Output to a file or a pipe does not have to fit into the width of a terminal.
    console = Console(file=io.StringIO(), width=None if sys.stdout.isatty() else 1000)
    console.print(table)
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)
    return str(console.file.getvalue())  # type: ignore[attr-defined]  # it is the StringIO
