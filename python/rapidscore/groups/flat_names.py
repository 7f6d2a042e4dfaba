"""Values of groups by name in one flat dict, for loggers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def of_group(labels: Iterable[Any]) -> str:
    """Return the labels of a group as the end of a name, such as `north/old`."""
    return "/".join(map(str, labels))


def flat(named: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return values by name. Raises `ValueError` if two values have the same name."""
    values = dict(named)
    if len(values) < len(named):
        names = set[str]()
        for name, _ in named:
            if name in names:
                raise ValueError(f"two values would be logged as {name!r}: rename the label that has a '/'")
            names.add(name)
    return values
