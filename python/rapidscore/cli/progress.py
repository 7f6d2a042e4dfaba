"""The progress bar of the commands `score` and `compare`."""

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
    """A progress bar on stderr, shown if that is a terminal and the work takes longer than `PATIENCE`."""

    #: Seconds of work before the bar is shown.
    PATIENCE = 0.5

    def __init__(self, systems: Sequence[str], references: Sequence[str], *, hidden: bool) -> None:
        self._hidden = hidden or sys.stderr is None or not sys.stderr.isatty()
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
        """Update the bar after `position` bytes of the current system and its references."""
        self._position = position
        if self._is_shown("scoring", lambda: sum(os.path.getsize(file) for file in self._files)):
            bar, task = self._bar  # type: ignore[misc]  # not None while shown
            bar.update(task, completed=self._done + position)

    def compare(self, share: float) -> None:
        """Update the bar during the comparison, of which `share` (0 to 1) is done."""
        if self._is_shown("comparing", lambda: 1):
            bar, task = self._bar  # type: ignore[misc]  # not None while shown
            bar.update(task, description="comparing", total=1, completed=share)

    def _is_shown(self, description: str, size: Callable[[], int]) -> bool:
        """Start the bar if it is due, and return whether it is shown."""
        if self._bar is None and not self._hidden and time.monotonic() - self._start > self.PATIENCE:
            from rich.console import Console
            from rich.progress import Progress as Bar

            bar = Bar(console=Console(stderr=True), transient=True)
            bar.start()
            self._bar = bar, bar.add_task(description, total=size() or None)
        return self._bar is not None

    def finish_file(self) -> None:
        """Count a system and its references as completely read."""
        self._done += self._position
        self._position = 0
