"""Pictures of confusion matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore.display.text import printable
from rapidscore.plots import look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

#: What a row, a column or the whole matrix is divided by, and what the numbers then are.
_NORMALIZED = {
    "true": "share of the true class (rows add up to 1)",
    "pred": "share of the predicted class (columns add up to 1)",
    "all": "share of all rows (the matrix adds up to 1)",
}
#: The most classes whose numbers are written into the cells by default.
_MOST_NUMBERED = 30
#: The least side of a cell, in inches: with numbers, for each of their characters, and without.
_CELL = 0.5
_CHARACTER = 0.085
_SMALL_CELL = 0.24
#: The colour of numbers on light cells, which stays on a dark page.
_INK = "#0b0b0b"
#: The longest labels of columns that are written from left to right, in characters.
_SHORT = 4


def draw(
    matrix: NDArray[Any],
    classes: Sequence[Any],
    where: Any,
    *,
    normalize: str | None,
    labels: Sequence[Any] | Mapping[Any, str] | None,
    title: str | None,
    include_values: bool | None,
    values_format: str | None,
    cmap: Any,
    colorbar: bool,
) -> Axes:
    """Draw a confusion matrix (C, C), with a row for each true class, as `ClassificationScore.plot` documents it."""
    matrix, names = _chosen(matrix, classes, labels)
    shares = _normalized(matrix, normalize)
    is_numbered = len(names) <= _MOST_NUMBERED if include_values is None else include_values
    cells = [[_number(value, normalize, values_format) for value in row] for row in shares.tolist()]
    longest = max((len(cell) for row in cells for cell in row), default=1)
    cell = max(_CELL, 0.15 + _CHARACTER * longest) if is_numbered else _SMALL_CELL
    side = cell * max(3, len(names))
    beside = look.width_of(names)
    (ax,) = look.axes(where, side + beside + 0.9 * colorbar, side + (beside if _is_long(names) else 0) + 0.3)
    image = ax.imshow(shares, cmap=cmap or "Blues", vmin=0, vmax=shares.max() if shares.any() else 1)
    if colorbar:
        bar = ax.figure.colorbar(image, ax=ax, shrink=0.8, aspect=30)
        bar.ax.tick_params(labelsize=look.FONT_SIZE)
        look.set_label(bar.ax.yaxis, _NORMALIZED[normalize] if normalize else "rows of the data")
    positions = range(len(names))
    look.set_ticks(ax.xaxis, positions, names, rotation=90 if _is_long(names) else 0)
    look.set_ticks(ax.yaxis, positions, names)
    look.set_label(ax.xaxis, "Predicted label")
    look.set_label(ax.yaxis, "True label")
    look.set_title(ax, title)
    if is_numbered:
        for row, column in np.ndindex(shares.shape):
            color = "white" if _is_dark(*image.to_rgba(shares[row, column])[:3]) else _INK
            ax.text(column, row, cells[row][column], ha="center", va="center", color=color, fontsize=look.FONT_SIZE)
    return ax


def _chosen(
    matrix: NDArray[Any], classes: Sequence[Any], labels: Sequence[Any] | Mapping[Any, str] | None
) -> tuple[NDArray[Any], list[str]]:
    """Return the rows and columns of the wanted classes, in their order, and their names."""
    if labels is None:
        return matrix, [*map(str, classes)]
    names = dict(labels) if isinstance(labels, Mapping) else {label: str(label) for label in labels}
    if len(names) < len(labels):
        raise ValueError(f"labels has a class twice: {printable(str(labels))}")
    positions = {label: at for at, label in enumerate(classes)}
    for label in names:
        if label not in positions:
            shown = ", ".join(map(repr, [*positions][:10]))
            raise ValueError(f"there is no class {label!r}: choose from {printable(shown)}")
    if not names:
        raise ValueError("labels is empty: name the classes to draw")
    chosen = [positions[label] for label in names]
    return matrix[np.ix_(chosen, chosen)], [*map(str, names.values())]


def _normalized(matrix: NDArray[Any], normalize: str | None) -> NDArray[np.float64]:
    """Return a matrix divided by the sums of its rows, its columns or all; 0 where a sum is 0, as in scikit-learn."""
    counts = matrix.astype(np.float64)
    if normalize is None:
        return counts
    if normalize not in _NORMALIZED:
        raise ValueError(f"unknown normalize {normalize!r}: choose one of {', '.join(_NORMALIZED)}, or None")
    axis = {"true": 1, "pred": 0, "all": None}[normalize]
    sums = counts.sum(axis=axis, keepdims=True)
    shares: NDArray[np.float64] = np.divide(counts, sums, out=np.zeros_like(counts), where=sums != 0)
    return shares


def _number(value: float, normalize: str | None, spec: str | None) -> str:
    if spec is not None:
        # Formats of whole numbers, such as "d", refuse others.
        return format(int(value) if value.is_integer() and normalize is None else value, spec)
    if normalize:
        return f"{value:.2f}"
    return f"{value:.0f}" if value.is_integer() else f"{value:.3g}"


def _is_long(names: Sequence[str]) -> bool:
    from rich.cells import cell_len

    return max(map(cell_len, names), default=0) > _SHORT


def _is_dark(red: float, green: float, blue: float) -> bool:
    """Return whether white is better read on a colour than black: by its luminance, as for web pages (WCAG 2)."""
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] < 0.18
