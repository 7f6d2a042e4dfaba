"""Pictures, drawn by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from rapidscore.resampling.intervals import Interval


def axes(ax: Axes | None) -> Axes:
    """Return the axes to draw on, new ones if there are none. Raises `ModuleNotFoundError` without matplotlib."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("plot() needs matplotlib: pip install 'rapidscore[plot]'") from error
    new: Axes = pyplot.subplots(layout="constrained")[1]
    return new


def confusion_matrix(matrix: NDArray[Any], labels: NDArray[Any], ax: Axes | None, options: dict[str, Any]) -> Axes:
    """Draw a confusion matrix (C, C): a row for each true class, a column for each predicted one."""
    ax = axes(ax)
    try:
        from sklearn.metrics import ConfusionMatrixDisplay
    except ModuleNotFoundError:
        if options:
            raise ModuleNotFoundError(
                f"{', '.join(options)}: options of plot() are scikit-learn's: pip install scikit-learn"
            ) from None
    else:
        ConfusionMatrixDisplay(matrix, display_labels=labels).plot(ax=ax, **options)
        _name_ticks(ax, labels)
        return ax
    picture = ax.imshow(matrix)
    ax.figure.colorbar(picture, ax=ax)
    _name_ticks(ax, labels)
    ax.set(xlabel="Predicted label", ylabel="True label")
    middle = (matrix.max() + matrix.min()) / 2
    for (row, column), count in np.ndenumerate(matrix):
        colour = "black" if count > middle else "white"
        ax.text(column, row, f"{count:g}", ha="center", va="center", color=colour)
    return ax


def error_bars(intervals: Sequence[Interval], names: Sequence[str], ax: Axes | None) -> Axes:
    """Draw scores with error bars, one below the other, with these names."""
    ax = axes(ax)
    scores = np.array([interval.score for interval in intervals])
    ends = np.array([[interval.low for interval in intervals], [interval.high for interval in intervals]])
    places = range(len(intervals))
    # A basic or corrected interval need not hold the score; a bar's length is no less than 0.
    lengths = np.maximum(np.abs(ends - scores) * ((ends - scores) * [[-1], [1]] >= 0), 0)
    ax.errorbar(scores, places, xerr=lengths, fmt="o", capsize=4)
    ax.set_yticks(places, names, parse_math=False)
    ax.invert_yaxis()
    ax.margins(y=0.5 / max(1, len(intervals)))
    return ax


def _name_ticks(ax: Axes, labels: NDArray[Any]) -> None:
    places = np.arange(len(labels))
    # Labels are no formulas, whatever dollars they have.
    ax.set_xticks(places, labels, parse_math=False)
    ax.set_yticks(places, labels, parse_math=False)
