"""Files measured a window of lines at a time, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore._core import ParallelFiles, Total, Window
from rapidscore.statistics import Statistics
from rapidscore.text_metrics.base import AnyTextMetric

if TYPE_CHECKING:
    from rapidscore.cli.progress import Progress
    from rapidscore.cli.segment_file import SegmentFile

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
