"""The program `rapidscore`: its commands, settings, error messages and exit status."""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys
import warnings
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from rapidscore import __version__
from rapidscore._core import get_num_threads, set_num_threads
from rapidscore.cli import classify, compare, output, report, score
from rapidscore.display.text import encodable, printable
from rapidscore.inputs.pretokenized import MissingDataError

#: The exit statuses of a program that Ctrl-C or a closed pipe ends, as in a shell: 128 and the number of the signal.
_INTERRUPTED = 130
_CLOSED_PIPE = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status.

    It is 0, 2 after an error, 130 after an interrupt, or 141 if the program that reads the output has ended.
    `arguments` are by default those of the process.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        options = _parsed(words)
        with settings(options):
            options.run(options)
    except BrokenPipeError:
        return _CLOSED_PIPE
    except OSError as error:
        message = error.strerror or str(error)
        # A newline in the name of a file is escaped, and does not become a space.
        return print_error(f"{printable(error.filename)}: {message}" if error.filename else message)
    except (ValueError, ModuleNotFoundError, MissingDataError) as error:
        return print_error(str(error))
    except KeyboardInterrupt:
        return print_error("interrupted", _INTERRUPTED)
    return 0


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    try:
        return parser().parse_args(words, argparse.Namespace(words=words))
    except SystemExit:
        # The text of --help or --version may still wait to be written.
        if sys.stdout is not None:
            output.write()
        raise


@contextlib.contextmanager
def settings(options: argparse.Namespace) -> Iterator[None]:
    """Set threads and logging as requested, and restore them: `main` may be called by a program that goes on.

    Warnings are printed when the command has succeeded, each once.
    """
    logger = logging.getLogger("rapidscore")
    level, threads = logger.level, get_num_threads()
    once = _Once()
    logger.addFilter(once)
    try:
        if options.threads is not None:
            set_num_threads(options.threads)
        if options.quiet:
            logger.setLevel(logging.ERROR)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UserWarning)
            yield
        if not options.quiet:
            for message in dict.fromkeys(str(warning.message) for warning in caught):
                output.complain("warning", message)
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
    output.complain("error", message)
    return status


class _Parser(argparse.ArgumentParser):
    """A parser whose messages show no control characters of arguments, and whose help suits any stdout."""

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(encodable(message) if file is sys.stdout else message, file)

    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    command = _Parser(prog="rapidscore", description="Score texts and labels against references.")
    command.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = command.add_subparsers(required=True, metavar="COMMAND")
    score.add_to(commands)
    compare.add_to(commands)
    report.add_to(commands)
    classify.add_to(commands)
    return command
