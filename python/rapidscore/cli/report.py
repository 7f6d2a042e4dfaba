"""The command `rapidscore report`, which writes a page of HTML about one system or a comparison."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rapidscore.cli import metric_options, output, significance_options
from rapidscore.cli.progress import Progress
from rapidscore.cli.system_names import names_of
from rapidscore.comparison.compare import compare
from rapidscore.report import page
from rapidscore.several.score import scores_of
from rapidscore.text_metrics import files

if TYPE_CHECKING:
    from rapidscore.statistics import Statistics
    from rapidscore.text_metrics.files import MeasuredWindow


def report(options: argparse.Namespace) -> None:
    """Score the files of systems, and write the report."""
    metric_options.separate_systems(options)
    significance_options.check_distinct(options.systems)
    metrics = metric_options.chosen_metrics(options)
    names = names_of(options.systems, options.names)
    beside = [path for path in (options.sources, options.groups) if path is not None]
    inputs = [*options.systems, *options.references, *beside]
    if any(os.path.exists(path) and os.path.realpath(path) == os.path.realpath(options.output) for path in inputs):
        raise ValueError(f"{options.output} is one of the files to be read: name another file for the report")
    page.check_libraries()
    texts: dict[str, Any] = {}

    def statistics_of(name: str, system: str) -> dict[str, Statistics[Any]]:
        columns: list[list[str]] = []

        def after_window(window: MeasuredWindow) -> None:
            lines = window.lines()
            columns.extend([] for _ in lines[len(columns) :])
            for at, added in enumerate(lines):
                columns[at] += added
            progress.advance(window.position)

        found = files.statistics(
            metrics, system, options.references, max_line_bytes=options.max_line_bytes, on_window=after_window
        )
        progress.finish_file()
        texts.setdefault("reference", [*zip(*columns[1:], strict=True)])
        texts[name] = columns[0]
        return found

    with Progress(options.systems, options.references, hidden=options.quiet) as progress:
        statistics = dict(zip(names, map(statistics_of, names, options.systems), strict=True))
        more = _lines(options.references[0], beside, options.max_line_bytes)
        groups = None if options.groups is None else {"group": more.pop()}
        extra = {"source": more[0]} if more else {}
        made: Any
        if len(names) > 1:
            by_system = {name: [*of_system.values()] for name, of_system in statistics.items()}
            made = compare(by_system, by=groups, progress=progress.compare, **significance_options.of(options))
        else:
            (name,) = names
            resamples = options.interval_resamples
            confidence = options.confidence if resamples else None
            made = scores_of(
                statistics[name],
                groups,
                confidence,
                resamples,
                options.seed,
                texts=(texts.pop(name), texts.pop("reference")),
            )
        content = made._report(
            options.title or ", ".join(names),
            texts=extra | texts,
            frequencies=options.frequencies,
            command=f"rapidscore {shlex.join(options.words)}",
            first=1,
        )
    page.write(options.output, page.render(content))
    output.write(f"wrote {options.output}")


def _lines(first: str, paths: Sequence[str], max_line_bytes: int) -> list[list[str]]:
    """Return the lines of files that have as many lines as the first. Raises `ValueError` for others."""
    found: list[list[str]] = [[] for _ in paths]
    if paths:
        for _, _, window in files.windows(first, paths, max_line_bytes):
            for column, lines in zip(found, window.lines()[1:], strict=True):
                column.extend(lines)
    return found


def add_to(commands: Any) -> None:
    """Add the command and its arguments to the parser."""
    command = commands.add_parser(
        "report",
        help="write a report: one page of HTML with scores, pictures and segments",
        usage="%(prog)s --references REF SYSTEM… --output FILE.html [options]\n"
        "       %(prog)s SYSTEM… --references REF REF2… --output FILE.html [options]",
        description="Score each SYSTEM, a UTF-8 file with one segment per line, compare it with the first one, and "
        "write a page of HTML that opens by a double click and fetches nothing.",
    )
    command.set_defaults(run=report)
    metric_options.add_to(command)
    add = command.add_argument
    add("--output", required=True, metavar="FILE", help="file to write (needs the extra report)")
    add("--title", metavar="TEXT", help="title of the report (default: the names of the systems)")
    add("--sources", metavar="FILE", help="file of source texts, one per line, which are shown with the segments")
    add("--groups", metavar="FILE", help="file with the group of each segment, one per line")
    add("--frequencies", metavar="FILE", help="file of texts in which words are counted (default: the references)")
    significance_options.add_to(command)
