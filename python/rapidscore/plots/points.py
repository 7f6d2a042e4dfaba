"""Pictures of values with their intervals, one row for each."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan, nan
from typing import TYPE_CHECKING, Any, NamedTuple

from rapidscore.plots import look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: The height of a row and the least width of the axes, in inches.
_ROW = 0.3
_WIDTH = 4.5
#: The distance of the legend below the axes, in inches.
_BELOW = 0.55
#: The most characters of texts that stand beside each other in a legend.
_SHORT = 36
#: The width of a number beside the axes, in characters.
_NUMBER = 9

#: The colour and the marker of each kind of value. Shapes differ too, for prints without colours.
KINDS = {
    "value": (look.BLUE, "o"),
    "other": (look.ORANGE, "s"),
    "baseline": (look.BLACK, "D"),
    "better": (look.BLUE, "^"),
    "worse": (look.ORANGE, "v"),
    "undecided": (look.GREY, "o"),
    # Of values without a better side.
    "higher": (look.BLUE, ">"),
    "lower": (look.ORANGE, "<"),
}


class Point(NamedTuple):
    """A value to draw."""

    label: str
    text: str
    """The value as text."""
    score: float
    low: float = nan
    """The lower end of its interval; NaN without one."""
    high: float = nan
    kind: str = "value"
    """A key of `KINDS`."""


def size(points: Sequence[Point]) -> tuple[float, float]:
    """Return the width and the height of axes for points, in inches."""
    beside = look.width_of([point.label for point in points]) + look.width_of(["0" * _NUMBER])
    return _WIDTH + beside, _ROW * len(points)


def ranked(points: Sequence[Point], higher_is_better: bool | None) -> list[Point]:
    """Return points with the best first; without a best side, the highest. Those without a value are the last."""
    known = sorted(
        (point for point in points if not isnan(point.score)),
        key=lambda point: point.score,
        reverse=higher_is_better is not False,
    )
    return known + [point for point in points if isnan(point.score)]


def picture(
    where: Any,
    points: Sequence[Point],
    *,
    name: str = "",
    higher_is_better: bool | None = None,
    sort: bool = False,
    line: tuple[float, str] | None = None,
    title: str,
    side: str = "",
) -> Axes:
    """Draw points on the axes or the figure `where`, or on a new figure; `sort` puts the best first.

    `name` is that of the value, if all points have the same; the other parameters are those of `draw`.
    """
    rows = ranked(points, higher_is_better) if sort else points
    (ax,) = look.axes(where, *size(rows))
    label = look.value_label(name, higher_is_better) if name else ""
    return draw(ax, rows, label=label, line=line, title=title, side=side)


def draw(
    ax: Axes,
    points: Sequence[Point],
    *,
    label: str,
    line: tuple[float, str] | None = None,
    legend: dict[str, str] | None = None,
    title: str | None = None,
    side: str = "",
) -> Axes:
    """Draw a row for each point, from the top: a marker, a bar for the interval, and the number at the right.

    `label` stands below the axis of values and `side` beside the names, `line` is a value that all are compared with,
    and its name, and `legend` has a text for each kind of points that it explains.
    """
    for row, point in enumerate(points):
        color, marker = KINDS[point.kind]
        # Intervals of a method such as BCa need not contain the value itself.
        if isfinite(point.low) and isfinite(point.high):
            ax.plot([point.low, point.high], [row, row], color=color, linewidth=2, solid_capstyle="butt")
        if isfinite(point.score):
            ax.plot([point.score], [row], color=color, marker=marker, markersize=6, linestyle="none")
        ax.annotate(
            point.text,
            (1.02, row),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=look.FONT_SIZE,
            annotation_clip=False,
        )
    if line and isfinite(line[0]):
        ax.axvline(line[0], color=look.BLACK, linestyle="--", linewidth=1, zorder=1)
    look.tidy(ax)
    look.set_ticks(ax.yaxis, range(len(points)), [point.label for point in points])
    ax.set_ylim(len(points) - 0.5, -0.5)
    ax.margins(x=0.06)
    look.set_label(ax.xaxis, label)
    look.set_label(ax.yaxis, side)
    look.set_title(ax, title)
    _add_legend(ax, line, legend or {})
    return ax


def _add_legend(ax: Axes, line: Any, legend: dict[str, str]) -> None:
    from matplotlib.lines import Line2D

    handles = []
    for kind, text in legend.items():
        color, marker = KINDS[kind]
        handles.append(Line2D([], [], color=color, marker=marker, linewidth=2, label=look.short(text)))
    if line and line[1]:
        # A line without a name is that of the baseline, which has its own row.
        handles.append(Line2D([], [], color=look.BLACK, linestyle="--", linewidth=1, label=look.short(line[1])))
    if handles:
        from matplotlib.transforms import ScaledTranslation

        texts = [str(handle.get_label()) for handle in handles]
        found = ax.legend(
            handles=handles,
            loc="upper left",
            # Below the label of the axis, at the same distance for any height of the axes.
            bbox_to_anchor=(0, 0),
            bbox_transform=ax.transAxes + ScaledTranslation(0, -_BELOW, ax.figure.dpi_scale_trans),
            ncols=1 if any(len(text) > _SHORT for text in texts) else len(handles),
            frameon=False,
            borderaxespad=0,
            columnspacing=1.5,
            prop={"size": look.FONT_SIZE, "family": look.fonts(texts)},
        )
        for drawn in found.get_texts():
            drawn.set_parse_math(False)
