"""What the commands write: results to stdout, errors and warnings to stderr."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rapidscore.display.data import json_text
from rapidscore.display.text import encodable, printable

if TYPE_CHECKING:
    from rapidscore.display.tables import Table

#: Names of Python's options in messages, and the options of the commands.
_OPTIONS = {"`zero_division` parameter": "--zero-division", "max_line_bytes": "--max-line-bytes"}


#: The number of the shape of JSON: another one if a key is renamed or removed, or has another meaning.
_JSON_FORMAT = 1


def json_of(
    command: str, names: Sequence[str], segments: int, signatures: Mapping[str, str], content: dict[str, Any]
) -> str:
    """Return the results of a command as JSON, which begins with what is the same for all commands.

    `names` are the files of the predictions, and `segments` is the number of segments of each.
    """
    from rapidscore import __version__

    head: dict[str, Any] = {"command": command, "format": _JSON_FORMAT, "version": __version__}
    head |= {"names": [*names], "segments": segments, "signatures": dict(signatures)}
    return json_text(head | content, to_stdout=True)


def drawn(style: str, table: Table) -> str:
    """Return a table for stdout in the style of a table, as plain text or as markup."""
    from rapidscore.display import tables

    return tables.drawn(table, style, width())


def width() -> int | None:
    """Return the width of the terminal, and None for a file or a pipe, whose lines may be long."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return shutil.get_terminal_size().columns if is_terminal else None


def write(text: str = "") -> None:
    """Write lines to stdout, with escapes for characters that its encoding lacks, and flush it.

    Raises `BrokenPipeError` if nobody reads stdout any more, and `OSError` if it cannot be written for another reason,
    for example because a disk is full.
    """
    if sys.stdout is None:
        # Python's stdout is None if the descriptor was closed before it started.
        raise OSError("standard output is closed: the results cannot be written")
    try:
        sys.stdout.write(encodable(text if not text or text.endswith("\n") else f"{text}\n"))
        sys.stdout.flush()
    except OSError:
        # Python would try to write the rest when it ends, and print another error.
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, sys.stdout.fileno())
            os.close(null)
        raise


def complain(kind: str, message: str) -> None:
    """Print an error or a warning on stderr, in one line."""
    if sys.stderr is None:
        return
    line = " ".join(message.splitlines())
    for name, option in _OPTIONS.items():
        line = line.replace(name, option)
    # If stderr cannot be written, there is nobody to tell.
    with suppress(OSError, ValueError):
        print(f"rapidscore: {kind}: {printable(line)}", file=sys.stderr, flush=True)
