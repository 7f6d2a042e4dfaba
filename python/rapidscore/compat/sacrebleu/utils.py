"""sacrebleu's own `utils`, where it is installed: test sets and files."""

from typing import Any

from rapidscore.compat._peer import attribute


def __getattr__(name: str) -> Any:
    # By its full name: this file may have been imported as `sacrebleu.utils`.
    return attribute("rapidscore.compat.sacrebleu.utils", name)
