"""Arguments of all commands."""

from __future__ import annotations

import argparse

from rapidscore.text_metrics.files import MAX_LINE_BYTES


def add_to(command: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of a command."""
    add = command.add_argument
    add("--quiet", action="store_true", help="print no warnings, and show no progress bar")
    add("--threads", type=int, metavar="N", help="number of threads (default: one per core)")
    add(
        "--max-line-bytes",
        type=int,
        default=MAX_LINE_BYTES,
        metavar="N",
        help=f"greatest number of bytes of a line of a file (default {MAX_LINE_BYTES}, which is 64 MiB)",
    )
