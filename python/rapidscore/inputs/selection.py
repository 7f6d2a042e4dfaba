"""What selects some of many rows, segments or references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Selection: TypeAlias = "slice | SupportsIndex | NDArray[Any] | list[int] | list[bool]"


def checked(index: Selection, what: str) -> slice | NDArray[Any]:
    """Return a slice as it is, and all else that selects as an array of one dimension.

    Raises `TypeError` or `IndexError` for what selects nothing of what is meant, rows say.
    """
    if isinstance(index, bool):
        raise TypeError(f"{index} selects no {what}: pass a slice, a number, an index array or a mask")
    if isinstance(index, SupportsIndex) and not isinstance(index, np.ndarray):
        index = [index.__index__()]
    if isinstance(index, slice):
        return index
    index = np.asarray(index)
    if index.ndim != 1:
        raise IndexError(f"an index of shape {index.shape} selects no {what}: pass a slice or one dimension")
    # NumPy makes floats of an empty list.
    return index if index.size or index.dtype == np.bool_ else index.astype(np.intp)
