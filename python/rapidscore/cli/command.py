"""The command `rapidscore`: what is asked for, and what is said when it cannot be done."""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys
from collections.abc import Iterator, Sequence

from rapidscore import __version__
from rapidscore._core import get_num_threads, set_num_threads
from rapidscore.cli import classify as cli_classify
from rapidscore.cli import compare as cli_compare
from rapidscore.cli import files
from rapidscore.cli import metric_options as cli_metrics
from rapidscore.cli import results as reports
from rapidscore.inputs.pretokenized import MissingDataError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, or 2 when it cannot do what is asked for."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = parser().parse_args(words, argparse.Namespace(words=words))
    try:
        with settings(options):
            options.run(options)
    except OSError as error:
        said = error.strerror or str(error)
        return complain(f"{error.filename}: {said}" if error.filename else said)
    except (ValueError, ModuleNotFoundError, MissingDataError) as error:
        return complain(str(error))
    except KeyboardInterrupt:
        return complain("interrupted", status=130)
    return 0


@contextlib.contextmanager
def settings(options: argparse.Namespace) -> Iterator[None]:
    """Set threads and warnings as asked for, and back: `main` may be called from a program that goes on."""
    logger = logging.getLogger("rapidscore")
    level, threads = logger.level, get_num_threads()
    try:
        if options.threads is not None:
            set_num_threads(options.threads)
        if options.quiet:
            logger.setLevel(logging.ERROR)
        yield
    finally:
        logger.setLevel(level)
        if options.threads is not None:
            set_num_threads(threads)


def complain(message: str, status: int = 2) -> int:
    """Say on stderr, in one line, what is wrong."""
    print("rapidscore: error:", " ".join(message.splitlines()), file=sys.stderr)
    return status


def score(options: argparse.Namespace) -> None:
    """Score files of hypotheses against files of references."""
    cli_metrics.share_out_files(options)
    metrics = cli_metrics.chosen_metrics(options)
    with (
        files.Progress(options.systems, options.references, hidden=options.quiet) as progress,
        reports.SegmentFile(options.segments, inputs=[*options.systems, *options.references]) as segments,
    ):
        results = [
            reports.Result(
                reports.shown(system),
                {
                    name: metrics[name]._score(total)
                    for name, total in files.measure(system, options.references, metrics, progress, segments).items()
                },
            )
            for system in options.systems
        ]
    print(reports.FORMATS[options.format](results), end="")


def parser() -> argparse.ArgumentParser:
    """Return the command's arguments."""
    command = argparse.ArgumentParser(prog="rapidscore", description="Score texts and labels against references.")
    command.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = command.add_subparsers(required=True, metavar="COMMAND")
    texts = commands.add_parser(
        "score",
        help="score files of translations or summaries",
        usage="%(prog)s --references REF SYSTEM… [options]\n       %(prog)s SYSTEM… --references REF REF2… [options]",
        description="Score each SYSTEM, a UTF-8 file with one segment a line, against files with its references.",
    )
    texts.set_defaults(run=score)
    cli_metrics.add_to(texts)
    add = texts.add_argument
    add("--format", default="table", choices=list(reports.FORMATS), help="how results are printed")
    add("--segments", metavar="FILE", help="also write each segment's scores, one JSON line a segment")
    cli_compare.add_to(commands)
    cli_classify.add_to(commands)
    return command
