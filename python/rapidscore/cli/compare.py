"""The command `rapidscore compare`: systems' files, and which differences are more than chance."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from rapidscore.cli import metric_options, results
from rapidscore.cli.plot_file import PictureFile
from rapidscore.cli.progress import Progress
from rapidscore.comparison import report
from rapidscore.comparison.compare import compare as compare_systems
from rapidscore.resampling.draws import SEED
from rapidscore.text_metrics import files

if TYPE_CHECKING:
    from rapidscore.comparison.result import Comparison
    from rapidscore.statistics import Statistics

_METHODS = {"ar": "approximate_randomization", "bootstrap": "bootstrap"}
_CORRECTIONS = {"holm": "holm", "bh": "benjamini-hochberg", "none": None}
#: Of a picture, for each system and each value.
_INCHES_A_SYSTEM = 0.5


def compare(options: argparse.Namespace) -> None:
    """Compare files of systems with the first of them."""
    metric_options.share_out_files(options)
    if len(options.systems) < 2:
        raise ValueError(f"{options.systems[0]} is the only system: name two or more, the first to be compared with")
    repeated = [system for system in options.systems if options.systems.count(system) > 1]
    if repeated:
        raise ValueError(f"{repeated[0]} is named twice: name each system once")
    metrics = metric_options.chosen_metrics(options)
    picture = PictureFile(options.plot)

    def statistics(system: str) -> list[Statistics[Any]]:
        found = files.statistics(
            metrics, system, options.references, on_window=lambda window: progress.advance(window.position)
        )
        progress.finish_file()
        return [*found.values()]

    with Progress(options.systems, options.references, hidden=options.quiet) as progress:
        measured = {results.shown(system): statistics(system) for system in options.systems}
        found = compare_systems(
            measured,
            method=_METHODS[options.method],
            resamples=options.resamples,
            interval_resamples=options.interval_resamples,
            seed=options.seed,
            confidence=options.confidence,
            correction=_CORRECTIONS[options.correction],
            progress=progress.compare,
        )
    text = report.FORMATS[options.format](found)
    draw(picture, found)
    print(text, end="")


def draw(picture: PictureFile, found: Comparison) -> None:
    """Draw each value of all systems, if that is wanted."""
    if not picture.wanted:
        return
    names = found.value_names()
    axes: Any = picture.axes(least_height=len(names) * (1 + len(found) * _INCHES_A_SYSTEM), rows=len(names))
    for name, ax in zip(names, axes if len(names) > 1 else [axes], strict=True):
        found.plot(name, ax)
    picture.write()


def add_to(commands: Any) -> None:
    """Add the command's arguments."""
    command = commands.add_parser(
        "compare",
        help="compare files of translations or summaries: intervals and p-values",
        usage="%(prog)s --references REF SYSTEM SYSTEM… [options]\n"
        "       %(prog)s SYSTEM SYSTEM… --references REF REF2… [options]",
        description="Compare each SYSTEM with the first one, UTF-8 files with one segment a line: scores with "
        "confidence intervals, and how likely chance alone makes such differences.",
    )
    command.set_defaults(run=compare)
    metric_options.add_to(command)
    add = command.add_argument
    add("--format", default="table", choices=list(report.FORMATS), help="how results are printed")
    add(
        "--method",
        default="ar",
        choices=list(_METHODS),
        help="of the test: ar for approximate randomization (default), or a paired bootstrap",
    )
    add("--resamples", type=int, metavar="N", help="trials or samples of the test (default 10,000, bootstrap 1,000)")
    add(
        "--interval-resamples",
        type=int,
        default=1000,
        metavar="N",
        help="samples that intervals are made of, 0 for none (default 1,000; a bootstrap uses its own)",
    )
    add("--seed", type=int, default=SEED, metavar="N", help=f"what makes it repeat (default {SEED})")
    add("--confidence", type=float, default=0.95, metavar="X", help="of the intervals (default 0.95)")
    add(
        "--correction",
        default="holm",
        choices=list(_CORRECTIONS),
        help="of several p-values: holm (default), bh for Benjamini and Hochberg, none",
    )
    add("--plot", metavar="FILE", help="draw scores with error bars into a .png, .svg or .pdf; needs the extra plot")
