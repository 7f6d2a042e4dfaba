"""Where sacrebleu itself answers: test sets, and files."""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: What sacrebleu 2.6.0 has besides scores.
NAMES = frozenset(
    {
        "DATASETS",
        "SACREBLEU_DIR",
        "dataset",
        "download_test_set",
        "get_available_testsets",
        "get_langpairs_for_testset",
        "get_reference_files",
        "get_source_file",
        "smart_open",
        "utils",
    }
)


def attribute(name: str) -> Any:
    """Return what sacrebleu has under this name. Raises `AttributeError` when it has none, or is not installed."""
    refusal = f"rapidscore.compat.sacrebleu has no {name!r}"
    if name not in NAMES:
        raise AttributeError(refusal)
    try:
        peer: Any = import_module("sacrebleu")
    except ModuleNotFoundError:
        raise AttributeError(f"{refusal}, sacrebleu has: pip install sacrebleu") from None
    if name not in vars(peer):
        # Ours may stand in its place.
        raise AttributeError(refusal)
    return vars(peer)[name]
