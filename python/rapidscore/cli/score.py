"""The command `rapidscore score`: from files of texts to their scores."""

from __future__ import annotations

import argparse
from typing import Any

from rapidscore.cli import metric_options, results
from rapidscore.cli.progress import Progress
from rapidscore.cli.segment_file import SegmentFile
from rapidscore.text_metrics import files
from rapidscore.text_metrics.files import MeasuredWindow


def score(options: argparse.Namespace) -> None:
    """Score files of hypotheses against files of references."""
    metric_options.share_out_files(options)
    metrics = metric_options.chosen_metrics(options)

    def scored(system: str) -> dict[str, Any]:
        def note(window: MeasuredWindow) -> None:
            segments.write(system, window.first, window.segment_scores)
            progress.advance(window.position)

        found = files.totals(metrics, system, options.references, segment_scores=segments.wanted, on_window=note)
        progress.finish_file()
        return {name: total.score() for name, total in found.items()}

    with (
        Progress(options.systems, options.references, hidden=options.quiet) as progress,
        SegmentFile(options.segments, inputs=[*options.systems, *options.references]) as segments,
    ):
        found = [results.Result(results.shown(system), scored(system)) for system in options.systems]
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
