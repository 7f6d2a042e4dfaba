"""Scripts and modules run with all peers patched."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Sequence

from rapidscore.patching.switch import patch

_USAGE = """usage: python -m rapidscore.patch script.py [arguments]
       python -m rapidscore.patch -m module [arguments]

Runs a script or a module with the fast functions of rapidscore in place of sacrebleu's, rouge-score's, jiwer's,
scikit-learn's, fairlearn's and NLTK's."""


def main(words: Sequence[str]) -> int:
    """Run what the command line says; return the exit status where there is nothing to run."""
    if not words or words[0] in ("-h", "--help"):
        print(_USAGE, file=sys.stdout if words else sys.stderr)
        return 0 if words else 2
    if words[0] == "-m" and len(words) == 1:
        print("rapidscore.patch: error: -m needs the name of a module", file=sys.stderr)
        return 2
    patch()
    if words[0] == "-m":
        if not sys.flags.safe_path:
            # As Python itself does: the current folder comes first.
            sys.path[0] = os.getcwd()
        sys.argv = list(words[1:])
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        return 0
    if not os.path.exists(words[0]):
        print(f"rapidscore.patch: error: {words[0]}: no such file", file=sys.stderr)
        return 2
    if not sys.flags.safe_path:
        # That of the script itself, where a link leads to it.
        sys.path[0] = os.path.dirname(os.path.realpath(words[0]))
    sys.argv = list(words)
    runpy.run_path(os.path.abspath(words[0]), run_name="__main__")
    return 0
