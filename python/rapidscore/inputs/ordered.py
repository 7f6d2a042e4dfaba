"""A check that items have an order, which says which items belong together."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

_UNORDERED = (Set, Mapping)


def check_ordered(values: Any, name: str) -> None:
    """Raise `TypeError` for a set or a mapping; the order of a set of `str` differs from one process to the next.

    `name` is the name of the argument in messages.
    """
    if isinstance(values, _UNORDERED):
        raise TypeError(f"{name} is a {type(values).__name__}, which has no order or no positions: pass a list")
