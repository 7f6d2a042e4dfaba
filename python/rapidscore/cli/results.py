"""Results as people and programs want to read them."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TextIO

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from rich.table import Table


@dataclass(frozen=True)
class Result:
    """The scores of one system, by metric."""

    system: str
    scores: Mapping[str, Any]

    def headline(self) -> dict[str, float]:
        """Return the scores that a table shows."""
        values: dict[str, float] = {}
        for name, score in self.scores.items():
            # A ROUGE score is several.
            values |= score.as_dict() if name == "rouge" else {name: score.score}
        return values

    def details(self) -> dict[str, float]:
        """Return all values."""
        values: dict[str, float] = {}
        for name, score in self.scores.items():
            values |= score.as_dict() if name != "cer" else _prefixed("cer", score.as_dict())
            if name == "rouge":
                for rouge_type, parts in score.items():
                    values |= {f"{rouge_type}_{part}": value for part, value in parts._asdict().items()}
        return values

    def signatures(self) -> dict[str, str]:
        """Return the signature of each metric."""
        return {name: score.signature for name, score in self.scores.items()}


def _prefixed(prefix: str, values: Mapping[str, float]) -> dict[str, float]:
    """Return values by names that begin with the prefix, so that they are told from another metric's."""
    return {name if name.startswith(prefix) else f"{prefix}_{name}": value for name, value in values.items()}


def shown(path: str) -> str:
    """Return a file's name as it can be printed, with a mark for what is no UTF-8 in it."""
    return os.fsencode(path).decode("utf-8", "replace")


def decimals(name: str, value: float) -> str:
    """Return a score of 0 to 100 with two decimals, as sacrebleu does, and one of 0 to 1 with four."""
    return f"{value:.2f}" if name in ("bleu", "chrf", "chrf++", "ter") else f"{value:.4f}"


def as_table(results: Sequence[Result]) -> str:
    """Return a table for the terminal, with the signatures under it."""
    from rich.table import Table
    from rich.text import Text

    names = list(results[0].headline())
    table = Table("system")
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for result in results:
        # A name is no markup, whatever brackets it has.
        table.add_row(Text(result.system), *[decimals(name, value) for name, value in result.headline().items()])
    return drawn(table, [f"{name}: {signature}" for name, signature in results[0].signatures().items()])


def drawn(table: Table, lines: Iterable[str] = ()) -> str:
    """Return a table as the terminal shows it, with lines under it."""
    from rich.console import Console

    # Where the output is no terminal, nothing needs to fit into its width.
    console = Console(file=io.StringIO(), width=None if sys.stdout.isatty() else 1000)
    console.print(table)
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)
    return str(console.file.getvalue())  # type: ignore[attr-defined]  # it is the StringIO


def as_markdown(results: Sequence[Result]) -> str:
    """Return a Markdown table."""
    names = list(results[0].headline())
    lines = ["| system | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names)]
    for result in results:
        values = [decimals(name, value) for name, value in result.headline().items()]
        lines.append("| " + " | ".join([result.system.replace("|", "\\|"), *values]) + " |")
    return "\n".join(lines) + "\n"


def as_csv(results: Sequence[Result]) -> str:
    """Return all values as CSV, a line a system."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["system", *results[0].details()])
    writer.writerows([result.system, *result.details().values()] for result in results)
    return text.getvalue()


def as_json(results: Sequence[Result]) -> str:
    """Return all values and signatures as JSON."""
    systems = [{"system": r.system, "scores": r.details(), "signatures": r.signatures()} for r in results]
    return json.dumps(systems, indent=2, ensure_ascii=False) + "\n"


FORMATS: dict[str, Callable[[Sequence[Result]], str]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
    "markdown": as_markdown,
}


class SegmentFile:
    """The scores of all segments, one JSON line each; in place only when all are written."""

    def __init__(self, path: str | None, inputs: Sequence[str]) -> None:
        self.wanted = path is not None
        # Where a link leads, there the scores go.
        self._path = os.path.realpath(path) if path is not None else ""
        self._temporary = not os.path.exists(self._path) or os.path.isfile(self._path)
        self._file: TextIO | None = None
        if path is not None and os.path.isdir(path):
            raise IsADirectoryError(errno.EISDIR, "is a directory: name a file for the segments", path)
        if any(os.path.exists(file) and os.path.realpath(file) == self._path for file in inputs):
            raise ValueError(f"{path} is one of the files to be scored: name another file for the segments")

    def __enter__(self) -> Self:
        if self.wanted and self._temporary:
            folder, name = os.path.split(self._path)
            self._file = tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=folder, prefix=f".{name}.", delete=False
            )  # type: ignore[assignment]  # a text file in all that is used
        elif self.wanted:
            # A pipe or a device is written as it is.
            self._file = open(self._path, "w", encoding="utf-8")
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if not self._file:
            return
        self._file.close()
        if self._temporary and error is None:
            os.chmod(self._file.name, 0o666 & ~_umask())
            os.replace(self._file.name, self._path)
        elif self._temporary:
            os.remove(self._file.name)

    def write(self, system: str, first: int, scores: Mapping[str, NDArray[np.float64]]) -> None:
        """Append the scores of some segments, the first of which has the number `first`."""
        if self._file:
            columns = [column.tolist() for column in scores.values()]
            for number, values in enumerate(zip(*columns, strict=True), first):
                line = {"system": system, "segment": number, **dict(zip(scores, values, strict=True))}
                self._file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
