"""The command `rapidscore compare`, which compares systems with intervals and significance tests."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from rapidscore.cli import metric_options, output, read_segments, significance_options
from rapidscore.cli.plot_file import PlotFile
from rapidscore.cli.progress import Progress
from rapidscore.cli.read_segments import SegmentsToRead
from rapidscore.cli.segment_file import SegmentFile
from rapidscore.cli.system_names import names_of
from rapidscore.comparison.compare import compare as compare_systems
from rapidscore.display.result import STYLES
from rapidscore.text_metrics import files

if TYPE_CHECKING:
    from rapidscore.statistics import Statistics
    from rapidscore.text_metrics.files import MeasuredWindow


def compare(options: argparse.Namespace) -> None:
    """Compare the files of systems with the first of them, and print the results."""
    metric_options.separate_systems(options)
    if len(options.systems) < 2:
        raise ValueError(f"{options.systems[0]} is the only system: name two or more, the baseline first")
    significance_options.check_distinct(options.systems)
    metrics = metric_options.chosen_metrics(options)
    names = names_of(options.systems, options.names)
    plot = PlotFile(options.plot)
    shown = SegmentsToRead(options)

    def statistics_of(name: str, system: str) -> dict[str, Statistics[Any]]:
        def after_window(window: MeasuredWindow) -> None:
            shown.keep(name, window)
            progress.advance(window.position)

        by_metric = files.statistics(
            metrics,
            system,
            options.references,
            max_line_bytes=options.max_line_bytes,
            on_window=after_window,
        )
        progress.finish_file()
        if segments.requested:
            scores = {value: column for one in by_metric.values() for value, column in one.segment_scores().items()}
            segments.write(name, 1, scores)
        return by_metric

    with (
        Progress(options.systems, options.references, hidden=options.quiet) as progress,
        SegmentFile(options.segments, [*options.systems, *options.references], options.format) as segments,
    ):
        statistics = dict(zip(names, map(statistics_of, names, options.systems), strict=True))
        comparison = compare_systems(
            {name: [*by_metric.values()] for name, by_metric in statistics.items()},
            **significance_options.of(options),
            progress=progress.compare,
        )
    tables = shown.tables(statistics)
    if options.format == "json":
        content = comparison.to_dict()
        if tables:
            content["segment_tables"] = read_segments.records(tables)
        text = output.json_of("compare", [*comparison], comparison.segments, comparison.signatures, content)
    else:
        text = comparison.format(options.format, max_width=output.width())
        text = "\n\n".join([text, *read_segments.drawn(tables, options.format)])
    if plot.requested:
        comparison.plot(ax=plot.figure)
        plot.write()
    if not segments.to_stdout:
        output.write(text)


def add_to(commands: Any) -> None:
    """Add the command and its arguments to the parser."""
    command = commands.add_parser(
        "compare",
        help="compare files of translations or summaries: intervals and p-values",
        usage="%(prog)s --references REF SYSTEM SYSTEM… [options]\n"
        "       %(prog)s SYSTEM SYSTEM… --references REF REF2… [options]",
        description="Compare each SYSTEM, a UTF-8 file with one segment per line, with the first one: scores with "
        "confidence intervals, differences and their p-values.",
    )
    command.set_defaults(run=compare)
    metric_options.add_to(command)
    add = command.add_argument
    add("--format", default="table", choices=STYLES, help="format of the results (default table)")
    significance_options.add_to(command)
    read_segments.add_to(command)
    add("--segments", metavar="FILE", help=metric_options.SEGMENTS)
    add(
        "--plot",
        metavar="FILE",
        help="draw scores with error bars into a .png, .svg or .pdf file (needs the extra plot)",
    )
