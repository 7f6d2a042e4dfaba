"""Where sacrebleu itself answers: test sets, and files."""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: What sacrebleu 2.6.0's top level has besides scores, by the module it is defined in.
NAMES = {
    "DATASETS": "dataset",
    "SACREBLEU_DIR": "utils",
    "download_test_set": "utils",
    "get_available_testsets": "utils",
    "get_langpairs_for_testset": "utils",
    "get_reference_files": "utils",
    "get_source_file": "utils",
    "smart_open": "utils",
}


def attribute(name: str) -> Any:
    """Return what sacrebleu's top level has under this name. Raises `AttributeError` when there is nothing."""
    if name not in NAMES:
        raise AttributeError(f"rapidscore.compat.sacrebleu has no {name!r}", name=name)
    return attribute_of(NAMES[name], name)


def attribute_of(module: str, name: str) -> Any:
    """Return what a module of sacrebleu has under this name.

    Raises `AttributeError` when there is nothing, `ModuleNotFoundError` without sacrebleu.
    """
    refusal = f"rapidscore.compat.sacrebleu.{module} has no {name!r}"
    if name.startswith("__"):
        raise AttributeError(refusal, name=name)
    try:
        peer: Any = import_module(f"sacrebleu.{module}")
    except ModuleNotFoundError as error:
        if error.name not in {"sacrebleu", f"sacrebleu.{module}"}:
            raise
        raise ModuleNotFoundError(f"{refusal}, but sacrebleu has: pip install sacrebleu", name=error.name) from None
    if name not in vars(peer):
        # Ours may stand in its place.
        raise AttributeError(refusal, name=name)
    return vars(peer)[name]
