"""sacrebleu's own `dataset`, where it is installed: test sets."""

from typing import Any


def __getattr__(name: str) -> Any:
    from rapidscore.compat.sacrebleu._peer import attribute_of

    return attribute_of("dataset", name)
