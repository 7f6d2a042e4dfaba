"""Test sets and files: `sacrebleu.utils` of the installed sacrebleu."""

from typing import Any

from rapidscore.compat._peer import attribute


def __getattr__(name: str) -> Any:
    # Not `__name__`: this file may have been imported as `sacrebleu.utils`.
    return attribute("rapidscore.compat.sacrebleu.utils", name)
