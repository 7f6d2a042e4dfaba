"""The command `rapidscore score`: from files of texts to their scores."""

from __future__ import annotations

import argparse
from typing import Any

from rapidscore.cli import files, metric_options, results
from rapidscore.cli.progress import Progress
from rapidscore.cli.segment_file import SegmentFile


def score(options: argparse.Namespace) -> None:
    """Score files of hypotheses against files of references."""
    metric_options.share_out_files(options)
    metrics = metric_options.chosen_metrics(options)
    with (
        Progress(options.systems, options.references, hidden=options.quiet) as progress,
        SegmentFile(options.segments, inputs=[*options.systems, *options.references]) as segments,
    ):
        found = [
            results.Result(
                results.shown(system),
                {
                    name: metrics[name]._score(total)
                    for name, total in files.measure(system, options.references, metrics, progress, segments).items()
                },
            )
            for system in options.systems
        ]
    print(results.FORMATS[options.format](found), end="")


def add_to(commands: Any) -> None:
    """Add the command's arguments."""
    command = commands.add_parser(
        "score",
        help="score files of translations or summaries",
        usage="%(prog)s --references REF SYSTEM… [options]\n       %(prog)s SYSTEM… --references REF REF2… [options]",
        description="Score each SYSTEM, a UTF-8 file with one segment a line, against files with its references.",
    )
    command.set_defaults(run=score)
    metric_options.add_to(command)
    add = command.add_argument
    add("--format", default="table", choices=list(results.FORMATS), help="how results are printed")
    add("--segments", metavar="FILE", help="also write each segment's scores, one JSON line a segment")
