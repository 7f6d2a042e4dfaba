"""Files measured a window of lines at a time, so that memory stays bounded."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from rapidscore._core import ParallelFiles, Total, Window
from rapidscore.statistics import Statistics
from rapidscore.text_metrics.base import AnyTextMetric

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from rapidscore.cli.results import SegmentFile

#: A window ends at this many lines or bytes.
WINDOW_LINES = 1 << 16
WINDOW_BYTES = 1 << 24


def measure(
    system: str,
    references: Sequence[str],
    metrics: Mapping[str, AnyTextMetric],
    progress: Progress,
    segments: SegmentFile,
) -> dict[str, Total]:
    """Fold all segments of a file, for several metrics at once; the text is read once."""
    opened = ParallelFiles(system, list(references))
    totals: dict[str, Total] = {}
    first = 1
    while len(window := opened.read(WINDOW_LINES, WINDOW_BYTES)):
        scores: dict[str, Any] = {}
        for name, metric in metrics.items():
            if segments.wanted:
                rows, seen = metric._core.rows(*arguments(metric, window))
                total = metric._core.fold(rows, seen.references or (1, 1), seen.tokenized)
                scores |= metric._core.finalise_rows(rows)
            else:
                total = metric._core.total(*arguments(metric, window))
            totals[name] = totals[name].merged(total) if name in totals else total
        segments.write(system, first, scores)
        first += len(window)
        progress.advance(opened.position)
    progress.finish_file(opened.position)
    if not totals:
        raise ValueError(f"{system} is empty: there is nothing to score")
    return totals


def statistics(
    system: str, references: Sequence[str], metrics: Mapping[str, AnyTextMetric], progress: Progress
) -> dict[str, Statistics[Any]]:
    """Measure all segments of a file, for several metrics at once; rows are kept, texts are not."""
    opened = ParallelFiles(system, list(references))
    parts: dict[str, list[Any]] = {name: [] for name in metrics}
    totals: dict[str, Total] = {}
    while len(window := opened.read(WINDOW_LINES, WINDOW_BYTES)):
        for name, metric in metrics.items():
            rows, seen = metric._core.rows(*arguments(metric, window))
            parts[name].append(rows)
            totals[name] = totals[name].merged(seen) if name in totals else seen
        progress.advance(opened.position)
    progress.finish_file(opened.position)
    if not totals:
        raise ValueError(f"{system} is empty: there is nothing to score")
    for name, metric in metrics.items():
        metric._warn(totals[name])
    return {name: Statistics(metrics[name], np.concatenate(rows), len(references)) for name, rows in parts.items()}


def arguments(metric: AnyTextMetric, window: Window) -> tuple[Any, ...]:
    """Return what the metric's core takes: the window itself, or Python strings where Python must see them."""
    if metric._core.converts:
        predictions, *references = window.lines()
        return predictions, list(zip(*references, strict=True))
    return (window,)


class Progress:
    """A progress bar on stderr, when that is a terminal and the work lasts."""

    #: Seconds of work before the bar is shown.
    PATIENCE = 0.5

    def __init__(self, systems: Sequence[str], references: Sequence[str], *, hidden: bool) -> None:
        self._hidden = hidden or not sys.stderr.isatty()
        self._files = [*systems, *[reference for reference in references for _ in systems]]
        self._start = time.monotonic()
        self._done = 0
        self._bar: tuple[Bar, TaskID] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar[0].stop()

    def advance(self, position: int) -> None:
        """Show how far it is: the files done so far, and `position` bytes of those being read."""
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

    def finish_file(self, position: int) -> None:
        """Note that a system and its references, of so many bytes, are done."""
        self._done += position
