"""The command `rapidscore score`, which scores files of texts."""

from __future__ import annotations

import argparse
from typing import Any

from rapidscore.cli import metric_options, output, score_tables
from rapidscore.cli.progress import Progress
from rapidscore.cli.score_tables import SystemScores
from rapidscore.cli.segment_file import SegmentFile
from rapidscore.cli.system_names import names_of
from rapidscore.text_metrics import files
from rapidscore.text_metrics.files import MeasuredWindow


def score(options: argparse.Namespace) -> None:
    """Score files of predictions against files of references, and print the results."""
    metric_options.separate_systems(options)
    metrics = metric_options.chosen_metrics(options)

    names = names_of(options.systems, options.names)

    def result_of(name: str, system: str) -> SystemScores:
        def after_window(window: MeasuredWindow) -> None:
            segments.write(name, window.first, window.segment_scores)
            progress.advance(window.position)

        totals = files.totals(
            metrics,
            system,
            options.references,
            max_line_bytes=options.max_line_bytes,
            segment_scores=segments.requested,
            on_window=after_window,
        )
        progress.finish_file()
        scores = {metric: total.score() for metric, total in totals.items()}
        return SystemScores(name, scores, len(next(iter(totals.values()))))

    with (
        Progress(options.systems, options.references, hidden=options.quiet) as progress,
        SegmentFile(options.segments, [*options.systems, *options.references], options.format) as segments,
    ):
        rows = [*map(result_of, names, options.systems)]
    if not segments.to_stdout:
        output.write(score_tables.FORMATS[options.format](rows))


def add_to(commands: Any) -> None:
    """Add the command and its arguments to the parser."""
    command = commands.add_parser(
        "score",
        help="score files of translations or summaries",
        usage="%(prog)s --references REF SYSTEM… [options]\n       %(prog)s SYSTEM… --references REF REF2… [options]",
        description="Score each SYSTEM, a UTF-8 file with one segment per line, against files of references.",
    )
    command.set_defaults(run=score)
    metric_options.add_to(command)
    add = command.add_argument
    add("--format", default="table", choices=list(score_tables.FORMATS), help="format of the results (default table)")
    add("--segments", metavar="FILE", help=metric_options.SEGMENTS)
