"""Scores of parallel text files, read one window of lines at a time to bound memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from os import PathLike, fsdecode
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from rapidscore._core import LineWindow, ParallelFiles
from rapidscore._core import Total as Sums
from rapidscore.display.text import printable
from rapidscore.inputs.options import as_sequence
from rapidscore.statistics import Statistics, Total
from rapidscore.warning import warn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.text_metrics.base import AnyTextMetric

Path: TypeAlias = str | PathLike[str]

#: A window ends at this number of lines or bytes, whichever comes first.
WINDOW_LINES = 1 << 16
WINDOW_BYTES = 1 << 24

#: The greatest number of bytes of a line, by default.
MAX_LINE_BYTES = 1 << 26


class MeasuredWindow(NamedTuple):
    """One window of lines, after it has been measured."""

    first: int
    """Number of its first segment, counted from 1."""
    position: int
    """Number of bytes read so far, of all files."""
    segment_scores: dict[str, NDArray[np.float64]]
    """Scores of its segments by name; empty unless they were requested."""
    lines: Callable[[], list[list[str]]]
    """Returns the lines of predictions, then those of each file of references."""


def totals(
    metrics: Mapping[str, AnyTextMetric],
    predictions: Path,
    references: Path | Sequence[Path],
    *,
    max_line_bytes: int = MAX_LINE_BYTES,
    segment_scores: bool = False,
    on_window: Callable[[MeasuredWindow], None] | None = None,
) -> dict[str, Total[Any]]:
    """Compute the totals of several metrics, reading the files once.

    Parameters
    ----------
    metrics : mapping of str to TextMetric
        Metrics by name.
    predictions : str or path-like
        File with one prediction per line.
    references : str or path-like, or sequence of them
        One or more files with as many lines.
    max_line_bytes : int
        The greatest number of bytes of a line.
    segment_scores : bool, default False
        Whether to compute the scores of segments for `on_window`.
    on_window : callable, optional
        Function that is called with each `MeasuredWindow`.

    Raises
    ------
    OSError
        If a file cannot be read.
    ValueError
        If there are no lines, files differ in length, or a line is not UTF-8 or too long; the message names file and
        line.

    Warns
    -----
    UserWarning
        If a file begins with a byte order mark, which is removed.

    """
    sums: dict[str, Sums] = {}
    for first, position, window in windows(predictions, _path_list(references), max_line_bytes):
        scores: dict[str, NDArray[np.float64]] = {}
        for name, metric in metrics.items():
            core = metric._core
            if segment_scores:
                rows, counted = core.rows(*_segments(metric, window))
                total = core.fold(rows, counted.references or (1, 1), counted)
                scores |= core.finalise_rows(rows)
            else:
                total = core.total(*_segments(metric, window))
            sums[name] = sums[name].merged(total) if name in sums else total
        if on_window:
            on_window(MeasuredWindow(first, position, scores, window.lines))
    return {name: Total(metrics[name], total) for name, total in sums.items()}


def statistics(
    metrics: Mapping[str, AnyTextMetric],
    predictions: Path,
    references: Path | Sequence[Path],
    *,
    max_line_bytes: int = MAX_LINE_BYTES,
    on_window: Callable[[MeasuredWindow], None] | None = None,
) -> dict[str, Statistics[Any]]:
    """Measure the segments of files with several metrics, keeping rows but not texts.

    Takes the arguments of `totals`, raises the same errors and gives the same warnings.
    """
    rows: dict[str, list[NDArray[np.float64]]] = {name: [] for name in metrics}
    counted: dict[str, Sums] = {}
    paths = _path_list(references)
    for first, position, window in windows(predictions, paths, max_line_bytes):
        for name, metric in metrics.items():
            part, total = metric._core.rows(*_segments(metric, window))
            rows[name].append(part)
            counted[name] = counted[name].merged(total) if name in counted else total
        if on_window:
            on_window(MeasuredWindow(first, position, {}, window.lines))
    for name, metric in metrics.items():
        metric._warn(counted[name])
        metric._warn_of_misfit(counted[name].misfit)
    return {name: Statistics._of(metrics[name], np.concatenate(parts), len(paths)) for name, parts in rows.items()}


def windows(
    predictions: Path, references: Sequence[str], max_line_bytes: int = MAX_LINE_BYTES
) -> Iterator[tuple[int, int, LineWindow]]:
    """Yield for each window the number of its first segment, the bytes read so far, and the window.

    Warns about byte order marks, and raises `ValueError` if there are no lines.
    """
    paths = [_path("predictions_path", predictions), *references]
    files = ParallelFiles(paths[0], paths[1:], max_line_bytes)
    first = 1
    while len(window := files.read(WINDOW_LINES, WINDOW_BYTES)):
        if first == 1:
            for path in (path for path, marked in zip(paths, files.marked, strict=True) if marked):
                warn(f"{printable(path)} begins with a byte order mark (U+FEFF), which was removed")
        yield first, files.position, window
        first += len(window)
    if first == 1:
        raise ValueError(f"{printable(paths[0])} is empty: there is nothing to score")


def _path(name: str, value: Any) -> str:
    """Return a path as `str`. Raises `TypeError` for other types."""
    try:
        return fsdecode(value)
    except TypeError as error:
        raise TypeError(f"{name} must be a path, a str or path-like, not {value!r} ({type(value).__name__})") from error


def _path_list(references: Path | Sequence[Path]) -> list[str]:
    """Return one path or several paths of references as a list. Raises `ValueError` for an empty list."""
    if isinstance(references, str | bytes | PathLike):
        return [_path("references_paths", references)]
    paths = as_sequence("references_paths", references)
    if not paths:
        raise ValueError("references_paths is empty: pass one or more paths")
    return [_path(f"references_paths[{at}]", path) for at, path in enumerate(paths)]


def _segments(metric: AnyTextMetric, window: LineWindow) -> tuple[Any, ...]:
    """Return the core's arguments: the window, or lists of `str` if a Python function converts the texts."""
    if metric._core.converts:
        predictions, *references = window.lines()
        return predictions, list(zip(*references, strict=True))
    return (window,)
