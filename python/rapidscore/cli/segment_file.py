"""The output of segment scores: a file, or stdout."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self, TextIO

from rapidscore.cli import output
from rapidscore.display.data import csv_of, json_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


#: The name that stands for stdout.
_STDOUT = "-"


class SegmentFile:
    """A context manager that writes the scores of all segments: as CSV, or one JSON object per line.

    A file is CSV if its name ends in `.csv`. `-` is stdout, which gets CSV if the results would be CSV. A regular file
    is replaced only after all segments have been written; after an error it stays unchanged.
    """

    def __init__(self, path: str | None, inputs: Sequence[str], results: str = "table") -> None:
        """Take the name of the file, the files that it must not replace, and the format of the results."""
        self.requested = path is not None
        self.to_stdout = path == _STDOUT
        self._is_csv = results == "csv" if self.to_stdout else str(path).lower().endswith(".csv")
        self._has_header = False
        self._name = path or ""
        self._temporary = not os.path.exists(self._name) or os.path.isfile(self._name)
        # Follow a link, so that the file it points to is replaced and not the link. A pipe has only its name.
        self._path = os.path.realpath(self._name) if self._temporary else self._name
        self._file: TextIO | None = None
        if path is None or self.to_stdout:
            return
        if os.path.isdir(path):
            raise IsADirectoryError(errno.EISDIR, "is a directory: name a file for the segments", path)
        check_no_input(path, inputs, "segments")

    def __enter__(self) -> Self:
        if self.to_stdout:
            return self
        if self.requested and self._temporary:
            folder, name = os.path.split(self._path)
            self._file = tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=folder, prefix=f".{name}.", delete=False
            )  # type: ignore[assignment]  # behaves like a text file
        elif self.requested:
            # A pipe or a device cannot be replaced, so it is written directly.
            self._file = open(self._path, "w", encoding="utf-8")
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if not self._file:
            return
        complete = False
        try:
            with self._errors_named():
                self._file.close()
            complete = error is None
        finally:
            if self._temporary and complete:
                os.chmod(self._file.name, 0o666 & ~_umask())
                os.replace(self._file.name, self._path)
            elif self._temporary:
                os.remove(self._file.name)

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        """Add the name of the file to errors of writing, such as that of a full disk."""
        try:
            yield
        except OSError as error:
            error.filename = self._name
            raise

    def write(self, system: str, first: int, scores: Mapping[str, NDArray[np.float64]]) -> None:
        """Append the scores of segments, given by score name; `first` is the number of the first segment."""
        if not self.requested:
            return
        columns = {name: column.tolist() for name, column in scores.items()}
        count = len(next(iter(columns.values())))
        columns = {"system": [system] * count, "segment": [*range(first, first + count)], **columns}
        if self._is_csv:
            text = csv_of(columns)
            # The titles stand in the first line alone.
            text = text.partition("\n")[2] if self._has_header else text
            self._has_header = True
        else:
            rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
            text = "".join(f"{json_text(row, indent=None, to_stdout=self.to_stdout)}\n" for row in rows)
        if self._file:
            with self._errors_named():
                self._file.write(text)
        else:
            output.write(text)


def check_no_input(path: str, inputs: Sequence[str], what: str) -> None:
    """Raise `ValueError` if an output file is one of the files that are read."""
    if any(os.path.exists(file) and os.path.realpath(file) == os.path.realpath(path) for file in inputs):
        raise ValueError(f"{path} is one of the files to be scored: name another file for the {what}")


def _umask() -> int:
    """Return the umask of the process, which can be read only by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
