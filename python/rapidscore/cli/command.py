"""The program `rapidscore`: its commands, settings, error messages and exit status."""

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
    """Run a command and return its exit status: 0, 2 after an error, or 130 after an interrupt.

    `arguments` are by default those of the process.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = parser().parse_args(words, argparse.Namespace(words=words))
    try:
        with settings(options):
            options.run(options)
    except OSError as error:
        message = error.strerror or str(error)
        return print_error(f"{error.filename}: {message}" if error.filename else message)
    except (ValueError, ModuleNotFoundError, MissingDataError) as error:
        return print_error(str(error))
    except KeyboardInterrupt:
        return print_error("interrupted", status=130)
    return 0


@contextlib.contextmanager
def settings(options: argparse.Namespace) -> Iterator[None]:
    """Set threads and logging as requested, and restore them: `main` may be called by a program that goes on."""
    logger = logging.getLogger("rapidscore")
    level, threads = logger.level, get_num_threads()
    once = _Once()
    logger.addFilter(once)
    try:
        if options.threads is not None:
            set_num_threads(options.threads)
        if options.quiet:
            logger.setLevel(logging.ERROR)
        yield
    finally:
        logger.removeFilter(once)
        logger.setLevel(level)
        if options.threads is not None:
            set_num_threads(threads)


class _Once(logging.Filter):
    """A filter that drops a warning about the texts if it was logged for another system."""

    def __init__(self) -> None:
        super().__init__()
        self._messages: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        is_new = message not in self._messages
        self._messages.add(message)
        return is_new or not getattr(record, "is_of_texts", False)


def print_error(message: str, status: int = 2) -> int:
    """Print an error on stderr, in one line, and return the exit status."""
    print("rapidscore: error:", " ".join(message.splitlines()), file=sys.stderr)
    return status


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    command = argparse.ArgumentParser(prog="rapidscore", description="Score texts and labels against references.")
    command.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = command.add_subparsers(required=True, metavar="COMMAND")
    score.add_to(commands)
    compare.add_to(commands)
    classify.add_to(commands)
    return command
