"""Run scripts and modules with all peers patched, as Python itself runs them."""

from __future__ import annotations

import builtins
import io
import os
import pkgutil
import runpy
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import SourceFileLoader
from types import ModuleType, TracebackType
from typing import Any

from rapidscore.display.text import printable
from rapidscore.patching.switch import patch

_USAGE = """usage: python -m rapidscore.patch script.py [arguments]
       python -m rapidscore.patch -m module [arguments]

Run a script or a module with functions of sacrebleu, rouge-score, jiwer, scikit-learn, fairlearn and NLTK replaced by
rapidscore's."""


def main(arguments: Sequence[str]) -> int:
    """Run the program that the command line names; return the exit status where the program does not set its own."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_USAGE, file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    if arguments[0] == "-m" and len(arguments) == 1:
        print("rapidscore.patch: error: -m needs the name of a module", file=sys.stderr)
        return 2
    is_module = arguments[0] == "-m"
    if not is_module and not os.path.exists(arguments[0]):
        print(f"rapidscore.patch: error: {printable(arguments[0])}: no such file", file=sys.stderr)
        return 2
    patch()
    if is_module:
        if not sys.flags.safe_path:
            # As Python does for -m: the current folder comes first.
            sys.path[0] = os.getcwd()
        sys.argv = list(arguments[1:])
        return _run(_run_module, arguments[1])
    if not sys.flags.safe_path:
        # As Python does for a script: the folder of the script comes first, with symbolic links resolved.
        sys.path[0] = os.path.dirname(os.path.realpath(arguments[0]))
    sys.argv = list(arguments)
    path = os.path.abspath(arguments[0])
    # runpy handles folders and archives with a __main__.py, and compiled files.
    is_source = pkgutil.get_importer(path) is None and not path.endswith(".pyc")
    return _run(_run_source if is_source else _run_path, path)


def _new_main() -> dict[str, Any]:
    """Return the namespace of a new main module.

    It stays in `sys.modules` until Python ends, for exit handlers and threads of the program.
    """
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = vars(module)
    namespace["__builtins__"] = builtins
    if sys.version_info < (3, 14):
        namespace["__annotations__"] = {}
    return namespace


def _run_source(path: str) -> None:
    with io.open_code(path) as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    namespace = _new_main()
    namespace |= {"__file__": path, "__cached__": None, "__loader__": SourceFileLoader("__main__", path)}
    exec(code, namespace)  # to run the program is the purpose


def _run_module(name: str) -> None:
    _new_main()
    # The function behind python -m, with its error messages.
    runpy._run_module_as_main(name)  # type: ignore[attr-defined]


def _run_path(path: str) -> None:
    runpy.run_path(path, run_name="__main__")


def _run(run: Callable[[str], Any], target: str) -> int:
    """Run a program. If it ends by an exception, Python shows it without the frames of this module."""
    try:
        run(target)
    except SystemExit:
        raise
    except BaseException:
        if show := getattr(sys, "excepthook", None):
            sys.excepthook = lambda kind, error, traceback: show(kind, error, _trim_traceback(error))
        raise
    return 0


def _trim_traceback(error: BaseException) -> TracebackType | None:
    """Remove this module's frames, and all frames before them, from an exception; return the remaining traceback."""
    at = begin = error.__traceback__
    while at:
        if at.tb_frame.f_code.co_filename == __file__:
            begin = at.tb_next
        at = at.tb_next
    error.__traceback__ = begin
    return begin
