"""Plots of confusion matrices and confidence intervals, drawn with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore.display.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from rapidscore.resampling.intervals import Interval


def axes(ax: Axes | None) -> Axes:
    """Return `ax`, or new axes for None. Raises `ModuleNotFoundError` if matplotlib is not installed."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("plot() needs matplotlib: pip install 'rapidscore[plot]'") from error
    new: Axes = pyplot.subplots(layout="constrained")[1]
    return new


def confusion_matrix(matrix: NDArray[Any], labels: NDArray[Any], ax: Axes | None, options: dict[str, Any]) -> Axes:
    """Draw a confusion matrix of shape (C, C), with rows for true classes and columns for predicted classes.

    If scikit-learn is installed, it draws the matrix and takes `options`.
    """
    ax = axes(ax)
    try:
        from sklearn.metrics import ConfusionMatrixDisplay
    except ModuleNotFoundError:
        if options:
            raise ModuleNotFoundError(
                f"the options {', '.join(options)} of plot() need scikit-learn: pip install scikit-learn"
            ) from None
    else:
        ConfusionMatrixDisplay(matrix, display_labels=labels).plot(ax=ax, **options)
        _name_ticks(ax, labels)
        return ax
    image = ax.imshow(matrix)
    ax.figure.colorbar(image, ax=ax)
    _name_ticks(ax, labels)
    ax.set(xlabel="Predicted label", ylabel="True label")
    midpoint = (matrix.max() + matrix.min()) / 2
    for (row, column), count in np.ndenumerate(matrix):
        color = "black" if count > midpoint else "white"
        ax.text(column, row, f"{count:g}", ha="center", va="center", color=color)
    return ax


def error_bars(intervals: Sequence[Interval], names: Sequence[str], ax: Axes | None) -> Axes:
    """Draw the scores of intervals with error bars, in one row for each name."""
    ax = axes(ax)
    scores = np.array([interval.score for interval in intervals])
    ends = np.array([[interval.low for interval in intervals], [interval.high for interval in intervals]])
    positions = range(len(intervals))
    # A basic or bias-corrected interval may lie on one side of the score; bars on the other side have the length 0.
    lengths = np.maximum(np.abs(ends - scores) * ((ends - scores) * [[-1], [1]] >= 0), 0)
    ax.errorbar(scores, positions, xerr=lengths, fmt="o", capsize=4)
    ax.set_yticks(positions, [*map(printable, names)], parse_math=False)
    ax.invert_yaxis()
    ax.margins(y=0.5 / max(1, len(intervals)))
    return ax


def _name_ticks(ax: Axes, labels: NDArray[Any]) -> None:
    positions = np.arange(len(labels))
    # Dollar signs in labels do not mark formulas.
    names = [*map(printable, labels.tolist())]
    ax.set_xticks(positions, names, parse_math=False)
    ax.set_yticks(positions, names, parse_math=False)
