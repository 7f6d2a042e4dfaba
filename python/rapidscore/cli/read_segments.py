"""The segments to read that the command `compare` shows: the worst, and those where systems differ most."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rapidscore.display import markup
from rapidscore.display.text import printable
from rapidscore.segments.measured import MeasuredSegments
from rapidscore.segments.table import segment_table
from rapidscore.several.names import segment_values

if TYPE_CHECKING:
    from rapidscore.segments.table import SegmentTable
    from rapidscore.statistics import Statistics
    from rapidscore.text_metrics.files import MeasuredWindow

#: The options that show segments: what they show, how they sort, and whether in the opposite order.
_OPTIONS = {
    "worst": ("the worst scores", "worst", False),
    "gains": ("the largest gains over {first}", "difference", False),
    "losses": ("the largest losses to {first}", "difference", True),
}

#: How the title of a table is marked up.
_TITLES: dict[str, Callable[[str], str]] = {
    "table": printable,
    "markdown": lambda title: f"### {markup.markdown(title)}\n",
    "html": lambda title: f"<h3>{markup.html(title)}</h3>",
    "latex": lambda title: f"% {printable(title)}",
}


class SegmentsToRead:
    """The texts that are kept while files are read, and the tables that are made of them."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Raise `ValueError` if a number is out of range, or the format of the results has no place for tables."""
        self._wanted = {name: getattr(options, name) for name in _OPTIONS if getattr(options, name) is not None}
        for name, count in self._wanted.items():
            if count < 1:
                raise ValueError(f"--{name} must be 1 or more, got {count}")
            if options.segments == "-":
                raise ValueError(f"--{name} is a part of the results, which --segments - leaves out: pass one of them")
            if options.format == "csv":
                raise ValueError(
                    f"--{name} does not fit into CSV: choose another --format, or pass --segments FILE.csv"
                )
        self._texts: dict[str, list[list[str]]] = {}

    def keep(self, system: str, window: MeasuredWindow) -> None:
        """Keep the texts of a window, if they are to be shown."""
        if not self._wanted:
            return
        lines = window.lines()
        if self._texts and system != next(iter(self._texts)):
            # The references are known.
            lines = lines[:1]
        columns = self._texts.setdefault(system, [[] for _ in lines])
        for at, added in enumerate(lines):
            columns[at] += added

    def tables(self, statistics: Mapping[str, Mapping[str, Statistics[Any]]]) -> list[tuple[str, SegmentTable]]:
        """Return the tables of each system but the first, with their titles."""
        if not self._wanted:
            return []
        values, shown = segment_values(next(iter(statistics.values())))
        predictions = {system: columns[0] for system, columns in self._texts.items()}
        references: Sequence[Any] = [*zip(*next(iter(self._texts.values()))[1:], strict=True)]
        measured = MeasuredSegments(statistics, values, shown, predictions=predictions, references=references)
        found = []
        for system in [*statistics][1:]:
            for name, count in self._wanted.items():
                what, sort, reverse = _OPTIONS[name]
                table = segment_table(measured, None, count, sort, reverse=reverse, system=system, texts=None, first=1)
                title = f"{system}: {what.format(first=next(iter(statistics)))}, by {table.value}"
                found.append((title, table))
        return found


def drawn(tables: Sequence[tuple[str, SegmentTable]], style: str) -> list[str]:
    """Return tables with their titles as texts that follow the results."""
    return [f"{_TITLES[style](title)}\n{table.format(style)}" for title, table in tables]


def records(tables: Sequence[tuple[str, SegmentTable]]) -> list[dict[str, Any]]:
    """Return tables as JSON can hold them."""
    return [{"title": title, **table.to_dict()} for title, table in tables]


def add_to(command: argparse.ArgumentParser) -> None:
    """Add the options to the parser of a command."""
    for name, (what, _, _) in _OPTIONS.items():
        segments = f"also show the N segments with {what.format(first='the first')}"
        help_text = f"{segments}, of each system but the first, by the first metric"
        command.add_argument(f"--{name}", type=int, metavar="N", help=help_text)
