"""The command `rapidscore`: what is asked for, and what is said when it cannot be done."""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys
from collections.abc import Iterator, Sequence

from rapidscore import __version__
from rapidscore._core import get_num_threads, set_num_threads
from rapidscore.cli import classify, compare, score
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


def parser() -> argparse.ArgumentParser:
    """Return the command's arguments."""
    command = argparse.ArgumentParser(prog="rapidscore", description="Score texts and labels against references.")
    command.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = command.add_subparsers(required=True, metavar="COMMAND")
    score.add_to(commands)
    compare.add_to(commands)
    classify.add_to(commands)
    return command
