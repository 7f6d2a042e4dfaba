"""sacrebleu's own `utils`, where it is installed: test sets and files."""

from typing import Any


def __getattr__(name: str) -> Any:
    from rapidscore.compat.sacrebleu._peer import attribute_of

    return attribute_of("utils", name)
