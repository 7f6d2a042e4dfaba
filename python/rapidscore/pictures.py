"""Pictures, drawn by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray


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


def _name_ticks(ax: Axes, labels: NDArray[Any]) -> None:
    places = np.arange(len(labels))
    # Labels are no formulas, whatever dollars they have.
    ax.set_xticks(places, labels, parse_math=False)
    ax.set_yticks(places, labels, parse_math=False)
