"""Scripts and modules run with all peers patched, as Python itself runs them."""

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

from rapidscore.patching.switch import patch

_USAGE = """usage: python -m rapidscore.patch script.py [arguments]
       python -m rapidscore.patch -m module [arguments]

Runs a script or a module with the fast functions of rapidscore in place of sacrebleu's, rouge-score's, jiwer's,
scikit-learn's, fairlearn's and NLTK's."""


def main(words: Sequence[str]) -> int:
    """Run what the command line says; return the exit status where that is not the program's own."""
    if not words or words[0] in ("-h", "--help"):
        print(_USAGE, file=sys.stdout if words else sys.stderr)
        return 0 if words else 2
    if words[0] == "-m" and len(words) == 1:
        print("rapidscore.patch: error: -m needs the name of a module", file=sys.stderr)
        return 2
    is_module = words[0] == "-m"
    if not is_module and not os.path.exists(words[0]):
        print(f"rapidscore.patch: error: {words[0]}: no such file", file=sys.stderr)
        return 2
    patch()
    if is_module:
        if not sys.flags.safe_path:
            # As Python itself does: the current folder comes first.
            sys.path[0] = os.getcwd()
        sys.argv = list(words[1:])
        return _shown(_run_module, words[1])
    if not sys.flags.safe_path:
        # That of the script itself, where a link leads to it.
        sys.path[0] = os.path.dirname(os.path.realpath(words[0]))
    sys.argv = list(words)
    path = os.path.abspath(words[0])
    # Folders and archives have a __main__.py, and what is compiled has no text.
    is_text = pkgutil.get_importer(path) is None and not path.endswith(".pyc")
    return _shown(_run_script if is_text else _run_path, path)


def _new_main() -> dict[str, Any]:
    """Return the names of a new main module, which stays there until Python ends, for whatever runs until then."""
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    names = vars(module)
    names["__builtins__"] = builtins
    if sys.version_info < (3, 14):
        names["__annotations__"] = {}
    return names


def _run_script(path: str) -> None:
    with io.open_code(path) as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    names = _new_main()
    names |= {"__file__": path, "__cached__": None, "__loader__": SourceFileLoader("__main__", path)}
    exec(code, names)  # a program is to be run


def _run_module(name: str) -> None:
    _new_main()
    # What python -m calls, with its messages.
    runpy._run_module_as_main(name)  # type: ignore[attr-defined]


def _run_path(path: str) -> None:
    runpy.run_path(path, run_name="__main__")


def _shown(run: Callable[[str], Any], target: str) -> int:
    """Run a program. An exception that it ends by is left to Python, to be shown without what leads to the program."""
    try:
        run(target)
    except SystemExit:
        raise
    except BaseException:
        if show := getattr(sys, "excepthook", None):
            sys.excepthook = lambda kind, error, traceback: show(kind, error, _of_program(error))
        raise
    return 0


def _of_program(error: BaseException) -> TracebackType | None:
    """Leave out what leads to the program, here and in the error itself."""
    at = begin = error.__traceback__
    while at:
        if at.tb_frame.f_code.co_filename == __file__:
            begin = at.tb_next
        at = at.tb_next
    error.__traceback__ = begin
    return begin
