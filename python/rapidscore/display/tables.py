"""Tables as text for the terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rapidscore.display.text import encodable, encoding, printable

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


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
        return encoding()
