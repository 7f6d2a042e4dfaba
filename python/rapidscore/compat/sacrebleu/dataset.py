"""sacrebleu's own `dataset`, where it is installed: test sets."""

from typing import Any

from rapidscore.compat._peer import attribute


def __getattr__(name: str) -> Any:
    # By its full name: this file may have been imported as `sacrebleu.dataset`.
    return attribute("rapidscore.compat.sacrebleu.dataset", name)
