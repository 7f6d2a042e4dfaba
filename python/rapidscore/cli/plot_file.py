"""The file into which a command draws."""

from __future__ import annotations

import io
import os
from typing import Any


class PictureFile:
    """The file into which a command draws, if that is wanted."""

    def __init__(self, path: str | None) -> None:
        """Find out, before there is work, whether it can be drawn."""
        self._path = path
        self._figure: Any = None
        if path is None:
            return
        try:
            # Not pyplot's: a figure of its own needs no window, and leaves the settings of others alone.
            from matplotlib.figure import Figure
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError("--plot needs matplotlib: pip install 'rapidscore[plot]'") from error
        self._figure = Figure(layout="constrained")
        self._format = os.path.splitext(path)[1].removeprefix(".").lower()
        known = self._figure.canvas.get_supported_filetypes()
        if self._format not in known:
            raise ValueError(f"{path} has no suffix of a picture: name a file of the format {', '.join(known)}")

    @property
    def wanted(self) -> bool:
        """Whether there is a file to draw into."""
        return self._path is not None

    def axes(self, least_width: float = 0, least_height: float = 0, rows: int = 1) -> Any:
        """Return axes of at least so many inches; of several rows an array of them."""
        width, height = self._figure.get_size_inches()
        self._figure.set_size_inches(max(width, least_width), max(height, least_height))
        return self._figure.subplots(rows)

    def write(self) -> None:
        """Write the file when all is drawn."""
        if self._path is None:
            return
        drawn = io.BytesIO()
        self._figure.savefig(drawn, format=self._format)
        with open(self._path, "wb") as file:
            file.write(drawn.getvalue())
