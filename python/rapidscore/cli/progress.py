"""The progress bar of commands."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Progress:
    """A progress bar on stderr, when that is a terminal and the work lasts."""

    #: Seconds of work before the bar is shown.
    PATIENCE = 0.5

    def __init__(self, systems: Sequence[str], references: Sequence[str], *, hidden: bool) -> None:
        self._hidden = hidden or not sys.stderr.isatty()
        self._files = [*systems, *[reference for reference in references for _ in systems]]
        self._start = time.monotonic()
        self._done = 0
        self._position = 0
        self._bar: tuple[Bar, TaskID] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar[0].stop()

    def advance(self, position: int) -> None:
        """Show how far it is: the files done so far, and `position` bytes of those being read."""
        self._position = position
        if self._shows("scoring", lambda: sum(os.path.getsize(file) for file in self._files)):
            bar, task = self._bar  # type: ignore[misc]  # it is shown
            bar.update(task, completed=self._done + position)

    def compare(self, share: float) -> None:
        """Show, when all files are read, which share of the comparison is done."""
        if self._shows("comparing", lambda: 1):
            bar, task = self._bar  # type: ignore[misc]  # it is shown
            bar.update(task, description="comparing", total=1, completed=share)

    def _shows(self, what: str, size: Callable[[], int]) -> bool:
        """Show the bar when it is time, and say whether it is shown."""
        if self._bar is None and not self._hidden and time.monotonic() - self._start > self.PATIENCE:
            from rich.console import Console
            from rich.progress import Progress as Bar

            bar = Bar(console=Console(stderr=True), transient=True)
            bar.start()
            self._bar = bar, bar.add_task(what, total=size() or None)
        return self._bar is not None

    def finish_file(self) -> None:
        """Note that a system and its references have been read to the end."""
        self._done += self._position
        self._position = 0
