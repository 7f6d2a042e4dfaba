"""The command `rapidscore report`, which writes a page of HTML about one system or a comparison."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from typing import Any

from rapidscore.cli import metric_options, output, significance_options
from rapidscore.cli.progress import Progress
from rapidscore.cli.segment_file import check_no_input
from rapidscore.cli.system_names import names_of
from rapidscore.comparison.compare import compare
from rapidscore.report import page
from rapidscore.several.score import score
from rapidscore.text_metrics import files


def report(options: argparse.Namespace) -> None:
    """Score the files of systems, and write the report."""
    metric_options.separate_systems(options)
    significance_options.check_distinct(options.systems)
    metrics = [*metric_options.chosen_metrics(options).values()]
    names = names_of(options.systems, options.names)
    more = {name: path for name in ("sources", "groups") if (path := getattr(options, name)) is not None}
    inputs = [*options.systems, *options.references, *more.values()]
    inputs += [options.frequencies] if options.frequencies else []
    check_no_input(options.output, inputs, "report")
    page.check_libraries()
    with Progress(options.systems, options.references, hidden=options.quiet) as progress:
        predictions: dict[str, list[str]] = {}
        for name, system in zip(names, options.systems, strict=True):
            predictions[name], *columns = _lines(system, options.references, options.max_line_bytes, progress)
            progress.finish_file()
        references: list[Any] = [*zip(*columns, strict=True)]
        others = _lines(options.systems[0], [*more.values()], options.max_line_bytes)[1:]
        beside = dict(zip(more, others, strict=True))
        groups = beside.get("groups")
        made: Any
        if len(names) > 1:
            tests = significance_options.of(options)
            made = compare(predictions, references, metrics=metrics, by=groups, progress=progress.compare, **tests)
        else:
            resamples = options.interval_resamples
            made = score(
                predictions[names[0]],
                references,
                metrics=metrics,
                by=groups,
                confidence=options.confidence if resamples else None,
                resamples=resamples or 1,
                seed=options.seed,
            )
        content = made._report(
            options.title or ", ".join(names),
            texts={"source": beside["sources"]} if "sources" in beside else None,
            frequencies=options.frequencies,
            command=f"rapidscore {shlex.join(options.words)}",
            first=1,
            systems=names,
        )
    page.write(options.output, page.render(content))
    output.write(f"wrote {options.output}")


def _lines(path: str, beside: Sequence[str], max_line_bytes: int, progress: Progress | None = None) -> list[list[str]]:
    """Return the lines of files that have as many lines as the first. Raises `ValueError` for others."""
    found: list[list[str]] = [[] for _ in (path, *beside)]
    for _, position, window in files.windows(path, beside, max_line_bytes):
        for column, lines in zip(found, window.lines(), strict=True):
            column.extend(lines)
        if progress:
            progress.advance(position)
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
