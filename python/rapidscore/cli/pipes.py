"""The check that no pipe is read twice."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress


def check_read_once(paths: Iterable[str]) -> None:
    """Raise `ValueError` if a pipe is among files more than once: the second reader would wait, or find it empty."""
    pipes = set[tuple[int, int]]()
    for path in paths:
        # A file that does not exist is reported when it is opened.
        with suppress(OSError):
            found = os.stat(path)
            if stat.S_ISFIFO(found.st_mode) or stat.S_ISSOCK(found.st_mode):
                if (found.st_dev, found.st_ino) in pipes:
                    raise ValueError(f"{path} is a pipe, which can be read only once: write its content into a file")
                pipes.add((found.st_dev, found.st_ino))
