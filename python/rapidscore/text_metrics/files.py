"""Parallel text files, measured a window of lines at a time, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from rapidscore._core import ParallelFiles, Window
from rapidscore._core import Total as Sums
from rapidscore.statistics import Statistics, Total

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.text_metrics.base import AnyTextMetric

Path: TypeAlias = str | PathLike[str]

#: A window ends at this number of lines or bytes.
WINDOW_LINES = 1 << 16
WINDOW_BYTES = 1 << 24


class MeasuredWindow(NamedTuple):
    """A window of lines that has been measured."""

    first: int
    """The number of its first segment; segments count from 1."""
    position: int
    """The number of bytes of all files that have been read."""
    segment_scores: dict[str, NDArray[np.float64]]
    """The scores of its segments by name; empty when they are not wanted."""


def totals(
    metrics: Mapping[str, AnyTextMetric],
    predictions: Path,
    references: Path | Sequence[Path],
    *,
    segment_scores: bool = False,
    on_window: Callable[[MeasuredWindow], None] | None = None,
) -> dict[str, Total[Any]]:
    """Fold all segments of a file for several metrics at once, reading the text once.

    `references` is one file or several, with a line for each line of `predictions`. `on_window` is called with each
    window, which has the segments' scores if these are wanted. Raises `ValueError` when there is no segment, when files
    differ in length, or where bytes are not UTF-8; the message names file and line.
    """
    found: dict[str, Sums] = {}
    for first, position, window in _windows(predictions, references):
        scores: dict[str, NDArray[np.float64]] = {}
        for name, metric in metrics.items():
            core = metric._core
            if segment_scores:
                rows, counted = core.rows(*_segments(metric, window))
                total = core.fold(rows, counted.references or (1, 1), counted.tokenized)
                scores |= core.finalise_rows(rows)
            else:
                total = core.total(*_segments(metric, window))
            found[name] = found[name].merged(total) if name in found else total
        if on_window:
            on_window(MeasuredWindow(first, position, scores))
    return {name: Total(metrics[name], sums) for name, sums in found.items()}


def statistics(
    metrics: Mapping[str, AnyTextMetric],
    predictions: Path,
    references: Path | Sequence[Path],
    *,
    on_window: Callable[[MeasuredWindow], None] | None = None,
) -> dict[str, Statistics[Any]]:
    """Measure all segments of a file for several metrics at once; rows are kept, texts are not.

    Arguments and errors are those of `totals`.
    """
    rows: dict[str, list[NDArray[np.float64]]] = {name: [] for name in metrics}
    counted: dict[str, Sums] = {}
    for first, position, window in _windows(predictions, references):
        for name, metric in metrics.items():
            part, total = metric._core.rows(*_segments(metric, window))
            rows[name].append(part)
            counted[name] = counted[name].merged(total) if name in counted else total
        if on_window:
            on_window(MeasuredWindow(first, position, {}))
    for name, metric in metrics.items():
        metric._warn(counted[name])
    count = len(_listed(references))
    return {name: Statistics(metrics[name], np.concatenate(parts), count) for name, parts in rows.items()}


def _windows(predictions: Path, references: Path | Sequence[Path]) -> Iterator[tuple[int, int, Window]]:
    """Yield the number of the first segment, the bytes read so far, and the lines of each window."""
    files = ParallelFiles(fspath(predictions), _listed(references))
    first = 1
    while len(window := files.read(WINDOW_LINES, WINDOW_BYTES)):
        yield first, files.position, window
        first += len(window)
    if first == 1:
        raise ValueError(f"{fspath(predictions)} is empty: there is nothing to score")


def _listed(references: Path | Sequence[Path]) -> list[str]:
    """Return the paths of references, one path as a list."""
    if isinstance(references, str | PathLike):
        return [fspath(references)]
    paths = [fspath(path) for path in references]
    if not paths:
        raise ValueError("references_paths is empty: name one file or more")
    return paths


def _segments(metric: AnyTextMetric, window: Window) -> tuple[Any, ...]:
    """Return what the metric's core takes: the window itself, or Python strings where Python must see them."""
    if metric._core.converts:
        predictions, *references = window.lines()
        return predictions, list(zip(*references, strict=True))
    return (window,)
