"""Pictures as SVG that can stand in a page of HTML, with the colours of its text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

#: Colours that follow those of the page.
_COLORS = {"#000000": "currentColor", "#dddddd": "var(--line, #dddddd)"}


def svg_of(draw: Callable[[Any], Any], name: str) -> str:
    """Return what `draw` draws on a figure as an element `svg`, whose inner names begin with `name`.

    Raises `ModuleNotFoundError` if matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("a report needs matplotlib: pip install 'rapidscore[report]'") from error
    figure, content = Figure(), io.BytesIO()
    # Styles would hold for the whole page. Texts stay texts, which are smaller, can be searched and need no font here.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        draw(figure)
        figure.savefig(content, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = content.getvalue().decode("utf-8")
    text = re.sub(
        r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", text[text.index("<svg") :], flags=re.DOTALL
    )
    return re.sub(r'style="[^"]*"', _of_page, text)


def _of_page(style: re.Match[str]) -> str:
    found = style[0]
    for color, of_page in _COLORS.items():
        found = found.replace(color, of_page)
    return found
