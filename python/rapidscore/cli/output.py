"""What the commands write: results to stdout, errors and warnings to stderr."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from rapidscore.display.text import encodable, printable

#: Names of Python's options in messages, and the options of the commands.
_OPTIONS = {"`zero_division` parameter": "--zero-division", "max_line_bytes": "--max-line-bytes"}


def write(text: str = "") -> None:
    """Write results to stdout, with escapes for characters that its encoding lacks, and flush it.

    Raises `BrokenPipeError` if nobody reads stdout any more, and `OSError` if it cannot be written for another reason,
    for example because a disk is full.
    """
    if sys.stdout is None:
        # Python's stdout is None if the descriptor was closed before it started.
        raise OSError("standard output is closed: the results cannot be written")
    try:
        sys.stdout.write(encodable(text))
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
