"""Scripts and modules run with all peers patched, as Python itself runs them."""

from __future__ import annotations

import builtins
import io
import os
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
    if os.path.isfile(words[0]) and not words[0].endswith((".pyc", ".zip", ".pyz")):
        return _shown(_run_script, os.path.abspath(words[0]))
    # Folders and archives that have a __main__.py.
    return _shown(lambda path: runpy.run_path(path, run_name="__main__"), os.path.abspath(words[0]))


def _new_main() -> dict[str, Any]:
    """Return the names of a new main module, which stays there until Python ends, for whatever runs until then."""
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    names = vars(module)
    names["__builtins__"] = builtins
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


def _shown(run: Callable[[str], Any], target: str) -> int:
    """Run a program, and show an exception that it ends by as Python does, without the lines of this module."""
    try:
        run(target)
    except Exception as error:
        traceback = _of_program(error.__traceback__)
        sys.excepthook(type(error), error.with_traceback(traceback), traceback)
        return 1
    return 0


def _of_program(traceback: TracebackType | None) -> TracebackType | None:
    """Leave out what leads to the program."""
    while traceback and traceback.tb_frame.f_code.co_filename == __file__:
        traceback = traceback.tb_next
    return traceback
