"""What all pictures share: colours, fonts, sizes that suit the content, and axes that say which way is better."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rapidscore.display.text import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Of the palette of Okabe and Ito, which nearly everybody can distinguish ("Color Universal Design", 2008).
BLUE = "#0072B2"
ORANGE = "#D55E00"
BLACK = "#000000"
GREY = "#707070"

#: The sizes of text, in points, and of what surrounds the axes, in inches.
FONT_SIZE = 9
_TITLE_SIZE = 10
_MARGIN = 1.1
_PAD = 0.08
#: The width of a character, in inches, and the most characters of a text.
_CHARACTER = 0.075
_MOST_CHARACTERS = 70

#: Fonts for scripts that matplotlib's own font lacks, if they are installed.
_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei"),
    *("Droid Sans Fallback", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "Hiragino Sans", "Yu Gothic"),
    *("Malgun Gothic", "Apple SD Gothic Neo", "Noto Sans Devanagari", "Noto Sans Thai", "Noto Sans Arabic"),
)

#: What a value is measured in, by its name.
_UNITS = {
    r"bleu|bleu_precision\d+|chrf\+*": "0 to 100",
    r"rouge(\d|L|Lsum)|accuracy|balanced_accuracy|(precision|recall|f1|jaccard).*|top_\d+_accuracy": "0 to 1",
    "ter": "edits per 100 reference words",
    "wer": "errors per reference word",
    "cer": "errors per reference character",
    "cross_entropy": "nats per token",
    "bits_per_byte": "bits",
}

#: Names of values of which lower, or higher, ones are better. Other values, such as lengths, have no better side, or it
#: is known to the metric alone.
_LOWER = r"wer|mer|wil|cer|ter|perplexity|cross_entropy|bits_per_byte|hamming_loss"
_HIGHER = (
    r"bleu|bleu_precision\d+|chrf\+*|rouge(\d|L|Lsum)(_(precision|recall|fmeasure))?|wip|accuracy|balanced_accuracy"
    r"|(precision|recall|f1|jaccard)(_(macro|micro|weighted|samples))?|top_\d+_accuracy|cohen_kappa|matthews_correlation"
)


def is_higher_better(name: str) -> bool | None:
    """Return whether higher values are better, by the name of the value; None if neither side is, or it is not known.

    >>> is_higher_better("rougeL"), is_higher_better("wer"), is_higher_better("bleu_sys_len")
    (True, False, None)
    """
    return True if re.fullmatch(_HIGHER, name) else False if re.fullmatch(_LOWER, name) else None


def short(text: object) -> str:
    """Return a text as a picture shows it: of a very long one, the beginning and the end.

    >>> short("a" * 500 + "z")
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaz'
    """
    shown, half = printable(text), _MOST_CHARACTERS // 2
    return shown if len(shown) <= _MOST_CHARACTERS else f"{shown[:half]}…{shown[1 - half :]}"


def better_side(name: str, metric: Any, is_first: bool) -> bool | None:
    """Return whether higher values are better: by the name, or by the metric for the first of its values, its score."""
    known = is_higher_better(name)
    return metric.higher_is_better if known is None and is_first else known


def as_returned(drawn: list[Axes]) -> Any:
    """Return the only axes, or an array of all, as matplotlib's `subplots` does."""
    import numpy as np

    return drawn[0] if len(drawn) == 1 else np.array(drawn, dtype=object)


def width_of(texts: Iterable[str]) -> float:
    """Return the width that texts take, in inches."""
    from rich.cells import cell_len

    return _CHARACTER * max((cell_len(short(text)) for text in texts), default=0)


def axes(ax: Any, width: float, height: float, rows: int = 1) -> list[Axes]:
    """Return axes for `rows` pictures: those given, or those of a new figure, one below the other.

    `ax` is None, axes, a sequence of axes, or a figure, which is filled. A figure gets a size in inches that gives
    each of the axes at least `width` and `height`. Raises `ModuleNotFoundError` if matplotlib is not installed.
    """
    if ax is None:
        try:
            from matplotlib import pyplot
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError("plot() needs matplotlib: pip install 'rapidscore[plot]'") from error
        ax = pyplot.figure()
    if hasattr(ax, "subplots"):
        if hasattr(ax, "set_size_inches"):
            ax.set_size_inches(width + _MARGIN, rows * (height + _MARGIN))
            ax.set_layout_engine("constrained", h_pad=_PAD)
        return [*ax.subplots(rows, squeeze=False)[:, 0]]
    found = [ax] if hasattr(ax, "plot") else [*ax]
    if len(found) != rows:
        raise ValueError(f"{rows} pictures need as many axes, but ax has {len(found)}: pass a figure, or None")
    return found


def fonts(texts: Iterable[str]) -> list[str]:
    """Return the names of fonts that have the characters of texts, as far as they are installed."""
    if not any(map(_is_beyond, texts)):
        return ["DejaVu Sans"]
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    return ["DejaVu Sans", *(font for font in _FONTS if font in installed)]


def _is_beyond(text: str) -> bool:
    """Return whether a text has letters that matplotlib's own font lacks: of Asian scripts, or emoji."""
    return not text.isascii() and any("\u0900" <= letter < "\u1e00" or letter >= "\u2e00" for letter in text)


def set_ticks(axis: Any, positions: Sequence[float], names: Sequence[str], **options: Any) -> None:
    """Write names beside an axis. Dollar signs do not mark formulas."""
    shown = [*map(short, names)]
    axis.set_ticks(positions, shown, parse_math=False, fontsize=FONT_SIZE, fontfamily=fonts(shown), **options)


def set_title(ax: Axes, title: str | None) -> None:
    """Write a title above the axes, from the left."""
    if title:
        shown = short(title)
        ax.set_title(shown, loc="left", fontsize=_TITLE_SIZE, fontfamily=fonts([shown]), parse_math=False)


def set_label(axis: Any, text: str) -> None:
    """Write a text below or beside an axis."""
    shown = short(text)
    axis.set_label_text(shown, fontsize=FONT_SIZE, fontfamily=fonts([shown]), parse_math=False)


def value_label(name: str, higher_is_better: bool | None = None) -> str:
    """Return the text for the axis of a value: its name, unit, and an arrow to the better side, as far as it is known.

    >>> value_label("bleu"), value_label("wer"), value_label("bleu_sys_len")
    ('bleu (0 to 100), higher is better →', 'wer (errors per reference word), ← lower is better', 'bleu_sys_len')
    """
    if higher_is_better is None:
        higher_is_better = is_higher_better(name)
    unit = next((unit for pattern, unit in _UNITS.items() if re.fullmatch(pattern, name)), None)
    label = f"{name} ({unit})" if unit else name
    if higher_is_better is None:
        return label
    return f"{label}, higher is better →" if higher_is_better else f"{label}, ← lower is better"


def tidy(ax: Axes) -> None:
    """Leave out the lines that carry no information."""
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", labelsize=FONT_SIZE)
    ax.grid(axis="x", color="#dddddd", linewidth=0.8)
    ax.set_axisbelow(True)
