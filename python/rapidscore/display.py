"""Results as text: numbers, and tables for the terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


def decimals(name: str, value: float) -> str:
    """Return a score of 0 to 100 with two decimals, as sacrebleu does, and one of 0 to 1 with four."""
    return f"{value:.2f}" if name in ("bleu", "chrf", "chrf++", "ter") else f"{value:.4f}"


def drawn(table: Table, lines: Iterable[str] = ()) -> str:
    """Return a table as the terminal shows it, with lines under it."""
    from rich.console import Console

    # Where the output is no terminal, nothing needs to fit into its width.
    console = Console(file=io.StringIO(), width=None if sys.stdout.isatty() else 1000)
    console.print(table)
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)
    return str(console.file.getvalue())  # type: ignore[attr-defined]  # it is the StringIO
