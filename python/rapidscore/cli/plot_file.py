"""The output file of a plot."""

from __future__ import annotations

import io
import os
from typing import Any


class PlotFile:
    """The file of a plot, if the option `--plot` names one."""

    def __init__(self, path: str | None) -> None:
        """Check that matplotlib can write the file, before any other work is done."""
        self._path = path
        self._figure: Any = None
        if path is None:
            return
        try:
            # Without pyplot, a figure needs no window and does not change global settings.
            from matplotlib.figure import Figure
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError("--plot needs matplotlib: pip install 'rapidscore[plot]'") from error
        self._figure = Figure(layout="constrained")
        self._format = os.path.splitext(path)[1].removeprefix(".").lower()
        known = self._figure.canvas.get_supported_filetypes()
        if self._format not in known:
            raise ValueError(f"{path} has no suffix of an image format: name a file that ends in {', '.join(known)}")

    @property
    def requested(self) -> bool:
        """Whether a file was named."""
        return self._path is not None

    @property
    def figure(self) -> Any:
        """The empty figure to draw on."""
        return self._figure

    def write(self) -> None:
        """Write the file. It stays unchanged if drawing fails."""
        if self._path is None:
            return
        image = io.BytesIO()
        self._figure.savefig(image, format=self._format)
        with open(self._path, "wb") as file:
            file.write(image.getvalue())
